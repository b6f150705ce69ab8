"""Moving keys move, and change nothing."""

from __future__ import annotations

import pytest

from alerttui.triage.actions import ACTIONS, Group, Pane
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import NARROW, WIDE, running


async def test_j_and_k_and_the_arrows_move_by_one_line() -> None:
    async with running(some_alerts(5)) as console:
        await console.press("j", "down", "j")
        assert console.cursor == "a-3"
        await console.press("k", "up")
        assert console.cursor == "a-1"


async def test_g_and_capital_g_home_and_end_go_to_the_edges() -> None:
    async with running(some_alerts(40)) as console:
        assert (await console.press("G")).cursor == "a-39"
        assert (await console.press("g")).cursor == "a-0"
        assert (await console.press("end")).cursor == "a-39"
        assert (await console.press("home")).cursor == "a-0"


async def test_the_cursor_stops_at_the_edges() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("k", "up", "ctrl+u", "pageup")
        assert console.cursor == "a-0"
        await console.press("G", "j", "down", "ctrl+d", "pagedown")
        assert console.cursor == "a-2"


async def test_pages_and_half_pages_move_by_what_is_visible() -> None:
    async with running(some_alerts(100), size=NARROW) as console:
        visible = console.screen.queue.view.page_lines
        assert visible == 9
        await console.press("pagedown")
        assert console.cursor == f"a-{visible}"
        await console.press("ctrl+d")
        assert console.cursor == f"a-{visible + round(visible / 2)}"
        await console.press("ctrl+u", "pageup")
        assert console.cursor == "a-0"


async def test_at_the_edge_of_the_view_it_scrolls_by_half_a_page() -> None:
    async with running(some_alerts(100), size=NARROW) as console:
        view = console.screen.queue.view
        await console.press(*"j" * 8)
        assert view.scroll_offset.y == 0
        await console.press("j")
        assert view.scroll_offset.y == 9 - 9 // 2
        assert "Alert number 9 " in console.screen_text()


async def test_an_empty_list_can_be_moved_in_without_harm() -> None:
    async with running([]) as console:
        for key in ("j", "k", "g", "G", "ctrl+d", "ctrl+u", "pagedown", "pageup", "J", "K", "enter"):
            await console.press(key)
        assert console.app.is_running
        assert console.screen.queue.view.row_under_cursor is None


async def test_a_single_alert_stays_under_the_cursor() -> None:
    async with running([an_alert()]) as console:
        await console.press("j", "k", "G", "g", "J", "K", "ctrl+d")
        assert console.cursor == "a-1"
        assert console.opened() == "a-1"


@pytest.mark.parametrize("pane", Pane)
async def test_next_and_previous_alert_work_from_every_pane(pane: Pane) -> None:
    async with running(some_alerts(5), size=WIDE) as console:
        await console.do(f"pane.{pane.value}", "alert.next", "alert.next")
        assert (console.cursor, console.opened(), console.focused) == ("a-2", "a-2", pane)
        await console.do("alert.previous")
        assert (console.cursor, console.opened(), console.focused) == ("a-1", "a-1", pane)
        await console.press("]", "]", "[")
        assert console.cursor == "a-2"


async def test_the_panes_follow_the_cursor_after_a_rest() -> None:
    async with running(some_alerts(4), rest_s=0.08) as console:
        assert console.opened() == "a-0"
        await console.burst("j", "j")
        assert console.opened() == "a-2"
        assert "Alert number 2" in console.pane_text("detail")


async def test_moving_keys_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    moves = [action for action in ACTIONS if action.group is Group.MOVE]
    async with running(some_alerts(30)) as console:
        before, version = console.snapshot(), console.store.data_version()
        for action in moves:
            await console.press(*action.keys)
        assert console.snapshot() == before
        assert console.store.data_version() == version
        assert console.store.journal() == []


async def test_a_hundred_keys_in_one_go_end_where_they_should() -> None:
    async with running(some_alerts(200)) as console:
        await console.burst(*"j" * 100)
        assert (console.cursor, console.opened()) == ("a-100", "a-100")


async def test_the_whole_list_is_known_after_the_start() -> None:
    async with running(some_alerts(350)) as console:
        assert console.screen.queue.listing.complete
        assert len(console.ids()) == 350
        assert (await console.press("G")).cursor == "a-349"
        assert "all alerts 350" in console.top_text


async def test_every_action_has_a_handler() -> None:
    async with running([an_alert()]) as console:
        assert set(console.screen._handlers) == {action.id for action in ACTIONS}


async def test_a_sentence_about_one_key_is_gone_with_the_next() -> None:
    async with running([an_alert("a"), an_alert("b")]) as console:
        await console.press("B")
        assert "does nothing here" in console.note
        await console.do("move.down")
        assert console.note == ""


async def test_a_sentence_about_a_change_stays_while_one_moves_on() -> None:
    async with running([an_alert("a"), an_alert("b")]) as console:
        await console.do("alert.take", "move.down")
        assert console.note.startswith("taken")
