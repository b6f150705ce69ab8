"""How sent edits end: confirmed, refused, or held for the analyst."""

from __future__ import annotations

import pytest

from alerttui.backends.mirror import Settlement
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import Invalid
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.pending import Decision, EditKey, PendingCounts, Stage
from alerttui.domain.vocabulary import AlertId, Quality
from tests.backends.mirror.telling import (
    ANA,
    BOB,
    change,
    ends,
    outcome,
    server,
    shown,
    states,
    status,
    tell,
    version,
)

A_1 = AlertId("a-1")
KEY = EditKey("c-1", 0)


@pytest.fixture(autouse=True)
def _alerts(mirror: SqliteMirrorStore) -> None:
    tell(mirror, "a-1")
    tell(mirror, "a-2")


def test_sending_is_begun_once(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), "a-1", "a-2"))
    both = [KEY, EditKey("c-1", 1)]
    assert mirror.begin_sending(both[:1]) == both[:1]
    assert mirror.begin_sending([*both, EditKey("nope", 0)]) == both[1:]
    assert [(each.stage, each.tries) for each in mirror.pending()] == [(Stage.SENDING, 1)] * 2
    assert mirror.pending_counts().queued == 2
    assert states(mirror, "c-1") == [OutcomeState.QUEUED] * 2


