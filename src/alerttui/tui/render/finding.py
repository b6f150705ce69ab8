"""Finding in a document: where a text stands, folded JSON included, and how it is set off on a line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from textual.content import Content

from alerttui.domain.showable import is_plain, shown
from alerttui.tui.render.document import Chained, DocLine
from alerttui.tui.render.event_lines import EventLines
from alerttui.tui.render.json_document import JsonDocument
from alerttui.tui.render.json_tree import JsonNode, JsonPath, is_branch, value_text, walk

FOUND: Final = "bold underline"
FOUND_HERE: Final = "bold underline reverse"
"""Set off without colour; the match on the cursor's line most, and by its line where that is reversed too."""

LINES_AT_ONCE: Final = 100
VALUES_AT_ONCE: Final = 2_000
"""So much is searched before the keys get their turn."""

MOST_SPOTS: Final = 20_000
"""More matches are not counted."""


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for: in any case, unless it has capitals."""

    text: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> Needle:
        """The needle that somebody typed."""
        return cls(text, re.compile(re.escape(text), re.IGNORECASE if text == text.lower() else 0))

    def is_in(self, text: str) -> bool:
        """Whether a text contains it."""
        return self.pattern.search(text) is not None

    def set_off(self, line: Content, is_cursor: bool) -> Content:
        """The line with every match set off."""
        for match in self.pattern.finditer(line.plain):
            line = line.stylize(FOUND_HERE if is_cursor else FOUND, *match.span())
        return line


class Spot(NamedTuple):
    """Where something was found: a line of a part of the document, or a value within its JSON."""

    part: int
    at: int = 0
    path: JsonPath | None = None


def spots_in(lines: Sequence[DocLine], needle: Needle) -> Iterator[Spot | None]:
    """Every place of a needle from top to bottom; a None now and then, to let the keys have their turn."""
    for index, (_, part) in enumerate(_parts(lines)):
        if isinstance(part, JsonDocument) and isinstance(part.root, JsonNode) and is_branch(part.root.value):
            yield from _spots_in_json(index, part.root, needle)
        elif isinstance(part, EventLines):
            yield from _spots_in_events(index, part, needle)
        else:
            yield from _spots_in_lines(index, part, needle)


def lines_of(lines: Sequence[DocLine], spots: Sequence[Spot]) -> list[int]:
    """The line of each spot; of one in folded JSON the line that hides it."""
    parts = _parts(lines)
    found: list[int] = []
    for spot in spots:
        start, part = parts[min(spot.part, len(parts) - 1)] if parts else (0, ())
        within = (
            part.line_of(spot.path) if spot.path is not None and isinstance(part, JsonDocument) else spot.at
        )
        found.append(start + within)
    return found


def fold_key(lines: Sequence[DocLine], spot: Spot) -> tuple[str | int, ...] | None:
    """What must be unfolded for a spot to come into view; None where nothing folds."""
    part = _parts(lines)[spot.part][1]
    return (part.section, *spot.path) if isinstance(part, JsonDocument) and spot.path is not None else None


def next_spot(spot_lines: Sequence[int], cursor: int, current: int, step: int) -> int:
    """Which spot comes next from the cursor, or before it; wraps around. There must be one."""
    count = len(spot_lines)
    if 0 <= current < count and spot_lines[current] == cursor:
        return (current + step) % count
    if step > 0:
        return bisect_left(spot_lines, cursor + 1) % count
    return (bisect_left(spot_lines, cursor) - 1) % count


def _parts(lines: Sequence[DocLine]) -> Sequence[tuple[int, Sequence[DocLine]]]:
    return lines.parts if isinstance(lines, Chained) else [(0, lines)]


def _spots_in_json(part: int, root: JsonNode, needle: Needle) -> Iterator[Spot | None]:
    for count, (path, name, value) in enumerate(walk(root), 1):
        if needle.is_in(_json_line(name, value)):
            yield Spot(part, path=path)
        if count % VALUES_AT_ONCE == 0:
            yield None


def _json_line(name: str | int, value: object) -> str:
    """What the line of a value tells, with the whole of a text."""
    key = f"{name}: " if isinstance(name, str) else ""
    if is_branch(value):
        return key
    if not isinstance(value, str):
        return key + value_text(value)
    line = f'{key}"{value}"'
    return line if is_plain(line) else f"{line}\n{shown(line)}"


def _spots_in_events(part: int, events: EventLines, needle: Needle) -> Iterator[Spot | None]:
    """In the whole body of each event, of which its line tells a little only."""
    for at, body in enumerate(events.bodies()):
        if needle.is_in(body):
            yield Spot(part, at)
        if at % LINES_AT_ONCE == 0:
            yield None


def _spots_in_lines(part: int, lines: Sequence[DocLine], needle: Needle) -> Iterator[Spot | None]:
    """In what the lines show and, where they show it broken or disarmed, in what they stand for."""
    at = 0
    while at < len(lines):
        first = lines[at]
        end = at + 1
        hits = [at] if needle.is_in(first.content.plain) else []
        while end < len(lines) and first.value and lines[end].value is first.value:
            if needle.is_in(lines[end].content.plain):
                hits.append(end)
            end += 1
        is_all_shown = end - at == 1 and bool(first.field)
        if not hits and not is_all_shown and needle.is_in(first.value):
            hits = [at]
        yield from (Spot(part, each) for each in hits)
        if end // LINES_AT_ONCE != at // LINES_AT_ONCE:
            yield None
        at = end
