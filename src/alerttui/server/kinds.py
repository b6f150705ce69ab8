"""The document's types and sub-types, and how a store's own words relate to them.

Alerts come in two forms: with `ALERT` as type and `RULE` as sub-type, or with `RULE` as type, as in Panther's
own answers. Both are found, and both are answered in the second form.
"""

from __future__ import annotations

from typing import Final

from alerttui.domain.alert import Alert
from alerttui.domain.errors import Invalid
from alerttui.domain.query import Operator, Term

TYPES: Final = ("ALERT", "DETECTION_ERROR", "SYSTEM_ERROR")
SUB_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "ALERT": ("RULE", "SCHEDULED_RULE", "POLICY", "CORRELATION_RULE"),
    "DETECTION_ERROR": ("RULE_ERROR", "SCHEDULED_RULE_ERROR", "CORRELATION_RULE_ERROR"),
    "SYSTEM_ERROR": ("SYSTEM_ERROR",),
}
"""What each type may be narrowed to."""

_ALL_SUB_TYPES: Final = tuple(word for words in SUB_TYPES.values() for word in words)
_DETECTION_ERRORS: Final = ("DETECTION_ERROR", *SUB_TYPES["DETECTION_ERROR"])
_SYSTEM_ERRORS: Final = ("SYSTEM_ERROR",)

Conditions = tuple[list[Term], list[tuple[Term, ...]]]
"""Terms that must all hold, and groups of terms of each of which one must."""


def kind_shown(alert: Alert) -> str:
    """The documented word if there is one, else the source's own, else ALERT."""
    for word in (alert.sub_type, alert.type):
        if word.isascii() and word.upper() in _ALL_SUB_TYPES:
            return word.upper()
    return alert.type or alert.sub_type or "ALERT"


def check_sub_types(kind: str, sub_types: list[str]) -> None:
    """Raise `Invalid` for a sub-type that the type does not have."""
    for word in sub_types:
        if word not in SUB_TYPES[kind]:
            its = next(name for name, words in SUB_TYPES.items() if word in words)
            rule = f"it goes with type={its}; type={kind} has {', '.join(SUB_TYPES[kind])}"
            raise Invalid("sub-type", word, rule)


def of_kind(kind: str) -> Conditions:
    """The alerts of a type: whatever is no error is an alert."""
    if kind == "ALERT":
        errors = (*_DETECTION_ERRORS, *_SYSTEM_ERRORS)
        return [_is("type", errors, negated=True), _is("sub-type", errors, negated=True)], []
    words = _DETECTION_ERRORS if kind == "DETECTION_ERROR" else _SYSTEM_ERRORS
    return [], [(_is("type", words), _is("sub-type", words))]


def of_sub_types(sub_types: list[str]) -> Conditions:
    """The alerts that are shown as one of these; the sub-type precedes the type."""
    words = tuple(sub_types)
    others = tuple(word for word in _ALL_SUB_TYPES if word not in words)
    return [_is("sub-type", others, negated=True)], [(_is("sub-type", words), _is("type", words))]


def _is(field: str, words: tuple[str, ...], *, negated: bool = False) -> Term:
    return Term(field, Operator.IS, words, negated)
