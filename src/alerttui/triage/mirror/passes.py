"""The passes of the sync: what each of them asks next, one request a step.

*Newest* looks for new alerts, *Backfill* reads what of the window is missing, *Sweep* reads the window again
in slow rotation, because a closed alert may change too. *Hot* and *Members* have modules of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from alerttui.backends.mirror import Coverage, MirrorStore
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.query import Operator, Term
from alerttui.triage.mirror.budget import Budget
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.ranges import gaps
from alerttui.triage.mirror.walk import Walk

NEWEST_EVERY_MS: Final = 60_000
OTHERS_EVERY_MS: Final = 600_000
"""How often lists beside the main one are asked for new alerts: errors of detections and of the system."""

NEWEST_PAGE: Final = 50
"""Alerts that are asked for where few new ones are expected, also where a list cannot be narrowed by time."""

UNORDERED_PAGE_MS: Final = 6_000
"""Where a list has no known order it is read whole: so long a pause for every page of it.

New alerts are open, and so the hot pass sees them meanwhile.
"""

OVERLAP_MS: Final = 300_000
"""So far back new alerts are looked for again: one may appear in the list after a later one."""

SKEW_MS: Final = 300_000
"""So much the server's clock may be ahead of ours."""

SWEEP_EVERY_MS: Final = 120_000

CUT_FOR_MS: Final = 3_600_000
"""How long what a system lists no further is left alone: the list moves on as alerts come."""

NEVER: Final = 1 << 60


