"""One alert and what belongs to it."""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from alerttui.backends.sqlite import part_rows, rows
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.rows import column_text
from alerttui.domain.alert import Alert, Comment, Event, RelatedAlert
from alerttui.domain.change import HistoryEntry
from alerttui.domain.errors import Invalid, NotFound
from alerttui.domain.listing import Page
from alerttui.domain.vocabulary import AlertId, Phase

SELECT_ALERT: Final = (
    f"SELECT {', '.join(rows.ALERT_COLUMNS)} FROM alerts LEFT JOIN details ON details.rowid = alerts.rowid"
)
"""Reads what `rows.alert_from` takes."""

SELECT_RELATED: Final = (
    "SELECT id, title, created_ms FROM alerts INDEXED BY alerts_detection "
    f"WHERE detection_id = ? AND phase IN ({', '.join(str(int(phase)) for phase in Phase)}) AND rowid <> ? "
    "ORDER BY rowid DESC LIMIT ?"
)
"""The newest alerts of a rule: only the newest of each phase are read from its index."""

_NUMBER: Final = re.compile("-?[0-9]{1,19}")

MAX_PAGE: Final = 1_000
"""Most entries of one page."""


def alert(connections: Connections, alert_id: AlertId) -> Alert:
    """One alert in full."""
    with connections.reading() as connection:
        row = connection.execute(SELECT_ALERT + " WHERE alerts.id = ?", (column_text(alert_id),)).fetchone()
    if row is None:
        raise NotFound([alert_id])
    return rows.alert_from(row)


def raw(connections: Connections, alert_id: AlertId) -> bytes:
    """The bytes of the record that the alert came from."""
    with connections.snapshot() as connection:
        rowid = rowid_of(connection, alert_id)
        row = connection.execute("SELECT raw FROM raws WHERE rowid = ?", (rowid,)).fetchone()
    return bytes(row[0]) if row else b""


def identity(connections: Connections, alert_id: AlertId) -> tuple[str, str]:
    """The source and the native id by which an import knows the alert again."""
    with connections.snapshot() as connection:
        rowid = rowid_of(connection, alert_id)
        row = connection.execute("SELECT source, native_id FROM alerts WHERE rowid = ?", (rowid,)).fetchone()
    return str(row[0]), str(row[1])


def events(connections: Connections, alert_id: AlertId, cursor: str | None, limit: int) -> Page[Event]:
    """One page of events; the cursor is the number of the first one."""
    start = _position(cursor)
    limit = page_size(limit)
    with connections.snapshot() as connection:
        rowid = rowid_of(connection, alert_id)
        (total,) = connection.execute("SELECT count(*) FROM events WHERE alert = ?", (rowid,)).fetchone()
        found = connection.execute(
            f"SELECT {part_rows.EVENT_COLUMNS} FROM events WHERE alert = ? AND sequence >= ? "
            "ORDER BY sequence LIMIT ?",
            (rowid, start, limit + 1),
        ).fetchall()
    following = str(found[limit][0]) if len(found) > limit else None
    return Page([part_rows.event_from(row) for row in found[:limit]], following, total)


def comments(connections: Connections, alert_id: AlertId, cursor: str | None, limit: int) -> Page[Comment]:
    """One page of comments, oldest first; the cursor is the last one's place in that order."""
    after = cursor.split(".") if cursor is not None else [str(-rows.MAX_INTEGER), "0"]
    if len(after) != 2 or not all(map(_is_number, after)):
        raise _bad_cursor(cursor)
    limit = page_size(limit)
    with connections.snapshot() as connection:
        rowid = rowid_of(connection, alert_id)
        (total,) = connection.execute("SELECT count(*) FROM comments WHERE alert = ?", (rowid,)).fetchone()
        found = connection.execute(
            f"SELECT {part_rows.COMMENT_COLUMNS} FROM comments WHERE alert = ? "
            "AND (coalesce(created_ms, 0), sequence) > (?, ?) "
            "ORDER BY coalesce(created_ms, 0), sequence LIMIT ?",
            (rowid, int(after[0]), int(after[1]), limit + 1),
        ).fetchall()
    last = found[limit - 1] if len(found) > limit else None
    following = f"{last[7] or 0}.{last[0]}" if last else None
    return Page([part_rows.comment_from(row) for row in found[:limit]], following, total)


def history(connections: Connections, alert_id: AlertId) -> list[HistoryEntry]:
    """Who changed what and when, oldest first."""
    with connections.snapshot() as connection:
        rowid = rowid_of(connection, alert_id)
        found = connection.execute(
            f"SELECT {part_rows.HISTORY_COLUMNS} FROM history WHERE alert = ? ORDER BY at_ms, sequence",
            (rowid,),
        ).fetchall()
    return [part_rows.history_from(row) for row in found]


def related(connections: Connections, alert_id: AlertId, limit: int) -> list[RelatedAlert]:
    """Other alerts of the same rule, newest first."""
    with connections.snapshot() as connection:
        rowid = rowid_of(connection, alert_id)
        (rule,) = connection.execute("SELECT detection_id FROM alerts WHERE rowid = ?", (rowid,)).fetchone()
        if not rule:
            return []
        found = connection.execute(SELECT_RELATED, (rule, rowid, limit)).fetchall()
    return [RelatedAlert(id=row[0], title=row[1], created_ms=row[2], reason="same rule") for row in found]


def rowid_of(connection: sqlite3.Connection, alert_id: AlertId) -> int:
    """The rowid of an alert; raises `NotFound`."""
    rowid = rowid_if_any(connection, alert_id)
    if rowid is None:
        raise NotFound([alert_id])
    return rowid


def rowid_if_any(connection: sqlite3.Connection, alert_id: str) -> int | None:
    """The rowid of an alert; None if there is no such alert."""
    row = connection.execute("SELECT rowid FROM alerts WHERE id = ?", (column_text(alert_id),)).fetchone()
    return int(row[0]) if row else None


def page_size(limit: int) -> int:
    """The limit within what one page holds."""
    return max(1, min(limit, MAX_PAGE))


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        raise _bad_cursor(cursor)
    return int(cursor)


def _is_number(text: str) -> bool:
    """Whether a text is a number that a column can hold."""
    return _NUMBER.fullmatch(text) is not None and abs(int(text)) <= rows.MAX_INTEGER


def _bad_cursor(cursor: str | None) -> Invalid:
    return Invalid("cursor", cursor, 'the "next" of the page before is expected')