def test_what_did_not_leave_waits_again(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.begin_sending([KEY])
    mirror.requeue([KEY], "the server asks to wait")
    assert [(each.state, each.reason) for each in mirror.outcomes("c-1")] == [
        (OutcomeState.QUEUED, "the server asks to wait")
    ]
    assert mirror.outcomes("nope") == []
    (waits,) = mirror.pending()
    assert (waits.stage, waits.reason, waits.tries) == (Stage.QUEUED, "the server asks to wait", 1)
    assert mirror.begin_sending([KEY]) == [KEY]
    assert mirror.pending()[0].reason == ""


def test_a_confirmed_edit_is_the_server_s_value_with_its_history(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", AlertPatch(status=Set("TRIAGED"), quality=Set(Quality.NOISE))))
    before = version(mirror)
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    assert (server(mirror).status, server(mirror).quality) == (Set("TRIAGED"), Set(Quality.NOISE))
    assert shown(mirror) == server(mirror)
    assert version(mirror) == before, "what is shown was shown already"
    lines = [(line.at_ms, line.by, line.field, line.before, line.after) for line in mirror.history(A_1)]
    assert lines == [(5_000, ANA, "status", "OPEN", "TRIAGED"), (5_000, ANA, "quality", "", "NOISE")]
    assert {(line.why, line.through) for line in mirror.history(A_1)} == {("label of c-1", "panther")}
    assert mirror.server_copies([A_1])[A_1].as_of_ms == 20_000
    (made,) = mirror.journal()[0].outcomes
    assert (made.state, made.before.status, made.after.status) == (
        OutcomeState.CONFIRMED,
        Set("OPEN"),
        Set("TRIAGED"),
    )
    assert (mirror.pending(), mirror.pending_counts()) == ([], PendingCounts())


def test_what_is_settled_stays_settled(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    ends(mirror, "c-1", OutcomeState.REFUSED)
    mirror.requeue([KEY], "again")
    assert mirror.drop([KEY]) == 0
    assert mirror.decide([KEY], Decision.SEND) == 0
    assert states(mirror, "c-1") == [OutcomeState.CONFIRMED]
    assert shown(mirror).status == Set("TRIAGED")


def test_values_that_the_server_was_seen_to_have_count_before_ours(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("RESOLVED")))
    seen = AlertPatch(status=Set("TRIAGED"), quality=Set(Quality.USEFUL))
    ends(mirror, "c-1", OutcomeState.CONFIRMED, server=seen)
    assert (server(mirror).status, server(mirror).quality) == (Set("RESOLVED"), Set(Quality.USEFUL))
    assert mirror.journal()[0].outcomes[0].before == status("TRIAGED")
    lines = [(line.by.id, line.field, line.before, line.after) for line in mirror.history(A_1)]
    assert ("ana", "status", "TRIAGED", "RESOLVED") in lines
    assert ("unknown", "quality", "", "USEFUL") in lines


def test_values_that_were_verified_after_the_write_are_ours(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("RESOLVED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED, server=status("RESOLVED"))
    assert mirror.journal()[0].outcomes[0].before == status("OPEN")
    lines = [(line.by.id, line.before, line.after) for line in mirror.history(A_1)]
    assert lines == [("ana", "OPEN", "RESOLVED")]


def test_what_the_server_had_already_leaves_no_history(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    ends(mirror, "c-1", OutcomeState.UNCHANGED)
    assert server(mirror).status == Set("TRIAGED")
    assert mirror.history(A_1) == []
    assert states(mirror, "c-1") == [OutcomeState.UNCHANGED]


@pytest.mark.parametrize("state", [OutcomeState.REFUSED, OutcomeState.MISSING])
def test_a_refused_edit_shows_the_server_s_value_again(
    mirror: SqliteMirrorStore, state: OutcomeState
) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    ends(mirror, "c-1", state, reason="no right to")
    assert shown(mirror) == server(mirror)
    assert shown(mirror).status == Set("OPEN")
    (made,) = mirror.journal()[0].outcomes
    assert (made.state, made.reason, made.comment_added) == (state, "no right to", False)
    assert mirror.comments(A_1).results == []
    assert mirror.pending_counts() == PendingCounts()
    assert mirror.undoable(ANA) is None


@pytest.mark.parametrize("state", [OutcomeState.CONFLICT, OutcomeState.UNDECIDED])
def test_what_cannot_be_decided_is_held_with_its_comment(
    mirror: SqliteMirrorStore, state: OutcomeState
) -> None:
    mirror.enqueue(change("c-1", status("RESOLVED"), comment="why"))
    ends(mirror, "c-1", state, reason="Bob made it TRIAGED", server=status("TRIAGED"))
    assert (shown(mirror).status, server(mirror).status) == (Set("TRIAGED"), Set("TRIAGED"))
    assert states(mirror, "c-1") == [state]
    assert mirror.pending() == []
    (held,) = mirror.pending(held=True)
    assert (held.stage, held.comment_stage, held.reason) == (Stage.HELD, Stage.HELD, "Bob made it TRIAGED")
    assert (held.patch, held.comment) == (status("RESOLVED"), "why")
    assert mirror.pending_counts() == PendingCounts(held=2)
    assert mirror.pending_ids() == {"a-1": 2}
    assert [each.state for each in mirror.comments(A_1).results] == ["waiting"]  # it was never sent


def test_held_edits_are_sent_over_what_is_there_or_skipped(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("RESOLVED"), "a-1", "a-2", comment="why"))
    for position in (0, 1):
        ends(mirror, "c-1", OutcomeState.CONFLICT, server=status("TRIAGED"), position=position)
    assert mirror.decide([KEY, KEY], Decision.SEND) == 2
    assert mirror.decide([EditKey("c-1", 1)], Decision.SKIP) == 2
    (waits,) = mirror.pending()
    assert (waits.stage, waits.comment_stage, waits.base) == (Stage.QUEUED, Stage.QUEUED, status("TRIAGED"))
    assert (shown(mirror).status, shown(mirror, "a-2").status) == (Set("RESOLVED"), Set("TRIAGED"))
    assert states(mirror, "c-1") == [OutcomeState.QUEUED, OutcomeState.CONFLICT]
    assert mirror.comments(AlertId("a-2")).results == []
    assert mirror.pending_counts().held == 0


def test_held_edits_are_no_base_for_later_ones(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.enqueue(change("c-2", AlertPatch(status=Set("RESOLVED"), quality=Set(Quality.NOISE))))
    mirror.enqueue(change("c-3", status("OPEN")))
    ends(mirror, "c-1", OutcomeState.UNDECIDED)
    bases = [each.base for each in mirror.pending()]
    assert bases == [AlertPatch(status=Set("OPEN"), quality=CLEAR), status("RESOLVED")]
    mirror.decide([KEY], Decision.SEND)
    bases = [each.base for each in mirror.pending()]
    assert bases == [
        status("OPEN"),
        AlertPatch(status=Set("TRIAGED"), quality=CLEAR),
        status("RESOLVED"),
    ]


def test_a_refused_edit_is_no_base_and_later_ones_keep_their_place(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.enqueue(change("c-2", AlertPatch(quality=Set(Quality.NOISE))))
    mirror.enqueue(change("c-3", status("RESOLVED")))
    ends(mirror, "c-1", OutcomeState.REFUSED)
    assert [(each.key.change_id, each.base) for each in mirror.pending()] == [
        ("c-2", AlertPatch(quality=CLEAR)),
        ("c-3", status("OPEN")),
    ]
    assert (shown(mirror).status, shown(mirror).quality) == (Set("RESOLVED"), Set(Quality.NOISE))


def test_a_confirmed_edit_leaves_later_ones_on_top(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.enqueue(change("c-2", status("RESOLVED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    assert (server(mirror).status, shown(mirror).status) == (Set("TRIAGED"), Set("RESOLVED"))
    assert mirror.pending()[0].base == status("TRIAGED")


def test_what_is_dropped_was_never_asked_for(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), "a-1", "a-2", comment="why"))
    mirror.enqueue(change("c-2", status("RESOLVED")))
    mirror.begin_sending([EditKey("c-1", 1)])
    assert mirror.drop([KEY]) == 2
    assert states(mirror, "c-1") == [OutcomeState.CANCELLED, OutcomeState.QUEUED]
    assert mirror.journal()[1].outcomes[0].comment_added is False
    assert mirror.pending()[-1].base == status("OPEN")
    assert mirror.drop([EditKey("c-1", 1)]) == 1, "its values are being sent, its comment is not"
    assert shown(mirror).status == Set("RESOLVED")


def test_a_comment_that_is_being_sent_outlives_its_dropped_values(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    mirror.begin_sending([KEY], comments=True)
    assert mirror.drop([KEY]) == 1
    assert states(mirror, "c-1") == [OutcomeState.CANCELLED]
    assert [each.comment_stage for each in mirror.pending()] == [Stage.SENDING]


def test_an_end_that_is_none_is_refused(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    with pytest.raises(Invalid):
        mirror.settle([Settlement(key=KEY, outcome=outcome(OutcomeState.QUEUED), at_ms=1)])
    mirror.settle([Settlement(key=EditKey("nope", 0), outcome=outcome(OutcomeState.CONFIRMED), at_ms=1)])


def test_who_changed_it_before_is_not_lost(mirror: SqliteMirrorStore) -> None:
    tell(mirror, requested_ms=2_000, status="TRIAGED", updated_by=BOB)
    mirror.enqueue(change("c-1", status("RESOLVED")))
    assert mirror.alert(A_1).updated_by == ANA
    copy = mirror.server_copies([A_1])[A_1]
    assert (copy.updated_by, copy.values.status) == (BOB, Set("TRIAGED"))
    ends(mirror, "c-1", OutcomeState.REFUSED)
    assert mirror.alert(A_1).updated_by == BOB


def test_a_change_that_was_seen_and_told_already_is_not_told_twice(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    tell(mirror, requested_ms=6_000, status="TRIAGED", updated_by=BOB)
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    assert [(line.by, line.after) for line in mirror.history(A_1)] == [(BOB, "TRIAGED")]


def test_what_was_undecided_can_turn_out_confirmed_and_lets_its_comment_go(
    mirror: SqliteMirrorStore,
) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    ends(mirror, "c-1", OutcomeState.UNDECIDED)
    assert shown(mirror).status == Set("OPEN")
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    assert shown(mirror).status == Set("TRIAGED")
    (waits,) = mirror.pending()
    assert (waits.stage, waits.comment_stage) == (Stage.SETTLED, Stage.QUEUED)
