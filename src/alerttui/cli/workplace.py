"""Opening what a headless command works on: settings, profile, store, and a session for changes."""

from __future__ import annotations

import os
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from alerttui.backends.contract import Backend
from alerttui.backends.store import AlertStore
from alerttui.cli.looping import Loop
from alerttui.cli.options import GlobalOptions
from alerttui.config.active import ActiveProfile, choose_profile
from alerttui.config.load import load_settings
from alerttui.config.nearest import nearest
from alerttui.config.paths import find_places, private_folder
from alerttui.config.schema import Layer, Settings
from alerttui.config.token_holder import TokenHolders
from alerttui.domain.alert import Actor, Alert, Comment, Event
from alerttui.domain.change import HistoryEntry
from alerttui.domain.errors import ConfigError, Invalid, NotSupported, StoreError
from alerttui.domain.listing import Page
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

if TYPE_CHECKING:
    from alerttui.cli.mirrored import Freshening
    from alerttui.domain.view import View
    from alerttui.triage.mirror.sender import Told
    from alerttui.triage.session import Session
    from alerttui.triage.views import ViewBook

T = TypeVar("T")


def now_ms() -> int:
    """The present time."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The store of the active profile, open, with everything a command needs beside it."""

    settings: Settings
    active: ActiveProfile
    store: AlertStore
    backend: Backend
    loop: Loop
    freshening: Freshening | None = None
    """Brings the mirror of a remote profile up to date; None for a local one."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work gives, in the command's event loop."""
        return self.loop.run(work)

    def admit(self) -> None:
        """Have whoever runs the command sign in, where a remote profile needs it and there is a terminal."""
        if self.freshening is not None:
            self.freshening.admit()

    def freshen(self, query: AlertQuery) -> None:
        """Have what a filter needs; a local store has it."""
        if self.freshening is not None:
            self.freshening.for_query(query)

    def freshen_alert(self, alert_id: AlertId, *parts: str) -> None:
        """Have an alert, or these parts of it, as `Part` names them; a local store has them.

        What the product of a remote profile does not tell is passed over.
        """
        if self.freshening is not None:
            from alerttui.backends.mirror import Part

            self.freshening.for_alert(alert_id, [Part(each) for each in parts])

    def know(self, ids: Sequence[AlertId]) -> None:
        """Have these alerts before they are changed; a local store has them."""
        if self.freshening is not None:
            self.freshening.for_change(ids)

    @contextmanager
    def telling_earlier(self) -> Iterator[None]:
        """Say what became of changes that waited in a remote profile and leave along with a new one."""
        if self.freshening is None:
            yield
            return
        from alerttui.cli.outcomes import say_earlier

        told: list[Told] = []
        began_ms = now_ms()
        self.freshening.mirror.running.on_told.append(told.extend)
        yield
        say_earlier([each for each in told if each.edit.at_ms < began_ms])

    def context(self) -> QueryContext:
        """The time and who "me" is, for the meaning of a query."""
        me = self.me()
        return QueryContext(now_ms=now_ms(), me=me.id if me else "")

    def events(self, alert_id: AlertId, cursor: str | None, limit: int) -> Page[Event]:
        """One page of events; in a remote profile, those beyond what is here are fetched."""
        if self.freshening is None or self.freshening.is_cached:
            return self.store.events(alert_id, cursor, limit)
        found: list[Event] = []
        while True:
            page = self.run(self.backend.events(alert_id, cursor, limit - len(found)))
            found += page.results
            cursor = page.next
            if cursor is None or len(found) >= limit or not page.results:
                return Page(found, cursor, page.total)

    def comments(self, alert_id: AlertId, cursor: str | None, limit: int) -> Page[Comment]:
        """One page of comments, local notes behind them; raises `StoreError` where those cannot be read."""
        if self.freshening is None:
            return self.store.comments(alert_id, cursor, limit)
        page = self.run(self.backend.comments(alert_id, cursor, limit))
        notes = self.freshening.mirror.notes_in_use
        if notes is not None and notes.trouble:
            raise StoreError(notes.trouble)
        return page

    def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """Who changed what, oldest first: what is known here, and what a remote system tells itself."""
        return self.run(self.backend.history(alert_id))

    def alert(self, alert_id: AlertId) -> Alert:
        """One alert as it is here, with those that a remote system relates to it."""
        alert = self.store.alert(alert_id)
        if self.freshening is None:
            return alert
        told = self.run(self.freshening.mirror.told_related(alert_id))
        known = {each.id for each in alert.related}
        return replace(alert, related=(*alert.related, *(each for each in told if each.id not in known)))

    def unsent(self) -> str:
        """What of a remote profile is unsent or to be decided, in words; empty where nothing is."""
        if self.freshening is None:
            return ""
        from alerttui.cli.mirror_state import unsent_text

        return unsent_text(self.freshening.mirror.store.pending_counts())

    def me(self) -> Actor | None:
        """Who is at the keys; to a remote system the user behind a configured e-mail, where that is known."""
        if self.active.me is None or self.freshening is None:
            return self.active.me
        from alerttui.triage.people import person_meant

        person = person_meant(self.store, self.active.me.id)
        return Actor(id=person.id, name=person.name) if person else self.active.me

    def session(self) -> Session:
        """The session through which changes are made."""
        from alerttui.triage.session import Session

        return Session(
            self.store,
            self.backend,
            me=self.me(),
            clock=now_ms,
            profile=self.active.profile.name,
            read_only=self.active.read_only,
            mirror=self.freshening.mirror if self.freshening else None,
        )


