"""Alerts that leave the mirror: out of its window, or gone from the server."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.listing import by_ids
from alerttui.backends.sqlite.mirror import copies
from alerttui.backends.sqlite.mirror.covering import forget_before
from alerttui.backends.sqlite.mirror_tables import UNSETTLED
from alerttui.backends.sqlite.rows import column_text
from alerttui.backends.sqlite.schema import LAST_ROWID_MS, ROWID_SEQUENCE_BITS
from alerttui.domain.vocabulary import AlertId

STEP: Final = 200
"""Alerts of one transaction."""

_PENDING: Final = f"SELECT alert_id FROM change_rows WHERE {UNSETTLED}"
OUT_OF_WINDOW: Final = (
    f"SELECT rowid FROM alerts WHERE rowid < ? AND id NOT IN ({_PENDING}) ORDER BY rowid LIMIT ?"
)
_BY_ROWID: Final = ("search_documents", "alerts", "details", "raws")
_BY_ALERT: Final = ("labels", "events", "comments", "history", "copies", "parts", "members")


def purge(connections: Connections, created_before_ms: int, limit: int) -> int:
    """Let alerts go that were created before then and have nothing pending; how many went."""
    before = max(0, min(created_before_ms, LAST_ROWID_MS)) << ROWID_SEQUENCE_BITS
    with connections.writing(durable=False) as connection:
        found = connection.execute(OUT_OF_WINDOW, (before, limit)).fetchall()
        forget_before(connection, created_before_ms)
        _remove(connection, [rowid for (rowid,) in found])
    return len(found)


def observe_missing(connections: Connections, ids: Sequence[AlertId], requested_ms: int) -> int:
    """Alerts that the server no longer has leave, unless something is pending; how many did."""
    number = 0
    for start in range(0, len(ids), STEP):
        some = [column_text(each) for each in ids[start : start + STEP]]
        with connections.writing(durable=False) as connection:
            rowids = dict(connection.execute(by_ids(len(some)), some).fetchall())
            pending = {alert_id for (alert_id,) in connection.execute(_PENDING)}
            known = copies.read_many(connection, rowids.values())
            gone = sorted(
                rowid
                for alert_id, rowid in rowids.items()
                if alert_id not in pending
                and not (rowid in known and known[rowid].is_late(requested_ms, in_full=False))
            )
            _remove(connection, gone)
        number += len(gone)
    return number


def _remove(connection: sqlite3.Connection, rowids: Sequence[int]) -> None:
    if not rowids:
        return
    these = "(SELECT value FROM json_each(?))"
    listed = json.dumps(rowids)
    connection.execute(
        "INSERT INTO search (search, rowid, title, body) SELECT 'delete', rowid, title, body "
        f"FROM search_documents WHERE rowid IN {these} ORDER BY rowid",
        (listed,),
    )
    for table in _BY_ALERT:
        connection.execute(f"DELETE FROM {table} WHERE alert IN {these}", (listed,))
    for table in _BY_ROWID:
        connection.execute(f"DELETE FROM {table} WHERE rowid IN {these}", (listed,))
