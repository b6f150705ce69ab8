"""Ranges of creation times: what of a range is not covered, and how far back it is covered without a hole.

As in `Coverage`, the end of a range is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from alerttui.backends.mirror import Coverage


def gaps(covered: Sequence[Coverage], from_ms: int, to_ms: int) -> list[tuple[int, int]]:
    """The parts of a range that nothing covers, newest first."""
    found: list[tuple[int, int]] = []
    upper = to_ms
    for each in _newest_first(covered):
        if each.to_ms <= from_ms or each.from_ms >= upper:
            continue
        if each.to_ms < upper:
            found.append((each.to_ms, upper))
        upper = each.from_ms
    if upper > from_ms:
        found.append((from_ms, upper))
    return found


def covered_down_to(covered: Sequence[Coverage], to_ms: int) -> int | None:
    """From which time on everything up to `to_ms` is covered; None where its end is not."""
    upper = to_ms
    for each in _newest_first(covered):
        if each.from_ms >= upper:
            continue
        if each.to_ms < upper:
            break
        upper = each.from_ms
    return upper if upper < to_ms else None


def oldest_as_of(covered: Sequence[Coverage], from_ms: int, to_ms: int) -> int | None:
    """As of when the copy is of that part of a range that was read longest ago; None where nothing is."""
    moments = [each.as_of_ms for each in covered if each.to_ms > from_ms and each.from_ms < to_ms]
    return min(moments, default=None)


def _newest_first(covered: Sequence[Coverage]) -> list[Coverage]:
    return sorted(covered, key=lambda each: each.to_ms, reverse=True)
