"""Macros over a connection: what one does to an alert in the product's own words, or why it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerttui.config.macro_file import ME, Macro
from alerttui.domain.alert import Actor
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.errors import NotSupported
from alerttui.domain.patch import (
    CLEAR,
    KEEP,
    AlertPatch,
    Clearable,
    Set,
    Settable,
    TagEdit,
    checked_quality,
)
from alerttui.domain.vocabulary import Quality, StatusWord, VerdictWord

Spellings = dict[str, str]
"""A product's words by how people may write them."""


@dataclass(frozen=True, slots=True)
class MacroChange:
    """A macro as the change that it makes."""

    patch: AlertPatch
    tags: TagEdit | None
    comment: str
    label: str


def change_of(macro: Macro, capabilities: Capabilities, me: Actor | None) -> MacroChange:
    """What a macro does over this connection; raises `Invalid` or `NotSupported` with the reason."""
    patch = AlertPatch(
        status=_word(macro.status, _spellings(capabilities.statuses)),
        quality=_quality(macro.quality),
        tags=KEEP if macro.tags is None else Set(macro.tags),
        assignee=_assignee(macro, me),
        verdict=_clearable(macro.verdict, _spellings(capabilities.verdicts)),
        severity=_word(macro.severity, {_folded(each): each for each in capabilities.severities}),
    )
    capabilities.check(patch)
    if macro.tag_edit:
        refusal = capabilities.refusal("tags")
        if refusal:
            raise NotSupported(refusal)
        capabilities.checked_tags(macro.tag_edit.add)
    if macro.comment and capabilities.comments.write_refusal:
        raise NotSupported(capabilities.comments.write_refusal)
    return MacroChange(patch, macro.tag_edit or None, macro.comment, f"macro {macro.name}")


def _spellings(words: Sequence[StatusWord | VerdictWord]) -> Spellings:
    """The product's words, by their labels and by themselves, which come first."""
    return {_folded(each.label): each.word for each in words} | {
        _folded(each.word): each.word for each in words
    }


def _folded(text: str) -> str:
    """A word without what people write differently: "False positive" is false_positive."""
    return text.lower().replace(" ", "_").replace("-", "_")


def _word(text: str | None, spellings: Spellings) -> Settable[str]:
    """The product's own spelling of a word, or the word itself where the product has none such."""
    return KEEP if text is None else Set(spellings.get(_folded(text), text))


def _clearable(text: str | None, spellings: Spellings) -> Clearable[str]:
    return CLEAR if text == "" else _word(text, spellings)


def _quality(text: str | None) -> Clearable[Quality]:
    if text is None:
        return KEEP
    return Set(checked_quality(text)) if text else CLEAR


def _assignee(macro: Macro, me: Actor | None) -> Clearable[str]:
    if macro.assignee is None:
        return KEEP
    if macro.assignee != ME:
        return Set(macro.assignee) if macro.assignee else CLEAR
    if me is None:
        raise NotSupported(
            f"The macro {macro.name} assigns to you, and the configuration does not say who you are (set me)."
        )
    return Set(me.id)


def summary(macro: Macro) -> str:
    """A macro in one line: "status CLOSED, verdict false_positive, +scanner, comment"."""
    fields = [
        ("status", macro.status),
        ("quality", macro.quality),
        ("verdict", macro.verdict),
        ("severity", macro.severity),
        ("assignee", macro.assignee),
    ]
    parts = [f"{name} {value or 'none'}" for name, value in fields if value is not None]
    parts += [f"+{tag}" for tag in macro.tag_edit.add] + [f"-{tag}" for tag in macro.tag_edit.remove]
    if macro.tags is not None:
        parts.append(f"tags {' '.join(macro.tags) or 'none'}")
    if macro.comment:
        parts.append("comment")
    return ", ".join(parts)
