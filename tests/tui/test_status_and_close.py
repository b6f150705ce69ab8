"""Status, close and quality: one letter picks, one change is made, and the next alert comes."""

from __future__ import annotations

import pytest

from alerttui.domain.vocabulary import Quality
from alerttui.tui.screens.desk import ConsoleSettings
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import NARROW, WIDE, running


@pytest.mark.parametrize(
    ("letter", "word"), [("o", "OPEN"), ("t", "TRIAGED"), ("r", "RESOLVED"), ("c", "CLOSED")]
)
async def test_each_letter_of_the_status_menu_sets_its_word(letter: str, word: str) -> None:
    start = "TRIAGED" if word == "OPEN" else "OPEN"
    async with running(some_alerts(2, status=start)) as console:
        await console.do("alert.status")
        assert console.dialog == "MenuScreen"
        assert "Status of Alert number 0" in console.screen_text()
        await console.press(letter)
        assert not console.has_dialog
        assert console.stored("a-0").status == word
        assert console.stored("a-1").status == start
        assert console.note.startswith("status ")


async def test_the_status_menu_says_which_word_holds_now() -> None:
    async with running([an_alert(status="TRIAGED")]) as console:
        await console.do("alert.status")
        (line,) = [line for line in console.lines() if " t  Triaged" in line]
        assert line.rstrip().endswith("now")


async def test_esc_leaves_the_status_as_it_is() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.status")
        await console.press("esc")
        assert not console.has_dialog
        assert console.stored("a-0").status == "OPEN"
        assert console.store.journal() == []


async def test_arrows_and_enter_pick_too() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.status")
        await console.press("down", "enter")
        assert console.stored("a-0").status == "TRIAGED"


async def test_a_letter_that_is_no_option_leaves_the_menu_open() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.status")
        await console.press("y", "z", "q")
        assert console.dialog == "MenuScreen"
        assert console.store.journal() == []


async def test_closing_sets_status_verdict_and_comment_in_one_change() -> None:
    async with running(some_alerts(3)) as console:
        await console.do("alert.close")
        await console.press("b", "tab")
        await console.type("our own scanner")
        await console.press("enter")
        alert = console.stored("a-0")
        assert (alert.status, alert.verdict) == ("RESOLVED", "benign")
        assert console.comments("a-0") == ["our own scanner"]
        (entry,) = console.store.journal()
        assert entry.change.comment == "our own scanner"
        assert console.note == "closed as Resolved, Benign: Alert number 0"


async def test_a_verdict_brings_the_target_that_goes_with_it() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.close")
        await console.press("f", "enter")
        assert (console.stored("a-0").status, console.stored("a-0").verdict) == ("CLOSED", "false_positive")


async def test_a_chosen_target_is_kept_whatever_the_verdict() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.close")
        await console.press("r", "f", "enter")
        assert (console.stored("a-0").status, console.stored("a-0").verdict) == ("RESOLVED", "false_positive")


async def test_a_verdict_pressed_twice_is_taken_away_again() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.close")
        await console.press("b", "b", "enter")
        assert console.stored("a-0").verdict == ""


async def test_esc_in_the_close_dialog_leaves_the_alert_open() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.close")
        await console.press("c", "b", "tab")
        await console.type("words")
        await console.press("esc")
        assert not console.has_dialog
        assert console.stored("a-0").status == "OPEN"
        assert console.comments("a-0") == []


@pytest.mark.parametrize("size", [NARROW, WIDE, (60, 20)], ids=str)
async def test_every_verdict_is_on_screen_in_the_close_dialog(size: tuple[int, int]) -> None:
    async with running(some_alerts(2), size=size) as console:
        await console.do("alert.close")
        text = " ".join(console.screen_text().split())
        for verdict in console.session.capabilities.verdicts:
            assert f"{verdict.key} {verdict.label}" in text


async def test_after_closing_the_cursor_is_on_the_next_open_alert() -> None:
    alerts = [an_alert("a-0", age_min=1), an_alert("a-1", age_min=2, status="RESOLVED"),
              an_alert("a-2", age_min=3)]  # fmt: skip
    async with running(alerts) as console:
        await console.do("alert.close")
        await console.press("enter")
        assert (console.cursor, console.opened()) == ("a-2", "a-2")


