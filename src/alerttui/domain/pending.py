"""What was asked for and is not settled: the part of the journal that waits to be sent, or decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from alerttui.domain.alert import Actor
from alerttui.domain.change import ChangeKind
from alerttui.domain.patch import AlertPatch
from alerttui.domain.vocabulary import AlertId


class Stage(Enum):
    """How far an edit, or its comment, has come on its way to the backend."""

    NONE = ""
    """There is nothing to send: an edit without values, a change without a comment."""
    QUEUED = "queued"
    SENDING = "sending"
    """Committed before the first byte leaves: after a crash it means that the server may have it or not."""
    HELD = "held"
    """Waits for the analyst: somebody else changed the same field, or nothing tells whether it was made."""
    SETTLED = "settled"


class Decision(Enum):
    """What the analyst makes of something that is held."""

    SKIP = "skip"
    """Leave the alert as the server has it; a comment is given up."""
    SEND = "send"
    """Send it all the same, over what somebody else did; a comment is sent once more."""


class EditKey(NamedTuple):
    """One edit of one change: the unit that is sent and settled."""

    change_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEdit:
    """One alert's part of a change, of which values or comment are not settled."""

    key: EditKey
    alert_id: AlertId
    at_ms: int
    by: Actor
    label: str
    kind: ChangeKind
    patch: AlertPatch
    base: AlertPatch
    """What the change was based on, of the fields of `patch`: the server should still have it."""
    stage: Stage
    comment: str = ""
    comment_stage: Stage = Stage.NONE
    actions: tuple[str, ...] = ()
    """What was done to resolve the alert, as the change lists it."""
    reason: str = ""
    """Why it waits or is held, in words; empty where there is nothing to say."""
    tries: int = 0
    """How often it has been sent already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCounts:
    """How much is not settled."""

    queued: int = 0
    """Edits and comments that wait to be sent, or are being sent."""
    held: int = 0
    """Edits and comments that wait for the analyst."""
    oldest_ms: int | None = None
    """When the oldest of the queued ones was asked for."""

    def __bool__(self) -> bool:
        return bool(self.queued or self.held)
