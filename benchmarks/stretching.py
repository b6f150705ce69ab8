"""A million alerts in a minute or two: a smaller store's alerts again and again, each time a week older.

Filling a million one by one takes most of an hour. What is repeated is what lists, filters, counts and the
detail read (rows, labels, documents); events, raw records and the full-text index are left out, so text
search is not to be measured in such a store.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from alerttui.backends.registry import open_local
from alerttui.backends.sqlite.schema import ROWID_SEQUENCE_BITS

WEEK_MS: Final = 7 * 24 * 3_600_000


def stretch(source: Path, target: Path, times: int) -> None:
    """Make a store of so many times the alerts of another; it must not be there yet."""
    store, _ = open_local(target)
    store.close()
    connection = sqlite3.connect(target, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        connection.execute("ATTACH ? AS source", (str(source),))
        indexes = connection.execute(
            "SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX main.{name}")
        columns = [row[1] for row in connection.execute("PRAGMA source.table_info(alerts)")]
        connection.execute("INSERT INTO main.people SELECT * FROM source.people")
        connection.execute("INSERT INTO main.actors SELECT * FROM source.actors")
        connection.execute("BEGIN")
        for age in reversed(range(times)):
            _copy(connection, columns, age)
        connection.execute("COMMIT")
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("PRAGMA analysis_limit = 1000")
        connection.execute("ANALYZE main")
    finally:
        connection.close()


def _copy(connection: sqlite3.Connection, columns: list[str], age: int) -> None:
    """One more copy of every alert, so many weeks older."""
    shift_ms = age * WEEK_MS
    shift = shift_ms << ROWID_SEQUENCE_BITS
    older = {
        "rowid": f"rowid - {shift}",
        "id": f"id || '-{age}'",
        "native_id": f"native_id || '-{age}'",
        **{name: f"{name} - {shift_ms}" for name in columns if name.endswith("_ms")},
    }
    values = ", ".join(older.get(name, name) for name in columns)
    connection.execute(
        f"INSERT INTO main.alerts ({', '.join(columns)}) SELECT {values} FROM source.alerts ORDER BY rowid"
    )
    connection.execute(
        f"INSERT INTO main.details SELECT rowid - {shift}, document FROM source.details ORDER BY rowid"
    )
    connection.execute(
        f"INSERT INTO main.labels (kind, value, alert) SELECT kind, value, alert - {shift} FROM source.labels"
    )
