"""The backend contract: what every place where alerts live can be asked.

A backend is thin: it translates one product's wire. Everything optional is declared in `Capabilities`
with a reason; a method that a backend declares impossible raises `NotSupported` with that reason.
Every method may raise from `alerttui.domain.errors`, and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, HistoryEntry, OnProgress, Outcome
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId


@dataclass(frozen=True, slots=True)
class Waiting:
    """A connection waits before it tries again."""

    until_ms: int
    why: str
    """In words: "Panther asks to wait"."""


OnWait: TypeAlias = Callable[[Waiting | None], None]
"""Told when a connection starts to wait and, with None, when it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this connection acts as; `me` is None where the backend does not know."""

    me: Actor | None
    permissions: tuple[str, ...] = ()
    server: str = ""
    """What answered, for the doctor: a path, or a URL without credentials."""
    clock_ahead_ms: int | None = None
    """How far the server's clock is ahead of ours; None where it did not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendSettings:
    """What a profile gives a backend to connect with."""

    profile: str = ""
    path: Path | None = None
    """The store's file; for a local profile only."""
    url: str = ""
    token: str = field(default="", repr=False)
    """The secret itself: in memory only, never logged, shown or stored."""
    me: str = ""
    """Id or e-mail of the analyst, empty where unknown."""
    read_only: bool = False
    window_ms: int = 0
    """How far back to read; 0 for no limit."""
    allow_http: bool = False
    """True if tokens and alerts may cross a network in clear text."""
    ca_file: Path | None = None
    """The certificates that vouch for the server; None for those of the system."""
    requests_per_minute: int = 0
    """The most that may be asked of the server; 0 leaves it to the backend."""
    on_wait: OnWait | None = None
    """Told when the connection waits before it tries again, and when it goes on."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Further keys of the profile, for the backend to read."""


class SignIn(Protocol):
    """Getting a token by a person's own e-mail and password, of which nothing is kept or logged."""

    async def begin(self, name: str, password: str) -> str | None:
        """The token; None where a code is asked for too. Raises `NotLetIn` with the server's words."""
        ...

    async def confirm(self, code: str) -> str:
        """The token, by the code that `begin` asked for; after `NotLetIn` another code may be tried."""
        ...

    async def close(self) -> None:
        """Forget it all and let go of the connection."""
        ...


@runtime_checkable
class SignsIn(Protocol):
    """A backend whose token is got by signing in (`Capabilities.signs_in`)."""

    def sign_in(self) -> SignIn:
        """A new attempt; nothing is sent yet, and no token is needed."""
        ...

    def use_token(self, token: str) -> None:
        """Go on with this token from now on."""
        ...


class Backend(Protocol):
    """Where alerts live; making one sends nothing and needs no token, so its capabilities can be told."""

    @property
    def name(self) -> str:
        """The backend's kind, as in a profile: "sqlite", "panther"."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this connection can do; may narrow while it is used, never widen."""
        ...

    async def identity(self) -> Identity:
        """Who am I and what may I do."""
        ...

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        """One page of alerts that match, newest first unless the query sorts.

        `cursor` is the `next` of the page before; a cursor that is not one raises `Invalid`.
        """
        ...

    async def alert(self, alert_id: AlertId) -> Alert:
        """One alert in full; raises `NotFound`."""
        ...

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        """One page of an alert's events in order; raises `NotFound`."""
        ...

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """One page of an alert's comments, oldest first; raises `NotFound`."""
        ...

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """Who changed what and when, oldest first; raises `NotFound`."""
        ...

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Alerts that have to do with this one, newest first; raises `NotFound`."""
        ...

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Make the change and tell what became of each edit, in the order of the edits.

        Raises `Invalid` or `NotSupported` before anything is written where a value breaks a rule, and
        `Stopped` where `on_progress` does. A missing id is an outcome, not an error.
        """
        ...

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment | None:
        """Add a comment in the backend's first format; raises `NotFound` or `Invalid`.

        None where it was added and the answer does not tell which one it became.
        """
        ...

    async def people(self, text: str = "") -> Sequence[Person]:
        """Whom alerts can be assigned to: enabled people whose id, name or e-mail contains `text`."""
        ...

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """Tags in use that contain `text`, most used first."""
        ...

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Counts and times over the alerts that match."""
        ...

    def live(self) -> AsyncGenerator[AlertId]:
        """Ids of alerts as they arrive or change; raises `NotSupported` where there is no stream."""
        ...

    async def close(self) -> None:
        """Let go of connections; the backend is not used afterwards."""
        ...
