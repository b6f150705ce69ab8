"""One history of an alert out of two: what is known here, and what the system itself tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerttui.domain.change import HistoryEntry

EARLIER_MS: Final = 60_000
"""So much earlier than here the system may say that something was done."""

LATER_MS: Final = 3_600_000
"""So much later than it was done, or seen, the other one may tell of it: a console looks now and then."""


def together(ours: Sequence[HistoryEntry], told: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """All lines, oldest first; of an act that both tell only one line: ours if it names who did it.

    The system knows when, and by which key; we know who at this console, and why.
    """
    left = list(ours)
    lines: list[HistoryEntry] = []
    for line in told:
        alike = [each for each in left if _is_same(each, line)]
        if not alike:
            lines.append(line)
            continue
        same = min(alike, key=lambda each: abs(each.at_ms - line.at_ms))
        left.remove(same)
        lines.append(same if _names_somebody(same) else line)
    return sorted([*left, *lines], key=lambda each: each.at_ms)


def _is_same(ours: HistoryEntry, told: HistoryEntry) -> bool:
    is_one_act = (ours.field, ours.before, ours.after) == (told.field, told.before, told.after)
    return is_one_act and -LATER_MS <= told.at_ms - ours.at_ms <= EARLIER_MS + LATER_MS


def _names_somebody(line: HistoryEntry) -> bool:
    return line.by.kind == "user" and bool(line.by.id)
