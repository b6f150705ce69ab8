"""A database with the store's tables, filled directly, for tests of what queries compile to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from alerttui.backends.sqlite.schema import INDEXES, LAST_ROWID_MS, ROWID_SEQUENCE_BITS, TABLES
from alerttui.domain.alert import Alert
from alerttui.domain.json_text import storable
from alerttui.domain.search_text import searched_body, searched_title

_COLUMNS = (
    "rowid", "id", "source", "native_id", "title", "severity", "severity_word", "status", "phase", "quality",
    "verdict", "assignee_id", "assignee_kind", "created_ms", "first_event_ms", "last_event_ms",
    "acknowledged_ms", "closed_ms", "event_count", "comment_count", "detection_id", "detection_name", "type",
    "sub_type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """One alert as the tests put it in."""

    rowid: int
    alert: Alert
    comment_count: int = 0


def numbered(alerts: Iterable[tuple[Alert, int]]) -> list[Stored]:
    """Alerts with their comment counts, given rowids as the store gives them."""
    return [
        Stored(
            (min(max(alert.created_ms, 0), LAST_ROWID_MS) << ROWID_SEQUENCE_BITS) + number, alert, comments
        )
        for number, (alert, comments) in enumerate(alerts, 1)
    ]


def filled_store(stored: Iterable[Stored]) -> sqlite3.Connection:
    """A database in memory that holds these alerts."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES + INDEXES)
    connection.execute("BEGIN")
    places = ", ".join("?" * len(_COLUMNS))
    for one in stored:
        row = [storable(value) if isinstance(value, str) else value for value in _row(one)]
        connection.execute(f"INSERT INTO alerts ({', '.join(_COLUMNS)}) VALUES ({places})", row)
        _add_labels(connection, one)
        texts = (one.rowid, searched_title(one.alert), searched_body(one.alert, ()))
        connection.execute("INSERT INTO search_documents (rowid, title, body) VALUES (?, ?, ?)", texts)
        connection.execute("INSERT INTO search (rowid, title, body) VALUES (?, ?, ?)", texts)
    connection.execute("COMMIT")
    return connection


def _row(stored: Stored) -> tuple[object, ...]:
    alert = stored.alert
    who = alert.assignee.id if alert.assignee else ""
    return (
        stored.rowid, alert.id, alert.source, str(stored.rowid), alert.title, int(alert.severity), "",
        alert.status, int(alert.phase), alert.quality.value if alert.quality else "", alert.verdict,
        who, "" if who or alert.assignee_known else "untold", alert.created_ms, alert.first_event_ms,
        alert.last_event_ms, alert.acknowledged_ms, alert.closed_ms, alert.event_count,
        stored.comment_count, alert.detection.id, alert.detection.name, alert.type, alert.sub_type,
    )  # fmt: skip


def _add_labels(connection: sqlite3.Connection, stored: Stored) -> None:
    alert = stored.alert
    kinds = {
        "tag": alert.tags,
        "rule-tag": alert.rule_tags,
        "log-type": alert.log_types,
        "log-source": alert.log_sources,
        "resource-type": alert.resource_types,
    }
    rows = [(kind, storable(value), stored.rowid) for kind, values in kinds.items() for value in values]
    connection.executemany("INSERT OR IGNORE INTO labels (kind, value, alert) VALUES (?, ?, ?)", rows)
