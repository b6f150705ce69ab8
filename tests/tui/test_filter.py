"""The filter: typed, refused, completed, remembered; the cursor stays on its alert."""

from __future__ import annotations

from alerttui.triage.actions import Pane
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import NARROW, Console, running

ALERTS = [
    an_alert("a-0", "brute force on ssh", age_min=1, tags=("scanner",), rule="Auth.Brute"),
    an_alert("a-1", "port scan", age_min=2, tags=("scanner", "vip"), rule="Net.Scan"),
    an_alert("a-2", "odd login", age_min=3, status="TRIAGED", rule="Auth.Odd"),
    an_alert("a-3", "brute force on rdp", age_min=4, status="RESOLVED", rule="Auth.Brute"),
]


async def filtered(console: Console, text: str) -> Console:
    """Put this filter in place of the one before."""
    await console.do("filter.edit")
    await console.press("ctrl+u")
    await console.type(text)
    return await console.press("enter")


def typed(console: Console) -> str:
    """What stands in the open input."""
    return console.screen.filter_bar._field().value


async def test_enter_applies_what_was_typed() -> None:
    async with running(ALERTS) as console:
        await filtered(console, "brute is:open")
        assert console.ids() == ["a-0"]
        assert not console.is_editing()
        assert console.focused is Pane.LIST
        assert "brute" in console.lines()[1]
        assert "alerts 1" in console.top_text


async def test_keys_act_on_the_input_only_while_it_is_open() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("sczaZ.uqR0T*")
        assert typed(console) == "sczaZ.uqR0T*"
        assert not console.has_dialog
        assert console.store.journal() == []
        assert console.marked() == set()


async def test_a_filter_that_does_not_parse_stays_open_with_its_reason() -> None:
    async with running(ALERTS) as console:
        await filtered(console, "severity:purple")
        assert console.is_editing()
        assert "purple" in console.note
        assert len(console.ids()) == 4
        await console.press("ctrl+u")
        await console.type("severity:medium")
        await console.press("enter")
        assert not console.is_editing()
        assert len(console.ids()) == 4


async def test_esc_leaves_the_filter_as_it_was() -> None:
    async with running(ALERTS, query="is:open") as console:
        await console.do("filter.edit")
        await console.type("nonsense words")
        await console.press("esc")
        assert not console.is_editing()
        assert console.screen.filter_bar.text == "is:open"
        assert console.focused is Pane.LIST
        assert console.note == ""
        assert console.ids() == ["a-0", "a-1", "a-2"]


async def test_zero_shows_every_alert() -> None:
    async with running(ALERTS, query="brute") as console:
        await console.do("filter.clear")
        assert len(console.ids()) == 4
        assert "no filter: every alert" in console.lines()[1]


async def test_up_and_down_go_through_earlier_filters() -> None:
    async with running(ALERTS) as console:
        for text in ("brute", "port", "login"):
            await filtered(console, text)
        await console.do("filter.edit")
        await console.press("up")
        assert typed(console) == "port"
        await console.press("up", "up")
        assert typed(console) == "brute"
        await console.press("down")
        assert typed(console) == "port"
        await console.press("enter")
        assert console.ids() == ["a-1"]


async def test_tab_completes_fields_and_values() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("sever")
        assert "severity" in console.note
        await console.press("tab")
        assert typed(console) == "severity:" or typed(console).startswith("severity")
        await console.press("ctrl+u")
        await console.type("tag:sc")
        await console.press("tab")
        assert typed(console).startswith("tag:scanner")
        assert console.is_editing()
        await console.press("enter")
        assert console.ids() == ["a-0", "a-1"]


async def test_the_cursor_stays_on_its_alert_where_that_is_listed() -> None:
    async with running(ALERTS) as console:
        await console.press("j", "j", "j")
        await filtered(console, "brute")
        assert console.cursor == "a-3"
        await console.do("filter.clear")
        assert (console.cursor, console.opened()) == ("a-3", "a-3")


async def test_the_cursor_stays_on_its_alert_far_down_a_long_list() -> None:
    async with running(some_alerts(400), query="is:open") as console:
        await console.press("G", "k")
        assert console.cursor == "a-398"
        await filtered(console, "Alert")
        assert console.cursor == "a-398"


async def test_a_filter_without_a_match_empties_list_and_panes_and_can_be_cleared() -> None:
    async with running(ALERTS, size=NARROW) as console:
        await filtered(console, "nothingofthesort")
        assert console.ids() == []
        assert console.opened() == ""
        assert "No alert matches this filter." in console.pane_text("detail")
        await console.do("filter.clear")
        assert len(console.ids()) == 4
        assert console.opened() == "a-0"


async def test_what_is_typed_is_checked_at_every_key() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type('tag:vip "open quote')
        assert console.note != ""
        await console.type('"')
        assert "quote" not in console.note
