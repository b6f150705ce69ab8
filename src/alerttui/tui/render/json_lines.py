"""JSON as foldable lines: keys in their order, numbers as written, strings revealed and wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, overload

from textual.content import Content

from alerttui.domain.showable import is_plain, shown
from alerttui.tui.render.json_tree import (
    JsonNode,
    JsonObject,
    JsonPath,
    RawText,
    is_branch,
    members,
    value_text,
)
from alerttui.tui.render.json_tree import default_folds as default_folds
from alerttui.tui.render.json_tree import json_tree as json_tree
from alerttui.tui.render.style_names import DIM, KEY, NUMBER, STRING, WARNING, WORD
from alerttui.tui.render.text import content, crop, shown_content, wrap

MAX_ROWS: Final = 20_000
"""A view shows no more rows; folding something brings the rest into reach."""

MAX_STRING_CHARACTERS: Final = 20_000
"""A longer string is cut in the view (copying gives all of it)."""

MAX_KEY_CHARACTERS: Final = 200
MAX_PREVIEW_KEYS: Final = 8
MAX_RAW_CHARACTERS: Final = 200_000
MAX_RAW_LINES: Final = 5_000

_INDENT_CELLS: Final = 2
_MARKER_CELLS: Final = 2
_HANGING_CELLS: Final = 2
_MOST_DIGITS_OF_64_BITS: Final = 20
_OPEN, _FOLDED, _LEAF = "▾ ", "▸ ", "  "
_BARE_KEY = re.compile(r'[^\s:"](?:[^:"]*[^\s:"])?')


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line of the view."""

    path: JsonPath
    """The positions that lead to the value; what one folds."""
    names: tuple[str | int, ...]
    """The keys and indexes that lead to the value, as they were written."""
    depth: int
    is_foldable: bool
    is_folded: bool
    is_continuation: bool
    """Whether the line carries on the long value of the line before."""
    value: object
    content: Content

    @property
    def text(self) -> str:
        """The raw value for copying or pivoting: not revealed, not cut."""
        return value_text(self.value)


class _Row(NamedTuple):
    """What is needed to draw a line once it scrolls into view; `content` is there if it had to be wrapped."""

    path: JsonPath
    names: tuple[str | int, ...]
    value: object
    is_folded: bool
    is_continuation: bool
    content: Content | None


class JsonLines(Sequence[JsonLine]):
    """The lines of a view; each is drawn when it is asked for."""

    def __init__(self, rows: Sequence[_Row], width: int) -> None:
        self._rows = rows
        self._width = width

    @cached_property
    def starts(self) -> Mapping[JsonPath, int]:
        """The first line of every value in view, by its path."""
        return {row.path: at for at, row in enumerate(self._rows) if not row.is_continuation}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> JsonLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[JsonLine]: ...
    def __getitem__(self, at: int | slice) -> JsonLine | list[JsonLine]:
        if isinstance(at, slice):
            return [self._line(row) for row in self._rows[at]]
        return self._line(self._rows[at])

    def _line(self, row: _Row) -> JsonLine:
        return JsonLine(
            path=row.path,
            names=row.names,
            depth=max(len(row.path) - 1, 0),
            is_foldable=is_branch(row.value) and bool(row.path) and not row.is_continuation,
            is_folded=row.is_folded,
            is_continuation=row.is_continuation,
            value=row.value,
            content=row.content or crop(_whole_line(row, self._width), self._width),
        )


def visible_lines(root: JsonNode | RawText, folded: Set[JsonPath], width: int) -> JsonLines:
    """The lines of a tree that are in view while `folded` branches are closed; the root is always open."""
    if isinstance(root, RawText):
        return JsonLines(_raw_rows(root, width), width)
    rows: list[_Row] = []
    for path, names, value in _walk(root.value, folded):
        if len(rows) >= MAX_ROWS:
            note = Content.styled(f"… more than {MAX_ROWS:,} lines; fold a branch to see further", WARNING)
            rows.append(_Row((), (), None, False, True, crop(note, width)))
            break
        row = _Row(path, names, value, path in folded and is_branch(value), False, None)
        if is_branch(value) or _surely_fits(row, width):
            rows.append(row)
        else:
            rows.extend(_wrapped(row, width))
    return JsonLines(rows, width)


def _walk(root: object, folded: Set[JsonPath]) -> Iterator[tuple[JsonPath, tuple[str | int, ...], object]]:
    """Every value in view with its path, from top to bottom, without recursion."""
    if not is_branch(root):
        yield (), (), root
        return
    stack: list[tuple[JsonPath, tuple[str | int, ...], Iterator[tuple[int, tuple[str | int, object]]]]]
    stack = [((), (), iter(enumerate(members(root))))]
    while stack:
        path, names, rest = stack[-1]
        for at, (name, value) in rest:
            inner_path, inner_names = (*path, at), (*names, name)
            yield inner_path, inner_names, value
            if is_branch(value) and inner_path not in folded:
                stack.append((inner_path, inner_names, iter(enumerate(members(value)))))
                break
        else:
            stack.pop()


