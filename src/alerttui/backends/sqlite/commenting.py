"""Comments that are written in alerttui."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Final

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.part_rows import COMMENT_COLUMNS, comment_from, comment_row, history_row
from alerttui.backends.sqlite.people import remember_actors
from alerttui.backends.sqlite.reading import rowid_of
from alerttui.backends.sqlite.rows import column_text, exact_text
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.backends.store import PlacedComment
from alerttui.domain.alert import Actor, Comment
from alerttui.domain.change import HistoryEntry
from alerttui.domain.errors import NotFound, NotSupported
from alerttui.domain.vocabulary import AlertId

INSERT_COMMENT: Final = (
    "INSERT INTO comments (alert, id, author_id, author_kind, author_name, body, format, created_ms, "
    "updated_ms, local, change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_HISTORY: Final = (
    "INSERT INTO history (alert, at_ms, by_id, by_kind, by_name, field, before, after, why, through, "
    "change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

_SELECT_COMMENT: Final = (
    "SELECT alerts.id, alerts.rowid, "
    + ", ".join(f"comments.{column}" for column in COMMENT_COLUMNS.split(", "))
    + " FROM comments JOIN alerts ON alerts.rowid = comments.alert WHERE "
)


def comment(connections: Connections, comment_id: str) -> PlacedComment:
    """One comment; raises `NotFound` with its id."""
    with connections.reading() as connection:
        return _found(connection, comment_id)[1]


def comment_of_change(connections: Connections, change_id: str, alert_id: AlertId) -> PlacedComment:
    """The comment that a change added to an alert."""
    with connections.reading() as connection:
        row = connection.execute(
            _SELECT_COMMENT + "alerts.id = ? AND comments.change_id = ?",
            (column_text(alert_id), column_text(change_id)),
        ).fetchone()
    if row is None:
        raise NotFound([alert_id])
    return PlacedComment(alert_id, comment_from(row[2:]))


def _found(connection: sqlite3.Connection, comment_id: str) -> tuple[int, PlacedComment]:
    """The rowid of its alert, and the comment."""
    row = connection.execute(_SELECT_COMMENT + "comments.id = ?", (column_text(comment_id),)).fetchone()
    if row is None:
        raise NotFound([comment_id])
    return row[1], PlacedComment(AlertId(row[0]), comment_from(row[2:]))


def edit_comment(
    connections: Connections, comment_id: str, body: str, by: Actor, at_ms: int
) -> PlacedComment:
    """Write a comment anew; the line of history keeps what it said."""
    LOCAL_CAPABILITIES.comments.check(body)
    with connections.writing() as connection:
        rowid, (alert_id, present) = _found(connection, comment_id)
        author = present.author
        if author is None or (author.id, author.kind) != (by.id, by.kind):
            wrote = f"{author.label} wrote" if author else "somebody unknown wrote"
            raise NotSupported(f"Comment {comment_id}: {wrote} it; nobody else can change it.")
        edited = replace(present, body=body, updated_ms=at_ms)
        if body == present.body:
            return PlacedComment(alert_id, present)
        connection.execute(
            "UPDATE comments SET body = ?, updated_ms = ? WHERE id = ?",
            (exact_text(body), at_ms, column_text(comment_id)),
        )
        connection.execute("UPDATE alerts SET version = version + 1 WHERE rowid = ?", (rowid,))
        line = HistoryEntry(
            at_ms=at_ms,
            by=by,
            field="comment",
            before=present.body,
            after=body,
            why="comment edited",
            through=LOCAL_CAPABILITIES.backend,
        )
        connection.execute(INSERT_HISTORY, history_row(line, rowid))
        return PlacedComment(alert_id, edited)


def add_comment(connections: Connections, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
    """Add a comment with its history line."""
    LOCAL_CAPABILITIES.comments.check(body)
    with connections.writing() as connection:
        rowid = rowid_of(connection, alert_id)
        remember_actors(connection, [by])
        return insert_comment(connection, rowid, alert_id, body, by, at_ms, LOCAL_CAPABILITIES.backend)


def insert_comment(
    connection: sqlite3.Connection,
    rowid: int,
    alert_id: AlertId,
    body: str,
    by: Actor,
    at_ms: int,
    through: str,
    change_id: str = "",
) -> Comment:
    """Write a comment inside a transaction; `change_id` is empty where it belongs to no change."""
    (number,) = connection.execute(
        "UPDATE alerts SET version = version + 1, comment_count = comment_count + 1 WHERE rowid = ? "
        "RETURNING comment_count",
        (rowid,),
    ).fetchone()
    comment = Comment(
        id=free_comment_id(connection, alert_id, number), author=by, body=body, created_ms=at_ms
    )
    connection.execute(INSERT_COMMENT, comment_row(comment, comment.id, rowid, change_id))
    line = HistoryEntry(at_ms=at_ms, by=by, field="comment", before="", after=body, through=through)
    connection.execute(INSERT_HISTORY, history_row(line, rowid, change_id))
    return comment


def free_comment_id(connection: sqlite3.Connection, alert_id: str, number: int) -> str:
    """An id for the alert's comment of this number: deterministic, and not taken."""
    while has_comment(connection, f"{alert_id}.{number}"):
        number += 1
    return f"{alert_id}.{number}"


def has_comment(connection: sqlite3.Connection, comment_id: str) -> bool:
    """True if a comment has this id."""
    return connection.execute("SELECT 1 FROM comments WHERE id = ?", (comment_id,)).fetchone() is not None
