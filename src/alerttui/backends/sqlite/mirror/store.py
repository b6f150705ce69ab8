"""The store of a mirror: everything that a local one reads, and what sync and sender write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from alerttui.backends.mirror import (
    Coverage,
    MirrorIdentity,
    Observed,
    ObserveReport,
    OpenCopies,
    Part,
    PartState,
    ServerCopy,
    Settlement,
)
from alerttui.backends.sqlite import opening
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror import binding, pending_rows
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.store import SqliteStore
from alerttui.backends.store import AddReport, NewAlert, PlacedComment
from alerttui.domain.alert import Actor, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, HistoryEntry, OnProgress, Outcome
from alerttui.domain.errors import NotSupported, StoreError
from alerttui.domain.listing import Facet
from alerttui.domain.pending import Decision, EditKey, PendingCounts, PendingEdit
from alerttui.domain.vocabulary import AlertId, Phase

OBSERVED_PER_MERGE: Final = 40
"""Calls of `observe` that brought news, after which pieces of the full-text index are merged."""


def open_mirror(path: Path, *, read_only: bool = False) -> SqliteMirrorStore:
    """Open the mirror in `path`, made if it is not there; raises `StoreError` for a file that is none."""
    if read_only and not path.exists():
        raise StoreError(f"There is no mirror at {path} yet. Open the profile once without --read-only.")
    opening.prepare(path, read_only=read_only, create=True)
    return SqliteMirrorStore(Connections(path, read_only=read_only))


class SqliteMirrorStore(SqliteStore):
    """One SQLite file that mirrors a remote system, as `MirrorStore` says.

    What a local store writes at once is refused here: a mirror changes only by what the server told, and by
    what is queued for it. What the first frame does not need is imported at its first use.
    """

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self._present: Bound | None = None
        self._unmerged = 0
        self._unanalyzed = 0

    @property
    def _bound(self) -> Bound:
        if self._present is None:
            raise StoreError(f"The mirror {self.path} was not bound to a system; bind it first.")
        return self._present

    def bind(self, identity: MirrorIdentity, capabilities: Capabilities) -> None:
        """Make this file the mirror of that system."""
        self._present = binding.bind(self._connections, identity, capabilities)

    # -- what the server told

    def observe(self, seen: Sequence[Observed]) -> ObserveReport:
        """Take over what the server told."""
        from alerttui.backends.sqlite import adding
        from alerttui.backends.sqlite.mirror import observing

        report = observing.observe(self._connections, self._bound, seen)
        if report.added or report.changed:
            self._unmerged += 1
            if self._unmerged >= OBSERVED_PER_MERGE:
                self._unmerged = 0
                adding.merge_search(self._connections)
        self._unanalyzed += report.added
        if self._unanalyzed >= adding.ANALYZED_FROM:
            self._unanalyzed = 0
            adding.analyze(self._connections)
        return report

    def observe_missing(self, ids: Sequence[AlertId], requested_ms: int) -> int:
        """The server no longer has these alerts."""
        from alerttui.backends.sqlite.mirror import leaving

        return leaving.observe_missing(self._connections, ids, requested_ms)

    def observe_events(
        self, alert_id: AlertId, events: Sequence[Event], state: PartState, *, is_first: bool
    ) -> int:
        """Add the events of one page that are not here yet."""
        from alerttui.backends.sqlite.mirror import parts

        return parts.observe_events(self._connections, alert_id, events, state, is_first=is_first)

    def observe_comments(
        self, alert_id: AlertId, comments: Sequence[Comment], state: PartState, *, is_first: bool
    ) -> int:
        """Take over one page of the server's comments."""
        from alerttui.backends.sqlite.mirror import parts

        return parts.observe_comments(self._connections, alert_id, comments, state, is_first=is_first)

    def observe_history(self, alert_id: AlertId, lines: Sequence[HistoryEntry], as_of_ms: int) -> None:
        """Take over what the server tells of who did what."""
        from alerttui.backends.sqlite.mirror import documents

        documents.observe_history(self._connections, alert_id, lines, as_of_ms)

    def observe_related(self, alert_id: AlertId, related: Sequence[RelatedAlert], as_of_ms: int) -> None:
        """Take over which alerts the server relates to this one."""
        from alerttui.backends.sqlite.mirror import documents

        documents.observe_related(self._connections, alert_id, related, as_of_ms)

    def told_history(self, alert_id: AlertId) -> list[HistoryEntry]:
        """What the server told last of who did what."""
        from alerttui.backends.sqlite.mirror import documents

        return self._read(lambda: documents.told_history(self._connections, alert_id))

    def told_related(self, alert_id: AlertId) -> list[RelatedAlert]:
        """Which alerts the server related to this one last."""
        from alerttui.backends.sqlite.mirror import documents

        return self._read(lambda: documents.told_related(self._connections, alert_id))

    def part(self, alert_id: AlertId, part: Part) -> PartState | None:
        """How much of a part is here."""
        from alerttui.backends.sqlite.mirror import parts

        return self._read(lambda: parts.part(self._connections, alert_id, part))

    def add_people(self, people: Sequence[Person], as_of_ms: int) -> None:
        """Remember whom alerts can be assigned to."""
        from alerttui.backends.sqlite.mirror import learned

        learned.add_people(self._connections, people, as_of_ms)

    def add_catalogue(self, tags: Sequence[str], as_of_ms: int) -> None:
        """Remember the tags that the server offers."""
        from alerttui.backends.sqlite.mirror import learned

        learned.add_catalogue(self._connections, tags, as_of_ms)

    def learned_ms(self, what: str) -> int | None:
        """When "people" or "tags" were last asked."""
        from alerttui.backends.sqlite.mirror import learned

        return self._read(lambda: learned.learned_ms(self._connections, what))

    def tags(self, text: str = "", limit: int = 50) -> list[Facet]:
        """Tags in use that contain `text`, then others that the server offers."""
        from alerttui.backends.sqlite.mirror import learned

        return self._read(lambda: learned.tags(self._connections, text, limit))

    def server_copies(self, ids: Sequence[AlertId]) -> dict[AlertId, ServerCopy]:
        """The server's own values."""
        from alerttui.backends.sqlite.mirror import copies

        return self._read(lambda: copies.server_copies(self._connections, ids))

    # -- coverage

    def cover(self, coverage: Coverage) -> None:
        """Note that a range was read whole."""
        from alerttui.backends.sqlite.mirror import covering

        covering.cover(self._connections, coverage)

    def coverage(self, of: str) -> list[Coverage]:
        """The ranges that are covered, newest first."""
        from alerttui.backends.sqlite.mirror import covering

        return self._read(lambda: covering.coverage(self._connections, of))

    def set_members(
        self, field: str, value: str, ids: Sequence[AlertId], from_ms: int, to_ms: int, as_of_ms: int
    ) -> None:
        """Note which alerts of a range the server counts to a value that no row carries."""
        from alerttui.backends.sqlite.mirror import covering

        covering.set_members(self._connections, field, value, ids, from_ms, to_ms, as_of_ms)

    def count_created(self, from_ms: int, to_ms: int) -> int:
        """How many alerts of this range of creation times are here."""
        from alerttui.backends.sqlite.mirror import covering

        return self._read(lambda: covering.count_created(self._connections, from_ms, to_ms))

    def open_copies(self) -> OpenCopies:
        """How old the copies of alerts are that the server has not closed."""
        from alerttui.backends.sqlite.mirror import covering

        return self._read(lambda: covering.open_copies(self._connections))

    def unconfirmed(
        self, before_ms: int, phases: Sequence[Phase], from_ms: int, limit: int
    ) -> list[tuple[AlertId, int]]:
        """Alerts whose copy is older, oldest copy first."""
        from alerttui.backends.sqlite.mirror import covering

        return self._read(lambda: covering.unconfirmed(self._connections, before_ms, phases, from_ms, limit))

    def purge(self, created_before_ms: int, limit: int = 200) -> int:
        """Let alerts go that were created before then and have nothing pending."""
        from alerttui.backends.sqlite.mirror import leaving

        return leaving.purge(self._connections, created_before_ms, limit)

    # -- the journal on its way

    def enqueue(self, change: Change, on_progress: OnProgress | None = None) -> list[Outcome]:
        """Journal a change to be sent."""
        from alerttui.backends.sqlite.mirror import enqueueing

        return enqueueing.enqueue(self._connections, self._bound, change, on_progress)

    def pending(self, limit: int = 1000, *, held: bool = False) -> list[PendingEdit]:
        """What is to be sent; what is `held` instead."""
        return self._read(lambda: pending_rows.pending(self._connections, limit, held=held))

    def outcomes(self, change_id: str) -> list[Outcome]:
        """What became of each edit of a change so far."""
        return self._read(lambda: pending_rows.outcomes(self._connections, change_id))

    def sent_comments(self, alert_id: AlertId) -> frozenset[str]:
        """Ids of the server's comments that came from here."""
        from alerttui.backends.sqlite.mirror import thread

        return self._read(lambda: thread.sent_ids(self._connections, alert_id))

    def pending_counts(self) -> PendingCounts:
        """How much is not settled."""
        return self._read(lambda: pending_rows.counts(self._connections))

    def pending_ids(self) -> dict[AlertId, int]:
        """Alerts with anything unsettled, and how much."""
        return self._read(lambda: pending_rows.ids(self._connections))

    def begin_sending(self, keys: Sequence[EditKey], *, comments: bool = False) -> list[EditKey]:
        """Note durably that these are about to leave: those still queued."""
        from alerttui.backends.sqlite.mirror import sending

        return sending.begin_sending(self._connections, keys, comments=comments)

    def requeue(self, keys: Sequence[EditKey], reason: str, *, comments: bool = False) -> None:
        """What was about to leave did not: it waits again."""
        from alerttui.backends.sqlite.mirror import sending

        sending.requeue(self._connections, keys, reason, comments=comments)

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Note how the values of sent edits ended."""
        from alerttui.backends.sqlite.mirror import settling

        settling.settle(self._connections, self._bound, settlements)

    def settle_comment(self, key: EditKey, outcome: Outcome, comment: Comment | None, at_ms: int) -> None:
        """Note how a sent comment ended."""
        from alerttui.backends.sqlite.mirror import settling

        settling.settle_comment(self._connections, self._bound, key, outcome, comment, at_ms)

    def decide(self, keys: Sequence[EditKey], decision: Decision) -> int:
        """What the analyst makes of edits and comments that are held."""
        from alerttui.backends.sqlite.mirror import sending

        return sending.decide(self._connections, self._bound, keys, decision)

    def drop(self, keys: Sequence[EditKey]) -> int:
        """Give up what is queued or held."""
        from alerttui.backends.sqlite.mirror import sending

        return sending.drop(self._connections, self._bound, keys)

    # -- what only a local store does

    def add(self, alerts: Iterable[NewAlert]) -> AddReport:
        """Refused: alerts come from the server."""
        self._refuse("alerts come from the server alone")

    def commit(self, change: Change, on_progress: OnProgress | None = None) -> list[Outcome]:
        """Refused: a change is queued."""
        self._refuse("changes are queued for the server")

    def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        """Refused: a comment is queued with a change."""
        self._refuse("comments are queued for the server")

    def edit_comment(self, comment_id: str, body: str, by: Actor, at_ms: int) -> PlacedComment:
        """Refused: what was sent cannot be written anew."""
        self._refuse("comments cannot be written anew")

    def _refuse(self, reason: str) -> NoReturn:
        raise NotSupported(f"{self.path} is a mirror: {reason}.")
