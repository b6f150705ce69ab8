"""The sender in doubt, and in mid-sending: what was made is not made again, what was meant is not lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from alerttui.domain.alert import Actor, Alert, Comment
from alerttui.domain.capabilities import FieldRule, RetrySafety
from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    NotSupported,
    ReadOnly,
    Unreachable,
)
from alerttui.domain.listing import Page
from alerttui.domain.patch import AlertPatch, Set, TagEdit
from alerttui.domain.pending import Decision, Stage
from alerttui.domain.vocabulary import Verdict, VerdictWord
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.hostile import FIVE, R0, R1, RESOLVE, TRIAGE, Hostile, raising, states, written
from tests.triage.mirror.remote import CAPABILITIES, OTHER, Clock, FakeRemote


@pytest.fixture
def remote() -> Hostile:
    """A remote with 40 open alerts."""
    remote = Hostile(Clock())
    remote.fill(40, open_first=40)
    return remote


@pytest.fixture
async def one(mirrored: OpenMirrored, remote: Hostile) -> Mirrored:
    """A mirror of it."""
    one = mirrored(remote)
    await one.sync_for(1)
    return one


# -- what was made is seen to be made


async def test_a_lost_answer_of_a_server_whose_reading_lags_is_not_sent_again(
    one: Mirrored, remote: Hostile
) -> None:
    before = remote.alerts[R0]
    reads = 0

    def lagging(alert: Alert) -> Alert:
        nonlocal reads
        reads += 1
        return before if reads <= 2 and alert.id == R0 else alert

    remote.lose_answers = 1
    await one.session.change([R0], RESOLVE)
    one.clock.now_ms += 60_000
    with pytest.raises(Unreachable):
        await one.send()
    reads = 0
    remote.shown = lagging
    await one.send()
    assert written(remote) == [R0]
    assert not one.store.pending_counts()


async def test_the_order_of_tags_is_neither_a_conflict_nor_a_change(one: Mirrored, remote: Hostile) -> None:
    remote.shown = lambda alert: replace(alert, tags=tuple(sorted(alert.tags, reverse=True)))
    remote.lose_answers = 1
    await one.session.change([R0], AlertPatch(), tags=TagEdit(add=("a", "b")))
    with pytest.raises(Unreachable):
        await one.send()
    await one.send()
    assert not one.store.pending_counts()
    assert written(remote) == [R0]
    await one.session.change([R0], AlertPatch(), tags=TagEdit(add=("c",)))
    remote.shown = lambda alert: replace(alert, tags=tuple(sorted(alert.tags)))
    await one.send()
    assert not one.store.pending_counts()
    assert set(remote.alerts[R0].tags) == {"a", "b", "c"}


async def test_an_address_in_another_case_is_what_was_asked_for(one: Mirrored, remote: Hostile) -> None:
    remote.lose_answers = 1
    result = await one.session.change([R0], AlertPatch(assignee=Set("Bea@Acme.example")))
    with pytest.raises(Unreachable):
        await one.send()
    remote.change("r-0", assignee=Actor("bea@acme.example"))
    await one.send()
    assert states(one, result.change.id) == [OutcomeState.CONFIRMED]


async def test_a_field_that_somebody_set_to_our_value_is_no_conflict(one: Mirrored, remote: Hostile) -> None:
    one.clock.now_ms += 60_000
    await one.session.change([R0], AlertPatch(status=Set("TRIAGED"), assignee=Set("u-ana")))
    remote.change("r-0", status="TRIAGED", by=OTHER)
    await one.send()
    assert not one.store.pending_counts()
    assert remote.alerts[R0].assignee == Actor("u-ana")


async def test_a_console_that_quits_in_mid_request_settles_at_its_next_start(
    one: Mirrored, remote: Hostile, mirrored: OpenMirrored
) -> None:
    is_asked = asyncio.Event()

    async def endless(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        await FakeRemote.apply(remote, change)
        is_asked.set()
        await asyncio.Event().wait()
        return []

    remote.apply = endless  # type: ignore[method-assign]
    result = await one.session.change([R0], RESOLVE, comment="why")
    sending = asyncio.ensure_future(one.send())
    await is_asked.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await one.mirror.close()
    del remote.apply
    again = mirrored(remote)
    assert [each.stage for each in again.store.pending()] == [Stage.SENDING]
    await again.send()
    assert states(again, result.change.id) == [OutcomeState.CONFIRMED]
    assert written(remote) == [R0]
    assert [each.body for each in remote.comments_of[R0]] == ["why"]


async def test_a_comment_that_was_to_leave_when_the_console_quit_is_asked_about(
    one: Mirrored, remote: Hostile, mirrored: OpenMirrored
) -> None:
    is_asked = asyncio.Event()

    async def endless(*args: object) -> Comment:
        is_asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    remote.add_comment = endless  # type: ignore[method-assign,assignment]
    await one.session.change([R0], RESOLVE, comment="why")
    sending = asyncio.ensure_future(one.send())
    await is_asked.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await one.mirror.close()
    del remote.add_comment
    again = mirrored(remote)
    await again.send()
    counts = again.store.pending_counts()
    assert (counts.queued, counts.held, remote.comments_of) == (0, 1, {})


async def test_a_comment_that_cannot_be_looked_for_keeps_no_other_waiting(
    one: Mirrored, remote: Hostile
) -> None:
    async def endless(*args: object) -> Page[Comment]:
        raise BadAnswer("The comments come to no end.")

    remote.lose_answers = 1
    await one.session.change([R0], AlertPatch(), comment="once")
    with pytest.raises(Unreachable):
        await one.send()
    await one.session.change([R1], RESOLVE)
    remote.comments = endless  # type: ignore[method-assign,assignment]
    with pytest.raises(BadAnswer):
        await one.send()
    assert written(remote) == [R1]
    del remote.comments
    await one.send()
    assert not one.store.pending_counts()
    assert [each.body for each in remote.comments_of[R0]] == ["once"]


async def test_what_is_taken_back_while_it_is_sent_is_sent_and_then_taken_back(
    one: Mirrored, remote: Hostile
) -> None:
    await one.session.change([R0], RESOLVE)
    apply = remote.apply

    async def undoing(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        del remote.apply
        assert one.store.drop([each.key for each in one.store.pending()]) == 0
        await one.session.undo()
        return await apply(change, on_progress)

    remote.apply = undoing  # type: ignore[method-assign]
    await one.send()
    assert [patch for _, patch in remote.writes] == [RESOLVE, AlertPatch(status=Set("OPEN"))]
    assert one.store.alert(R0).status == "OPEN"
    assert not one.store.pending_counts()


async def test_a_reading_that_lags_between_two_changes_of_ours_is_no_conflict(
    one: Mirrored, remote: Hostile
) -> None:
    await one.session.change([R0], TRIAGE)
    await one.send()
    between = remote.alerts[R0]
    await one.session.change([R0], RESOLVE)
    await one.send()
    remote.shown = lambda alert: between if alert.id == R0 else alert
    one.clock.now_ms += 7_000
    await one.session.change([R0], AlertPatch(status=Set("CLOSED")))
    await one.send()
    assert not one.store.pending_counts()
    assert remote.alerts[R0].status == one.store.alert(R0).status == "CLOSED"


# -- what the server does not tell


def without_verdict(alert: Alert) -> Alert:
    """The alert as a server tells it that keeps verdicts to itself."""
    return replace(alert, verdict="", verdict_known=False)


@pytest.fixture
async def discreet(mirrored: OpenMirrored, remote: Hostile) -> Mirrored:
    """A mirror of a system that takes verdicts, never tells them, and is not to be asked twice."""
    verdicts = (VerdictWord("benign", "Benign", Verdict.BENIGN, "b"),)
    able = replace(CAPABILITIES, fields={**CAPABILITIES.fields, "verdict": FieldRule()}, verdicts=verdicts)
    remote.capabilities = replace(able, retry={"apply": RetrySafety.NEVER})
    remote.shown = without_verdict
    for alert in list(remote.alerts.values()):
        remote.put(without_verdict(alert))
    remote.after_apply = raising(Unreachable("Cut off.", may_have_acted=True))
    one = mirrored(remote)
    await one.sync_for(1)
    return one


async def sent_twice(one: Mirrored, patch: AlertPatch) -> Outcome:
    """What comes of a change whose answer is lost, once it was looked at."""
    result = await one.session.change([R0], patch)
    with pytest.raises(Unreachable):
        await one.send()
    await one.send()
    (outcome,) = one.store.outcomes(result.change.id)
    return outcome


async def test_a_lost_answer_is_judged_by_what_the_server_tells(discreet: Mirrored, remote: Hostile) -> None:
    patch = AlertPatch(status=Set("RESOLVED"), verdict=Set("benign"))
    outcome = await sent_twice(discreet, patch)
    assert (outcome.state, outcome.after) == (OutcomeState.CONFIRMED, patch)
    assert outcome.reason == (
        "No answer came; the status shows that it was made, the verdict is not told by the server."
    )
    assert written(remote) == [R0]
    assert not discreet.store.pending_counts()
    assert (discreet.store.alert(R0).status, discreet.store.alert(R0).verdict) == ("RESOLVED", "benign")


async def test_what_no_answer_tells_is_asked_about_and_said_to_be_untold(
    discreet: Mirrored, remote: Hostile
) -> None:
    outcome = await sent_twice(discreet, AlertPatch(verdict=Set("benign")))
    assert (outcome.state, outcome.reason) == (
        OutcomeState.UNDECIDED,
        "It was sent and no answer came; the server does not tell the verdict. Send it again, or leave it.",
    )


async def test_what_the_server_shows_unmade_is_not_believed_for_what_it_does_not_tell(
    discreet: Mirrored, remote: Hostile
) -> None:
    remote.on_apply = raising(Unreachable("Cut off.", may_have_acted=True))
    patch = AlertPatch(status=Set("RESOLVED"), verdict=Set("benign"))
    outcome = await sent_twice(discreet, patch)
    assert outcome.state is OutcomeState.UNDECIDED
    assert "the server does not show it" in outcome.reason


# -- a comment in the request of its change


@pytest.fixture
def joined(one: Mirrored, remote: Hostile) -> Mirrored:
    """A mirror of a system that takes comments in the request of a change."""
    comments = replace(CAPABILITIES.comments, with_change=True)
    remote.capabilities = replace(CAPABILITIES, comments=comments)
    apply = remote.apply

    async def with_comment(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        for each in change.edits if change.comment else ():
            await FakeRemote.add_comment(remote, each.alert_id, change.comment, change.by, change.at_ms)
        outcomes = await apply(change, on_progress)
        return [replace(each, comment_added=each.ok) for each in outcomes]

    remote.apply = with_comment  # type: ignore[method-assign]
    return one


async def test_a_comment_that_travels_with_its_change_is_not_sent_apart(
    joined: Mirrored, remote: Hostile
) -> None:
    result = await joined.session.change(FIVE, RESOLVE, comment="why")
    await joined.send()
    assert [[each.body for each in remote.comments_of[alert_id]] for alert_id in FIVE] == [["why"]] * 5
    outcomes = joined.store.outcomes(result.change.id)
    assert [(each.state, each.comment_added) for each in outcomes] == [(OutcomeState.CONFIRMED, True)] * 5
    assert not joined.store.pending_counts()


async def test_a_lost_answer_to_a_change_with_its_comment_doubles_neither(
    joined: Mirrored, remote: Hostile
) -> None:
    remote.after_apply = raising(Unreachable("Cut off.", may_have_acted=True))
    await joined.session.change([R0], RESOLVE, comment="why")
    with pytest.raises(Unreachable):
        await joined.send()
    await joined.send()
    assert written(remote) == [R0]
    assert [each.body for each in remote.comments_of[R0]] == ["why"]
    assert not joined.store.pending_counts()


async def test_a_change_with_its_comment_that_did_not_leave_goes_out_whole(
    joined: Mirrored, remote: Hostile
) -> None:
    await joined.session.change([R0], RESOLVE, comment="why")
    remote.is_down = True
    with pytest.raises(Unreachable):
        await joined.send()
    (waiting,) = joined.store.pending()
    assert (waiting.stage, waiting.comment_stage) == (Stage.QUEUED, Stage.QUEUED)
    remote.is_down = False
    await joined.send()
    assert [each.body for each in remote.comments_of[R0]] == ["why"]


# -- what may be sent has changed meanwhile


async def test_a_profile_that_is_read_only_by_now_keeps_what_waits(one: Mirrored, remote: Hostile) -> None:
    await one.session.change([R0], RESOLVE, comment="why")
    remote.capabilities = replace(CAPABILITIES, read_only_reason="The profile is read-only.")
    with pytest.raises(ReadOnly, match="read-only"):
        await one.send()
    assert (one.store.pending_counts().queued, written(remote)) == (2, [])
    remote.capabilities = CAPABILITIES
    await one.send()
    assert written(remote) == [R0]


async def test_a_field_that_cannot_be_changed_any_more_is_refused_with_its_reason(
    one: Mirrored, remote: Hostile
) -> None:
    result = await one.session.change([R0], RESOLVE)
    remote.on_apply = raising(NotSupported("This release has no such status."))
    await one.send()
    (outcome,) = one.store.outcomes(result.change.id)
    assert (outcome.state, outcome.reason) == (OutcomeState.REFUSED, "This release has no such status.")
    assert one.store.alert(R0).status == "OPEN"


async def test_what_is_decided_while_a_later_change_is_sent_is_not_laid_over_it(
    one: Mirrored, remote: Hostile
) -> None:
    one.clock.now_ms += 60_000
    await one.session.change([R0], TRIAGE)
    remote.change("r-0", status="CLOSED", by=OTHER)
    await one.send()
    (held,) = one.store.pending(held=True)
    await one.session.change([R0], RESOLVE)

    def decide(change: Change) -> None:
        remote.on_apply = lambda change: None
        one.store.decide([held.key], Decision.SEND)

    remote.on_apply = decide
    await one.send()
    assert remote.alerts[R0].status == "RESOLVED"
    assert one.store.alert(R0).status == "RESOLVED"
    assert written(remote) == [R0]
    assert [each.key for each in one.store.pending(held=True)] == [held.key]


async def test_a_command_sends_no_old_change_of_other_alerts_unasked(one: Mirrored, remote: Hostile) -> None:
    await one.session.change([R0], RESOLVE)
    await one.session.change([R1], AlertPatch(assignee=Set("u-ana")))
    one.clock.now_ms += 2 * 3_600_000
    one.mirror.waits = True
    result = await one.session.change([R1], RESOLVE)
    assert [each.state for each in result.outcomes] == [OutcomeState.CONFIRMED]
    assert written(remote) == [R1, R1]
    assert [each.alert_id for each in one.store.pending()] == [R0]


async def test_new_changes_go_out_once_the_old_ones_were_given_up(one: Mirrored, remote: Hostile) -> None:
    await one.session.change([R0], RESOLVE)
    one.clock.now_ms += 2 * 3_600_000
    one.running.is_paused = True
    await one.running.look()
    assert one.running.is_paused
    await one.running.drop([each.key for each in one.store.pending()])
    assert not one.running.is_paused
