"""The store without a screen: pages, listings, counts, search, and changes of one and of many."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, ChangeKind, Edit, OutcomeState
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.planning import reversal
from benchmarks.report import Figure, put_table, timed
from benchmarks.stores import NOW_MS, is_filled, opened, store_file

FILTERS: Final = (
    "",
    "is:open",
    "is:open severity>=high",
    "status:open,triaged severity>=high -tag:scanner",
    "is:open is:unassigned",
    "created>24h",
    "rule:AWS.*",
    "tag:vip",
    "assignee:me",
    "sort:-severity",
    "is:open sort:-severity",
    "is:closed sort:-closed",
)
"""What analysts ask for most, and the orders they ask for."""

RARE: Final = '"host-0912"'
BROAD: Final = '"powershell"'
SHORT: Final = '"ip"'
"""Two characters: below what the full-text index knows."""

ME: Final = Actor("ana", "user", "Ana")
CONTEXT: Final = QueryContext(now_ms=NOW_MS, me="ana")
PAGE: Final = 100
MANY: Final = 10_000

_BARE_PAGE: Final = (
    "SELECT rowid, id, version, title, severity, severity_word, status, phase, quality, verdict, "
    "assignee_id, created_ms, event_count, detection_id, tags FROM alerts ORDER BY rowid DESC LIMIT 100"
)


def run_store(folder: Path, alerts: int, repetitions: int) -> None:
    """Measure a store of so many alerts and write the tables."""
    path = store_file(folder, alerts)
    bare = sqlite3.connect(path)
    store = opened(path)
    try:
        put_table(f"store, {alerts:,} alerts: reading", _reading(store, bare, repetitions, is_filled(alerts)))
        put_table(f"store, {alerts:,} alerts: changing", _changing(store, bare))
    finally:
        bare.close()
        store.close()


def _reading(store: AlertStore, bare: sqlite3.Connection, repetitions: int, has_text: bool) -> list[Figure]:
    searches = (RARE, BROAD, SHORT) if has_text else ()
    few = min(repetitions, 5)
    page = Figure(
        what="bare sqlite3: newest 100 rows",
        samples=timed(lambda: bare.execute(_BARE_PAGE).fetchall(), repetitions),
    )
    scan = Figure(
        what="bare sqlite3: every rowid",
        samples=timed(lambda: bare.execute("SELECT rowid FROM alerts").fetchall(), few),
    )
    pages = [_page(store, text, page, repetitions) for text in (*FILTERS, *searches)]
    listings = [
        _figure(f"every id: {text or 'everything'}", partial(_rowids, store, text), scan, few)
        for text in ("", "is:open", "is:open severity>=high", "sort:-severity")
    ]
    counts = [
        _figure(f"count: {text or 'everything'}", partial(store.count, parse(text), CONTEXT), page, few)
        for text in ("", "is:open severity>=high", "is:closed", *searches[1:2])
    ]
    facets = [
        _figure(f"facets: {field}", partial(store.facets, field, EVERYTHING, CONTEXT), page, few)
        for field in ("status", "severity", "rule", "tag")
    ]
    statistics = _figure("statistics", partial(store.statistics, EVERYTHING, CONTEXT), page, 3)
    return [page, *pages, scan, *listings, *counts, *facets, statistics, *_single(store, page, repetitions)]


def _page(store: AlertStore, text: str, base: Figure, repetitions: int) -> Figure:
    first = partial(store.first_rows, parse(text), CONTEXT, PAGE)
    return _figure(f"first page: {text or 'everything'}", first, base, repetitions)


def _single(store: AlertStore, base: Figure, repetitions: int) -> list[Figure]:
    """A window of rows, and one alert."""
    rowids = _rowids(store, "")
    middle = rowids[len(rowids) // 2 : len(rowids) // 2 + PAGE]
    first = store.first_rows(EVERYTHING, CONTEXT, 1)[0].id
    return [
        _figure("100 rows in the middle, by rowid", partial(store.rows, middle), base, repetitions),
        _figure("one alert in full", partial(store.alert, first), base, repetitions),
        _figure("its history", partial(store.history, first), base, repetitions),
        _figure("its related alerts", partial(store.related, first), base, min(repetitions, 10)),
    ]


def _figure(what: str, work: Callable[[], object], base: Figure, repetitions: int) -> Figure:
    return Figure(what=what, samples=timed(work, repetitions), against=base)


def _rowids(store: AlertStore, text: str) -> list[int]:
    return [rowid for chunk in store.rowids(parse(text), CONTEXT) for rowid in chunk]


# -- changing: every change is taken back, so that the store stays what it was


def _changing(store: AlertStore, bare: sqlite3.Connection) -> list[Figure]:
    rowids = _rowids(store, "status:open")[:MANY]
    found = store.rows(rowids)
    ids = [found[rowid].id for rowid in rowids]
    base = Figure(
        what=f"bare sqlite3: update {len(ids):,} rows", samples=timed(lambda: _bare_update(bare, rowids), 3)
    )
    one: list[float] = []
    many: list[float] = []
    undo_one: list[float] = []
    undo_many: list[float] = []
    read: list[float] = []
    for _ in range(15):
        _there_and_back(store, ids[:1], one, undo_one, [])
    for repetition in range(4):
        there: list[float] = []
        back: list[float] = []
        _there_and_back(store, ids, there, back, read)
        if repetition:
            many += there
            undo_many += back
        if back[0] > 10_000:
            many, undo_many = many or there, undo_many or back
            break
    return [
        base,
        Figure(what="commit of 1 edit", samples=one[1:], against=base),
        Figure(what="undo of 1 edit", samples=undo_one[1:], against=base),
        Figure(what=f"commit of {len(ids):,} edits", samples=many, against=base),
        Figure(what="reading it from the journal", samples=read, against=base),
        Figure(what=f"undo of {len(ids):,} edits", samples=undo_many, against=base),
    ]


def _bare_update(bare: sqlite3.Connection, rowids: list[int]) -> None:
    bare.execute("BEGIN IMMEDIATE")
    bare.executemany(
        "UPDATE alerts SET status = 'TRIAGED', phase = 1, version = version + 1, updated_ms = 1 "
        "WHERE rowid = ?",
        [(rowid,) for rowid in rowids],
    )
    bare.execute("ROLLBACK")


def _there_and_back(
    store: AlertStore, ids: list[AlertId], there: list[float], back: list[float], read: list[float]
) -> None:
    edits = tuple(Edit(alert_id=each, patch=AlertPatch(status=Set("TRIAGED"))) for each in ids)
    there.append(_commit(store, _change(edits)))
    before = time.perf_counter()
    entry = store.undoable(ME)
    read.append((time.perf_counter() - before) * 1000)
    if entry is None:
        raise RuntimeError("The change that was just made cannot be taken back.")
    undo = _change(tuple(reversal(entry, overwrite=False)), kind=ChangeKind.UNDO, reverses=entry.change.id)
    back.append(_commit(store, undo))


def _change(edits: tuple[Edit, ...], *, kind: ChangeKind = ChangeKind.CHANGE, reverses: str = "") -> Change:
    return Change(
        id=uuid.uuid4().hex, at_ms=NOW_MS, by=ME, label="benchmark", edits=edits, kind=kind, reverses=reverses
    )


def _commit(store: AlertStore, change: Change) -> float:
    before = time.perf_counter()
    outcomes = store.commit(change)
    took_ms = (time.perf_counter() - before) * 1000
    unmade = [each for each in outcomes if each.state is not OutcomeState.CONFIRMED]
    if unmade:
        raise RuntimeError(f"{len(unmade)} edits were not made; the first: {unmade[0].reason}")
    return took_ms
