"""Every size shows what it can, legibly; changing it moves nothing that the analyst has put somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Size
from textual.widget import Widget

from alerttui.triage.actions import Pane
from alerttui.tui.screens.arrangement import Arrangement, Layout, Shares
from alerttui.tui.screens.desk import ConsoleSettings
from alerttui.tui.widgets.document_view import DocumentView
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import MEDIUM, NARROW, WIDE, Console, running

VIEWS = {
    Pane.LIST: "list",
    Pane.DETAIL: "detail",
    Pane.EVENTS: "event-list",
    Pane.COMMENTS: "comments",
    Pane.HISTORY: "history",
    Pane.INDICATORS: "indicators",
    Pane.RELATED: "related",
}

TOO_SMALL = "alerttui needs 60x15; this is"


def expect_whole(console: Console, width: int, height: int) -> None:
    """Everything that belongs on screen at this size is there."""
    lines = console.lines()
    where = f"{width}x{height}\n{console.screen_text()}"
    assert len(lines) == height, where
    assert all(len(line) <= width for line in lines), where  # these alerts have narrow letters only
    assert lines[0].rstrip().endswith("Z"), where
    assert lines[1].startswith("/ "), where
    assert " of 40" in lines[-2], where
    assert lines[-1].rstrip().endswith("keys"), where
    arrangement = console.screen.arrangement
    assert arrangement.focused in arrangement.visible()
    for pane in Pane:
        assert console.visible(VIEWS[pane]) == (pane in arrangement.visible()), f"{pane} {where}"
        if pane in arrangement.visible():
            view = console.screen.query_one(f"#{VIEWS[pane]}")
            assert view.size.width >= 24, where
            assert view.size.height >= 1, where


async def test_every_size_shows_the_bars_the_list_and_the_focused_pane() -> None:
    async with running(some_alerts(40), size=(60, 15)) as console:
        for index, width in enumerate(range(60, 201, 14)):
            pane = list(Pane)[index % len(Pane)]
            await console.do(f"pane.{pane.value}")
            heights = range(15 + 5 * (index % 2), 61, 10)
            for height in heights if index % 3 else reversed(heights):
                await console.resize(width, height)
                expect_whole(console, width, height)
            assert console.focused is pane


async def test_all_panes_are_reachable_at_the_smallest_size() -> None:
    async with running(some_alerts(40), size=(60, 15)) as console:
        for pane in Pane:
            await console.do(f"pane.{pane.value}")
            assert console.focused is pane
            expect_whole(console, 60, 15)
            await console.do("pane.full")
            assert console.visible(VIEWS[pane])
            await console.do("pane.full")


@pytest.mark.parametrize("height", [15, 24, 40])
async def test_titles_keep_their_room_while_the_list_is_made_smaller(height: int) -> None:
    async with running(
        [an_alert(title="A title of more than twenty cells, to be cut")], size=(100, 40)
    ) as console:
        await console.resize(100 if height == 40 else 60, height)
        for _ in range(20):
            await console.do("list.smaller")
        assert "A title of more tha" in console.lines()[2]


# -- coming back


async def test_below_the_smallest_size_one_sentence_is_shown_and_all_comes_back() -> None:
    async with running(some_alerts(40), size=NARROW) as console:
        await console.press("G", "3")
        before = console.screen_text()
        await console.resize(50, 12)
        assert console.screen_text().split() == ["alerttui", "needs", "60x15;", "this", "is", "50x12."]
        await console.resize(20, 2)
        assert console.screen_text().split() == ["alerttui", "needs", "60x15;", "this", "is", "20x2."]
        await console.press("a", "c", "g", "1", "tab", "esc")
        await console.resize(*NARROW)
        assert console.screen_text() == before
        assert console.focused is Pane.EVENTS
        assert not any(console.history(alert_id) for alert_id in console.ids())


async def test_quitting_works_where_nothing_else_does() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.resize(40, 10)
        await console.press("q")
        assert not console.app.is_running


async def test_a_console_that_starts_too_small_shows_itself_once_there_is_room() -> None:
    async with running(some_alerts(3), size=(30, 8)) as console:
        assert TOO_SMALL in " ".join(console.screen_text().split())
        await console.resize(*NARROW)
        assert console.focused is Pane.LIST
        await console.press("j")
        assert console.cursor == "a-1"


async def test_a_half_written_comment_is_there_when_there_is_room_again() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press("n")
        await console.type("half a thought")
        await console.resize(50, 10)
        await console.type("lost")
        await console.resize(*NARROW)
        assert console.dialog == "ComposerScreen"
        assert "half a thought" in console.screen_text()
        assert "lost" not in console.screen_text()
        await console.type(", whole")
        await console.press("ctrl+s")
        assert console.comments("a-0") == ["half a thought, whole"]


@pytest.mark.parametrize("key", ["c", "s", "n", "t", "A", "?"])
async def test_dialogs_are_whole_at_the_smallest_size(key: str) -> None:
    async with running(some_alerts(3), size=(60, 15)) as console:
        await console.press(key)
        dialog = console.app.screen.query_one(".dialog-panel")
        assert 0 < dialog.region.y + 1 <= 15
        assert dialog.region.bottom <= 15
        focused = console.app.screen.focused
        assert focused is not None
        assert focused.size.height >= 1
        assert focused.region.bottom <= 15
        await console.resize(*MEDIUM)
        await console.resize(60, 15)
        assert console.has_dialog


async def test_a_resize_there_and_back_shows_the_same_lines_of_the_list() -> None:
    async with running(some_alerts(40), size=NARROW) as console:
        await console.press("ctrl+d", "ctrl+d", "j", "j", "k")
        before = console.lines()[2:11]
        for size in (WIDE, (60, 15), MEDIUM, (80, 16), NARROW):
            await console.resize(*size)
            assert console.cursor in console.screen_text() or console.row().title in console.screen_text()
        assert console.lines()[2:11] == before


async def test_each_kind_of_layout_comes_back_with_the_tab_that_it_had() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.resize(*MEDIUM)
        await console.press("h", "1")
        await console.resize(*NARROW)
        assert console.visible("detail")
        await console.resize(40, 10)
        await console.resize(*MEDIUM)
        assert console.visible("history")
        await console.press("2")
        await console.resize(*NARROW)
        await console.resize(*MEDIUM)
        assert console.visible("history")
        assert console.focused is Pane.DETAIL


async def test_a_pane_keeps_its_cursor_on_the_same_fact_at_another_width() -> None:
    wordy = an_alert(
        title="word " * 60, context='{"a": 1, "b": "' + "long " * 40 + '", "c": 3}', rule="Some.Rule"
    )
    async with running([wordy], size=NARROW) as console:
        await console.press("2")
        view = console.screen.query_one("#detail", DocumentView)
        for _ in range(9):
            await console.do("move.down")
        line = view.line_under_cursor
        assert line is not None
        row = view.cursor - view.scroll_offset.y
        for size in ((60, 15), WIDE, (61, 24), MEDIUM):
            await console.resize(*size)
            under = view.line_under_cursor
            assert under is not None
            assert under.value == line.value
        await console.resize(*NARROW)
        assert view.cursor - view.scroll_offset.y == row


# -- the divider


@pytest.mark.parametrize(("size", "step"), [(NARROW, 1), (MEDIUM, 4), (WIDE, 4)], ids=str)
async def test_keys_move_the_divider_as_far_as_both_sides_stay_usable(
    size: tuple[int, int], step: int
) -> None:
    async with running(some_alerts(40), size=size) as console:
        view = console.screen.query_one("#list")

        def extent() -> int:
            return view.size.height if size is NARROW else view.size.width

        start = extent()
        await console.do("list.larger")
        assert extent() == start + step
        await console.do("list.smaller", "list.smaller")
        assert extent() == start - step
        for _ in range(60):
            console.screen.arrangement.grow()
        await console.settle()
        expect_whole(console, *size)
        assert extent() > start
        for _ in range(90):
            console.screen.arrangement.shrink()
        await console.settle()
        expect_whole(console, *size)
        assert extent() < start


async def test_each_layout_remembers_its_own_divider() -> None:
    async with running(some_alerts(40), size=NARROW) as console:
        await console.do("list.larger", "list.larger")
        assert console.screen.query_one("#list").size.height == 11
        await console.resize(*MEDIUM)
        assert console.screen.query_one("#list").size.width == 59
        await console.do("list.smaller")
        await console.resize(*NARROW)
        assert console.screen.query_one("#list").size.height == 11
        await console.resize(*MEDIUM)
        assert console.screen.query_one("#list").size.width == 55


async def test_the_divider_is_where_it_was_at_the_next_start(tmp_path: Path) -> None:
    settings = ConsoleSettings(state_folder=tmp_path)
    async with running(some_alerts(3), size=NARROW, settings=settings) as console:
        await console.do("list.larger", "list.larger", "console.quit")
    async with running(some_alerts(3), size=NARROW, settings=settings) as console:
        assert console.screen.query_one("#list").size.height == 11
    (tmp_path / "divider.txt").write_text("nonsense", "ascii")
    async with running(some_alerts(3), size=NARROW, settings=settings) as console:
        assert console.screen.query_one("#list").size.height == 9


def test_shares_that_were_kept_hold_at_every_size() -> None:
    for layout in Layout:
        for share in (0.0, 0.2, 0.45, 0.9, 1.0):
            widgets = {pane: Widget() for pane in Pane}
            shares = Shares().having(layout, share)
            arrangement = Arrangement(Widget(), widgets, Widget(), Widget(), Widget(), shares)
            for width in range(1, 240, 9):
                for height in range(1, 60, 4):
                    arrangement.resize(Size(width, height))
                    room = width if arrangement.layout is not Layout.NARROW else max(2, height - 4)
                    assert 0 < arrangement.list_extent < room
