"""An answer that was asked for before our change and arrives after it changes nothing; nor does waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from alerttui.backends.contract import Identity
from alerttui.backends.mirror import LAG_MS
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person
from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.listing import Facet, Page
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.pending import Stage
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.walk import read_one
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.console import WITHIN_S
from tests.triage.mirror.remote import Clock, FakeRemote

T = TypeVar("T")

R0, R1 = AlertId("r-0"), AlertId("r-1")
RESOLVE = AlertPatch(status=Set("RESOLVED"))
TRIAGE = AlertPatch(status=Set("TRIAGED"))


@dataclass(eq=False)
class Holding(FakeRemote):
    """A remote whose requests are carried out and their answers held back, or held before that."""

    held: dict[str, asyncio.Event] = field(default_factory=dict)
    """Operations whose answers wait for an event."""
    asked_for: dict[str, asyncio.Event] = field(default_factory=dict)
    """Set once such an answer waits."""

    def hold(self, operation: str) -> asyncio.Event:
        """Hold back the next answer to this operation until the event is set."""
        self.asked_for[operation] = asyncio.Event()
        self.held[operation] = asyncio.Event()
        return self.held[operation]

    async def _answer(self, operation: str, call: Callable[[], Awaitable[T]]) -> T:
        answer = await call()
        event = self.held.pop(operation, None)
        if event is not None:
            self.asked_for[operation].set()
            await event.wait()
        return answer

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        return await self._answer("page", lambda: FakeRemote.page(self, query, context, cursor, limit))

    async def alert(self, alert_id: AlertId) -> Alert:
        return await self._answer("alert", lambda: FakeRemote.alert(self, alert_id))

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        return await self._answer("apply", lambda: FakeRemote.apply(self, change, on_progress))


@pytest.fixture
async def remote() -> Holding:
    """A remote with five open alerts."""
    remote = Holding(Clock())
    remote.fill(5, open_first=5)
    return remote


@pytest.fixture
async def one(mirrored: OpenMirrored, remote: Holding) -> Mirrored:
    """A mirror of it, read just now: what is changed is not read again before."""
    one = mirrored(remote)
    await one.sync_for(0.1)
    await listing(one)
    return one


def listing(one: Mirrored) -> Awaitable[None]:
    """Read the whole list as the sync does."""
    ground = one.running.ground
    return ground.step(ground.walk("", ground.from_ms, ground.now_ms))


def reading(one: Mirrored) -> Awaitable[object]:
    """Read one alert as the focus does."""
    return read_one(one.running.link, one.store, R0)


ASKING = pytest.mark.parametrize(
    ("operation", "ask"), [("page", listing), ("alert", reading)], ids=["a list", "one alert"]
)


async def asked(one: Mirrored, remote: Holding, operation: str) -> None:
    """Until the answer is held back; time passes meanwhile."""
    await remote.asked_for[operation].wait()
    one.clock.now_ms += 100


@ASKING
async def test_an_answer_from_before_the_change_that_comes_after_it_changes_nothing(
    one: Mirrored, remote: Holding, operation: str, ask: Callable[[Mirrored], Awaitable[object]]
) -> None:
    arrives = remote.hold(operation)
    late = asyncio.ensure_future(ask(one))
    await asked(one, remote, operation)
    await one.session.change([R0], RESOLVE)
    await one.send()
    one.clock.now_ms += LAG_MS + 1_000
    arrives.set()
    await late
    _assert_resolved_once(one, remote)


@ASKING
async def test_an_answer_from_before_the_change_that_comes_while_it_is_sent_changes_nothing(
    one: Mirrored, remote: Holding, operation: str, ask: Callable[[Mirrored], Awaitable[object]]
) -> None:
    arrives, answers = remote.hold(operation), remote.hold("apply")
    late = asyncio.ensure_future(ask(one))
    await asked(one, remote, operation)
    await one.session.change([R0], RESOLVE)
    sending = asyncio.ensure_future(one.send())
    await asked(one, remote, "apply")
    assert [each.stage for each in one.store.pending()] == [Stage.SENDING]
    arrives.set()
    await late
    assert one.store.alert(R0).status == "RESOLVED"
    answers.set()
    await sending
    _assert_resolved_once(one, remote)


@ASKING
async def test_an_answer_that_has_the_change_already_and_comes_while_it_is_sent_is_taken_for_ours(
    one: Mirrored, remote: Holding, operation: str, ask: Callable[[Mirrored], Awaitable[object]]
) -> None:
    answers = remote.hold("apply")
    result = await one.session.change([R0], RESOLVE)
    sending = asyncio.ensure_future(one.send())
    await asked(one, remote, "apply")
    await ask(one)
    assert one.store.alert(R0).status == "RESOLVED"
    answers.set()
    await sending
    _assert_resolved_once(one, remote)
    (outcome,) = one.store.outcomes(result.change.id)
    assert (outcome.state, outcome.before) == (OutcomeState.CONFIRMED, AlertPatch(status=Set("OPEN")))


@ASKING
async def test_an_answer_asked_for_while_the_change_is_sent_that_comes_after_it_changes_nothing(
    one: Mirrored, remote: Holding, operation: str, ask: Callable[[Mirrored], Awaitable[object]]
) -> None:
    await one.session.change([R0], RESOLVE)
    arrives, answers = remote.hold(operation), remote.hold("apply")
    before = remote.alerts[R0]
    sending = asyncio.ensure_future(one.send())
    await asked(one, remote, "apply")
    after = remote.alerts[R0]
    remote.put(before)  # a replica that has not heard of the change yet
    late = asyncio.ensure_future(ask(one))
    await asked(one, remote, operation)
    remote.put(after)
    answers.set()
    await sending
    one.clock.now_ms += LAG_MS + 1_000
    arrives.set()
    await late
    _assert_resolved_once(one, remote)


def _assert_resolved_once(one: Mirrored, remote: Holding) -> None:
    assert one.store.alert(R0).status == "RESOLVED"
    assert remote.writes == [(R0, RESOLVE)]
    assert not one.store.pending_counts()
    lines = [(each.before, each.after) for each in one.store.history(R0) if each.field == "status"]
    assert lines == [("OPEN", "RESOLVED")]
    copy = one.store.server_copies([R0])[R0]
    assert copy.values.status == Set("RESOLVED")


@dataclass(eq=False)
class Stuck(FakeRemote):
    """A remote that takes every request and never answers one."""

    never: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)
    is_stuck: bool = False

    async def _hang(self) -> None:
        if self.is_stuck:
            self.waiting += 1
            self.is_asked.set()
            await self.never.wait()

    async def identity(self) -> Identity:
        await self._hang()
        return await FakeRemote.identity(self)

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        await self._hang()
        return await FakeRemote.page(self, query, context, cursor, limit)

    async def alert(self, alert_id: AlertId) -> Alert:
        await self._hang()
        return await FakeRemote.alert(self, alert_id)

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        await self._hang()
        return await FakeRemote.events(self, alert_id, cursor, limit)

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        await self._hang()
        return await FakeRemote.comments(self, alert_id, cursor, limit)

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        await self._hang()
        return await FakeRemote.apply(self, change, on_progress)

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        await self._hang()
        return await FakeRemote.add_comment(self, alert_id, body, by, at_ms)

    async def people(self, text: str = "") -> Sequence[Person]:
        await self._hang()
        return await FakeRemote.people(self, text)

    async def tags(self, text: str = "") -> Sequence[Facet]:
        await self._hang()
        return await FakeRemote.tags(self, text)


@pytest.mark.parametrize("is_sending", [False, True], ids=["nothing to send", "in mid-sending"])
async def test_a_key_press_never_waits_for_a_request(mirrored: OpenMirrored, is_sending: bool) -> None:
    remote = Stuck(Clock())
    remote.fill(5, open_first=5)
    one = mirrored(remote)
    await one.sync_for(0.1)
    remote.is_stuck = True
    if is_sending:
        await one.session.change([R0], TRIAGE)
    running = asyncio.create_task(one.running.run())
    one.session.mirror = one.mirror
    one.mirror.attend(R0)
    await one.running.hurry()
    await remote.is_asked.wait()
    await one.session.change([R0, R1], RESOLVE, comment="seen")
    opened = await one.session.open(R1)
    assert (opened.alert.status, opened.comments.results[0].body) == ("RESOLVED", "seen")
    plan = await one.session.take([AlertId("r-2")])
    await one.session.change_each(plan.edits, label="taken")
    for _ in range(2):
        assert await one.session.undo() is not None
    assert await one.session.redo() is not None
    assert [one.store.alert(each).status for each in (R1, AlertId("r-2"))] == ["RESOLVED", "OPEN"]
    assert remote.waiting > 0
    assert not remote.writes
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_change_does_not_wait_for_a_list_that_is_being_read(one: Mirrored, remote: Holding) -> None:
    never, is_made = remote.hold("page"), asyncio.Event()
    remote.before_answer = lambda operation: is_made.set() if operation == "apply" else None
    running = asyncio.create_task(one.running.run())
    await one.running.hurry()
    await remote.asked_for["page"].wait()
    await one.session.change([R0], RESOLVE)
    async with asyncio.timeout(WITHIN_S):
        await is_made.wait()
    assert not never.is_set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
