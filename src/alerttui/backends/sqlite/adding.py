"""Putting alerts into the store: in bounded transactions, known ones kept as they are."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import itemgetter
from typing import Final, TypeAlias

from alerttui.backends.sqlite import part_rows, rows
from alerttui.backends.sqlite.commenting import INSERT_COMMENT, INSERT_HISTORY, free_comment_id, has_comment
from alerttui.backends.sqlite.connections import CACHE_KIB, Connections
from alerttui.backends.sqlite.people import remember_actors
from alerttui.backends.sqlite.reading import SELECT_ALERT
from alerttui.backends.sqlite.schema import LAST_ROWID_MS, ROWID_SEQUENCE_BITS
from alerttui.backends.sqlite.taken import Identity, free_rowids, known_alerts, source_key, taken_ids
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.backends.store import AddReport, NewAlert
from alerttui.domain.alert import Actor, Event
from alerttui.domain.search_text import searched_body, searched_title

BATCH_ALERTS: Final = 1_000
"""Alerts of one transaction: an analyst's write waits for at most one such."""

BATCH_BYTES: Final = 16_000_000
"""Bytes of records that are held in memory for one transaction."""

BATCH_CACHE_KIB: Final = 16_384
"""Page cache while alerts are added: with less, pages of one batch are written to the log more than once."""

ANALYZED_FROM: Final = 2_000
"""Added alerts from which on the planner's statistics are worth renewing."""

BATCHES_PER_MERGE: Final = 40
"""Batches after which pieces of the full-text index are merged; at 64 SQLite would do it all at once."""

_MERGED_PAGES: Final = 100

_ROWID: Final = itemgetter(0)
_SEQUENCES: Final = 1 << ROWID_SEQUENCE_BITS

_INSERT_ALERT: Final = (
    f"INSERT INTO alerts ({', '.join(rows.INSERTED_COLUMNS)}) "
    f"VALUES ({', '.join('?' * len(rows.INSERTED_COLUMNS))})"
)
_LOCAL_STATUSES: Final = {each.word: each.phase for each in LOCAL_CAPABILITIES.statuses}


EventValues: TypeAlias = tuple[bytes, str | bytes, int | None]
"""Digest, body and time of an event."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An alert with all that can be computed before the write lock is taken."""

    new: NewAlert
    identity: tuple[str, str]
    alert_id: str
    moment: int
    """The millisecond that its rowid starts with, unless that is full."""
    row: tuple[object, ...]
    labels: list[tuple[str, str]]
    details: str
    title: str
    body: str
    events: list[EventValues]


@dataclass(slots=True)
class _Batch:
    """Rows that wait for the end of a transaction."""

    alerts: list[tuple[object, ...]] = field(default_factory=list)
    details: list[tuple[int, str]] = field(default_factory=list)
    raws: list[tuple[int, bytes]] = field(default_factory=list)
    labels: list[tuple[str, str, int]] = field(default_factory=list)
    events: list[tuple[object, ...]] = field(default_factory=list)
    documents: list[tuple[int, str, str]] = field(default_factory=list)
    history: list[tuple[object, ...]] = field(default_factory=list)
    known: list[tuple[Identity, Prepared]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    """Ids of alerts that are taken: in the store of those that are wanted, and all of the batch."""
    next_rowids: dict[int, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)


def add(connections: Connections, alerts: Iterable[NewAlert]) -> AddReport:
    """Put alerts in; see `AlertStore.add`."""
    with _roomy(connections):
        return _add_all(connections, alerts)


@contextmanager
def _roomy(connections: Connections) -> Iterator[None]:
    """Let this thread's connection keep a whole batch in memory."""
    with connections.reading() as connection:
        connection.execute(f"PRAGMA cache_size = -{BATCH_CACHE_KIB}")
    try:
        yield
    finally:
        with connections.reading() as connection:
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def _add_all(connections: Connections, alerts: Iterable[NewAlert]) -> AddReport:
    added = known = events_added = 0
    for number, batch in enumerate(_batches(alerts), start=1):
        with connections.writing(durable=False) as connection:
            report = _add_batch(connection, batch)
        added += report.added
        known += report.known
        events_added += report.events_added
        if number % BATCHES_PER_MERGE == 0:
            merge_search(connections)
    if added >= ANALYZED_FROM:
        analyze(connections)
    return AddReport(added=added, known=known, events_added=events_added)


def analyze(connections: Connections) -> None:
    """Renew the planner's statistics."""
    with connections.writing(durable=False) as connection:
        connection.execute("PRAGMA analysis_limit = 1000")
        connection.execute("ANALYZE")


def merge_search(connections: Connections) -> None:
    """Merge the pieces of the full-text index in steps so small that no analyst waits for them."""
    merged = True
    while merged:
        with connections.writing(durable=False) as connection:
            before = connection.total_changes
            connection.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (_MERGED_PAGES,))
            merged = connection.total_changes - before >= 2  # SQLite's own sign that there was work


