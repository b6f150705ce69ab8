"""Repeat, undo and redo: on one alert, on many, across a restart, and against a colleague."""

from __future__ import annotations

from pathlib import Path

from alerttui.backends.registry import open_local
from alerttui.domain.change import Change, Edit
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.tui.screens.desk import ConsoleSettings
from tests.alerts import ANA, BOB, NOW_MS, some_alerts
from tests.tui.driver import NARROW, running

STAY = ConsoleSettings(auto_advance=False)


def set_status(path: Path, alert_id: str, status: str) -> None:
    """Bob sets a status through a connection of his own."""
    store, _ = open_local(path)
    edit = Edit(alert_id=AlertId(alert_id), patch=AlertPatch(status=Set(status)))
    store.commit(Change(id=f"bob-{alert_id}-{status}", at_ms=NOW_MS, by=BOB, label="by bob", edits=(edit,)))
    store.close()


async def test_undo_takes_back_status_and_verdict_and_redo_makes_them_again() -> None:
    async with running(some_alerts(2), settings=STAY) as console:
        await console.do("alert.close")
        await console.press("b", "enter")
        await console.do("change.undo")
        assert (console.stored("a-0").status, console.stored("a-0").verdict) == ("OPEN", "")
        assert console.note == "undo: closed as Resolved, Benign: Alert number 0"
        assert "Open" in console.pane_text("detail")
        await console.do("change.redo")
        assert (console.stored("a-0").status, console.stored("a-0").verdict) == ("RESOLVED", "benign")
        assert console.note == "redo: closed as Resolved, Benign: Alert number 0"


async def test_undo_of_a_close_with_a_comment_keeps_the_comment_and_says_so() -> None:
    async with running(some_alerts(2), settings=STAY) as console:
        await console.do("alert.close")
        await console.press("tab")
        await console.type("why")
        await console.press("enter")
        await console.do("change.undo")
        assert console.stored("a-0").status == "OPEN"
        assert console.comments("a-0") == ["why"]
        assert "comment" in console.note


async def test_after_a_comment_undo_asks_whole_what_it_would_take_back_and_of_which_alert() -> None:
    async with running(some_alerts(2), settings=STAY, size=NARROW) as console:
        await console.do("alert.close")
        await console.press("b", "enter")
        await console.do("alert.comment")
        await console.type("why")
        await console.press("ctrl+s")
        await console.do("change.undo")
        text = console.screen_text()
        assert "Take back what was before the comment?" in text
        assert "A comment cannot be taken back. Before it:" in text
        assert "closed as Resolved, Benign" in text
        assert text.rindex("Alert number 0") > text.index("Before it:")
        await console.press("y")
        assert console.stored("a-0").status == "OPEN"
        assert console.comments("a-0") == ["why"]


async def test_what_i_did_with_another_program_meanwhile_is_undone_only_after_a_question(
    tmp_path: Path,
) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path, settings=STAY) as console:
        await console.press("s", "t")
        store, _ = open_local(path)
        edit = Edit(alert_id=AlertId("a-1"), patch=AlertPatch(status=Set("RESOLVED")))
        store.commit(Change(id="cli", at_ms=NOW_MS + 60_000, by=ANA, label="by a script", edits=(edit,)))
        store.close()
        await console.do("change.undo")
        assert "Undo what you did elsewhere: by a script, on 1 alert?" in console.screen_text()
        await console.press("n")
        assert console.stored("a-1").status == "RESOLVED"
        await console.do("change.undo")
        await console.press("y")
        assert console.stored("a-1").status == "OPEN"
        await console.do("change.undo")
        assert not console.has_dialog
        assert console.stored("a-0").status == "OPEN"


async def test_undo_goes_back_change_by_change() -> None:
    async with running(some_alerts(2), settings=STAY) as console:
        await console.press("s", "t", "u", "n")
        await console.do("change.undo")
        assert console.stored("a-0").quality is None
        assert console.stored("a-0").status == "TRIAGED"
        await console.do("change.undo")
        assert console.stored("a-0").status == "OPEN"
        await console.do("change.undo")
        assert console.note == "Nothing to undo."
        await console.do("change.redo", "change.redo", "change.redo")
        assert console.note == "Nothing to redo."
        assert console.stored("a-0").quality is not None
        assert console.stored("a-0").status == "TRIAGED"


