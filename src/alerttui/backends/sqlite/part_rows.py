"""Events, comments and lines of history as rows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from alerttui.backends.sqlite.rows import column_integer, column_text, exact_text, read_text
from alerttui.domain.alert import Actor, Comment, Event
from alerttui.domain.change import HistoryEntry

EVENT_COLUMNS: Final = "sequence, body, occurred_ms"
COMMENT_COLUMNS: Final = (
    "sequence, id, author_id, author_kind, author_name, body, format, created_ms, updated_ms, local, state"
)
HISTORY_COLUMNS: Final = "at_ms, by_id, by_kind, by_name, field, before, after, why, through"


def event_from(row: Sequence[Any]) -> Event:
    """An event from `EVENT_COLUMNS`."""
    return Event(sequence=row[0], body=read_text(row[1]), occurred_ms=row[2])


def comment_from(row: Sequence[Any]) -> Comment:
    """A comment from `COMMENT_COLUMNS`."""
    (
        _, comment_id, author_id, author_kind, author_name, body, written_as, created_ms, updated_ms, local,
        state,
    ) = row  # fmt: skip
    return Comment(
        id=comment_id,
        author=Actor(author_id, author_kind, author_name) if author_kind else None,
        body=read_text(body),
        format=written_as,
        created_ms=created_ms,
        updated_ms=updated_ms,
        local=bool(local),
        state=state,
    )


def comment_row(
    comment: Comment, comment_id: str, alert_rowid: int, change_id: str = ""
) -> tuple[object, ...]:
    """The values of a comment: alert, `COMMENT_COLUMNS` without sequence and state, then its change."""
    author = comment.author
    return (
        alert_rowid,
        comment_id,
        column_text(author.id) if author else "",
        (column_text(author.kind) or "user") if author else "",
        column_text(author.name) if author else "",
        exact_text(comment.body),
        column_text(comment.format),
        column_integer(comment.created_ms),
        column_integer(comment.updated_ms),
        int(comment.local),
        column_text(change_id),
    )


def history_from(row: Sequence[Any]) -> HistoryEntry:
    """A line of history from `HISTORY_COLUMNS`."""
    at_ms, by_id, by_kind, by_name, field, before, after, why, through = row
    return HistoryEntry(
        at_ms=at_ms,
        by=Actor(by_id, by_kind, by_name),
        field=field,
        before=read_text(before),
        after=read_text(after),
        why=read_text(why),
        through=through,
    )


def history_row(entry: HistoryEntry, alert_rowid: int, change_id: str = "") -> tuple[object, ...]:
    """The values of a line of history: alert, then `HISTORY_COLUMNS`, then its change."""
    return (
        alert_rowid,
        column_integer(entry.at_ms),
        column_text(entry.by.id),
        column_text(entry.by.kind),
        column_text(entry.by.name),
        column_text(entry.field),
        exact_text(entry.before),
        exact_text(entry.after),
        exact_text(entry.why),
        column_text(entry.through),
        column_text(change_id),
    )
