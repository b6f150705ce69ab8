"""Events and comments that the server told page by page, and how much of them is here."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from alerttui.backends.mirror import Part, PartState
from alerttui.backends.sqlite import adding
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror import copies, thread
from alerttui.backends.sqlite.reading import rowid_of
from alerttui.domain.alert import Comment, Event
from alerttui.domain.vocabulary import AlertId


def part(connections: Connections, alert_id: AlertId, wanted: Part) -> PartState | None:
    """How much of a part is here; raises `NotFound`."""
    with connections.snapshot() as connection:
        rowid = rowid_of(connection, alert_id)
        if wanted is Part.FULL:
            copy = copies.read(connection, rowid)
            return PartState(as_of_ms=copy.full_as_of_ms) if copy and copy.full_as_of_ms else None
        return _state(connection, rowid, wanted)


def observe_comments(
    connections: Connections,
    alert_id: AlertId,
    comments: Sequence[Comment],
    state: PartState,
    *,
    is_first: bool,
) -> int:
    """Take over one page of comments; see `MirrorStore.observe_comments`."""
    with connections.writing(durable=False) as connection:
        rowid = rowid_of(connection, alert_id)
        known = _state(connection, rowid, Part.COMMENTS)
        if known is not None and copies.is_overtaken(state.as_of_ms, known.as_of_ms):
            return 0
        is_whole = is_first and not state.next_cursor
        number = thread.take_over(connection, rowid, alert_id, comments, state.as_of_ms, is_whole=is_whole)
        _note(connection, rowid, Part.COMMENTS, state, "")
    return number


def observe_events(
    connections: Connections,
    alert_id: AlertId,
    events: Sequence[Event],
    state: PartState,
    *,
    is_first: bool,
) -> int:
    """Add the events of one page that are not here; see `MirrorStore.observe_events`."""
    prepared = [adding.event_values(event) for event in events]
    with connections.writing(durable=False) as connection:
        rowid = rowid_of(connection, alert_id)
        known = _state(connection, rowid, Part.EVENTS)
        is_repeated = not is_first and known is not None and known.next_cursor == state.next_cursor
        matched = set() if is_first or is_repeated else _matched(connection, rowid)
        stored: defaultdict[bytes, deque[int]] = defaultdict(deque)
        following = 0
        for sequence, digest in connection.execute(
            "SELECT sequence, digest FROM events WHERE alert = ? ORDER BY sequence", (rowid,)
        ):
            following = sequence + 1
            if sequence not in matched:
                stored[digest].append(sequence)
        new = []
        for values in prepared:
            if stored[values[0]]:
                matched.add(stored[values[0]].popleft())
            else:
                new.append((rowid, following, *values))
                matched.add(following)
                following += 1
        connection.executemany(adding.INSERT_EVENT, new)
        if is_repeated:
            matched |= _matched(connection, rowid)
        _note(connection, rowid, Part.EVENTS, state, _ranges_text(matched))
        if new:
            connection.execute("UPDATE alerts SET version = version + 1 WHERE rowid = ?", (rowid,))
            adding.index_again(connection, rowid)
    return len(new)


def _state(connection: sqlite3.Connection, rowid: int, wanted: Part) -> PartState | None:
    row = connection.execute(
        "SELECT as_of_ms, next_cursor FROM parts WHERE alert = ? AND part = ?", (rowid, wanted.value)
    ).fetchone()
    return PartState(as_of_ms=row[0], next_cursor=row[1]) if row else None


def _note(connection: sqlite3.Connection, rowid: int, of: Part, state: PartState, matched: str) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO parts (alert, part, as_of_ms, next_cursor, matched) VALUES (?, ?, ?, ?, ?)",
        (rowid, of.value, state.as_of_ms, state.next_cursor, matched),
    )


def _matched(connection: sqlite3.Connection, rowid: int) -> set[int]:
    """The events that pages of the present reading told already: a log line may really come twice."""
    row = connection.execute(
        "SELECT matched FROM parts WHERE alert = ? AND part = ?", (rowid, Part.EVENTS.value)
    ).fetchone()
    ranges = json.loads(row[0]) if row and row[0] else []
    return {number for first, last in ranges for number in range(first, last + 1)}


def _ranges_text(numbers: Iterable[int]) -> str:
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return json.dumps(ranges, separators=(",", ":"))
