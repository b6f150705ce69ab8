"""An alert's thread of comments: the server's own, and those that are on their way to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Mapping, Sequence
from typing import Any, Final

from alerttui.backends.mirror import LAG_MS
from alerttui.backends.sqlite.commenting import INSERT_HISTORY
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror import pending_rows
from alerttui.backends.sqlite.mirror.pending_rows import Row
from alerttui.backends.sqlite.part_rows import comment_row, history_row
from alerttui.backends.sqlite.people import remember_actors
from alerttui.backends.sqlite.reading import rowid_if_any
from alerttui.backends.sqlite.rows import column_text, exact_text
from alerttui.domain.alert import Comment
from alerttui.domain.change import Change, HistoryEntry
from alerttui.domain.pending import Stage
from alerttui.domain.vocabulary import AlertId

WAITS: Final = "waits with the change that it belongs to"
"""Why a comment is held that was never sent."""

UNSENT: Final = "unsent-"
"""What the ids of comments begin with to which the server gave none yet."""

_WRITTEN: Final = (
    "alert", "id", "author_id", "author_kind", "author_name", "body", "format", "created_ms", "updated_ms",
    "local", "change_id",
)  # fmt: skip
"""The values of `comment_row`."""

_COMPARED: Final = _WRITTEN[2:9]
_INSERT: Final = (
    f"INSERT INTO comments ({', '.join(_WRITTEN)}, state, as_of_ms) "
    f"VALUES ({', '.join('?' * len(_WRITTEN))}, ?, ?)"
)
_SELECT: Final = (
    f"SELECT sequence, id, state, {', '.join(_COMPARED)}, change_id FROM comments WHERE alert = ?"
)


def add_pending(
    connection: sqlite3.Connection, change: Change, written_as: str, rowid: int, place: tuple[int, int]
) -> str:
    """Show the comment of the edit at a place of the journal as not sent yet; gives its id."""
    comment_id = f"{UNSENT}{place[0]}-{place[1]}"
    comment = Comment(
        id=comment_id, author=change.by, body=change.comment, format=written_as, created_ms=change.at_ms
    )
    connection.execute(_INSERT, (*comment_row(comment, comment_id, rowid, change.id), "queued", None))
    count(connection, rowid)
    return comment_id


def lead(connection: sqlite3.Connection, row: Row, stage: Stage, reason: str = "") -> None:
    """Lead the comment of an edit to another unsettled stage."""
    pending_rows.update(connection, row, comment_stage=stage, comment_reason=reason)
    connection.execute(
        "UPDATE comments SET state = ? WHERE id = ? AND change_id = ?",
        ("waiting" if reason == WAITS else stage.value, row.comment_id, row.change_id),
    )
    _show(connection, row.alert_id)


def give_up(connection: sqlite3.Connection, row: Row, reason: str) -> None:
    """The comment of an edit will not be sent: it leaves the thread, and the journal says why."""
    if row.comment_stage in (Stage.NONE, Stage.SETTLED):
        return
    pending_rows.update(connection, row, comment_stage=Stage.SETTLED, comment_added=0, comment_reason=reason)
    connection.execute(
        "DELETE FROM comments WHERE id = ? AND change_id = ? AND state <> ''", (row.comment_id, row.change_id)
    )
    _show(connection, row.alert_id)


def sent(connection: sqlite3.Connection, row: Row, comment: Comment | None, at_ms: int, through: str) -> None:
    """The server has it: it gets the server's id, or keeps its own until that is told."""
    rowid = rowid_if_any(connection, row.alert_id)
    pending_rows.update(
        connection, row, comment_stage=Stage.SETTLED, comment_added=1, comment_reason="", settled_ms=at_ms
    )
    if rowid is None:
        return
    body = row.comment
    line = HistoryEntry(at_ms=row.at_ms, by=row.by, field="comment", before="", after=body, through=through)
    connection.execute(INSERT_HISTORY, history_row(line, rowid, row.change_id))
    ours = (row.comment_id, row.change_id)
    if comment is None:
        connection.execute(
            "UPDATE comments SET state = '', as_of_ms = ? WHERE id = ? AND change_id = ?",
            (at_ms + LAG_MS, *ours),
        )
    else:
        connection.execute("DELETE FROM comments WHERE id = ? AND change_id = ?", ours)
        _take(connection, rowid, row.alert_id, comment, at_ms + LAG_MS, _rows(connection, rowid))
        stored = stored_id(connection, rowid, row.alert_id, comment.id)
        connection.execute("UPDATE comments SET change_id = ? WHERE id = ?", (row.change_id, stored))
        pending_rows.update(connection, row, comment_id=stored)
    count(connection, rowid)


