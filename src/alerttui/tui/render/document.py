"""A document: lines of content, some of which fold; what every pane but the list shows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, overload

from textual.content import Content

from alerttui.tui.render.style_names import DIM, HEADING
from alerttui.tui.render.text import content, wrap

LABEL_CELLS: Final = 12
"""Width of the column of labels: "Assignee   ana"."""

FoldKey = tuple[str | int, ...]
"""Which fold a line opens and closes: the section's name, then the path within its JSON."""


@dataclass(frozen=True, slots=True)
class DocLine:
    """One line on screen."""

    content: Content
    fold: FoldKey | None = None
    """Not None on a line that opens and closes something."""
    value: str = ""
    """What the line stands for, as it came: for copying and searching."""
    field: str = ""
    """The field of the filter language whose value that is; empty for free text."""


def blank() -> DocLine:
    """An empty line."""
    return DocLine(Content(""))


def text_lines(text: str, width: int, style: str = "", *, indent: int = 0) -> list[DocLine]:
    """Text from outside, wrapped."""
    margin = Content(" " * indent)
    wrapped = wrap(content(text, style, multiline=True), max(1, width - indent))
    return [DocLine(margin + each if indent else each, value=text) for each in wrapped]


def labelled(label: str, value: Content, width: int, *, raw: str = "", field: str = "") -> list[DocLine]:
    """A fact: its label in the left column, its value wrapped beside it; `raw` is what it stands for."""
    column = content(label.ljust(LABEL_CELLS), DIM)
    rest = wrap(value, max(8, width - LABEL_CELLS))
    raw = raw or value.plain
    lines = [DocLine(column + rest[0] if rest else column, value=raw, field=field)]
    margin = Content(" " * LABEL_CELLS)
    return lines + [DocLine(margin + each, value=raw, field=field) for each in rest[1:]]


def fact(label: str, text: str, width: int, style: str = "", *, field: str = "") -> list[DocLine]:
    """A fact whose value is text from outside."""
    return labelled(label, content(text, style), width, raw=text, field=field)


def facts(label: str, texts: Iterable[str], width: int, style: str = "", *, field: str = "") -> list[DocLine]:
    """Several values of one fact, a line each, so that the cursor can be on one of them."""
    lines: list[DocLine] = []
    for text in texts:
        lines += fact("" if lines else label, text, width, style, field=field)
    return lines


def heading(title: str, note: str = "") -> DocLine:
    """The heading of a section."""
    head = content(title, HEADING)
    return DocLine(head + Content("  ") + content(note, DIM) if note else head)


def section(title: str, lines: Sequence[DocLine], note: str = "") -> list[DocLine]:
    """A blank line, a heading and its lines; nothing where there are no lines."""
    return [blank(), heading(title, note), *lines] if lines else []


def joined(parts: Iterable[Content | str], separator: str = " · ") -> Content:
    """Parts with a dim separator between them; empty parts are left out."""
    kept = [content(part) if isinstance(part, str) else part for part in parts if len(part)]
    return content(separator, DIM).join(kept)


class LazyLines(Sequence[DocLine]):
    """Lines that are drawn when they are asked for: a subclass says how many, and draws one."""

    def line(self, at: int) -> DocLine:
        """The line at a position from 0."""
        raise NotImplementedError

    @overload
    def __getitem__(self, at: int) -> DocLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[DocLine]: ...
    def __getitem__(self, at: int | slice) -> DocLine | list[DocLine]:
        if isinstance(at, slice):
            return [self.line(each) for each in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self.line(at)


class Chained(LazyLines):
    """Parts of a document one after the other; a part that draws its lines lazily keeps doing so."""

    def __init__(self, parts: Iterable[Sequence[DocLine]]) -> None:
        self._parts = [part for part in parts if len(part)]
        self._starts = [0, *accumulate(len(part) for part in self._parts)]

    @property
    def parts(self) -> Sequence[tuple[int, Sequence[DocLine]]]:
        """The parts, each with the position of its first line."""
        return list(zip(self._starts, self._parts, strict=False))

    def __len__(self) -> int:
        return self._starts[-1]

    def line(self, at: int) -> DocLine:
        """The line at a position from 0, from the part that has it."""
        part = bisect_right(self._starts, at) - 1
        return self._parts[part][at - self._starts[part]]
