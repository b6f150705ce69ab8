"""The skeleton of JSON in bytes: strings, brackets, and where a value ends."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple

STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
"""A regular expression of a string with its quotes."""

_NEXT_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|' + STRING + rb")*+[{}\[\]]", re.DOTALL)
_OPENERS = b"{["
_CLOSER_OF = {ord("{"): ord("}"), ord("["): ord("]")}


class Ending(Enum):
    """How the scan of a value ended."""

    CLOSED = "closed"
    SHORT = "short"
    """The bytes end first."""
    MISMATCH = "mismatch"
    """A bracket closes what it did not open."""


class Scan(NamedTuple):
    """Where a scan stopped; it goes on from there when there are more bytes."""

    ending: Ending
    end: int
    """Just behind the value where it is closed, else where to go on."""
    depth: int
    """How deep the brackets nested."""


def scan_value(data: bytes, start: int, open_brackets: bytearray, deepest: int = 0) -> Scan:
    """Find the end of the object or array that starts (or, with `open_brackets`, goes on) at `start`.

    `open_brackets` holds the closers that are awaited and is left so that a short scan can be continued.
    """
    match = _NEXT_BRACKET.match
    position = start
    while True:
        found = match(data, position)
        if found is None:
            return Scan(Ending.SHORT, position, deepest)
        position = found.end()
        bracket = data[position - 1]
        if bracket in _OPENERS:
            open_brackets.append(_CLOSER_OF[bracket])
            if len(open_brackets) > deepest:
                deepest = len(open_brackets)
        elif not open_brackets or open_brackets.pop() != bracket:
            return Scan(Ending.MISMATCH, position, deepest)
        elif not open_brackets:
            return Scan(Ending.CLOSED, position, deepest)


def nested_value(levels: int) -> bytes:
    """A regular expression of any value whose brackets nest at most so deep."""
    pattern = STRING + rb'|[^"{}\[\],\s]++'
    inside = rb'(?:[^"{}\[\]]++|' + STRING + rb")*+"
    brackets = b""
    for _ in range(levels):
        brackets = rb"\{" + inside + rb"\}|\[" + inside + rb"\]"
        inside = rb'(?:[^"{}\[\]]++|' + STRING + rb"|" + brackets + rb")*+"
    return rb"(?:" + pattern + rb"|" + brackets + rb")"
