"""Listings: sequences of rowids, windows of rows, and rows by id."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from alerttui.backends.sqlite import rows
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.known_rules import spelled_out
from alerttui.backends.sqlite.selection import select_rowids
from alerttui.domain.listing import AlertRow
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

WINDOW: Final = f"SELECT {rows.ROW_COLUMNS} FROM alerts WHERE rowid IN (SELECT value FROM json_each(?))"
"""Reads the rows of a JSON list of rowids."""

_CHUNK: Final = 10_000
"""Rows read at once; others may use the connection's lock in between."""

_IDS_AT_ONCE: Final = 500
"""Ids bound at once, well below what the oldest SQLite allows."""


def rows_of(connections: Connections, rowids: Sequence[int]) -> dict[int, AlertRow]:
    """The rows with these rowids; one that is gone is absent."""
    found: dict[int, AlertRow] = {}
    with connections.reading() as connection:
        for start in range(0, len(rowids), _CHUNK):
            chunk = list(rowids[start : start + _CHUNK])
            for row in connection.execute(WINDOW, (json.dumps(chunk),)):
                found[row[0]] = rows.list_row(row)
    return found


def rowids_of(connections: Connections, ids: Sequence[AlertId]) -> dict[AlertId, int]:
    """The rowids of these alerts; a missing one is absent."""
    wanted = {each: rows.column_text(each) for each in ids}
    stored = list(wanted.values())
    found: dict[str, int] = {}
    with connections.snapshot() as connection:
        for start in range(0, len(stored), _IDS_AT_ONCE):
            chunk = stored[start : start + _IDS_AT_ONCE]
            found.update(connection.execute(by_ids(len(chunk)), chunk).fetchall())
    return {alert_id: found[text] for alert_id, text in wanted.items() if text in found}


def by_ids(count: int) -> str:
    """Reads ids and rowids of so many ids, bound one by one: a JSON list would cut off an id at a NUL."""
    return f"SELECT id, rowid FROM alerts WHERE id IN ({', '.join('?' * count)})"


def first_rows(
    connections: Connections, query: AlertQuery, context: QueryContext, limit: int
) -> list[AlertRow]:
    """The first rows of a listing."""
    with connections.snapshot() as connection:
        sql, parameters = select_rowids(spelled_out(connection, query), context, limit)
        rowids = [rowid for (rowid,) in connection.execute(sql, parameters)]
        found = rows_of(connections, rowids)
    return [found[rowid] for rowid in rowids if rowid in found]


def rowids(
    connections: Connections, query: AlertQuery, context: QueryContext, chunk: int
) -> Iterator[array[int]]:
    """Every rowid of a listing in order; all chunks see the file as it was at the first one.

    Where only reading is allowed, nothing locks the file: the whole is read before any of it is given.
    """
    if connections.read_only:
        yield from connections.retried(lambda: list(_chunks(connections, query, context, chunk)))
    else:
        yield from _chunks(connections, query, context, chunk)


def _chunks(
    connections: Connections, query: AlertQuery, context: QueryContext, chunk: int
) -> Iterator[array[int]]:
    sql, parameters = select_rowids(query, context, None)
    with connections.leased() as lease:
        with connections.stepping(lease) as connection:
            cursor = connection.execute(sql, parameters)
        try:
            while True:
                with connections.stepping(lease):
                    found = cursor.fetchmany(chunk)
                if found:
                    yield array("q", [rowid for (rowid,) in found])
                if len(found) < chunk:
                    return
        finally:
            with suppress(sqlite3.ProgrammingError):  # of a store that was closed meanwhile
                cursor.close()
