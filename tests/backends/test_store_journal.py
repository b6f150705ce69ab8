"""The journal: what can be undone, what can be made again."""

from __future__ import annotations

import pytest

from alerttui.backends.sqlite.store import SqliteStore
from alerttui.domain.alert import Actor
from alerttui.domain.change import ChangeKind
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from tests.backends.samples import ANA, BOB, change, samples

ONE = AlertId("alert-1")
OPEN = AlertPatch(status=Set("OPEN"))
TRIAGE = AlertPatch(status=Set("TRIAGED"))
CLOSE = AlertPatch(status=Set("CLOSED"))


@pytest.fixture(autouse=True)
def _alerts(store: SqliteStore) -> None:
    store.add(samples(3))


def _undo(store: SqliteStore, change_id: str, patch: AlertPatch, reverses: str) -> None:
    store.commit(change(change_id, patch, ONE, kind=ChangeKind.UNDO, reverses=reverses))


def _redo(store: SqliteStore, change_id: str, patch: AlertPatch, reverses: str) -> None:
    store.commit(change(change_id, patch, ONE, kind=ChangeKind.REDO, reverses=reverses))


def _ids(store: SqliteStore) -> tuple[str, str]:
    """Ids of what can be undone and redone now."""
    undoable, redoable = store.undoable(ANA), store.redoable(ANA)
    return (undoable.change.id if undoable else ""), (redoable.change.id if redoable else "")


def test_nothing_is_undoable_in_a_new_store(store: SqliteStore) -> None:
    assert _ids(store) == ("", "")


def test_the_latest_change_that_stands_is_undone_first(store: SqliteStore) -> None:
    store.commit(change("c1", TRIAGE, ONE))
    store.commit(change("c2", CLOSE, ONE))
    assert _ids(store) == ("c2", "")
    _undo(store, "u2", TRIAGE, "c2")
    assert _ids(store) == ("c1", "u2")
    _undo(store, "u1", OPEN, "c1")
    assert _ids(store) == ("", "u1")


@pytest.mark.parametrize("names_undo", [False, True])
def test_undo_and_redo_walk_back_and_forth_any_number_of_times(store: SqliteStore, names_undo: bool) -> None:
    store.commit(change("c1", TRIAGE, ONE))
    store.commit(change("c2", CLOSE, ONE))
    _undo(store, "u2", TRIAGE, "c2")
    _undo(store, "u1", OPEN, "c1")
    _redo(store, "r1", TRIAGE, "u1" if names_undo else "c1")
    assert _ids(store) == ("r1", "u2")
    _redo(store, "r2", CLOSE, "u2" if names_undo else "c2")
    assert _ids(store) == ("r2", "")
    _undo(store, "u3", TRIAGE, "r2")
    assert _ids(store) == ("r1", "u3")
    _redo(store, "r3", CLOSE, "u3" if names_undo else "r2")
    assert _ids(store) == ("r3", "")
    _undo(store, "u4", TRIAGE, "r3")
    _undo(store, "u5", OPEN, "r1")
    assert _ids(store) == ("", "u5")
    assert store.alert(ONE).status == "OPEN"


def test_a_change_knows_what_took_it_back_until_it_is_made_again(store: SqliteStore) -> None:
    store.commit(change("c1", CLOSE, ONE))
    _undo(store, "u1", OPEN, "c1")
    assert {each.change.id: each.undone_by for each in store.journal()} == {"c1": "u1", "u1": ""}
    _redo(store, "r1", CLOSE, "c1")
    assert {each.change.id: each.undone_by for each in store.journal()} == {"c1": "", "u1": "r1", "r1": ""}


def test_a_new_change_ends_what_could_be_made_again(store: SqliteStore) -> None:
    store.commit(change("c1", CLOSE, ONE))
    _undo(store, "u1", OPEN, "c1")
    store.commit(change("c2", TRIAGE, "alert-2"))
    assert _ids(store) == ("c2", "")


def test_everyone_undoes_his_own_changes(store: SqliteStore) -> None:
    store.commit(change("c1", CLOSE, ONE))
    store.commit(change("c2", CLOSE, "alert-2", by=BOB))
    assert _ids(store) == ("c1", "")
    entry = store.undoable(BOB)
    assert entry is not None
    assert entry.change.id == "c2"


def test_a_nameless_analyst_undoes_nothing_because_it_may_be_anybodys(store: SqliteStore) -> None:
    nameless = Actor("unknown", "unknown")
    store.commit(change("c1", CLOSE, ONE, by=nameless))
    assert store.undoable(nameless) is None
    store.commit(change("u1", OPEN, ONE, kind=ChangeKind.UNDO, reverses="c1", by=nameless))
    assert store.redoable(nameless) is None


def test_a_nameless_analyst_is_not_among_people_and_hides_nobody(store: SqliteStore) -> None:
    store.commit(change("c1", CLOSE, ONE, by=Actor("unknown", "unknown", "Unknown")))
    assert store.people() == []
    store.commit(change("c2", OPEN, ONE, by=Actor("unknown")))
    assert [each.id for each in store.people()] == ["unknown"]
    store.commit(change("c3", CLOSE, ONE, by=Actor("unknown", "unknown", "Nobody")))
    assert [(each.id, each.name) for each in store.people()] == [("unknown", "")]


def test_a_change_that_confirmed_nothing_is_not_undoable(store: SqliteStore) -> None:
    store.commit(change("c1", OPEN, ONE))
    store.commit(change("c2", CLOSE, "no-such-alert"))
    assert _ids(store) == ("", "")


def test_an_undo_that_met_only_conflicts_leaves_the_change_standing(store: SqliteStore) -> None:
    store.commit(change("c1", CLOSE, ONE))
    store.commit(change("c2", TRIAGE, ONE, by=BOB))
    conflict = change("u1", OPEN, ONE, kind=ChangeKind.UNDO, reverses="c1", expected=CLOSE)
    store.commit(conflict)
    assert _ids(store) == ("c1", "")


def test_the_journal_is_newest_first_and_bounded(store: SqliteStore) -> None:
    for number in range(5):
        store.commit(change(f"c{number}", AlertPatch(tags=Set((f"t{number}",))), ONE))
    assert [each.change.id for each in store.journal(3)] == ["c4", "c3", "c2"]
