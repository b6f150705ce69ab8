"""Pages of alerts in full, continued by what the last one had, so that alerts that arrive shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from alerttui.backends.sqlite import rows
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.counting import where_clause
from alerttui.backends.sqlite.reading import SELECT_ALERT, page_size
from alerttui.domain.alert import Alert
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import JsonRefused, parse_json, to_json
from alerttui.domain.listing import Page
from alerttui.domain.query import AlertQuery, QueryContext


class _Key(NamedTuple):
    """One expression to sort by."""

    expression: str
    descending: bool


_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "severity": ("severity",),
    "status": ("phase", "status COLLATE NOCASE"),
    "title": ("title COLLATE NOCASE",),
    "assignee": ("assignee_id COLLATE NOCASE",),
    "rule": ("detection_id COLLATE NOCASE",),
}
_MAYBE_MISSING: Final = {"events": "event_count", "last": "last_event_ms", "closed": "closed_ms"}
"""Fields that an alert may lack: it then comes last in both directions."""


def page(
    connections: Connections, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int
) -> Page[Alert]:
    """One page of alerts that match, in the query's order, newest first without one."""
    limit = page_size(limit)
    keys = _keys(query)
    after, after_values = (
        _after(keys, _read_cursor(cursor, query, len(keys))) if cursor is not None else ("", ())
    )
    where, parameters = where_clause(query, context, *([after] if after else []))
    expressions = ", ".join(key.expression for key in keys)
    order = ", ".join(f"{key.expression} {'DESC' if key.descending else 'ASC'}" for key in keys)
    with connections.snapshot() as connection:
        found = connection.execute(
            f"SELECT {expressions} FROM alerts{where} ORDER BY {order} LIMIT ?",
            (*after_values, *parameters, limit + 1),
        ).fetchall()
        rowids = [row[-1] for row in found[:limit]]
        alerts = {
            row[0]: rows.alert_from(row)
            for row in connection.execute(
                SELECT_ALERT + " WHERE alerts.rowid IN (SELECT value FROM json_each(?))",
                (json.dumps(rowids),),
            )
        }
    following = _cursor(query, found[limit - 1]) if len(found) > limit else None
    return Page([alerts[rowid] for rowid in rowids], following)


def _keys(query: AlertQuery) -> list[_Key]:
    """What to sort by; the rowid is the last, so that no two alerts are equal."""
    keys: list[_Key] = []
    for each in query.sort:
        if each.field == "created":
            return [*keys, _Key("alerts.rowid", each.descending)]
        if each.field in _MAYBE_MISSING:
            column = _MAYBE_MISSING[each.field]
            keys += [_Key(f"({column} IS NULL)", False), _Key(f"coalesce({column}, 0)", each.descending)]
        elif each.field in _FIELDS:
            keys += [_Key(expression, each.descending) for expression in _FIELDS[each.field]]
        else:
            raise Invalid("sort", each.field, "one of created, " + ", ".join((*_FIELDS, *_MAYBE_MISSING)))
    return [*keys, _Key("alerts.rowid", True)]


def _after(keys: Sequence[_Key], values: Sequence[object]) -> tuple[str, tuple[object, ...]]:
    """The condition that an alert comes after one with these values."""
    alternatives: list[str] = []
    parameters: list[object] = []
    for index, key in enumerate(keys):
        same = [f"{each.expression} = ?" for each in keys[:index]]
        beyond = f"{key.expression} {'<' if key.descending else '>'} ?"
        alternatives.append("(" + " AND ".join([*same, beyond]) + ")")
        parameters += values[: index + 1]
    return "(" + " OR ".join(alternatives) + ")", tuple(parameters)


def _cursor(query: AlertQuery, values: Sequence[object]) -> str:
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
