"""The server's own values of every alert, apart from what is shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from alerttui.backends.mirror import LAG_MS, ServerCopy
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.listing import rowids_of
from alerttui.backends.sqlite.milestones import Milestones
from alerttui.backends.sqlite.mirror.face import Face
from alerttui.backends.sqlite.patch_text import patch_text, read_patch
from alerttui.backends.sqlite.people import resolved_actor
from alerttui.backends.sqlite.rows import UNTOLD, actor_from, actor_text
from alerttui.domain.alert import Actor
from alerttui.domain.json_text import to_json
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId, Phase, Severity

_COLUMNS: Final = "alert, as_of_ms, full_as_of_ms, confirmed_ms, phase, seen, server, face, lag"
_BY_ROWIDS: Final = f"SELECT {_COLUMNS} FROM copies WHERE alert IN (SELECT value FROM json_each(?))"


OUT_OF_ORDER_MS: Final = 600_000
"""Answers overtake each other by less than this; what is older still tells of a clock that was put back."""


def is_overtaken(requested_ms: int, as_of_ms: int) -> bool:
    """Whether an answer to a later request came before the answer to this one."""
    return as_of_ms - OUT_OF_ORDER_MS < requested_ms < as_of_ms


@dataclass(frozen=True, slots=True)
class Copy:
    """What the server was last known to have of one alert."""

    alert: int
    """Rowid of the alert."""
    as_of_ms: int
    full_as_of_ms: int
    """0 where it was never read in full."""
    confirmed_ms: int
    """When our last write of it was confirmed; 0 for never."""
    seen: bytes
    """Digest of the observation that these values are; empty where a write of ours came after it."""
    face: Face
    lag: tuple[tuple[int, AlertPatch], ...] = ()
    """Confirmed writes of ours, with the values from before, that a lagging server may still answer."""

    def is_late(self, requested_ms: int, *, in_full: bool) -> bool:
        """Whether a write of ours, or a later answer, came before an answer to this request."""
        if requested_ms < self.confirmed_ms:
            return True
        return is_overtaken(requested_ms, self.full_as_of_ms if in_full else self.as_of_ms)

    def read_again(self, requested_ms: int, *, in_full: bool) -> Copy:
        """The copy with the time of an answer."""
        return replace(
            self,
            as_of_ms=self.as_of_ms if is_overtaken(requested_ms, self.as_of_ms) else requested_ms,
            full_as_of_ms=requested_ms if in_full else self.full_as_of_ms,
        )

    def confirmed(self, face: Face, before: AlertPatch, at_ms: int) -> Copy:
        """The copy after a write of ours that the server confirmed; `before` has what it replaced."""
        lag = [entry for entry in self.lag if at_ms - entry[0] <= LAG_MS]
        if before:
            lag.append((at_ms, before))
        return replace(
            self,
            face=face,
            as_of_ms=max(self.as_of_ms, at_ms),
            confirmed_ms=max(self.confirmed_ms, at_ms),
            seen=b"",
            lag=tuple(lag),
        )


def read(connection: sqlite3.Connection, rowid: int) -> Copy | None:
    """The copy of an alert."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM copies WHERE alert = ?", (rowid,)).fetchone()
    return _copy(row) if row else None


def read_many(connection: sqlite3.Connection, rowids: Iterable[int]) -> dict[int, Copy]:
    """The copies of alerts by their rowids."""
    return {row[0]: _copy(row) for row in connection.execute(_BY_ROWIDS, (json.dumps(list(rowids)),))}


def write(connection: sqlite3.Connection, copies: Iterable[Copy]) -> None:
    """Put copies in, over those that are there."""
    connection.executemany(
        f"INSERT OR REPLACE INTO copies ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each.alert, each.as_of_ms, each.full_as_of_ms, each.confirmed_ms, int(each.face.phase),
                each.seen, patch_text(each.face.values), _face_text(each.face), _lag_text(each.lag),
            )
            for each in copies
        ],
    )  # fmt: skip


def touch(connection: sqlite3.Connection, copies: Iterable[Copy]) -> None:
    """Note as of when copies are that are as before."""
    connection.executemany(
        "UPDATE copies SET as_of_ms = ?, full_as_of_ms = ? WHERE alert = ?",
        [(each.as_of_ms, each.full_as_of_ms, each.alert) for each in copies],
    )


def server_copies(connections: Connections, ids: Sequence[AlertId]) -> dict[AlertId, ServerCopy]:
    """The server's own values by id; see `MirrorStore.server_copies`."""
    with connections.snapshot() as connection:
        rowids = rowids_of(connections, ids)
        copies = read_many(connection, rowids.values())
        labels = {rowid: _assignee_label(connection, copy.face.assignee) for rowid, copy in copies.items()}
        created = dict(
            connection.execute(
                "SELECT rowid, created_ms FROM alerts WHERE rowid IN (SELECT value FROM json_each(?))",
                (json.dumps(list(rowids.values())),),
            )
        )
        untold = {rowid: _untold(connection, copy) for rowid, copy in copies.items()}
    return {
        alert_id: ServerCopy(
            values=copies[rowid].face.values,
            as_of_ms=copies[rowid].as_of_ms,
            created_ms=created[rowid],
            updated_by=actor_from(copies[rowid].face.updated_by),
            assignee_label=labels[rowid],
            untold=untold[rowid],
        )
        for alert_id, rowid in rowids.items()
        if rowid in copies
    }


def _assignee_label(connection: sqlite3.Connection, assignee: Actor | None) -> str:
    if assignee is None or assignee.name:
        return assignee.label if assignee else ""
    return resolved_actor(connection, assignee.id).label


def _untold(connection: sqlite3.Connection, copy: Copy) -> frozenset[str]:
    row = connection.execute("SELECT document FROM details WHERE rowid = ?", (copy.alert,)).fetchone()
    is_verdict_told = json.loads(row[0]).get("verdict_known", True) if row else True
    untold = [] if is_verdict_told or isinstance(copy.face.values.verdict, Set) else ["verdict"]
    return frozenset([*untold, *(["assignee"] if copy.face.assignee == UNTOLD else [])])


def _copy(row: Sequence[Any]) -> Copy:
    alert, as_of_ms, full_as_of_ms, confirmed_ms, phase, seen, server, face, lag = row
    severity, severity_word, assignee, milestones, updated_ms, updated_by = json.loads(face)
    return Copy(
        alert=alert,
        as_of_ms=as_of_ms,
        full_as_of_ms=full_as_of_ms,
        confirmed_ms=confirmed_ms,
        seen=seen,
        face=Face(
            values=read_patch(server),
            phase=Phase(phase),
            severity=Severity(severity),
            severity_word=severity_word,
            assignee=actor_from(assignee),
            milestones=Milestones(*milestones),
            updated_ms=updated_ms,
            updated_by=updated_by,
        ),
        lag=tuple((at_ms, read_patch(text)) for at_ms, text in json.loads(lag)) if lag else (),
    )


def _face_text(face: Face) -> str:
    return to_json(
        [
            int(face.severity), face.severity_word, actor_text(face.assignee),
            list(face.milestones.columns().values()), face.updated_ms, face.updated_by,
        ]
    )  # fmt: skip


def _lag_text(lag: Sequence[tuple[int, AlertPatch]]) -> str:
    return to_json([[at_ms, patch_text(before)] for at_ms, before in lag]) if lag else ""
