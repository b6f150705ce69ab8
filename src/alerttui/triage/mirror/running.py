"""Running a mirror: whose turn it is, when to sync, when to send, and what to tell of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Container, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from alerttui.backends.contract import Waiting
from alerttui.backends.mirror import MirrorStore
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import AlertTuiError, ConfigError, ReadOnly, StoreError, Unavailable
from alerttui.domain.pending import Decision, EditKey, PendingCounts, PendingEdit
from alerttui.domain.query import AlertQuery
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.comment_sender import CommentSender
from alerttui.triage.mirror.focus import Focus
from alerttui.triage.mirror.holding import Holding, created_from, holding
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.listening import Listener
from alerttui.triage.mirror.members import memberships
from alerttui.triage.mirror.passes import Ground, coverage_name
from alerttui.triage.mirror.points import Reach, nothing
from alerttui.triage.mirror.ranges import covered_down_to
from alerttui.triage.mirror.sender import Sender, Told
from alerttui.triage.mirror.state import MirrorState
from alerttui.triage.mirror.sync import Sync
from alerttui.triage.mirror.turn import Turn

LOG: Final = logging.getLogger("alerttui")

WATCH_S: Final = 1.0
"""How often it is looked whether another process queued something, or gave up its turn."""

NO_LIMIT: Final = 300
"""Requests a minute where neither the product nor the profile names a limit."""

OLD_MS: Final = 3_600_000
"""Queued changes that are older are asked about before they are sent."""

SETTLES_WITHIN_S: Final = 60.0
"""How long a headless command waits for its change."""

FAILED_FOR_S: Final = 60.0
"""After an error of our own the loop rests for so long instead of spinning."""


class Progress(Protocol):
    """Whoever is told how far a long reading has come."""

    def is_due(self, now_ms: int) -> bool:
        """True if it should be told now."""
        ...

    def tell(self, state: MirrorState) -> None:
        """How far it has come."""
        ...


@dataclass(slots=True)
class Running:
    """The sync and the sender of one mirror, for as long as this process has the turn."""

    ground: Ground
    turn: Turn
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    reach: Reach = nothing
    sync: Sync = field(init=False)
    sender: Sender = field(init=False)
    state: MirrorState = field(init=False)
    on_state: list[Callable[[], None]] = field(default_factory=list)
    """Told when the state is another one."""
    on_told: list[Callable[[Sequence[Told]], None]] = field(default_factory=list)
    """Told how edits and comments that were sent came to their end."""
    is_paused: bool = False
    """True while old changes wait for an answer whether they are still meant."""
    waiting_until_ms: int | None = None
    waiting_why: str = ""
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _version: int = -1

    def __post_init__(self) -> None:
        ground = self.ground
        self.sync = Sync(ground, Focus(ground.store, ground.link))
        self.sender = Sender(ground, CommentSender(ground, self.sleep, self.reach), self._told, self.reach)
        self.state = MirrorState(wanted_from_ms=ground.from_ms)
        ground.link.on_change = self.tell

    @property
    def store(self) -> MirrorStore:
        """The mirror's file."""
        return self.ground.store

    @property
    def link(self) -> Link:
        """The connection."""
        return self.ground.link

    @property
    def capabilities(self) -> Capabilities:
        """What the system can do: as it is known without asking, or as the connection has learned."""
        return self.ground.capabilities

    # -- for the console: beside the keys, until it ends

    async def run(self) -> None:
        """Sync and send until cancelled; what goes wrong is noted, and never ends it."""
        self.is_paused = self.is_old(await asyncio.to_thread(self.store.pending_counts))
        self.turn.take()
        await self.look()
        listener = Listener(self.link, self.turn, self._look_for_new)
        await asyncio.gather(
            self._forever(self._sync_once), self._forever(self._send_once), self._forever(listener.listen)
        )

    def _look_for_new(self) -> None:
        """The system announced something; a list without an order would have to be read whole to find it."""
        if self.capabilities.is_listed_by_creation:
            self.sync.newest.hurry()
            self.wake()

    def is_old(self, counts: PendingCounts) -> bool:
        """True if the oldest of what is queued was asked for so long ago that it is asked about first."""
        return counts.oldest_ms is not None and counts.oldest_ms < self.ground.now_ms - OLD_MS

    async def _forever(self, once: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await once()
            except Unavailable as error:
                LOG.warning("mirror: %s", error)
                if not self.link.wait_ms():  # it is about what was asked, not about the connection
                    await self._nap(FAILED_FOR_S)
            except AlertTuiError as error:
                LOG.warning("mirror: %s", error)
                await self._nap(FAILED_FOR_S)
            except Exception:  # the worker boundary: an error of our own must not end the sync for good
                LOG.exception("mirror failed")
                await self._nap(FAILED_FOR_S)

    async def _sync_once(self) -> None:
        if not self.turn.take():
            await self._nap(WATCH_S)
            await self.look()
            return
        wait_ms = max(self.link.wait_ms(), self.sync.wait_ms())
        if wait_ms > 0:
            await self._nap(min(WATCH_S, wait_ms / 1000))
            await self._look_if_written()
            return
        try:
            await self.sync.step()
        finally:
            await self.look()

    async def _send_once(self) -> None:
        await self._look_if_written()  # the sync may be waiting for a slow answer
        if not self._may_send or self.link.wait_ms() or not self.state.counts.queued:
            await self._nap(WATCH_S)
            return
        await self.send()

    @property
    def _may_send(self) -> bool:
        return self.turn.is_mine and not self.is_paused and not self.capabilities.read_only_reason

    async def send(self, only: Container[AlertId] | None = None) -> None:
        """Send what is queued, of all alerts or `only` some; raises `Unavailable` where the rest has to wait.

        Where nothing may be written by now, what waits stays as it is: `ReadOnly`.
        """
        if refusal := self.capabilities.read_only_reason:
            raise ReadOnly(refusal)
        async with self._sending:
            try:
                await self.sender.send(only)
            finally:
                await self.look()

    async def _nap(self, seconds: float) -> None:
        """Rest, unless something is wanted meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

    def wake(self) -> None:
        """Something is wanted now."""
        self._woken.set()

    # -- for commands: once

    async def settled(self, change_id: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """What came of a change: sent here, or by whoever has the turn; as it is where neither can.

        Old changes of other alerts are not sent along: nobody was asked whether they are still meant.
        """
        is_old = self.is_old(await asyncio.to_thread(self.store.pending_counts))
        only = {each.alert_id for each in outcomes} if is_old else None
        deadline, why = self.ground.now_ms + int(SETTLES_WITHIN_S * 1000), ""
        while await self._pending_of(change_id):
            if self.ground.now_ms >= deadline:
                why = why or "It is still on its way."
                break
            if not self.turn.take():
                why = "Another alerttui has the turn on this mirror and has not sent it yet."
                await self.sleep(WATCH_S / 5)
                continue
            try:
                await self.send(only)
            except (ConfigError, StoreError):
                raise
            except AlertTuiError as error:
                why = str(error)
                break
        found = await asyncio.to_thread(self.store.outcomes, change_id) or outcomes
        left = {each.alert_id for each in await self._pending_of(change_id)}
        return [_with_reason(each, why) if each.alert_id in left else each for each in found]

    async def _pending_of(self, change_id: str) -> list[PendingEdit]:
        found = await asyncio.to_thread(self.store.pending)
        return [each for each in found if each.key.change_id == change_id]

    async def refresh(
        self, query: AlertQuery, *, within_s: float, on_progress: Progress | None = None
    ) -> None:
        """Bring up to date what a query needs, for so long at most; raises `Unavailable`."""
        if not self.turn.take():
            return  # the process that has the turn keeps it up to date
        now_ms = self.ground.now_ms
        await self.want(query)
        self.sync.newest.hurry()
        until_ms = now_ms + int(within_s * 1000)
        while self.sync.wait_ms() == 0 and self.ground.now_ms < until_ms:
            await self.sync.step()
            await self._tell_progress(on_progress)
        await self.look()

    async def catch_up(self, on_progress: Progress | None = None) -> None:
        """Read all that the window needs: new alerts, what is open, what is missing; raises `Unavailable`."""
        self.link.try_now()
        self.sync.refresh(is_awaited=True)
        while self.sync.is_behind():
            wait_ms = self.sync.wait_ms()
            if wait_ms:
                await self.sleep(min(wait_ms, 1000) / 1000)
                continue
            await self.sync.step()
            await self._tell_progress(on_progress)
        await self.look()

    async def _tell_progress(self, progress: Progress | None) -> None:
        if progress is not None and progress.is_due(self.ground.now_ms):
            await self.look()
            progress.tell(self.state)

    # -- what is wanted

    async def want(self, query: AlertQuery) -> None:
        """A filter is on screen: have what it needs."""
        await self.sync.want(query, created_from(query, self.ground.now_ms))
        self.wake()

    async def hurry(self) -> None:
        """The analyst asks for the newest: look now, and do not wait after a failure."""
        self.link.try_now()
        self.sync.refresh()
        self.wake()

    async def holding(self, query: AlertQuery) -> Holding:
        """How far the mirror's answer to a query can be relied on."""
        unasked = [
            f"{each.field}:{each.value}"
            for each in memberships(query, self.ground.capabilities.vendor_decided)
            if not await self.sync.members.is_known(each)
        ]
        return holding(query, self.state, self.ground.capabilities, self.ground.now_ms, tuple(unasked))

    async def decide(self, keys: Sequence[EditKey], decision: Decision) -> int:
        """What the analyst makes of what is held."""
        count = await asyncio.to_thread(self.store.decide, keys, decision)
        await self.look()
        self.wake()
        return count

    async def drop(self, keys: Sequence[EditKey]) -> int:
        """Give up what is queued or held."""
        count = await asyncio.to_thread(self.store.drop, keys)
        await self.look()
        return count

    async def allow_sending(self) -> None:
        """Old changes are still meant: send them."""
        self.is_paused = False
        await self.look()
        self.wake()

    # -- what is told

    async def _look_if_written(self) -> None:
        version = await asyncio.to_thread(self.store.data_version)
        if version != self._version:
            self._version = version
            await self.look()

    def glance(self) -> None:
        """See how things are before anything runs; blocks for a moment, and tells nobody."""
        self.state = replace(self._seen(), is_sender=True)

    async def look(self) -> None:
        """See how things are, and tell it if they are not as they were."""
        async with self._looking:  # what is read first is told first
            seen = await asyncio.to_thread(self._seen)
            self.is_paused = self.is_paused and self.is_old(seen.counts)
            self._show(seen)

    def _seen(self) -> MirrorState:
        """What the store says; blocks."""
        main = self.ground.types[0]
        covered = self.store.coverage(coverage_name(main))
        copies = self.store.open_copies()
        return replace(
            self.state,
            counts=self.store.pending_counts(),
            new_as_of_ms=covered[0].as_of_ms if covered else None,
            open_as_of_ms=copies.oldest_as_of_ms,
            covered_from_ms=covered_down_to(covered, covered[0].to_ms) if covered else None,
            wanted_from_ms=self.ground.from_ms,
            cut_from_ms=self.sync.backfill.cut_from_ms,
        )

    def tell(self) -> None:
        """The connection is not as it was."""
        self._show(self.state)

    def _show(self, state: MirrorState) -> None:
        link = self.link
        state = replace(
            state,
            is_connected=link.is_connected,
            offline_since_ms=link.offline_since_ms,
            is_let_in=link.is_let_in,
            trouble=link.trouble or self.sync.trouble,
            retry_at_ms=link.retry_at_ms if link.trouble else self.sync.retry_at_ms,
            waiting_until_ms=self.waiting_until_ms,
            waiting_why=self.waiting_why,
            is_sender=self.turn.is_mine,
            is_paused=self.is_paused,
        )
        if state != self.state:
            self.state = state
            for tell in self.on_state:
                tell()

    def note_wait(self, waiting: Waiting | None) -> None:
        """The connection waits before it tries again, or goes on."""
        self.waiting_until_ms = waiting.until_ms if waiting else None
        self.waiting_why = waiting.why if waiting else ""
        self.tell()

    def _told(self, told: Sequence[Told]) -> None:
        for tell in self.on_told:
            tell(told)

    async def close(self) -> None:
        """Let go of the connection and of the turn."""
        self.turn.give_up()
        await self.link.close()


def _with_reason(outcome: Outcome, why: str) -> Outcome:
    """What became of an edit of which values or comment still wait, with the reason."""
    if outcome.state is OutcomeState.QUEUED:
        return replace(outcome, reason=outcome.reason or why)
    return replace(outcome, comment_added=False, reason=f"it is queued. {outcome.reason or why}")
