"""What can be written next in a query: fields, operators and closed words, each with one line of help.

Values that only the store knows (statuses, rules, people, tags) are added by whoever shows the candidates;
they are written with `query_text.print_value`.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from alerttui.domain.errors import QueryError
from alerttui.domain.query import (
    ALIAS_OPERATORS,
    FIELD_ALIASES,
    ME,
    NONE,
    QUERY_FIELDS,
    SORT_FIELDS,
    AlertQuery,
    FieldKind,
    Term,
    TextTerm,
)
from alerttui.domain.query_scan import (
    SORT,
    SORT_DIRECTION,
    Clause,
    Span,
    field_spelling,
    is_known_field,
    scan,
)
from alerttui.domain.query_text import parse
from alerttui.domain.query_values import CLOSED_WORDS, COMPARABLE


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that can stand in the span of a completion, and what it means."""

    text: str
    help: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What can stand at a position: replace `start` to `end` by a candidate, or by a value of `field`."""

    start: int
    end: int
    field: str | None
    """The field whose values are wanted, `sort` for an order; None where a field or a text is."""
    typed: str
    """What stands before the cursor in the span, without its quotes: candidates begin with it."""
    candidates: tuple[Candidate, ...]
    others: tuple[str, ...] = ()
    """The other values of the same term, which are not offered again."""


FIELD_HELP: Final[dict[str, str]] = {
    "status": "the product's own word; status:open,triaged is either",
    "phase": "open, active, closed or unknown, whatever the product calls it",
    "severity": "as in severity>=high or severity:low..high",
    "quality": "USEFUL, NOISE or none",
    "verdict": "the product's own word for what it turned out to be",
    "assignee": "a user id; me, or none",
    "tag": "a context tag; -tag:x is without it",
    "rule-tag": "a tag of the rule itself",
    "rule": "id or name of the detection; rule:AWS.* is every one that begins so",
    "type": "type of the alert",
    "sub-type": "sub-type of the alert",
    "source": "the product or feed it came from",
    "log-type": "type of the logs it was found in",
    "log-source": "source of the logs it was found in",
    "resource-type": "type of the resource it is about",
    "id": "the alert's id",
    "title": "part of the title",
    "events": "how many events, as in events>=3 or events:3..10",
    "created": "when it was created: created>24h is within a day, created<7d before a week ago",
    "first": "when its first event occurred",
    "last": "when its last event was received",
    "closed": "when it was closed; closed:none is never",
    "acknowledged": "when somebody first took it up; acknowledged:none is never",
    "age": "how long ago it was created: age<24h is the same as created>24h",
    "is": "open, active, closed, unassigned, assigned, mine, tagged, rated, commented",
}

_WORD_HELP: Final[dict[str, str]] = {
    "is:open": "not closed",
    "is:active": "being worked on",
    "is:closed": "closed",
    "is:unassigned": "nobody has it",
    "is:assigned": "somebody has it",
    "is:mine": "assigned to me",
    "is:tagged": "has context tags",
    "is:rated": "has a quality",
    "is:commented": "has comments",
    "severity:unknown": "a word that has no rank",
    "phase:open": "nobody has started",
    "phase:active": "being worked on",
    "phase:unknown": "a status that has no known phase",
    "quality:none": "not rated",
}

_OPERATOR_HELP: Final[dict[str, str]] = {
    ":": "is",
    "!=": "is not",
    ">=": "at least",
    "<=": "at most",
    ">": "more than, after",
    "<": "less than, before",
}

_AGES: Final = (
    ("1h", "an hour"), ("24h", "a day"), ("7d", "a week"), ("30d", "30 days"),
)  # fmt: skip
_NUMBERS: Final = (("2", "two events"), ("10", "ten events"), ("100", "a hundred events"))


def complete(text: str, position: int) -> Completion:
    """What can be written at a position of a query's text; never raises."""
    position = min(max(position, 0), len(text))
    for clause in scan(text):
        if clause.start <= position <= clause.end:
            return _in_clause(text, clause, position)
    return _fields(position, position, "")


def rest_of(text: str, position: int) -> AlertQuery:
    """The filter without the term at a position, and without what does not parse; never raises."""
    terms: list[Term | TextTerm] = []
    for clause in scan(text):
        if not clause.start <= position <= clause.end:
            with suppress(QueryError):
                terms += parse(text[clause.start : clause.end]).terms
    return AlertQuery(tuple(terms))


