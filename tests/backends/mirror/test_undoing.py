"""Undo and redo read the same journal, whether an edit is queued, sent or settled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.change import ChangeKind, JournalEntry, OutcomeState
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.pending import Decision, EditKey, Stage
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.triage.reversing import reversal
from tests.backends.mirror.telling import ANA, change, ends, server, shown, states, status, tell

A_1 = AlertId("a-1")


@pytest.fixture(autouse=True)
def _alerts(mirror: SqliteMirrorStore) -> None:
    tell(mirror, "a-1")
    tell(mirror, "a-2")


def walk_back(
    mirror: SqliteMirrorStore, change_id: str, kind: ChangeKind, *, overwrite: bool = False
) -> list[OutcomeState]:
    """Undo or redo the latest that can be, as a session does."""
    entry = mirror.undoable(ANA) if kind is ChangeKind.UNDO else mirror.redoable(ANA)
    assert entry is not None
    return reverse(mirror, entry, change_id, kind, overwrite=overwrite)


def reverse(
    mirror: SqliteMirrorStore, entry: JournalEntry, change_id: str, kind: ChangeKind, *, overwrite: bool
) -> list[OutcomeState]:
    edits = tuple(reversal(entry, overwrite=overwrite))
    made = change(change_id, AlertPatch(), kind=kind, reverses=entry.change.id)
    outcomes = mirror.enqueue(replace(made, edits=edits))
    return [each.state for each in outcomes]


def test_undo_of_what_waits_cancels_it_and_sends_nothing(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), "a-1", "a-2", comment="why"))
    assert walk_back(mirror, "u-1", ChangeKind.UNDO) == [OutcomeState.CONFIRMED] * 2
    assert shown(mirror) == server(mirror)
    assert states(mirror, "c-1") == [OutcomeState.CANCELLED] * 2
    assert mirror.journal()[1].outcomes[0].comment_added is False
    assert (mirror.pending(), mirror.comments(A_1).results) == ([], [])
    assert mirror.journal()[1].undone_by == "u-1"
    assert mirror.undoable(ANA) is None
    assert mirror.history(A_1) == []


def test_redo_of_what_was_cancelled_queues_it_anew(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    walk_back(mirror, "u-1", ChangeKind.UNDO)
    assert walk_back(mirror, "r-1", ChangeKind.REDO) == [OutcomeState.QUEUED]
    assert [each.key.change_id for each in mirror.pending()] == ["r-1"]
    assert shown(mirror).status == Set("TRIAGED")
    assert walk_back(mirror, "u-2", ChangeKind.UNDO) == [OutcomeState.CONFIRMED]
    assert mirror.pending() == []
    assert states(mirror, "r-1") == [OutcomeState.CANCELLED]


def test_undo_of_what_is_being_sent_is_sent_after_it(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.begin_sending([EditKey("c-1", 0)])
    assert walk_back(mirror, "u-1", ChangeKind.UNDO) == [OutcomeState.QUEUED]
    assert shown(mirror).status == Set("OPEN")
    assert [(each.stage, each.base) for each in mirror.pending()] == [
        (Stage.SENDING, status("OPEN")),
        (Stage.QUEUED, status("TRIAGED")),
    ]
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    ends(mirror, "u-1", OutcomeState.CONFIRMED)
    assert server(mirror).status == Set("OPEN")


def test_undo_of_what_is_confirmed_brings_its_moments_back(mirror: SqliteMirrorStore) -> None:
    before = mirror.alert(A_1)
    mirror.enqueue(change("c-1", status("RESOLVED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    walk_back(mirror, "u-1", ChangeKind.UNDO)
    for _ in range(2):
        alert = mirror.alert(A_1)
        assert (alert.acknowledged_ms, alert.closed_ms) == (before.acknowledged_ms, before.closed_ms)
        ends(mirror, "u-1", OutcomeState.CONFIRMED, at_ms=30_000)
    assert walk_back(mirror, "r-1", ChangeKind.REDO) == [OutcomeState.QUEUED]


def test_undo_in_part_takes_each_alert_where_it_is(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), "a-1", "a-2"))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    assert walk_back(mirror, "u-1", ChangeKind.UNDO) == [OutcomeState.QUEUED, OutcomeState.CONFIRMED]
    assert [each.key for each in mirror.pending()] == [EditKey("u-1", 0)]


def test_undo_over_a_later_edit_of_the_same_field_is_sent(mirror: SqliteMirrorStore) -> None:
    """Cancelling the earlier edit would not bring its value back: the later one is on top of it."""
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.enqueue(change("c-2", status("RESOLVED")))
    entry = mirror.journal()[1]
    assert reverse(mirror, entry, "u-1", ChangeKind.UNDO, overwrite=False) == [OutcomeState.CONFLICT]
    assert reverse(mirror, entry, "u-2", ChangeKind.UNDO, overwrite=True) == [OutcomeState.QUEUED]
    assert shown(mirror).status == Set("OPEN")


def test_undo_beside_a_later_edit_of_another_field_cancels(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.enqueue(change("c-2", AlertPatch(quality=Set(Quality.NOISE))))
    entry = mirror.journal()[1]
    assert reverse(mirror, entry, "u-1", ChangeKind.UNDO, overwrite=False) == [OutcomeState.CONFIRMED]
    assert [each.key.change_id for each in mirror.pending()] == ["c-2"]
    assert (shown(mirror).status, shown(mirror).quality) == (Set("OPEN"), Set(Quality.NOISE))


@pytest.mark.parametrize("how", ["refused", "dropped", "skipped"])
def test_an_undo_that_was_not_made_leaves_its_change_standing(mirror: SqliteMirrorStore, how: str) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    walk_back(mirror, "u-1", ChangeKind.UNDO)
    assert mirror.undoable(ANA) is None
    key = EditKey("u-1", 0)
    if how == "refused":
        ends(mirror, "u-1", OutcomeState.REFUSED, at_ms=30_000)
    elif how == "dropped":
        mirror.drop([key])
    else:
        ends(mirror, "u-1", OutcomeState.CONFLICT, at_ms=30_000)
        mirror.decide([key], Decision.SKIP)
    entry = mirror.undoable(ANA)
    assert entry is not None and entry.change.id == "c-1"
    assert mirror.redoable(ANA) is None


def test_a_redo_that_was_not_made_leaves_its_undo_standing(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    walk_back(mirror, "u-1", ChangeKind.UNDO)
    ends(mirror, "u-1", OutcomeState.CONFIRMED, at_ms=30_000)
    walk_back(mirror, "r-1", ChangeKind.REDO)
    ends(mirror, "r-1", OutcomeState.REFUSED, at_ms=40_000)
    entry = mirror.redoable(ANA)
    assert entry is not None and entry.change.id == "u-1"
    assert mirror.undoable(ANA) is None
