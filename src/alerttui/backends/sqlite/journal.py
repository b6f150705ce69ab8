"""The journal: every change with its outcome per alert, and which of them can be undone or made again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.patch_text import patch_text, read_patch
from alerttui.backends.sqlite.rows import column_text, exact_text, read_text
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, ChangeKind, Edit, JournalEntry, Outcome, OutcomeState
from alerttui.domain.pending import Stage
from alerttui.domain.vocabulary import AlertId

_CHANGE_COLUMNS: Final = (
    "c.sequence, c.id, c.at_ms, c.by_id, c.by_kind, c.by_name, c.label, c.comment, c.kind, c.reverses, "
    "c.undone_by, c.through, c.actions"
)
_MADE: Final = (
    "EXISTS (SELECT 1 FROM change_rows r WHERE r.change = c.sequence "
    "AND r.outcome IN ('confirmed', 'queued'))"
)
"""Whether a change did anything, or will: what is queued is shown already."""

_UNDER_WAY: Final = (Stage.QUEUED.value, Stage.SENDING.value)
_LATEST_UNDOABLE: Final = f"""
SELECT {_CHANGE_COLUMNS} FROM changes c
WHERE c.by_id = ? AND c.kind IN ('change', 'redo') AND c.undone_by = '' AND {_MADE}
AND NOT EXISTS (
    SELECT 1 FROM changes redo WHERE redo.by_id = c.by_id AND redo.kind = 'redo' AND redo.reverses IN (
        SELECT c.id
        UNION ALL
        SELECT undo.id FROM changes undo WHERE undo.kind = 'undo' AND undo.reverses = c.id
    )
)
ORDER BY c.sequence DESC LIMIT 1
"""
_LATEST_REDOABLE: Final = f"""
SELECT {_CHANGE_COLUMNS} FROM changes c
WHERE c.by_id = ?1 AND c.kind = 'undo' AND c.undone_by = '' AND {_MADE}
AND NOT EXISTS (
    SELECT 1 FROM changes later
    WHERE later.by_id = ?1 AND later.kind = 'change' AND later.sequence > c.sequence
)
ORDER BY c.sequence DESC LIMIT 1
"""


def journal(connections: Connections, limit: int) -> list[JournalEntry]:
    """The latest changes, newest first."""
    with connections.snapshot() as connection:
        found = connection.execute(
            f"SELECT {_CHANGE_COLUMNS} FROM changes c ORDER BY c.sequence DESC LIMIT ?", (limit,)
        ).fetchall()
        return [_entry(connection, row) for row in found]


def undoable(connections: Connections, by: Actor) -> JournalEntry | None:
    """The latest change or redo of this actor that did something, or will, and still stands."""
    return _latest(connections, _LATEST_UNDOABLE, by)


def redoable(connections: Connections, by: Actor) -> JournalEntry | None:
    """The latest undo of this actor that has not been redone and after which he changed nothing else."""
    return _latest(connections, _LATEST_REDOABLE, by)


def _latest(connections: Connections, sql: str, by: Actor) -> JournalEntry | None:
    if by.kind == "unknown":
        return None  # every analyst whom no configuration names has the same id
    with connections.snapshot() as connection:
        row = connection.execute(sql, (column_text(by.id),)).fetchone()
        return _entry(connection, row) if row else None


def entry(connection: sqlite3.Connection, change_id: str) -> JournalEntry | None:
    """The change with this id, if the journal has it."""
    row = connection.execute(
        f"SELECT {_CHANGE_COLUMNS} FROM changes c WHERE c.id = ?", (column_text(change_id),)
    ).fetchone()
    return _entry(connection, row) if row else None


def _entry(connection: sqlite3.Connection, row: Sequence[Any]) -> JournalEntry:
    (
        sequence,
        change_id,
        at_ms,
        by_id,
        by_kind,
        by_name,
        label,
        comment,
        kind,
        reverses,
        undone_by,
        through,
        actions,
    ) = row
    found = connection.execute(
        "SELECT alert_id, patch, expected, outcome, before, after, reason, comment_added, stage, "
        "comment_stage, comment_reason FROM change_rows WHERE change = ? ORDER BY position",
        (sequence,),
    ).fetchall()
    change = Change(
        id=change_id,
        at_ms=at_ms,
        by=Actor(by_id, by_kind, by_name),
        label=label,
        edits=tuple(_edit(each) for each in found),
        comment=read_text(comment),
        actions=tuple(read_text(actions).splitlines()),
        kind=ChangeKind(kind),
        reverses=reverses,
        through=through,
    )
    return JournalEntry(change=change, outcomes=tuple(_outcome(each) for each in found), undone_by=undone_by)


def _edit(row: Sequence[Any]) -> Edit:
    return Edit(
        alert_id=AlertId(row[0]),
        patch=read_patch(row[1]),
        expected=None if row[2] is None else read_patch(row[2]),
    )


def _outcome(row: Sequence[Any]) -> Outcome:
    alert_id, _, _, state, before, after, reason, comment_added, stage, comment_stage, why_no_comment = row
    is_comment_alone = stage == Stage.NONE.value and comment_stage in _UNDER_WAY
    return Outcome(
        alert_id=AlertId(alert_id),
        state=OutcomeState.QUEUED if is_comment_alone else OutcomeState(state),
        before=read_patch(before),
        after=read_patch(after),
        reason=reason or why_no_comment,
        comment_added=None if comment_added is None else bool(comment_added),
    )


def record(
    connection: sqlite3.Connection, change: Change, outcomes: Sequence[Outcome], milestones: Sequence[str]
) -> None:
    """Write a change into the journal, settled; `milestones` of an edit come back with its undo."""
    sequence = record_change(connection, change)
    connection.executemany(
        "INSERT INTO change_rows (change, position, alert_id, patch, expected, stage, outcome, before, "
        "after, reason, comment_added, milestones) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                sequence, position, column_text(edit.alert_id), patch_text(edit.patch),
                None if edit.expected is None else patch_text(edit.expected), Stage.SETTLED.value,
                outcome.state.value, patch_text(outcome.before), patch_text(outcome.after),
                column_text(outcome.reason), outcome.comment_added, milestone,
            )
            for position, (edit, outcome, milestone) in enumerate(
                zip(change.edits, outcomes, milestones, strict=True)
            )
        ],
    )  # fmt: skip
    note_reversed(connection, change, outcomes)


def record_change(connection: sqlite3.Connection, change: Change) -> int:
    """Write what a change is, without its edits; gives its place in the journal."""
    by = change.by
    sequence = connection.execute(
        "INSERT INTO changes (id, at_ms, by_id, by_kind, by_name, label, comment, kind, reverses, through, "
        "actions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            column_text(change.id), change.at_ms, column_text(by.id), column_text(by.kind),
            column_text(by.name), column_text(change.label), exact_text(change.comment), change.kind.value,
            column_text(change.reverses), column_text(change.through), exact_text("\n".join(change.actions)),
        ),
    ).lastrowid  # fmt: skip
    assert sequence is not None
    return sequence


def note_reversed(connection: sqlite3.Connection, change: Change, outcomes: Sequence[Outcome]) -> None:
    """Note on what an undo or redo walks over that it did, where it did anything."""
    if _has_reversed(change, outcomes):
        _mark_reversed(connection, change)


def _has_reversed(change: Change, outcomes: Sequence[Outcome]) -> bool:
    """An undo that met nothing but conflicts has undone nothing: what it was to reverse still stands."""
    return bool(change.reverses) and any(
        outcome.ok or outcome.state is OutcomeState.MISSING for outcome in outcomes
    )


def _mark_reversed(connection: sqlite3.Connection, change: Change) -> None:
    """Note on what an undo takes back that it is undone; a redo lifts that and settles the undo."""
    reversed_ids = lineage(connection, change.reverses)
    if change.kind is ChangeKind.UNDO:
        _set_undone_by(connection, reversed_ids, change.id)
    elif change.kind is ChangeKind.REDO and reversed_ids:
        (undo_id,) = connection.execute(
            "SELECT undone_by FROM changes WHERE id = ?", (reversed_ids[0],)
        ).fetchone()
        _set_undone_by(connection, reversed_ids, "")
        if undo_id:
            _set_undone_by(connection, [undo_id], change.id)


def _set_undone_by(connection: sqlite3.Connection, change_ids: Sequence[str], by_change: str) -> None:
    connection.executemany(
        "UPDATE changes SET undone_by = ? WHERE id = ?",
        [(column_text(by_change), each) for each in change_ids],
    )


def lineage(connection: sqlite3.Connection, change_id: str) -> list[str]:
    """The change or redo that `change_id` means, then the earlier ones that it made again.

    An undo stands for what it took back, so that a redo may name either.
    """
    found: list[str] = []
    current = column_text(change_id)
    seen: set[str] = set()
    while current and current not in seen:
        seen.add(current)
        row = connection.execute("SELECT kind, reverses FROM changes WHERE id = ?", (current,)).fetchone()
        if row is None:
            break
        if row[0] != ChangeKind.UNDO.value:
            found.append(current)
        current = row[1]
    return found


def lift_reversal(connection: sqlite3.Connection, change_id: str) -> None:
    """Where no edit of an undo or redo was made, or will be, what it walked over stands as before."""
    row = connection.execute(
        f"SELECT c.kind, c.reverses, {_MADE} FROM changes c WHERE c.id = ? AND c.reverses <> ''",
        (column_text(change_id),),
    ).fetchone()
    if row is None or row[2]:
        return
    kind, reverses, _ = row
    reversed_ids = lineage(connection, reverses)
    if kind == ChangeKind.UNDO.value:
        connection.executemany(
            "UPDATE changes SET undone_by = '' WHERE id = ? AND undone_by = ?",
            [(each, column_text(change_id)) for each in reversed_ids],
        )
        return
    undo = connection.execute(
        "SELECT id FROM changes WHERE undone_by = ?", (column_text(change_id),)
    ).fetchone()
    if undo is not None:
        _set_undone_by(connection, reversed_ids, undo[0])
        _set_undone_by(connection, [undo[0]], "")
