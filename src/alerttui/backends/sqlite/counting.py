"""Counts over the alerts that match a query: facets and statistics."""

from __future__ import annotations

import sqlite3
from typing import Final

from alerttui.backends.sqlite.compile import compile_where
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.schema import LABEL_KINDS
from alerttui.domain.errors import Invalid
from alerttui.domain.listing import Facet, Spread, Statistics
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import Phase, Severity

NO_VALUE: Final = "none"
"""What stands for an empty field, as in the query language."""

_COLUMNS: Final = {
    "status": "status",
    "severity": "severity",
    "phase": "phase",
    "quality": "quality",
    "verdict": "verdict",
    "assignee": "assignee_id",
    "rule": "detection_id",
    "type": "type",
    "sub-type": "sub_type",
    "source": "source",
}


def count(connections: Connections, query: AlertQuery, context: QueryContext) -> int:
    """How many alerts match."""
    where, parameters = where_clause(query, context)
    with connections.reading() as connection:
        return int(connection.execute(f"SELECT count(*) FROM alerts{where}", parameters).fetchone()[0])


def facets(
    connections: Connections, field: str, query: AlertQuery, context: QueryContext, limit: int
) -> list[Facet]:
    """The values of a field among the alerts that match, most frequent first."""
    if field not in _COLUMNS and field not in LABEL_KINDS:
        raise Invalid("facet", field, "one of " + ", ".join((*_COLUMNS, *LABEL_KINDS)))
    with connections.reading() as connection:
        if field in LABEL_KINDS:
            found = _label_counts(connection, field, query, context, limit)
        else:
            found = _column_counts(connection, _COLUMNS[field], query, context, limit)
    return [Facet(_word(field, value), number) for value, number in found]


def statistics(connections: Connections, query: AlertQuery, context: QueryContext) -> Statistics:
    """Counts and times over the alerts that match."""
    with connections.snapshot() as connection:
        where, parameters = where_clause(query, context)
        (total,) = connection.execute(f"SELECT count(*) FROM alerts{where}", parameters).fetchone()
        counts = {
            field: {
                _word(field, value): number
                for value, number in _column_counts(connection, _COLUMNS[field], query, context, -1)
            }
            for field in ("status", "severity", "quality")
        }
        rules = _rule_counts(connection, query, context)
        return Statistics(
            total=total,
            by_status=counts["status"],
            by_severity=counts["severity"],
            by_quality=counts["quality"],
            by_rule={_word("rule", rule_id): number for rule_id, number, _ in rules},
            rule_names={rule_id: name for rule_id, _, name in rules if name not in ("", rule_id)},
            time_to_acknowledge=_spread(connection, "acknowledged_ms", query, context),
            time_to_close=_spread(connection, "first_closed_ms", query, context),
        )


def where_clause(query: AlertQuery, context: QueryContext, *also: str) -> tuple[str, tuple[object, ...]]:
    """The WHERE of a query and further conditions, whose own parameters come first."""
    fragment = (
        compile_where(
            query,
            context,
        )
        if query.terms or query.either
        else None
    )
    conditions = [*also, *([f"({fragment.sql})"] if fragment and fragment.sql else [])]
    parameters = tuple(fragment.parameters) if fragment else ()
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), parameters


def _column_counts(
    connection: sqlite3.Connection, column: str, query: AlertQuery, context: QueryContext, limit: int
) -> list[tuple[str | int, int]]:
    where, parameters = where_clause(query, context)
    return connection.execute(
        f"SELECT {column}, count(*) FROM alerts{where} "
        f"GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT ?",
        (*parameters, limit),
    ).fetchall()


def _rule_counts(
    connection: sqlite3.Connection, query: AlertQuery, context: QueryContext
) -> list[tuple[str, int, str]]:
    """Id, number of alerts, and the name that the rule has in the newest of them."""
    where, parameters = where_clause(query, context)
    return connection.execute(
        "SELECT counted.id, counted.number, alerts.detection_name FROM ("
        f"SELECT detection_id AS id, count(*) AS number, max(rowid) AS newest FROM alerts{where} "
        "GROUP BY detection_id"
        ") AS counted JOIN alerts ON alerts.rowid = counted.newest ORDER BY counted.number DESC, counted.id",
        parameters,
    ).fetchall()


def _label_counts(
    connection: sqlite3.Connection, kind: str, query: AlertQuery, context: QueryContext, limit: int
) -> list[tuple[str | int, int]]:
    where, parameters = where_clause(query, context)
    among = f" AND alert IN (SELECT alerts.rowid FROM alerts{where})" if where else ""
    return connection.execute(
        f"SELECT value, count(*) FROM labels WHERE kind = ?{among} "
        "GROUP BY value ORDER BY count(*) DESC, value LIMIT ?",
        (kind, *parameters, limit),
    ).fetchall()


def _word(field: str, value: str | int) -> str:
    if isinstance(value, int):
        return Severity(value).name if field == "severity" else Phase(value).name.lower()
    return value or NO_VALUE


def _spread(connection: sqlite3.Connection, column: str, query: AlertQuery, context: QueryContext) -> Spread:
    """Median and 90th percentile of the time from creation to `column`, by nearest rank."""
    where, parameters = where_clause(query, context, f"{column} IS NOT NULL")
    seconds = sorted(
        max(0, elapsed_ms) / 1000
        for (elapsed_ms,) in connection.execute(
            f"SELECT {column} - created_ms FROM alerts{where}", parameters
        )
    )
    if not seconds:
        return Spread()
    middle = len(seconds) // 2
    median = seconds[middle] if len(seconds) % 2 else (seconds[middle - 1] + seconds[middle]) / 2
    return Spread(median=median, p90=seconds[-(-len(seconds) * 9 // 10) - 1])
