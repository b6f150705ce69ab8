"""A listing: a frozen sequence of rowids in order, plus a cache of rows.

The sequence never changes by itself, so nothing moves under the cursor; `Refresh` tells what a newer sequence
would bring, and the analyst decides when to let it in.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final

from alerttui.backends.store import AlertStore
from alerttui.domain.listing import AlertRow
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import Severity

FIRST_ROWS: Final = 100
"""Rows read for the first paint: more than the tallest terminal shows."""

WINDOW_ROWS: Final = 100
"""Rows read at once when one is missing: one query of well under a millisecond."""

CACHED_ROWS: Final = 20_000
"""Rows kept before the cache starts over; about 10 MB."""


_GENERATIONS: Final = count()

Overlay = Callable[[AlertRow], AlertRow]
"""Makes of a row what a change under way will make of it."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """How a newer sequence of the same query differs from the listing's own."""

    rowids: array[int]
    arrived: array[int]
    """Rowids that are new, in order."""
    gone: frozenset[int]
    """Rowids that no longer match, or are no more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Alerts that wait to be let in."""

    count: int = 0
    grave: int = 0
    """How many of the first ones are HIGH or CRITICAL."""
    is_grave_exact: bool = True
    """False where more wait than were looked at."""


class Listing:
    """The rows of one query, by position. Not thread-safe, except `load` and `newer`, which only read."""

    def __init__(self, store: AlertStore, query: AlertQuery, context: QueryContext) -> None:
        self._store = store
        self.query = query
        self.context = context
        self._rows: dict[int, AlertRow] = {}
        first = store.first_rows(query, context, FIRST_ROWS)
        self._remember(first)
        self.rowids: array[int] = array("q", (row.rowid for row in first))
        self.complete = len(first) < FIRST_ROWS
        self.gone: frozenset[int] = frozenset()
        self.generation = next(_GENERATIONS)
        """Another number for every sequence that any listing ever had."""
        self._overlay: dict[int, Overlay] = {}

    def __len__(self) -> int:
        return len(self.rowids)

    # -- reading rows

    def row(self, position: int) -> AlertRow | None:
        """The row at a position, read with its neighbours if it is not at hand; None where it is no more."""
        if not 0 <= position < len(self.rowids):
            return None
        rowid = self.rowids[position]
        row = self._rows.get(rowid)
        if row is None:
            self._read_window(position)
            row = self._rows.get(rowid)
        return self._overlaid(row) if row is not None and self._overlay else row

    def window(self, start: int, count: int) -> list[AlertRow | None]:
        """The rows of a stretch of positions."""
        return [self.row(position) for position in range(start, min(start + count, len(self.rowids)))]

    def position(self, rowid: int) -> int | None:
        """Where a rowid stands; None where the listing does not have it."""
        try:
            return self.rowids.index(rowid)
        except ValueError:
            return None

    def forget(self, rowids: Iterable[int] | None = None) -> None:
        """Drop cached rows, so that they are read again; all of them without an argument."""
        if rowids is None:
            self._rows.clear()
            return
        for rowid in rowids:
            self._rows.pop(rowid, None)

    def reread(self, start: int, count: int) -> list[int]:
        """Read a stretch of rows anew and forget all others; the positions whose rows have changed."""
        before = {each: self._rows.get(each) for each in self.rowids[start : start + count]}
        self._rows.clear()
        self._remember(self._store.rows(list(before)).values())
        return [
            position
            for position, (rowid, row) in enumerate(before.items(), start)
            if self._rows.get(rowid) != row
        ]

    def known(self, rowid: int) -> AlertRow | None:
        """The cached row, without reading."""
        return self._rows.get(rowid)

    def shown(self, rowid: int) -> AlertRow | None:
        """The cached row as it is on screen, with a change that is under way; without reading."""
        row = self._rows.get(rowid)
        return self._overlaid(row) if row is not None else None

    def rows_of(self, rowids: Sequence[int]) -> list[AlertRow]:
        """The rows with these rowids in this order, without those that are no more."""
        missing = [rowid for rowid in rowids if rowid not in self._rows]
        if missing:
            self._remember(self._store.rows(missing).values())
        return [self._rows[rowid] for rowid in rowids if rowid in self._rows]

    # -- changes under way

    def overlay(self, rowids: Iterable[int], overlay: Overlay) -> None:
        """Show rows as a change under way will leave them; the store's values stay as they are."""
        self._overlay.update(dict.fromkeys(rowids, overlay))

    def settle(self, rowids: Iterable[int]) -> None:
        """The change came to its end, one way or the other: show what the store has."""
        for rowid in rowids:
            self._overlay.pop(rowid, None)
            self._rows.pop(rowid, None)

    @property
    def pending(self) -> frozenset[int]:
        """Rowids with a change under way."""
        return frozenset(self._overlay)

    def _overlaid(self, row: AlertRow) -> AlertRow:
        overlay = self._overlay.get(row.rowid)
        return overlay(row) if overlay else row

    def _read_window(self, position: int) -> None:
        if len(self._rows) > CACHED_ROWS:
            self._rows.clear()
        start = max(0, position - WINDOW_ROWS // 2)
        wanted = [each for each in self.rowids[start : start + WINDOW_ROWS] if each not in self._rows]
        self._remember(self._store.rows(wanted).values())

    def _remember(self, rows: Iterable[AlertRow]) -> None:
        self._rows.update((row.rowid, row) for row in rows)

    # -- the sequence; `load` and `newer` belong off the event loop

    def load(self, is_cancelled: Callable[[], bool]) -> array[int] | None:
        """The whole sequence as it is now; None if cancelled."""
        sequence: array[int] = array("q")
        for chunk in self._store.rowids(self.query, self.context):
            if is_cancelled():
                return None
            sequence.extend(chunk)
        return sequence

    def newer(self, is_cancelled: Callable[[], bool]) -> Refresh | None:
        """The sequence as it is now, and how it differs; None if cancelled."""
        sequence = self.load(is_cancelled)
        if sequence is None:
            return None
        before, after = set(self.rowids), set(sequence)
        arrived = array("q", (rowid for rowid in sequence if rowid not in before))
        return Refresh(sequence, arrived, frozenset(before - after))

    def adopt(self, rowids: array[int]) -> None:
        """Take a sequence as this listing's own."""
        self.rowids = rowids
        self.complete = True
        self.generation = next(_GENERATIONS)
        self.gone = frozenset()

    def nearest_staying(self, position: int, gone: Container[int]) -> int | None:
        """The rowid at a position if it is not gone, else the next one that is not, else the one before."""
        end = len(self.rowids)
        for each in chain(range(position, end), range(min(position, end) - 1, -1, -1)):
            if self.rowids[each] not in gone:
                return self.rowids[each]
        return None

    def waiting(self, refresh: Refresh) -> Waiting:
        """How many alerts wait, and how many of the first ones are grave."""
        looked_at = self.rows_of(refresh.arrived[:FIRST_ROWS])
        grave = sum(row.severity >= Severity.HIGH for row in looked_at)
        return Waiting(len(refresh.arrived), grave, len(refresh.arrived) <= FIRST_ROWS)
