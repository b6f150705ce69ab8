"""Opening what a headless command works on: settings, profile, store, and a session for changes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerttui.backends.contract import Backend
from alerttui.backends.store import AlertStore
from alerttui.cli.options import GlobalOptions
from alerttui.config.active import ActiveProfile, choose_profile
from alerttui.config.load import load_settings
from alerttui.config.nearest import nearest
from alerttui.config.paths import find_places, private_folder
from alerttui.config.schema import Layer, Settings
from alerttui.domain.errors import ConfigError, Invalid, NotSupported, StoreError
from alerttui.domain.query import AlertQuery, QueryContext

if TYPE_CHECKING:
    from alerttui.domain.view import View
    from alerttui.triage.session import Session
    from alerttui.triage.views import ViewBook


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

    def context(self) -> QueryContext:
        """The time and who "me" is, for the meaning of a query."""
        return QueryContext(now_ms=now_ms(), me=self.active.me.id if self.active.me else "")

    def session(self) -> Session:
        """The session through which changes are made."""
        from alerttui.triage.session import Session

        return Session(
            self.store,
            self.backend,
            me=self.active.me,
            clock=now_ms,
            profile=self.active.profile.name,
            read_only=self.active.read_only,
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
def open_workplace(options: GlobalOptions, *, create: bool = False) -> Iterator[Workplace]:
    """Open the active profile's store for the length of a command.

    A store that was named and is not there is an error unless `create`; the usual one is made at first use.
    """
    settings, active = read_settings(options)
    _require_local(active)
    path = active.store_file
    if not path.exists():
        if active.read_only or not (create or active.store_origin.layer is Layer.DEFAULT):
            raise StoreError(f"There is no store at {path}; `alerttui import FILE --db {path}` makes one.")
        _make_folder(active)
    from alerttui.backends.registry import open_local

    store, backend = open_local(path, read_only=active.read_only)
    try:
        yield Workplace(settings=settings, active=active, store=store, backend=backend)
    finally:
        store.close()


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
    """Every view of this user: built in, configured and own ones; raises `ConfigError`."""
    from alerttui.config.view_file import ViewFile
    from alerttui.triage.views import ViewBook

    book = ViewBook(read_settings(options)[0].views, ViewFile.beside(find_places(os.environ).config_file))
    book.reload()
    return book


def named_view(book: ViewBook, name: str) -> View:
    """The view of this name; raises `ConfigError` with the nearest one."""
    view = book.find(name)
    if view is None:
        raise ConfigError(f"no view {name!r}; {nearest(name, [each.name for each in book.views])}")
    return view


def _require_local(active: ActiveProfile) -> None:
    if not active.profile.is_local:
        raise NotSupported(
            f"The profile {active.profile.name} is of the backend {active.profile.backend}, which this "
            "version cannot reach yet; nothing was read or changed. Use --profile local or --db FILE."
        )


def _make_folder(active: ActiveProfile) -> None:
    folder = active.store_file.parent
    try:
        private_folder(folder)
    except OSError as error:
        raise Invalid("store", str(folder), f"the folder cannot be made: {error.strerror}") from error
