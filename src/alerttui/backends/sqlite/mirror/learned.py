"""People and tags that the server offers, and when they were asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.people import tags as tags_in_use
from alerttui.backends.sqlite.rows import column_text
from alerttui.domain.alert import Person
from alerttui.domain.listing import Facet


def add_people(connections: Connections, people: Sequence[Person], as_of_ms: int) -> None:
    """Remember whom alerts can be assigned to."""
    with connections.writing(durable=False) as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO people (id, email, name, enabled) VALUES (?, ?, ?, ?)",
            [
                (column_text(each.id), column_text(each.email), column_text(each.name), each.enabled)
                for each in people
            ],
        )
        _note(connection, "people", as_of_ms)


def add_catalogue(connections: Connections, tags: Sequence[str], as_of_ms: int) -> None:
    """Remember the tags that the server offers."""
    with connections.writing(durable=False) as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO catalogue (value) VALUES (?)", [(column_text(tag),) for tag in tags]
        )
        _note(connection, "tags", as_of_ms)


def learned_ms(connections: Connections, what: str) -> int | None:
    """When something was last asked."""
    with connections.reading() as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (f"learned-{what}",)).fetchone()
    return int(row[0]) if row else None


def tags(connections: Connections, text: str, limit: int) -> list[Facet]:
    """Tags in use that contain `text`, then others that the server offers."""
    found = tags_in_use(connections, text, limit)
    with connections.reading() as connection:
        offered = connection.execute(
            "SELECT value FROM catalogue WHERE instr(lower(value), lower(?)) AND value NOT IN "
            "(SELECT value FROM labels WHERE kind = 'tag') ORDER BY value LIMIT ?",
            (column_text(text), max(0, limit - len(found))),
        ).fetchall()
    return [*found, *(Facet(value, 0) for (value,) in offered)]


def _note(connection: sqlite3.Connection, what: str, as_of_ms: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (f"learned-{what}", str(as_of_ms))
    )
