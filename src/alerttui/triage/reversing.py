"""What an undo or redo does to each alert: the reversal of what was made, as far as the backend allows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Edit, JournalEntry, OutcomeState
from alerttui.domain.patch import KEEP, AlertPatch, Set, difference

_MADE = (OutcomeState.CONFIRMED, OutcomeState.QUEUED)


@dataclass(frozen=True, slots=True)
class Reversal:
    """The edits of an undo or redo, and what it cannot restore."""

    edits: tuple[Edit, ...]
    kept: tuple[str, ...] = ()
    """In words, each once: "the verdict stays: Calseta cannot clear a classification, only change it."."""


def reversal(entry: JournalEntry, *, overwrite: bool) -> list[Edit]:
    """The edits that take a journalled change back, only for alerts that it changed or is on its way to."""
    return [
        Edit(
            alert_id=outcome.alert_id,
            patch=difference(outcome.after, outcome.before),
            expected=None if overwrite else outcome.after,
        )
        for outcome in entry.outcomes
        if outcome.state in _MADE and difference(outcome.after, outcome.before)
    ]


def possible_reversal(entry: JournalEntry, capabilities: Capabilities, *, overwrite: bool) -> Reversal:
    """The same without what the backend cannot put back, which is told.

    Of what is still queued nothing needs to be put back: it is only not sent, and so it is taken back whole.
    """
    queued = {each.alert_id for each in entry.outcomes if each.state is OutcomeState.QUEUED}
    edits: list[Edit] = []
    kept: dict[str, None] = {}
    for edit in reversal(entry, overwrite=overwrite):
        if edit.alert_id in queued:
            edits.append(edit)
            continue
        patch, reasons = _possible(edit.patch, capabilities)
        kept.update(dict.fromkeys(reasons))
        if patch:
            edits.append(replace(edit, patch=patch))
    return Reversal(tuple(edits), tuple(kept))


def _possible(patch: AlertPatch, capabilities: Capabilities) -> tuple[AlertPatch, list[str]]:
    reasons: list[str] = []
    for name, value in patch.changed():
        refusal = capabilities.refusal_in(patch, name)
        if not refusal and name == "verdict" and isinstance(value, Set) and not capabilities.closes(patch):
            refusal = capabilities.verdict_alone_refusal
        if refusal:
            reasons.append(f"the {name} stays: {refusal}")
            patch = replace(patch, **{name: KEEP})
    return patch, reasons
