"""CHAD as a backend: alerts, their log, comments and people over its REST API, in whichever form it has."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.contract import BackendSettings, Identity, SignIn
from alerttui.backends.remote import cursors
from alerttui.backends.remote.applying import Applying
from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.access import Access
from alerttui.backends.remote.chad.capabilities import READ_ONLY_PROFILE, READ_ONLY_ROLE, Connected
from alerttui.backends.remote.chad.changing import Changing
from alerttui.backends.remote.chad.connection import Connection
from alerttui.backends.remote.chad.detecting import UNDECIDED, Forms
from alerttui.backends.remote.chad.listing import Listing
from alerttui.backends.remote.chad.narrowing import SeenRules, wanted_of
from alerttui.backends.remote.chad.options import Options
from alerttui.backends.remote.chad.people import People
from alerttui.backends.remote.chad.place import Place
from alerttui.backends.remote.chad.records import Records
from alerttui.backends.remote.clock import clock_ahead_ms
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, Edit, HistoryEntry, OnProgress, Outcome
from alerttui.domain.errors import NotSupported
from alerttui.domain.json_text import storable
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.patch import Set
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

MAX_PAGE: Final = 250

Live = Callable[[], AsyncGenerator[AlertId]]


class CHADBackend:
    """The backend contract over one connection to CHAD."""

    def __init__(
        self,
        settings: BackendSettings,
        requester: Requester,
        *,
        server: str,
        clock: Callable[[], int],
        access: Access | None = None,
        sign_in: Callable[[], SignIn] | None = None,
        live: Live | None = None,
    ) -> None:
        """`sign_in` makes an attempt of its own connection; `live` listens, None where no library can."""
        options = Options.parse(settings.options, settings.token)
        self._server = server
        self._window_ms = settings.window_ms
        self._sign_in = sign_in
        self._live = live
        self._access = access or Access(settings.token, options.auth)
        self._connected = Connected(
            form=options.form,
            has_key=self._access.has_key,
            has_live_library=live is not None,
            read_only_reason=READ_ONLY_PROFILE if settings.read_only else "",
            requests_per_minute=settings.requests_per_minute,
        )
        self._capabilities = self._connected.capabilities()
        self._connection = Connection(requester, self._access, clock)
        self._forms = Forms(self._connection, self._access, options.form, lambda form: self._learn(form=form))
        self._rules = SeenRules()
        self._listing = Listing(self._connection, self._access, self._forms, self._noted)
        self._listing.on_disorder = lambda: self._learn(is_ordered=False)
        self._records = Records(self._connection, self._access, self._forms, self._listing, note=self._noted)
        self._people = People(self._connection, clock, settings.me)
        self._changing = Changing(self._connection, self._forms, self._records)
        self._applying = Applying(self._changing, product="CHAD", clock=clock)

    @property
    def name(self) -> str:
        """The backend's kind."""
        return "chad"

    @property
    def capabilities(self) -> Capabilities:
        """What can be done, without what this server, key or role was found not to do."""
        return self._capabilities

    @property
    def form(self) -> str:
        """The form of the API that the server has: "current", "documented", or empty while nothing told."""
        return self._forms.known

    @property
    def server(self) -> str:
        """Where it is, without credentials."""
        return self._server

    @property
    def left_out(self) -> int:
        """Rows of lists that were no alerts, since the connection was opened."""
        return self._listing.left_out

    async def identity(self) -> Identity:
        """Who is signed in, what the role allows, and which form of the API answers."""
        dialect = await self._forms.dialect()
        permissions: tuple[str, ...] = ()
        if self._access.has_key:
            first = dialect.stretch(0, 1, 0, 1)
            parameters = first.parameters if first else []
            answer = await self._connection.ask(wire.list_alerts(parameters, with_key=True))
        else:
            answer, told = await self._people.introduce()
            granted = told.get("permissions")
            if isinstance(granted, dict):
                permissions = tuple(storable(name) for name, has in granted.items() if has is True)
                if wire.MANAGE_ALERTS not in permissions:
                    self._learn(read_only_reason=READ_ONLY_ROLE)
        form = f"{self.form} form" if self.form else "form of its API not known"
        return Identity(
            me=self._people.me,
            permissions=permissions,
            server=f"{self._server}, {form}",
            clock_ahead_ms=clock_ahead_ms(answer),
        )

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        """One page in the order of creation: CHAD narrows by what is safe, the store decides and sorts."""
        name = repr(query)
        if cursor is None:
            limit, place = max(1, min(limit, MAX_PAGE, self.capabilities.page_limit)), Place()
            wanted = wanted_of(query, context, self._rules, self._window_ms)
        else:
            now_ms, limit, rule, place = _unpacked(cursor, name)
            context = replace(context, now_ms=now_ms)
            wanted = replace(wanted_of(query, context, self._rules, self._window_ms), rule=rule)
        page, following = await self._listing.page(wanted, place, limit)
        if following is None:
            return page
        values = [context.now_ms, limit, wanted.rule, following.values()]
        return replace(page, next=cursors.pack(name, values))

    async def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full."""
        return await self._applying.read(alert_id)

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """The log that fired the rule, as the alert's one event."""
        if cursor is not None:
            raise cursors.not_one(cursor)
        return Page(await self._records.events(alert_id))

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """One page of comments, oldest first; CHAD gives all of them at once."""
        self._refuse(self.capabilities.comments.read_refusal)
        name = f"comments of {alert_id}"
        start = cursors.start_of(cursor, name)
        await self._forms.dialect()
        self._refuse(self.capabilities.comments.read_refusal)
        found = [self._people.known(each) for each in await self._records.comments(alert_id)]
        return cursors.part_of(found, start, limit, name)

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """Refused: the mirror's journal tells what was done here."""
        raise NotSupported(self.capabilities.history_refusal)

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """What CHAD relates to an alert, newest first."""
        await self._forms.dialect()
        self._refuse(self.capabilities.related_refusal)
        return await self._records.related(alert_id)

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Make the change, and tell from CHAD's answers what became of each edit."""
        if not change.edits:
            return []
        self._check(change)
        await self._decide()
        self._check(change)  # by now it is known which form it is
        edits = tuple([await self._resolved(edit) for edit in change.edits])
        return await self._applying.apply(replace(change, edits=edits), on_progress)

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment | None:
        """Add a comment; its author is who is signed in, whoever `by` is. Raises `NotFound`."""
        self.capabilities.comments.check(body)
        await self._decide()
        if self._applying.recent(alert_id) is None:
            await self.alert(alert_id)  # CHAD would take a comment on an alert that is not there
        added = await self._changing.add_comment(alert_id, body)
        return None if added is None else self._people.known(added)

    async def people(self, text: str = "") -> Sequence[Person]:
        """Whom alerts can be assigned to; raises `NotPermitted`, or `NotSupported` where nobody can be."""
        self._refuse(self.capabilities.refusal("assignee"))
        await self._forms.dialect()
        self._refuse(self.capabilities.refusal("assignee"))
        return await self._people.find(text)

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """Refused: the tags are the rules'."""
        raise NotSupported(self.capabilities.tag_counts_refusal)

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Refused: the mirror counts."""
        raise NotSupported(self.capabilities.statistics_refusal)

    def live(self) -> AsyncGenerator[AlertId]:
        """Ids of new alerts as they come; ends with `Unavailable`, after which it may be begun again."""
        self._refuse(self.capabilities.live_refusal)
        assert self._live is not None  # without it, it is refused
        return self._live()

    def sign_in(self) -> SignIn:
        """A new attempt to sign in; raises `NotSupported` for an API key."""
        if self._sign_in is None or self._access.has_key:
            raise NotSupported("This CHAD profile uses an API key; there is nothing to sign in to.")
        return self._sign_in()

    def use_token(self, token: str) -> None:
        """Go on with this token from now on."""
        self._access.use(token)

    async def close(self) -> None:
        """Let go of connections."""
        await self._connection.close()

    # -- within

    async def _decide(self) -> None:
        """Find out how to ask for a change; raises `NotSupported` where no reading tells."""
        dialect = await self._forms.dialect()
        if not dialect.form:
            raise NotSupported(UNDECIDED)

    def _check(self, change: Change) -> None:
        """Refuse the whole change before anything is sent, where one edit breaks a rule."""
        for patch in {edit.patch for edit in change.edits}:
            self.capabilities.check(patch)
            self.capabilities.check_words(patch, change.comment, change.actions)

    async def _resolved(self, edit: Edit) -> Edit:
        if not isinstance(edit.patch.assignee, Set):
            return edit
        person = await self._people.id_of(edit.patch.assignee.value)
        return replace(edit, patch=replace(edit.patch, assignee=Set(person)))

    def _noted(self, alert: Alert) -> Alert:
        self._rules.note(alert)
        self._records.saw(alert)
        return alert

    def _learn(self, **what: str | bool) -> None:
        """Something was found out about the connection, which only narrows what it can do."""
        if "read_only_reason" in what and self._connected.read_only_reason:
            return
        self._connected = replace(self._connected, **what)  # type: ignore[arg-type]  # each field has its own
        self._capabilities = self._connected.capabilities()

    def _refuse(self, refusal: str) -> None:
        if refusal:
            raise NotSupported(refusal)


def _unpacked(cursor: str, name: str) -> tuple[int, int, str, Place]:
    """What a list was begun with, and where it goes on: rules that were met since do not narrow it."""
    match cursors.unpack(cursor, name):
        case [int(now_ms), int(limit), str(rule), list(values)] if 1 <= limit <= MAX_PAGE and now_ms >= 0:
            place = Place.of(values)
            if place is not None:
                return now_ms, limit, rule, place
    raise cursors.not_one(cursor)
