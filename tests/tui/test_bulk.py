"""Bulk changes: told as they go, stopped before they are made, with a list of what came of each alert."""

from __future__ import annotations

from pathlib import Path

from alerttui.backends.registry import open_local
from alerttui.domain.change import Change, Edit
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.tui.screens.desk import ConsoleSettings
from tests.alerts import BOB, NOW_MS, an_alert, some_alerts
from tests.tui.bulk_console import steered
from tests.tui.driver import NARROW, Console, running
from tests.tui.test_undo import set_status

MANY = ConsoleSettings(confirm_above=100_000)
TEN = tuple(f"tag{number}" for number in range(10))


async def mark_all(console: Console) -> None:
    """Mark every alert by a range, which no question follows."""
    await console.press("g", "v", "G", "v")


# -- progress


async def test_a_large_change_says_how_far_it_has_come_and_leaves_the_keys_free() -> None:
    async with running(some_alerts(300), settings=MANY, size=NARROW) as console:
        backend = steered(console)
        await mark_all(console)
        backend.gate.clear()
        backend.steps = (0, 120)
        await console.press_at_work("s", "r")
        await console.sees(lambda: "closing 120 of 300... (esc stops it)" in console.lines()[-2])
        await console.press_at_work("g", "j", "2")
        assert console.cursor == "a-1"
        assert console.focused.value == "detail"
        backend.gate.set()
        await console.settle()
        assert console.note == "status Resolved: 300 changed"
        assert len(console.store.journal()) == 1


async def test_a_small_change_tells_no_progress() -> None:
    async with running(some_alerts(3)) as console:
        backend = steered(console)
        backend.steps = (0,)
        await console.press("s", "r")
        assert console.note == "status Resolved: Alert number 0"


async def test_esc_stops_a_large_change_and_nothing_was_changed(tmp_path: Path) -> None:
    async with running(some_alerts(300), settings=MANY) as console:
        backend = steered(console)
        await mark_all(console)
        backend.gate.clear()
        backend.steps = (0,)
        await console.press_at_work("s", "r")
        await console.sees(lambda: bool(backend.asked))
        await console.press_at_work("escape")
        await console.sees(lambda: console.note == "Stopping...")
        backend.gate.set()
        await console.settle()
        assert console.note == "Stopped; nothing was changed."
        assert {console.stored(each).status for each in console.ids()} == {"OPEN"}
        assert not console.screen.queue.listing.pending
        assert len(console.marked()) == 300
        assert console.store.journal() == []
        await console.do("change.outcomes")
        assert not console.has_dialog


async def test_a_change_meanwhile_waits_its_turn_and_relies_on_what_was_on_screen() -> None:
    async with running(some_alerts(300), settings=MANY) as console:
        backend = steered(console)
        await mark_all(console)
        backend.gate.clear()
        await console.press_at_work("s", "t", "g", "2", "s", "r")
        await console.sees(lambda: console.note == "This waits until the change before it is made.")
        assert len(backend.asked) == 1
        await console.press_at_work("z")
        await console.sees(lambda: console.note == "A change is still being made; undo once it is told.")
        backend.gate.set()
        await console.settle()
        assert console.stored("a-0").status == "RESOLVED"
        assert console.stored("a-299").status == "TRIAGED"


async def test_quitting_waits_for_the_change(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(300), settings=MANY, path=path) as console:
        backend = steered(console)
        await mark_all(console)
        backend.gate.clear()
        await console.press_at_work("s", "r")
        await console.sees(lambda: bool(backend.asked))
        console.strike("q")
        await console.sees(lambda: not console.app._gate.is_idle)
        assert console.app.is_running
        backend.gate.set()
        await console.until(lambda: not console.app.is_running)
    store, _ = open_local(path)
    assert store.alert(AlertId("a-299")).status == "RESOLVED"
    store.close()


# -- the list of outcomes


async def test_failures_are_counted_on_the_status_line_and_their_list_is_a_key_away() -> None:
    alerts = [an_alert("a-0", age_min=1), an_alert("a-1", "Full of tags", tags=TEN, age_min=2)]
    async with running(alerts, size=NARROW) as console:
        await mark_all(console)
        await console.do("alert.tags")
        await console.type("more")
        await console.press("enter")
        assert not console.has_dialog
        assert console.note.startswith("1 not done (! shows which) - +more: 1 changed, 1 refused - a-1: ")
        assert "1 not done (! shows which)" in console.lines()[-2]
        await console.do("change.outcomes")
        lines = [line.strip() for line in console.lines()]
        failed = next(index for index, line in enumerate(lines) if line.startswith("✗ MEDIUM"))
        assert "Full of tags" in lines[failed]
        assert "refused: an alert keeps at" in lines[failed]
        assert lines[failed + 1].startswith("✓ MEDIUM")
        assert "tags none → more" in lines[failed + 1]
        assert "an alert keeps at most 10 tags; remove one first" in console.screen_text()
        assert "r retry the failed one" in console.screen_text()


