"""A remote system as a backend that lets nobody wait: read from its mirror, changed through its journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.contract import Backend, Identity, SignIn
from alerttui.backends.mirror import MirrorStore, Part
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, HistoryEntry, OnProgress, Outcome
from alerttui.domain.errors import NotSupported
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.query import EVERYTHING, AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.change_result import ChangeResult
from alerttui.triage.mirror.entrance import Entrance
from alerttui.triage.mirror.histories import together
from alerttui.triage.mirror.points import Point, Reach, nothing
from alerttui.triage.mirror.running import Running
from alerttui.triage.notes import Notes

LIVE_REFUSAL: Final = "The mirror has no live stream; the console watches the file instead."

OPENED_PARTS: Final = (Part.FULL, Part.EVENTS, Part.COMMENTS)


@dataclass(slots=True)
class Mirror:
    """The backend of a remote profile: reads answer from the store, changes are queued and sent beside."""

    store: MirrorStore
    reading: Backend
    """Reads from the store."""
    running: Running
    """Syncs and sends."""
    waits: bool = False
    """True where a change shall be told only when it is settled: headless commands."""
    reach: Reach = nothing
    entrance: Entrance | None = None
    """How one signs in; None where nothing is known of it."""
    notes: Notes | None = None
    """What is written on this machine where the system has no comments; None where nothing can be kept."""

    @property
    def name(self) -> str:
        """The kind of the remote system."""
        return self.capabilities.backend

    @property
    def capabilities(self) -> Capabilities:
        """What the system can do, as far as is known by now, and what the mirror adds to it."""
        return replace(
            self.running.capabilities,
            events_paged=True,
            is_queued=True,
            history_refusal="",
            related_refusal="",
            statistics_refusal="",
            live_refusal=LIVE_REFUSAL,
        )

    @property
    def notes_in_use(self) -> Notes | None:
        """The local notes; None where the system has comments."""
        return self.notes if self.capabilities.comments.notes else None

    async def identity(self) -> Identity:
        """Who we are to the remote system; this asks it."""
        return await self.running.link.ask(lambda backend: backend.identity())

    # -- reading: from the store alone

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        """One page of alerts that match, as far as they are here."""
        return await self.reading.page(query, context, cursor, limit)

    async def alert(self, alert_id: AlertId) -> Alert:
        """One alert as it is here."""
        return await self.reading.alert(alert_id)

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """One page of an alert's events; beyond those that are here, the next ones are fetched."""
        page = await self.reading.events(alert_id, cursor, limit)
        if not page.results and cursor is not None:
            await self.running.sync.focus.read_events(alert_id, more=True)
            page = await self.reading.events(alert_id, cursor, limit)
        state = await asyncio.to_thread(self.store.part, alert_id, Part.EVENTS)
        if state is None or not state.next_cursor:
            return page
        if page.next is not None:
            return Page(page.results, page.next, None)
        following = page.results[-1].sequence + 1 if page.results else 0
        return Page(page.results, str(following), None)

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """One page of comments that are here, those on their way among them, local notes behind them."""
        notes = self.notes_in_use
        if notes is None:
            return await self.reading.comments(alert_id, cursor, limit)
        return await notes.page_behind(self.reading, alert_id, cursor, limit)

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """What was done from here, what was seen of others' changes, and what the system itself told."""
        ours = await self.reading.history(alert_id)
        return together(ours, await asyncio.to_thread(self.store.told_history, alert_id))

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Alerts that the system relates to this one, then others of the same detection."""
        told = await self.told_related(alert_id)
        known = {each.id for each in told}
        return [*told, *(each for each in await self.reading.related(alert_id) if each.id not in known)]

    async def told_related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Alerts that the system relates to this one, as far as it was asked."""
        return await asyncio.to_thread(self.store.told_related, alert_id)

    async def people(self, text: str = "") -> Sequence[Person]:
        """Whom alerts can be assigned to, as far as the system told."""
        return await self.reading.people(text)

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """Tags in use, then those that the system offers."""
        return await self.reading.tags(text)

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Counts and times over the alerts that are here."""
        return await self.reading.statistics(query, context)

    def live(self) -> AsyncGenerator[AlertId]:
        """Refused: the file is watched by its `data_version`."""
        raise NotSupported(LIVE_REFUSAL)

    # -- changing: through the journal

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Journal the change, to be sent; where it `waits`, tell what came of it."""
        self.reach(Point.BEFORE_QUEUED)
        outcomes = await asyncio.to_thread(self.store.enqueue, change, on_progress)
        self.reach(Point.AFTER_QUEUED)
        self.running.wake()
        return await self.running.settled(change.id, outcomes) if self.waits else outcomes

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        """Refused: a comment is part of a change, so that it is sent at most once."""
        raise NotSupported("In a mirror a comment is added by a change.")

    # -- what only a mirror has

    async def brought_up(self, result: ChangeResult) -> ChangeResult:
        """A result as it stands by now: what was queued has been told meanwhile."""
        told = await asyncio.to_thread(self.store.outcomes, result.change.id)
        by_id = {each.alert_id: each for each in told}
        outcomes = tuple(by_id.get(each.alert_id, each) for each in result.outcomes)
        return replace(result, outcomes=outcomes)

    def tells(self, part: Part) -> bool:
        """True if the system tells this part of an alert, as far as is known by now."""
        capabilities = self.running.capabilities
        if part is Part.HISTORY:
            return not capabilities.history_refusal
        if part is Part.RELATED:
            return not capabilities.related_refusal
        return part is not Part.COMMENTS or not capabilities.comments.read_refusal

    @property
    def product(self) -> str:
        """What the remote system is called."""
        return self.capabilities.label

    @property
    def figures_refusal(self) -> str:
        """Why the system has no figures of its own; empty if it has: `statistics` counts what is here."""
        return self.running.capabilities.statistics_refusal

    async def figures(self) -> Statistics:
        """The system's own figures over its alerts; this asks it, so only where the analyst wants them.

        Raises `NotSupported` with the system's reason, and `Unavailable`.
        """
        if self.figures_refusal:
            raise NotSupported(self.figures_refusal)
        context = QueryContext(now_ms=self.running.ground.now_ms)
        return await self.running.link.ask(lambda backend: backend.statistics(EVERYTHING, context))

    def attend(self, alert_id: AlertId, parts: Sequence[Part] = OPENED_PARTS) -> None:
        """The alert is in view with these parts: bring them up to date."""
        self.running.sync.focus.attend(alert_id, tuple(parts))
        self.running.wake()

    async def read(self, alert_id: AlertId, parts: Sequence[Part]) -> None:
        """Bring parts of an alert up to date, now; raises `Unavailable`, and `NotFound` after it left."""
        focus = self.running.sync.focus
        focus.attend(alert_id, tuple(parts))
        while focus.wait_ms() == 0:
            await focus.step()

    def sign_in(self) -> SignIn:
        """A new attempt to sign in; raises `NotSupported` where the system knows no such thing."""
        if self.entrance is None:
            raise NotSupported(f"One does not sign in to {self.name}.")
        return self.entrance.sign_in()

    async def signed_in(self, token: str) -> None:
        """Go on with the token that signing in gave: what is queued is sent, and what is new is read.

        Raises `ConfigError` where the token can be none; also where it could not be kept, and is used then.
        """
        entrance = self.entrance
        if entrance is None:
            return
        entrance.take(token)
        await self.running.link.renew(token)
        await self.running.hurry()
        await asyncio.to_thread(entrance.keep)

    async def close(self) -> None:
        """Let go of the connection, the turn and the store."""
        await self.running.close()
        await self.reading.close()
