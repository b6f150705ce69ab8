"""Foreign text as `Content`: shown, never parsed as markup, cropped and wrapped to exact cell widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from textual.content import Content, Span
from textual.strip import Strip
from textual.style import Style

from alerttui.domain.showable import codepoint, marks, shown
from alerttui.tui.render.style_names import DIM, REVEALED

ELLIPSIS: Final = "…"

MIN_WRAP_CELLS: Final = 2
"""Narrower columns cannot hold a wide character, so `wrap` never goes below."""

_CHARACTERS_PER_CELL: Final = 12
"""A shown text never packs more characters into one cell (a letter with eight marks, a family emoji)."""

# Textual counts the letter behind a zero-width joiner as part of the letter before, as it should for emoji.
# In Arabic and Indic text terminals do not, and every cell to the right would be one off.
_JOINER_BETWEEN_LETTERS: Final = re.compile("(?<=[\u0620-\u1fff\ufb50-\ufefc])\u200d")


def content(text: str, style: str | Style = "", *, multiline: bool = False) -> Content:
    """Text from outside as content: revealed, in one style, its reveal marks painted as warnings."""
    return shown_content(shown(text, multiline=multiline), style)


def shown_content(text: str, style: str | Style = "") -> Content:
    """Like `content`, for a text that went through `shown` already."""
    if not text.isascii() and "\u200d" in text:
        text = _JOINER_BETWEEN_LETTERS.sub(codepoint("\u200d"), text)
    spans = [Span(0, len(text), style)] if style and text else []
    spans.extend(Span(start, end, REVEALED) for start, end in marks(text))
    return Content(text, spans, strip_control_codes=False)


def cells_of(text: str) -> int:
    """How many cells Textual gives a text; unlike `Content.cell_length` this never caches a long one."""
    return len(text) if text.isascii() else cell_len(text)


def crop(line: Content, cells: int) -> Content:
    """One line in at most so many cells; what is cut off leaves an ellipsis, and no character is split."""
    plain = line.plain
    if cells <= 0:
        return Content("")
    if len(plain) <= cells * _CHARACTERS_PER_CELL and cells_of(plain) <= cells:
        return line
    end = _fitting(plain[: cells * _CHARACTERS_PER_CELL], cells - 1)
    spans = [Span(span.start, min(span.end, end), span.style) for span in line.spans if span.start < end]
    return Content(plain[:end] + ELLIPSIS, spans, strip_control_codes=False)


def _fitting(text: str, cells: int) -> int:
    """How many leading characters fit into so many cells."""
    if text.isascii():
        return min(len(text), cells)
    used = 0
    for start, _, size in split_graphemes(text)[0]:
        used += size
        if used > cells:
            return start
    return len(text)


def wrap(
    text: Content, width: int, *, max_lines: int | None = None, hanging: int = 0, beyond: int = 0
) -> list[Content]:
    """The text in lines of at most `width` cells, broken at spaces where possible; linear in its length.

    `hanging` indents continuation lines. What `max_lines` cuts off and the `beyond` characters that
    the caller left out already are counted in a dim line at the end.
    """
    width = max(width, MIN_WRAP_CELLS)
    hanging = min(hanging, width - MIN_WRAP_CELLS)
    plain = text.plain
    read = plain if max_lines is None else plain[: max_lines * width * _CHARACTERS_PER_CELL]
    beyond += len(plain) - len(read)
    ranges: list[tuple[int, int]] = []
    for start, end in line_ranges(read, width, width - hanging):
        if max_lines is not None and len(ranges) >= max_lines:
            beyond += len(read) - start
            break
        ranges.append((start, end))
    lines = _slices(text, ranges, hanging)
    if beyond:
        note = f"{ELLIPSIS} {beyond:,} more characters"
        lines.append(crop(Content.styled(note, DIM), width))
    return lines


def line_ranges(plain: str, first_width: int, other_width: int) -> Iterator[tuple[int, int]]:
    """Where each wrapped line starts and ends; every newline begins a first line again."""
    position = 0
    while True:
        newline = plain.find("\n", position)
        end = len(plain) if newline < 0 else newline
        if plain.isascii() or plain[position:end].isascii():
            yield from _narrow_ranges(plain, position, end, first_width, other_width)
        else:
            yield from _wide_ranges(plain, position, end, first_width, other_width)
        if newline < 0:
            return
        position = newline + 1


def _narrow_ranges(plain: str, start: int, end: int, first: int, other: int) -> Iterator[tuple[int, int]]:
    """Lines of a text in which every character is one cell."""
    width = first
    while end - start > width:
        space = plain.rfind(" ", start + 1, start + width + 1)
        if space < 0 or not plain[start:space].strip(" "):
            yield start, start + width
            start += width
        else:
            yield start, space
            start = space + 1
        width = other
    yield start, end


def _wide_ranges(plain: str, start: int, end: int, first: int, other: int) -> Iterator[tuple[int, int]]:
    """Lines of a text with characters of no, one and two cells."""
    offset, width = start, first
    graphemes = split_graphemes(plain[start:end])[0]
    index = used = 0
    after_space = -1  # the grapheme behind the last space of this line
    while index < len(graphemes):
        at, behind, size = graphemes[index]
        is_space = plain[offset + at : offset + behind] == " "
        if used + size > width:
            if is_space or after_space < 0:
                yield start, offset + at
                index += is_space
            else:
                index = after_space
                yield start, offset + graphemes[index][0] - 1
            start = offset + graphemes[index][0] if index < len(graphemes) else end
            used, after_space, width = 0, -1, other
            continue
        used += size
        index += 1
        if is_space and used > size:
            after_space = index
    yield start, end


def _slices(text: Content, ranges: list[tuple[int, int]], hanging: int) -> list[Content]:
    """The parts of a content, each with its share of the spans, in one sweep."""
    plain = text.plain
    spans = sorted(text.spans, key=lambda span: span.start)
    lines: list[Content] = []
    open_spans: list[Span] = []
    upcoming = 0
    for start, end in ranges:
        while upcoming < len(spans) and spans[upcoming].start < end:
            open_spans.append(spans[upcoming])
            upcoming += 1
        indent = hanging if start > 0 and plain[start - 1] != "\n" else 0
        shift = indent - start
        parts = [
            Span(max(span.start, start) + shift, min(span.end, end) + shift, span.style)
            for span in open_spans
            if span.end > start and span.start < end
        ]
        lines.append(Content(" " * indent + plain[start:end], parts, strip_control_codes=False))
        open_spans = [span for span in open_spans if span.end > end]
    return lines


def to_strip(line: Content, width: int, base_style: Style, resolve: Callable[[str], Style]) -> Strip:
    """One line as a strip of exactly `width` cells; `resolve` turns a style word into a style.

    In a widget, `resolve` is `self.app.stylesheet.parse_style`, which caches by word and theme.
    """
    plain = line.plain
    used = cells_of(plain) if len(plain) <= width * _CHARACTERS_PER_CELL else width + 1
    if used > width:
        line = crop(line, width)
        used = cells_of(line.plain)
    segments = [Segment(text, style.rich_style) for text, style in _styled(line, base_style, resolve)]
    if used < width:
        segments.append(Segment(" " * (width - used), base_style.rich_style))
    return Strip(segments, width).simplify()


def _styled(line: Content, base_style: Style, resolve: Callable[[str], Style]) -> Iterator[tuple[str, Style]]:
    """The runs of a line with their combined styles; later spans lie over earlier ones."""
    plain = line.plain
    if not line.spans:
        if plain:
            yield plain, base_style
        return
    edges = sorted({0, len(plain), *(edge for span in line.spans for edge in span[:2] if edge < len(plain))})
    resolved = [
        (span.start, span.end, span.style if isinstance(span.style, Style) else resolve(span.style))
        for span in line.spans
    ]
    for start, end in pairwise(edges):
        style = base_style
        for span_start, span_end, span_style in resolved:
            if span_start <= start and span_end >= end:
                style = style + span_style
        yield plain[start:end], style
