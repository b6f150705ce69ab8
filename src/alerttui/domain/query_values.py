"""What the values of a query mean: their normal form, and the span of numbers or times they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from alerttui.domain.errors import Invalid
from alerttui.domain.moments import parse_duration, parse_moment
from alerttui.domain.query import (
    FLAGS,
    ME,
    NONE,
    PHASES,
    QUALITIES,
    QUERY_FIELDS,
    SEVERITIES,
    FieldKind,
    Operator,
    QueryContext,
)
from alerttui.domain.vocabulary import UNRATED_WORDS, Severity

COMPARABLE: Final = frozenset({FieldKind.RANK, FieldKind.NUMBER, FieldKind.TIME, FieldKind.AGE})
"""Kinds of fields that take `<`, `<=`, `>` and `>=`."""

CLOSED_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "phase": PHASES,
    "quality": QUALITIES,
    "severity": SEVERITIES,
    "is": FLAGS,
}
"""Fields that accept these words only."""

TIME_EXAMPLES: Final = "24h, 7d (units s m h d w y), 2026-11-01 or 2026-11-01T14:30Z"

_NUMBER = re.compile(r"[0-9]{1,19}")
_RANGE = re.compile(r"([0-9]{1,19})\.\.([0-9]{1,19})")
_LARGEST: Final = 2**63 - 1
"""The largest count that a store keeps."""
_DURATION = re.compile(r"(?:[0-9]{1,9}[smhdwySMHDWY])+")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}|[0-9]{4}-?W[0-9]{2}-?[0-9]?")
_CLOCK = re.compile(
    r"[0-9-]{8,10}[T ]([0-9]{2})(:?[0-9]{2})?(:?[0-9]{2})?([.,][0-9]+)?(?:Z|[+-][0-9:]{2,8})?"
)
_SECOND_MS = 1_000
_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Window:
    """The whole numbers from `least` to `most`, both included; None is no bound."""

    least: int | None = None
    most: int | None = None

    def holds(self, number: int | None) -> bool:
        """Whether a number lies in the window; a missing one never does."""
        if number is None:
            return False
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)


def normal_value(field: str, operator: Operator, value: str) -> str:
    """The one spelling of a value; raises `Invalid` with the rule for one that the field does not take."""
    kind = QUERY_FIELDS[field]
    if field in CLOSED_WORDS:
        return _closed_word(field, operator, value)
    lowered = value.lower()
    if kind is FieldKind.WORD:
        return lowered if lowered == NONE or (lowered == ME and field == "assignee") else value
    if kind is FieldKind.TEXT:
        return value
    if lowered == NONE and operator is Operator.HAS and kind is not FieldKind.AGE:
        return NONE
    if kind is FieldKind.NUMBER:
        return _normal_number(field, operator, value)
    if kind is FieldKind.AGE:
        if _duration_ms(value) is None:
            raise Invalid(field, value, "an age is a duration: 90m, 24h, 7d (units s m h d w y)")
        return lowered
    if _duration_ms(value) is not None:
        return lowered
    moment = value.strip().upper()
    if _moment_ms(moment) is None:
        raise Invalid(field, value, f"a time looks like {TIME_EXAMPLES}")
    return moment


def _closed_word(field: str, operator: Operator, value: str) -> str:
    words = CLOSED_WORDS[field]
    for word in words:
        if word.lower() == value.lower() and not (word == "unknown" and operator is not Operator.HAS):
            return word
    if field == "severity":
        return _normal_severity(operator, value)
    raise Invalid(field, value, f"{field}: takes {', '.join(words)}{_nearest(value, words)}")


def _normal_severity(operator: Operator, value: str) -> str:
    if operator is Operator.HAS and value.lower() in (NONE, *UNRATED_WORDS):
        return "unknown"
    first, dots, last = value.partition("..")
    ranks = [Severity.from_word(word) for word in ((first, last) if dots else (first,))]
    if Severity.UNKNOWN in ranks:
        words = SEVERITIES if operator is Operator.HAS else SEVERITIES[:-1]
        raise Invalid("severity", value, f"severity: takes {', '.join(words)}{_nearest(value, words)}")
    if dots and operator is not Operator.HAS:
        raise Invalid("severity", value, "a range is written severity:low..high")
    if dots and ranks[0] > ranks[1]:
        raise Invalid("severity", value, f"the range runs upwards: severity:{last}..{first}".lower())
    return "..".join(rank.name.lower() for rank in ranks)


def _nearest(value: str, words: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # not needed for a query that is right

    lowered = {word.lower(): word for word in words}
    near = get_close_matches(value.lower()[:100], list(lowered), n=1)
    return f"; did you mean {lowered[near[0]]}?" if near else ""


def _normal_number(field: str, operator: Operator, value: str) -> str:
    stripped = value.strip()
    found = _RANGE.fullmatch(stripped)
    if _NUMBER.fullmatch(stripped) and int(stripped) <= _LARGEST:
        return str(int(stripped))
    if not found or max(int(found[1]), int(found[2])) > _LARGEST:
        raise Invalid(
            field, value, f"{field} takes a whole number, as in {field}>=3, or a range: {field}:3..10"
        )
    if operator is not Operator.HAS:
        raise Invalid(field, value, f"a range is written {field}:{stripped}")
    first, last = int(found[1]), int(found[2])
    if first > last:
        raise Invalid(field, value, f"the range runs upwards: {field}:{last}..{first}")
    return f"{first}..{last}"


def _duration_ms(value: str) -> int | None:
    return parse_duration(value) if _DURATION.fullmatch(value) else None


def _moment_ms(value: str) -> int | None:
    return parse_moment(value) if value.isascii() else None


def window(field: str, operator: Operator, value: str, context: QueryContext) -> Window:
    """The numbers that a value of a comparable field stands for; raises `Invalid` for one that is none.

    A date or month in a comparison means its first moment; with `:` it means all of it.
    """
    value = normal_value(field, operator, value)
    kind = QUERY_FIELDS[field]
    if kind is FieldKind.RANK:
        return _rank_window(operator, value)
    if kind is FieldKind.NUMBER:
        first, _, last = value.partition("..")
        return _compared(operator, int(first), int(last or first))
    duration_ms = _duration_ms(value)
    if duration_ms is None:
        return _compared(operator, *_moment_span(value))
    since_ms = context.now_ms - duration_ms
    if operator is Operator.HAS:
        return Window(least=since_ms)
    if kind is FieldKind.AGE:
        operator = _SEEN_FROM_NOW[operator]
    return _compared(operator, since_ms, since_ms)


_SEEN_FROM_NOW: Final = {
    Operator.LESS: Operator.MORE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
}
"""Younger than a day is created after a day ago."""


def _compared(operator: Operator, first: int, last: int) -> Window:
    match operator:
        case Operator.HAS | Operator.IS:
            return Window(first, last)
        case Operator.LESS:
            return Window(most=first - 1)
        case Operator.AT_MOST:
            return Window(most=first)
        case Operator.MORE:
            return Window(least=first + 1)
        case Operator.AT_LEAST:
            return Window(least=first)


def _rank_window(operator: Operator, value: str) -> Window:
    first, _, last = value.partition("..")
    low, high = Severity.from_word(first), Severity.from_word(last or first)
    compared = _compared(operator, low, high)
    if compared.least is None:
        return Window(Severity.INFO, compared.most)
    return compared


def _moment_span(value: str) -> tuple[int, int]:
    """The first and last millisecond of what a time names: a month, a day, an hour, a minute, a second."""
    start_ms = _moment_ms(value)
    if start_ms is None:  # cannot be after normal_value
        raise Invalid("time", value, f"a time looks like {TIME_EXAMPLES}")
    month = _MONTH.fullmatch(value)
    if month:
        return start_ms, _month_after_ms(int(month[1]), int(month[2])) - 1
    if _DAY.fullmatch(value):
        return start_ms, start_ms + _DAY_MS - 1
    clock = _CLOCK.fullmatch(value)
    if not clock:
        return start_ms, start_ms + _SECOND_MS - 1
    if clock[4]:
        return start_ms, start_ms
    size_ms = _SECOND_MS if clock[3] else _MINUTE_MS if clock[2] else _HOUR_MS
    return start_ms, start_ms + size_ms - 1


def _month_after_ms(year: int, month: int) -> int:
    if (year, month) == (9999, 12):
        return 253_402_300_800_000
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return round(after.timestamp()) * 1000
