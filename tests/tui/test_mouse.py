"""The mouse: a click puts the cursor, one on the cursor opens; the wheel scrolls; bars and divider answer."""

from __future__ import annotations

import pytest
from textual.events import MouseMove, MouseScrollDown, MouseScrollUp

from alerttui.triage.actions import Pane
from alerttui.tui.widgets.line_view import LineView
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import MEDIUM, NARROW, WIDE, Console, running

LONG = "\n".join(f"line {number}" for number in range(80))


async def click(console: Console, x: int, y: int) -> None:
    """Press and release the left button at a place of the screen."""
    await console.pilot.click(offset=(x, y))
    await console.settle()


async def click_on(console: Console, words: str) -> None:
    """Click on the first letter of words that are on screen."""
    for y, line in enumerate(console.lines()):
        if words in line:
            await click(console, line.index(words), y)
            return
    raise AssertionError(f"{words!r} is not on screen:\n{console.screen_text()}")


async def wheel(console: Console, x: int, y: int, *, notches: int) -> None:
    """Turn the wheel over a place: down where positive."""
    event = MouseScrollDown if notches > 0 else MouseScrollUp
    for _ in range(abs(notches)):
        await console.pilot._post_mouse_events([event], offset=(x, y))
    await console.settle()


async def drag(console: Console, start: tuple[int, int], *path: tuple[int, int]) -> None:
    """Pull with the left button from a place through others to the last."""
    await console.pilot.mouse_down(offset=start)
    for place in path:
        await console.pilot._post_mouse_events([MouseMove], offset=place, button=1)
    await console.pilot.mouse_up(offset=path[-1])
    await console.settle()


# -- views


async def test_a_click_puts_the_cursor_and_another_opens_the_alert() -> None:
    async with running(some_alerts(10), size=NARROW) as console:
        await click(console, 20, 5)
        assert (console.cursor, console.focused) == ("a-3", Pane.LIST)
        await click(console, 20, 5)
        assert console.focused is Pane.DETAIL
        assert console.opened() == "a-3"


async def test_only_the_left_button_opens_and_pulling_over_text_selects_nothing() -> None:
    async with running(some_alerts(10), size=NARROW) as console:
        await console.pilot.click(offset=(20, 2), button=3)
        await console.settle()
        assert console.focused is Pane.LIST
        await drag(console, (10, 4), (30, 6), (50, 8))
        assert not console.app.screen.selections


async def test_a_click_that_gives_a_pane_the_focus_opens_nothing() -> None:
    async with running([an_alert(context='{"a":{"b":1}}')], size=NARROW) as console:
        await console.press("2", "1")
        await click(console, 5, 2)
        await console.press("2")
        view = console.screen.query_one("#detail", LineView)
        row = view.region.y + view.cursor - view.scroll_offset.y
        await console.press("1")
        before = console.pane_text("detail")
        await click(console, 3, row)
        assert console.focused is Pane.DETAIL
        assert console.pane_text("detail") == before


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=str)
async def test_the_wheel_scrolls_each_view_under_it_and_moves_no_cursor(size: tuple[int, int]) -> None:
    events = [f'"{number}"' for number in range(30)]
    alerts = [an_alert(events=events, comments=[LONG], age_min=500), *some_alerts(90)]
    async with running(alerts, size=size, query="sort:created") as console:
        await console.press("g")
        for pane, name in ((Pane.LIST, "list"), (Pane.EVENTS, "event-list"), (Pane.COMMENTS, "comments")):
            await console.do(f"pane.{pane.value}")
            view = console.screen.query_one(f"#{name}", LineView)
            cursor, place = view.cursor, view.region.center
            await wheel(console, int(place[0]), int(place[1]), notches=2)
            assert view.scroll_offset.y > 0, name
            assert view.cursor == cursor
            await wheel(console, int(place[0]), int(place[1]), notches=-4)
            assert view.scroll_offset.y == 0
            assert view.cursor == cursor


async def test_a_click_picks_in_a_menu() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press("s")
        line = next(line for line in console.lines() if "Triaged" in line and "▌" not in line)
        y = console.lines().index(line)
        await click(console, 6, y)
        if console.has_dialog:
            await click(console, 6, y)
        assert not console.has_dialog
        assert console.stored("a-0").status == "TRIAGED"


# -- bars


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE, (60, 15)], ids=str)
async def test_a_click_on_a_tab_goes_to_its_pane(size: tuple[int, int]) -> None:
    async with running(some_alerts(3), size=size) as console:
        for words, pane in (("4 Com", Pane.COMMENTS), ("r Re", Pane.RELATED), ("3 E", Pane.EVENTS)):
            await click_on(console, words)
            assert console.focused is pane


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await click_on(console, "a take")
        assert console.stored("a-0").assignee is not None
        await click_on(console, "z undo")
        assert console.stored("a-0").assignee is None
        await click_on(console, "s status")
        assert console.has_dialog


async def test_a_click_on_a_view_goes_there_and_one_on_the_listed_view_offers_them_all() -> None:
    async with running(some_alerts(3), query="is:open", size=MEDIUM) as console:
        await click_on(console, "Critical")
        assert not console.has_dialog
        assert console.screen.filter_bar.text == "is:open severity:critical"
        await click_on(console, "Critical")
        assert console.dialog == "ViewMenu"


async def test_a_click_on_the_filter_edits_it() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await click(console, 30, 1)
        assert console.is_editing()
        await click(console, 30, 1)
        assert console.is_editing()
        await console.press("esc", "esc")
        assert not console.is_editing()


# -- the divider


@pytest.mark.parametrize("size", [MEDIUM, WIDE], ids=str)
async def test_the_rule_between_list_and_panes_is_pulled_sideways(size: tuple[int, int]) -> None:
    async with running(some_alerts(3), size=size) as console:
        x = size[0] // 2 - 1
        await drag(console, (x, 10), (x - 5, 12), (x - 9, 15))
        assert console.screen.query_one("#list").size.width == x - 9
        await drag(console, (x - 9, 20), (1, 20))
        assert console.screen.query_one("#list").size.width == 36
        assert console.focused is Pane.LIST


async def test_the_line_of_tabs_is_pulled_up_and_down_where_the_list_is_above() -> None:
    async with running(some_alerts(30), size=NARROW) as console:
        view = console.screen.query_one("#list")
        assert view.size.height == 9
        await drag(console, (40, 11), (40, 12), (12, 15))
        assert view.size.height == 13
        assert console.focused.value == "list", "the end of a drag is no click on a tab"
        await drag(console, (40, 15), (40, 2))
        assert view.size.height == 3
        await click_on(console, "3 Events")
        assert console.focused is Pane.EVENTS


async def test_a_button_that_came_up_unseen_leaves_no_drag_behind() -> None:
    async with running(some_alerts(3), size=MEDIUM) as console:
        await console.pilot.mouse_down(offset=(59, 10))
        await console.pilot._post_mouse_events([MouseMove], offset=(50, 10), button=1)
        await console.pilot._post_mouse_events([MouseMove], offset=(45, 10), button=0)
        await console.pilot._post_mouse_events([MouseMove], offset=(40, 10), button=0)
        await console.settle()
        assert console.screen.query_one("#list").size.width == 50
        assert console.app.mouse_captured is None


async def test_where_there_is_no_terminal_the_mouse_key_says_so() -> None:
    async with running(some_alerts(3)) as console:
        await console.do("console.mouse")
        assert console.note == "There is no mouse to switch here."
