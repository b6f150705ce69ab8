"""One act of an analyst on one alert or on many, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from alerttui.domain.alert import Actor
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId

NO_VALUES: Final = AlertPatch()
"""No field at all."""

OnProgress: TypeAlias = Callable[[int, int], None]
"""Told how many of how many edits are made, at most ten times a second, from the thread that makes them.

Where it raises `Stopped`, the change is given up as a whole.
"""


class ChangeKind(Enum):
    """Whether an act is new or walks back or forth over an earlier one."""

    CHANGE = "change"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What one change does to one alert."""

    alert_id: AlertId
    patch: AlertPatch
    expected: AlertPatch | None = None
    """Values that the alert must still have for the edit to be made; None makes it in any case."""
    tags_seen: tuple[str, ...] = ()
    """Tags that the alert was seen to have, where none are expected."""

    @property
    def present_tags(self) -> tuple[str, ...]:
        """Tags that the alert has already: whatever a rule says, it may keep them."""
        expected = self.expected.tags if self.expected else None
        return expected.value if isinstance(expected, Set) else self.tags_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act: who, when, what to which alerts, and why. It is applied, journalled and undone as a whole."""

    id: str
    at_ms: int
    by: Actor
    label: str
    """What the act is called on screen: "close as Resolved"."""
    edits: tuple[Edit, ...]
    comment: str = ""
    """Added to every alert that was changed; empty for none."""
    actions: tuple[str, ...] = ()
    """What was done to resolve the alerts, a line each, where the backend takes a list of them."""
    kind: ChangeKind = ChangeKind.CHANGE
    reverses: str = ""
    """Id of the change that an undo takes back or a redo makes again."""
    through: str = "local"
    """The backend by which it was made."""


class OutcomeState(Enum):
    """How an edit ended for one alert."""

    CONFIRMED = "confirmed"
    UNCHANGED = "unchanged"
    """The alert had these values already; nothing was written."""
    REFUSED = "refused"
    CONFLICT = "conflict"
    """The alert no longer had the expected values; nothing was written."""
    MISSING = "missing"
    QUEUED = "queued"
    """Not sent yet; the alert is shown with the new values already."""
    UNDECIDED = "undecided"
    """Sent, but no answer tells whether it was made."""
    CANCELLED = "cancelled"
    """Taken back before it was sent: the backend never saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one edit. `before` and `after` hold only the fields that the patch names."""

    alert_id: AlertId
    state: OutcomeState
    before: AlertPatch = NO_VALUES
    after: AlertPatch = NO_VALUES
    reason: str = ""
    """Why it was not done, in the backend's words."""
    comment_added: bool | None = None
    """None where the change carried no comment, and while that is not settled."""

    @property
    def keeps_comment(self) -> bool:
        """True if the comment of the change was added, or is journalled and on its way."""
        return self.comment_added is True or (
            self.comment_added is None and self.state is OutcomeState.QUEUED
        )

    @property
    def ok(self) -> bool:
        """True if the alert now has the values that the patch asked for."""
        return self.state in (OutcomeState.CONFIRMED, OutcomeState.UNCHANGED, OutcomeState.QUEUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A change as the journal remembers it, with its outcome per alert."""

    change: Change
    outcomes: tuple[Outcome, ...]
    undone_by: str = ""
    """Id of the change that took it back; empty while it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One line of an alert's history: append-only."""

    at_ms: int
    by: Actor
    field: str
    """A patch field, or "comment", "import"."""
    before: str
    after: str
    why: str = ""
    through: str = ""