async def test_a_new_change_leaves_nothing_to_redo() -> None:
    async with running(some_alerts(2), settings=STAY) as console:
        await console.press("s", "t")
        await console.do("change.undo")
        await console.press("u", "n")
        await console.do("change.redo")
        assert console.note == "Nothing to redo."
        assert console.stored("a-0").status == "OPEN"


async def test_a_bulk_change_is_undone_as_one() -> None:
    async with running(some_alerts(5)) as console:
        await console.do("mark.all", "alert.status")
        await console.press("r", "y")
        assert {console.stored(each).status for each in console.ids()} == {"RESOLVED"}
        await console.do("change.undo")
        assert {console.stored(each).status for each in console.ids()} == {"OPEN"}
        await console.do("change.redo")
        assert {console.stored(each).status for each in console.ids()} == {"RESOLVED"}


async def test_undo_works_across_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        await console.do("mark.all", "alert.status")
        await console.press("t", "y")
    async with running(path=path) as console:
        await console.do("change.undo")
        assert {console.stored(each).status for each in console.ids()} == {"OPEN"}
    async with running(path=path) as console:
        await console.do("change.redo")
        assert {console.stored(each).status for each in console.ids()} == {"TRIAGED"}


async def test_undo_takes_back_my_own_changes_only(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path) as console:
        set_status(path, "a-0", "TRIAGED")
        await console.do("change.undo")
        assert console.note == "Nothing to undo."
        assert console.stored("a-0").status == "TRIAGED"


async def test_undo_over_a_colleagues_change_asks_and_skipping_leaves_his(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        await console.do("mark.all", "alert.status")
        await console.press("t", "y")
        set_status(path, "a-1", "CLOSED")
        await console.do("change.undo")
        assert "1 of 3 changed since" in console.screen_text()
        await console.press("esc")
        assert console.stored("a-0").status == "TRIAGED"
        await console.do("change.undo")
        await console.press("s")
        assert [console.stored(each).status for each in console.ids()] == ["OPEN", "CLOSED", "OPEN"]
        assert "a-1" in console.note
        assert "status is now CLOSED" in console.note


async def test_undo_over_a_colleagues_change_can_overwrite_it(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path) as console:
        await console.press("s", "t")
        set_status(path, "a-0", "CLOSED")
        await console.do("change.undo")
        await console.press("o")
        assert console.stored("a-0").status == "OPEN"


async def test_the_last_change_is_repeated_on_another_alert() -> None:
    async with running(some_alerts(4)) as console:
        await console.do("alert.close")
        await console.press("f", "tab")
        await console.type("known scanner")
        await console.press("enter")
        assert console.cursor == "a-1"
        await console.do("alert.repeat")
        assert (console.stored("a-1").status, console.stored("a-1").verdict) == ("CLOSED", "false_positive")
        assert console.comments("a-1") == ["known scanner"]
        assert console.cursor == "a-2"


async def test_the_last_change_is_repeated_on_marked_alerts() -> None:
    async with running(some_alerts(4), settings=STAY) as console:
        await console.press("t")
        await console.type("vip")
        await console.press("enter", "j", "space", "space")
        await console.do("alert.repeat")
        assert [console.stored(each).tags for each in console.ids()] == [("vip",), ("vip",), ("vip",), ()]


async def test_there_is_nothing_to_repeat_at_the_start() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.repeat")
        assert console.note.startswith("Nothing to repeat yet")


async def test_undo_with_nothing_done_says_so() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("change.undo")
        assert console.note == "Nothing to undo."
        await console.do("change.redo")
        assert console.note == "Nothing to redo."


async def test_the_status_line_offers_undo_after_a_change() -> None:
    async with running(some_alerts(2)) as console:
        assert "z undo" not in console.lines()[-2]
        await console.press("s", "t")
        assert console.lines()[-2].rstrip().endswith("z undo")
        assert ANA.label in console.history("a-0")[0].by.label


async def test_undo_pressed_right_after_a_change_takes_back_that_one() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.quality")
        await console.press("u")
        await console.do("alert.next", "alert.quality")
        await console.burst("n", "z")
        assert console.stored("a-0").quality is Quality.USEFUL
        assert console.stored("a-1").quality is None


async def test_take_is_what_repeat_makes_again_after_it() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.quality")
        await console.press("n")
        await console.do("alert.take", "alert.next", "alert.repeat")
        assert console.stored("a-1").status == "TRIAGED"
        assert console.stored("a-1").quality is None
