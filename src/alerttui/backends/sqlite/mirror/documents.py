"""What the server tells of an alert as one piece: its own history, and which alerts it relates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from alerttui.backends.mirror import Part
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror import copies
from alerttui.backends.sqlite.part_rows import history_from, history_row
from alerttui.backends.sqlite.reading import rowid_if_any, rowid_of
from alerttui.backends.sqlite.rows import column_integer, exact_text, read_text
from alerttui.domain.alert import RelatedAlert
from alerttui.domain.change import HistoryEntry
from alerttui.domain.vocabulary import AlertId

_HISTORY_VALUES: Final = slice(1, 10)
"""Of a line of history as a row, what `history_from` reads."""


def observe_history(
    connections: Connections, alert_id: AlertId, lines: Sequence[HistoryEntry], as_of_ms: int
) -> None:
    """Take over the server's history; see `MirrorStore.observe_history`."""
    rows = [history_row(each, 0)[_HISTORY_VALUES] for each in lines]
    _observe(connections, alert_id, Part.HISTORY, rows, as_of_ms)


def observe_related(
    connections: Connections, alert_id: AlertId, related: Sequence[RelatedAlert], as_of_ms: int
) -> None:
    """Take over the related alerts; see `MirrorStore.observe_related`."""
    rows = [
        (*map(exact_text, (each.id, each.title, each.reason)), column_integer(each.created_ms))
        for each in related
    ]
    _observe(connections, alert_id, Part.RELATED, rows, as_of_ms)


def told_history(connections: Connections, alert_id: AlertId) -> list[HistoryEntry]:
    """What the server told of who did what, oldest first."""
    return [history_from(row) for row in _told(connections, alert_id, Part.HISTORY)]


def told_related(connections: Connections, alert_id: AlertId) -> list[RelatedAlert]:
    """Which alerts the server related to this one."""
    return [
        RelatedAlert(
            id=read_text(alert), title=read_text(title), created_ms=created_ms, reason=read_text(reason)
        )
        for alert, title, reason, created_ms in _told(connections, alert_id, Part.RELATED)
    ]


def _observe(
    connections: Connections, alert_id: AlertId, part: Part, rows: Sequence[Sequence[object]], as_of_ms: int
) -> None:
    document = json.dumps(rows, separators=(",", ":"))
    with connections.writing(durable=False) as connection:
        rowid = rowid_of(connection, alert_id)
        known = connection.execute(
            "SELECT as_of_ms, document FROM parts WHERE alert = ? AND part = ?", (rowid, part.value)
        ).fetchone()
        if known is not None and copies.is_overtaken(as_of_ms, known[0]):
            return
        connection.execute(
            "INSERT OR REPLACE INTO parts (alert, part, as_of_ms, next_cursor, matched, document) "
            "VALUES (?, ?, ?, '', '', ?)",
            (rowid, part.value, as_of_ms, document),
        )
        if document != (known[1] if known is not None else "[]"):
            connection.execute("UPDATE alerts SET version = version + 1 WHERE rowid = ?", (rowid,))


def _told(connections: Connections, alert_id: AlertId, part: Part) -> list[Any]:
    with connections.reading() as connection:
        rowid = rowid_if_any(connection, alert_id)
        row = connection.execute(
            "SELECT document FROM parts WHERE alert = ? AND part = ?", (rowid, part.value)
        ).fetchone()
    found: list[Any] = json.loads(row[0]) if row is not None and row[0] else []
    return found
