"""Which identities, ids and rowids are taken already: asked for a whole batch of alerts at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from alerttui.backends.sqlite.schema import ROWID_SEQUENCE_BITS

_ASKED_AT_ONCE: Final = 500
"""Values of one statement; every SQLite takes so many."""

_TO_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

Identity = tuple[str, str]
"""Source, as `source_key` gives it, and native id."""


def source_key(source: str) -> str:
    """The same text for sources that the store takes for the same, which is what its NOCASE does."""
    if not source.isascii():
        source = source.translate(_TO_LOWER)
    elif not source.islower():
        source = source.lower()
    head, null, tail = source.partition("\x00")
    return f"{head}{null}{len(tail.encode())}" if null else source  # NOCASE reads up to the first NUL


def known_alerts(connection: sqlite3.Connection, identities: Iterable[Identity]) -> dict[Identity, int]:
    """The rowids of those alerts that the store has."""
    by_source: dict[str, dict[str, str]] = {}
    for source, native_id in identities:
        by_source.setdefault(source_key(source), {})[native_id] = source
    known: dict[Identity, int] = {}
    for key, natives in by_source.items():
        source = next(iter(natives.values()))
        for some in _portions(natives):
            rows = connection.execute(
                f"SELECT native_id, rowid FROM alerts WHERE source = ? AND native_id IN ({_marks(some)})",
                (source, *some),
            )
            known.update(((key, native_id), rowid) for native_id, rowid in rows)
    return known


def taken_ids(connection: sqlite3.Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids that alerts of the store have."""
    taken: set[str] = set()
    for some in _portions(ids):
        found = connection.execute(f"SELECT id FROM alerts WHERE id IN ({_marks(some)})", some)
        taken.update(alert_id for (alert_id,) in found)
    return taken


def free_rowids(connection: sqlite3.Connection, moments: Iterable[int], sequences: int) -> dict[int, int]:
    """The rowid behind the last one of every millisecond, of which each has so many."""
    bits = ROWID_SEQUENCE_BITS
    last_rowids = connection.execute(
        "SELECT value, (SELECT max(rowid) FROM alerts WHERE rowid BETWEEN value << ? AND (value << ?) + ?) "
        "FROM json_each(?)",
        (bits, bits, sequences - 1, json.dumps(list(moments))),
    )
    return {moment: moment << bits if last is None else last + 1 for moment, last in last_rowids}


def _portions(values: Iterable[str]) -> Iterator[Sequence[str]]:
    rest = iter(values)
    while some := tuple(islice(rest, _ASKED_AT_ONCE)):
        yield some


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
