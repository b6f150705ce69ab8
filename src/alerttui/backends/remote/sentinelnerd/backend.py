"""SentinelNerd as a backend: alerts, their parts, and the deeds that change them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.contract import BackendSettings, Identity
from alerttui.backends.remote.applying import Applying
from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.clock import clock_ahead_ms
from alerttui.backends.remote.cursors import not_one
from alerttui.backends.remote.decoding import LISTED, aside, value_of
from alerttui.backends.remote.sentinelnerd import capabilities, wire
from alerttui.backends.remote.sentinelnerd.capabilities import (
    ALL_ONLY,
    BULK_CHUNK,
    PRODUCT,
    RESOLVING_ONLY,
    SENTINELNERD,
)
from alerttui.backends.remote.sentinelnerd.commenting import Commenting
from alerttui.backends.remote.sentinelnerd.listing import Listing
from alerttui.backends.remote.sentinelnerd.people import People
from alerttui.backends.remote.sentinelnerd.reading import (
    COMMENTS_KEY,
    alert_of,
    id_of,
    raw_of,
    unwrapped,
)
from alerttui.backends.remote.sentinelnerd.sending import Sending, lines_of
from alerttui.backends.remote.sentinelnerd.statistics import read_statistics
from alerttui.backends.remote.sentinelnerd.timeline import comments_of, events_of, history_of
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, Edit, HistoryEntry, OnProgress, Outcome
from alerttui.domain.errors import BadAnswer, NotSupported
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.patch import Set
from alerttui.domain.query import EVERYTHING, AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

READ_ONLY_PROFILE: Final = "This profile is for reading only."

MAX_STATUSES: Final = 20_000
"""Alerts of which is kept in mind what they last were."""


class SentinelNerdBackend:
    """The backend contract over one connection to SentinelNerd."""

    def __init__(
        self,
        settings: BackendSettings,
        requester: Requester,
        *,
        server: str,
        clock: Callable[[], int],
        chunk: int = BULK_CHUNK,
        people: Sequence[str] = (),
        several_statuses: bool = False,
    ) -> None:
        self._settings = settings
        self._server = server
        self._requester = requester
        self._capabilities = _capabilities(settings, chunk, is_several=several_statuses)
        self._statuses: dict[AlertId, str] = {}
        self._people = People([*([settings.me] if "@" in settings.me else []), *people])
        self._listing = Listing(requester, self._noted, clock, several_statuses=several_statuses)
        self._commenting = Commenting(requester)
        sending = Sending(
            requester,
            self._read,
            self._commenting.add,
            self._statuses,
            chunk=chunk,
            on_chunk=self._narrow_chunk,
        )
        self._applying = Applying(sending, product=PRODUCT, clock=clock)

    @property
    def name(self) -> str:
        """The backend's kind."""
        return "sentinelnerd"

    @property
    def capabilities(self) -> Capabilities:
        """What can be done; a bulk request may be found to hold fewer alerts."""
        return self._capabilities

    @property
    def left_out(self) -> int:
        """Rows of lists that were no alerts, since the connection was opened."""
        return self._listing.left_out

    async def identity(self) -> Identity:
        """Who acts, as the profile says: SentinelNerd tells neither whose a key is nor what it may."""
        answer = await self._requester.ask(wire.list_alerts([("page", "1"), ("per_page", "1")]))
        me = self._settings.me
        return Identity(
            me=Actor(me) if me else None, server=self._server, clock_ahead_ms=clock_ahead_ms(answer)
        )

    # -- reading

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        """One page in an order that is not told: narrowed by what is safe, the store decides and sorts."""
        return await self._listing.page(query, context, cursor, limit)

    async def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full; raises `NotFound`."""
        return await self._applying.read(alert_id)

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """The related events of an alert, all at once."""
        record, _ = await self._record(alert_id, cursor)
        found = events_of(record)
        return Page(found, None, len(found))

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """The comments that an alert tells, all at once: its product documents no way to read them.

        Where none are told there may be some all the same, unless the alert has an empty list of them.
        """
        record, _ = await self._record(alert_id, cursor)
        found = comments_of(record, self._commenting.told_ids(alert_id))
        is_listed = bool(found) or isinstance(record.get(COMMENTS_KEY), list)
        return Page(found, None, len(found) if is_listed else None, is_cut=not is_listed)

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """The timeline of an alert, oldest first."""
        record, requested_ms = await self._record(alert_id)
        return history_of(record, alert_of(record, b"", requested_ms).created_ms)

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Refused: the mirror finds alerts of the same rule."""
        raise NotSupported(self.capabilities.related_refusal)

    # -- changing

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Make the change by the deeds that lead there, each at most once, with the comment in them."""
        if not change.edits:
            return []
        self._check(change)
        edits = tuple(map(self._addressed, change.edits))
        return await self._applying.apply(replace(change, edits=edits), on_progress)

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment | None:
        """Add a comment in Markdown; None where the answer does not tell its id."""
        self.capabilities.comments.check(body)
        return await self._commenting.add(alert_id, body, by, at_ms)

    # -- beside alerts

    async def people(self, text: str = "") -> Sequence[Person]:
        """The profile's analyst, those whom the profile names, and those who were seen to have alerts."""
        return self._people.find(text)

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """None: there are no tags."""
        return []

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """The product's own figures, over all alerts; raises `NotSupported` for any other query."""
        if replace(query, sort=()) != EVERYTHING:
            raise NotSupported(ALL_ONLY)
        return await read_statistics(self._requester, context.now_ms, self._settings.window_ms)

    def live(self) -> AsyncGenerator[AlertId]:
        """Refused: SentinelNerd is polled."""
        raise NotSupported(self.capabilities.live_refusal)

    async def close(self) -> None:
        """Let go of connections."""
        await self._requester.close()

    # -- inside

    async def _record(self, alert_id: AlertId, cursor: str | None = None) -> tuple[dict[str, object], int]:
        """A single alert as it was told, and when it was asked for; raises `NotFound`."""
        if cursor is not None:
            raise not_one(cursor)
        answer = await self._requester.ask(wire.get_alert(alert_id))
        record = unwrapped(await value_of(self._requester, answer, LISTED))
        if id_of(record) != alert_id:
            raise BadAnswer(
                f"SentinelNerd's answer is not alert {alert_id}: an object with its id is expected."
            )
        return record, answer.requested_ms

    async def _read(self, alert_id: AlertId) -> Alert:
        record, requested_ms = await self._record(alert_id)
        raw = raw_of(record)
        alert = await aside(len(raw), alert_of, record, raw, requested_ms, in_full=True)
        return self._noted(alert)

    def _noted(self, alert: Alert) -> Alert:
        """Learn from an alert that was read."""
        self._people.saw(alert.assignee)
        self._statuses.pop(alert.id, None)
        self._statuses[alert.id] = alert.status
        if len(self._statuses) > MAX_STATUSES:
            del self._statuses[next(iter(self._statuses))]
        return alert

    def _check(self, change: Change) -> None:
        """Refuse the whole change before anything is asked, where one edit breaks a rule."""
        if change.comment:
            self.capabilities.comments.check(change.comment)
        patches = {edit.patch for edit in change.edits}
        for patch in patches:
            self.capabilities.check(patch)
        if lines_of(change.actions) and any(
            patch and not self.capabilities.closes(patch) for patch in patches
        ):
            raise NotSupported(RESOLVING_ONLY)

    def _addressed(self, edit: Edit) -> Edit:
        """The edit with the assignee's address as SentinelNerd was seen to write it."""
        if not isinstance(edit.patch.assignee, Set):
            return edit
        address = self._people.address(edit.patch.assignee.value)
        return replace(edit, patch=replace(edit.patch, assignee=Set(address)))

    def _narrow_chunk(self, chunk: int) -> None:
        self._capabilities = replace(self._capabilities, bulk_chunk=chunk)


def _capabilities(settings: BackendSettings, chunk: int, *, is_several: bool) -> Capabilities:
    found = capabilities.several_statuses(SENTINELNERD) if is_several else SENTINELNERD
    if chunk != BULK_CHUNK:
        found = replace(found, bulk_chunk=chunk)
    if settings.requests_per_minute:
        found = replace(found, requests_per_minute=settings.requests_per_minute)
    return found.for_reading(READ_ONLY_PROFILE) if settings.read_only else found
