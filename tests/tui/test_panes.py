"""The panes: which is on screen, which has the focus, and what a resize leaves as it was."""

from __future__ import annotations

import pytest

from alerttui.triage.actions import Pane
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import MEDIUM, NARROW, WIDE, Console, running

SIZES = [NARROW, MEDIUM, WIDE]
VIEWS = {
    Pane.LIST: "list",
    Pane.DETAIL: "detail",
    Pane.EVENTS: "event-list",
    Pane.COMMENTS: "comments",
    Pane.HISTORY: "history",
    Pane.INDICATORS: "indicators",
    Pane.RELATED: "related",
}
EVENTS = ['{"user":"mara","try":1}', '{"user":"mara","try":2}', "plain words"]


def expect_focus(console: Console, pane: Pane) -> None:
    """This pane has the focus and is on screen."""
    assert console.focused is pane
    assert console.screen.focused is console.screen.query_one(f"#{VIEWS[pane]}")
    assert console.visible(VIEWS[pane])


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_tab_goes_through_all_panes_and_round(size: tuple[int, int]) -> None:
    async with running(some_alerts(3), size=size) as console:
        for pane in (*list(Pane)[1:], Pane.LIST):
            await console.press("tab")
            expect_focus(console, pane)
        for pane in reversed(Pane):
            await console.press("shift+tab")
            expect_focus(console, pane)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_digit_goes_to_its_pane(size: tuple[int, int]) -> None:
    async with running(some_alerts(3), size=size) as console:
        lettered = (Pane.HISTORY, Pane.INDICATORS, Pane.RELATED)
        for key, pane in zip("2345671hir", (*list(Pane)[1:], Pane.LIST, *lettered), strict=True):
            await console.press(key)
            expect_focus(console, pane)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_f_shows_a_pane_alone_and_esc_shows_all_again(size: tuple[int, int]) -> None:
    async with running(some_alerts(3), size=size) as console:
        for pane in Pane:
            await console.do(f"pane.{pane.value}", "pane.full")
            expect_focus(console, pane)
            assert [each for each in Pane if console.visible(VIEWS[each])] == [pane]
            await console.press("esc")
            expect_focus(console, pane)
            assert console.visible("list")


async def test_f_is_a_switch() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press("2", "f")
        assert not console.visible("list")
        await console.press("f")
        assert console.visible("list")


async def test_another_pane_can_be_gone_to_while_one_is_alone() -> None:
    async with running(some_alerts(3), size=MEDIUM) as console:
        await console.press("2", "f", "4")
        expect_focus(console, Pane.COMMENTS)
        assert not console.visible("detail")
        await console.press("tab")
        expect_focus(console, Pane.HISTORY)


async def test_enter_opens_the_alert_and_esc_goes_back_to_the_list() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press("j", "enter")
        expect_focus(console, Pane.DETAIL)
        assert console.opened() == "a-1"
        await console.press("esc")
        expect_focus(console, Pane.LIST)
        assert console.cursor == "a-1"


async def test_enter_in_the_events_goes_into_the_event_and_esc_back() -> None:
    async with running([an_alert(events=EVENTS)]) as console:
        await console.press("3", "j", "enter")
        assert console.screen.focused is console.screen.query_one("#event")
        assert '"try": 2' in console.pane_text("event") or "try" in console.pane_text("event")
        await console.press("esc")
        expect_focus(console, Pane.EVENTS)
        await console.press("esc")
        expect_focus(console, Pane.LIST)


async def test_the_event_follows_the_list_of_events() -> None:
    async with running([an_alert(events=EVENTS)]) as console:
        await console.press("3", "G")
        assert "plain words" in console.pane_text("event")
        await console.press("g")
        assert "1" in console.pane_text("event")
        assert "plain words" not in console.pane_text("event")


async def test_more_events_load_while_going_down() -> None:
    events = [f'{{"number":{number}}}' for number in range(60)]
    async with running([an_alert(events=events)]) as console:
        await console.press("3")
        assert "35 more" in console.pane_text("event-list")
        await console.press("G", "G", "G", "G")
        assert "more: they load" not in console.pane_text("event-list")
        assert "59" in console.pane_text("event")


async def test_enter_folds_json_in_the_detail() -> None:
    context = '{"inner":{"a":1,"b":2},"list":[1,2,3]}'
    async with running([an_alert(context=context)]) as console:
        await console.press("2")
        whole = console.pane_text("detail")
        view = console.screen.parts.panes.detail
        folds = [index for index in range(view.line_count()) if view._lines[index].fold is not None]
        assert folds, whole
        view.move_to(folds[0])
        await console.press("enter")
        assert console.pane_text("detail") != whole
        await console.press("enter")
        assert console.pane_text("detail") == whole


@pytest.mark.parametrize("pane", Pane)
async def test_a_resize_keeps_cursor_focus_and_opened_alert(pane: Pane) -> None:
    async with running(some_alerts(100), size=WIDE) as console:
        await console.press(*"jjjjjjjjjjjj")
        await console.do(f"pane.{pane.value}")
        for size in (NARROW, MEDIUM, WIDE, (40, 20), MEDIUM, NARROW):
            await console.resize(*size)
            expect_focus(console, pane)
            assert (console.cursor, console.opened()) == ("a-12", "a-12")
            assert all(len(line) == size[0] for line in console.lines())
            view = console.screen.queue.view
            if console.visible("list"):
                assert 0 <= view.cursor - view.scroll_offset.y < view.page_lines


