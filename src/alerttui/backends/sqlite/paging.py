"""Pages of alerts in full, continued by what the last one had, so that alerts that arrive shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from alerttui.backends.sqlite import rows
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.fragment import TRUE, Fragment, all_of, any_of
from alerttui.backends.sqlite.known_rules import spelled_out
from alerttui.backends.sqlite.reading import SELECT_ALERT, page_size
from alerttui.backends.sqlite.selection import NULLABLE_ORDERS, columns_of, select_rowids
from alerttui.domain.alert import Alert
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import JsonRefused, parse_json, to_json
from alerttui.domain.listing import Page
from alerttui.domain.query import AlertQuery, QueryContext


class _Key(NamedTuple):
    """One expression to sort by."""

    expression: str
    descending: bool


def page(
    connections: Connections, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int
) -> Page[Alert]:
    """One page of alerts that match, in the query's order, newest first without one."""
    limit = page_size(limit)
    keys = _keys(query)
    after = _after(keys, _read_cursor(cursor, query, len(keys))) if cursor is not None else TRUE
    with connections.snapshot() as connection:
        sql, parameters = select_rowids(spelled_out(connection, query), context, limit + 1, after)
        found = [rowid for (rowid,) in connection.execute(sql, parameters)]
        rowids = found[:limit]
        alerts = {
            row[0]: rows.alert_from(row)
            for row in connection.execute(
                SELECT_ALERT + " WHERE alerts.rowid IN (SELECT value FROM json_each(?))",
                (json.dumps(rowids),),
            )
        }
        following = _cursor(connection, query, keys, rowids[-1]) if len(found) > limit else None
    return Page([alerts[rowid] for rowid in rowids], following)


def _keys(query: AlertQuery) -> list[_Key]:
    """What to sort by; the rowid is the last, so that no two alerts are equal."""
    keys: list[_Key] = []
    for each in query.sort:
        for column in columns_of(each):
            if each.field in NULLABLE_ORDERS:
                keys += [_Key(f"({column} IS NULL)", False), _Key(f"coalesce({column}, 0)", each.descending)]
            else:
                keys.append(_Key(column, each.descending))
        if each.field == "created":
            return keys
    return [*keys, _Key("alerts.rowid", True)]


def _after(keys: Sequence[_Key], values: Sequence[object]) -> Fragment:
    """The condition that an alert comes after one with these values; an index may start at the first."""
    first = keys[0]
    start = Fragment(f"{first.expression} {'<=' if first.descending else '>='} ?", (values[0],))
    alternatives = []
    for index, key in enumerate(keys):
        same = [f"{each.expression} = ?" for each in keys[:index]]
        beyond = f"{key.expression} {'<' if key.descending else '>'} ?"
        alternatives.append(Fragment(f"({' AND '.join([*same, beyond])})", tuple(values[: index + 1])))
    return alternatives[0] if len(keys) == 1 else all_of([start, any_of(alternatives)])


def _cursor(connection: sqlite3.Connection, query: AlertQuery, keys: Sequence[_Key], last: int) -> str:
    """What a page ends with, so that the next one can start there."""
    expressions = ", ".join(key.expression for key in keys)
    values = connection.execute(f"SELECT {expressions} FROM alerts WHERE rowid = ?", (last,)).fetchone()
    return base64.urlsafe_b64encode(to_json([_mark(query), *values]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, query: AlertQuery, expected: int) -> list[object]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        values = parse_json(text)
    except (binascii.Error, UnicodeError, ValueError, JsonRefused) as error:
        raise _not_one(cursor) from error
    if not isinstance(values, list) or len(values) != expected + 1:
        raise _not_one(cursor)
    mark, *rest = values
    if mark != _mark(query):
        raise Invalid(
            "cursor", cursor, "it continues a list with another filter; start again without a cursor"
        )
    if not all(isinstance(each, str) or _is_integer(each) for each in rest) or not _is_integer(rest[-1]):
        raise _not_one(cursor)
    return rest


def _is_integer(value: object) -> bool:
    return type(value) is int and abs(value) <= rows.MAX_INTEGER


def _mark(query: AlertQuery) -> str:
    """What tells one filter and order from another."""
    return blake2b(repr(query).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _not_one(cursor: str) -> Invalid:
    return Invalid("cursor", cursor, 'the "next" of the page before is expected')
