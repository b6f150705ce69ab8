"""What is covered, which alerts the server counts to what, how old copies are, and what leaves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.mirror import Coverage, OpenCopies, Part, PartState
from alerttui.backends.sqlite.mirror.ranges import MOST_RANGES, cut, noted
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.alert import Person
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import Invalid, NotFound
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.pending import EditKey
from alerttui.domain.vocabulary import AlertId, Phase
from tests.backends.mirror.telling import (
    START_MS,
    change,
    comment,
    ends,
    events,
    found,
    row_of_a_list,
    status,
    tell,
    told,
)

A_1 = AlertId("a-1")


def covered(from_ms: int, to_ms: int, as_of_ms: int, of: str = "alerts") -> Coverage:
    """A range that was read whole."""
    return Coverage(of=of, from_ms=from_ms, to_ms=to_ms, as_of_ms=as_of_ms)


NOTES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 15), st.integers(1, 4)).map(
        lambda found: covered(found[0], found[0] + found[1], found[2])
    ),
    max_size=25,
)


@settings(deadline=None, derandomize=True)
@given(NOTES)
def test_every_moment_has_the_latest_note_of_it(notes: list[Coverage]) -> None:
    ranges: list[Coverage] = []
    for note in notes:
        ranges = noted(ranges, note)
    by_moment: dict[int, int] = {}
    for note in notes:
        by_moment.update(dict.fromkeys(range(note.from_ms, note.to_ms), note.as_of_ms))
    told_of: dict[int, int] = {}
    for each in ranges:
        for moment in range(each.from_ms, each.to_ms):
            assert moment not in told_of, "ranges overlap"
            told_of[moment] = each.as_of_ms
    assert told_of == by_moment
    assert ranges == sorted(ranges, key=lambda each: each.from_ms, reverse=True)
    for later, earlier in pairwise(ranges):
        assert (earlier.to_ms, earlier.as_of_ms) != (later.from_ms, later.as_of_ms), "these grow together"


@settings(deadline=None, derandomize=True)
@given(NOTES, st.integers(0, 60))
def test_what_was_cut_off_is_not_covered(notes: list[Coverage], before_ms: int) -> None:
    ranges: list[Coverage] = []
    for note in notes:
        ranges = noted(ranges, note)
    whole = {(moment, each.as_of_ms) for each in ranges for moment in range(each.from_ms, each.to_ms)}
    left = {
        (moment, each.as_of_ms)
        for each in cut(ranges, before_ms)
        for moment in range(each.from_ms, each.to_ms)
    }
    assert left == {each for each in whole if each[0] >= before_ms}


def test_many_small_ranges_become_few_and_never_promise_more() -> None:
    ranges: list[Coverage] = []
    for number in range(500):
        ranges = noted(ranges, covered(number * 10, number * 10 + 30, number))
    assert len(ranges) <= MOST_RANGES
    assert (ranges[0].to_ms, ranges[-1].from_ms) == (5_020, 0)
    for each in ranges:
        assert each.as_of_ms <= each.from_ms // 10


def test_coverage_is_kept_apart_by_what_it_is_of(mirror: SqliteMirrorStore) -> None:
    mirror.cover(covered(0, 100, 5))
    mirror.cover(covered(100, 200, 5))
    mirror.cover(covered(0, 50, 7, of="open"))
    assert mirror.coverage("alerts") == [covered(0, 200, 5)]
    assert mirror.coverage("open") == [covered(0, 50, 7, of="open")]
    assert mirror.coverage("log-type=X") == []


def test_members_are_found_and_stay_through_full_readings(mirror: SqliteMirrorStore) -> None:
    for number in (1, 2, 3):
        tell(mirror, f"a-{number}", log_types=("Own.Type",) if number == 3 else ())
    members = [A_1, AlertId("a-2"), AlertId("a-3"), AlertId("nope")]
    mirror.set_members("log-type", "AWS.ALB", members, START_MS, START_MS + 60_000, 2_000)
    assert found(mirror, "log-type:AWS.ALB") == 3
    (note,) = mirror.coverage("log-type=AWS.ALB")
    assert (note.from_ms, note.to_ms, note.as_of_ms) == (START_MS, START_MS + 60_000, 2_000)
    tell(mirror, requested_ms=3_000, in_full=True, log_types=("Other",))
    tell(mirror, requested_ms=4_000, in_full=True)
    assert (found(mirror, "log-type:AWS.ALB"), found(mirror, "log-type:Other")) == (3, 0)
    mirror.set_members("log-type", "Own.Type", [A_1, members[2]], START_MS, START_MS + 60_000, 5_000)
    mirror.set_members("log-type", "Own.Type", [], START_MS, START_MS + 60_000, 6_000)
    assert found(mirror, "log-type:Own.Type") == 1, "one carries it itself"
    mirror.set_members("log-type", "AWS.ALB", members[:1], START_MS, START_MS + 2_500, 7_000)
    assert found(mirror, "log-type:AWS.ALB") == 2, "a-3 is outside of the range"
    with pytest.raises(Invalid):
        mirror.set_members("tag", "x", [], 0, 1, 1)


def test_created_alerts_are_counted_by_range(mirror: SqliteMirrorStore) -> None:
    for number in (1, 2, 3):
        tell(mirror, f"a-{number}")
    assert mirror.count_created(START_MS + 1_000, START_MS + 3_000) == 2
    assert mirror.count_created(0, 2**62) == 3


def test_copies_are_as_old_as_the_server_s_own_phase_says(mirror: SqliteMirrorStore) -> None:
    assert mirror.open_copies() == OpenCopies(alerts=0)
    tell(mirror, "a-1", 3_000)
    tell(mirror, "a-2", 1_000, status="TRIAGED")
    tell(mirror, "a-3", 500, status="RESOLVED")
    mirror.enqueue(change("c-1", status("RESOLVED"), "a-1"))
    mirror.enqueue(change("c-2", status("OPEN"), "a-3"))
    assert mirror.open_copies() == OpenCopies(
        alerts=2, oldest_created_ms=START_MS + 1_000, oldest_as_of_ms=1_000
    )
    both = (Phase.OPEN, Phase.ACTIVE)
    assert mirror.unconfirmed(4_000, both, 0, 10) == [
        (AlertId("a-2"), START_MS + 2_000),
        (A_1, START_MS + 1_000),
    ]
    assert [each[0] for each in mirror.unconfirmed(4_000, both, 0, 1)] == ["a-2"]
    assert [each[0] for each in mirror.unconfirmed(3_000, both, 0, 10)] == ["a-2"]
    assert [each[0] for each in mirror.unconfirmed(9_000, both, START_MS + 1_500, 10)] == ["a-2"]
    assert [each[0] for each in mirror.unconfirmed(9_000, [Phase.CLOSED], 0, 10)] == ["a-3"]
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    assert mirror.open_copies().alerts == 1


def test_alerts_leave_with_everything_but_their_journal(mirror: SqliteMirrorStore) -> None:
    for number in range(1, 6):
        tell(mirror, f"a-{number}", in_full=True, tags=("gone",), context='{"said":"farewell"}')
    mirror.observe_events(A_1, events("one"), PartState(as_of_ms=1), is_first=True)
    mirror.observe_comments(A_1, [comment("1")], PartState(as_of_ms=1), is_first=True)
    mirror.set_members("log-type", "X", [A_1], 0, START_MS + 9_000, 1)
    mirror.enqueue(change("c-1", AlertPatch(tags=Set(("done",)))))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    mirror.enqueue(change("c-2", status("TRIAGED"), "a-2"))
    mirror.cover(covered(START_MS, START_MS + 9_000, 1))
    assert mirror.purge(START_MS + 5_000, limit=2) == 2
    assert mirror.purge(START_MS + 5_000) == 1
    assert mirror.purge(START_MS + 5_000) == 0
    assert mirror.count_created(0, 2**42) == 2, "a-2 waits to be sent, a-5 is in the window"
    assert [found(mirror, text) for text in ("farewell", "tag:done", "log-type:X")] == [2, 0, 0]
    assert mirror.coverage("alerts") == [covered(START_MS + 5_000, START_MS + 9_000, 1)]
    assert [entry.change.id for entry in mirror.journal()] == ["c-2", "c-1"]
    with pytest.raises(NotFound):
        mirror.alert(A_1)
    tell(mirror, "a-1", 50_000)
    assert (mirror.history(A_1), mirror.comments(A_1).results, mirror.events(A_1).results) == ([], [], [])
    assert mirror.part(A_1, Part.EVENTS) is None
    health = mirror.health(whole=True)
    assert (health.damage, health.unsearchable) == ((), 0)


def test_what_the_server_no_longer_has_leaves_unless_it_is_pending(mirror: SqliteMirrorStore) -> None:
    for number in range(1, 5):
        tell(mirror, f"a-{number}", 1_000)
    mirror.enqueue(change("c-1", status("TRIAGED"), "a-1"))
    mirror.enqueue(change("c-2", status("TRIAGED"), "a-2"))
    ends(mirror, "c-2", OutcomeState.CONFIRMED, at_ms=5_000)
    ids = [AlertId(f"a-{number}") for number in (1, 2, 3, 9)]
    assert mirror.observe_missing(ids, 4_000) == 1
    assert sorted(mirror.server_copies([*ids, AlertId("a-4")])) == ["a-1", "a-2", "a-4"]
    ends(mirror, "c-1", OutcomeState.MISSING, at_ms=6_000)
    assert mirror.observe_missing(ids, 7_000) == 2


def test_people_and_tags_are_learned(mirror: SqliteMirrorStore) -> None:
    assert mirror.learned_ms("people") is None
    mirror.add_people([Person("u-1", "ana@acme.example", "Ana"), Person("u-2", enabled=False)], 3_000)
    mirror.add_catalogue(["alpha", "beta", "Used"], 4_000)
    mirror.observe([told(row_of_a_list(tags=("used", "zulu")))])
    assert (mirror.learned_ms("people"), mirror.learned_ms("tags")) == (3_000, 4_000)
    assert [person.id for person in mirror.people()] == ["u-1"]
    assert [tuple(facet) for facet in mirror.tags()] == [
        ("used", 1), ("zulu", 1), ("alpha", 0), ("beta", 0),
    ]  # fmt: skip
    assert [facet.value for facet in mirror.tags("l", limit=2)] == ["zulu", "alpha"]
    mirror.enqueue(change("c-1", AlertPatch(assignee=Set("u-1"))))
    alert = mirror.alert(A_1)
    assert alert.assignee is not None and alert.assignee.name == "Ana"
    assert mirror.begin_sending([EditKey("c-1", 0)]) == [EditKey("c-1", 0)]
