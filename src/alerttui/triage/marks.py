"""Marks: which alerts the next change acts on; rowids, never positions, so they survive a refresh."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence


class Marks:
    """The marked alerts, in the order in which they were marked."""

    def __init__(self) -> None:
        self._marked: dict[int, None] = {}
        self._version = 0
        self._counted = (-1, -1)
        """Generation of the sequence, and version of the marks, for which hidden ones were counted last."""
        self._hidden = 0
        self.anchor: int | None = None
        """Rowid where a range began; None while no range is being marked."""
        self.is_all = False
        """True if they were marked as all that match, and none was picked by hand since."""

    def __len__(self) -> int:
        return len(self._marked)

    def __contains__(self, rowid: object) -> bool:
        return rowid in self._marked

    def all(self) -> tuple[int, ...]:
        """Every marked rowid."""
        return tuple(self._marked)

    def toggle(self, rowid: int) -> None:
        """Mark, or unmark what is marked."""
        self._version += 1
        self.is_all = False
        if rowid in self._marked:
            del self._marked[rowid]
        else:
            self._marked[rowid] = None

    def add(self, rowids: Iterable[int]) -> None:
        """Mark all of these."""
        self._version += 1
        self._marked.update(dict.fromkeys(rowids))

    def add_all(self, rowids: Iterable[int]) -> None:
        """Mark all that match: a change of them is asked about, however few they are."""
        self.add(rowids)
        self.is_all = True

    def invert(self, rowids: Sequence[int] | array[int]) -> None:
        """Of these, mark the unmarked ones and unmark the others; other marks stay."""
        becomes_all = not any(rowid in self._marked for rowid in rowids)
        for rowid in rowids:
            self.toggle(rowid)
        self.is_all = becomes_all and bool(self._marked)

    def clear(self) -> None:
        """Unmark everything."""
        self._version += 1
        self._marked.clear()
        self.anchor = None
        self.is_all = False

    def hidden(self, shown: Sequence[int] | array[int], generation: int) -> int:
        """How many marked alerts are not among `shown`; counted anew only where either has changed."""
        if not self._marked:
            return 0
        if self._counted != (generation, self._version):
            self._counted = (generation, self._version)
            self._hidden = len(self._marked.keys() - set(shown))
        return self._hidden
