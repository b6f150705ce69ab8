"""Changes: values, comments, history and journal in one transaction, an outcome per edit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Final

from alerttui.backends.sqlite import journal
from alerttui.backends.sqlite.checking import check_change, conflict_reason, made_before, reversed_entry_of
from alerttui.backends.sqlite.commenting import INSERT_HISTORY, insert_comment
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.milestones import Milestones
from alerttui.backends.sqlite.part_rows import history_row
from alerttui.backends.sqlite.people import remember_actors
from alerttui.backends.sqlite.present import Present, present_values
from alerttui.backends.sqlite.rows import actor_text, column_text
from alerttui.backends.sqlite.values import assignee_columns, write_tags
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.domain.change import (
    Change,
    ChangeKind,
    Edit,
    HistoryEntry,
    JournalEntry,
    OnProgress,
    Outcome,
    OutcomeState,
)
from alerttui.domain.errors import NotSupported
from alerttui.domain.patch import KEEP, AlertPatch, Set, difference, narrowed, value_text
from alerttui.domain.vocabulary import Phase

_COLUMN_OF: Final = {"status": "status", "quality": "quality", "verdict": "verdict"}
_WRITTEN: Final = {*_COLUMN_OF, "tags", "assignee"}


PROGRESS_S: Final = 0.1
"""How long at least between two tellings of how far a change has come."""


def commit(connections: Connections, change: Change, on_progress: OnProgress | None = None) -> list[Outcome]:
    """Make a change; see `AlertStore.commit`.

    A change whose id the journal has already is not made twice: its outcomes are told again. A verdict stays
    when an alert is reopened, until someone changes or clears it.
    """
    if not change.edits:
        return []
    if change.comment:
        LOCAL_CAPABILITIES.comments.check(change.comment)
    with connections.writing() as connection:
        made = journal.entry(connection, change.id)
        if made is not None:
            return made_before(change, made)
        reversed_entry = reversed_entry_of(connection, change)
        for edit in change.edits:
            _check_written(edit.patch)
        check_change(connection, change, reversed_entry, LOCAL_CAPABILITIES)
        return _Committer(connection, change, reversed_entry).run(on_progress)


def _check_written(patch: AlertPatch) -> None:
    """Refuse a field for which there is no column, so that it is never told as done."""
    for name, _ in patch.changed():
        if name not in _WRITTEN:
            raise NotSupported(LOCAL_CAPABILITIES.refusal(name) or f"The store cannot change {name}.")


class _Committer:
    """One change on its way into the store."""

    def __init__(
        self, connection: sqlite3.Connection, change: Change, reversed_entry: JournalEntry | None
    ) -> None:
        self.connection = connection
        self.change = change
        self.undoes = reversed_entry if change.kind is ChangeKind.UNDO else None
        self.milestones: list[str] = []
        self._undone_at: dict[tuple[str, object], int] = {}
        """Where in the change that is taken back an alert left a status."""
        for position, outcome in enumerate(self.undoes.outcomes if self.undoes else ()):
            self._undone_at.setdefault((outcome.alert_id, outcome.before.status), position)

    def run(self, on_progress: OnProgress | None) -> list[Outcome]:
        """Make every edit and write the journal."""
        outcomes: list[Outcome] = []
        total, told_s = len(self.change.edits), -PROGRESS_S
        for edit in self.change.edits:
            if on_progress is not None and time.monotonic() - told_s >= PROGRESS_S:
                told_s = time.monotonic()
                on_progress(len(outcomes), total)
            outcomes.append(self._edit(edit))
        if on_progress is not None:
            on_progress(total, total)
        journal.record(self.connection, self.change, outcomes, self.milestones)
        remember_actors(self.connection, [self.change.by])
        return outcomes

    def _edit(self, edit: Edit) -> Outcome:
        present = present_values(self.connection, edit.alert_id)
        self.milestones.append(present.milestones.text() if present else "")
        refused_comment = False if self.change.comment else None
        if present is None:
            return Outcome(
                alert_id=edit.alert_id,
                state=OutcomeState.MISSING,
                reason=f"No such alert: {edit.alert_id}",
                comment_added=refused_comment,
            )
        before = narrowed(present.values, edit.patch)
        unexpected = difference(present.values, edit.expected) if edit.expected else AlertPatch()
        if unexpected:
            reason = conflict_reason(self.connection, present, unexpected)
            return Outcome(
                alert_id=edit.alert_id,
                state=OutcomeState.CONFLICT,
                before=before,
                after=before,
                reason=reason,
                comment_added=refused_comment,
            )
        return self._make(edit, present, before)

    def _make(self, edit: Edit, present: Present, before: AlertPatch) -> Outcome:
        changed = difference(before, edit.patch)
        if changed:
            self._write_values(edit, present, changed)
            self._write_history(present, before, changed)
        if self.change.comment:
            insert_comment(
                self.connection, present.rowid, edit.alert_id, self.change.comment, self.change.by,
                self.change.at_ms, self.change.through, self.change.id,
            )  # fmt: skip
        return Outcome(
            alert_id=edit.alert_id,
            state=OutcomeState.CONFIRMED if changed else OutcomeState.UNCHANGED,
            before=before,
            after=edit.patch,
            comment_added=True if self.change.comment else None,
        )

    def _write_values(self, edit: Edit, present: Present, changed: AlertPatch) -> None:
        columns: dict[str, object] = {
            name: column_text(value_text(value)) for name, value in changed.changed() if name in _COLUMN_OF
        }
        if changed.status is not KEEP:
            columns.update(self._status_columns(edit, present, changed.status))
        if changed.tags is not KEEP:
            columns["tags"] = write_tags(self.connection, present.rowid, changed.tags)
        if changed.assignee is not KEEP:
            columns.update(assignee_columns(self.connection, changed.assignee, self.change.by))
        assignments = "".join(f"{name} = ?, " for name in columns)
        self.connection.execute(
            f"UPDATE alerts SET {assignments}version = version + 1, updated_ms = ?, updated_by = ? "
            "WHERE rowid = ?",
            (*columns.values(), self.change.at_ms, actor_text(self.change.by), present.rowid),
        )

    def _status_columns(self, edit: Edit, present: Present, status: Set[str]) -> dict[str, object]:
        phase = LOCAL_CAPABILITIES.phase(status.value)
        if phase is Phase.UNKNOWN:
            phase = present.imported_phase(self.connection, status.value)
        milestones = self._restored_milestones(edit, status)
        if milestones is None:
            milestones = present.milestones.moved(present.phase, phase, self.change.by, self.change.at_ms)
        return {"phase": int(phase), **milestones.columns()}

    def _restored_milestones(self, edit: Edit, status: Set[str]) -> Milestones | None:
        """The moments that the alert had before the change that is taken back, if its status is put back."""
        if self.undoes is None:
            return None
        position = self._undone_at.get((edit.alert_id, status))
        if position is None:
            return None
        (text,) = self.connection.execute(
            "SELECT milestones FROM change_rows JOIN changes ON sequence = change "
            "WHERE id = ? AND position = ?",
            (column_text(self.undoes.change.id), position),
        ).fetchone()
        return Milestones.from_text(text) if text else None

    def _write_history(self, present: Present, before: AlertPatch, changed: AlertPatch) -> None:
        lines: Sequence[tuple[object, ...]] = [
            history_row(
                HistoryEntry(
                    at_ms=self.change.at_ms,
                    by=self.change.by,
                    field=name,
                    before=value_text(getattr(before, name)),
                    after=value_text(value),
                    why=self.change.comment or self.change.label,
                    through=self.change.through,
                ),
                present.rowid,
                self.change.id,
            )
            for name, value in changed.changed()
        ]
        self.connection.executemany(INSERT_HISTORY, lines)
