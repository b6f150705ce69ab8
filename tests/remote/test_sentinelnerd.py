"""Triage over SentinelNerd: what no answer tells stays as we made it, and nothing is said or done twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.mirror import MirrorIdentity, Part
from alerttui.backends.registry import open_mirror, reading_from
from alerttui.backends.remote.sentinelnerd import SentinelNerdBackend
from alerttui.backends.remote.sentinelnerd.capabilities import SENTINELNERD
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.domain.alert import Actor
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import Unavailable
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.budget import Budget
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.mirror import Mirror
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.running import Running
from alerttui.triage.mirror.sender import Told
from alerttui.triage.mirror.turn import Turn
from alerttui.triage.session import Session
from tests.standins.sentinelnerd import (
    ANALYST,
    KEY,
    BulkShape,
    Knobs,
    SentinelNerdStandIn,
    TimelineShape,
)
from tests.triage.mirror.remote import Clock

URL = "http://127.0.0.1/v1"
RESOLVE = AlertPatch(status=Set("resolved"), verdict=Set("benign"))
REOPEN = AlertPatch(status=Set("open"))
TAKE = AlertPatch(status=Set("acknowledged"), assignee=Set(ANALYST))

SILENT = Knobs(
    assignee_key=None,
    resolution_key=None,
    comments="nowhere",
    timeline=TimelineShape(key=None),
    change_answer="empty",
    comment_answer="empty",
    bulk=BulkShape(answer="empty"),
)
"""A server that tells nobody's assignee, no resolution and no comment."""


class Console:
    """The mirror of a stand-in as a console has it; only time is played."""

    def __init__(self, stand_in: SentinelNerdStandIn, path: Path, clock: Clock) -> None:
        self.clock = clock
        self._stand_in = stand_in
        self.store = open_mirror(path)
        self.store.bind(MirrorIdentity(backend="sentinelnerd", url=URL), SENTINELNERD)
        ground = Ground(self.store, Link(self._connected, clock, Budget(600)), SENTINELNERD, 30 * 86_400_000)
        self.running = Running(ground, Turn(path), clock.sleep)
        self.mirror = Mirror(self.store, reading_from(self.store), self.running)
        me = Actor(ANALYST, "user")
        self.session = Session(
            self.store, self.mirror, me=me, clock=clock, profile="prod", mirror=self.mirror
        )
        self.told: list[Told] = []
        self.running.on_told.append(self.told.extend)
        self.running.turn.take()

    def _connected(self) -> SentinelNerdBackend:
        transport = Transport(
            endpoint=Endpoint.parse(URL),
            product="SentinelNerd",
            auth=lambda: {"Authorization": f"Bearer {KEY}"},
            clock=self.clock,
            sleep=self.clock.sleep,
            handler=httpx.ASGITransport(app=self._stand_in),
        )
        settings = BackendSettings(url=URL, token=KEY, me=ANALYST)
        return SentinelNerdBackend(settings, transport, server=URL, clock=self.clock)

    async def sync_for(self, minutes: float) -> None:
        """Let so much time pass with the sync running."""
        until_ms = self.clock.now_ms + int(minutes * 60_000)
        while self.clock.now_ms < until_ms:
            wait_ms = max(self.running.link.wait_ms(), self.running.sync.wait_ms())
            if wait_ms > 0:
                self.clock.now_ms = min(until_ms, self.clock.now_ms + wait_ms)
            else:
                await self.running.sync.step()
        await self.running.look()

    async def send(self) -> str:
        """Send what is queued; why not all of it left."""
        try:
            await self.running.send()
        except Unavailable as error:
            return str(error)
        return ""

    async def change(self, ids: Sequence[str], patch: AlertPatch, comment: str = "") -> None:
        """Ask for a change and send it."""
        await self.session.change([AlertId(each) for each in ids], patch, comment=comment)
        assert await self.send() == ""

    async def thread(self, alert_id: str) -> list[str]:
        """The comments of an alert after they were read."""
        await self.mirror.read(AlertId(alert_id), (Part.FULL, Part.EVENTS, Part.COMMENTS, Part.HISTORY))
        return [each.body for each in (await self.mirror.comments(AlertId(alert_id))).results]


Open = Callable[[SentinelNerdStandIn], Console]


@pytest.fixture
async def console(tmp_path: Path, clock: Clock) -> AsyncIterator[Open]:
    """`console(stand_in)` opens a mirror, which is closed at the end."""
    opened: list[Console] = []

    def start(stand_in: SentinelNerdStandIn) -> Console:
        opened.append(Console(stand_in, tmp_path / "mirror.db", clock))
        return opened[-1]

    yield start
    for each in opened:
        await each.mirror.close()


def living_in(clock: Clock, knobs: Knobs | None = None) -> SentinelNerdStandIn:
    return SentinelNerdStandIn(now=lambda: datetime.fromtimestamp(clock() / 1000, UTC), knobs=knobs)


async def test_what_the_server_never_tells_stays_as_we_made_it(console: Open, clock: Clock) -> None:
    stand_in = living_in(clock, SILENT)
    ids = stand_in.fill(5)
    one = console(stand_in)
    await one.sync_for(2)
    await one.change(ids[:1], TAKE, "on it")
    await one.change(ids[:1], RESOLVE, "done")
    await one.change(ids[:1], AlertPatch(), "later")
    await one.sync_for(5)
    assert await one.thread(ids[0]) == ["on it", "done", "later"]
    await one.sync_for(5)
    assert await one.thread(ids[0]) == ["on it", "done", "later"]
    alert = one.store.alert(AlertId(ids[0]))
    assert (alert.status, alert.verdict) == ("resolved", "benign")
    assert alert.assignee is not None
    assert alert.assignee.id == ANALYST
    assert not one.store.alert(AlertId(ids[1])).assignee_known
    assert stand_in.texts(ids[0]) == ["on it", "done", "later"]
    assert {each.outcome.state for each in one.told} == {OutcomeState.CONFIRMED}
    stand_in.set(ids[0], status="open")
    await one.sync_for(15)
    alert = one.store.alert(AlertId(ids[0]))
    assert (alert.status, alert.verdict, alert.verdict_known) == ("open", "", False)


