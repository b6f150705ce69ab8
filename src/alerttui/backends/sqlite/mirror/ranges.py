"""Pure: which ranges of creation times were read whole, and as of when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Final

from alerttui.backends.mirror import Coverage

MOST_RANGES: Final = 64
"""Ranges that are told apart; beyond, those that touch and are nearest in time are taken for one."""


def noted(ranges: Iterable[Coverage], new: Coverage) -> list[Coverage]:
    """The ranges after a new note, newest creation first: the new note holds for its range.

    Of ranges that grow together the older `as_of_ms` holds: never is more promised than was read.
    """
    if new.from_ms >= new.to_ms:
        return sorted(ranges, key=_from, reverse=True)
    left = [part for each in ranges for part in _without(each, new.from_ms, new.to_ms)]
    return _few(_grown_together(sorted([*left, new], key=_from)))[::-1]


def cut(ranges: Iterable[Coverage], before_ms: int) -> list[Coverage]:
    """The ranges without what was created before a time, newest first."""
    kept = [replace(each, from_ms=max(each.from_ms, before_ms)) for each in ranges if each.to_ms > before_ms]
    return sorted(kept, key=_from, reverse=True)


def _from(coverage: Coverage) -> int:
    return coverage.from_ms


def _without(each: Coverage, from_ms: int, to_ms: int) -> list[Coverage]:
    """What is left of a range beside another."""
    if each.to_ms <= from_ms or each.from_ms >= to_ms:
        return [each]
    parts = []
    if each.from_ms < from_ms:
        parts.append(replace(each, to_ms=from_ms))
    if each.to_ms > to_ms:
        parts.append(replace(each, from_ms=to_ms))
    return parts


def _grown_together(ranges: list[Coverage]) -> list[Coverage]:
    """Ranges in order of creation, those that touch and are of one time as one."""
    found: list[Coverage] = []
    for each in ranges:
        if found and found[-1].to_ms == each.from_ms and found[-1].as_of_ms == each.as_of_ms:
            found[-1] = replace(found[-1], to_ms=each.to_ms)
        else:
            found.append(each)
    return found


def _few(ranges: list[Coverage]) -> list[Coverage]:
    """At most so many ranges as long as any touch."""
    while len(ranges) > MOST_RANGES:
        touching = [
            (abs(one.as_of_ms - other.as_of_ms), index)
            for index, (one, other) in enumerate(pairwise(ranges))
            if one.to_ms == other.from_ms
        ]
        if not touching:
            return ranges
        _, index = min(touching)
        one, other = ranges[index : index + 2]
        as_of_ms = min(one.as_of_ms, other.as_of_ms)
        ranges[index : index + 2] = [replace(one, to_ms=other.to_ms, as_of_ms=as_of_ms)]
    return ranges
