"""The sender where things go wrong: one alert in trouble blocks no other, and nothing spins."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import (
    AlertTuiError,
    BadAnswer,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    Unreachable,
)
from alerttui.domain.patch import AlertPatch, TagEdit
from alerttui.domain.pending import Decision, Stage
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.checking import STRANGE_ANSWERS
from alerttui.triage.mirror.doubt import MAX_TRIES
from alerttui.triage.mirror.link import FIRST_RETRY_MS
from alerttui.triage.mirror.running import FAILED_FOR_S, Running
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.hostile import FIVE, R0, R1, RESOLVE, Hostile, raising, states, written
from tests.triage.mirror.remote import CAPABILITIES, OTHER, Clock, patched


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


def failing_at(
    monkeypatch: pytest.MonkeyPatch, remote: Hostile, failing: Collection[AlertId]
) -> list[AlertId]:
    """The server fails at changes of these alerts and makes all others; gives what it was asked for."""
    asked: list[AlertId] = []
    made = remote.apply

    async def apply(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        asked.extend(each.alert_id for each in change.edits)
        well = tuple(each for each in change.edits if each.alert_id not in failing)
        outcomes = {each.alert_id: each for each in await made(replace(change, edits=well), on_progress)}
        lost = Outcome(alert_id=R0, state=OutcomeState.UNDECIDED, reason="The server failed (500).")
        return [outcomes.get(each.alert_id, replace(lost, alert_id=each.alert_id)) for each in change.edits]

    monkeypatch.setattr(remote, "apply", apply)
    return asked


async def test_an_alert_at_which_the_server_fails_keeps_no_other_waiting(
    one: Mirrored, remote: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_at(monkeypatch, remote, {R0})
    await one.session.change(FIVE, RESOLVE)
    await one.session.change([AlertId("r-7")], RESOLVE)
    await one.session.change([R0], AlertPatch(), tags=TagEdit(add=("later",)))
    with pytest.raises(Unreachable, match="500") as lost:
        await one.send()
    assert lost.value.may_have_acted
    assert sorted(written(remote)) == ["r-1", "r-2", "r-3", "r-4", "r-7"]
    assert [each.stage for each in one.store.pending()] == [Stage.SENDING, Stage.QUEUED]
    assert one.running.link.wait_ms() == FIRST_RETRY_MS


async def test_a_server_that_fails_at_everything_is_not_asked_once_per_change(
    one: Mirrored, remote: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [AlertId(f"r-{number}") for number in range(20)]
    asked = failing_at(monkeypatch, remote, ids)
    for each in ids:
        await one.session.change([each], RESOLVE)
    with pytest.raises(Unreachable):
        await one.send()
    assert len(asked) == STRANGE_ANSWERS


async def test_one_of_many_that_cannot_be_read_waits_alone(one: Mirrored, remote: Hostile) -> None:
    await one.session.change(FIVE, AlertPatch(), tags=TagEdit(add=("seen",)))
    remote.on_read = raising(BadAnswer("No JSON."), R1)
    remote.capabilities = replace(CAPABILITIES, page_limit=1)
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
    remote.capabilities = replace(CAPABILITIES, page_limit=1)
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


async def test_what_did_not_leave_while_each_was_sent_alone_waits_and_is_not_in_doubt(
    one: Mirrored, remote: Hostile
) -> None:
    result = await one.session.change(FIVE, RESOLVE)

    def busy(change: Change) -> None:
        if len(change.edits) > 1:
            raise Invalid("status", "x", "not now")
        if change.edits[0].alert_id == R1:
            raise Unreachable("No connection.")

    remote.on_apply = busy
    with pytest.raises(Unreachable):
        await one.send()
    assert written(remote) == FIVE[:1]
    assert [each.stage for each in one.store.pending()] == [Stage.QUEUED] * 4
    remote.on_apply = lambda change: None
    one.running.link.try_now()
    await one.send()
    assert states(one, result.change.id) == [OutcomeState.CONFIRMED] * 5


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
