"""The panel of statistics: what it counts, what a product tells beside it, and how it looks."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.domain.alert import Detection
from alerttui.domain.errors import Rejected
from alerttui.domain.listing import Statistics
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import Quality, Severity
from alerttui.tui.dialogs.statistics_panel import FiguresView
from tests.alerts import NOW_MS, an_alert, some_alerts, with_alert
from tests.triage.mirror.remote import CAPABILITIES, Clock, FakeRemote
from tests.tui.driver import MEDIUM, NARROW, Console, running
from tests.tui.mirrored_console import MirroredConsole, mirrored_console
from tests.tui.picture import ExpectPicture
from tests.tui.test_pictures import demo
from tests.tui.test_states import failing, held, shown

COUNTING = replace(CAPABILITIES, statistics_refusal="")
FIGURES = Statistics(
    total=1_234,
    by_status={"RESOLVED": 234, "OPEN": 990, "Escalated": 10},
    by_severity={"Low": 1_200, "High": 34},
    told={
        "mean time to acknowledge": "4 min",
        "mean time to resolve": "2h 15m",
        "false positives": "30 % of the closed alerts",
    },
)


class FailingRemote(FakeRemote):
    """A system that refuses to tell its figures."""

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        raise Rejected("The fake counts at night only.")


class HeldRemote(FakeRemote):
    """A system whose figures take until the event."""

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        assert self.go is not None
        await asyncio.to_thread(self.go.wait, 20)
        return await super().statistics(query, context)

    go: threading.Event | None = None


def counting(kind: type[FakeRemote] = FakeRemote) -> FakeRemote:
    """A remote of twelve alerts that has figures of its own."""
    remote = kind(Clock(), capabilities=COUNTING, figures=FIGURES)
    remote.fill(12, open_first=9, step_ms=7 * 60_000)
    return remote


def panel_lines(console: Console) -> list[str]:
    """Every line of the panel, also those out of sight."""
    view = console.app.screen.query_one("#lines", FiguresView)
    return [line.content.plain.rstrip() for line in view.lines]


def panel_text(console: Console) -> str:
    """The same as one text."""
    return "\n".join(panel_lines(console))


async def open_counting(console: MirroredConsole) -> None:
    """Open the panel once the alerts are here."""
    await console.until(lambda: len(console.ids()) == 12)
    await console.do("view.statistics")


async def test_it_counts_what_the_filter_lists_and_says_which_filter() -> None:
    alerts = [
        *some_alerts(6),
        an_alert("b", severity=Severity.CRITICAL, status="TRIAGED", quality=Quality.USEFUL, rule="Other"),
        an_alert("c", severity=Severity.LOW, status="CLOSED", rule=""),
    ]
    async with running(alerts, size=MEDIUM, query="is:open") as console:
        await console.do("view.statistics")
        assert console.dialog == "StatisticsPanel"
        assert "Statistics of is:open" in console.screen_text()
        lines = panel_lines(console)
        assert lines[0] == "7 alerts"
        assert [each.split()[:3] for each in lines if each.startswith(("Open", "Triaged", "Closed"))] == [
            ["Open", "6", "86%"], ["Triaged", "1", "14%"],
        ]  # fmt: skip
        assert "◆ CRITICAL  1   14%" in panel_text(console)
        assert "useful      1   14%" in panel_text(console)
        assert [each.split()[:2] for each in lines[-2:]] == [["Test.Rule", "6"], ["Other", "1"]]
        await console.press("esc")
        await console.do("filter.clear", "view.statistics")
        assert "Statistics of all alerts" in console.screen_text()
        assert panel_lines(console)[0] == "8 alerts"
        assert "no rule" in panel_text(console)


async def test_statuses_come_in_the_order_of_the_product_and_severities_gravest_first() -> None:
    alerts = [
        an_alert("a", status="CLOSED", severity=Severity.INFO),
        an_alert("b", status="CLOSED", severity=Severity.UNKNOWN),
        an_alert("c", status="OPEN", severity=Severity.CRITICAL),
    ]
    async with running(alerts, size=(66, 40), query="sort:created") as console:
        await console.do("view.statistics")
        text = panel_text(console)
        words = ["Open", "Closed", "◆ CRITICAL", "· INFO", "? UNKNOWN"]
        assert sorted(words, key=text.index) == words


async def test_times_are_told_in_words_and_what_was_not_measured_is_said() -> None:
    alerts = [
        with_alert(an_alert(str(minutes)), acknowledged_ms=NOW_MS - 3_600_000 + minutes * 60_000)
        for minutes in (5, 12, 195)
    ]
    async with running(alerts, size=MEDIUM) as console:
        await console.do("view.statistics")
        assert "acknowledge  12 min       3 h 15 min" in panel_text(console)
        assert "close        none yet" in panel_text(console)


async def test_ten_rules_are_listed_and_the_others_counted() -> None:
    alerts = [
        with_alert(an_alert(f"{rule}-{copy}"), detection=Detection(id=f"Rule.{rule}", kind="RULE"))
        for rule in range(13)
        for copy in range(rule + 1)
    ]
    async with running(alerts, size=MEDIUM) as console:
        await console.do("view.statistics")
        lines = panel_lines(console)
        assert "Rules with most alerts  and 3 more rules" in lines
        assert [each.split()[0] for each in lines[-10:]] == [f"Rule.{rule}" for rule in range(12, 2, -1)]


async def test_an_empty_filter_has_nothing_but_its_zero() -> None:
    async with running(some_alerts(2), query="tag:nobody") as console:
        await console.do("view.statistics")
        assert panel_lines(console) == ["No alerts"]


async def test_text_from_outside_is_shown_and_does_nothing() -> None:
    rule = "Evil\x1b[2J[red]\u202e" + "x" * 200
    alerts = [with_alert(an_alert("a", status="ODD\x07"), detection=Detection(id=rule, kind="RULE"))]
    async with running(alerts, size=NARROW) as console:
        await console.do("view.statistics")
        assert "[red]" in panel_text(console)
        console.lines()


async def test_it_scrolls_and_the_key_that_opened_it_closes_it() -> None:
    async with demo(NARROW) as console:
        await console.do("view.statistics")
        assert panel_lines(console)[-1] not in console.screen_text()
        first = panel_lines(console)[0]
        await console.press("G")
        assert panel_lines(console)[-1] in console.screen_text()
        assert first not in console.screen_text().split("Statistics of")[1]
        await console.press("g")
        assert first in console.screen_text()
        await console.press("j", "j", "pgdn", "k")
        await console.do("view.statistics")
        assert not console.has_dialog


async def test_counting_that_takes_long_does_not_keep_the_panel_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(some_alerts(3), size=MEDIUM) as console:
        go = held(monkeypatch, console.store, "statistics")
        console.app.console_screen.act("view.statistics")
        await shown(console, "counting…")
        go.set()
        await shown(console, "3 alerts")


async def test_a_store_that_cannot_be_counted_says_why_in_the_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(some_alerts(3), size=MEDIUM) as console:
        monkeypatch.setattr(console.store, "statistics", failing)
        await console.do("view.statistics")
        assert "The alerts could not be counted: /cases/alerts.db cannot be used" in console.screen_text()


async def test_a_local_store_has_no_figures_of_a_product() -> None:
    async with running(some_alerts(3), size=MEDIUM) as console:
        await console.do("view.statistics")
        assert "own figures" not in panel_text(console)


# -- a product's own figures


async def test_a_products_own_figures_stand_below_in_its_words(tmp_path: Path) -> None:
    async with mirrored_console(counting(), tmp_path / "m.db") as console:
        assert console.remote.asked["statistics"] == 0
        await open_counting(console)
        await console.until(lambda: "2h 15m" in panel_text(console))
        ours, own = panel_text(console).split("\nfake's own figures  whatever the filter is  ")
        assert ours.startswith("12 alerts")
        assert own.lstrip("─").startswith("\n1,234 alerts")
        assert own.index("Open") < own.index("Resolved") < own.index("Escalated")
        assert "▲ High" in own
        assert "mean time to resolve  " in own
        assert console.remote.asked["statistics"] == 1


async def test_a_products_words_are_shown_and_do_nothing_however_many_they_are(tmp_path: Path) -> None:
    remote = counting()
    many = {f"figure {number}": "words " * 400 for number in range(3)}
    remote.figures = Statistics(
        by_status={f"status {number} \x1b[2J\u202e": 1 for number in range(500)},
        by_severity={"[red]": -4, "": 0},
        told={"odd\u202e\x07": "\x1b]0;title\x07", **many, **{str(each): "" for each in range(500)}},
    )
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await open_counting(console)
        await console.until(
            lambda: "own figures" in panel_text(console) and "reading…" not in panel_text(console)
        )
        assert len(panel_lines(console)) < 120
        assert "and 480 more" in panel_text(console)
        assert "and 464 more" in panel_text(console)
        for _ in range(12):
            await console.press("pgdn")


async def test_a_product_without_figures_of_its_own_is_not_asked(tmp_path: Path) -> None:
    remote = FakeRemote(Clock())
    remote.fill(12)
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await open_counting(console)
        assert "own figures" not in panel_text(console)
        assert remote.asked["statistics"] == 0


async def test_until_the_product_answers_its_section_says_so(tmp_path: Path) -> None:
    remote = counting(HeldRemote)
    assert isinstance(remote, HeldRemote)
    remote.go = threading.Event()
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until(lambda: len(console.ids()) == 12)
        console.app.console_screen.act("view.statistics")
        await shown(console, "12 alerts")
        await shown(console, "reading…")
        remote.go.set()
        await console.until(lambda: "1,234 alerts" in panel_text(console))


async def test_an_answer_that_comes_after_the_panel_was_closed_is_dropped(tmp_path: Path) -> None:
    remote = counting(HeldRemote)
    assert isinstance(remote, HeldRemote)
    remote.go = threading.Event()
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until(lambda: len(console.ids()) == 12)
        console.app.console_screen.act("view.statistics")
        await shown(console, "reading…")
        await console.app.screen.dismiss(None)
        remote.go.set()
        await console.until(lambda: not console.has_dialog)
        assert console.note == ""


async def test_what_keeps_the_product_from_telling_stands_in_its_section(tmp_path: Path) -> None:
    async with mirrored_console(counting(FailingRemote), tmp_path / "m.db") as console:
        await open_counting(console)
        await console.until(lambda: "The fake counts at night only." in panel_text(console))
        assert panel_lines(console)[0] == "12 alerts"


async def test_what_is_not_here_of_the_filter_is_said(tmp_path: Path) -> None:
    remote = counting()
    remote.is_down = True
    async with mirrored_console(remote, tmp_path / "m.db", query="log-type:AWS.CloudTrail") as console:
        await console.do("view.statistics")
        await console.until(lambda: "The fake is down." in panel_text(console))
        assert "Not everything is here: " in panel_text(console)


# -- how it looks


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=str)
async def test_the_panel(size: tuple[int, int], expect_picture: ExpectPicture) -> None:
    async with demo(size, alerts=400, query="") as console:
        await console.do("view.statistics")
        assert panel_lines(console)[0] == "400 alerts"
        await expect_picture(console, f"statistics-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=str)
async def test_the_panel_with_a_products_own_figures(
    size: tuple[int, int], tmp_path: Path, expect_picture: ExpectPicture
) -> None:
    async with mirrored_console(counting(), tmp_path / "m.db", size=size) as console:
        await console.until_counted("Open", 9)
        await open_counting(console)
        await console.until(lambda: "2h 15m" in panel_text(console))
        await console.press("G")
        await expect_picture(console, f"own-figures-{size[0]}x{size[1]}")