def _in_clause(text: str, clause: Clause, position: int) -> Completion:
    if clause.name is None or clause.operator is None:
        start = clause.start + (1 if clause.negated and position > clause.start else 0)
        if position < start or text[start : start + 1] == '"':
            return Completion(position, position, None, "", ())
        return _fields(start, clause.end, text[start:position])
    if position <= clause.name.end:
        start = min(clause.name.start, position)
        if position < clause.name.start:
            return _fields(position, position, "")
        return _fields(start, clause.operator.end, text[start:position])
    if position < clause.operator.end:
        return _operators(clause.name, clause.operator)
    for value in clause.values:
        if value.start <= position <= value.end:
            return _values(text, clause, value, position)
    return Completion(position, position, None, "", ())


def _fields(start: int, end: int, typed: str) -> Completion:
    spelling = field_spelling(typed)
    candidates = [
        Candidate(f"{name}:", FIELD_HELP[name]) for name in QUERY_FIELDS if name.startswith(spelling)
    ]
    if SORT.startswith(spelling):
        candidates.append(Candidate(f"{SORT}:", "the order: sort:-severity,created"))
    if spelling:
        candidates += [
            Candidate(f"{alias}:", f"the same as {field}{_alias_operator(alias)}")
            for alias, field in FIELD_ALIASES.items()
            if alias.startswith(spelling)
        ]
        if SORT_DIRECTION.startswith(spelling):
            candidates.append(Candidate(f"{SORT_DIRECTION}:", "asc or desc by creation"))
    if spelling in QUERY_FIELDS:
        candidates += [
            Candidate(spelling + operator, _OPERATOR_HELP[operator])
            for operator in operators_of(spelling)
            if operator != ":"
        ]
    return Completion(start, end, None, typed, tuple(candidates))


def _alias_operator(alias: str) -> str:
    return ALIAS_OPERATORS[alias].value if alias in ALIAS_OPERATORS else ":"


def operators_of(field: str) -> tuple[str, ...]:
    """The operators that a field takes, as they are written."""
    if QUERY_FIELDS.get(field) in COMPARABLE:
        return tuple(_OPERATOR_HELP)
    return (":", "!=")


def _operators(name: Span, operator: Span) -> Completion:
    spelling = field_spelling(name.text)
    if not is_known_field(spelling):
        return Completion(operator.start, operator.end, None, operator.text, ())
    if spelling in (SORT, SORT_DIRECTION):
        written: tuple[str, ...] = (":",)
    elif spelling in ALIAS_OPERATORS:
        written = (":", "!=")
    else:
        written = operators_of(FIELD_ALIASES.get(spelling, spelling))
    candidates = tuple(Candidate(one, _OPERATOR_HELP[one]) for one in written)
    return Completion(operator.start, operator.end, None, operator.text, candidates)


def _values(text: str, clause: Clause, value: Span, position: int) -> Completion:
    spelling = clause.field
    typed = text[value.start : position].removeprefix('"')
    if not is_known_field(spelling):
        return Completion(value.start, value.end, None, typed, ())
    field = FIELD_ALIASES.get(spelling, spelling)
    field = SORT if field == SORT_DIRECTION else field
    written = clause.operator.text if clause.operator else ""
    compares = spelling in ALIAS_OPERATORS or "<" in written or ">" in written
    known = _directions() if spelling == SORT_DIRECTION else _known_values(field, compares)
    others = tuple(other.text for other in clause.values if other is not value and other.text)
    taken = {_bare(field, other) for other in others}
    candidates = tuple(
        one
        for one in known
        if one.text.lower().startswith(typed.lower()) and _bare(field, one.text) not in taken
    )
    return Completion(value.start, value.end, field, typed, candidates, others)


def _bare(field: str, value: str) -> str:
    """What makes two values the same: not their case, nor the direction of an order."""
    return (value.removeprefix("-") if field == SORT else value).lower()


def _directions() -> list[Candidate]:
    return [Candidate("desc", "newest first"), Candidate("asc", "oldest first")]


def _known_values(field: str, compares: bool) -> Iterable[Candidate]:
    if field == SORT:
        signs = (("-", "downwards"), ("", "upwards"))
        return [Candidate(sign + name, f"{name} {way}") for name in SORT_FIELDS for sign, way in signs]
    if field in CLOSED_WORDS:
        words = CLOSED_WORDS[field]
        if compares and field == "severity":
            words = words[:-1]
        return [Candidate(word, _WORD_HELP.get(f"{field}:{word}", "")) for word in words]
    none = [] if compares or field == "id" else [Candidate(NONE, "without one")]
    match QUERY_FIELDS[field]:
        case FieldKind.WORD:
            return [*([Candidate(ME, "whoever I am")] if field == "assignee" else []), *none]
        case FieldKind.NUMBER:
            return [Candidate(number, what) for number, what in _NUMBERS] + none
        case FieldKind.AGE:
            return [Candidate(age, what) for age, what in _AGES]
        case FieldKind.TIME:
            return [Candidate(age, f"{what} ago") for age, what in _AGES] + none
        case _:
            return []