def take_over(
    connection: sqlite3.Connection,
    rowid: int,
    alert_id: str,
    comments: Sequence[Comment],
    as_of_ms: int,
    *,
    is_whole: bool,
) -> int:
    """Bring the thread in step with comments that the server told; how many are new or written anew."""
    number = 0
    present = _rows(connection, rowid)
    told = {stored_id(connection, rowid, alert_id, comment.id) for comment in comments}
    for comment in comments:
        number += _take(connection, rowid, alert_id, comment, as_of_ms, present, told)
    gone = 0
    if is_whole:
        unread = [
            comment_id for comment_id, row in present.items() if row[2] == "" and comment_id not in told
        ]
        gone = connection.executemany(
            "DELETE FROM comments WHERE id = ? AND local = 0 AND coalesce(as_of_ms, 0) <= ?",
            [(each, as_of_ms) for each in unread],
        ).rowcount
    remember_actors(connection, [each.author for each in comments if each.author is not None])
    if number or gone > 0:
        count(connection, rowid)
    return number


def sent_ids(connections: Connections, alert_id: AlertId) -> frozenset[str]:
    """Ids of the comments of an alert that came from here and arrived."""
    with connections.reading() as connection:
        rowid = rowid_if_any(connection, alert_id)
        found = connection.execute(
            "SELECT id FROM comments WHERE alert = ? AND change_id <> '' AND state = ''", (rowid,)
        )
        return frozenset(row[0] for row in found if not row[0].startswith(UNSENT))


def stored_id(connection: sqlite3.Connection, rowid: int, alert_id: str, comment_id: str) -> str:
    """The id under which a comment of the server lies here: its own, unless another alert's has it."""
    text = column_text(comment_id)
    found = connection.execute("SELECT alert FROM comments WHERE id = ?", (text,)).fetchone()
    return text if found is None or found[0] == rowid else f"{column_text(alert_id)}.{text}"


def count(connection: sqlite3.Connection, rowid: int) -> None:
    """Bring the number of comments in step with the thread, which is shown anew."""
    connection.execute(
        "UPDATE alerts SET version = version + 1, "
        "comment_count = (SELECT count(*) FROM comments WHERE alert = ?1) WHERE rowid = ?1",
        (rowid,),
    )


def _show(connection: sqlite3.Connection, alert_id: str) -> None:
    rowid = rowid_if_any(connection, alert_id)
    if rowid is not None:
        count(connection, rowid)


def _rows(connection: sqlite3.Connection, rowid: int) -> dict[str, Sequence[Any]]:
    return {row[1]: row for row in connection.execute(_SELECT, (rowid,))}


def _take(
    connection: sqlite3.Connection,
    rowid: int,
    alert_id: str,
    comment: Comment,
    as_of_ms: int,
    present: dict[str, Sequence[Any]],
    told: Container[str] | None = None,
) -> bool:
    """Take over one comment of the server; True if it is new or was written anew."""
    comment_id = stored_id(connection, rowid, alert_id, comment.id)
    row = comment_row(comment, comment_id, rowid)
    if comment_id in present:
        if tuple(present[comment_id][3:-1]) == tuple(row[2:9]):
            return False
        assignments = ", ".join(f"{name} = ?" for name in _COMPARED)
        connection.execute(f"UPDATE comments SET {assignments} WHERE id = ?", (*row[2:9], comment_id))
        return True
    ours = _sent_from_here(comment, present, told)
    if ours is not None:
        assignments = ", ".join(f"{name} = ?" for name in ("id", *_COMPARED))
        connection.execute(f"UPDATE comments SET {assignments} WHERE id = ?", (comment_id, *row[2:9], ours))
        present[comment_id] = present.pop(ours)
        return True
    connection.execute(_INSERT, (*row, "", as_of_ms))
    return True


def _sent_from_here(
    comment: Comment, present: Mapping[str, Sequence[Any]], told: Container[str] | None
) -> str | None:
    """A comment of ours that the server took, if this one can only be it: the same words, told by another id.

    The server did not tell its id when it took it, or tells one there and another one in its thread, of which
    `told` are the ids; None where it is not a thread that is read.
    """
    body = exact_text(comment.body)
    author = column_text(comment.author.id) if comment.author else ""
    for comment_id, row in present.items():
        state, by_id, written, change_id = row[2], row[3], row[6], row[-1]
        if state != "" or written != body:
            continue
        is_renamed = told is not None and change_id != "" and comment_id not in told and author in ("", by_id)
        if comment_id.startswith(UNSENT) or is_renamed:
            return comment_id
    return None
