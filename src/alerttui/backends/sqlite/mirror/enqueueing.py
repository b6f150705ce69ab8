"""Journalling changes that are to be sent: shown at once, an outcome per edit."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from typing import Final

from alerttui.backends.sqlite import journal
from alerttui.backends.sqlite.changing import PROGRESS_S
from alerttui.backends.sqlite.checking import check_change, conflict_reason, made_before, reversed_entry_of
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror import copies, thread
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.mirror.cancelling import cancel_for
from alerttui.backends.sqlite.mirror.effective import show
from alerttui.backends.sqlite.patch_text import patch_text
from alerttui.backends.sqlite.people import remember_actors
from alerttui.backends.sqlite.present import Present, present_values
from alerttui.backends.sqlite.rows import column_text
from alerttui.domain.change import (
    Change,
    ChangeKind,
    Edit,
    JournalEntry,
    OnProgress,
    Outcome,
    OutcomeState,
)
from alerttui.domain.patch import KEEP, AlertPatch, difference, narrowed
from alerttui.domain.pending import Stage

_COLUMNS: Final = (
    "change, position, alert_id, patch, expected, stage, outcome, before, after, reason, comment_added, "
    "milestones, sends, base, restores, comment_stage, comment_id, settled_ms"
)
_INSERT: Final = f"INSERT INTO change_rows ({_COLUMNS}) VALUES ({', '.join('?' * len(_COLUMNS.split(', ')))})"


def enqueue(
    connections: Connections, bound: Bound, change: Change, on_progress: OnProgress | None
) -> list[Outcome]:
    """Journal a change to be sent; see `MirrorStore.enqueue`."""
    if not change.edits:
        return []
    if change.comment:
        bound.capabilities.comments.check(change.comment)
    with connections.writing() as connection:
        made = journal.entry(connection, change.id)
        if made is not None:
            return made_before(change, made)
        reversed_entry = reversed_entry_of(connection, change)
        check_change(connection, change, reversed_entry, bound.capabilities)
        return _Enqueuer(connection, bound, change, reversed_entry).run(on_progress)


class _Enqueuer:
    """One change on its way into the journal."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        bound: Bound,
        change: Change,
        reversed_entry: JournalEntry | None,
    ) -> None:
        self.connection = connection
        self.bound = bound
        self.change = change
        self.undoes = reversed_entry if change.kind is ChangeKind.UNDO else None
        self.sequence = 0
        self._undone_at: dict[tuple[str, object], int] = {}
        """Where in the change that is taken back an alert left a status."""
        for position, outcome in enumerate(self.undoes.outcomes if self.undoes else ()):
            self._undone_at.setdefault((outcome.alert_id, outcome.before.status), position)

    def run(self, on_progress: OnProgress | None) -> list[Outcome]:
        """Journal every edit."""
        self.sequence = journal.record_change(self.connection, self.change)
        outcomes: list[Outcome] = []
        total, told_s = len(self.change.edits), -PROGRESS_S
        for position, edit in enumerate(self.change.edits):
            if on_progress is not None and time.monotonic() - told_s >= PROGRESS_S:
                told_s = time.monotonic()
                on_progress(position, total)
            outcomes.append(self._edit(position, edit))
        if on_progress is not None:
            on_progress(total, total)
        journal.note_reversed(self.connection, self.change, outcomes)
        remember_actors(self.connection, [self.change.by])
        return outcomes

    def _edit(self, position: int, edit: Edit) -> Outcome:
        present = present_values(self.connection, edit.alert_id)
        refused_comment = False if self.change.comment else None
        if present is None:
            return self._settled(
                position,
                edit,
                Outcome(
                    alert_id=edit.alert_id,
                    state=OutcomeState.MISSING,
                    reason=f"No such alert: {edit.alert_id}",
                    comment_added=refused_comment,
                ),
            )
        before = narrowed(present.values, edit.patch)
        unexpected = difference(present.values, edit.expected) if edit.expected else AlertPatch()
        if unexpected:
            outcome = Outcome(
                alert_id=edit.alert_id,
                state=OutcomeState.CONFLICT,
                before=before,
                after=before,
                reason=conflict_reason(self.connection, present, unexpected),
                comment_added=refused_comment,
            )
            return self._settled(position, edit, outcome, present)
        return self._make(position, edit, present, before)

    def _make(self, position: int, edit: Edit, present: Present, before: AlertPatch) -> Outcome:
        sends = difference(before, edit.patch)
        copy = copies.read(self.connection, present.rowid)
        assert copy is not None
        outcome = Outcome(
            alert_id=edit.alert_id,
            state=OutcomeState.QUEUED if sends else OutcomeState.UNCHANGED,
            before=before,
            after=edit.patch,
        )
        if sends and self.undoes and cancel_for(self.connection, self.bound, copy, self.undoes, edit):
            outcome = replace(outcome, state=OutcomeState.CONFIRMED)
            sends = AlertPatch()
        comment_id = ""
        if self.change.comment:
            written_as = self.bound.capabilities.comments.formats[0]
            place = self.sequence, position
            comment_id = thread.add_pending(self.connection, self.change, written_as, present.rowid, place)
        self._insert(position, edit, outcome, present, sends, comment_id)
        show(self.connection, self.bound, copy, edit.alert_id)
        if comment_id and outcome.state is OutcomeState.UNCHANGED:
            return replace(outcome, state=OutcomeState.QUEUED)
        return outcome

    def _settled(
        self, position: int, edit: Edit, outcome: Outcome, present: Present | None = None
    ) -> Outcome:
        self._insert(position, edit, outcome, present, AlertPatch(), "")
        return outcome

    def _insert(
        self,
        position: int,
        edit: Edit,
        outcome: Outcome,
        present: Present | None,
        sends: AlertPatch,
        comment_id: str,
    ) -> None:
        stage = Stage.QUEUED if sends else Stage.NONE if comment_id else Stage.SETTLED
        self.connection.execute(
            _INSERT,
            (
                self.sequence, position, column_text(edit.alert_id), patch_text(edit.patch),
                None if edit.expected is None else patch_text(edit.expected), stage.value,
                outcome.state.value, patch_text(outcome.before), patch_text(outcome.after),
                column_text(outcome.reason), outcome.comment_added,
                present.milestones.text() if present else "", patch_text(sends),
                patch_text(narrowed(outcome.before, sends)), self._restores(edit, sends),
                Stage.QUEUED.value if comment_id else "", comment_id,
                self.change.at_ms if stage is Stage.SETTLED else None,
            ),
        )  # fmt: skip

    def _restores(self, edit: Edit, sends: AlertPatch) -> str:
        """The moments that the alert had before the change that is taken back, if its status is put back."""
        position = self._undone_at.get((edit.alert_id, sends.status)) if sends.status is not KEEP else None
        if self.undoes is None or position is None:
            return ""
        (text,) = self.connection.execute(
            "SELECT milestones FROM change_rows JOIN changes ON sequence = change "
            "WHERE id = ? AND position = ?",
            (column_text(self.undoes.change.id), position),
        ).fetchone()
        return str(text)
