"""Finding a text in a pane: it goes there while one types, unfolds on the way, and tells how often it is."""

from __future__ import annotations

import json

from alerttui.tui.widgets.document_view import DocumentView
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import MEDIUM, NARROW, Console, running

DEEP = json.dumps(
    {
        "first": {"a": 1, "b": [1, 2]},
        "filler": {"deep": {"hidden": "Needle in a fold"}} | {f"k{number}": number for number in range(80)},
        "last": {"needle": "again", "other": "NEEDLE"},
    }
)


def view(console: Console, name: str = "detail") -> DocumentView:
    return console.screen.query_one(f"#{name}", DocumentView)


def line(console: Console, name: str = "detail") -> str:
    """The line under the cursor of a pane."""
    found = view(console, name).line_under_cursor
    return found.content.plain if found else ""


async def find(console: Console, text: str) -> None:
    await console.do("find.open")
    await console.type(text)


async def test_typing_goes_to_the_first_match_and_unfolds_what_hides_it() -> None:
    async with running([an_alert(context=DEEP)], size=NARROW) as console:
        await console.do("pane.detail")
        assert "hidden" not in console.pane_text("detail")
        await find(console, "needle in")
        assert 'hidden: "Needle in a fold"' in line(console)
        assert "1 of 1" in console.screen_text()
        await console.press("enter")
        assert "1 of 1" in console.note


async def test_esc_goes_back_to_where_it_was_and_folds_again() -> None:
    async with running([an_alert(context=DEEP)], size=NARROW) as console:
        await console.do("pane.detail", "move.down", "move.down")
        before, cursor = console.pane_text("detail"), view(console).cursor
        await find(console, "needle")
        assert console.pane_text("detail") != before
        await console.press("esc")
        assert (console.pane_text("detail"), view(console).cursor) == (before, cursor)
        await console.do("find.next")
        assert "Nothing is looked for" in console.note


async def test_next_and_previous_go_around_and_say_so() -> None:
    async with running([an_alert(context=DEEP)], size=MEDIUM) as console:
        await console.do("pane.detail")
        await find(console, "needle")
        await console.press("enter")
        assert "1 of 3" in console.note
        await console.do("find.next")
        assert "needle: " in line(console)
        assert "2 of 3" in console.note
        await console.do("find.next", "find.next")
        assert "1 of 3; went on from the top" in console.note
        await console.do("find.previous")
        assert "3 of 3; went on from the end" in console.note
        assert "NEEDLE" in line(console)


async def test_capitals_are_taken_as_they_are() -> None:
    async with running([an_alert(context=DEEP)]) as console:
        await console.do("pane.detail")
        await find(console, "NEEDLE")
        assert "1 of 1" in console.screen_text()


async def test_a_match_that_is_broken_over_two_lines_is_found() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    async with running([an_alert(comments=[words])], size=NARROW) as console:
        await console.do("pane.comments")
        text = console.pane_text("comments").split("\n")
        broken = f"{text[1].split()[-1]} {text[2].split()[0]}"
        await find(console, broken)
        assert "1 of 1" in console.screen_text()


async def test_an_indicator_is_found_as_it_is_written_though_it_is_shown_disarmed() -> None:
    async with running([an_alert("a-1", "to evil.top and 198.51.100.7")]) as console:
        await console.do("pane.indicators")
        await find(console, "evil.top")
        assert "evil[.]top" in line(console, "indicators")


async def test_the_list_of_events_is_searched_in_their_whole_bodies() -> None:
    events = [
        json.dumps({"user": "mara", "n": number, "deep": {"x": f"value-{number}"}}) for number in range(20)
    ]
    async with running([an_alert(events=events)]) as console:
        await console.do("pane.events")
        await find(console, "value-13")
        await console.press("enter")
        assert view(console, "event-list").cursor == 13
        assert "value-13" in console.pane_text("event")


async def test_what_is_not_there_is_said_and_the_place_kept() -> None:
    async with running([an_alert(context=DEEP)]) as console:
        await console.do("pane.detail", "move.down")
        cursor = view(console).cursor
        await find(console, "nowhere")
        assert '"nowhere" is not in this pane.' in console.screen_text()
        await console.press("enter")
        assert view(console).cursor == cursor


async def test_in_the_list_it_says_what_filters() -> None:
    async with running(some_alerts(3)) as console:
        await console.do("find.open")
        assert not console.has_dialog
        assert "in the list / filters" in console.note


async def test_a_search_goes_on_in_another_pane_and_another_alert() -> None:
    alerts = [
        an_alert("a-1", context='{"x":"mara"}', comments=["mara again"]),
        an_alert("a-2", context='{"y":"mara"}'),
    ]
    async with running(alerts, query="sort:title") as console:
        await console.do("pane.detail")
        await find(console, "mara")
        await console.press("enter")
        await console.do("pane.comments", "find.next")
        assert line(console, "comments") == "mara again"
        await console.do("pane.detail", "alert.next", "find.next")
        assert "mara" in line(console)


async def test_matches_are_set_off_without_colour() -> None:
    async with running([an_alert(context='{"x":"mara","y":"mara"}')]) as console:
        await console.do("pane.detail")
        await find(console, "mara")
        await console.press("enter")
        detail = view(console)
        here = detail.strip_at(detail.cursor, 60)
        assert any(each.style and each.style.reverse and each.text == "mara" for each in here)
        there = detail.strip_at(detail.cursor + 1, 60)
        assert any(each.style and each.style.underline and each.text == "mara" for each in there)
        await console.do("find.open")
        await console.burst(*["backspace"] * 4, "enter")
        assert not any(each.style and each.style.underline for each in detail.strip_at(detail.cursor + 1, 60))


async def test_a_huge_body_is_searched_without_stalling_and_hostile_needles_are_texts() -> None:
    body = json.dumps({f"key-{number}": "x" * 40 for number in range(15_000)} | {"last": "[/](.*)+\\"})
    async with running([an_alert(context=body)]) as console:
        await console.do("pane.detail")
        await find(console, "[/](.*)+\\")
        assert "1 of 1" in console.screen_text()
        await console.press("esc")


async def test_what_was_looked_for_last_is_replaced_by_typing() -> None:
    async with running([an_alert(context=DEEP)], size=NARROW) as console:
        await console.do("pane.detail")
        await find(console, "needle")
        await console.press("enter")
        await find(console, "filler")
        assert '"needlefiller"' not in console.screen_text()
        assert "filler" in line(console)
