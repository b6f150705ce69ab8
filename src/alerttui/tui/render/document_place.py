"""A place in a document that survives another width, at which the same facts have other line numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerttui.tui.render.document import DocLine

MOST_LINES: Final = 2_000
"""Beyond these lines no place is looked for: lines are drawn when they are looked at."""


def block_at(lines: Sequence[DocLine], line: int) -> int | None:
    """Which block of neighbours with one value a line is in; None where it is too far down."""
    if not 0 <= line < min(len(lines), MOST_LINES):
        return None
    return sum(_begins(lines, each) for each in range(1, line + 1))


def line_of(lines: Sequence[DocLine], block: int) -> int:
    """The first line of a block; the last line where there are not so many."""
    for line in range(1, len(lines)):
        if block <= 0:
            return line - 1
        block -= _begins(lines, line)
    return max(0, len(lines) - 1)


def _begins(lines: Sequence[DocLine], line: int) -> bool:
    before, here = lines[line - 1], lines[line]
    return (before.value, before.fold) != (here.value, here.fold)
