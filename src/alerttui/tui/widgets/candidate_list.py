"""The list of what could come next; it lies over the alerts, so that nothing below it moves."""

from __future__ import annotations

from typing import Final

from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from alerttui.tui.render.candidates import (
    SHOWN,
    Offers,
    candidate_lines,
    first_in_sight,
    line_count,
)
from alerttui.tui.render.text import to_strip

ROWS_LEFT: Final = 6
"""Lines of the screen that stay free: bars, the filter, the note, and one alert."""


class CandidateList(Widget):
    """Candidates with a mark on one of them, or on none."""

    class Picked(Message):
        """A candidate was clicked on."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.offers = Offers()
        self.marked: int | None = None
        self._first = 0
        self.display = False

    @property
    def is_open(self) -> bool:
        """True while it lies over the alerts."""
        return self.display

    def show(self, offers: Offers) -> None:
        """Show candidates; the mark stays on its word where that is still offered."""
        word = self.word
        self.offers = offers
        texts = [item.text for item in offers.items]
        self.marked = texts.index(word) if word is not None and word in texts else None
        self._place()

    def close(self) -> None:
        """Uncover the alerts, and forget the mark."""
        self.marked = None
        self._first = 0
        self.display = False

    def move(self, step: int) -> None:
        """Move the mark; above the first candidate there is no mark."""
        last = len(self.offers.items) - 1
        target = (-1 if self.marked is None else self.marked) + step
        self.marked = None if target < 0 or last < 0 else min(target, last)
        self._place()

    @property
    def word(self) -> str | None:
        """The marked word."""
        return None if self.marked is None else self.offers.items[self.marked].text

    def _rows(self) -> int:
        return max(1, min(SHOWN, self.screen.size.height - ROWS_LEFT))

    def _place(self) -> None:
        rows = self._rows()
        height = line_count(self.offers, rows)
        self._first = first_in_sight(self.marked, self._first, rows)
        if not height:
            self.close()
            return
        self.styles.height = height
        self.display = True
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One candidate, or the note under them."""
        width = self.size.width
        lines = candidate_lines(self.offers, self.marked, self._first, width, self._rows())
        if y >= len(lines):
            return Strip.blank(width, self.rich_style)
        base = self.visual_style
        if self.marked is not None and y == self.marked - self._first:
            base += self._resolve("$foreground on $cursor-background")
        return to_strip(lines[y], width, base, self._resolve)

    def _resolve(self, name: str) -> Style:
        return self.app.stylesheet.parse_style(name)

    def on_click(self, event: Click) -> None:
        """A click takes the candidate."""
        event.stop()
        position = self._first + event.y
        if position < len(self.offers.items):
            self.post_message(self.Picked(position))
