"""What of the server's alerts is here, as of when, and which of them the server counts to what."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from alerttui.backends.mirror import Coverage, OpenCopies
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.listing import rowids_of
from alerttui.backends.sqlite.mirror.ranges import cut, noted
from alerttui.backends.sqlite.rows import column_text
from alerttui.backends.sqlite.schema import LABEL_KINDS, LAST_ROWID_MS, ROWID_SEQUENCE_BITS
from alerttui.domain.errors import Invalid
from alerttui.domain.vocabulary import AlertId, Phase

OPEN_COPIES: Final = (
    "SELECT count(*), min(alert), min(as_of_ms) FROM copies "
    f"WHERE phase IN ({int(Phase.UNKNOWN)}, {int(Phase.OPEN)}, {int(Phase.ACTIVE)})"
)
UNCONFIRMED: Final = (
    "SELECT alert, as_of_ms FROM copies WHERE phase = ? AND as_of_ms < ? AND alert >= ? "
    "ORDER BY as_of_ms, alert LIMIT ?"
)


def cover(connections: Connections, coverage: Coverage) -> None:
    """Note that a range was read whole."""
    with connections.writing(durable=False) as connection:
        _cover(connection, coverage)


def coverage(connections: Connections, of: str) -> list[Coverage]:
    """The ranges that are covered, newest first."""
    with connections.reading() as connection:
        return _ranges(connection, of)


def _cover(connection: sqlite3.Connection, new: Coverage) -> None:
    _write(connection, new.of, noted(_ranges(connection, new.of), new))


def _ranges(connection: sqlite3.Connection, of: str) -> list[Coverage]:
    found = connection.execute(
        "SELECT from_ms, to_ms, as_of_ms FROM coverage WHERE of = ? ORDER BY from_ms DESC", (column_text(of),)
    )
    return [Coverage(of=of, from_ms=row[0], to_ms=row[1], as_of_ms=row[2]) for row in found]


def _write(connection: sqlite3.Connection, of: str, ranges: Sequence[Coverage]) -> None:
    connection.execute("DELETE FROM coverage WHERE of = ?", (column_text(of),))
    connection.executemany(
        "INSERT INTO coverage (of, from_ms, to_ms, as_of_ms) VALUES (?, ?, ?, ?)",
        [(column_text(of), each.from_ms, each.to_ms, each.as_of_ms) for each in ranges],
    )


def forget_before(connection: sqlite3.Connection, created_before_ms: int) -> None:
    """Alerts from before then are let go: nothing is promised of them any more."""
    for (of,) in connection.execute(
        "SELECT DISTINCT of FROM coverage WHERE from_ms < ?", (created_before_ms,)
    ).fetchall():
        _write(connection, of, cut(_ranges(connection, of), created_before_ms))


def set_members(
    connections: Connections,
    field: str,
    value: str,
    ids: Sequence[AlertId],
    from_ms: int,
    to_ms: int,
    as_of_ms: int,
) -> None:
    """Note which alerts of a range the server counts to a value; see `MirrorStore.set_members`."""
    if field not in LABEL_KINDS or field == "tag":
        raise Invalid("field", field, "is no field whose values only the server knows")
    word = column_text(value)
    rowids = rowids_of(connections, ids)
    first, last = rowid_range(from_ms, to_ms)
    with connections.writing(durable=False) as connection:
        kept = set(rowids.values())
        here = connection.execute(
            "SELECT alert FROM members WHERE kind = ? AND value = ? AND alert BETWEEN ? AND ?",
            (field, word, first, last),
        )
        gone = [alert for (alert,) in here if alert not in kept]
        _leave(connection, field, word, gone)
        present = json.dumps(sorted(kept))
        for table in ("members", "labels"):
            connection.execute(
                f"INSERT OR IGNORE INTO {table} (kind, value, alert) SELECT ?, ?, rowid FROM alerts "
                "WHERE rowid IN (SELECT value FROM json_each(?))",
                (field, word, present),
            )
        _cover(connection, Coverage(of=f"{field}={value}", from_ms=from_ms, to_ms=to_ms, as_of_ms=as_of_ms))


def _leave(connection: sqlite3.Connection, field: str, word: str, gone: Sequence[int]) -> None:
    """Alerts that the server no longer counts to a value lose its label, unless they carry it themselves."""
    for alert in gone:
        key = (field, word, alert)
        connection.execute("DELETE FROM members WHERE kind = ? AND value = ? AND alert = ?", key)
        row = connection.execute("SELECT document FROM details WHERE rowid = ?", (alert,)).fetchone()
        carried = json.loads(row[0]).get(f"{field.replace('-', '_')}s", ()) if row else ()
        if word.lower() not in [column_text(each).lower() for each in carried]:
            connection.execute("DELETE FROM labels WHERE kind = ? AND value = ? AND alert = ?", key)


def rowid_range(from_ms: int, to_ms: int) -> tuple[int, int]:
    """The first and the last rowid of alerts created from one time on and before another."""
    first = max(0, min(from_ms, LAST_ROWID_MS)) << ROWID_SEQUENCE_BITS
    last = (max(0, min(to_ms, LAST_ROWID_MS + 1)) << ROWID_SEQUENCE_BITS) - 1
    return first, last


def count_created(connections: Connections, from_ms: int, to_ms: int) -> int:
    """How many alerts of a range of creation times are here."""
    with connections.reading() as connection:
        (number,) = connection.execute(
            "SELECT count(*) FROM alerts WHERE rowid BETWEEN ? AND ?", rowid_range(from_ms, to_ms)
        ).fetchone()
    return int(number)


def open_copies(connections: Connections) -> OpenCopies:
    """How old the copies of alerts are that the server has not closed."""
    with connections.snapshot() as connection:
        alerts, oldest, oldest_as_of_ms = connection.execute(OPEN_COPIES).fetchone()
        if not alerts:
            return OpenCopies(alerts=0)
        (created_ms,) = connection.execute(
            "SELECT created_ms FROM alerts WHERE rowid = ?", (oldest,)
        ).fetchone()
    return OpenCopies(alerts=alerts, oldest_created_ms=created_ms, oldest_as_of_ms=oldest_as_of_ms)


def unconfirmed(
    connections: Connections, before_ms: int, phases: Sequence[Phase], from_ms: int, limit: int
) -> list[tuple[AlertId, int]]:
    """Alerts that the server had in one of these phases, whose copies are older than a time."""
    first, _ = rowid_range(from_ms, from_ms)
    with connections.snapshot() as connection:
        found = [
            (as_of_ms, alert)
            for phase in dict.fromkeys(phases)
            for alert, as_of_ms in connection.execute(UNCONFIRMED, (int(phase), before_ms, first, limit))
        ]
        oldest = [alert for _, alert in sorted(found)[:limit]]
        names = {
            rowid: (AlertId(alert_id), created_ms)
            for rowid, alert_id, created_ms in connection.execute(
                "SELECT rowid, id, created_ms FROM alerts WHERE rowid IN (SELECT value FROM json_each(?))",
                (json.dumps(oldest),),
            )
        }
    return [names[alert] for alert in oldest]
