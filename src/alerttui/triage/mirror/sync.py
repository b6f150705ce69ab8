"""The sync: which request is worth most now, within what the vendor lets us ask."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final, Protocol

from alerttui.domain.errors import AlertTuiError, BadAnswer, NotPermitted, Unavailable
from alerttui.domain.query import AlertQuery
from alerttui.triage.mirror.budget import Budget, background_share
from alerttui.triage.mirror.directory import Directory
from alerttui.triage.mirror.focus import Focus
from alerttui.triage.mirror.hot import Hot
from alerttui.triage.mirror.members import Members
from alerttui.triage.mirror.passes import Backfill, Ground, Newest, Sweep

LOG: Final = logging.getLogger("alerttui")

PURGE_EVERY_MS: Final = 3_600_000
PURGE_SLACK_MS: Final = 86_400_000
"""What has left the window stays a day longer, so that nothing vanishes while it is being looked at."""

REFUSED_FOR_MS: Final = 300_000
"""A pass that the server refuses is left alone for so long; the others go on."""

MISREAD_FOR_MS: Final = 60_000
"""A pass whose answer could not be read: what it asks for must not keep the others from being asked."""

HOT_PER_SWEEP: Final = 9
"""So many requests of the hot pass go before one of the sweep, where both are due."""

NEWEST_SHARE: Final = 2
"""Of the background requests of a minute, so many are kept for looking for new alerts."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Why a pass is not tried now, and until when."""

    until_ms: int
    why: str


class Pass(Protocol):
    """Something that the sync does, a request at a time."""

    def wait_ms(self) -> int:
        """How long until its next request is due."""
        ...

    async def step(self) -> None:
        """Make its next request."""
        ...


@dataclass(slots=True)
class Sync:
    """The passes over one mirror, and whose turn it is among them."""

    ground: Ground
    focus: Focus
    directory: Directory = field(init=False)
    newest: Newest = field(init=False)
    backfill: Backfill = field(init=False)
    members: Members = field(init=False)
    hot: Hot = field(init=False)
    sweep: Sweep = field(init=False)
    _left_alone: dict[int, LeftAlone] = field(default_factory=dict)
    _hot_steps: int = 0
    _purge_due_ms: int = 0

    def __post_init__(self) -> None:
        ground = self.ground
        share = background_share(ground.link.budget.per_minute)
        self.directory = Directory(ground)
        self.backfill = Backfill(ground)
        background = Budget(max(1, share - NEWEST_SHARE))
        self.newest = Newest(ground, background, on_gap=self.backfill.look_again)
        self.members = Members(ground)
        self.hot = Hot(ground, background)
        self.sweep = Sweep(ground, background)

    def wait_ms(self) -> int:
        """How long until anything is due."""
        return min(self._wait_ms(each) for each in self._order())

    async def step(self) -> None:
        """Make the request that is worth most; raises `Unavailable` where nothing can be asked now."""
        due = next((each for each in self._order() if self._wait_ms(each) == 0), None)
        if due is None:
            return
        if due is self.hot:
            self._hot_steps += 1
        elif due is self.sweep:
            self._hot_steps = 0
        try:
            await due.step()
        except BadAnswer as error:
            self._leave_alone(due, error, MISREAD_FOR_MS)
            raise
        except AlertTuiError as error:
            if isinstance(error, Unavailable) and not isinstance(error, NotPermitted):
                raise
            self._leave_alone(due, error, REFUSED_FOR_MS)
        else:
            self._left_alone.pop(id(due), None)
            if due is self.focus:
                self.focus.trouble = ""
        await self._purge()

    @property
    def trouble(self) -> str:
        """Why something cannot be read although the system answers, in words; empty while all is well."""
        return next((each.why for each in self._left_alone.values()), self.focus.trouble)

    @property
    def retry_at_ms(self) -> int | None:
        """When the first of what is left alone is tried again."""
        return min((each.until_ms for each in self._left_alone.values()), default=None)

    def _leave_alone(self, due: Pass, error: AlertTuiError, for_ms: int) -> None:
        """Let the others go on; what is read for the alert in view is not asked for again by itself."""
        if due is self.focus:
            self.focus.trouble = str(error)
            return
        self._left_alone[id(due)] = LeftAlone(self.ground.now_ms + for_ms, str(error))
        LOG.warning("sync: %s is left alone for a while: %s", type(due).__name__, error)

    async def want(self, query: AlertQuery, from_ms: int | None) -> None:
        """A filter is on screen: have what it needs, however far back it reaches."""
        if from_ms is not None and from_ms < self.ground.from_ms:
            self.ground.wanted_from_ms = from_ms
        await self.members.want(query)

    def refresh(self, *, is_awaited: bool = False) -> None:
        """Look for new alerts now, and read what is open again."""
        self._left_alone.clear()
        self.newest.hurry()
        self.hot.hurry(is_awaited=is_awaited)
        self.backfill.look_again()

    def is_behind(self) -> bool:
        """True while something of the window, of what is new or of what is open is still to be read."""
        return any(self._is_unread(each) for each in (self.newest, self.members, self.backfill, self.hot))

    def _is_unread(self, each: Newest | Members | Backfill | Hot) -> bool:
        return each.is_running if isinstance(each, Hot) else self._wait_ms(each) == 0

    def _order(self) -> tuple[Pass, ...]:
        background: tuple[Pass, ...] = (self.hot, self.sweep)
        if self._hot_steps >= HOT_PER_SWEEP:
            background = (self.sweep, self.hot)
        return (self.focus, self.newest, self.members, self.directory, self.backfill, *background)

    def _wait_ms(self, each: Pass) -> int:
        left = self._left_alone.get(id(each))
        wait = each.wait_ms()
        return wait if left is None else max(wait, left.until_ms - self.ground.now_ms)

    async def _purge(self) -> None:
        """Let go what has left the window, a little at a time."""
        now_ms = self.ground.now_ms
        if now_ms < self._purge_due_ms:
            return
        before_ms = self.ground.from_ms - PURGE_SLACK_MS
        gone = await asyncio.to_thread(self.ground.store.purge, before_ms)
        if not gone:
            self._purge_due_ms = now_ms + PURGE_EVERY_MS