async def test_after_closing_the_last_one_the_cursor_goes_back_up() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("G")
        await console.do("alert.close")
        await console.press("enter")
        assert console.cursor == "a-1"


async def test_after_closing_the_only_open_one_the_cursor_stays() -> None:
    async with running([an_alert()]) as console:
        await console.do("alert.close")
        await console.press("enter")
        assert console.cursor == "a-1"
        assert console.stored("a-1").status == "RESOLVED"


async def test_without_auto_advance_the_cursor_stays() -> None:
    async with running(some_alerts(3), settings=ConsoleSettings(auto_advance=False)) as console:
        await console.do("alert.close")
        await console.press("enter")
        assert (console.cursor, console.opened()) == ("a-0", "a-0")
        assert "Resolved" in console.pane_text("detail")


async def test_a_status_that_closes_moves_on_too() -> None:
    async with running(some_alerts(3)) as console:
        await console.do("alert.status")
        await console.press("r")
        assert console.cursor == "a-1"


async def test_a_closed_alert_stays_in_the_list_until_it_is_refreshed() -> None:
    async with running(some_alerts(3), query="is:open") as console:
        await console.do("alert.close")
        await console.press("enter")
        assert console.ids() == ["a-0", "a-1", "a-2"]
        assert "1 no longer match" in console.top_text
        await console.do("list.refresh")
        assert console.ids() == ["a-1", "a-2"]
        assert console.cursor == "a-1"


@pytest.mark.parametrize("pane", ["pane.detail", "pane.events", "pane.comments", "pane.history"])
async def test_a_pane_closes_the_alert_that_it_shows(pane: str) -> None:
    async with running(some_alerts(3)) as console:
        await console.do("alert.next", pane, "alert.close")
        await console.press("enter")
        assert console.stored("a-1").status == "RESOLVED"
        assert console.opened() == "a-2"


@pytest.mark.parametrize(("letter", "quality"), [("u", Quality.USEFUL), ("n", Quality.NOISE)])
async def test_quality_is_rated_by_one_letter(letter: str, quality: Quality) -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.quality")
        await console.press(letter)
        assert console.stored("a-0").quality is quality
        assert console.note == f"quality {quality.value}: Alert number 0"


async def test_quality_is_cleared_by_x() -> None:
    async with running([an_alert(quality=Quality.NOISE)]) as console:
        await console.do("alert.quality")
        await console.press("x")
        assert console.stored("a-1").quality is None
        assert console.note == "quality cleared: Alert a-1"


async def test_setting_what_is_so_already_says_so_and_writes_no_history() -> None:
    async with running([an_alert(quality=Quality.NOISE)]) as console:
        await console.do("alert.quality")
        await console.press("n")
        assert "so already" in console.note
        assert console.history("a-1") == []


async def test_a_change_is_in_the_history_pane_at_once() -> None:
    async with running(some_alerts(2), settings=ConsoleSettings(auto_advance=False)) as console:
        await console.do("alert.status")
        await console.press("t")
        await console.do("pane.history")
        assert "status OPEN → TRIAGED" in console.pane_text("history")
        assert "Ana" in console.pane_text("history")


async def test_esc_in_the_close_dialog_loses_no_words() -> None:
    async with running(some_alerts(2), size=NARROW) as console:
        await console.do("alert.close")
        await console.press("tab")
        await console.type("a long reason")
        await console.press("esc")
        await console.do("alert.close")
        assert "a long reason" in console.screen_text()


async def test_a_pasted_reason_of_several_lines_is_kept_whole() -> None:
    async with running(some_alerts(2), settings=ConsoleSettings(auto_advance=False)) as console:
        await console.do("alert.close")
        await console.press("tab")
        await console.paste("seen before\nsame host as yesterday")
        await console.press("enter")
        (comment,) = console.comments("a-0")
        assert "same host as yesterday" in comment


async def test_j_and_k_move_in_a_menu_as_they_do_in_the_list() -> None:
    async with running(some_alerts(1)) as console:
        await console.do("alert.status")
        await console.press("j", "j", "k", "enter")
        assert console.stored("a-0").status == "TRIAGED"


async def test_a_letter_of_the_menu_comes_before_moving() -> None:
    async with running(some_alerts(1)) as console:
        await console.do("value.copy")
        await console.press("j")
        assert not console.has_dialog
        assert "copied" in console.note
