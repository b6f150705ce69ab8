"""What a query compiles to gives the same answers as the plain predicate."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerttui.backends.sqlite.compile import compile_where
from alerttui.backends.sqlite.known_rules import spelled_out
from alerttui.backends.sqlite.selection import select_rowids
from alerttui.domain.alert import Alert
from alerttui.domain.query import AlertQuery, Operator, QueryContext, SortKey, Term, TextTerm
from alerttui.domain.query_match import matches, sorted_alerts
from alerttui.domain.query_text import parse, print_query
from alerttui.domain.search_text import searched_body, searched_title
from tests.backends.query_store import Stored, filled_store, numbered
from tests.domain.query_samples import NOW_MS, alert_lists, groups, queries, sort_keys, terms, untold_queries

_FEW = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _expected(query: AlertQuery, stored: list[Stored], context: QueryContext) -> list[int]:
    found = [
        (one.rowid, one.alert)
        for one in stored
        if matches(
            query,
            one.alert,
            one.comment_count,
            searched_title(one.alert),
            searched_body(one.alert, ()),
            context,
        )
    ]
    return [rowid for rowid, _ in sorted_alerts(query, found)]


def _answer(
    connection: sqlite3.Connection, query: AlertQuery, context: QueryContext, limit: int | None = None
) -> list[int]:
    sql, parameters = select_rowids(query, context, limit)
    return [row[0] for row in connection.execute(sql, parameters)]


@_FEW
@given(
    alert_lists(),
    st.lists(st.one_of(queries, untold_queries), min_size=1, max_size=8),
    st.sampled_from(("", "ana", "None", "a*b", "a\x00B")),
)
def test_sql_finds_and_orders_what_the_predicate_does(
    alerts: list[tuple[Alert, int]], asked: list[AlertQuery], me: str
) -> None:
    stored = numbered(alerts)
    context = QueryContext(NOW_MS, me)
    connection = filled_store(stored)
    try:
        for query in asked:
            expected = _expected(query, stored, context)
            assert _answer(connection, query, context) == expected, print_query(query)
            assert _answer(connection, query, context, 2) == expected[:2]
            where = compile_where(query, context)
            counted = connection.execute(f"SELECT count(*) FROM alerts WHERE {where.sql}", where.parameters)
            assert counted.fetchone() == (len(expected),)
    finally:
        connection.close()


_READ_IN_PARTS = st.sampled_from(
    [
        parse(text + order)
        for order in ("", " sort:created")
        for text in (
            "status:open,triaged",
            "status:OPEN,open,none*,x",
            "status:a,é,triaged -phase:closed",
            "status:open,triaged -tag:a,ab -tag:none",
            "status:open,triaged is:open,unassigned",
            "rule:a",
            "rule:a,AB,z phase:open,closed",
            "rule:ana -is:open severity<high",
            "rule:a assignee:ana",
            "rule:a phase:open phase:closed",
            "assignee:me",
            "assignee:me,ana,a -rule-tag:ab*,none",
            "is:mine -is:active",
        )
    ]
)


@_FEW
@given(
    alert_lists(),
    st.lists(
        st.one_of(_READ_IN_PARTS, st.builds(replace, _READ_IN_PARTS, either=groups)), min_size=1, max_size=8
    ),
    st.sampled_from(("", "ana", "a*b", "a\x00B")),
    st.integers(1, 6),
)
def test_what_is_read_in_parts_is_what_the_predicate_finds(
    alerts: list[tuple[Alert, int]], asked: list[AlertQuery], me: str, limit: int
) -> None:
    stored = numbered(alerts)
    context = QueryContext(NOW_MS, me)
    connection = filled_store(stored)
    try:
        for query in asked:
            expected = _expected(query, stored, context)
            assert _answer(connection, query, context, limit) == expected[:limit], print_query(query)
    finally:
        connection.close()


_BY_PATTERN = st.lists(
    st.sampled_from(("*", "a*", "A*", "*b", "aws.*", "*é*", "[*", "n*", "a", "none", "z*")),
    min_size=1,
    max_size=3,
).map(tuple)


@_FEW
@given(
    alert_lists(),
    st.lists(st.builds(Term, st.just("rule"), st.just(Operator.HAS), _BY_PATTERN, st.booleans()), max_size=2),
    terms,
    sort_keys,
)
def test_patterns_of_rules_mean_the_rules_that_match(
    alerts: list[tuple[Alert, int]], rules: list[Term], other: Term | TextTerm, sort: tuple[SortKey, ...]
) -> None:
    stored = numbered(alerts)
    context = QueryContext(NOW_MS, "ana")
    connection = filled_store(stored)
    try:
        for query in (AlertQuery(tuple(rules), sort), AlertQuery((*rules, other), sort)):
            expected = _expected(query, stored, context)
            asked = spelled_out(connection, query)
            assert _answer(connection, asked, context, 3) == expected[:3], print_query(query)
    finally:
        connection.close()