async def test_a_pane_alone_stays_alone_through_a_resize() -> None:
    async with running(some_alerts(3), size=WIDE) as console:
        await console.press("4", "f")
        for size in (NARROW, MEDIUM, WIDE):
            await console.resize(*size)
            expect_focus(console, Pane.COMMENTS)
            assert not console.visible("list")


async def test_a_tiny_terminal_does_not_end_the_console() -> None:
    async with running(some_alerts(30), size=MEDIUM) as console:
        for size in ((20, 5), (10, 3), (2, 2), (1, 1), (300, 4), NARROW):
            await console.resize(*size)
            await console.press("j", "2", "1")
        assert console.app.is_running


async def test_the_tabs_count_what_their_panes_hold() -> None:
    new = an_alert(events=EVENTS, comments=["one", "two"])
    async with running([new], size=NARROW) as console:
        text = console.screen_text()
        assert "3 Events 3" in text
        assert "4 Comments 2" in text


async def test_an_alert_without_anything_says_so_in_every_pane() -> None:
    async with running([an_alert()], size=WIDE) as console:
        assert "No events came with this alert." in console.pane_text("event-list")
        assert "No comments yet. n writes one." in console.pane_text("comments")
        await console.press("h")
        assert "Nothing was changed on this alert yet." in console.pane_text("history")


async def test_esc_at_the_top_is_harmless() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("esc", "esc", "esc")
        expect_focus(console, Pane.LIST)
        assert console.app.is_running


async def test_the_help_lists_the_keys_of_the_focused_pane() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("?")
        assert console.dialog == "HelpScreen"
        assert "Keys in the list" in console.screen_text()
        await console.press("j", "k", "pagedown", "pageup", "esc", "4", "?")
        assert "Keys in the comments" in console.screen_text()
        await console.press("q")
        assert not console.has_dialog
        assert console.app.is_running


async def test_q_leaves() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("q")
        assert not console.app.is_running or console.app._exit
        assert console.app.return_code in (0, None)


async def test_a_change_keeps_the_events_that_were_loaded_and_the_one_in_view() -> None:
    many = [f'{{"line":{number}}}' for number in range(40)]
    async with running([an_alert(events=many)], size=MEDIUM) as console:
        await console.do("pane.events", "move.bottom", "move.bottom")
        assert '"line":39' not in console.pane_text("event")
        assert "line: 39" in console.pane_text("event")
        await console.do("alert.take")
        assert console.stored("a-1").status == "TRIAGED"
        assert "line: 39" in console.pane_text("event")
        assert console.screen.parts.panes.event_list.cursor == 39


async def test_everything_folds_and_unfolds_at_once() -> None:
    context = '{"outer":{"inner":{"leaf":1}},"list":[[1,2],[3]]}'
    async with running([an_alert(context=context, events=[context, "plain"])]) as console:
        await console.do("pane.detail")
        whole = console.pane_text("detail")
        await console.do("fold.all")
        assert "leaf" not in console.pane_text("detail")
        await console.do("fold.all")
        assert console.pane_text("detail") == whole
        await console.do("pane.events", "fold.all")
        assert "leaf" not in console.pane_text("event")
        await console.do("move.down", "fold.all")
        assert "Nothing folds here" in console.note


async def test_ten_thousand_events_load_in_growing_steps() -> None:
    many = [f'{{"line":{number}}}' for number in range(10_000)]
    async with running([an_alert(events=many)]) as console:
        await console.do("pane.events", *["move.bottom"] * 9)
        assert console.screen.reading.panes.event_list.cursor >= 5_000
        assert console.screen.reading.showing.events.total == 10_000


async def test_a_huge_branch_gives_its_json_only_when_asked() -> None:
    inner = ",".join(f'"k{number}":{number}.50' for number in range(20_000))
    async with running([an_alert(context=f'{{"root":{{{inner}}}}}')]) as console:
        lines = console.screen.reading.panes.detail.lines
        branch = next(line for line in lines if line.fold is not None)
        assert branch.value == f"{{{inner}}}"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_keys_act_in_the_only_event_itself_and_one_esc_leaves_it(size: tuple[int, int]) -> None:
    event = "{" + ",".join(f'"field{number}":{number}' for number in range(30)) + "}"
    async with running([an_alert(events=[event])], size=size) as console:
        await console.do("pane.events", "move.bottom")
        panes = console.screen.parts.panes
        assert console.screen.focused is panes.event
        assert panes.event.cursor == panes.event.line_count() - 1
        await console.do("back")
        assert console.focused is Pane.LIST


async def test_from_one_of_several_events_esc_goes_back_to_their_list() -> None:
    async with running([an_alert(events=EVENTS)]) as console:
        await console.do("pane.events", "pane.open")
        assert console.screen.focused is console.screen.parts.panes.event
        await console.do("back")
        expect_focus(console, Pane.EVENTS)
