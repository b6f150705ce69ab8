"""The words for a change: what is being done while it runs, and what it did to each alert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.patch import KEEP, AlertPatch, Clear, Set, TagEdit, value_text
from alerttui.domain.vocabulary import Phase

InWords = Callable[[str, str], str]
"""A field's name and its value in the product's words, to what people call that value."""

STATE_WORDS: Final = {
    OutcomeState.CONFIRMED: "changed",
    OutcomeState.UNCHANGED: "already so",
    OutcomeState.REFUSED: "refused",
    OutcomeState.CONFLICT: "left alone",
    OutcomeState.MISSING: "missing",
    OutcomeState.QUEUED: "queued",
    OutcomeState.UNDECIDED: "not known to be made",
    OutcomeState.CANCELLED: "taken back before it was sent",
}

_DOING: Final = {
    "quality": "rating",
    "tags": "tagging",
    "assignee": "assigning",
    "verdict": "judging",
}


def doing(patch: AlertPatch, tags: TagEdit | None, comment: str, capabilities: Capabilities) -> str:
    """What is being done while a change runs: "closing", "tagging", "commenting on"."""
    if isinstance(patch.status, Set) and capabilities.phase(patch.status.value) == Phase.CLOSED:
        return "closing"
    names = [name for name, _ in patch.changed()]
    if tags:
        names.append("tags")
    if not names:
        return "commenting on" if comment else "changing"
    return _DOING.get(names[0], "changing") if len(names) == 1 else "changing"


def steps(before: AlertPatch, after: AlertPatch, in_words: InWords) -> list[str]:
    """Each field that a change names, with the value before and the one after: "status Open → Closed"."""
    found = []
    for name, value in after.changed():
        old = getattr(before, name)
        new_text = _text(name, value, in_words)
        if old == value or old is KEEP:
            found.append(f"{name} {new_text}")
        else:
            found.append(f"{name} {_text(name, old, in_words)} → {new_text}")
    return found


def what_happened(outcome: Outcome, in_words: InWords) -> str:
    """What a change did to one alert, or why it did nothing."""
    if not outcome.ok:
        return f"{STATE_WORDS[outcome.state]}: {outcome.reason}"
    told = steps(outcome.before, outcome.after, in_words)
    if outcome.state is OutcomeState.UNCHANGED and told:
        told = [f"already so: {', '.join(told)}"]
    if outcome.state is OutcomeState.QUEUED:
        told.insert(0, "queued")
    if outcome.comment_added is not None:
        told.append("comment added" if outcome.comment_added else "comment not sent")
    if outcome.state is OutcomeState.CONFIRMED and outcome.reason:
        told.append(f"but: {outcome.reason}")
    return ", ".join(told) or STATE_WORDS[outcome.state]


def _text(name: str, value: object, in_words: InWords) -> str:
    if isinstance(value, Clear):
        return "none"
    if isinstance(value, Set):
        return in_words(name, value_text(value))
    return ""
