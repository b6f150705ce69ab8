"""The text form of a query: reading it with exact error positions, printing it, colouring it, editing it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from alerttui.domain.errors import Invalid, QueryError
from alerttui.domain.query import (
    ALIAS_OPERATORS,
    FIELD_ALIASES,
    QUERY_FIELDS,
    SORT_FIELDS,
    AlertQuery,
    Operator,
    SortKey,
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
    quoted,
    scan,
)
from alerttui.domain.query_values import COMPARABLE, normal_value

MAX_TEXT: Final = 30_000
"""Characters of a query: more would bind more values than SQLite takes in one statement."""

_BARE_VALUE = re.compile(r'[^\s",<>][^\s",]*')


class TokenKind(Enum):
    """What a piece of a query's text is, for its colour."""

    FIELD = "field"
    OPERATOR = "operator"
    VALUE = "value"
    TEXT = "text"
    NEGATION = "negation"
    SORT = "sort"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query's text; what no token covers is white space."""

    start: int
    end: int
    kind: TokenKind


def parse(text: str) -> AlertQuery:
    """The query that a text means; raises `QueryError` with the position of the first thing that is wrong."""
    if len(text) > MAX_TEXT:
        raise QueryError(text, MAX_TEXT, len(text), f"a filter has at most {MAX_TEXT:,} characters")
    terms: list[Term | TextTerm] = []
    sort: list[SortKey] = []
    for clause in scan(text):
        if clause.field in (SORT, SORT_DIRECTION):
            sort += _sort_keys(text, clause, sort)
        else:
            terms.append(_term(text, clause))
    return AlertQuery(tuple(terms), tuple(sort))


def _term(text: str, clause: Clause) -> Term | TextTerm:
    _refuse_faults(text, clause)
    if clause.name is None or clause.operator is None:
        return _text_term(text, clause)
    spelling = clause.field
    if not is_known_field(spelling):
        raise QueryError(text, clause.name.start, clause.name.end, _unknown_field(text, clause))
    field = FIELD_ALIASES.get(spelling, spelling)
    operator = _operator(text, clause.operator, spelling)
    _refuse_empty_values(text, clause, clause.name)
    if operator is not Operator.HAS and len(clause.values) > 1:
        second = clause.values[1]
        reason = f"a comparison takes one value; write {spelling}:a,b for either of two"
        raise QueryError(text, second.start, second.end, reason)
    values = tuple(_normal(text, field, operator, value) for value in clause.values)
    return Term(field, operator, values, clause.negated != (clause.operator.text == "!="))


def _text_term(text: str, clause: Clause) -> TextTerm:
    value = clause.values[0]
    if not value.text:
        raise QueryError(text, value.start, value.end, "there is nothing between the quotes to search for")
    return TextTerm(value.text, clause.negated)


def _refuse_faults(text: str, clause: Clause) -> None:
    if clause.fault:
        raise QueryError(text, clause.fault.start, clause.fault.end, clause.fault.reason)


def _refuse_empty_values(text: str, clause: Clause, name: Span) -> None:
    for value in clause.values:
        if value.text:
            continue
        if value.end > value.start:
            reason = "a value is empty; write none for what has no value"
            raise QueryError(text, value.start, value.end, reason)
        if value is clause.values[0]:
            reason = "a value belongs right after it, without a space"
            raise QueryError(text, name.start, value.end, f"{name.text}: {reason}")
        reason = "a value is missing after the comma (no space there)"
        raise QueryError(text, value.start - 1, value.end, reason)


def _operator(text: str, written: Span, spelling: str) -> Operator:
    kind = QUERY_FIELDS[FIELD_ALIASES.get(spelling, spelling)]
    plain = written.text in (":", "=", "!=")
    if spelling in ALIAS_OPERATORS:
        if plain:
            return ALIAS_OPERATORS[spelling]
        field = FIELD_ALIASES[spelling]
        reason = f"{spelling} compares already: write {spelling}:value or {field}{written.text}value"
        raise QueryError(text, written.start, written.end, reason)
    if plain:
        return Operator.HAS
    if kind not in COMPARABLE:
        reason = (
            f"{spelling} cannot be compared with {written.text}: use {spelling}:value or {spelling}!=value"
        )
        raise QueryError(text, written.start, written.end, reason)
    return Operator(written.text.lstrip(":"))


def _normal(text: str, field: str, operator: Operator, value: Span) -> str:
    try:
        return normal_value(field, operator, value.text)
    except Invalid as invalid:
        raise QueryError(text, value.start, value.end, invalid.rule) from None