async def test_the_list_tells_who_changed_what_of_a_conflict(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        await mark_all(console)
        set_status(path, "a-1", "CLOSED")
        await console.press("s", "r", "s")
        await console.do("change.outcomes")
        text = console.screen_text()
        assert "left alone: status is now CLOSED, changed by Bob" in text
        assert "status Open → Resolved" in text


async def test_retry_goes_to_the_failed_alerts_alone_and_doubles_no_comment() -> None:
    async with running(some_alerts(4), settings=MANY) as console:
        backend = steered(console)
        backend.refusing = {"a-1": "try later"}
        backend.without_comment = frozenset({"a-2"})
        await mark_all(console)
        await console.press("c", "tab")
        await console.type("why")
        await console.press("enter")
        assert "closed as Resolved: 3 changed, 1 refused, comment not sent to 1" in console.note
        backend.refusing = {}
        backend.without_comment = frozenset()
        await console.do("change.outcomes")
        await console.press("r")
        assert [[edit.alert_id for edit in change.edits] for change in backend.asked[1:]] == [
            ["a-1"],
            ["a-2"],
        ]
        assert console.stored("a-1").status == "RESOLVED"
        assert console.comments("a-0") == console.comments("a-1") == ["why"]
        assert not any(edit.patch for edit in backend.asked[2].edits)


async def test_retry_asks_about_what_somebody_else_changed(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        await mark_all(console)
        set_status(path, "a-1", "CLOSED")
        await console.press("s", "r", "s")
        await console.do("change.outcomes")
        await console.press("r")
        assert "status is Closed (invalid) now, you saw Open; by Bob" in console.screen_text()
        await console.press("o")
        assert {console.stored(each).status for each in console.ids()} == {"RESOLVED"}


async def test_a_failed_undo_can_be_retried_too(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        await mark_all(console)
        await console.press("s", "t")
        set_status(path, "a-1", "CLOSED")
        await console.press("z", "s")
        await console.do("change.outcomes")
        await console.press("r", "o")
        assert {console.stored(each).status for each in console.ids()} == {"OPEN"}


async def test_from_the_list_one_goes_to_an_alert_or_marks_the_failed_ones() -> None:
    async with running(some_alerts(4)) as console:
        backend = steered(console)
        backend.refusing = {"a-2": "no", "a-3": "no"}
        await mark_all(console)
        await console.press("s", "r")
        await console.do("change.outcomes")
        await console.press("j", "enter")
        assert console.cursor == "a-3"
        await console.do("change.outcomes")
        await console.press("m")
        assert console.marked() == {"a-2", "a-3"}
        await console.press("/")
        await console.type("is:closed")
        await console.press("enter")
        await console.do("change.outcomes")
        await console.press("enter")
        assert console.note == "a-2 is not in this list; the filter leaves it out."


async def test_without_a_change_there_are_no_outcomes() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("change.outcomes")
        assert console.note == "Nothing was changed here since the start."


# -- repeat, undo, comments


async def test_repeat_acts_on_the_marked_and_forgets_at_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(4), path=path) as console:
        await console.press("s", "t", "j", "space", "space")
        await console.do("alert.repeat")
        assert [console.stored(each).status for each in console.ids()] == [
            "TRIAGED", "TRIAGED", "TRIAGED", "OPEN",
        ]  # fmt: skip
    async with running(path=path) as console:
        await console.do("alert.repeat")
        assert console.note.startswith("Nothing to repeat yet")


async def test_a_thousand_are_undone_after_a_restart_with_the_conflicts_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(1_000), path=path, settings=MANY) as console:
        await mark_all(console)
        await console.press("s", "t")
        assert console.note == "status Triaged: 1,000 changed"
    store, _ = open_local(path)
    edits = tuple(
        Edit(alert_id=AlertId(f"a-{number}"), patch=AlertPatch(status=Set("CLOSED"))) for number in (7, 8)
    )
    store.commit(Change(id="bob", at_ms=NOW_MS, by=BOB, label="by bob", edits=edits))
    store.close()
    async with running(path=path) as console:
        await console.do("change.undo")
        assert "Undo: status Triaged, on 1,000 alerts?" in console.screen_text()
        await console.press("y")
        assert "2 of 1,000 changed since you saw it, last by Bob" in console.screen_text()
        await console.press("s")
        assert "undo: status Triaged: 998 changed, 2 changed by somebody else" in console.note
        await console.do("change.redo")
        assert "Make again: status Triaged, on 998 alerts?" in console.screen_text()
        await console.press("n")
        assert console.stored("a-7").status == "CLOSED"
        assert console.stored("a-9").status == "OPEN"


async def test_a_comment_on_many_tells_what_came_of_each() -> None:
    async with running(some_alerts(300), settings=MANY) as console:
        backend = steered(console)
        backend.steps = (0,)
        await mark_all(console)
        await console.do("alert.comment")
        await console.type("seen")
        await console.press("ctrl+s")
        assert console.note == "comment added to 300"
        await console.do("change.outcomes")
        assert "comment added" in console.screen_text()
