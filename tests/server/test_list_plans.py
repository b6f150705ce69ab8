"""How SQLite reads what clients list: in the order of time, without sorting what it found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

pytest.importorskip("starlette")

from starlette.requests import Request

from alerttui.backends.sqlite.selection import select_rowids
from alerttui.demo.generator import generate
from alerttui.domain.query import QueryContext
from alerttui.server.alert_filter import KNOWN, alert_query
from alerttui.server.parameters import Parameters
from tests.alerts import NOW_MS
from tests.backends.query_store import filled_store, numbered


@pytest.fixture(scope="module", params=[True, False], ids=["analyzed", "not analyzed"])
def store(request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """Alerts with and without the statistics that SQLite plans by."""
    connection = filled_store(numbered((new.alert, 0) for new in generate(400, 1, NOW_MS)))
    if request.param:
        connection.execute("ANALYZE")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "text",
    [
        "", "sort-dir=asc", "status=OPEN", "status=OPEN&status=TRIAGED", "status=CLOSED", "severity=CRITICAL",
        "status=OPEN&severity=HIGH&severity=CRITICAL", "type=DETECTION_ERROR", "type=SYSTEM_ERROR",
        "sub-type=POLICY", "quality=NOISE", "context-tag=scanner", "detection-id=AWS.Root.Activity",
        "created-after=2026-11-01", "assignee=me", "event-count-min=3",
    ],
)  # fmt: skip
def test_a_page_is_read_in_the_order_of_time(store: sqlite3.Connection, text: str) -> None:
    request = Request({"type": "http", "query_string": text.encode()})
    query = alert_query(Parameters(request, KNOWN))
    sql, parameters = select_rowids(query, QueryContext(NOW_MS), 51)
    plan = "\n".join(row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {sql}", parameters))
    assert "rowid>?" in plan or "alert>?" in plan
    assert "MULTI-INDEX OR" not in plan
    if "CROSS" not in sql and "UNION" not in sql and "INDEXED BY" not in sql:
        assert "TEMP B-TREE" not in plan