async def test_a_reopened_alert_that_kept_its_resolution_is_resolved_with_it_again(
    console: Open, clock: Clock
) -> None:
    stand_in = living_in(clock, Knobs(reopen_keeps_resolution=True))
    (alert_id,) = stand_in.fill(1)
    one = console(stand_in)
    await one.sync_for(2)
    for patch in (RESOLVE, REOPEN, RESOLVE):
        await one.change([alert_id], patch)
        clock.now_ms += 60_000
    assert {each.outcome.state for each in one.told} == {OutcomeState.CONFIRMED}
    assert stand_in.alert(alert_id)["status"] == "resolved"


@pytest.mark.parametrize("comments", ["list", "timeline"])
@pytest.mark.parametrize("answer", ["comment", "empty"])
async def test_a_comment_of_ours_is_in_the_thread_once_however_it_is_told(
    console: Open, clock: Clock, comments: str, answer: str
) -> None:
    stand_in = living_in(clock, Knobs(comments=comments, comment_answer=answer))  # type: ignore[arg-type]
    (alert_id,) = stand_in.fill(1)
    one = console(stand_in)
    await one.sync_for(2)
    await one.change([alert_id], AlertPatch(), "same")
    await one.change([alert_id], TAKE, "same")
    stand_in.add_comment(alert_id, "theirs")
    for _ in range(3):
        assert sorted(await one.thread(alert_id)) == ["same", "same", "theirs"]
        clock.now_ms += 40_000
    lines = await one.mirror.history(AlertId(alert_id))
    assert [each.after for each in lines if each.field == "status"] == ["acknowledged"]


async def test_many_alerts_go_out_in_few_requests_and_come_to_rest(console: Open, clock: Clock) -> None:
    stand_in = living_in(clock, Knobs(bulk=BulkShape(limit=25)))
    ids = stand_in.fill(120)
    one = console(stand_in)
    await one.sync_for(3)
    stand_in.forget_requests()
    await one.change(ids, RESOLVE, "noise")
    assert {stand_in.alert(each)["status"] for each in ids} == {"resolved"}
    assert all(stand_in.texts(each) == ["noise"] for each in ids)
    assert stand_in.counts["bulk"] <= 7
    assert {one.store.alert(AlertId(each)).status for each in ids} == {"resolved"}


async def test_one_alert_that_is_resolved_already_does_not_part_the_others(
    console: Open, clock: Clock
) -> None:
    stand_in = living_in(clock)
    ids = stand_in.fill(40)
    stand_in.set(ids[7], status="resolved", resolution="benign")
    one = console(stand_in)
    await one.sync_for(3)
    stand_in.forget_requests()
    await one.change(ids, AlertPatch(status=Set("resolved"), verdict=Set("duplicate")), "noise")
    assert (stand_in.counts["bulk"], stand_in.counts["resolve"]) == (1, 0)
    (refused,) = [each for each in one.told if not each.outcome.ok]
    assert refused.edit.alert_id == ids[7]
    assert "reopen the alert first" in refused.outcome.reason
    assert [stand_in.texts(each) for each in ids] == [[] if each == ids[7] else ["noise"] for each in ids]


async def test_a_change_without_an_answer_is_found_by_reading_and_never_repeated(
    console: Open, clock: Clock
) -> None:
    stand_in = living_in(clock)
    ids = stand_in.fill(4)
    one = console(stand_in)
    await one.sync_for(2)
    stand_in.knobs.bulk = BulkShape(breaks_after=2)
    await one.session.change([AlertId(each) for each in ids], RESOLVE)
    assert "500" in await one.send()
    stand_in.knobs.bulk = BulkShape()
    one.running.link.try_now()
    assert await one.send() == ""
    states = {each.edit.alert_id: each.outcome.state for each in one.told}
    assert [states[AlertId(each)] for each in ids] == [OutcomeState.CONFIRMED] * 2 + [
        OutcomeState.UNDECIDED
    ] * 2
    assert stand_in.counts["bulk"] == 1


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("was", ["open", "acknowledged"])
async def test_undoing_a_resolution_reopens_the_alert_and_leaves_no_verdict(
    console: Open, clock: Clock, was: str, keeps: bool
) -> None:
    stand_in = living_in(clock, Knobs(reopen_keeps_resolution=keeps))
    (alert_id,) = stand_in.fill(1)
    stand_in.set(alert_id, status=was)
    one = console(stand_in)
    await one.sync_for(2)
    await one.change([alert_id], RESOLVE)
    clock.now_ms += 60_000
    undone = await one.session.undo()
    assert undone is not None
    assert "stays" not in str(undone)
    assert await one.send() == ""
    assert stand_in.alert(alert_id)["status"] == was
    await one.mirror.read(AlertId(alert_id), (Part.FULL,))
    await one.sync_for(5)
    alert = one.store.alert(AlertId(alert_id))
    assert (alert.status, alert.verdict) == (was, "")
    assert {each.outcome.state for each in one.told} == {OutcomeState.CONFIRMED}
