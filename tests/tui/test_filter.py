"""The filter: typed, refused, completed, remembered; the cursor stays on its alert."""

from __future__ import annotations

from pathlib import Path

from alerttui.triage.actions import Pane
from alerttui.tui.screens.desk import ConsoleSettings
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
        assert "(filter) 1" in console.top_text


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
        assert console.note == ""
        await console.type("severity:")
        await console.press("enter")
        assert console.note == "severity: a value belongs right after it, without a space"
        await console.type("medium")
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


def offered(console: Console) -> list[str]:
    """The words that lie under the filter."""
    candidates = console.screen.filter_bar._candidates
    return [item.text for item in candidates.offers.items] if candidates and candidates.is_open else []


def counted(console: Console) -> dict[str, int | None]:
    """The same with their counts."""
    candidates = console.screen.filter_bar._candidates
    assert candidates is not None
    return {item.text: item.count for item in candidates.offers.items}


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


async def test_up_goes_through_the_earlier_filters_that_begin_as_typed() -> None:
    async with running(ALERTS) as console:
        for text in ("tag:vip", "brute", "tag:scanner", "port"):
            await filtered(console, text)
        await console.do("filter.edit")
        await console.press("ctrl+u")
        await console.type("tag:")
        await console.press("up")
        assert typed(console) == "tag:scanner"
        assert offered(console) == []
        await console.press("up", "up")
        assert typed(console) == "tag:vip"
        await console.press("down", "down")
        assert typed(console) == "tag:"


async def test_earlier_filters_survive_a_restart(tmp_path: Path) -> None:
    settings = ConsoleSettings(state_folder=tmp_path)
    async with running(ALERTS, settings=settings) as console:
        await filtered(console, "tag:vip")
    async with running(ALERTS, settings=settings) as console:
        await console.do("filter.edit")
        await console.press("up")
        assert typed(console) == "tag:vip"


async def test_tab_takes_the_first_candidate() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("sever")
        assert offered(console) == ["severity:"]
        await console.press("tab")
        assert typed(console) == "severity:"
        assert offered(console)[:2] == ["critical", "high"]
        await console.press("ctrl+u")
        await console.type("tag:sc")
        await console.press("tab")
        assert typed(console) == "tag:scanner"
        assert offered(console) == []
        await console.press("enter")
        assert console.ids() == ["a-0", "a-1"]


async def test_down_goes_into_the_candidates_and_up_back_out() -> None:
    async with running(ALERTS) as console:
        await filtered(console, "brute")
        await console.do("filter.edit")
        await console.type("is:")
        await console.press("down", "down")
        assert "▌ active" in console.screen_text()
        await console.press("up")
        assert "▌ open" in console.screen_text()
        await console.press("down", "tab")
        assert typed(console) == "brute is:active"
        await console.press("enter")
        assert console.screen.filter_bar.text == "brute is:active"


async def test_down_offers_every_field_where_nothing_was_typed() -> None:
    async with running(ALERTS, size=NARROW) as console:
        await console.do("filter.edit")
        assert offered(console) == []
        await console.press("down")
        assert len(offered(console)) > 20
        assert "1 to 8 of " in console.screen_text()
        await console.burst(*["down"] * 10)
        assert "▌ " in console.screen_text()
        assert "3 to 10 of " in console.screen_text()


async def test_enter_completes_only_what_is_marked() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("bru")
        await console.press("enter")
        assert console.screen.filter_bar.text == "bru"
        await console.do("filter.edit")
        await console.press("ctrl+u")
        await console.type("tag:vi")
        await console.press("enter")
        assert console.screen.filter_bar.text == "tag:vi"
        await console.do("filter.edit")
        await console.press("ctrl+u")
        await console.type("tag:vi")
        await console.press("down", "enter")
        assert console.screen.filter_bar.text == "tag:vip"
        assert console.ids() == ["a-1"]
        await console.do("filter.edit")
        await console.press("ctrl+u")
        await console.type("seve")
        await console.press("down", "enter")
        assert typed(console) == "severity:"
        assert console.is_editing()


async def test_esc_takes_the_candidates_away_and_then_leaves() -> None:
    async with running(ALERTS, query="is:open") as console:
        await console.do("filter.edit")
        await console.type("tag:")
        assert offered(console)
        await console.press("esc")
        assert not offered(console)
        assert console.is_editing()
        await console.press("esc")
        assert not console.is_editing()
        assert console.screen.filter_bar.text == "is:open"


