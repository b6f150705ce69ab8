"""Comments that are written in alerttui."""

from __future__ import annotations

import sqlite3
from typing import Final

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.part_rows import comment_row, history_row
from alerttui.backends.sqlite.people import remember_actors
from alerttui.backends.sqlite.reading import rowid_of
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.domain.alert import Actor, Comment
from alerttui.domain.change import HistoryEntry
from alerttui.domain.errors import Invalid
from alerttui.domain.vocabulary import AlertId

INSERT_COMMENT: Final = (
    "INSERT INTO comments (alert, id, author_id, author_kind, author_name, body, format, created_ms, "
    "updated_ms, local, change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_HISTORY: Final = (
    "INSERT INTO history (alert, at_ms, by_id, by_kind, by_name, field, before, after, why, through, "
    "change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def add_comment(connections: Connections, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
    """Add a comment with its history line."""
    check_comment(body)
    with connections.writing() as connection:
        rowid = rowid_of(connection, alert_id)
        remember_actors(connection, [by])
        return insert_comment(connection, rowid, alert_id, body, by, at_ms, LOCAL_CAPABILITIES.backend)


def check_comment(body: str) -> None:
    """Raise `Invalid` for a comment that is empty or too long."""
    longest = LOCAL_CAPABILITIES.comments.max_length
    if not body.strip():
        raise Invalid("comment", body, "a comment needs some text")
    if len(body) > longest:
        raise Invalid("comment", f"{body[:40]}...", f"at most {longest:,} characters; it has {len(body):,}")


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
    while has_comment(connection, f"{alert_id}/{number}"):
        number += 1
    return f"{alert_id}/{number}"


def has_comment(connection: sqlite3.Connection, comment_id: str) -> bool:
    """True if a comment has this id."""
    return connection.execute("SELECT 1 FROM comments WHERE id = ?", (comment_id,)).fetchone() is not None
