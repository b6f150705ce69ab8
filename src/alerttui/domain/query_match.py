"""What a query means, as a plain predicate over an alert; the store's SQL gives the same answers.

Words are compared as SQLite does: without regard to the case of ASCII letters only. Negation is plain NOT
of the whole term, so `-closed>24h` also matches alerts that were never closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from alerttui.domain.alert import Alert
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import storable
from alerttui.domain.query import (
    FLAGS,
    ME,
    NONE,
    QUERY_FIELDS,
    AlertQuery,
    FieldKind,
    Operator,
    QueryContext,
    SortKey,
    Term,
    TextTerm,
)
from alerttui.domain.query_values import window
from alerttui.domain.search_text import fold
from alerttui.domain.vocabulary import Phase

_LOWER_ASCII: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_UNREADABLE: Final = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
"""What SQLite reads as the replacement character where it matches a pattern."""


def matches(
    query: AlertQuery, alert: Alert, comment_count: int, title: str, body: str, context: QueryContext
) -> bool:
    """Whether an alert meets every term; `title` and `body` are its texts from `search_text`."""

    def is_met(term: Term | TextTerm) -> bool:
        return _holds(term, alert, comment_count, title, body, context) is not term.negated

    return all(map(is_met, query.terms)) and all(any(map(is_met, group)) for group in query.either)


def _holds(
    term: Term | TextTerm, alert: Alert, comment_count: int, title: str, body: str, context: QueryContext
) -> bool:
    if isinstance(term, TextTerm):
        needle = fold(term.text)
        return needle in title or needle in body
    match QUERY_FIELDS.get(term.field):
        case FieldKind.TEXT:
            return any(fold(value) in title for value in term.values)
        case FieldKind.FLAG:
            return any(_flag_holds(value, alert, comment_count, context) for value in term.values)
        case FieldKind.WORD:
            words = [word for word in _words_of(term.field, alert) if word]
            if term.operator is Operator.IS:
                return _is_word(term, words if term.field != "rule" else [alert.detection.id])
            if term.field == "assignee" and not words and not alert.assignee_known:
                return False  # neither somebody nor nobody
            return any(_word_holds(term.field, value, words, context) for value in term.values)
        case None:
            raise Invalid("field", term.field, "is no field of a filter")
        case _:
            number = _number_of(term.field, alert)
            return any(_number_holds(term, value, number, context) for value in term.values)


def _words_of(field: str, alert: Alert) -> tuple[str, ...]:
    """The words of an alert that a field is compared with; empty ones stand for unset."""
    match field:
        case "status":
            return (alert.status,)
        case "phase":
            return (alert.phase.name,)
        case "quality":
            return (alert.quality.value if alert.quality else "",)
        case "verdict":
            return (alert.verdict,)
        case "assignee":
            return (_assignee_id(alert),)
        case "tag":
            return alert.tags
        case "rule-tag":
            return alert.rule_tags
        case "rule":
            return (alert.detection.id, alert.detection.name)
        case "type":
            return (alert.type,)
        case "sub-type":
            return (alert.sub_type,)
        case "source":
            return (alert.source,)
        case "log-type":
            return alert.log_types
        case "log-source":
            return alert.log_sources
        case "resource-type":
            return alert.resource_types
        case _:
            return (alert.id,)


def _assignee_id(alert: Alert) -> str:
    return alert.assignee.id if alert.assignee else ""


def _word_holds(field: str, value: str, words: list[str], context: QueryContext) -> bool:
    if value == NONE:
        return not words
    if field == "assignee" and value == ME:
        return bool(context.me) and any(same_word(context.me, word) for word in words)
    return any(word_matches(value, word) for word in words)


def _is_word(term: Term, words: list[str]) -> bool:
    return any(word and same_word(value, word) for value in term.values for word in words)


def same_word(one: str, other: str) -> bool:
    """Whether two words differ at most in the case of ASCII letters."""
    return _lowered(one) == _lowered(other)


def word_matches(pattern: str, word: str) -> bool:
    """Whether a word is the pattern, where `*` stands for any run of characters.

    With `*`, both are read up to the first NUL: SQLite's patterns see no further.
    """
    if "*" not in pattern:
        return same_word(pattern, word)
    first, *others = _pattern_text(pattern).split("*")
    rest = _pattern_text(word)
    if not others:  # a NUL stands before the first `*`
        return rest == first
    *middle, last = others
    if not rest.startswith(first):
        return False
    position = len(first)
    for piece in middle:
        found = rest.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return rest.endswith(last) and len(rest) - len(last) >= position


def _lowered(word: str) -> str:
    return storable(word).translate(_LOWER_ASCII)


def _pattern_text(word: str) -> str:
    return _lowered(word).partition("\x00")[0].translate(_UNREADABLE)


def _flag_holds(flag: str, alert: Alert, comment_count: int, context: QueryContext) -> bool:
    match flag:
        case "open":
            return alert.phase is not Phase.CLOSED
        case "active":
            return alert.phase is Phase.ACTIVE
        case "closed":
            return alert.phase is Phase.CLOSED
        case "unassigned":
            return not _assignee_id(alert) and alert.assignee_known
        case "assigned":
            return bool(_assignee_id(alert))
        case "mine":
            return _word_holds("assignee", ME, [_assignee_id(alert)], context)
        case "tagged":
            return any(alert.tags)
        case "rated":
            return alert.quality is not None
        case "commented":
            return comment_count > 0
        case _:
            raise Invalid("is", flag, f"is one of {', '.join(FLAGS)}")


def _number_of(field: str, alert: Alert) -> int | None:
    match field:
        case "severity":
            return alert.severity
        case "events":
            return alert.event_count
        case "first":
            return alert.first_event_ms
        case "last":
            return alert.last_event_ms
        case "closed":
            return alert.closed_ms
        case "acknowledged":
            return alert.acknowledged_ms
        case _:
            return alert.created_ms


def _number_holds(term: Term, value: str, number: int | None, context: QueryContext) -> bool:
    if value == NONE and term.operator is Operator.HAS and term.field != "severity":
        return number is None
    return window(term.field, term.operator, value, context).holds(number)


def sorted_alerts(query: AlertQuery, alerts: Iterable[tuple[int, Alert]]) -> list[tuple[int, Alert]]:
    """Alerts with their rowids in the order of a query; what is missing comes last in both directions."""
    ordered = sorted(alerts, key=lambda pair: -pair[0])
    for key in reversed(query.sort):
        if key.field == "created":
            ordered.sort(key=lambda pair: pair[0], reverse=key.descending)
        else:
            _sort_by(ordered, key)
    return ordered


def _sort_by(ordered: list[tuple[int, Alert]], key: SortKey) -> None:
    missing = [pair for pair in ordered if _order_value(key.field, pair[1]) is None]
    present = [(value, pair) for pair in ordered if (value := _order_value(key.field, pair[1])) is not None]
    present.sort(key=lambda valued: valued[0], reverse=key.descending)
    ordered[:] = [pair for _, pair in present] + missing


def _order_value(field: str, alert: Alert) -> tuple[int | bytes, ...] | None:
    match field:
        case "status":
            return (int(alert.phase), *_word_order(alert.status))
        case "title":
            return _word_order(alert.title)
        case "assignee":
            return _word_order(_assignee_id(alert))
        case "rule":
            return _word_order(alert.detection.id)
        case _:
            number = _number_of(field, alert)
            return None if number is None else (number,)


def _word_order(word: str) -> tuple[bytes, int]:
    """SQLite's NOCASE: by bytes up to a NUL, then by length."""
    encoded = _lowered(word).encode()
    return encoded.partition(b"\x00")[0], len(encoded)
