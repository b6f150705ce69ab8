"""What sync and sender ask all the time goes through indexes, in the order that is wanted."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from alerttui.backends.sqlite.mirror import covering, leaving, pending_rows
from alerttui.backends.sqlite.opening import statements
from alerttui.backends.sqlite.schema import INDEXES, TABLES


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize(
    ("sql", "through"),
    [
        (pending_rows.BY_KEY, "SEARCH change_rows USING PRIMARY KEY (change=? AND position=?)"),
        (pending_rows.OF_ALERT, "change_rows_unsettled_alert (alert_id=?)"),
        (pending_rows.TO_SEND, "SCAN change_rows USING INDEX change_rows_unsettled"),
        (pending_rows.HELD, "SCAN change_rows USING INDEX change_rows_unsettled"),
        (pending_rows.COUNTS, "SCAN change_rows USING INDEX change_rows_unsettled"),
        (pending_rows.IDS, "USING INDEX change_rows_unsettled_alert"),
        (covering.OPEN_COPIES, "SEARCH copies USING COVERING INDEX copies_phase (phase=?)"),
        (covering.UNCONFIRMED, "SEARCH copies USING COVERING INDEX copies_phase (phase=? AND as_of_ms<?)"),
        (leaving.OUT_OF_WINDOW, "SEARCH alerts USING INTEGER PRIMARY KEY (rowid<?)"),
    ],
)
def test_hot_statements_use_indexes(sql: str, through: str, analyzed: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements(TABLES + INDEXES):
            connection.execute(statement)
        for number in range(300):
            stage = "queued" if number % 50 == 0 else "settled"
            connection.execute(
                "INSERT INTO changes VALUES (?, ?, 1, 'ana', 'user', '', 'l', '', 'change', '', '', 'x', '')",
                (number + 1, f"c-{number}"),
            )
            connection.execute(
                "INSERT INTO change_rows (change, position, alert_id, patch, stage, outcome, before, after, "
                "reason) VALUES (?, 0, ?, '{}', ?, 'queued', '{}', '{}', '')",
                (number + 1, f"a-{number}", stage),
            )
            connection.execute(
                "INSERT INTO copies VALUES (?, ?, 0, 0, ?, x'', '{}', '[]', '')",
                (number << 20, number, number % 4),
            )
        if analyzed:
            connection.execute("ANALYZE")
        marks = (1,) * sql.count("?")
        plan = "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", marks))
        assert through in plan, plan
        if sql not in (pending_rows.IDS, pending_rows.OF_ALERT):  # of one alert there are but a few
            assert "TEMP B-TREE" not in plan, plan
