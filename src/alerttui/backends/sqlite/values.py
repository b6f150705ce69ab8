"""Values of an alert that lie in more than one column: written in the same way by every change."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from alerttui.backends.sqlite.people import remember_actors, resolved_actor
from alerttui.backends.sqlite.rows import column_text, tags_text
from alerttui.domain.alert import Actor
from alerttui.domain.patch import Clear, Set


def write_tags(connection: sqlite3.Connection, rowid: int, tags: Clear | Set[tuple[str, ...]]) -> str:
    """Replace the labels of an alert's tags; gives the text of their column."""
    words = tags.value if isinstance(tags, Set) else ()
    connection.execute("DELETE FROM labels WHERE alert = ? AND kind = 'tag'", (rowid,))
    connection.executemany(
        "INSERT OR IGNORE INTO labels (kind, value, alert) VALUES ('tag', ?, ?)",
        [(column_text(tag), rowid) for tag in words],
    )
    return tags_text(words)


def assignee_columns(
    connection: sqlite3.Connection, assignee: Clear | Set[str], by: Actor
) -> dict[str, object]:
    """The columns of whoever was assigned by somebody."""
    actor = assigned(connection, assignee.value, by) if isinstance(assignee, Set) else None
    return {
        "assignee_id": column_text(actor.id) if actor else "",
        "assignee_kind": actor.kind if actor else "",
        "assignee_name": column_text(actor.name) if actor else "",
    }


def assigned(connection: sqlite3.Connection, person_id: str, by: Actor) -> Actor:
    """The person with this id, by the name under which it is known; remembered from now on."""
    actor = resolved_actor(connection, column_text(person_id))
    if actor.id == by.id and not actor.name:
        actor = replace(actor, name=by.name)
    remember_actors(connection, [actor])
    return actor
