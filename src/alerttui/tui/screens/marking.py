"""Marking: by key, by range, inverted, or all that match now."""

from __future__ import annotations

from dataclasses import dataclass

from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.queue import Queue


@dataclass(slots=True)
class Marking:
    """The mark keys of the list."""

    desk: Desk
    queue: Queue

    def toggle(self) -> None:
        """Mark or unmark the alert under the cursor, and go on to the next."""
        row = self.queue.view.row_under_cursor
        if row is None:
            return
        self.queue.marks.toggle(row.rowid)
        self.queue.view.refresh_line(self.queue.view.cursor)
        self.queue.view.move_by(1)
        self.queue.tell()

    def range(self) -> None:
        """Begin a range at the cursor; the second time, mark from there to the cursor."""
        row = self.queue.view.row_under_cursor
        if row is None:
            return
        marks, listing = self.queue.marks, self.queue.listing
        start = listing.position(marks.anchor) if marks.anchor is not None else None
        if start is None:
            marks.anchor = row.rowid
        else:
            first, last = sorted((start, self.queue.view.cursor))
            marks.add(listing.rowids[first : last + 1])
            marks.anchor = None
        self.queue.view.rows_changed()
        self.queue.tell()

    def extend(self, lines: int) -> None:
        """Mark the alert under the cursor, move by so many lines, and mark what was passed."""
        view, listing = self.queue.view, self.queue.listing
        if view.row_under_cursor is None:
            return
        start = view.cursor
        view.move_by(lines)
        first, last = sorted((start, view.cursor))
        self.queue.marks.add(listing.rowids[first : last + 1])
        for line in range(first, last + 1):
            view.refresh_line(line)
        self.queue.tell()

    def invert(self) -> None:
        """Unmark the marked alerts of this list, and mark the others."""
        if self._is_complete():
            self.queue.marks.invert(self.queue.listing.rowids)
            self.queue.view.rows_changed()
            self.queue.tell()

    def all(self) -> None:
        """Mark every alert that matches the filter now; later ones are not among them."""
        if self._is_complete():
            self.queue.marks.add_all(self.queue.listing.rowids)
            self.queue.view.rows_changed()
            self.queue.tell()

    def _is_complete(self) -> bool:
        if not self.queue.listing.complete:
            self.desk.say("The list is still being read; press again in a moment.", WARN)
        return self.queue.listing.complete

    def clear(self) -> bool:
        """Take all marks, or a begun range, away; False if there was nothing."""
        marks = self.queue.marks
        if not marks and marks.anchor is None:
            return False
        if marks.anchor is not None:
            marks.anchor = None
        else:
            marks.clear()
        self.queue.view.rows_changed()
        self.queue.tell()
        return True
