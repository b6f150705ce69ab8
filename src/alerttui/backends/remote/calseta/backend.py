"""Calseta as a backend: alerts, their one event, history, related alerts and figures over its REST API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.contract import BackendSettings, Identity
from alerttui.backends.refusing import Refusing
from alerttui.backends.remote import cursors
from alerttui.backends.remote.applying import Applying
from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.calseta import wire
from alerttui.backends.remote.calseta.activity import history_of
from alerttui.backends.remote.calseta.capabilities import CALSETA
from alerttui.backends.remote.calseta.changing import CalsetaSending, check
from alerttui.backends.remote.calseta.envelopes import ask_about, one_of, rows_of
from alerttui.backends.remote.calseta.listing import WHAT, Listing
from alerttui.backends.remote.calseta.measures import statistics_of
from alerttui.backends.remote.calseta.reading import alert_of, event_of, id_of
from alerttui.backends.remote.calseta.relating import related_of
from alerttui.backends.remote.calseta.turns import InTurn
from alerttui.backends.remote.clock import clock_ahead_ms
from alerttui.backends.remote.decoding import aside
from alerttui.domain.alert import Actor, Alert, Event, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, HistoryEntry, OnProgress, Outcome
from alerttui.domain.errors import BadAnswer, NotSupported
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.moments import format_moment
from alerttui.domain.query import EVERYTHING, AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

READ_ONLY_PROFILE: Final = "This profile is for reading only."
ONLY_EVERYTHING: Final = "Calseta's statistics are about all alerts of a range of time; they take no filter."


class CalsetaBackend(Refusing):
    """The backend contract over one connection to Calseta, which asks one thing at a time."""

    def __init__(
        self, settings: BackendSettings, requester: Requester, *, server: str, clock: Callable[[], int]
    ) -> None:
        self._me = settings.me
        self._server = server
        self._window_ms = settings.window_ms
        self._requester = InTurn(requester)
        self._capabilities = CALSETA
        if settings.requests_per_minute:
            self._capabilities = replace(CALSETA, requests_per_minute=settings.requests_per_minute)
        if settings.read_only:
            self._capabilities = self._capabilities.for_reading(READ_ONLY_PROFILE)
        self._listing = Listing(self._requester, settings.window_ms)
        self._applying = Applying(CalsetaSending(self._requester, self._read), product="Calseta", clock=clock)

    @property
    def name(self) -> str:
        """The backend's kind."""
        return "calseta"

    @property
    def capabilities(self) -> Capabilities:
        """What can be done."""
        return self._capabilities

    @property
    def left_out(self) -> int:
        """Rows of lists that were no alerts, since the connection was opened."""
        return self._listing.left_out

    async def identity(self) -> Identity:
        """Who acts, as the profile says: a key cannot be asked; one cheap reading tells that it is let in."""
        answer = await self._requester.ask(wire.list_alerts((), 1, 1))
        await rows_of(self._requester, answer, WHAT)
        return Identity(
            me=Actor(self._me) if self._me else None,
            server=self._server,
            clock_ahead_ms=clock_ahead_ms(answer),
        )

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        """One page in the order of creation: Calseta narrows by what is safe, the store decides and sorts."""
        return await self._listing.page(query, context, cursor, limit)

    async def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full."""
        return await self._applying.read(alert_id)

    async def _read(self, alert_id: AlertId) -> Alert:
        answer = await ask_about(self._requester, wire.get_alert(alert_id))
        data, meta = await one_of(self._requester, answer)
        if id_of(data).lower() != alert_id.lower():
            raise BadAnswer(f"Calseta's answer to reading alert {alert_id} is not that alert.")
        return await aside(len(answer.body), alert_of, data, answer.requested_ms, meta)

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """The one event of an alert: what its source sent."""
        if cursor is not None:
            raise cursors.not_one(cursor)
        alert = self._applying.recent(alert_id) or await self._applying.read(alert_id)
        event = await aside(len(alert.raw), event_of, alert)
        return Page([event] if event else [])

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """What Calseta remembers of an alert, oldest first; by whom is told as the beginning of a key."""
        return await history_of(self._requester, alert_id)

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Alerts that share an indicator, newest first."""
        answer = await ask_about(self._requester, wire.relationship_graph(alert_id))
        graph, _ = await one_of(self._requester, answer)
        return await aside(len(answer.body), related_of, graph, alert_id)

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Make the change, one alert after the other."""
        if not change.edits:
            return []
        check(change, self.capabilities)
        return await self._applying.apply(change, on_progress)

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """Tags of the newest alerts that contain `text`, the most used first, without counts."""
        wanted = text.lower()
        used = Counter(tag for alert in await self._listing.newest() for tag in alert.tags)
        return [Facet(tag, 0) for tag, _ in used.most_common() if wanted in tag.lower()]

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Calseta's own figures over the profile's window; raises `NotSupported` for any filter."""
        if query != EVERYTHING:
            raise NotSupported(ONLY_EVERYTHING)
        from_ms = max(0, context.now_ms - self._window_ms) if self._window_ms else 0
        times = format_moment(from_ms), format_moment(context.now_ms)
        answer = await self._requester.ask(wire.alert_metrics(*times))
        data, _ = await one_of(self._requester, answer)
        return statistics_of(data)

    async def close(self) -> None:
        """Let go of connections."""
        await self._requester.close()
