"""How SQLite answers what analysts really ask: by indexes, and unsorted where they give the order."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from alerttui.backends.sqlite.compile import compile_where
from alerttui.backends.sqlite.known_rules import spelled_out
from alerttui.backends.sqlite.selection import compile_order, select_rowids
from alerttui.domain.alert import Actor, Alert, Detection
from alerttui.domain.errors import Invalid
from alerttui.domain.query import AlertQuery, Operator, QueryContext, SortKey, Term, TextTerm
from alerttui.domain.query_text import parse, print_query
from alerttui.domain.vocabulary import AlertId, Phase, Severity
from tests.backends.query_store import filled_store, numbered

NOW_MS = 1_795_000_000_000
CONTEXT = QueryContext(NOW_MS, me="ana")
_ALERTS = 4_000


def _alert(number: int, dice: random.Random) -> Alert:
    phase = dice.choices((Phase.OPEN, Phase.ACTIVE, Phase.CLOSED), (12, 10, 78))[0]
    return Alert(
        id=AlertId(f"a-{number}"),
        title=f"Alert number {number}",
        status={Phase.OPEN: "OPEN", Phase.ACTIVE: "TRIAGED"}.get(phase, "CLOSED"),
        phase=phase,
        severity=dice.choices(list(Severity), (1, 20, 30, 30, 15, 4))[0],
        tags=("scanner",) if number % 7 == 0 else (),
        assignee=Actor(dice.choice(("ana", "bob", "eve"))) if number % 3 else None,
        created_ms=NOW_MS - (_ALERTS - number) * 60_000,
        closed_ms=NOW_MS - dice.randrange(50) * 60_000 if phase is Phase.CLOSED else None,
        detection=Detection(id=f"AWS.Rule{number % 40}", name=f"Rule {number % 40}"),
        source=dice.choice(("panther", "chad")),
        description="brute force" if number % 10 == 0 else "other",
    )


@pytest.fixture(scope="module", params=[True, False], ids=["analyzed", "not analyzed"])
def store(request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """A few thousand alerts, with and without the statistics that SQLite plans by."""
    dice = random.Random(7)
    connection = filled_store(numbered((_alert(number, dice), 0) for number in range(_ALERTS)))
    if request.param:
        connection.execute("ANALYZE")
    yield connection
    connection.close()


def _plan(store: sqlite3.Connection, text: str, limit: int | None = 100) -> str:
    sql, parameters = select_rowids(parse(text), CONTEXT, limit)
    return "\n".join(row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {sql}", parameters))


@pytest.mark.parametrize(
    ("text", "through"),
    [
        ("is:open", "INDEX alerts_unclosed"),
        ("-is:closed", "INDEX alerts_unclosed"),
        ("is:closed", "INDEX alerts_unclosed"),
        ("phase:open", "INDEX alerts_unclosed"),
        ("is:open severity>=high", "INDEX alerts_unclosed"),
        ("is:open is:unassigned", "INDEX alerts_unclosed"),
        ("is:open created>24h", "INDEX alerts_unclosed (<expr>=? AND rowid>?)"),
        ("status:open", "COVERING INDEX alerts_of_status"),
        ("status:open created>24h", "INDEX alerts_of_status (status=? AND rowid>?)"),
        ("severity:critical", "COVERING INDEX alerts_severity"),
        ("tag:scanner", "SEARCH labels USING PRIMARY KEY (kind=? AND value=?)"),
        ("tag:scanner is:open", "SEARCH labels USING PRIMARY KEY (kind=? AND value=?)"),
        ('"brute force"', "SCAN search VIRTUAL TABLE"),
        ('title:number is:open -"brute force"', "SCAN search VIRTUAL TABLE"),
        ("created>24h", "INTEGER PRIMARY KEY (rowid>?)"),
        ("created>7d created<24h", "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        ("created:2026-11-18", "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        ("", "SCAN alerts"),
        ("severity>=high", "SCAN alerts"),
        ("sort:-severity", "COVERING INDEX alerts_severity"),
        ("sort:created is:open", "INDEX alerts_unclosed"),
        ("sort:-closed", "COVERING INDEX alerts_closed"),
        ("is:closed sort:-closed", "SCAN alerts USING INDEX alerts_closed"),
        ("-tag:scanner", "SEARCH labels USING PRIMARY KEY (kind=? AND value=? AND alert=?)"),
    ],
)
def test_real_queries_come_from_an_index_in_the_order_of_time(
    store: sqlite3.Connection, text: str, through: str
) -> None:
    plan = _plan(store, text)
    assert through in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("text", "through"),
    [
        ("assignee:me", "COVERING INDEX alerts_assignee (assignee_id=? AND phase=?)"),
        ("assignee:me is:open", "COVERING INDEX alerts_assignee (assignee_id=? AND phase=?)"),
        ("is:mine is:open", "COVERING INDEX alerts_assignee (assignee_id=? AND phase=?)"),
        ("assignee:bob severity>=high -tag:scanner", "INDEX alerts_assignee (assignee_id=? AND phase=?)"),
        ("rule:AWS.Rule3", "COVERING INDEX alerts_detection (detection_id=? AND phase=?)"),
        ("rule:AWS.Rule3 is:open", "COVERING INDEX alerts_detection (detection_id=? AND phase=?)"),
        ("rule:AWS.Rule3,AWS.Rule4 created>24h", "alerts_detection (detection_id=? AND phase=? AND rowid>?)"),
        ("rule:AWS.Rule3*", "INDEX alerts_detection (detection_id>? AND detection_id<?)"),
        ('rule:"rule 3"', "INDEX alerts_detection_name (detection_name=?)"),
        ("id:A-17", "INDEX alerts_id_any_case"),
        ("id:a-17,a-18", "INDEX alerts_id_any_case"),
        ("assignee:me is:open sort:-severity", "INDEX alerts_assignee (assignee_id=? AND phase=?)"),
        ("tag:scanner sort:-severity", "SEARCH labels USING PRIMARY KEY (kind=? AND value=?)"),
    ],
)
def test_narrow_queries_come_from_their_index_and_sort_the_few_they_find(
    store: sqlite3.Connection, text: str, through: str
) -> None:
    assert through in _plan(store, text)


@pytest.mark.parametrize(
    "text", ["status:open,triaged", "status:open,triaged severity>=high -tag:scanner", "is:open status:a,b,c"]
)
def test_several_statuses_are_each_read_in_the_order_of_time(store: sqlite3.Connection, text: str) -> None:
    plan = _plan(store, text)
    assert plan.count("INDEX alerts_of_status (status=?)") == text.count(",") + 1
    assert "MERGE (UNION)" in plan
    assert "LIST SUBQUERY" not in plan
    read_first, *_ = plan.partition("SCAN (subquery")
    assert "TEMP B-TREE" not in read_first


def test_a_pattern_of_rules_is_read_as_the_rules_that_match(store: sqlite3.Connection) -> None:
    query = spelled_out(store, parse("rule:AWS.Rule1* is:open"))
    rules = {f"AWS.Rule{number}" for number in range(40) if str(number).startswith("1")}
    assert isinstance(query.terms[0], Term)
    assert set(query.terms[0].values) == rules
    plan = _plan(store, print_query(query))
    assert "COVERING INDEX alerts_detection (detection_id=? AND phase=?)" in plan
    assert spelled_out(store, parse("rule:AWS.*")) != parse("rule:AWS.*")
    for text in ("rule:AWS.Rule1", "-rule:AWS.*", "tag:a*", '"AWS.*"'):
        assert spelled_out(store, parse(text)) == parse(text)


def test_every_rule_is_looked_up_in_an_index(store: sqlite3.Connection) -> None:
    asked: list[str] = []
    store.set_trace_callback(asked.append)
    spelled_out(store, parse("rule:AWS.*"))
    store.set_trace_callback(None)
    for sql in asked:
        plan = "; ".join(row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {sql}"))
        assert "SCAN alerts" not in plan
        assert "SEARCH alerts USING COVERING INDEX" in plan


def test_what_is_counted_is_found_by_every_index(store: sqlite3.Connection) -> None:
    where = compile_where(parse("is:open severity>=high"), CONTEXT)
    sql = f"EXPLAIN QUERY PLAN SELECT count(*) FROM alerts WHERE {where.sql}"
    plan = "\n".join(row[3] for row in store.execute(sql, where.parameters))
    assert "COVERING INDEX alerts_phase (phase=? AND severity>?)" in plan


def test_open_alerts_by_severity_are_read_from_one_index_and_then_sorted(store: sqlite3.Connection) -> None:
    assert "SEARCH alerts USING COVERING INDEX alerts_phase (phase=?" in _plan(
        store, "is:open sort:-severity", None
    )


def test_a_whole_listing_by_closing_time_asks_no_row_for_its_phase(store: sqlite3.Connection) -> None:
    assert _plan(store, "sort:-closed", None) == "SCAN alerts USING COVERING INDEX alerts_closed"
    assert "INDEX alerts_phase (phase=?)" in _plan(store, "is:closed sort:-closed", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "is:open",
        "tag:scanner",
        '"brute force"',
        "severity>=high is:open",
        "status:open,triaged,OPEN -tag:scanner",
        "status:open,closed sort:created",
        "rule:AWS.Rule3,AWS.Rule4 is:open",
        'rule:"rule 3",AWS.Rule3',
        "assignee:me,bob -is:closed",
        "assignee:bob sort:created",
        "sort:-closed",
        "sort:closed",
        "is:closed sort:-closed",
    ],
)
def test_the_first_screenful_is_the_beginning_of_the_listing(store: sqlite3.Connection, text: str) -> None:
    everything, parameters = select_rowids(parse(text), CONTEXT)
    first, first_parameters = select_rowids(parse(text), CONTEXT, 20)
    assert (
        store.execute(first, first_parameters).fetchall()
        == store.execute(everything, parameters).fetchall()[:20]
    )


def test_values_never_become_part_of_the_statement() -> None:
    evil = "x' OR 1=1 --"
    query = AlertQuery(
        (Term("tag", Operator.HAS, (evil, f"{evil}*")), TextTerm(evil), Term("title", Operator.HAS, (evil,)))
    )
    sql, _ = select_rowids(query, CONTEXT, 5)
    assert "OR 1=1" not in sql


@pytest.mark.parametrize("field", ["status", "id", "tag", "rule", "assignee"])
def test_thousands_of_values_are_one_query(store: sqlite3.Connection, field: str) -> None:
    values = tuple(f"é{number}" for number in range(2_000))
    for wanted in (values, tuple(f"{value}*" for value in values[:600])):
        sql, parameters = select_rowids(AlertQuery((Term(field, Operator.HAS, wanted),)), CONTEXT)
        assert store.execute(sql, parameters).fetchall() == []


def test_thousands_of_terms_are_one_query(store: sqlite3.Connection) -> None:
    terms = tuple(Term("status", Operator.HAS, (f"x{number}",), negated=True) for number in range(1_500))
    texts = tuple(TextTerm("a") for _ in range(60)) + tuple(TextTerm("number") for _ in range(60))
    sql, parameters = select_rowids(AlertQuery(terms + texts), CONTEXT)
    assert len(store.execute(sql, parameters).fetchall()) == _ALERTS


def test_a_term_without_values_finds_nothing(store: sqlite3.Connection) -> None:
    for field in ("status", "tag", "rule", "is", "title", "events", "assignee"):
        query = AlertQuery((Term(field, Operator.HAS, ()),))
        sql, parameters = select_rowids(query, CONTEXT)
        assert store.execute(sql, parameters).fetchall() == []
        negated = AlertQuery((replace(Term(field, Operator.HAS, ()), negated=True),))
        where = compile_where(negated, CONTEXT)
        counted = store.execute(f"SELECT count(*) FROM alerts WHERE {where.sql}", where.parameters)
        assert counted.fetchone() == (_ALERTS,)


def test_the_empty_query_is_everything_newest_first() -> None:
    assert compile_where(AlertQuery(), CONTEXT).sql == "1"
    assert compile_order(AlertQuery()) == "alerts.rowid DESC"


def test_unknown_fields_and_orders_are_refused() -> None:
    with pytest.raises(Invalid):
        compile_where(AlertQuery((Term("x; DROP TABLE alerts", Operator.HAS, ("y",)),)), CONTEXT)
    with pytest.raises(Invalid):
        compile_order(AlertQuery(sort=(SortKey("x; DROP TABLE alerts"),)))
    with pytest.raises(Invalid):
        compile_where(AlertQuery((Term("status", Operator.HAS, ("?*" * 30_000,)),)), CONTEXT)
