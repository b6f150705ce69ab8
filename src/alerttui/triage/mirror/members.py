"""Members: which alerts the product counts to a value that no row carries; asked when a filter names it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.query import NONE, AlertQuery, Operator, Term
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.passes import NEVER, Ground
from alerttui.triage.mirror.ranges import gaps, oldest_as_of
from alerttui.triage.mirror.walk import Walk

MEMBERS_FOR_MS: Final = 300_000
"""An answer is asked for again after so long, where a filter still names it."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A query field and one of its values."""

    field: str
    value: str

    @property
    def coverage(self) -> str:
        """What its coverage is called."""
        return f"{self.field}={self.value}"


def memberships(query: AlertQuery, vendor_decided: frozenset[str]) -> Iterator[Membership]:
    """The values in a query that only the product can decide, and that it can be asked for."""
    for term in query.terms:
        if isinstance(term, Term) and term.field in vendor_decided:
            yield from (Membership(term.field, value) for value in term.values if can_be_asked(value))


def can_be_asked(value: str) -> bool:
    """True for a plain value: no product takes patterns, or asks for nothing."""
    return "*" not in value and value.lower() != NONE


@dataclass(slots=True)
class Members:
    """Asks for one membership after the other, list by list, over the whole window."""

    ground: Ground
    _wanted: list[Membership] = field(default_factory=list)
    _walks: list[Walk] = field(default_factory=list)
    _ids: list[AlertId] = field(default_factory=list)
    _started_ms: int = 0

    def wait_ms(self) -> int:
        """0 while something is wanted: the analyst waits for it."""
        return 0 if self._wanted else NEVER

    async def want(self, query: AlertQuery) -> bool:
        """Ask for what a query needs and the mirror does not know any more; True if that is anything."""
        for each in memberships(query, self.ground.capabilities.vendor_decided):
            if each not in self._wanted and not await self.is_known(each):
                self._wanted.append(each)
        return bool(self._wanted)

    async def is_known(self, membership: Membership) -> bool:
        """True if the whole window was asked a short while ago."""
        covered = await asyncio.to_thread(self.ground.store.coverage, membership.coverage)
        now_ms, from_ms = self.ground.now_ms, self.ground.from_ms
        as_of_ms = oldest_as_of(covered, from_ms, now_ms)
        if as_of_ms is None or as_of_ms < now_ms - MEMBERS_FOR_MS:
            return False
        return not gaps(covered, from_ms, as_of_ms)

    async def step(self) -> None:
        """Read one page of the first that is wanted."""
        wanted = self._wanted[0]
        if not self._walks:
            self._begin(wanted)
        walk = self._walks[0]
        try:
            await self.ground.step(walk)
        except BaseException:
            self._walks = []
            self._wanted.append(self._wanted.pop(0))
            raise
        if walk.is_done:
            self._ids += walk.ids
            self._walks.pop(0)
            if not self._walks:
                await self._finish(wanted, walk)

    def _begin(self, wanted: Membership) -> None:
        ground = self.ground
        self._ids, self._started_ms = [], ground.now_ms
        term = Term(wanted.field, Operator.HAS, (wanted.value,))
        self._walks = [ground.walk(of, ground.from_ms, ground.now_ms, term) for of in ground.types]
        for walk in self._walks:
            walk.keeps_ids = True

    async def _finish(self, wanted: Membership, walk: Walk) -> None:
        self._wanted.pop(0)
        await asyncio.to_thread(
            self.ground.store.set_members,
            wanted.field, wanted.value, self._ids, walk.from_ms, walk.to_ms, self._started_ms,
        )  # fmt: skip
