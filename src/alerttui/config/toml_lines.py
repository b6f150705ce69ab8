"""On which line of a TOML text a key stands, so that a complaint can name it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_HEADER: Final = re.compile(r"^\s*\[{1,2}\s*(?P<name>[^\]]+?)\s*\]")
_KEY: Final = re.compile(r"^\s*(?P<name>(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.\-\s])+?)\s*=")
_PART: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^.\s\"']+)")
_AT_LINE: Final = re.compile(r"\(?at line (\d+)")


def line_of(text: str, keys: Sequence[str]) -> int:
    """The line, from 1, of the key with this path, or of the nearest enclosing key; 1 if there is none."""
    wanted = tuple(keys)
    table: tuple[str, ...] = ()
    best_line, best_depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := header_of(line):
            path = table = header
        elif key := key_of(line):
            path = table + key
        else:
            continue
        depth = len(path) if wanted[: len(path)] == path else 0
        if depth > best_depth:
            best_line, best_depth = number, depth
    return best_line


def header_of(line: str) -> tuple[str, ...]:
    """The path of the table that begins on this line; empty where none does."""
    found = _HEADER.match(line)
    return _parts(found["name"]) if found else ()


def key_of(line: str) -> tuple[str, ...]:
    """The path of the key that this line sets, within its table; empty where it sets none."""
    found = _KEY.match(line)
    return _parts(found["name"]) if found else ()


def error_line(message: str, text: str) -> int:
    """The line that tomllib's message names; the last one where it speaks of the end."""
    found = _AT_LINE.search(message)
    return int(found[1]) if found else max(len(text.splitlines()), 1)


def _parts(name: str) -> tuple[str, ...]:
    return tuple("".join(each) for each in _PART.findall(name))
