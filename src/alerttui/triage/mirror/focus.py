"""Focus: the alert in view in full, and its events and comments once their panes show."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from alerttui.backends.contract import Backend
from alerttui.backends.mirror import MirrorStore, Part, PartState
from alerttui.domain.alert import Comment
from alerttui.domain.errors import BadAnswer, NotFound, NotPermitted, Unavailable
from alerttui.domain.listing import Page
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.passes import NEVER
from alerttui.triage.mirror.walk import read_one

T = TypeVar("T")

FRESH_MS: Final = 30_000
"""A part that was read so short a while ago is not read again when its alert comes into view."""

FIRST_EVENTS: Final = 25
COMMENTS_AT_ONCE: Final = 50
MAX_COMMENT_PAGES: Final = 20

TRIES: Final = 3
"""What was not read for want of an answer is asked for so often, each time after something was answered."""


@dataclass(slots=True)
class Focus:
    """Which alert is in view, and what of it is still to be read."""

    store: MirrorStore
    link: Link
    alert_id: AlertId | None = None
    trouble: str = ""
    """Why a part could not be read, in words; empty while all is well."""
    _wanted: list[Part] = field(default_factory=list)
    _again: list[Part] = field(default_factory=list)
    """Parts that got no answer; other passes go first, so that one alert cannot hold up the rest."""
    _failures: int = 0

    def wait_ms(self) -> int:
        """0 while something is to be read: the analyst looks at it."""
        return 0 if self._wanted or (self._again and self.link.is_connected) else NEVER

    def attend(self, alert_id: AlertId, parts: tuple[Part, ...]) -> None:
        """The alert is in view with these parts; what was wanted of another one is not any more."""
        if alert_id != self.alert_id:
            self.leave()
            self.alert_id = alert_id
        self._failures = 0
        self._wanted += [each for each in parts if each not in self._wanted]

    def leave(self) -> None:
        """No alert is in view."""
        self.alert_id, self._wanted, self._again = None, [], []
        self.trouble = ""

    async def step(self) -> None:
        """Read the next part that is not fresh."""
        alert_id = self.alert_id
        if alert_id is None:
            self.leave()
            return
        if not self._wanted:
            self._wanted, self._again = self._again, []
        if not self._wanted:
            return
        part = self._wanted.pop(0)
        try:
            if not await self._is_fresh(alert_id, part):
                await self._read(alert_id, part)
        except NotFound:
            self.leave()
        except Unavailable as error:
            is_lost = not isinstance(error, (BadAnswer, NotPermitted))
            if is_lost and self._failures < TRIES:
                self._failures += 1
                self._again.append(part)
            raise

    async def _is_fresh(self, alert_id: AlertId, part: Part) -> bool:
        try:
            state = await asyncio.to_thread(self.store.part, alert_id, part)
        except NotFound:  # the mirror does not have it: it is older than the window, or has just come
            return False
        return state is not None and state.as_of_ms > self.link.clock() - FRESH_MS

    async def _read(self, alert_id: AlertId, part: Part) -> None:
        if part is Part.FULL:
            await read_one(self.link, self.store, alert_id)
        elif part is Part.EVENTS:
            await self.read_events(alert_id)
        elif part is Part.COMMENTS:
            await self.read_comments(alert_id)
        else:
            await self._read_told(alert_id, part)

    async def _read_told(self, alert_id: AlertId, part: Part) -> None:
        """Read what only some systems tell: their own history, and what they relate to the alert."""
        backend = await self.link.made()
        requested_ms = self.link.clock()
        if part is Part.HISTORY and not backend.capabilities.history_refusal:
            lines = await self.link.ask(lambda backend: _if_any(backend.history(alert_id)))
            await asyncio.to_thread(self.store.observe_history, alert_id, lines, requested_ms)
        elif part is Part.RELATED and not backend.capabilities.related_refusal:
            related = await self.link.ask(lambda backend: _if_any(backend.related(alert_id)))
            await asyncio.to_thread(self.store.observe_related, alert_id, related, requested_ms)

    async def read_events(self, alert_id: AlertId, *, more: bool = False) -> None:
        """Read the first page of an alert's events, or the one after what is here."""
        cursor: str | None = None
        if more:
            state = await asyncio.to_thread(self.store.part, alert_id, Part.EVENTS)
            if state is None or not state.next_cursor:
                return
            cursor = state.next_cursor
        requested_ms = self.link.clock()
        page = await self.link.ask(lambda backend: backend.events(alert_id, cursor, FIRST_EVENTS))
        state = PartState(as_of_ms=requested_ms, next_cursor=page.next or "")
        observe = partial(self.store.observe_events, is_first=not more)
        await asyncio.to_thread(observe, alert_id, page.results, state)

    async def read_comments(self, alert_id: AlertId) -> None:
        """Read all of an alert's comments, as far as anybody could want to read them."""
        backend = await self.link.made()
        if backend.capabilities.comments.read_refusal:
            return
        cursor: str | None = None
        for number in range(MAX_COMMENT_PAGES):
            requested_ms = self.link.clock()
            page = await self.link.ask(partial(_comments, alert_id=alert_id, cursor=cursor))
            state = PartState(as_of_ms=requested_ms, next_cursor=page.next or "")
            is_all = number == 0 and not page.is_cut  # what a list leaves out may still be there
            observe = partial(self.store.observe_comments, is_first=is_all)
            await asyncio.to_thread(observe, alert_id, page.results, state)
            cursor = page.next
            if cursor is None:
                return


async def _comments(backend: Backend, *, alert_id: AlertId, cursor: str | None) -> Page[Comment]:
    if backend.capabilities.comments.read_refusal:  # learned only now; what is here stays
        return Page((), is_cut=True)
    return await backend.comments(alert_id, cursor, COMMENTS_AT_ONCE)


async def _if_any(asked: Awaitable[Sequence[T]]) -> Sequence[T]:
    """What a system tells beside an alert; nothing where it knows no such thing."""
    try:
        return await asked
    except NotFound:
        return ()
