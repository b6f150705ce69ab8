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
    same = _pairs(ours, told)
    alone = [each for index, each in enumerate(ours) if index not in same.values()]
    lines: list[HistoryEntry] = []
    for index, line in enumerate(told):
        own = ours[same[index]] if index in same else None
        lines.append(own if own is not None and _names_somebody(own) else line)
    return sorted([*alone, *lines], key=lambda each: each.at_ms)


def _pairs(ours: Sequence[HistoryEntry], told: Sequence[HistoryEntry]) -> dict[int, int]:
    """Which line that was told is about the act of which line of ours: those nearest in time first."""
    alike = sorted(
        (abs(theirs.at_ms - own.at_ms), at, index)
        for index, own in enumerate(ours)
        for at, theirs in enumerate(told)
        if _is_same(own, theirs)
    )
    same: dict[int, int] = {}
    taken: set[int] = set()
    for _, at, index in alike:
        if at not in same and index not in taken:
            same[at] = index
            taken.add(index)
    return same


def _is_same(ours: HistoryEntry, told: HistoryEntry) -> bool:
    is_one_act = (ours.field, ours.before, ours.after) == (told.field, told.before, told.after)
    return is_one_act and -LATER_MS <= told.at_ms - ours.at_ms <= EARLIER_MS + LATER_MS


def _names_somebody(line: HistoryEntry) -> bool:
    return line.by.kind == "user" and bool(line.by.id)
