"""Panther as a backend: alerts, events, comments, people and tags over its REST API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.contract import BackendSettings, Identity
from alerttui.backends.remote.asking import Answer, Requester
from alerttui.backends.remote.clock import clock_ahead_ms
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.capabilities import BULK_CHUNK
from alerttui.backends.remote.panther.changing import Changing
from alerttui.backends.remote.panther.commenting import Commenting
from alerttui.backends.remote.panther.learning import Learning
from alerttui.backends.remote.panther.listing import Listing
from alerttui.backends.remote.panther.narrowing import Seen
from alerttui.backends.remote.panther.people import People
from alerttui.backends.remote.panther.settling import Settling
from alerttui.backends.remote.panther.tags import Catalogue
from alerttui.backends.remote.panther.talking import Talking
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, Edit, HistoryEntry, OnProgress, Outcome
from alerttui.domain.errors import NotPermitted, NotSupported
from alerttui.domain.json_text import storable
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.patch import Set
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

READ_ONLY_PROFILE: Final = "This profile is for reading only."
READ_ONLY_TOKEN: Final = (
    "This token may not change alerts: it lacks the permission Manage Alerts, which Panther's console gives."
)


class PantherBackend:
    """The backend contract over one connection to Panther."""

    def __init__(
        self,
        settings: BackendSettings,
        requester: Requester,
        *,
        server: str,
        clock: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]],
        chunk: int = BULK_CHUNK,
    ) -> None:
        self._me = settings.me
        self._server = server
        self._requester = requester
        self._seen = Seen()
        self._learning = Learning()
        if chunk != BULK_CHUNK:
            self._learning.capabilities = replace(self._learning.capabilities, bulk_chunk=chunk)
        if settings.requests_per_minute:
            rate = settings.requests_per_minute
            self._learning.capabilities = replace(self._learning.capabilities, requests_per_minute=rate)
        if settings.read_only:
            self._learning.restrict(READ_ONLY_PROFILE)
        self._people = People(requester, clock, self._seen.people)
        self._tags = Catalogue(requester, clock)
        self._talking = Talking(requester)
        self._listing = Listing(requester, self._seen, settings.window_ms, self._noted)
        self._settling = Settling(requester, clock, sleep, self._noted)
        self._changing = Changing(
            requester, self._settling, self._learning, Commenting(self._talking, clock),
            chunk=chunk, clock=clock,
        )  # fmt: skip

    @property
    def name(self) -> str:
        """The backend's kind."""
        return "panther"

    @property
    def capabilities(self) -> Capabilities:
        """What can be done, without what this token or this release was found not to do."""
        return self._learning.capabilities

    @property
    def left_out(self) -> int:
        """Rows of lists that were no alerts, since the connection was opened."""
        return self._listing.left_out

    async def identity(self) -> Identity:
        """Who acts, as the profile says, and what the token allows, as far as Panther tells."""
        answer = await self._requester.ask(wire.own_token())
        permissions = self._permissions(answer)
        if permissions and wire.ALERT_MODIFY not in permissions:
            self._learning.restrict(READ_ONLY_TOKEN)
        return Identity(
            me=await self._who_am_i(),
            permissions=permissions,
            server=self._server,
            clock_ahead_ms=clock_ahead_ms(answer),
        )

    def _permissions(self, answer: Answer) -> tuple[str, ...]:
        if answer.status in wire.UNAVAILABLE:
            return ()
        value = self._requester.value(answer)
        told = value.get("permissions") if isinstance(value, dict) else None
        words = told if isinstance(told, list) else []
        return tuple(storable(each) for each in words if isinstance(each, str))

    async def _who_am_i(self) -> Actor | None:
        """The user of the profile; the token's maker is not taken for the one who sits here."""
        if not self._me:
            return None
        if "@" not in self._me:
            await self._people.learn([self._me])
            return self._people.named(Actor(self._me))
        try:
            person = await self._people.with_email(self._me)
        except NotPermitted:
            return None
        return Actor(person.id, "user", person.name or person.email) if person else None

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        """One page in the order of creation: Panther narrows by what is safe, the store decides and sorts."""
        return await self._listing.page(query, context, cursor, limit)

    async def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full, with the names of those who have to do with it."""
        alert = await self._settling.read(alert_id)
        actors = [each for each in (alert.assignee, alert.updated_by) if each and each.kind == "user"]
        await self._people.learn([each.id for each in actors])
        return self._noted(alert)

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """One page of events in the order told."""
        return await self._talking.events(alert_id, cursor, limit)

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """One page of comments, oldest first, with the names of their authors."""
        page = await self._talking.comments(alert_id, cursor, limit)
        authors = [each.author.id for each in page.results if each.author and each.author.kind == "user"]
        await self._people.learn(authors)
        named = [replace(each, author=self._people.named(each.author)) for each in page.results]
        return Page(named, page.next, page.total)

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """Refused: the mirror's journal tells what was done here."""
        raise NotSupported(self.capabilities.history_refusal)

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Refused: the mirror finds alerts of the same detection."""
        raise NotSupported(self.capabilities.related_refusal)

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Make the change, and tell from what the alerts are afterwards what became of each edit.

        A single edit tells the values before; of several that go out together they are told where they had to
        be read, because reading each of them would cost more than the change.
        """
        if not change.edits:
            return []
        self._check(change)
        edits = [await self._resolved(edit) for edit in change.edits]
        outcomes = await self._changing.apply(change, edits, on_progress)
        if any(isinstance(edit.patch.tags, Set) for edit in edits):
            self._tags.forget()
        return outcomes

    def _check(self, change: Change) -> None:
        """Refuse the whole change before anything is asked, where one edit breaks a rule."""
        if change.comment:
            self.capabilities.comments.check(change.comment)
        checked: set[tuple[object, object]] = set()
        for edit in change.edits:
            if (edit.patch, edit.present_tags) not in checked:
                self.capabilities.check(edit.patch, edit.present_tags)
                checked.add((edit.patch, edit.present_tags))

    async def _resolved(self, edit: Edit) -> Edit:
        if not isinstance(edit.patch.assignee, Set):
            return edit
        person = await self._people.id_of(edit.patch.assignee.value)
        return replace(edit, patch=replace(edit.patch, assignee=Set(person)))

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        """Add a comment as plain text; Panther's author is the token, whoever `by` is."""
        self.capabilities.comments.check(body)
        return await self._talking.add_comment(alert_id, body)

    async def people(self, text: str = "") -> Sequence[Person]:
        """Whom alerts can be assigned to; raises `NotPermitted` where the token may not read users."""
        return await self._people.find(text)

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """Tags of the catalogue that contain `text`, without counts."""
        return await self._tags.find(text)

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Refused: the mirror counts."""
        raise NotSupported(self.capabilities.statistics_refusal)

    def live(self) -> AsyncGenerator[AlertId]:
        """Refused: Panther is polled."""
        raise NotSupported(self.capabilities.live_refusal)

    async def close(self) -> None:
        """Let go of connections."""
        await self._requester.close()

    def _noted(self, alert: Alert) -> Alert:
        """Learn from an alert that was read, and give its people the names that are known."""
        self._learning.saw(alert)
        self._seen.detections.note(alert.detection.id)
        if alert.assignee is not None:
            self._seen.people.note(alert.assignee.id)
        assignee, updated_by = self._people.named(alert.assignee), self._people.named(alert.updated_by)
        if assignee is alert.assignee and updated_by is alert.updated_by:
            return alert
        return replace(alert, assignee=assignee, updated_by=updated_by)
