"""Hot: everything that is open or active, again and again, and what has fallen out of that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.errors import NotFound, Rejected
from alerttui.domain.query import Operator, Term
from alerttui.domain.vocabulary import AlertId, Phase
from alerttui.triage.mirror.budget import Budget
from alerttui.triage.mirror.passes import SKEW_MS, Ground
from alerttui.triage.mirror.ranges import gaps, oldest_as_of
from alerttui.triage.mirror.walk import Walk, read_one

HOT_EVERY_MS: Final = 60_000
"""How often at most all that is not closed is read again; the budget makes it rarer where it is much."""

UNHANDLED: Final = (Phase.OPEN, Phase.ACTIVE)

FALLEN_AT_ONCE: Final = 500


@dataclass(slots=True)
class Hot:
    """One listing of the open and active alerts of each list; then what was not in it is looked up."""

    ground: Ground
    budget: Budget
    """Its own share of the requests, apart from what an analyst waits for."""
    due_ms: int = 0
    is_awaited: bool = False
    """True if somebody waits for the pass: a command that catches up."""
    _walks: list[Walk] = field(default_factory=list)
    _fallen: list[AlertId] = field(default_factory=list)
    _started_ms: int = 0
    _from_ms: int = 0
    _is_running: bool = False
    _walks_again: bool = False
    """True while what has fallen out is listed, because that costs less than reading each."""

    def __post_init__(self) -> None:
        self.due_ms = self.ground.now_ms

    def wait_ms(self) -> int:
        """How long until the next request is due and within the share."""
        now_ms = self.ground.now_ms
        due = 0 if self._is_running else max(0, self.due_ms - now_ms)
        budget = self.ground.link.budget if self.is_awaited else self.budget
        return max(due, budget.wait_ms(now_ms))

    @property
    def is_running(self) -> bool:
        """True while a pass is due or under way."""
        return self._is_running or self.due_ms <= self.ground.now_ms

    def hurry(self, *, is_awaited: bool = False) -> None:
        """Begin now; where somebody waits for it, beyond its own share of the requests."""
        self.due_ms = self.ground.now_ms
        self.is_awaited = is_awaited

    async def step(self) -> None:
        """One request of the pass."""
        if not self._is_running:
            await self._begin()
        if self._walks:
            await self._list()
        elif self._fallen:
            await self._look_up(self._fallen.pop())
        if self._is_running and not self._walks and not self._fallen:
            await self._finish()

    async def _begin(self) -> None:
        ground = self.ground
        copies = await asyncio.to_thread(ground.store.open_copies)
        self._started_ms = ground.now_ms
        oldest_ms = copies.oldest_as_of_ms
        if oldest_ms is None or (oldest_ms > ground.now_ms - HOT_EVERY_MS and not self.is_awaited):
            self.is_awaited = False
            self.due_ms = (ground.now_ms if oldest_ms is None else oldest_ms) + HOT_EVERY_MS
            return
        self._is_running = True
        assert copies.oldest_created_ms is not None
        self._from_ms = copies.oldest_created_ms
        if await self._was_just_read():
            return
        self._walks = [
            ground.walk(of, self._from_ms, ground.now_ms + SKEW_MS, *terms)
            for of in ground.types
            for terms in self._narrowings()
        ]

    async def _was_just_read(self) -> bool:
        """True if every list was read whole since the pass fell due: a first reading does that."""
        for of in self.ground.types:
            covered = await self.ground.covered(of)
            as_of_ms = oldest_as_of(covered, self._from_ms, self.due_ms)
            if as_of_ms is None or as_of_ms < self.due_ms or gaps(covered, self._from_ms, self.due_ms):
                return False
        return True

    def _narrowings(self) -> list[tuple[Term, ...]]:
        """What narrows each of the lists that together hold all that is not closed."""
        capabilities = self.ground.capabilities
        if "status" not in capabilities.narrows:
            return [()]
        words = tuple(each.word for each in capabilities.statuses if each.phase in UNHANDLED)
        groups = [(word,) for word in words] if "status" in capabilities.narrows_singly else [words]
        return [(Term("status", Operator.HAS, group),) for group in groups]

    async def _list(self) -> None:
        walk = self._walks[0]
        self.budget.spend(self.ground.now_ms)
        try:
            await self.ground.step(walk)
        except BaseException:
            self._give_up()
            raise
        if walk.is_done:
            self._walks.pop(0)
            if not self._walks:
                await self._find_fallen()

    async def _find_fallen(self) -> None:
        """What the mirror has as open and the pass did not show: closed meanwhile, or gone."""
        found = await asyncio.to_thread(
            self.ground.store.unconfirmed, self._started_ms, UNHANDLED, self._from_ms, FALLEN_AT_ONCE
        )
        if not found:
            return
        created = [each for _, each in found]
        oldest, newest = min(created), max(created)
        among = await asyncio.to_thread(self.ground.store.count_created, oldest, newest + 1)
        if not self._walks_again and self.ground.pages(among) < len(found):
            self._walks = [self.ground.walk(of, oldest, newest) for of in self.ground.types]
            self._walks_again = True
        else:
            self._fallen = [alert_id for alert_id, _ in found]

    async def _look_up(self, alert_id: AlertId) -> None:
        self.budget.spend(self.ground.now_ms)
        try:
            await read_one(self.ground.link, self.ground.store, alert_id)
        except NotFound:
            return  # it has left the mirror
        except Rejected:
            return  # it stays as it was, and who opens it is told why; the others go on

    async def _finish(self) -> None:
        self._is_running = self._walks_again = self.is_awaited = False
        self.due_ms = self._started_ms + HOT_EVERY_MS

    def _give_up(self) -> None:
        self._walks, self._fallen = [], []
        self._is_running = self._walks_again = self.is_awaited = False
        self.due_ms = self.ground.now_ms + HOT_EVERY_MS
