"""Walks: one listing of the remote system, page by page, taken over into the store as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from alerttui.backends.mirror import MirrorStore, Observed
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Alert
from alerttui.domain.moments import format_moment
from alerttui.domain.query import AlertQuery, Operator, QueryContext, Term
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.link import Link


@dataclass(slots=True)
class Walk:
    """A list of the alerts that were created in a range, newest first where the system lists them so."""

    from_ms: int
    to_ms: int
    started_ms: int
    terms: tuple[Term, ...] = ()
    """What narrows it further: a status, a type."""
    cursor: str | None = None
    pages: int = 0
    is_done: bool = False
    is_cut: bool = False
    """True if it ended before the end of its range, because the system lists no further."""
    lowest_ms: int = field(init=False)
    """Creation of the oldest alert that came so far; the end of the range before the first."""
    ids: list[AlertId] = field(default_factory=list)
    """Every alert that came, for who needs them; kept only where `keeps_ids`."""
    keeps_ids: bool = False
    is_by_creation: bool = True
    """True if it comes newest first, so that what is older than the range is its end."""
    oldest_ms: int = 0
    """What was created before then is passed over: it is out of the window."""

    def __post_init__(self) -> None:
        self.lowest_ms = self.to_ms

    @property
    def query(self) -> AlertQuery:
        """What is asked for: both ends of the range are in it."""
        return AlertQuery(
            (
                *self.terms,
                Term("created", Operator.AT_LEAST, (format_moment(self.from_ms),)),
                Term("created", Operator.AT_MOST, (format_moment(self.to_ms),)),
            )
        )

    async def step(self, link: Link, store: MirrorStore, limit: int) -> None:
        """Read one page and take it over."""
        requested_ms = link.clock()
        context = QueryContext(now_ms=self.to_ms)
        page = await link.ask(lambda backend: backend.page(self.query, context, self.cursor, limit))
        if link.backend is not None:  # which may just have met an alert out of order
            self.is_by_creation &= link.backend.capabilities.is_listed_by_creation
        wanted = [each for each in page.results if each.created_ms >= self.oldest_ms]
        await take_over(store, wanted, requested_ms, source=_source(link))
        self.pages += 1
        self.cursor = page.next
        self.is_done = page.next is None
        self.is_cut = page.is_cut
        if page.results:
            self.lowest_ms = min(self.lowest_ms, *(each.created_ms for each in page.results))
        if self.is_by_creation and self.lowest_ms < self.from_ms:
            self.is_done, self.is_cut = True, False
        if self.is_done and not self.is_cut:
            self.lowest_ms = self.from_ms
        if self.keeps_ids:
            self.ids += [each.id for each in page.results]


async def take_over(
    store: MirrorStore, alerts: Sequence[Alert], requested_ms: int, *, source: str, in_full: bool = False
) -> None:
    """Let the store have what was told of these alerts; `source` is that of those which name none."""
    seen = [
        Observed(
            new=NewAlert(alert=each, source=each.source or source, native_id=each.id, raw=each.raw),
            requested_ms=requested_ms,
            in_full=in_full,
        )
        for each in alerts
    ]
    if seen:
        await asyncio.to_thread(store.observe, seen)


async def read_one(link: Link, store: MirrorStore, alert_id: AlertId) -> Alert:
    """Read one alert in full and take it over; raises `NotFound` after it left the mirror."""
    from alerttui.domain.errors import NotFound

    requested_ms = link.clock()
    try:
        alert = await link.ask(lambda backend: backend.alert(alert_id))
    except NotFound:
        await asyncio.to_thread(store.observe_missing, [alert_id], requested_ms)
        raise
    await take_over(store, [alert], requested_ms, source=_source(link), in_full=True)
    return alert


def _source(link: Link) -> str:
    return link.backend.name if link.backend else ""