def read_settings(options: GlobalOptions) -> tuple[Settings, ActiveProfile]:
    """The settings and the profile that the command line chooses."""
    places = find_places(os.environ)
    settings = load_settings(places.config_file, os.environ)
    active = choose_profile(
        settings,
        places,
        os.environ,
        profile_flag=options.profile,
        db_flag=options.db,
        read_only_flag=options.read_only,
    )
    return settings, active


@contextmanager
def open_workplace(
    options: GlobalOptions,
    *,
    create: bool = False,
    waits: bool = True,
    local_only: str = "",
    holders: TokenHolders | None = None,
) -> Iterator[Workplace]:
    """Open the active profile's store, or mirror, for the length of a command.

    A store that was named and is not there is an error unless `create`; the usual one is made at first use.
    In a remote profile a change `waits` for its outcome; `local_only` names what works on a local store only.
    The `holders` have the tokens that signing in gave before; without them there are none.
    """
    settings, active = read_settings(options)
    if not active.profile.is_local:
        if local_only:
            raise NotSupported(
                f"{local_only} works on a local store; {active.profile.name} is a profile of "
                f"{active.profile.backend}. Nothing was changed. Use --profile local or --db FILE."
            )
        with _open_remote(options, settings, active, holders, waits=waits) as place:
            yield place
        return
    path = active.store_file
    if not path.exists():
        if active.read_only or not (create or active.store_origin.layer is Layer.DEFAULT):
            raise StoreError(f"There is no store at {path}; `alerttui import FILE --db {path}` makes one.")
        _make_folder(active)
    from alerttui.backends.registry import open_local

    store, backend = open_local(path, read_only=active.read_only)
    loop = Loop()
    try:
        yield Workplace(settings=settings, active=active, store=store, backend=backend, loop=loop)
    finally:
        loop.close()
        store.close()


@contextmanager
def _open_remote(
    options: GlobalOptions,
    settings: Settings,
    active: ActiveProfile,
    holders: TokenHolders | None,
    *,
    waits: bool,
) -> Iterator[Workplace]:
    from alerttui.cli.mirrored import Freshening, open_mirrored

    loop = Loop()
    only_reads = options.cached and options.read_only
    holder = (holders or TokenHolders(os.environ)).of(active.profile)
    opening = open_mirrored(active, os.environ, holder, loop, now_ms, waits=waits, only_reads=only_reads)
    try:
        with opening as (store, mirror):
            freshening = Freshening(mirror, loop, active.profile.name, options.cached)
            yield Workplace(
                settings=settings, active=active, store=store, backend=mirror, loop=loop,
                freshening=freshening,
            )  # fmt: skip
    finally:
        loop.close()


def parse_filter(text: str) -> AlertQuery:
    """The query that a filter text means; raises `QueryError`."""
    from alerttui.domain.query_text import parse

    return parse(text)


def filter_text(options: GlobalOptions, argument: str = "") -> str | None:
    """The filter that view, --query and argument make together; None where nothing was said.

    They narrow each other: a view with a filter lists what matches both.
    """
    parts = [argument]
    if options.query is not None:
        parts.insert(0, options.query)
    if options.view:
        parts.insert(0, named_view(view_book(options), options.view).text)
    given = options.query is not None or options.view or argument
    return " ".join(part for part in parts if part) if given else None


def view_book(options: GlobalOptions) -> ViewBook:
    """Every view of this user that suits the profile: built in, configured and own; raises `ConfigError`."""
    from alerttui.config.view_file import ViewFile
    from alerttui.triage.views import ViewBook

    settings, active = read_settings(options)
    book = ViewBook(settings.views, ViewFile.beside(find_places(os.environ).config_file))
    if not active.profile.is_local:
        from alerttui.cli.remote_workplace import known_of

        known = known_of(active.profile)
        if known is not None:
            book.suit(known)
    book.reload()
    return book


def named_view(book: ViewBook, name: str) -> View:
    """The view of this name; raises `ConfigError` with the nearest one, or with why it is not offered."""
    view = book.find(name)
    if view is None:
        if reason := book.why_withheld(name):
            raise ConfigError(
                f"the view {name} is not offered in this profile, where it would be empty: {reason} "
                "Choose another view, or keep one of your own under that name."
            )
        raise ConfigError(f"no view {name!r}; {nearest(name, [each.name for each in book.views])}")
    return view


def _make_folder(active: ActiveProfile) -> None:
    folder = active.store_file.parent
    try:
        private_folder(folder)
    except OSError as error:
        raise Invalid("store", str(folder), f"the folder cannot be made: {error.strerror}") from error
