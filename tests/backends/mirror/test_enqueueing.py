"""A change is journalled first and shown at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.change import Change, Edit, OutcomeState
from alerttui.domain.errors import Invalid, NotSupported, Stopped
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.pending import EditKey, PendingCounts, Stage
from alerttui.domain.vocabulary import AlertId, Phase, Quality
from tests.backends.mirror.telling import (
    ANA,
    BOB,
    CAPABILITIES,
    IDENTITY,
    change,
    found,
    server,
    shown,
    states,
    status,
    tell,
    version,
)

A_1 = AlertId("a-1")


@pytest.fixture(autouse=True)
def _alerts(mirror: SqliteMirrorStore) -> None:
    tell(mirror, "a-1")
    tell(mirror, "a-2", tags=("Odd Tag",))


def test_a_queued_change_is_shown_and_the_server_s_values_stay(mirror: SqliteMirrorStore) -> None:
    before = version(mirror)
    patch = AlertPatch(status=Set("TRIAGED"), assignee=Set("bob"), quality=Set(Quality.NOISE))
    (made,) = mirror.enqueue(change("c-1", patch))
    assert (made.state, made.after, made.comment_added) == (OutcomeState.QUEUED, patch, None)
    assert made.before == AlertPatch(status=Set("OPEN"), assignee=CLEAR, quality=CLEAR)
    alert = mirror.alert(A_1)
    assert (alert.status, alert.phase, alert.quality) == ("TRIAGED", Phase.ACTIVE, Quality.NOISE)
    assert alert.assignee is not None and alert.assignee.id == "bob"
    assert (alert.updated_ms, alert.updated_by) == (5_000, ANA)
    assert server(mirror).status == Set("OPEN")
    assert version(mirror) == before + 1
    assert states(mirror, "c-1") == [OutcomeState.QUEUED]
    assert mirror.history(A_1) == []


def test_what_waits_is_told_in_the_order_in_which_it_was_asked(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), "a-1", "a-2", at_ms=5_000))
    mirror.enqueue(change("c-2", AlertPatch(status=Set("RESOLVED"), quality=CLEAR), at_ms=4_000))
    found = mirror.pending()
    assert [each.key for each in found] == [EditKey("c-1", 0), EditKey("c-1", 1), EditKey("c-2", 0)]
    assert [each.base for each in found] == [status("OPEN"), status("OPEN"), status("TRIAGED")]
    assert found[2].patch == status("RESOLVED")
    assert (found[0].stage, found[0].comment_stage, found[0].tries) == (Stage.QUEUED, Stage.NONE, 0)
    assert (found[0].by, found[0].label, found[0].at_ms) == (ANA, "label of c-1", 5_000)
    assert mirror.pending(limit=1) == found[:1]
    assert mirror.pending_counts() == PendingCounts(queued=3, oldest_ms=4_000)
    assert mirror.pending_ids() == {"a-1": 2, "a-2": 1}
    assert mirror.pending(held=True) == []


def test_a_change_that_is_known_is_told_again(mirror: SqliteMirrorStore) -> None:
    first = mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    assert mirror.enqueue(change("c-1", status("TRIAGED"), comment="why")) == first
    assert mirror.pending_counts().queued == 2
    with pytest.raises(Invalid):
        mirror.enqueue(change("c-1", status("RESOLVED")))


def test_conflicts_and_missing_alerts_are_outcomes(mirror: SqliteMirrorStore) -> None:
    asked = Change(
        id="c-1",
        at_ms=1,
        by=ANA,
        label="close",
        edits=(
            Edit(alert_id=A_1, patch=status("RESOLVED"), expected=status("TRIAGED")),
            Edit(alert_id=AlertId("nope"), patch=status("RESOLVED")),
            Edit(alert_id=AlertId("a-2"), patch=status("RESOLVED"), expected=status("OPEN")),
        ),
        comment="why",
    )
    made = mirror.enqueue(asked)
    assert [each.state for each in made] == [
        OutcomeState.CONFLICT,
        OutcomeState.MISSING,
        OutcomeState.QUEUED,
    ]
    assert "status is now OPEN" in made[0].reason
    assert [each.comment_added for each in made] == [False, False, None]
    assert [each.key.position for each in mirror.pending()] == [2]
    assert mirror.enqueue(asked) == made
    assert mirror.alert(A_1).status == "OPEN"


def test_a_conflict_is_with_what_is_shown(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED")))
    (made,) = mirror.enqueue(change("c-2", status("RESOLVED"), expected=status("TRIAGED")))
    assert made.state is OutcomeState.QUEUED


def test_what_is_so_already_is_not_sent_but_its_comment_is(mirror: SqliteMirrorStore) -> None:
    before = version(mirror)
    assert mirror.enqueue(change("c-1", status("OPEN")))[0].state is OutcomeState.UNCHANGED
    assert (mirror.pending(), version(mirror)) == ([], before)
    (made,) = mirror.enqueue(change("c-2", status("OPEN"), comment="why"))
    assert (made.state, made.comment_added) == (OutcomeState.QUEUED, None)
    (waits,) = mirror.pending()
    assert (waits.stage, waits.comment_stage, waits.comment) == (Stage.NONE, Stage.QUEUED, "why")
    assert not waits.patch
    assert states(mirror, "c-2") == [OutcomeState.QUEUED]
    assert mirror.undoable(ANA) is None


def test_only_what_differs_is_sent(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", AlertPatch(status=Set("OPEN"), quality=Set(Quality.USEFUL))))
    assert mirror.pending()[0].patch == AlertPatch(quality=Set(Quality.USEFUL))
    tell(mirror, requested_ms=6_000, status="RESOLVED")
    assert shown(mirror).status == Set("RESOLVED")


@pytest.mark.parametrize(
    "patch",
    [
        AlertPatch(status=Set("NO_SUCH_STATUS")),
        AlertPatch(tags=Set(("Not Allowed",))),
        AlertPatch(severity=Set("UNHEARD")),
    ],
)
def test_bad_values_are_refused_before_anything_is_written(
    mirror: SqliteMirrorStore, patch: AlertPatch
) -> None:
    with pytest.raises(Invalid):
        mirror.enqueue(change("c-1", patch, "a-2", "a-1", comment="why"))
    assert (mirror.journal(), mirror.pending_counts()) == ([], PendingCounts())


def test_a_tag_that_an_alert_has_may_stay(mirror: SqliteMirrorStore) -> None:
    (made,) = mirror.enqueue(change("c-1", AlertPatch(tags=Set(("Odd Tag", "new"))), "a-2"))
    assert made.state is OutcomeState.QUEUED
    assert [facet.value for facet in mirror.tags()] == ["new", "Odd Tag"]


@pytest.mark.parametrize("body", [" ", "x" * 10_001])
def test_comments_keep_to_the_connection_s_rule(mirror: SqliteMirrorStore, body: str) -> None:
    with pytest.raises(Invalid):
        mirror.enqueue(change("c-1", status("TRIAGED"), comment=body))


def test_where_no_comment_can_be_written_none_is_queued(mirror: SqliteMirrorStore) -> None:
    rule = replace(CAPABILITIES.comments, write_refusal="No comments here.")
    mirror.bind(IDENTITY, replace(CAPABILITIES, comments=rule))
    with pytest.raises(NotSupported, match="No comments here"):
        mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))


def test_progress_is_told_and_a_stop_leaves_nothing(mirror: SqliteMirrorStore) -> None:
    told: list[tuple[int, int]] = []
    mirror.enqueue(change("c-1", status("TRIAGED"), "a-1", "a-2"), lambda *both: told.append(both))
    assert (told[0], told[-1]) == ((0, 2), (2, 2))

    def stop(_made: int, _of: int) -> None:
        raise Stopped("enough")

    with pytest.raises(Stopped):
        mirror.enqueue(change("c-2", status("RESOLVED"), "a-1", "a-2"), stop)
    assert mirror.alert(A_1).status == "TRIAGED"
    assert mirror.pending_counts().queued == 2


def test_filters_and_sorts_see_what_is_shown(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(
        change("c-1", AlertPatch(status=Set("RESOLVED"), tags=Set(("done",)), assignee=Set("ana")))
    )
    assert [found(mirror, text) for text in ("is:closed", "tag:done", "assignee:me")] == [1, 1, 1]
    assert mirror.open_copies().alerts == 2


def test_others_see_who_did_it(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", AlertPatch(assignee=Set("bob")), by=BOB))
    assert mirror.alert(A_1).assignee == BOB