@dataclass(slots=True)
class Ground:
    """What every pass works on."""

    store: MirrorStore
    link: Link
    known: Capabilities
    """What the system can do as far as is known without asking it."""
    window_ms: int
    wanted_from_ms: int | None = None
    """Further back than the window, where a filter asked for it."""

    @property
    def capabilities(self) -> Capabilities:
        """What the system can do, with what the connection has learned."""
        return self.link.backend.capabilities if self.link.backend is not None else self.known

    @property
    def now_ms(self) -> int:
        """The present time."""
        return self.link.clock()

    @property
    def from_ms(self) -> int:
        """From which creation on the mirror shall have every alert."""
        start = self.now_ms - self.window_ms
        return start if self.wanted_from_ms is None else min(start, self.wanted_from_ms)

    @property
    def types(self) -> tuple[str, ...]:
        """The lists that the product keeps apart."""
        return self.capabilities.listed_types

    @property
    def page(self) -> int:
        """How many alerts to ask for at once."""
        return self.capabilities.page_limit

    def pages(self, alerts: int) -> int:
        """How many requests it takes to list a range that holds so many alerts."""
        return -(-alerts // self.page) * len(self.types)

    def walk(self, of: str, from_ms: int, to_ms: int, *terms: Term) -> Walk:
        """A listing of one of the lists over a range."""
        return Walk(
            from_ms,
            to_ms,
            self.now_ms,
            (*terms, *type_terms(of)),
            is_by_creation=self.capabilities.is_listed_by_creation,
            oldest_ms=min(from_ms, self.from_ms),
        )

    async def step(self, walk: Walk, limit: int | None = None) -> None:
        """Read the next page of a listing, of as many alerts as the system gives at once, or so many."""
        await walk.step(self.link, self.store, min(limit or self.page, self.page))

    async def covered(self, of: str) -> list[Coverage]:
        """What is covered of one of the lists."""
        return await asyncio.to_thread(self.store.coverage, coverage_name(of))

    async def cover(self, of: str, walk: Walk) -> None:
        """Note what a listing has read so far, as of its start.

        Alerts of the very millisecond where a page ended may be on the next one.
        """
        is_whole = walk.is_done and not walk.is_cut
        is_ordered = self.capabilities.is_listed_by_creation
        is_cut_off = walk.is_done and walk.is_cut and not is_ordered
        if not (is_whole or is_ordered or is_cut_off):
            return
        from_ms = walk.from_ms if is_whole else walk.lowest_ms + 1
        if is_cut_off:  # nobody knows which alerts it left out: only the moment is known
            from_ms = walk.started_ms - 1
        to_ms = min(walk.to_ms, walk.started_ms)
        if from_ms < to_ms:
            coverage = Coverage(of=coverage_name(of), from_ms=from_ms, to_ms=to_ms, as_of_ms=walk.started_ms)
            await asyncio.to_thread(self.store.cover, coverage)


def coverage_name(of: str) -> str:
    """What the coverage of a list is called; `of` is a value of `Capabilities.listed_types`."""
    return f"alerts/{of}" if of else "alerts"


def type_terms(of: str) -> tuple[Term, ...]:
    """The term that chooses one of the lists; none where there is one list only."""
    return (Term("type", Operator.IS, (of,)),) if of else ()


@dataclass(slots=True)
class Newest:
    """New alerts: the newest page of each list, from a little before the newest that is known."""

    ground: Ground
    background: Budget
    """What the lists beside the main one share with the other passes, unless somebody waits."""
    due_ms: dict[str, int] = field(default_factory=dict)
    on_gap: Callable[[], None] = lambda: None
    """Told when the newest page did not reach what is known: something in between is missing."""
    _walk: Walk | None = None
    _of: str = ""
    _limit: int = 0

    def wait_ms(self) -> int:
        """How long until the next step is due."""
        if self._walk is not None:
            return 0
        return min(map(self._wait_ms, self.ground.types))

    def _wait_ms(self, of: str) -> int:
        now_ms = self.ground.now_ms
        due_ms = max(0, self.due_ms.get(of, 0) - now_ms)
        return max(due_ms, self.background.wait_ms(now_ms)) if self._is_background(of) else due_ms

    def _is_background(self, of: str) -> bool:
        return of != self.ground.types[0] and of in self.due_ms

    def hurry(self) -> None:
        """Look now, whenever it was last done."""
        self.due_ms.clear()

    async def step(self) -> None:
        """Read one page; what it does not reach is left to the backfill."""
        ground = self.ground
        if self._walk is None:
            self._of = min(ground.types, key=lambda of: (self._wait_ms(of), self.due_ms.get(of, 0)))
            if self._is_background(self._of):
                self.background.spend(ground.now_ms)
            covered = await ground.covered(self._of)
            newest = covered[0].to_ms - OVERLAP_MS if covered else ground.from_ms
            is_glance = bool(covered) and ground.capabilities.is_listed_by_creation
            self._limit = NEWEST_PAGE if is_glance else ground.page
            self._walk = ground.walk(self._of, max(newest, ground.from_ms), ground.now_ms + SKEW_MS)
        walk = self._walk
        try:
            await ground.step(walk, self._limit)
        except BaseException:
            self._walk = None
            raise
        await ground.cover(self._of, walk)
        if walk.is_done or ground.capabilities.is_listed_by_creation:
            self._walk = None
            is_main = self._of == ground.types[0]
            every_ms = NEWEST_EVERY_MS if is_main else OTHERS_EVERY_MS
            if not ground.capabilities.is_listed_by_creation:
                every_ms = max(every_ms, walk.pages * UNORDERED_PAGE_MS)
            self.due_ms[self._of] = walk.started_ms + every_ms
            if not walk.is_done or walk.is_cut:
                self.on_gap()


@dataclass(slots=True)
class Backfill:
    """What of the window is missing, newest first; it goes on where it was left after a restart."""

    ground: Ground
    _walk: Walk | None = None
    _of: str = ""
    _is_complete: bool = False
    _complete_from_ms: int = 0
    cut_from_ms: int | None = None
    """Creation of the oldest alert that the system lists, where it lists no further; None if it does."""
    _cut_until_ms: int = 0
    """Until then the system is not asked again for what it lists no further."""

    def look_again(self) -> None:
        """The coverage may have a hole again."""
        self._is_complete = False

    def wait_ms(self) -> int:
        """0 while something may be missing and requests are left."""
        cut_ms = self._cut_until_ms - self.ground.now_ms
        if cut_ms > 0:
            return cut_ms
        if self._is_complete and self.ground.from_ms >= self._complete_from_ms:
            return NEVER
        return self.ground.link.budget.wait_ms(self.ground.now_ms)

    async def step(self) -> None:
        """Read one page of the newest gap."""
        if self._walk is None:
            self._walk = await self._newest_gap()
        if self._walk is None:
            self._is_complete, self._complete_from_ms = True, self.ground.from_ms
            return
        walk = self._walk
        try:
            await self.ground.step(walk)
        except BaseException:
            self._walk = None
            raise
        await self.ground.cover(self._of, walk)
        if walk.is_done:
            self._walk = None
            self.cut_from_ms = walk.lowest_ms if walk.is_cut else None
        if walk.is_cut and not self._goes_on(walk):
            self._cut_until_ms = self.ground.now_ms + CUT_FOR_MS

    def _goes_on(self, walk: Walk) -> bool:
        """True if what lies behind a list that ended early can be listed by its dates."""
        return "created" in self.ground.capabilities.narrows and walk.lowest_ms < walk.to_ms

    async def _newest_gap(self) -> Walk | None:
        for of in self.ground.types:
            covered = await self.ground.covered(of)
            if not covered:
                continue  # the first page of a list is for `Newest`
            missing = gaps(covered, self.ground.from_ms, covered[0].to_ms)
            if missing:
                self._of = of
                return self.ground.walk(of, *missing[0])
        return None


@dataclass(slots=True)
class Sweep:
    """The whole window again and again, a page at a time."""

    ground: Ground
    background: Budget
    """What it shares with the hot pass."""
    due_ms: int = 0
    _walk: Walk | None = None
    _turn: int = 0

    def __post_init__(self) -> None:
        self.due_ms = self.ground.now_ms + SWEEP_EVERY_MS

    def wait_ms(self) -> int:
        """How long until the next page is due and within the share."""
        now_ms = self.ground.now_ms
        return max(0, self.due_ms - now_ms, self.background.wait_ms(now_ms))

    async def step(self) -> None:
        """Read the next page."""
        ground = self.ground
        self.due_ms = ground.now_ms + SWEEP_EVERY_MS
        self.background.spend(ground.now_ms)
        of = ground.types[self._turn % len(ground.types)]
        if self._walk is None:
            self._walk = ground.walk(of, ground.from_ms, ground.now_ms)
        walk = self._walk
        try:
            await ground.step(walk)
        except BaseException:
            self._walk = None  # a cursor may be worth nothing after a failure
            raise
        if walk.is_done:
            self._walk = None
            self._turn += 1