def _batches(alerts: Iterable[NewAlert]) -> Iterator[list[Prepared]]:
    batch: list[Prepared] = []
    held = 0
    for new in alerts:
        batch.append(prepare(new))
        held += len(new.raw)
        if len(batch) >= BATCH_ALERTS or held >= BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def prepare(new: NewAlert, *, keep_status: bool | None = None) -> Prepared:
    """Compute what can be computed before the write lock is taken.

    `keep_status` keeps the status that the alert came with; None does where the local store has no such word.
    """
    alert = new.alert
    if keep_status is None:
        keep_status = _LOCAL_STATUSES.get(alert.status) is not alert.phase
    return Prepared(
        new=new,
        identity=(rows.column_text(new.source), rows.column_text(new.native_id)),
        alert_id=rows.column_text(alert.id),
        moment=max(0, min(alert.created_ms, LAST_ROWID_MS)),
        labels=rows.label_values(alert),
        row=rows.alert_row(alert, new.source, new.native_id, len(new.comments)),
        details=rows.details_text(alert, new.source, keep_status=keep_status),
        title=searched_title(alert),
        body=searched_body(alert, (event.body for event in new.events)),
        events=[event_values(event) for event in new.events],
    )


def event_values(event: Event) -> EventValues:
    """An event in the form in which it is stored and known again."""
    body = rows.exact_text(event.body)
    content = body.encode() if isinstance(body, str) else body
    return blake2b(content, digest_size=16).digest(), body, rows.column_integer(event.occurred_ms)


def _add_batch(connection: sqlite3.Connection, prepared: list[Prepared]) -> AddReport:
    batch = _Batch()
    known = known_alerts(connection, (each.identity for each in prepared))
    fresh: list[Prepared] = []
    for each in prepared:
        source, native_id = each.identity
        key = source_key(source), native_id
        if key in known:
            batch.known.append((key, each))
        else:
            known[key] = 0  # its rowid follows
            fresh.append(each)
    rowids = _add_fresh(connection, batch, fresh)
    known.update(
        ((source_key(each.identity[0]), each.identity[1]), rowids[index]) for index, each in enumerate(fresh)
    )
    events_added = sum(_add_missing_events(connection, known[key], each) for key, each in batch.known)
    return AddReport(added=len(fresh), known=len(batch.known), events_added=events_added)


def add_fresh(connection: sqlite3.Connection, fresh: Sequence[Prepared]) -> list[int]:
    """Put alerts in that the store does not have, inside a transaction; gives their rowids."""
    return _add_fresh(connection, _Batch(), fresh)


def _add_fresh(connection: sqlite3.Connection, batch: _Batch, fresh: Sequence[Prepared]) -> list[int]:
    batch.ids = taken_ids(connection, (each.alert_id for each in fresh))
    batch.next_rowids = free_rowids(connection, {each.moment for each in fresh}, _SEQUENCES)
    rowids = [_add_new(connection, batch, each) for each in fresh]
    _write(connection, batch)
    return rowids


def _add_new(connection: sqlite3.Connection, batch: _Batch, each: Prepared) -> int:
    """Note the rows of a new alert; gives its rowid."""
    new = each.new
    rowid = _free_rowid(connection, batch, each.moment)
    alert_id = _free_id(connection, batch, each)
    batch.alerts.append((rowid, alert_id, *each.row))
    if each.details:
        batch.details.append((rowid, each.details))
    if new.raw:
        batch.raws.append((rowid, new.raw))
    batch.labels.extend([(kind, value, rowid) for kind, value in each.labels])
    if each.events:
        batch.events.extend((rowid, sequence, *values) for sequence, values in enumerate(each.events))
    batch.documents.append((rowid, each.title, each.body))
    if new.history:
        batch.history.extend(part_rows.history_row(entry, rowid) for entry in new.history)
    for position, comment in enumerate(new.comments):
        comment_id = _free_comment_id(connection, rows.column_text(comment.id), alert_id, position)
        connection.execute(INSERT_COMMENT, part_rows.comment_row(comment, comment_id, rowid))
    _note_actors(batch.actors, new)
    return rowid


def _note_actors(actors: dict[str, Actor], new: NewAlert) -> None:
    alert = new.alert
    seen = [alert.assignee, alert.updated_by, alert.acknowledged_by, alert.closed_by]
    seen += [comment.author for comment in new.comments]
    seen += [entry.by for entry in new.history]
    for actor in seen:
        if actor is not None and (actor.id not in actors or actor.name):
            actors[actor.id] = actor