def _unknown_field(text: str, clause: Clause) -> str:
    from difflib import get_close_matches  # not needed for a query that is right

    spelling = clause.field
    known = [*QUERY_FIELDS, *FIELD_ALIASES, SORT, SORT_DIRECTION]
    near = get_close_matches(spelling[:100], known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"fields are {', '.join(QUERY_FIELDS)}."
    inner = text[clause.start + clause.negated : clause.end]
    shortened = spelling if len(spelling) <= 40 else f"{spelling[:40]}..."
    sought = inner if len(inner) <= 60 and '"' not in inner else "..."
    return f"there is no field {shortened}; {advice} To search for the words, quote them: {quoted(sought)}"


def _sort_keys(text: str, clause: Clause, before: list[SortKey]) -> list[SortKey]:
    _refuse_faults(text, clause)
    name, operator = clause.name, clause.operator
    if name is None or operator is None:
        return []
    if clause.negated:
        reason = f"an order cannot be negated; {SORT}:-{clause.values[0].text or 'severity'} sorts downwards"
        raise QueryError(text, clause.start, clause.start + 1, reason)
    if operator.text not in (":", "="):
        raise QueryError(text, operator.start, operator.end, f"{clause.field} takes only a colon")
    _refuse_empty_values(text, clause, name)
    seen = {key.field for key in before}
    keys = []
    for value in clause.values:
        key = _direction(text, value) if clause.field == SORT_DIRECTION else _sort_key(text, value)
        if key.field in seen:
            raise QueryError(text, value.start, value.end, f"{key.field} is sorted by already")
        seen.add(key.field)
        keys.append(key)
    return keys


def _direction(text: str, value: Span) -> SortKey:
    if value.text.lower() not in ("asc", "desc"):
        raise QueryError(text, value.start, value.end, f"{SORT_DIRECTION} is asc or desc")
    return SortKey("created", descending=value.text.lower() == "desc")


def _sort_key(text: str, value: Span) -> SortKey:
    descending = value.text.startswith("-")
    spelling = field_spelling(value.text.removeprefix("-"))
    field = FIELD_ALIASES.get(spelling, spelling)
    if field not in SORT_FIELDS:
        reason = f"sort takes {', '.join(SORT_FIELDS)}, with - in front for downwards"
        raise QueryError(text, value.start, value.end, reason)
    return SortKey(field, descending)


def print_query(query: AlertQuery) -> str:
    """The query's normal text, which parses to the same query; empty for the empty query."""
    pieces = [_print_term(term) for term in query.terms]
    if query.sort:
        keys = ",".join(("-" if key.descending else "") + key.field for key in query.sort)
        pieces.append(f"{SORT}:{keys}")
    return " ".join(pieces)


def _print_term(term: Term | TextTerm) -> str:
    sign = "-" if term.negated else ""
    if isinstance(term, TextTerm):
        return sign + print_text(term.text)
    return f"{sign}{term.field}{term.operator.value}{','.join(map(print_value, term.values))}"


def print_value(value: str) -> str:
    """A value as it is written after a field: quoted only where it must be."""
    return value if _BARE_VALUE.fullmatch(value) else quoted(value)


def print_text(text: str) -> str:
    """A free text as it is written: quoted only where it must be."""
    clauses = scan(text)
    if len(clauses) == 1:
        only = clauses[0]
        plain = only.name is None and not only.negated and not only.fault
        if plain and only.values[0].text == text:
            return text
    return quoted(text)


def tokens(text: str) -> tuple[Token, ...]:
    """The pieces of a text in order, for syntax colouring; never raises."""
    return tuple(token for clause in scan(text) for token in _clause_tokens(text, clause))


def _clause_tokens(text: str, clause: Clause) -> list[Token]:
    found = []
    if clause.negated:
        found.append(Token(clause.start, clause.start + 1, TokenKind.NEGATION))
    sorts = clause.field in (SORT, SORT_DIRECTION)
    if clause.name and clause.operator:
        kind = TokenKind.SORT if sorts else TokenKind.FIELD
        found.append(Token(clause.name.start, clause.name.end, kind))
        found.append(Token(clause.operator.start, clause.operator.end, TokenKind.OPERATOR))
    value_kind = TokenKind.SORT if sorts else TokenKind.VALUE if clause.name else TokenKind.TEXT
    for number, value in enumerate(clause.values):
        if number:
            found.append(Token(value.start - 1, value.start, TokenKind.OPERATOR))
        if value.end > value.start:
            found.append(Token(value.start, value.end, value_kind))
    return _with_error(found, _error_in(text, clause))


def _error_in(text: str, clause: Clause) -> QueryError | None:
    try:
        if clause.field in (SORT, SORT_DIRECTION):
            _sort_keys(text, clause, [])
        else:
            _term(text, clause)
    except QueryError as error:
        return error
    return None


def _with_error(found: list[Token], error: QueryError | None) -> list[Token]:
    if error is None:
        return found
    return [
        replace(token, kind=TokenKind.ERROR) if token.start < error.end and error.start < token.end else token
        for token in found
    ]


def with_term(query: AlertQuery, term: Term | TextTerm) -> AlertQuery:
    """The query narrowed by a term; its opposite, if there, gives way, and a term is never there twice."""
    opposite = replace(term, negated=not term.negated)
    kept = tuple(other for other in query.terms if other != opposite)
    return replace(query, terms=kept if term in kept else (*kept, term))


def without_field(query: AlertQuery, field: str) -> AlertQuery:
    """The query without its terms on a field; `sort` takes away the order."""
    spelling = field_spelling(field)
    name = FIELD_ALIASES.get(spelling, spelling)
    if name == SORT:
        return replace(query, sort=())
    kept = tuple(term for term in query.terms if isinstance(term, TextTerm) or term.field != name)
    return replace(query, terms=kept)