def _indent(row: _Row, width: int) -> int:
    """The cells before the marker; deep levels share one, lest no room be left for the value."""
    return min(_INDENT_CELLS * max(len(row.path) - 1, 0), width // 3)


def _surely_fits(row: _Row, width: int) -> bool:
    """Whether the line needs no wrapping, told without drawing it."""
    name = str(row.names[-1]) if row.names else ""
    value = row.value
    if isinstance(value, str):
        is_plain_value, cells = is_plain(value), len(value)
    elif isinstance(value, int):
        is_plain_value, cells = value.bit_length() < 64, _MOST_DIGITS_OF_64_BITS
    else:
        is_plain_value, cells = True, len(value_text(value))
    room = width - _indent(row, width) - _MARKER_CELLS - len('"": ""')
    return is_plain_value and is_plain(name) and len(name) + cells <= room


def _wrapped(row: _Row, width: int) -> list[_Row]:
    """A value of several lines, each a row; the later ones hang behind the first."""
    indent = _indent(row, width)
    body = _key(row) + _scalar(row.value)
    lines = wrap(body, width - indent - _MARKER_CELLS - _HANGING_CELLS)
    before = " " * indent + _LEAF
    rows = []
    for at, line in enumerate(lines):
        prefix = before + " " * _HANGING_CELLS if at else before
        drawn = crop(Content(prefix) + line, width)
        rows.append(row._replace(content=drawn, is_continuation=at > 0))
    return rows


def _whole_line(row: _Row, width: int) -> Content:
    indent = " " * _indent(row, width)
    if is_branch(row.value):
        marker = _FOLDED if row.is_folded else _OPEN
        return Content.assemble((indent + marker, DIM), _key(row), _summary(row.value, row.is_folded, width))
    return Content.assemble(indent + _LEAF, _key(row), _scalar(row.value))


def _key(row: _Row) -> Content:
    """The key or index with its colon; in quotes where it could be mistaken for something else."""
    if not row.names:
        return Content("")
    name = row.names[-1]
    if isinstance(name, int):
        return Content.styled(f"{name}: ", DIM)
    key = shown(name[:MAX_KEY_CHARACTERS])
    if len(name) > MAX_KEY_CHARACTERS:
        key += _left_out(len(name) - MAX_KEY_CHARACTERS)
    if not _BARE_KEY.fullmatch(key):
        key = f'"{key}"'
    return shown_content(key, KEY) + Content.styled(": ", DIM)


def _summary(branch: object, is_folded: bool, width: int) -> Content:
    """How many members a branch has, and the first keys of a folded object."""
    if not isinstance(branch, JsonObject):
        return Content.styled(f"[{len(members(branch))}]", DIM)
    count = f"{{{len(branch)}}}"
    if is_folded:
        keys = [shown(key[:width]) for key, _ in branch[:MAX_PREVIEW_KEYS]]
        count += " " + ", ".join(keys) + (", …" if len(branch) > MAX_PREVIEW_KEYS else "")
    return shown_content(count, DIM)


def _scalar(value: object) -> Content:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, JsonObject | list):
        return Content.styled("{}" if isinstance(value, JsonObject) else "[]", DIM)
    is_word = value is None or isinstance(value, bool)
    return content(value_text(value), WORD if is_word else NUMBER)


def _string(value: str) -> Content:
    """A string in quotes; each newline in it is marked and also breaks the line."""
    text = shown(value[:MAX_STRING_CHARACTERS]).replace("␤", "␤\n")
    drawn = shown_content(f'"{text}"', STRING)
    if len(value) > MAX_STRING_CHARACTERS:
        drawn += Content.styled(_left_out(len(value) - MAX_STRING_CHARACTERS), DIM)
    return drawn


def _left_out(characters: int) -> str:
    return f"…({characters:,} more)"


def _raw_rows(raw: RawText, width: int) -> list[_Row]:
    head = crop(content(f"Shown as text: {raw.reason}", WARNING), width)
    body = wrap(
        content(raw.text[:MAX_RAW_CHARACTERS], multiline=True),
        width,
        max_lines=MAX_RAW_LINES,
        beyond=max(0, len(raw.text) - MAX_RAW_CHARACTERS),
    )
    return [_Row((), (), raw.text, False, at > 0, line) for at, line in enumerate([head, *body])]
