"""One history out of what is known here and what the system tells."""

from __future__ import annotations

from alerttui.domain.alert import Actor
from alerttui.domain.change import HistoryEntry
from alerttui.triage.mirror.histories import LATER_MS, together

ANA = Actor("ana", "user", "Ana")
KEY = Actor("cai_1234", "api-token")
SOMEBODY = Actor("", "unknown")


def line(at_ms: int, after: str, by: Actor = ANA, before: str = "Open") -> HistoryEntry:
    """A line about a status."""
    return HistoryEntry(at_ms=at_ms, by=by, field="status", before=before, after=after)


def test_an_act_that_both_tell_is_one_line_by_whoever_did_it_here() -> None:
    ours, told = line(1_000, "Closed"), line(1_400, "Closed", KEY)
    assert together([ours], [told]) == [ours]


def test_what_was_only_seen_here_is_told_by_the_system_which_knows_when_and_by_which_key() -> None:
    seen, told = line(90_000, "Closed", SOMEBODY), line(1_000, "Closed", KEY)
    assert together([seen], [told]) == [told]


def test_lines_of_other_acts_stay_in_the_order_of_time() -> None:
    ours, told = line(5_000, "Closed"), [line(1_000, "Triaging", KEY), line(9_000, "Open", KEY, "Closed")]
    assert together([ours], told) == [told[0], ours, told[1]]


def test_the_same_act_done_twice_is_two_lines() -> None:
    first, again = line(1_000, "Closed"), line(50_000, "Closed")
    told = [line(1_100, "Closed", KEY), line(50_100, "Closed", KEY)]
    assert together([first, again], told) == [first, again]


def test_what_colleagues_did_afterwards_in_the_same_hour_stays() -> None:
    bob = Actor("bob")
    ours = line(0, "Closed")
    told = [
        line(100, "Closed", KEY),
        line(600_000, "Open", bob, before="Closed"),
        line(1_200_000, "Closed", bob),
    ]
    assert together([ours], told) == [ours, *told[1:]]


def test_the_same_values_on_another_day_are_another_act() -> None:
    ours, told = line(1_000, "Closed"), line(3 * LATER_MS, "Closed", KEY)
    assert together([ours], [told]) == [ours, told]


def test_what_was_done_before_in_the_same_hour_keeps_its_line() -> None:
    """What the mirror did not see itself: an earlier act with the same values."""
    ours = line(1_500_000, "Closed")
    told = [
        line(0, "Closed", KEY),
        line(600_000, "Open", KEY, before="Closed"),
        line(1_500_100, "Closed", KEY),
    ]
    assert together([ours], told) == [*told[:2], ours]
