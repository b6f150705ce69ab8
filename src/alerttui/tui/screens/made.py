"""What was made last: what came of it, and as what it would be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.patch import AlertPatch, TagEdit
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.session import ChangeResult


@dataclass(frozen=True, slots=True)
class Repeatable:
    """The last change, as it would be made again."""

    patch: AlertPatch
    tags: TagEdit | None
    comment: str
    label: str
    is_take: bool = False
    """True if it was "take it", which means something else for every alert."""
    note: str = ""
    """A local note that each alert gets beside the change; the change itself may be empty."""
    actions: tuple[str, ...] = ()
    """What was done to resolve the alerts, as a closing lists it."""


TAKEN: Final = Repeatable(AlertPatch(), None, "", "taken", is_take=True)


@dataclass(frozen=True, slots=True)
class Made:
    """The latest change, undo or redo of this session: for the list of its outcomes, and to retry it."""

    result: ChangeResult
    again: Repeatable | None = None
    """What was asked of every alert; None where each alert got an edit of its own."""
    seen: Mapping[AlertId, AlertPatch] = field(default_factory=dict)
    """The values on which it was decided."""
