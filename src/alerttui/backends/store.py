"""The store's interface: the one thing that screens, filters, listings and history read.

All methods block for at most a few milliseconds, except `rowids`, `statistics`, `facets` and `add`, which
grow with the number of alerts and belong off the event loop. Every method may be called from any thread.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.change import Change, HistoryEntry, JournalEntry, OnProgress, Outcome
from alerttui.domain.listing import AlertRow, Facet, Page, Statistics
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to be put into the store, with everything that came along.

    `alert.id` is the id to show: where another source already has that id, the store makes
    `source:id` of it. Identity is (`source`, `native_id`).
    """

    alert: Alert
    source: str
    native_id: str
    raw: bytes
    """The exact bytes of the record."""
    events: Sequence[Event] = ()
    comments: Sequence[Comment] = ()
    history: Sequence[HistoryEntry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What `AlertStore.add` did; known alerts were left as they are, but for events they did not have yet."""

    added: int = 0
    known: int = 0
    events_added: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """How a store's file is, as far as it was looked at."""

    schema_version: int
    journal_mode: str
    """"wal" where all is well."""
    size_bytes: int
    """Of the file and its log."""
    log_bytes: int
    alerts: int
    events: int
    comments: int
    changes: int
    """What analysts did: the journal."""
    unsettled: int
    """Edits that were asked for and are not known to be made."""
    last_change_ms: int | None
    """When the latest change was made; None where there is none."""
    unsearchable: int
    """Alerts that the search does not know; 0 where all is well."""
    damage: Sequence[str]
    """What a check of the file found; empty where all is well."""
    is_checked_whole: bool
    """False if the check ran out of time before its end."""


class PlacedComment(NamedTuple):
    """A comment and the alert that it belongs to."""

    alert_id: AlertId
    comment: Comment


class AlertStore(Protocol):
    """One SQLite file of alerts, events, comments, journal and history."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def read_only(self) -> bool:
        """True if nothing may be written."""
        ...

    # -- listing

    def first_rows(self, query: AlertQuery, context: QueryContext, limit: int) -> list[AlertRow]:
        """The first rows of a listing, for the first screenful."""
        ...

    def rowids(self, query: AlertQuery, context: QueryContext, chunk: int = 10_000) -> Iterator[array[int]]:
        """Every rowid of a listing in order, in chunks of `array('q')`; close the iterator to stop."""
        ...

    def rows(self, rowids: Sequence[int]) -> dict[int, AlertRow]:
        """The rows with these rowids; one that is gone is absent."""
        ...

    def rowids_of(self, ids: Sequence[AlertId]) -> dict[AlertId, int]:
        """The rowids of these alerts; a missing one is absent."""
        ...

    def count(self, query: AlertQuery, context: QueryContext) -> int:
        """How many alerts match."""
        ...

    def facets(self, field: str, query: AlertQuery, context: QueryContext, limit: int = 50) -> list[Facet]:
        """The values of a query field among the alerts that match, most frequent first."""
        ...

    def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Counts and times over the alerts that match."""
        ...

    def page(self, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int) -> Page[Alert]:
        """One page of alerts in full by an opaque cursor that survives new alerts arriving."""
        ...

    def data_version(self) -> int:
        """A number that changes whenever any connection, of any process, has committed a write."""
        ...

    # -- one alert

    def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full; raises `NotFound`."""
        ...

    def raw(self, alert_id: AlertId) -> bytes:
        """The exact bytes of the record that the alert came from, empty if it came from none."""
        ...

    def identity(self, alert_id: AlertId) -> tuple[str, str]:
        """The source and the native id by which an import knows the alert again; raises `NotFound`."""
        ...

    def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """One page of events in order, with the total; raises `NotFound`."""
        ...

    def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """One page of comments, oldest first, with the total; raises `NotFound`."""
        ...

    def comment(self, comment_id: str) -> PlacedComment:
        """One comment; raises `NotFound` with its id."""
        ...

    def comment_of_change(self, change_id: str, alert_id: AlertId) -> PlacedComment:
        """The comment that a change added to an alert; raises `NotFound`."""
        ...

    def history(self, alert_id: AlertId) -> list[HistoryEntry]:
        """Who changed what and when, oldest first; raises `NotFound`."""
        ...

    def related(self, alert_id: AlertId, limit: int = 50) -> list[RelatedAlert]:
        """Other alerts of the same rule, newest first; raises `NotFound`."""
        ...

    def people(self, text: str = "", limit: int = 50, *, with_disabled: bool = False) -> list[Person]:
        """People whose id, name or e-mail contains `text`: added ones and everyone ever seen.

        Disabled ones only where they are asked for.
        """
        ...

    def tags(self, text: str = "", limit: int = 50) -> list[Facet]:
        """Tags in use that contain `text`, most used first."""
        ...

    # -- writing: each is one transaction

    def add(self, alerts: Iterable[NewAlert]) -> AddReport:
        """Put alerts in, in transactions of bounded size.

        A known alert keeps every decision; only events that it does not have yet are added to it.
        """
        ...

    def add_person(self, person: Person) -> None:
        """Remember somebody whom alerts can be assigned to, replacing what was known of the same id."""
        ...

    def commit(self, change: Change, on_progress: OnProgress | None = None) -> list[Outcome]:
        """Make a change: values, comments, history and journal in one transaction, an outcome per edit.

        Where `on_progress` raises `Stopped`, nothing of it is written.
        """
        ...

    def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        """Add a comment with its history line; raises `NotFound`."""
        ...

    def edit_comment(self, comment_id: str, body: str, by: Actor, at_ms: int) -> PlacedComment:
        """Write a comment anew, with a line of history that keeps what it said.

        Raises `NotFound`, and `NotSupported` where somebody else wrote it.
        """
        ...

    # -- journal

    def journal(self, limit: int = 50) -> list[JournalEntry]:
        """The latest changes, newest first."""
        ...

    def undoable(self, by: Actor) -> JournalEntry | None:
        """The latest change or redo of this actor that did something, or is to, and still stands."""
        ...

    def redoable(self, by: Actor) -> JournalEntry | None:
        """The latest undo of this actor that has not been redone and after which he changed nothing else."""
        ...

    def health(self, *, whole: bool = False) -> StoreHealth:
        """How the file is; a damaged one is told, not raised.

        The check of its pages ends after a second or two, unless the `whole` of it is wanted.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
