"""The text of a query cut into clauses with their positions; what a clause means is in `query_text`.

Scanning never fails: what is wrong with the writing of a clause is its `fault`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from alerttui.domain.query import FIELD_ALIASES, QUERY_FIELDS

SORT: Final = "sort"
SORT_DIRECTION: Final = "sort-dir"

_HEAD = re.compile(r'([^\s":=<>!]+)(!=|:?[<>]=?|:|=)')
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')
_BARE_VALUE = re.compile(r'[^\s",]*')
_REST_OF_VALUE = re.compile(r"[^\s,]*")
_REST_OF_WORD = re.compile(r"\S*")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the text: character positions, end exclusive, and what it says once unquoted."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the writing of a piece."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition as it is written: `-field:value,"other value"`, a word, or a quoted text."""

    start: int
    end: int
    negated: bool
    name: Span | None
    """The field as written; None for free text."""
    operator: Span | None
    values: tuple[Span, ...]
    """At least one; an empty span where a value is missing."""
    fault: Fault | None = None

    @property
    def field(self) -> str:
        """The name of the field in lower case with aliases as they are; empty for free text."""
        return field_spelling(self.name.text) if self.name else ""


def field_spelling(name: str) -> str:
    """A field's name as the tables spell it: lower case, with hyphens."""
    return name.lower().replace("_", "-")


def is_known_field(spelling: str) -> bool:
    """Whether a name in the tables' spelling can stand before an operator."""
    return spelling in QUERY_FIELDS or spelling in FIELD_ALIASES or spelling in (SORT, SORT_DIRECTION)


def scan(text: str) -> list[Clause]:
    """Every clause of the text in order; between them there is only white space."""
    clauses = []
    position = _skip_space(text, 0)
    while position < len(text):
        clause = _clause(text, position)
        clauses.append(clause)
        position = _skip_space(text, clause.end)
    return clauses


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _clause(text: str, start: int) -> Clause:
    negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
    inner = start + 1 if negated else start
    head = _HEAD.match(text, inner)
    if head and _is_field_head(text, head):
        name = Span(head.start(1), head.end(1), head[1])
        operator = Span(head.start(2), head.end(2), head[2])
        values, fault = _values(text, head.end())
        return Clause(start, values[-1].end, negated, name, operator, values, fault)
    value, fault = _text(text, inner)
    return Clause(start, value.end, negated, None, None, (value,), fault)


def _is_field_head(text: str, head: re.Match[str]) -> bool:
    """Whether what stands before an operator is meant as a field: addresses, paths and the like are not."""
    if is_known_field(field_spelling(head[1])):
        return True
    looks_like_data = text[head.end() : head.end() + 1] in ("/", "\\", ":")
    return bool(_NAME.fullmatch(head[1])) and not looks_like_data


def _values(text: str, start: int) -> tuple[tuple[Span, ...], Fault | None]:
    values: list[Span] = []
    fault: Fault | None = None
    position = start
    while True:
        value, value_fault = _value(text, position)
        values.append(value)
        fault = fault or value_fault
        if text[value.end : value.end + 1] != ",":
            return tuple(values), fault
        position = value.end + 1


def _value(text: str, start: int) -> tuple[Span, Fault | None]:
    if text[start : start + 1] == '"':
        return _quoted(text, start, _REST_OF_VALUE)
    end = _end_of(_BARE_VALUE, text, start)
    if text[end : end + 1] == '"':
        return _quote_inside(text, start, end, _REST_OF_VALUE)
    return Span(start, end, text[start:end]), None


def _text(text: str, start: int) -> tuple[Span, Fault | None]:
    if text[start] == '"':
        return _quoted(text, start, _REST_OF_WORD)
    end = _end_of(_REST_OF_WORD, text, start)
    quote = text.find('"', start, end)
    if quote >= 0:
        return _quote_inside(text, start, quote, _REST_OF_WORD)
    return Span(start, end, text[start:end]), None


def _quoted(text: str, start: int, rest: re.Pattern[str]) -> tuple[Span, Fault | None]:
    found = _QUOTED.match(text, start)
    if not found:
        reason = 'the closing quote is missing (a quote inside is written \\")'
        return Span(start, len(text), _unescaped(text[start + 1 :])), Fault(start, len(text), reason)
    end = _end_of(rest, text, found.end())
    fault = None
    if end > found.end():
        fault = Fault(found.end(), end, "a space or a comma belongs after the closing quote")
    return Span(start, end, _unescaped(found[0][1:-1])), fault


def _quote_inside(text: str, start: int, quote: int, rest: re.Pattern[str]) -> tuple[Span, Fault]:
    end = _end_of(rest, text, quote)
    whole = quoted(text[start:end]) if end - start <= 60 else '"..."'
    reason = f"a quote inside a word: put a space before it, or quote the whole: {whole}"
    return Span(start, end, text[start:end]), Fault(quote, end, reason)


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


def quoted(text: str) -> str:
    """The text in quotes, so that it reads as one value or one free text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
