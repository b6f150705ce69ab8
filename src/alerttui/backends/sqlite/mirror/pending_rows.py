"""Rows of the journal that are on their way: read, and led from stage to stage."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from alerttui.backends.sqlite import journal
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror.face import Act
from alerttui.backends.sqlite.mirror_tables import UNSETTLED
from alerttui.backends.sqlite.patch_text import patch_text, read_patch
from alerttui.backends.sqlite.rows import column_text, read_text
from alerttui.domain.alert import Actor
from alerttui.domain.change import ChangeKind, Outcome, OutcomeState
from alerttui.domain.patch import AlertPatch
from alerttui.domain.pending import EditKey, PendingCounts, PendingEdit, Stage
from alerttui.domain.vocabulary import AlertId

UNDER_WAY: Final = (Stage.QUEUED, Stage.SENDING)
_UNDER_WAY: Final = "('queued', 'sending')"

_SELECT: Final = (
    "SELECT change, position, c.id, alert_id, c.at_ms, c.by_id, c.by_kind, c.by_name, c.label, c.kind, "
    "c.comment, c.reverses, c.through, patch, sends, base, restores, stage, outcome, reason, tries, "
    "comment_stage, comment_id, comment_reason, c.actions "
    "FROM change_rows JOIN changes c ON c.sequence = change"
)
BY_KEY: Final = f"{_SELECT} WHERE c.id = ? AND position = ?"
OF_ALERT: Final = f"{_SELECT} WHERE alert_id = ? AND {UNSETTLED} ORDER BY change, position"
TO_SEND: Final = (
    f"{_SELECT} WHERE {UNSETTLED} AND (stage IN {_UNDER_WAY} "
    f"OR (stage <> 'held' AND comment_stage IN {_UNDER_WAY})) ORDER BY change, position LIMIT ?"
)
HELD: Final = (
    f"{_SELECT} WHERE {UNSETTLED} AND (stage = 'held' OR comment_stage = 'held') "
    "ORDER BY change, position LIMIT ?"
)
COUNTS: Final = (
    f"SELECT coalesce(sum((stage IN {_UNDER_WAY}) + (comment_stage IN {_UNDER_WAY})), 0), "
    "coalesce(sum((stage = 'held') + (comment_stage = 'held')), 0), "
    f"min(CASE WHEN stage IN {_UNDER_WAY} OR comment_stage IN {_UNDER_WAY} THEN c.at_ms END) "
    f"FROM change_rows JOIN changes c ON c.sequence = change WHERE {UNSETTLED}"
)
IDS: Final = (
    "SELECT alert_id, sum((stage IN ('queued', 'sending', 'held')) "
    f"+ (comment_stage IN ('queued', 'sending', 'held'))) FROM change_rows WHERE {UNSETTLED} "
    "GROUP BY alert_id"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One edit of the journal."""

    change: int
    position: int
    change_id: str
    alert_id: AlertId
    at_ms: int
    by: Actor
    label: str
    kind: ChangeKind
    comment: str
    reverses: str
    through: str
    patch: AlertPatch
    """What was asked for."""
    sends: AlertPatch
    """Of that, what the alert did not have already."""
    base: AlertPatch
    restores: str
    stage: Stage
    outcome: OutcomeState
    reason: str
    tries: int
    comment_stage: Stage
    comment_id: str
    comment_reason: str
    actions: tuple[str, ...]

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the order in which changes were made."""
        return self.change, self.position

    @property
    def act(self) -> Act:
        """The edit, to be laid over what the server has."""
        return Act(self.sends, self.by, self.at_ms, self.restores)


def by_key(connection: sqlite3.Connection, key: EditKey) -> Row | None:
    """The edit with this key."""
    row = connection.execute(BY_KEY, (column_text(key.change_id), key.position)).fetchone()
    return _row(row) if row else None


def of_alert(connection: sqlite3.Connection, alert_id: str) -> list[Row]:
    """The unsettled edits of an alert, in the order in which they were made."""
    return [_row(row) for row in connection.execute(OF_ALERT, (column_text(alert_id),))]


def pending(connections: Connections, limit: int, *, held: bool) -> list[PendingEdit]:
    """What is to be sent, or held."""
    with connections.reading() as connection:
        found = connection.execute(HELD if held else TO_SEND, (limit,)).fetchall()
    return [_pending_edit(_row(row)) for row in found]


def outcomes(connections: Connections, change_id: str) -> list[Outcome]:
    """What became of each edit of a change so far; none for an unknown one."""
    with connections.snapshot() as connection:
        found = journal.entry(connection, change_id)
        return list(found.outcomes) if found else []


def counts(connections: Connections) -> PendingCounts:
    """How much is not settled."""
    with connections.reading() as connection:
        queued, held, oldest_ms = connection.execute(COUNTS).fetchone()
    return PendingCounts(queued=queued, held=held, oldest_ms=oldest_ms)


def ids(connections: Connections) -> dict[AlertId, int]:
    """Alerts with anything unsettled."""
    with connections.reading() as connection:
        return {AlertId(alert_id): number for alert_id, number in connection.execute(IDS)}


def update(connection: sqlite3.Connection, row: Row, **values: object) -> None:
    """Write some columns of an edit; patches, stages and outcomes are given as themselves."""
    assignments = ", ".join(f"{name} = ?" for name in values)
    connection.execute(
        f"UPDATE change_rows SET {assignments} WHERE change = ? AND position = ?",
        (*map(_column, values.values()), row.change, row.position),
    )


def _column(value: object) -> object:
    if isinstance(value, AlertPatch):
        return patch_text(value)
    if isinstance(value, (Stage, OutcomeState)):
        return value.value
    return column_text(value) if isinstance(value, str) else value


def _row(row: Sequence[Any]) -> Row:
    (
        change, position, change_id, alert_id, at_ms, by_id, by_kind, by_name, label, kind, comment, reverses,
        through, patch, sends, base, restores, stage, outcome, reason, tries, comment_stage, comment_id,
        comment_reason, actions,
    ) = row  # fmt: skip
    return Row(
        change=change, position=position, change_id=change_id, alert_id=AlertId(alert_id), at_ms=at_ms,
        by=Actor(by_id, by_kind, by_name), label=label, kind=ChangeKind(kind), comment=read_text(comment),
        reverses=reverses, through=through, patch=read_patch(patch), sends=read_patch(sends),
        base=read_patch(base), restores=restores, stage=Stage(stage), outcome=OutcomeState(outcome),
        reason=reason, tries=tries, comment_stage=Stage(comment_stage), comment_id=comment_id,
        comment_reason=comment_reason, actions=tuple(read_text(actions).splitlines()),
    )  # fmt: skip


def _pending_edit(row: Row) -> PendingEdit:
    return PendingEdit(
        key=EditKey(row.change_id, row.position),
        alert_id=row.alert_id,
        at_ms=row.at_ms,
        by=row.by,
        label=row.label,
        kind=row.kind,
        patch=row.sends,
        base=row.base,
        stage=row.stage,
        comment=row.comment if row.comment_stage is not Stage.NONE else "",
        comment_stage=row.comment_stage,
        actions=row.actions,
        reason=row.reason or row.comment_reason,
        tries=row.tries,
    )
