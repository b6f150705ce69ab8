"""The sender where things go wrong: nothing is lost, doubled or blocked, and nothing spins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from alerttui.domain.alert import Actor, Alert, Comment
from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import (
    AlertTuiError,
    BadAnswer,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    ReadOnly,
    Unreachable,
)
from alerttui.domain.listing import Page
from alerttui.domain.patch import AlertPatch, Set, TagEdit
from alerttui.domain.pending import Decision, Stage
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.doubt import MAX_TRIES
from alerttui.triage.mirror.link import FIRST_RETRY_MS
from alerttui.triage.mirror.running import FAILED_FOR_S, Running
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.remote import CAPABILITIES, OTHER, Clock, FakeRemote, patched

RESOLVE = AlertPatch(status=Set("RESOLVED"))
TRIAGE = AlertPatch(status=Set("TRIAGED"))
R0, R1 = AlertId("r-0"), AlertId("r-1")
FIVE = [AlertId(f"r-{number}") for number in range(5)]


class Hostile(FakeRemote):
    """A remote that a test can make fail in its own way."""

    on_apply: Callable[[Change], None] = staticmethod(lambda change: None)
    """Before a change is made; may raise."""
    after_apply: Callable[[Change], None] = staticmethod(lambda change: None)
    """Once it was made; may raise."""
    on_read: Callable[[AlertId], None] = staticmethod(lambda alert_id: None)
    shown: Callable[[Alert], Alert] = staticmethod(lambda alert: alert)
    """How a single reading tells an alert."""
    changes: Sequence[Change] = ()

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        self.on_apply(change)
        self.changes = (*self.changes, change)
        outcomes = await FakeRemote.apply(self, change, on_progress)
        self.after_apply(change)
        return outcomes

    async def alert(self, alert_id: AlertId) -> Alert:
        self.on_read(alert_id)
        return self.shown(await FakeRemote.alert(self, alert_id))


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


def raising(error: Exception, *ids: AlertId) -> Callable[[object], None]:
    """What raises an error, for these alerts or for all."""

    def check(about: object) -> None:
        named = [edit.alert_id for edit in about.edits] if isinstance(about, Change) else [about]
        if not ids or set(ids) & set(named):
            raise error

    return check


def states(one: Mirrored, change_id: str) -> list[OutcomeState]:
    """What became of a change."""
    return [each.state for each in one.store.outcomes(change_id)]


def written(remote: FakeRemote) -> list[AlertId]:
    """What was changed at the server, in order."""
    return [alert_id for alert_id, _ in remote.writes]


# -- nothing spins


async def test_a_list_that_is_not_permitted_is_left_alone_for_a_while(
    one: Mirrored, remote: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*args: object, **names: object) -> None:
        remote.asked["page"] += 1
        raise NotPermitted("The token may not read alerts.")

    monkeypatch.setattr(remote, "page", refused)
    remote.asked.clear()
    one.running.sync.refresh()
    for _ in range(20):
        await one.running.sync.step()
    assert remote.asked["page"] <= 4


async def test_what_keeps_failing_though_the_server_answers_does_not_spin(
    one: Mirrored, remote: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[float] = []

    async def nap(running: Running, seconds: float) -> None:
        rested.append(seconds)
        if len(rested) > 1:
            raise asyncio.CancelledError

    monkeypatch.setattr(Running, "_nap", nap)
    await one.session.change([R0], RESOLVE)
    await one.session.change([R1], RESOLVE)
    one.clock.now_ms += 60_000
    remote.on_read = raising(BadAnswer("No JSON."), R0)
    await one.running.look()
    with pytest.raises(asyncio.CancelledError):
        await one.running._forever(one.running._send_once)
    assert rested[0] == FAILED_FOR_S
    assert written(remote) == [R1]
    assert one.store.pending_counts().queued == 1


async def test_what_is_lost_again_and_again_is_held_in_the_end(one: Mirrored, remote: Hostile) -> None:
    remote.on_apply = raising(Unreachable("The gateway gave up.", may_have_acted=True))
    result = await one.session.change([R0], RESOLVE)
    for _ in range(MAX_TRIES):
        with pytest.raises(Unreachable):
            await one.send()
    await one.send()
    assert states(one, result.change.id) == [OutcomeState.UNDECIDED]
    (held,) = one.store.pending(held=True)
    assert f"{MAX_TRIES} times" in held.reason
    remote.on_apply = lambda change: None
    await one.running.decide([held.key], Decision.SEND)
    await one.send()
    assert written(remote) == [R0]


async def test_what_the_server_never_makes_is_held_in_the_end(one: Mirrored, remote: Hostile) -> None:
    async def unsent(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        return [
            Outcome(alert_id=each.alert_id, state=OutcomeState.QUEUED, reason="500; it was not done.")
            for each in change.edits
        ]

    remote.apply = unsent  # type: ignore[method-assign]
    result = await one.session.change([R0], RESOLVE)
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(Unreachable):
            await one.send()
    await one.send()
    assert states(one, result.change.id) == [OutcomeState.UNDECIDED]
    assert one.store.pending_counts().queued == 0


# -- nothing blocks what has nothing to do with it


@pytest.mark.parametrize(
    "error", [BadAnswer("No JSON."), RuntimeError("ours")], ids=["a bad answer", "an error of ours"]
)
async def test_an_alert_that_cannot_be_read_keeps_no_other_waiting(
    one: Mirrored, remote: Hostile, error: Exception
) -> None:
    await one.session.change([R0], RESOLVE)
    await one.session.change([R1], RESOLVE)
    one.clock.now_ms += 60_000
    remote.on_read = raising(error, R0)
    with pytest.raises(type(error)):
        await one.send()
    assert written(remote) == [R1]
    assert [(each.alert_id, each.stage) for each in one.store.pending()] == [(R0, Stage.QUEUED)]
    remote.on_read = lambda alert_id: None
    await one.send()
    assert written(remote) == [R1, R0]


async def test_one_of_many_that_cannot_be_read_waits_alone(one: Mirrored, remote: Hostile) -> None:
    await one.session.change(FIVE, AlertPatch(), tags=TagEdit(add=("seen",)))
    remote.on_read = raising(BadAnswer("No JSON."), R1)
    one.running.ground.capabilities = replace(CAPABILITIES, page_limit=1)
    with pytest.raises(BadAnswer):
        await one.send()
    assert sorted(written(remote)) == [each for each in FIVE if each != R1]


async def test_an_error_of_our_own_leaves_nothing_in_doubt_for_ever(one: Mirrored, remote: Hostile) -> None:
    await one.session.change([R0], RESOLVE)
    await one.session.change([R1], RESOLVE)
    remote.on_apply = raising(RuntimeError("a bug"), R0)
    with pytest.raises(RuntimeError, match="a bug"):
        await one.send()
    assert written(remote) == [R1]
    assert [each.stage for each in one.store.pending()] == [Stage.SENDING]
    remote.on_apply = lambda change: None
    await one.send()
    assert written(remote) == [R1, R0]


async def test_answers_that_are_none_are_not_asked_for_once_per_change(
    one: Mirrored, remote: Hostile
) -> None:
    for number in range(20):
        await one.session.change([AlertId(f"r-{number}")], RESOLVE)
    one.clock.now_ms += 60_000
    reads: list[AlertId] = []

    def portal(alert_id: AlertId) -> None:
        reads.append(alert_id)
        raise BadAnswer("A login page.")

    remote.on_read = portal
    with pytest.raises(BadAnswer):
        await one.send()
    assert len(reads) <= 4
    assert one.store.pending_counts().queued == 20


async def test_a_connection_that_is_lost_while_many_are_read_is_tried_once(
    one: Mirrored, remote: Hostile
) -> None:
    await one.session.change([AlertId(f"r-{number}") for number in range(40)], RESOLVE)
    one.clock.now_ms += 60_000
    one.running.ground.capabilities = replace(CAPABILITIES, page_limit=1)
    remote.asked.clear()
    remote.is_down = True
    with pytest.raises(Unreachable):
        await one.send()
    assert remote.asked["refused"] == 1
    assert one.running.link.wait_ms() == FIRST_RETRY_MS


async def test_a_command_is_told_of_its_own_change_whatever_is_wrong_with_another(
    one: Mirrored, remote: Hostile
) -> None:
    await one.session.change([R0], RESOLVE)
    one.clock.now_ms += 60_000
    remote.on_read = raising(BadAnswer("No JSON."), R0)
    one.mirror.waits = True
    result = await one.session.change([R1], RESOLVE)
    assert [each.state for each in result.outcomes] == [OutcomeState.CONFIRMED]
    remote.on_read = raising(BadAnswer("No JSON."))
    one.clock.now_ms += 60_000
    result = await one.session.change([AlertId("r-2")], RESOLVE)
    assert [each.state for each in result.outcomes] == [OutcomeState.QUEUED]


# -- each alert for itself


@pytest.mark.parametrize(
    "error",
    [Invalid("tags", "x", "at most 10"), NotSupported("It cannot."), NotFound([R1])],
    ids=["invalid", "not supported", "not found"],
)
async def test_one_of_many_that_is_refused_takes_no_other_with_it(
    one: Mirrored, remote: Hostile, error: AlertTuiError
) -> None:
    result = await one.session.change(FIVE, RESOLVE)
    remote.on_apply = raising(error, R1)
    await one.send()
    expected = OutcomeState.MISSING if isinstance(error, NotFound) else OutcomeState.REFUSED
    assert states(one, result.change.id) == [
        expected if each == R1 else OutcomeState.CONFIRMED for each in FIVE
    ]


async def test_a_hundred_in_doubt_are_each_settled_by_reading(one: Mirrored, remote: Hostile) -> None:
    for number in range(40, 100):
        remote.put(replace(remote.alerts[R0], id=AlertId(f"r-{number}")))
    await one.sync_for(2)
    ids = [AlertId(f"r-{number}") for number in range(100)]
    result = await one.session.change(ids, RESOLVE)

    def half(change: Change) -> None:
        if len(change.edits) == 100:
            for each in change.edits[:50]:
                remote.put(patched(remote.alerts[each.alert_id], each.patch, CAPABILITIES))
            remote.change("r-99", status="TRIAGED", by=OTHER)
            remote.remove("r-98")
            raise Unreachable("Cut off.", may_have_acted=True)

    remote.on_apply = half
    with pytest.raises(Unreachable):
        await one.send()
    assert {each.stage for each in one.store.pending()} == {Stage.SENDING}
    await one.send()
    assert sorted(written(remote)) == sorted(ids[50:98])
    assert states(one, result.change.id) == [
        *[OutcomeState.CONFIRMED] * 98,
        OutcomeState.MISSING,
        OutcomeState.CONFLICT,
    ]
    (held,) = one.store.pending(held=True)
    assert "nothing was sent" not in held.reason


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


# -- a comment in the request of its change


@pytest.fixture
def joined(one: Mirrored, remote: Hostile) -> Mirrored:
    """A mirror of a system that takes comments in the request of a change."""
    comments = replace(CAPABILITIES.comments, with_change=True)
    one.running.ground.capabilities = replace(CAPABILITIES, comments=comments)
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
