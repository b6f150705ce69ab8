"""The store: one SQLite file behind the interface that every floor above reads and writes through."""

from __future__ import annotations

import shutil
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from alerttui.backends.sqlite import counting, journal, listing, opening, people, reading
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.store import AddReport, NewAlert, PlacedComment, StoreHealth
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.change import Change, HistoryEntry, JournalEntry, OnProgress, Outcome
from alerttui.domain.listing import AlertRow, Facet, Page, Statistics
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId

P = ParamSpec("P")
T = TypeVar("T")


def open_store(path: Path | None, *, read_only: bool = False, create: bool = True) -> SqliteStore:
    """Open the store in `path`, made if it is not there; raises `StoreError` and leaves a foreign file alone.

    None makes a private store in a temporary file that is removed when it is closed.
    """
    if path is not None:
        opening.prepare(path, read_only=read_only, create=create)
        return SqliteStore(Connections(path, read_only=read_only))
    folder = Path(tempfile.mkdtemp(prefix="alerttui-"))
    opening.prepare(folder / "alerts.db", read_only=False, create=True)
    return SqliteStore(Connections(folder / "alerts.db", read_only=read_only), temporary=folder)


def _read_again(read: Callable[Concatenate[SqliteStore, P], T]) -> Callable[Concatenate[SqliteStore, P], T]:
    """A reading method that reads once more where the file was written meanwhile."""

    @wraps(read)
    def reads(self: SqliteStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._connections.retried(lambda: read(self, *args, **kwargs))

    return reads


class SqliteStore:
    """One SQLite file of alerts, events, comments, journal and history, as `AlertStore` says.

    What writes, and what the list does not need, is imported at its first use: the console starts without.
    """

    def __init__(self, connections: Connections, temporary: Path | None = None) -> None:
        self._connections = connections
        self._temporary = temporary

    @property
    def path(self) -> Path:
        """The file."""
        return self._connections.path

    @property
    def read_only(self) -> bool:
        """True if nothing may be written."""
        return self._connections.read_only

    def _read(self, read: Callable[[], T]) -> T:
        """What a read gives, made once more where the file was written meanwhile."""
        return self._connections.retried(read)

    def close(self) -> None:
        """Close every connection, of whichever thread."""
        self._connections.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    # -- listing

    @_read_again
    def first_rows(self, query: AlertQuery, context: QueryContext, limit: int) -> list[AlertRow]:
        """The first rows of a listing."""
        return listing.first_rows(self._connections, query, context, limit)

    def rowids(self, query: AlertQuery, context: QueryContext, chunk: int = 10_000) -> Iterator[array[int]]:
        """Every rowid of a listing in order, in chunks."""
        return listing.rowids(self._connections, query, context, chunk)

    @_read_again
    def rows(self, rowids: Sequence[int]) -> dict[int, AlertRow]:
        """The rows with these rowids."""
        return listing.rows_of(self._connections, rowids)

    @_read_again
    def rowids_of(self, ids: Sequence[AlertId]) -> dict[AlertId, int]:
        """The rowids of these alerts."""
        return listing.rowids_of(self._connections, ids)

    @_read_again
    def count(self, query: AlertQuery, context: QueryContext) -> int:
        """How many alerts match."""
        return counting.count(self._connections, query, context)

    @_read_again
    def facets(self, field: str, query: AlertQuery, context: QueryContext, limit: int = 50) -> list[Facet]:
        """The values of a query field among the alerts that match, most frequent first."""
        return counting.facets(self._connections, field, query, context, limit)

    @_read_again
    def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Counts and times over the alerts that match."""
        return counting.statistics(self._connections, query, context)

    @_read_again
    def page(self, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int) -> Page[Alert]:
        """One page of alerts in full; a cursor that is not one, or of another query, raises `Invalid`."""
        from alerttui.backends.sqlite import paging

        return paging.page(self._connections, query, context, cursor, limit)

    def data_version(self) -> int:
        """A number that changes whenever any connection, of any process, has committed a write."""
        return self._connections.data_version()

    # -- one alert

    @_read_again
    def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full."""
        return reading.alert(self._connections, alert_id)

    @_read_again
    def raw(self, alert_id: AlertId) -> bytes:
        """The exact bytes of the record that the alert came from."""
        return reading.raw(self._connections, alert_id)

    @_read_again
    def identity(self, alert_id: AlertId) -> tuple[str, str]:
        """The source and the native id by which an import knows the alert again."""
        return reading.identity(self._connections, alert_id)

    @_read_again
    def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """One page of events in order, with the total."""
        return reading.events(self._connections, alert_id, cursor, limit)

    @_read_again
    def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """One page of comments, oldest first, with the total."""
        return reading.comments(self._connections, alert_id, cursor, limit)

    @_read_again
    def comment(self, comment_id: str) -> PlacedComment:
        """One comment."""
        from alerttui.backends.sqlite import commenting

        return commenting.comment(self._connections, comment_id)

    @_read_again
    def comment_of_change(self, change_id: str, alert_id: AlertId) -> PlacedComment:
        """The comment that a change added to an alert."""
        from alerttui.backends.sqlite import commenting

        return commenting.comment_of_change(self._connections, change_id, alert_id)

    @_read_again
    def history(self, alert_id: AlertId) -> list[HistoryEntry]:
        """Who changed what and when, oldest first."""
        return reading.history(self._connections, alert_id)

    @_read_again
    def related(self, alert_id: AlertId, limit: int = 50) -> list[RelatedAlert]:
        """Other alerts of the same rule, newest first."""
        return reading.related(self._connections, alert_id, limit)

    @_read_again
    def people(self, text: str = "", limit: int = 50, *, with_disabled: bool = False) -> list[Person]:
        """People that contain `text`."""
        return people.people(self._connections, text, limit, with_disabled=with_disabled)

    @_read_again
    def tags(self, text: str = "", limit: int = 50) -> list[Facet]:
        """Tags in use that contain `text`, most used first."""
        return people.tags(self._connections, text, limit)

    # -- writing

    def add(self, alerts: Iterable[NewAlert]) -> AddReport:
        """Put alerts in, in transactions of at most a thousand."""
        from alerttui.backends.sqlite import adding

        return adding.add(self._connections, alerts)

    def add_person(self, person: Person) -> None:
        """Remember somebody whom alerts can be assigned to."""
        people.add_person(self._connections, person)

    def commit(self, change: Change, on_progress: OnProgress | None = None) -> list[Outcome]:
        """Make a change in one transaction."""
        from alerttui.backends.sqlite import changing

        return changing.commit(self._connections, change, on_progress)

    def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        """Add a comment with its history line."""
        from alerttui.backends.sqlite import commenting

        return commenting.add_comment(self._connections, alert_id, body, by, at_ms)

    def edit_comment(self, comment_id: str, body: str, by: Actor, at_ms: int) -> PlacedComment:
        """Write a comment anew, with a line of history that keeps what it said."""
        from alerttui.backends.sqlite import commenting

        return commenting.edit_comment(self._connections, comment_id, body, by, at_ms)

    # -- journal

    @_read_again
    def journal(self, limit: int = 50) -> list[JournalEntry]:
        """The latest changes, newest first."""
        return journal.journal(self._connections, limit)

    @_read_again
    def undoable(self, by: Actor) -> JournalEntry | None:
        """The latest change or redo of this actor that did something, or is to, and still stands."""
        return journal.undoable(self._connections, by)

    @_read_again
    def redoable(self, by: Actor) -> JournalEntry | None:
        """The latest undo of this actor that has not been redone and after which he changed nothing else."""
        return journal.redoable(self._connections, by)

    def health(self, *, whole: bool = False) -> StoreHealth:
        """How the file is; a damaged one is told, not raised."""
        from alerttui.backends.sqlite.health import health

        return health(self._connections, whole=whole)
