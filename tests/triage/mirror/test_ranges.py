"""Ranges: what is not covered, and how far back it is covered without a hole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerttui.backends.mirror import Coverage
from alerttui.triage.mirror.ranges import covered_down_to, gaps, oldest_as_of


def covered(*ranges: tuple[int, int]) -> list[Coverage]:
    """Coverage of these ranges, as of 1, 2, 3 ..."""
    return [
        Coverage(of="alerts", from_ms=low, to_ms=high, as_of_ms=at)
        for at, (low, high) in enumerate(ranges, 1)
    ]


def test_gaps_come_newest_first() -> None:
    assert gaps(covered((10, 19), (30, 39)), 0, 50) == [(39, 50), (19, 30), (0, 10)]
    assert gaps([], 0, 50) == [(0, 50)]
    assert gaps(covered((0, 50)), 10, 40) == []
    assert gaps(covered((60, 70)), 0, 50) == [(0, 50)]


def test_coverage_reaches_down_to_the_first_hole() -> None:
    assert covered_down_to(covered((10, 20), (20, 39)), 39) == 10
    assert covered_down_to(covered((10, 19), (20, 39)), 39) == 20
    assert covered_down_to(covered((10, 18)), 39) is None
    assert covered_down_to([], 39) is None


def test_the_oldest_reading_of_a_range_tells_its_age() -> None:
    parts = covered((10, 20), (20, 39))
    assert oldest_as_of(parts, 0, 100) == 1
    assert oldest_as_of(parts, 20, 100) == 2
    assert oldest_as_of(parts, 39, 100) is None


@st.composite
def apart(draw: st.DrawFn) -> list[Coverage]:
    """Coverage that does not overlap, as a store keeps it."""
    bounds = sorted(draw(st.sets(st.integers(0, 60), max_size=12)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    return covered(*pairs)


@given(apart(), st.integers(0, 60), st.integers(0, 60))
def test_every_moment_is_covered_or_in_a_gap(parts: list[Coverage], low: int, high: int) -> None:
    found = gaps(parts, low, high)
    for moment in range(low, high):
        is_covered = any(each.from_ms <= moment < each.to_ms for each in parts)
        in_gap = sum(start <= moment < end for start, end in found)
        assert in_gap == (0 if is_covered else 1)
    assert found == sorted(found, reverse=True)
