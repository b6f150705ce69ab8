"""What could come next in a filter, as lines: the word, how many alerts have it, what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import cells_of, content, crop

SHOWN: Final = 8
"""Most candidates that are in sight at once."""

MARK: Final = "▌ "
LONGEST_WORD: Final = 40
GAP: Final = "  "


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that can be put in."""

    text: str
    help: str = ""
    count: int | None = None
    """How many alerts within the rest of the filter have it; None where that means nothing."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What the filter bar shows under itself while one types."""

    text: str = ""
    """What stands in the input."""
    position: int = 0
    """Where its cursor is."""
    start: int = 0
    """Where in the text the word goes, and up to where it replaces what is there."""
    end: int = 0
    items: tuple[Offer, ...] = ()
    problem: str = ""
    """Why what is typed does not parse."""
    is_counting: bool = False
    """True while values and counts are still being read."""

    def are_for(self, text: str, position: int) -> bool:
        """Whether there is something to put in just here."""
        return bool(self.items) and (self.text, self.position) == (text, position)


def first_in_sight(marked: int | None, first: int, rows: int) -> int:
    """The first candidate to show so that the marked one is in sight, moving as little as possible."""
    if marked is None:
        return 0
    return max(marked - rows + 1, min(first, marked))


def candidate_lines(offers: Offers, marked: int | None, first: int, width: int, rows: int) -> list[Content]:
    """At most `rows` candidates from `first` on, and under them what is wrong or how many there are."""
    items = offers.items[first : first + rows]
    column = min(max((cells_of(item.text) for item in items), default=0), LONGEST_WORD, max(8, width // 2))
    counts = max((len(f"{item.count:,}") for item in items if item.count is not None), default=0)
    lines = [
        _line(item, position == marked, column, counts, width) for position, item in enumerate(items, first)
    ]
    note = _note(offers, first, rows)
    return [*lines, crop(note, width)] if len(note) else lines


def line_count(offers: Offers, rows: int) -> int:
    """How many lines there will be."""
    return min(rows, len(offers.items)) + bool(len(_note(offers, 0, rows)))


def _note(offers: Offers, first: int, rows: int) -> Content:
    if offers.problem:
        return content(GAP) + content(offers.problem, ERROR)
    if offers.is_counting:
        return Content.styled("  counting…", DIM)
    if len(offers.items) > rows:
        last = min(first + rows, len(offers.items))
        return content(f"  {first + 1} to {last} of {len(offers.items):,}", DIM)
    return Content("")


def _line(item: Offer, is_marked: bool, column: int, counts: int, width: int) -> Content:
    mark = content(MARK, "bold $accent") if is_marked else content(GAP)
    word = crop(content(item.text, "bold" if is_marked else ""), column)
    line = mark + word + Content(" " * (column - word.cell_length))
    if counts:
        number = "" if item.count is None else f"{item.count:,}"
        style = DIM if item.count == 0 else ""
        line += content(GAP + number.rjust(counts), style)
    return crop(line + content(GAP) + content(item.help, DIM), width)


def beginning_with(texts: Sequence[str], typed: str) -> list[str]:
    """The texts that begin with what was typed, in any case, without that itself; in their order."""
    start = typed.casefold()
    return [text for text in texts if text.casefold().startswith(start) and text != typed]