async def test_values_are_counted_within_the_rest_of_the_filter() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("is:open status:")
        assert counted(console) == {"OPEN": 2, "TRIAGED": 1, "none": 0}
        await console.press("ctrl+u")
        await console.type("brute status:")
        assert counted(console) == {"OPEN": 1, "RESOLVED": 1, "none": 0}
        await console.press("ctrl+u")
        await console.type("tag:scanner severity:")
        assert counted(console)["medium"] == 2
        assert counted(console)["high"] == 0
        await console.press("ctrl+u")
        await console.type("is:open tag:")
        assert counted(console) == {"scanner": 2, "vip": 1, "none": 1}
        await console.press("ctrl+u")
        await console.type("brute is:")
        assert (counted(console)["closed"], counted(console)["open"]) == (1, 1)


async def test_what_the_list_has_already_is_not_offered_again() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("tag:scanner,")
        assert offered(console) == ["vip", "none"]
        await console.press("ctrl+u")
        await console.type("is:open,")
        assert "open" not in offered(console)


async def test_ids_are_not_completed() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("id:")
        assert offered(console) == []
        await console.press("tab")
        assert typed(console) == "id:"


async def test_the_candidates_lie_over_the_list_and_nothing_below_moves() -> None:
    for size in (NARROW, (60, 15)):
        async with running(some_alerts(40), size=size) as console:
            before = console.lines()
            await console.do("filter.edit")
            await console.type("s")
            words = offered(console)
            shown_words = min(8, len(words), size[1] - 6)
            assert shown_words >= 1
            lines = console.lines()
            assert words[0] in lines[2]
            unchanged = slice(2 + shown_words + 1, size[1] - 2)
            assert lines[unchanged] == before[unchanged]
            await console.press("esc", "esc")
            assert console.lines()[2:-2] == before[2:-2]


async def test_what_does_not_parse_is_told_below_while_one_types() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("severity:hi")
        assert "severity: takes" not in console.screen_text()
        await console.type("pp ")
        assert "severity: takes" in console.screen_text()
        await console.press("backspace", "backspace", "backspace")
        assert "severity: takes" not in console.screen_text()


def styles_on_line(console: Console, number: int) -> dict[str, str]:
    """The pieces of a line with their styles."""
    strip = console.app.screen._compositor.render_strips()[number]
    return {segment.text.strip(): str(segment.style) for segment in strip if segment.text.strip()}


async def test_what_is_typed_is_coloured_and_errors_are_underlined() -> None:
    async with running(ALERTS) as console:
        await console.do("filter.edit")
        await console.type("-status:OPEN severity:purple x")
        styles = styles_on_line(console, 1)
        assert "underline" in styles["purple"]
        assert "underline" not in styles["OPEN"]
        assert styles["status"] != styles["OPEN"]
        assert "bold" in styles["-"]


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
        assert "closing quote is missing" in console.screen_text()
        await console.type('"')
        assert "closing quote is missing" not in console.screen_text()


async def test_an_empty_result_says_which_term_leaves_nothing_and_what_to_do() -> None:
    async with running(ALERTS) as console:
        await filtered(console, "is:open tag:scanner nosuchword")
        said = "Nothing matches; without nosuchword 2 would. / edits, 0 clears, - goes back."
        assert console.note == said
        await filtered(console, "nosuchword tag:scanner nothingeither")
        assert console.note.startswith("Nothing matches, nor without any one term. / edits")
        await filtered(console, "nosuchword")
        assert console.note.startswith("Nothing matches. / edits")
    async with running() as console:
        await filtered(console, "tag:x")
        assert "There is no alert here yet" in console.note


async def test_zero_again_brings_the_filter_back() -> None:
    async with running(ALERTS, query="brute") as console:
        await console.do("filter.clear")
        assert "0 again brings back: brute" in console.note
        await console.do("filter.clear")
        assert len(console.ids()) == 2


async def test_keys_in_a_burst_reach_the_filter() -> None:
    async with running(ALERTS) as console:
        await console.burst("/", *"brute", "enter")
        assert console.ids() == ["a-0", "a-3"]
        assert console.store.journal() == []


async def test_a_click_takes_a_candidate_and_typing_goes_on() -> None:
    async with running(ALERTS, size=NARROW) as console:
        await console.do("filter.edit")
        await console.type("is:")
        await console.pilot.click("#filter-candidates", offset=(4, 2))
        await console.settle()
        assert typed(console) == "is:closed"
        await console.type(" ol")
        assert typed(console) == "is:closed ol"


async def test_hostile_values_are_offered_harmlessly_and_find_their_alerts() -> None:
    hostile = "x\x1b]0;owned\x07\u202ey [/] z"
    alerts = [an_alert("a-0", tags=(hostile,)), an_alert("a-1", tags=("plain",))]
    async with running(alerts, size=NARROW) as console:
        await console.do("filter.edit")
        await console.type("tag:x")
        assert len(offered(console)) == 1
        await console.press("tab", "enter")
        assert console.ids() == ["a-0"]
