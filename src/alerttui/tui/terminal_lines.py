"""What the terminal shows, line by line: what stands there already is not written again.

Textual paints the whole screen several times while a dialog comes up or goes. Over a slow line only
the lines that really look different matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import (  # no public name for what is painted
    ChopsUpdate,
    CompositorUpdate,
    LayoutUpdate,
)
from textual.strip import Strip

PLAIN: Final = Style.null()
"""The look of what has none."""

RESET: Final = "\x1b[m"


class TerminalLines:
    """Remembers the lines of the terminal, as far as they are known, and leaves out what they show."""

    def __init__(self) -> None:
        self._known: dict[int, Strip] = {}
        """The lines that are known from end to end, by their row."""
        self._width = 0

    def forget(self) -> None:
        """Something else may have written, cleared or resized: every line is unknown."""
        self._known.clear()

    def only_changes(self, update: RenderableType | None) -> RenderableType | None:
        """The same update without what the terminal shows; to be written at once or not at all."""
        if isinstance(update, LayoutUpdate | ChopsUpdate):
            return Changes(self, update)
        if update is not None:
            self.forget()
        return update

    def changes(self, update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
        """What is to be written: columns, rows and strips; from here on it counts as written."""
        if isinstance(update, LayoutUpdate):
            yield from self._changed_lines(update)
        else:
            yield from self._changed_parts(update)

    def _changed_lines(self, update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
        """The lines of a page that differ, each from end to end: no part of it can be in a wrong place."""
        self._fit(update.region.width)
        for row, strips in enumerate(update.strips, update.region.y):
            line = plain_strip(strips)
            if self._known.get(row) != line:
                self._note(row, line)
                yield update.region.x, row, line

    def _changed_parts(self, update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
        """The parts of lines that differ, and in each of those lines the parts behind."""
        written = -1
        for row, start, end in update.spans:
            ends = update.chop_ends[row]
            self._fit(ends[-1])
            for column, strip in parts_within(update.chops[row], ends, start, end):
                part = plain_strip([strip])
                if self._put(row, column, part) or written == row:
                    written = row
                    yield column, row, part

    def _put(self, row: int, column: int, part: Strip) -> bool:
        """Note a part of a line; False if it stands there already."""
        known, end = self._known.get(row), column + part.cell_length
        if known is None:
            if part.cell_length == self._width:
                self._note(row, part)
            return True
        left, there, right = known.crop(0, column), known.crop(column, end), known.crop(end)
        if plain_strip([there]) == part:
            return False
        is_whole = "".join([left.text, there.text, right.text]) == known.text
        # Over half of a wide character, what becomes of the other half is up to the terminal.
        self._note(row, plain_strip([left, part, right] if is_whole else []))
        return True

    def _note(self, row: int, line: Strip) -> None:
        if line.cell_length == self._width:
            self._known[row] = line
        else:
            self._known.pop(row, None)

    def _fit(self, width: int) -> None:
        if width != self._width:
            self.forget()
            self._width = width


class Changes(CompositorUpdate):
    """What of an update is to be written. It is found only while it is written, so that none is missed."""

    def __init__(self, lines: TerminalLines, update: LayoutUpdate | ChopsUpdate) -> None:
        self._lines = lines
        self._update = update

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """All of it, for what is no terminal."""
        return self._update.__rich_console__(console, options)

    def render_segments(self, console: Console) -> str:
        """The sequences that bring the terminal up to date."""
        colours = console._color_system or ColorSystem.TRUECOLOR  # as Textual does it
        return "".join(
            f"{Control.move_to(column, row).segment.text}{sequences(strip, colours)}"
            for column, row, strip in self._lines.changes(self._update)
        )


def parts_within(
    chops: Mapping[int, Strip | None], ends: Iterable[int], start: int, end: int
) -> Iterator[tuple[int, Strip]]:
    """The parts of a line that Textual writes for a span of columns."""
    for part_end, (column, strip) in zip(ends, chops.items(), strict=False):
        if strip is not None and column < end and part_end > start:
            yield column, strip if part_end <= end else strip.crop(0, end - column)


@lru_cache(maxsize=4096)
def look_of(style: Style) -> Style:
    """A style without what a terminal does not show."""
    return style.clear_meta_and_links()


@lru_cache(maxsize=4096)
def ground_of(look: Style) -> Style | None:
    """All that a space shows of a look; None where that is more than its ground."""
    has_lines = look.underline or look.underline2 or look.overline or look.strike
    has_frame = look.frame or look.encircle
    return None if has_lines or has_frame or look.reverse else Style(bgcolor=look.bgcolor)


def plain_strip(strips: Iterable[Strip | None]) -> Strip:
    """One strip of several, in few runs, and the same one for all that look the same.

    Of spaces only the ground shows, so they belong to the run beside them where that has the same.
    """
    runs: list[Segment] = []
    text, look, is_blank = "", PLAIN, True
    for more, style in _pieces(strips):
        ground = None if more.strip(" ") else ground_of(style)
        wanted = style if ground is None else ground
        if wanted == look or (ground is not None and ground == ground_of(look)):
            text, is_blank = text + more, is_blank and ground is not None
        elif is_blank and look == ground_of(wanted):
            text, look, is_blank = text + more, wanted, False
        else:
            runs.append(Segment(text, look))
            text, look, is_blank = more, wanted, ground is not None
    runs.append(Segment(text, look))
    return Strip([run for run in runs if run.text])


def _pieces(strips: Iterable[Strip | None]) -> Iterator[tuple[str, Style]]:
    """Every run with its look, spaces before its text apart."""
    for strip in strips:
        for text, style, _ in strip or ():
            look = PLAIN if style is None else look_of(style)
            rest = text.lstrip(" ")
            if len(rest) < len(text):
                yield text[: len(text) - len(rest)], look
            if rest:
                yield rest, look


def sequences(strip: Strip, colours: ColorSystem) -> str:
    """A strip as a terminal reads it; every look ends the one before, and nothing is left of the last."""
    runs: list[str] = []
    has_look = False
    for text, style, _ in strip:
        look = Strip.render_ansi(style or PLAIN, colours)
        before = "0;" if has_look and look else ""
        runs.append(f"\x1b[{before}{look}m{text}" if look or has_look else text)
        has_look = bool(look)
    return "".join(runs) + (RESET if has_look else "")
