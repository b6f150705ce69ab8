"""Whom alerts can be assigned to, and tags in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.rows import column_text
from alerttui.domain.alert import Actor, Person
from alerttui.domain.listing import Facet


def people(connections: Connections, text: str, limit: int, *, with_disabled: bool = False) -> list[Person]:
    """People that contain `text`: added ones first, then users who were seen on alerts."""
    with connections.snapshot() as connection:
        added = connection.execute("SELECT id, email, name, enabled FROM people ORDER BY name, id").fetchall()
        seen = connection.execute(
            "SELECT id, name FROM actors WHERE kind = 'user' AND id <> '' "
            "AND id NOT IN (SELECT id FROM people) ORDER BY name, id"
        ).fetchall()
    found = [
        Person(person_id, email, name, bool(enabled))
        for person_id, email, name, enabled in added
        if enabled or with_disabled
    ]
    found += [Person(person_id, person_id if "@" in person_id else "", name) for person_id, name in seen]
    found = _each_once(found)
    wanted = text.casefold()
    matching = [
        each for each in found if any(wanted in part.casefold() for part in (each.id, each.email, each.name))
    ]
    return matching[:limit]


def _each_once(people: list[Person]) -> list[Person]:
    """The people without those who are seen by an e-mail alone that belongs to another id."""
    by_id = {
        address.casefold()
        for each in people
        for address in (each.email, each.name)
        if "@" in address and address.casefold() != each.id.casefold()
    }
    return [each for each in people if each.id.casefold() not in by_id]


def add_person(connections: Connections, person: Person) -> None:
    """Remember a person, replacing what was known of the same id."""
    with connections.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO people (id, email, name, enabled) VALUES (?, ?, ?, ?)",
            (column_text(person.id), column_text(person.email), column_text(person.name), person.enabled),
        )


def remember_actors(connection: sqlite3.Connection, actors: Iterable[Actor]) -> None:
    """Remember who was seen on alerts; a name once known stays known, and nameless analysts are nobody."""
    connection.executemany(
        "INSERT INTO actors (id, kind, name) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET kind = excluded.kind, name = excluded.name WHERE excluded.name <> '' AND name <> excluded.name",
        [
            (column_text(each.id), column_text(each.kind), column_text(each.name))
            for each in actors
            if each.kind != "unknown"
        ],
    )


def resolved_actor(connection: sqlite3.Connection, person_id: str) -> Actor:
    """The actor behind an id, with the name by which it is known; an unknown id is taken as it is."""
    found = connection.execute("SELECT 'user', name FROM people WHERE id = ?", (person_id,)).fetchone()
    seen = connection.execute("SELECT kind, name FROM actors WHERE id = ?", (person_id,)).fetchone()
    if found and found[1]:
        return Actor(person_id, seen[0] if seen else "user", found[1])
    return Actor(person_id, *seen) if seen else Actor(person_id)


def tags(connections: Connections, text: str, limit: int) -> list[Facet]:
    """Tags in use that contain `text`, most used first."""
    with connections.reading() as connection:
        found = connection.execute(
            "SELECT value, count(*) FROM labels WHERE kind = 'tag' AND instr(lower(value), lower(?)) "
            "GROUP BY value ORDER BY count(*) DESC, value LIMIT ?",
            (column_text(text), limit),
        ).fetchall()
    return [Facet(*row) for row in found]
