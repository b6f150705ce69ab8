"""The local store as a backend: in a local profile it is where alerts live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from alerttui.backends.contract import BackendSettings, Identity
from alerttui.backends.sqlite.store import open_store
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES, READ_ONLY_CAPABILITIES
from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, HistoryEntry, OnProgress, Outcome
from alerttui.domain.errors import ConfigError, NotSupported
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

__all__ = ["LOCAL_CAPABILITIES", "SqliteBackend", "connect"]


def connect(settings: BackendSettings) -> SqliteBackend:
    """Open the store that the settings name."""
    if settings.path is None:
        raise ConfigError("A local profile needs the path of its store.")
    store = open_store(settings.path, read_only=settings.read_only)
    return SqliteBackend(store, Actor(settings.me) if settings.me else None)


class SqliteBackend:
    """The backend contract over a local store; every call runs off the event loop."""

    def __init__(self, store: AlertStore, me: Actor | None = None) -> None:
        self.store = store
        self._me = me

    @property
    def name(self) -> str:
        """The backend's kind."""
        return "sqlite"

    @property
    def capabilities(self) -> Capabilities:
        """What can be done: everything local, or only reading."""
        return READ_ONLY_CAPABILITIES if self.store.read_only else LOCAL_CAPABILITIES

    async def identity(self) -> Identity:
        """Who acts, as the profile says; the file itself knows nobody."""
        permissions = ("read",) if self.store.read_only else ("read", "write")
        return Identity(me=self._me, permissions=permissions, server=str(self.store.path))

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        """One page of alerts that match."""
        return await asyncio.to_thread(self.store.page, query, context, cursor, limit)

    async def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full."""
        return await asyncio.to_thread(self.store.alert, alert_id)

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """One page of events in order."""
        return await asyncio.to_thread(self.store.events, alert_id, cursor, limit)

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """One page of comments, oldest first."""
        return await asyncio.to_thread(self.store.comments, alert_id, cursor, limit)

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """Who changed what and when, oldest first."""
        return await asyncio.to_thread(self.store.history, alert_id)

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Other alerts of the same detection, newest first."""
        return await asyncio.to_thread(self.store.related, alert_id)

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Make the change in one transaction."""
        return await asyncio.to_thread(self.store.commit, change, on_progress)

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        """Add a comment as plain text."""
        return await asyncio.to_thread(self.store.add_comment, alert_id, body, by, at_ms)

    async def people(self, text: str = "") -> Sequence[Person]:
        """Whom alerts can be assigned to."""
        return await asyncio.to_thread(self.store.people, text)

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """Tags in use that contain `text`."""
        return await asyncio.to_thread(self.store.tags, text)

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Counts and times over the alerts that match."""
        return await asyncio.to_thread(self.store.statistics, query, context)

    def live(self) -> AsyncGenerator[AlertId]:
        """Refused: the file is watched by its `data_version` instead."""
        raise NotSupported(self.capabilities.live_refusal)

    async def close(self) -> None:
        """Close the store."""
        await asyncio.to_thread(self.store.close)
