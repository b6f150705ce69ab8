"""JSON of which a part is too deep or too long to be read: that part becomes text, and the rest is read."""

from __future__ import annotations

import json
import re
from typing import Final

from alerttui.domain.json_text import MAX_DEPTH, MAX_DIGITS, JsonNumber, JsonRefused, to_json

_TOKEN: Final = re.compile(
    rf'"(?:[^"\\]++|\\.)*+"|[\[{{]|[\]}}]|[^\s"\[\]{{}},:]{{{MAX_DIGITS},}}', re.DOTALL
)


def parse_cut(text: str, kept_levels: int) -> object:
    """The value of a JSON text, in which every value that `parse_json` would refuse is its own text.

    Only what stands below `kept_levels` of brackets is replaced: the frame that the reader knows stays.
    Numbers keep their digits. Raises `JsonRefused` for what is no JSON.
    """
    pieces: list[str] = []
    done = 0
    for start, end in _unreadable(text, kept_levels):
        pieces += (text[done:start], to_json(text[start:end]))
        done = end
    try:
        return json.loads("".join((*pieces, text[done:])), parse_float=JsonNumber, parse_constant=JsonNumber)
    except (ValueError, RecursionError) as error:
        raise JsonRefused(f"not JSON: {error}") from None


def _unreadable(text: str, kept_levels: int) -> list[tuple[int, int]]:
    """Where values begin and end that cannot be read, in order."""
    spans: list[tuple[int, int]] = []
    depth = deepest = start = 0
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark[0] == '"':
            continue
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth == kept_levels + 1:
                start, deepest = match.start(), depth
        elif mark in "]}":
            if depth == kept_levels + 1 and deepest > MAX_DEPTH:
                while spans and spans[-1][0] >= start:
                    spans.pop()
                spans.append((start, match.end()))
            depth -= 1
        else:
            spans.append(match.span())
    return spans
