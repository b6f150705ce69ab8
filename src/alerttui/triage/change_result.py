"""What a change did, and what an undo would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from alerttui.domain.change import Change, Edit, JournalEntry, Outcome, OutcomeState
from alerttui.triage import planning

SHOWN: Final = (OutcomeState.CONFIRMED, OutcomeState.QUEUED)
"""After these the alert is shown with its new values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResult:
    """What a change did: the change as it was made, and an outcome per alert in the order asked."""

    change: Change
    outcomes: tuple[Outcome, ...]
    note: str = ""
    """What the change could not do by its nature: "the comment stays"."""

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """The alerts that have new values."""
        return tuple(each for each in self.outcomes if each.state in SHOWN)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The alerts that did not get all that was asked for them, a comment included."""
        return tuple(each for each in self.outcomes if not each.ok or each.comment_added is False)

    def summary(self) -> str:
        """One sentence: "close as Resolved: 18 changed, 2 unchanged"."""
        sentence = planning.summary(self.change, self.outcomes)
        return f"{sentence}; {self.note}" if self.note else sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlan:
    """What an undo or redo would do, before it is done."""

    entry: JournalEntry
    edits: tuple[Edit, ...]
    """What it would do to each alert, unless somebody changed that since."""
    outcomes: tuple[Outcome, ...]
    skips_comment: bool = False
    """True if my latest act was a comment, which cannot be taken back: this goes to the change before it."""
    kept: tuple[str, ...] = ()
    """What cannot be restored, in words; the rest is."""
