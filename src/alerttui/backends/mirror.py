"""The interface of a store that mirrors a remote system: what sync and sender need beside `AlertStore`.

The store keeps the server's own values of every alert apart from what is shown; what is shown is those values
plus a replay of the alert's unsettled edits, in the order in which they were made. Each method is one
transaction (`observe` of at most 200 alerts), and every method may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from alerttui.backends.store import AlertStore, NewAlert
from alerttui.domain.alert import Actor, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, HistoryEntry, OnProgress, Outcome
from alerttui.domain.patch import AlertPatch
from alerttui.domain.pending import Decision, EditKey, PendingCounts, PendingEdit
from alerttui.domain.vocabulary import AlertId, Phase

LAG_MS = 10_000
"""For so long after a confirmed write, an answer with the value from before is the server's lag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorIdentity:
    """Whose mirror a file is; a file of another one is refused."""

    backend: str
    url: str
    """The canonical URL, without credentials."""
    tenant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An alert as the server told it."""

    new: NewAlert
    requested_ms: int
    """When the request began whose answer this is: what was written later outweighs it."""
    in_full: bool = False
    """False for a row of a list, which may leave out fields: what was known of those stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveReport:
    """What `observe` did."""

    added: int = 0
    changed: int = 0
    same: int = 0
    late: int = 0
    """They changed nothing: the request began before the alert's last confirmed write, or before another
    one whose answer is here already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCopy:
    """The server's own values of one alert, as far as they are known here."""

    values: AlertPatch
    as_of_ms: int
    """When the request began that told them, or when our last write was confirmed."""
    created_ms: int
    updated_by: Actor | None = None
    assignee_label: str = ""
    """What people call the assignee; the id where no name is known."""
    untold: frozenset[str] = frozenset()
    """Fields that the server does not tell: what `values` has of them proves nothing."""