def _free_rowid(connection: sqlite3.Connection, batch: _Batch, moment: int) -> int:
    """The next rowid of a millisecond; of the next one where a million alerts share it."""
    while True:
        if moment not in batch.next_rowids:
            batch.next_rowids.update(free_rowids(connection, [moment], _SEQUENCES))
        rowid = batch.next_rowids[moment]
        if rowid < (moment << ROWID_SEQUENCE_BITS) + _SEQUENCES:
            batch.next_rowids[moment] = rowid + 1
            return rowid
        moment += 1


def _free_id(connection: sqlite3.Connection, batch: _Batch, each: Prepared) -> str:
    """The id itself, else `source:id`, else that with a number."""
    candidate = each.alert_id
    number = 1
    while candidate in batch.ids or (number > 1 and taken_ids(connection, [candidate])):
        candidate = f"{each.identity[0]}:{each.alert_id}" + (f"#{number}" if number > 1 else "")
        number += 1
    batch.ids.add(candidate)
    return candidate


def _free_comment_id(connection: sqlite3.Connection, comment_id: str, alert_id: str, position: int) -> str:
    if comment_id and not has_comment(connection, comment_id):
        return comment_id
    return free_comment_id(connection, alert_id, position + 1)


def _write(connection: sqlite3.Connection, batch: _Batch) -> None:
    batch.alerts.sort(key=_ROWID)
    batch.details.sort(key=_ROWID)
    batch.raws.sort(key=_ROWID)
    batch.documents.sort(key=_ROWID)  # a full-text index fed out of order writes a piece of index per alert
    connection.executemany(_INSERT_ALERT, batch.alerts)
    connection.executemany("INSERT INTO details (rowid, document) VALUES (?, ?)", batch.details)
    connection.executemany("INSERT INTO raws (rowid, raw) VALUES (?, ?)", batch.raws)
    connection.executemany("INSERT OR IGNORE INTO labels (kind, value, alert) VALUES (?, ?, ?)", batch.labels)
    connection.executemany(INSERT_EVENT, batch.events)
    connection.executemany(INSERT_HISTORY, batch.history)
    connection.executemany(
        "INSERT INTO search_documents (rowid, title, body) VALUES (?, ?, ?)", batch.documents
    )
    rowids = json.dumps([document[0] for document in batch.documents])
    connection.execute(
        "INSERT INTO search (rowid, title, body) SELECT rowid, title, body FROM search_documents "
        "WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        (rowids,),
    )
    remember_actors(connection, batch.actors.values())


INSERT_EVENT: Final = "INSERT INTO events (alert, sequence, digest, body, occurred_ms) VALUES (?, ?, ?, ?, ?)"


def missing_events(
    connection: sqlite3.Connection, rowid: int, events: Sequence[EventValues]
) -> list[tuple[object, ...]]:
    """The rows of what the alert has fewer of than the record: a log line may really have come twice."""
    if not events:
        return []
    stored = connection.execute("SELECT sequence, digest FROM events WHERE alert = ?", (rowid,)).fetchall()
    have = Counter(digest for _, digest in stored)
    missing = []
    for values in events:
        if have[values[0]] > 0:
            have[values[0]] -= 1
        else:
            missing.append(values)
    start = max((sequence for sequence, _ in stored), default=-1) + 1
    return [(rowid, sequence, *values) for sequence, values in enumerate(missing, start)]


def _add_missing_events(connection: sqlite3.Connection, rowid: int, each: Prepared) -> int:
    missing = missing_events(connection, rowid, each.events)
    if not missing:
        return 0
    connection.executemany(INSERT_EVENT, missing)
    connection.execute(
        "UPDATE alerts SET version = version + 1, event_count = max(event_count, "
        "(SELECT max(sequence) + 1 FROM events WHERE alert = ?1)) WHERE rowid = ?1",
        (rowid,),
    )
    index_again(connection, rowid)
    return len(missing)


def index_again(connection: sqlite3.Connection, rowid: int) -> None:
    """Bring the search in step with the alert's events."""
    row = connection.execute(SELECT_ALERT + " WHERE alerts.rowid = ?", (rowid,)).fetchone()
    events = connection.execute("SELECT body FROM events WHERE alert = ? ORDER BY sequence", (rowid,))
    alert = rows.alert_from(row)
    title, body = searched_title(alert), searched_body(alert, (rows.read_text(text) for (text,) in events))
    connection.execute(
        "INSERT INTO search (search, rowid, title, body) "
        "SELECT 'delete', rowid, title, body FROM search_documents WHERE rowid = ?",
        (rowid,),
    )
    connection.execute(
        "UPDATE search_documents SET title = ?, body = ? WHERE rowid = ?", (title, body, rowid)
    )
    connection.execute("INSERT INTO search (rowid, title, body) VALUES (?, ?, ?)", (rowid, title, body))
