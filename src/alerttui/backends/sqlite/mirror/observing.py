"""Taking over what the server told of alerts: in transactions of at most 200."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from alerttui.backends.mirror import Observed, ObserveReport
from alerttui.backends.sqlite import adding
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.listing import by_ids
from alerttui.backends.sqlite.mirror import copies
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.mirror.bringing import bring_up_to_date
from alerttui.backends.sqlite.mirror.face import face_of
from alerttui.backends.sqlite.rows import column_text
from alerttui.domain.document import to_document
from alerttui.domain.json_text import to_json

BATCH_ALERTS: Final = 200
"""Alerts of one transaction: an analyst's write waits for at most one such."""


def observe(connections: Connections, bound: Bound, seen: Sequence[Observed]) -> ObserveReport:
    """Take over what the server told; see `MirrorStore.observe`."""
    added = changed = same = late = 0
    for batch in _batches([_with_phase(each, bound) for each in seen]):
        digests = [_digest(each) for each in batch]
        with connections.writing(durable=False) as connection:
            report = _observe_batch(connection, bound, batch, digests)
        added += report.added
        changed += report.changed
        same += report.same
        late += report.late
    return ObserveReport(added=added, changed=changed, same=same, late=late)


def _with_phase(each: Observed, bound: Bound) -> Observed:
    """The observation with the phase that the system's word has, and the server's id as its identity."""
    alert = each.new.alert
    phase = bound.phase(alert.status, alert.phase)
    if phase is not alert.phase:
        alert = replace(alert, phase=phase)
    if alert is each.new.alert and each.new.native_id == alert.id:
        return each
    new = each.new
    return replace(each, new=replace(new, alert=alert, native_id=str(alert.id)))


def _batches(seen: Sequence[Observed]) -> Iterator[list[Observed]]:
    """Batches in order, with no alert twice in one of them."""
    batch: dict[str, Observed] = {}
    for each in seen:
        if len(batch) >= BATCH_ALERTS or each.new.alert.id in batch:
            yield list(batch.values())
            batch = {}
        batch[each.new.alert.id] = each
    if batch:
        yield list(batch.values())


def _digest(each: Observed) -> bytes:
    """What tells an observation from any other of the same alert."""
    new = each.new
    parts = [to_document(part) for part in (*new.events, *new.comments)]
    text = to_json([each.in_full, new.source, to_document(new.alert), parts])
    return blake2b(text.encode() + new.raw, digest_size=16).digest()


def _observe_batch(
    connection: sqlite3.Connection, bound: Bound, batch: Sequence[Observed], digests: Sequence[bytes]
) -> ObserveReport:
    ids = [column_text(each.new.alert.id) for each in batch]
    rowids: Mapping[str, int] = dict(connection.execute(by_ids(len(ids)), ids).fetchall())
    known = copies.read_many(connection, rowids.values())
    fresh: list[tuple[Observed, bytes]] = []
    touched: list[copies.Copy] = []
    stale: list[int] = []
    changed = same = late = 0
    for alert_id, each, digest in zip(ids, batch, digests, strict=True):
        rowid = rowids.get(alert_id)
        if rowid is None:
            fresh.append((each, digest))
            continue
        copy = known[rowid]
        if copy.is_late(each.requested_ms, in_full=each.in_full):
            late += 1
        elif copy.seen == digest:
            touched.append(copy.read_again(each.requested_ms, in_full=each.in_full))
            same += 1
        elif bring_up_to_date(connection, bound, copy, each, digest, stale):
            changed += 1
        else:
            same += 1
    copies.touch(connection, touched)
    for rowid in sorted(stale):  # out of order, the full-text index would write a piece for each
        adding.index_again(connection, rowid)
    _add(connection, fresh)
    return ObserveReport(added=len(fresh), changed=changed, same=same, late=late)


def _add(connection: sqlite3.Connection, fresh: Sequence[tuple[Observed, bytes]]) -> None:
    if not fresh:
        return
    prepared = [adding.prepare(each.new, keep_status=False) for each, _ in fresh]
    rowids = adding.add_fresh(connection, prepared)
    copies.write(
        connection,
        [
            copies.Copy(
                alert=rowid,
                as_of_ms=each.requested_ms,
                full_as_of_ms=each.requested_ms if each.in_full else 0,
                confirmed_ms=0,
                seen=digest,
                face=face_of(each.new.alert, each.new.alert.phase),
            )
            for rowid, (each, digest) in zip(rowids, fresh, strict=True)
        ],
    )