class Part(Enum):
    """What of an alert is read apart from it."""

    FULL = "full"
    """The alert itself, with what lists leave out."""
    EVENTS = "events"
    COMMENTS = "comments"
    HISTORY = "history"
    """What the system itself tells of who did what."""
    RELATED = "related"
    """Which alerts the system relates to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """How much of a part is here, and as of when."""

    as_of_ms: int
    next_cursor: str = ""
    """Where the server's list goes on; empty where all of it is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A range of creation times, `to_ms` not included, of which the mirror has every alert, as of a moment.

    `of` names what is covered: "alerts" for all fields of list rows, "open" for which alerts are not closed,
    and "log-type=AWS.ALB" for which alerts the server counts to a value that no row carries.
    """

    of: str
    from_ms: int
    to_ms: int
    as_of_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How the values of one sent edit ended."""

    key: EditKey
    outcome: Outcome
    """CONFIRMED and UNCHANGED settle it, REFUSED and MISSING too; CONFLICT and UNDECIDED hold it."""
    at_ms: int
    """When the answer came: the alert's last confirmed write, where it confirmed one."""
    server: AlertPatch | None = None
    """Values that the server was seen to have, where it was read; what it confirmed is laid over them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCopies:
    """How old the copies of alerts that are not closed are."""

    alerts: int
    oldest_created_ms: int | None = None
    """Creation of the oldest of these alerts."""
    oldest_as_of_ms: int | None = None
    """As of when the copy is that was not confirmed for longest."""


class MirrorStore(AlertStore, Protocol):
    """One SQLite file that mirrors one remote system."""

    def bind(self, identity: MirrorIdentity, capabilities: Capabilities) -> None:
        """Make this file the mirror of that system; raises `StoreError` where it is another one's.

        `capabilities` tell the phase of the system's words from now on.
        """
        ...

    # -- what the server told

    def observe(self, seen: Sequence[Observed]) -> ObserveReport:
        """Take over what the server told: new alerts are added, known ones brought up to date.

        A copy that was requested before the alert's last confirmed write changes nothing, nor does one that a
        later answer overtook; within `LAG_MS` after a write, a field that still has the value from before it
        keeps ours. What somebody else changed gets a line of history by the server's `updated_by`, at the
        time of the request. Events and comments that come along are added to what is here.
        """
        ...

    def observe_missing(self, ids: Sequence[AlertId], requested_ms: int) -> int:
        """The server no longer has these alerts: they leave, unless something is pending; how many did."""
        ...

    def observe_events(
        self, alert_id: AlertId, events: Sequence[Event], state: PartState, *, is_first: bool
    ) -> int:
        """Add the events of one page that are not here yet, in the page's order; how many were new.

        `is_first` for the first page of a reading. Raises `NotFound`.
        """
        ...

    def observe_comments(
        self, alert_id: AlertId, comments: Sequence[Comment], state: PartState, *, is_first: bool
    ) -> int:
        """Take over one page of the server's comments by their ids; how many were new or written anew.

        Comments that are still on their way from here stay beside them. Raises `NotFound`.
        """
        ...

    def observe_history(self, alert_id: AlertId, lines: Sequence[HistoryEntry], as_of_ms: int) -> None:
        """Take over what the server tells of who did what, oldest first, beside what is known here.

        It takes the place of what it told before. Raises `NotFound`.
        """
        ...

    def observe_related(self, alert_id: AlertId, related: Sequence[RelatedAlert], as_of_ms: int) -> None:
        """Take over which alerts the server relates to this one, in the place of those before.

        Raises `NotFound`.
        """
        ...

    def told_history(self, alert_id: AlertId) -> list[HistoryEntry]:
        """What the server told last of who did what, oldest first; none where it was never asked."""
        ...

    def told_related(self, alert_id: AlertId) -> list[RelatedAlert]:
        """Which alerts the server related to this one last; none where it was never asked."""
        ...

    def sent_comments(self, alert_id: AlertId) -> frozenset[str]:
        """Ids of the server's comments that came from here."""
        ...

    def part(self, alert_id: AlertId, part: Part) -> PartState | None:
        """How much of a part is here; None where it was never read."""
        ...

    def add_people(self, people: Sequence[Person], as_of_ms: int) -> None:
        """Remember whom alerts can be assigned to, and when that was asked."""
        ...

    def add_catalogue(self, tags: Sequence[str], as_of_ms: int) -> None:
        """Remember the tags that the server offers; `tags` has them after those in use."""
        ...

    def learned_ms(self, what: str) -> int | None:
        """When "people" or "tags" were last asked; None for never."""
        ...

    def server_copies(self, ids: Sequence[AlertId]) -> dict[AlertId, ServerCopy]:
        """The server's own values; a missing alert is absent."""
        ...

    # -- coverage

    def cover(self, coverage: Coverage) -> None:
        """Note that a range was read whole; it holds for its range, whatever was noted before.

        Ranges that touch and are of one moment grow together. Where there are very many, others that touch
        do too, and the older `as_of_ms` holds.
        """
        ...

    def coverage(self, of: str) -> list[Coverage]:
        """The ranges that are covered, newest first, never overlapping: the latest note of a time holds."""
        ...

    def set_members(
        self, field: str, value: str, ids: Sequence[AlertId], from_ms: int, to_ms: int, as_of_ms: int
    ) -> None:
        """Note which alerts of a range the server counts to a value that no row carries, and cover it.

        `field` is a query field of `Capabilities.vendor_decided`; afterwards queries on it find them. Alerts
        that are not here are passed over, so observe them first. Those of the range that are not named leave.
        """
        ...

    def count_created(self, from_ms: int, to_ms: int) -> int:
        """How many alerts the mirror has of this range of creation times, `to_ms` not included."""
        ...

    def open_copies(self) -> OpenCopies:
        """How old the copies of alerts are that the server has not closed."""
        ...

    def unconfirmed(
        self, before_ms: int, phases: Sequence[Phase], from_ms: int, limit: int
    ) -> list[tuple[AlertId, int]]:
        """Alerts that the server had in one of these phases, created from then on, whose copy is older.

        Id and creation, oldest copy first.
        """
        ...

    def purge(self, created_before_ms: int, limit: int = 200) -> int:
        """Let alerts go that were created before then and have nothing pending; how many went.

        At most `limit` in one transaction: call it until none went. What was created before then is no
        longer covered.
        """
        ...

    # -- the journal on its way

    def enqueue(self, change: Change, on_progress: OnProgress | None = None) -> list[Outcome]:
        """Journal a change to be sent: shown at once, an outcome per edit (QUEUED where it will be sent).

        The rules of `commit` hold: checked before anything is written, conflicts with what is shown left
        alone, a change whose id is known told again. An undo of an edit that is still queued cancels it and
        sends nothing (CONFIRMED). A comment is shown with the alert, marked as not sent.
        """
        ...

    def pending(self, limit: int = 1000, *, held: bool = False) -> list[PendingEdit]:
        """What is to be sent, in the order in which it was asked for; what is `held` instead.

        Of a patch only what the alert did not have already. Look at both stages: the values may be settled
        while their comment still waits.
        """
        ...

    def outcomes(self, change_id: str) -> list[Outcome]:
        """What became of each edit of a change so far, in the order of the edits; none for an unknown one."""
        ...

    def pending_counts(self) -> PendingCounts:
        """How much is not settled."""
        ...

    def pending_ids(self) -> dict[AlertId, int]:
        """Alerts with anything unsettled, and how many edits and comments."""
        ...

    def begin_sending(self, keys: Sequence[EditKey], *, comments: bool = False) -> list[EditKey]:
        """Note durably that these edits, or their comments, are about to leave: those still queued."""
        ...

    def requeue(self, keys: Sequence[EditKey], reason: str, *, comments: bool = False) -> None:
        """What was about to leave did not: it waits again."""
        ...

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Note how the values of sent edits ended; what is shown follows, later edits keep their place.

        Where an edit was refused, later edits that were based on its values are based on what it met.
        A comment of an edit that ended without success is given up, and says so.
        """
        ...

    def settle_comment(self, key: EditKey, outcome: Outcome, comment: Comment | None, at_ms: int) -> None:
        """Note how a sent comment ended: CONFIRMED with the server's own, REFUSED, or UNDECIDED (held)."""
        ...

    def decide(self, keys: Sequence[EditKey], decision: Decision) -> int:
        """What the analyst makes of edits and comments that are held; how many of both there were.

        SEND queues them again at their old place, based on what they will meet there now.
        """
        ...

    def drop(self, keys: Sequence[EditKey]) -> int:
        """Give up what is queued or held, as if it had never been asked for (CANCELLED).

        How many edits and comments it was; what is being sent stays.
        """
        ...
