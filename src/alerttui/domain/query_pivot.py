"""Pivots: from a value that stands somewhere to a filter on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from alerttui.domain.errors import Invalid
from alerttui.domain.moments import format_moment
from alerttui.domain.query import (
    ME,
    NONE,
    QUERY_FIELDS,
    AlertQuery,
    FieldKind,
    Operator,
    Term,
    TextTerm,
)
from alerttui.domain.query_text import with_term, without_field
from alerttui.domain.query_values import normal_value
from alerttui.domain.showable import shown

AROUND_MS: Final = 15 * 60_000
"""How far "around this time" reaches to either side."""

LONGEST_VALUE: Final = 200
"""Characters of a value that a filter takes: it must stay readable on one line."""

_SECOND_MS: Final = 1_000
_LAST_MS: Final = 253_402_300_799_999
"""The last millisecond of the year 9999."""


@dataclass(frozen=True, slots=True)
class Pivot:
    """The term for a value, and in what it is more than that value."""

    term: Term | TextTerm
    inexact: str = ""
    """Why the term finds more than just this value; empty where it is exact."""


def pivot_of(text: str, field: str = "") -> Pivot | None:
    """The term that finds a value of a field, or a text anywhere; None for what cannot be searched for."""
    if field in QUERY_FIELDS:
        found = _of_field(text, field)
        if found is not None:
            return found
    searched, inexact = _searchable(text)
    inexact = inexact or ("searched anywhere in the alert" if field else "")
    return Pivot(TextTerm(searched), inexact) if searched else None


def only(query: AlertQuery, term: Term | TextTerm) -> AlertQuery:
    """The query narrowed to a term, which replaces the terms of the same field, operator and sign."""
    kept = tuple(other for other in query.terms if not _is_alike(other, term) or other == term)
    return with_term(replace(query, terms=kept), term)


def without(query: AlertQuery, term: Term | TextTerm) -> AlertQuery:
    """The query narrowed to everything but a term."""
    return with_term(query, replace(term, negated=not term.negated))


def alone(query: AlertQuery, term: Term | TextTerm) -> AlertQuery:
    """The term and nothing else, in the same order."""
    return AlertQuery((term,), query.sort)


def around(query: AlertQuery, moment_ms: int) -> AlertQuery:
    """The query narrowed to what was created around a moment, in place of other terms on creation."""
    first_ms = max(0, (moment_ms - AROUND_MS) // _SECOND_MS * _SECOND_MS)
    last_ms = min(_LAST_MS, -(-(moment_ms + AROUND_MS) // _SECOND_MS) * _SECOND_MS)
    kept = without_field(without_field(query, "created"), "age")
    since = Term("created", Operator.AT_LEAST, (format_moment(first_ms),))
    until = Term("created", Operator.AT_MOST, (format_moment(last_ms),))
    return with_term(with_term(kept, since), until)


def _is_alike(one: Term | TextTerm, other: Term | TextTerm) -> bool:
    return (
        isinstance(one, Term)
        and isinstance(other, Term)
        and (one.field, one.operator, one.negated) == (other.field, other.operator, other.negated)
    )


def _of_field(text: str, field: str) -> Pivot | None:
    kind = QUERY_FIELDS[field]
    if kind is FieldKind.WORD and text and text != NONE:
        return _of_word(text, field)
    if kind is FieldKind.TEXT:
        searched, inexact = _searchable(text)
        return Pivot(Term(field, Operator.HAS, (searched,)), inexact) if searched else None
    try:
        return Pivot(Term(field, Operator.HAS, (normal_value(field, Operator.HAS, text or NONE),)))
    except Invalid:
        return None  # a word that the field cannot be filtered by is searched for as text


def _of_word(text: str, field: str) -> Pivot | None:
    """A word as a pattern: what cannot be typed becomes `*`."""
    cut = text[:LONGEST_VALUE]
    pattern = "".join(each if _can_be_typed(each) else "*" for each in cut)
    if len(text) > LONGEST_VALUE:
        pattern += "*"
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    inexact = ""
    if text.lower() == NONE or (field == "assignee" and text.lower() == ME):
        inexact = f"{text} means something else in a filter"
    elif len(text) > LONGEST_VALUE:
        inexact = f"a value of {len(text):,} characters is found by its beginning"
    elif pattern != text:
        inexact = "what cannot be typed is left open (*)"
    elif "*" in text:
        inexact = "a * in it stands for anything"
    try:
        pattern = normal_value(field, Operator.HAS, pattern)
    except Invalid:
        return None
    return Pivot(Term(field, Operator.HAS, (pattern,)), inexact)


def _searchable(text: str) -> tuple[str, str]:
    """The longest part of a text that can be typed, not too long; and what is said about the rest."""
    pieces = "".join(each if _can_be_typed(each) else "\n" for each in text).split("\n")
    longest = max((piece.strip() for piece in pieces), key=len)
    if len(longest) > LONGEST_VALUE:
        return longest[:LONGEST_VALUE].strip(), f"the first {LONGEST_VALUE} of {len(text):,} characters"
    if longest != text.strip():
        return longest, "a part of it: the rest cannot be typed"
    return longest, ""


def _can_be_typed(character: str) -> bool:
    """Whether a filter can hold a character and still be edited: a field shows any other as a mark."""
    return shown(character) == character
