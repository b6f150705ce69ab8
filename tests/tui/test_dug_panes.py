"""INDICATORS and RELATED: worked out when somebody looks, dropped when the cursor goes on, leading on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Alert, RelatedAlert
from alerttui.domain.errors import NotFound, StoreError
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.triage import related
from alerttui.triage.actions import Pane
from tests.alerts import an_alert, some_alerts, with_alert
from tests.tui.driver import MEDIUM, NARROW, Console, running

EVENT = json.dumps({"src_ip": "203.0.113.9", "user": "mara", "url": "http://evil.top/a"})


def text_of(console: Console, pane: str) -> str:
    """What a pane says, without its line ends."""
    return " ".join(console.pane_text(pane).split())


def looked(patch: pytest.MonkeyPatch, name: str) -> list[str]:
    """The ids of the alerts for which a pane was worked out, from now on."""
    ids: list[str] = []
    work_out = getattr(related, name)

    def noting(store: object, alert: Alert, *rest: object) -> object:
        ids.append(alert.id)
        return work_out(store, alert, *rest)

    patch.setattr(related, name, noting)
    return ids


async def test_indicators_are_sought_only_once_their_pane_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = looked(monkeypatch, "indicators_of")
    async with running(
        [an_alert("a-1", events=[EVENT]), an_alert("a-2", age_min=90)], size=MEDIUM
    ) as console:
        await console.press("j", "k")
        assert ids == []
        await console.do("pane.indicators")
        assert "203[.]0[.]113[.]9" in console.pane_text("indicators")
        await console.do("pane.detail", "pane.indicators", "pane.list")
        assert ids == ["a-1"]
        await console.press("j")
        assert ids == ["a-1", "a-2"]
        assert "No indicators" in console.pane_text("indicators")


async def test_a_pane_that_was_out_of_sight_never_shows_the_alert_before() -> None:
    alerts = [an_alert("a-1", events=[EVENT]), an_alert("a-2", "to 198.51.100.7", age_min=90)]
    async with running(alerts, size=NARROW) as console:
        await console.do("pane.indicators", "pane.detail", "alert.next")
        assert "203[.]" not in console.pane_text("indicators")
        await console.do("pane.indicators")
        assert "198[.]51[.]100[.]7" in console.pane_text("indicators")


async def test_what_comes_too_late_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running([an_alert("a-1", events=[EVENT]), an_alert("a-2", age_min=90)]) as console:
        await console.do("pane.indicators")
        digging = console.screen.reading.showing.digging
        opened = console.screen.reading.open
        assert opened is not None
        await console.do("alert.next")
        await digging._dig_indicators(opened, False)
        assert "203[.]" not in console.pane_text("indicators")
        assert console.screen.reading.counts[Pane.INDICATORS] == 0


async def test_the_counts_are_told_once_they_are_known() -> None:
    async with running([an_alert("z-1", events=[EVENT], age_min=1), *some_alerts(3)]) as console:
        assert Pane.INDICATORS not in console.screen.reading.counts
        await console.do("pane.indicators", "pane.related")
        counts = console.screen.reading.counts
        assert (counts[Pane.INDICATORS], counts[Pane.RELATED]) == (4, 3)


def closed_ones(count: int) -> list[NewAlert]:
    return [
        an_alert(f"c-{number}", status="CLOSED", verdict="false_positive", age_min=100 + number)
        for number in range(count)
    ]


async def test_the_first_line_tells_how_such_alerts_were_handled() -> None:
    async with running([an_alert("a-1"), *closed_ones(30)], query="is:open") as console:
        await console.do("pane.related")
        first = console.pane_text("related").split("\n")[0]
        assert first == "Last 20 of this rule: 20 closed as False positive."
        assert "the newest; there are more" in console.pane_text("related")


async def test_what_was_said_when_the_last_one_was_closed_is_quoted() -> None:
    alerts = [an_alert("a-1"), an_alert("o-1", age_min=70), *closed_ones(1)]
    async with running(alerts, query="is:open") as console:
        await console.session.change(
            [AlertId("o-1")], AlertPatch(status=Set("CLOSED")), comment="known\nscanner"
        )
        await console.do("pane.related")
        text = text_of(console, "related")
        assert "Last closed: Closed" in text
        assert '"known scanner"' in text
        view = console.screen.reading.panes.related
        view.move_to(next(at for at, line in enumerate(view.lines) if line.field == "id"))
        related_one = console.screen.reading.related_under_cursor()
        assert related_one is not None
        assert related_one.id == "o-1"


async def test_enter_goes_to_a_related_alert_that_is_not_listed() -> None:
    async with running([an_alert("a-1"), *closed_ones(2)], query="is:open") as console:
        await console.do("pane.related")
        view = console.screen.reading.panes.related
        view.move_to(next(at for at, line in enumerate(view.lines) if line.value == "c-1"))
        assert console.screen.reading.related_under_cursor() is not None
        await console.do("pane.open")
        assert console.opened() == "c-1"


async def test_other_alerts_with_the_same_indicator_are_found_across_rules() -> None:
    alerts = [
        an_alert("a-1", events=[EVENT]),
        an_alert("b-1", "another rule", events=['{"x":"to http://evil.top/a"}'], rule="Other", age_min=90),
    ]
    async with running(alerts) as console:
        await console.do("pane.related")
        text = console.pane_text("related")
        assert "Also hold hxxp://evil[.]top/a" in text
        assert "another rule" in text


async def test_a_value_that_very_many_alerts_hold_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related, "COMMON_ABOVE", 3)
    alerts = [an_alert(f"a-{n}", "to evil.top", rule=f"R{n}", age_min=10 + n) for n in range(8)]
    async with running(alerts) as console:
        await console.do("pane.related")
        assert "Not looked for, because very many alerts hold it: evil[.]top." in text_of(console, "related")


async def test_what_the_product_relates_is_looked_up_in_the_store() -> None:
    told = (
        RelatedAlert(id="b-1", title="told title", reason="same campaign"),
        RelatedAlert(id="elsewhere-1", title="far away"),
    )
    alerts = [
        with_alert(an_alert("a-1"), related=told),
        an_alert("b-1", "the other", rule="Other", age_min=90),
    ]
    async with running(alerts, size=(160, 40)) as console:
        await console.do("pane.related", "pane.full")
        text = console.pane_text("related")
        assert "same campaign  the other" in text
        assert "not in this store  far away" in text


async def test_a_change_keeps_the_place_in_the_indicators() -> None:
    body = json.dumps([f"host-{number}.evil.top" for number in range(40)])
    async with running([an_alert("a-1", events=[body])]) as console:
        await console.do("pane.indicators", "move.half-down")
        view = console.screen.reading.panes.indicators
        cursor = view.cursor
        assert cursor > 3
        await console.do("alert.take")
        assert view.cursor == cursor


@pytest.mark.parametrize("pane", ["indicators", "related"])
async def test_a_failure_is_told_in_the_pane(pane: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise StoreError("The store cannot be read: disk gone.")

    def vanish(*_: object) -> object:
        raise NotFound(["a-1"])

    name = f"{pane}_of"
    async with running([an_alert("a-1", events=[EVENT])]) as console:
        monkeypatch.setattr(related, name, fail)
        await console.do(f"pane.{pane}")
        assert "disk gone" in console.pane_text(pane)
        assert "disk gone" in console.note
        monkeypatch.setattr(related, name, vanish)
        await console.do("pane.list", f"pane.{pane}")
        assert "This alert is no longer in the store. R refreshes the list." in text_of(console, pane)


async def test_an_alert_that_cannot_be_read_leaves_no_other_alert_in_the_panes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running(some_alerts(3)) as console:

        async def fail(_: AlertId) -> object:
            raise StoreError("The store cannot be read: disk gone.")

        monkeypatch.setattr(console.session, "open", fail)
        await console.press("j")
        assert console.opened() == ""
        assert "This alert could not be read" in console.pane_text("detail")
        assert "Alert number 0" not in console.pane_text("detail")


async def test_ages_in_the_list_and_in_the_detail_are_told_from_one_clock() -> None:
    async with running([replace(an_alert("a-1", age_min=59))]) as console:
        queue, clock = console.screen.queue, console.session.clock
        console.session.clock = lambda: clock() + 120_000
        queue.view._clock = console.session.clock
        await console.do("alert.take")
        in_list = console.lines()[2]
        assert "59m" in in_list
        assert "59m" in console.pane_text("detail")
        queue._tell_ages()
        await console.settle()
        assert "1h" in console.lines()[2]
        assert "1h" in console.pane_text("detail")


async def test_the_cursor_begins_at_the_first_indicator_and_the_first_related_alert() -> None:
    alerts = [
        an_alert("a-1", events=[EVENT], rule="One"),
        an_alert("a-2", events=[EVENT], rule="Two", age_min=90),
    ]
    async with running(alerts, size=NARROW) as console:
        reading = console.screen.reading
        await console.do("pane.indicators")
        await console.until(lambda: bool(reading.counts.get(Pane.INDICATORS)))
        await console.do("value.pivot")
        assert console.has_dialog
        await console.press("esc")
        await console.do("pane.related")
        await console.until(lambda: reading.related_under_cursor() is not None)
        await console.do("pane.open")
        assert console.cursor == "a-2"
