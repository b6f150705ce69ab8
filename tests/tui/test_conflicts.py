"""Conflicts: the question names what was changed, "look" compares field by field, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from alerttui.backends.registry import open_local
from alerttui.domain.change import Change, Edit
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from tests.alerts import BOB, NOW_MS, some_alerts
from tests.tui.driver import NARROW, running
from tests.tui.test_undo import set_status


def bob_sets(path: Path, alert_id: str, patch: AlertPatch) -> None:
    """Bob changes an alert through a connection of his own."""
    store, _ = open_local(path)
    edit = Edit(alert_id=AlertId(alert_id), patch=patch)
    store.commit(Change(id=f"bob-{alert_id}", at_ms=NOW_MS, by=BOB, label="by bob", edits=(edit,)))
    store.close()


async def test_for_one_alert_the_question_names_field_values_and_who(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path, size=NARROW) as console:
        set_status(path, "a-0", "CLOSED")
        await console.press("s", "r")
        assert "status is Closed (invalid) now, you saw Open; by Bob at 10:51Z" in console.screen_text()
        await console.press("s")
        assert console.stored("a-0").status == "CLOSED"
        assert console.note.startswith("not done (status Resolved): 1 changed by somebody else")


async def test_look_compares_field_by_field_and_goes_back_to_the_question(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path, size=NARROW) as console:
        bob_sets(path, "a-1", AlertPatch(status=Set("CLOSED"), verdict=Set("benign")))
        await console.press("space", "space", "c", "f", "enter")
        assert "1 of 2 changed since you saw it, last by Bob" in console.screen_text()
        await console.press("l")
        assert console.dialog == "ComparingScreen"
        lines = [" ".join(line.split()) for line in console.lines()]
        assert "MEDIUM Alert number 1 a-1" in lines
        assert "status you saw Open" in lines
        assert "now Closed (invalid) by Bob at 10:51Z" in lines
        assert "this change Closed (invalid)" in lines
        assert "verdict you saw none" in lines
        assert "now Benign by Bob at 10:51Z" in lines
        assert "this change False positive" in lines
        await console.press("esc")
        assert console.dialog == "MenuScreen"
        await console.press("o")
        assert {console.stored(each).verdict for each in ("a-0", "a-1")} == {"false_positive"}


async def test_after_looking_everything_can_be_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path) as console:
        set_status(path, "a-0", "CLOSED")
        await console.press("s", "r", "l", "enter", "esc")
        assert not console.has_dialog
        assert console.stored("a-0").status == "CLOSED"
        assert len(console.store.journal()) == 1


async def test_a_field_that_the_change_does_not_touch_is_no_conflict(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(1), path=path) as console:
        bob_sets(path, "a-0", AlertPatch(tags=Set(("his",))))
        await console.press("s", "r")
        assert not console.has_dialog
        assert console.stored("a-0").status == "RESOLVED"


async def test_a_conflict_in_a_pane_is_told_alike(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(1), path=path) as console:
        await console.do("pane.detail")
        bob_sets(path, "a-0", AlertPatch(assignee=Set("bob")))
        await console.do("alert.assign")
        await console.type("ana")
        await console.press("enter")
        assert "assignee is bob now, you saw none; by Bob" in console.screen_text()
        await console.press("l")
        assert "this change  ana" in console.screen_text()
