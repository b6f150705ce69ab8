"""The list parameters of alerts as a query: what each of them means is what the document says of it."""

from __future__ import annotations

import re
from typing import Final

from alerttui.domain.errors import Invalid, QueryError
from alerttui.domain.moments import format_moment, parse_moment
from alerttui.domain.query import ME, NONE, SEVERITIES, AlertQuery, Operator, SortKey, Term, TextTerm
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import TAG_PATTERN
from alerttui.server import kinds
from alerttui.server.parameters import Parameters
from alerttui.server.wire import STATUSES

KNOWN: Final = (
    "type", "sub-type", "cursor", "limit", "created-after", "created-before", "detection-id", "sort-dir",
    "name-contains", "log-source", "log-type", "resource-type", "status", "severity", "assignee",
    "event-count-min", "event-count-max", "quality", "context-tag", "query",
)  # fmt: skip
"""Every parameter of the list of alerts; `query` is ours, in the language of the console's filter."""

DEFAULT_WINDOW: Final = "30d"
"""How far back a list reaches that does not say so."""

_SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")
_QUALITIES: Final = ("NOISE", "USEFUL")
_LABELS: Final = {
    "log-source": "log-source", "log-type": "log-type", "resource-type": "resource-type",
    "context-tag": "tag",
}  # fmt: skip
_PHASES_SHOWN: Final = {"OPEN": ("open", "unknown"), "TRIAGED": ("active",), "RESOLVED": ("closed",)}
"""As which of the documented words an alert with another status is shown, by its phase."""

_EARLIEST_MS: Final = -30_610_224_000_000
LATEST_MS: Final = 253_402_300_799_999
"""The end of the year 9999."""

_LOST_PLUS: Final = re.compile(r"(.*T.*) ([0-9]{2}:?[0-9]{2})")
"""A zone whose `+` was not percent-encoded, and so became a space."""


def alert_query(parameters: Parameters) -> AlertQuery:
    """The query that the parameters ask for; raises `Invalid` that names the parameter."""
    terms: list[Term | TextTerm] = []
    either: list[tuple[Term, ...]] = []
    kind = parameters.word("type", kinds.TYPES, "ALERT")
    sub_types = parameters.words("sub-type", [word for words in kinds.SUB_TYPES.values() for word in words])
    kinds.check_sub_types(kind, sub_types)
    statuses = parameters.words("status", STATUSES)
    for conditions in (
        kinds.of_kind(kind),
        kinds.of_sub_types(sub_types) if sub_types else ([], []),
        _of_statuses(statuses) if statuses else ([], []),
    ):
        terms += conditions[0]
        either += conditions[1]
    terms += [*_created(parameters), *_words(parameters), *_event_counts(parameters), *_told(parameters)]
    is_descending = parameters.word("sort-dir", ("asc", "desc"), "desc") == "desc"
    return AlertQuery(tuple(terms), (SortKey("created", is_descending),), tuple(either))


def _of_statuses(statuses: list[str]) -> kinds.Conditions:
    """The alerts that are shown with one of these statuses."""
    others = tuple(word for word in STATUSES if word not in statuses)
    if not others:
        return [], []
    phases = tuple(phase for word in statuses for phase in _PHASES_SHOWN.get(word, ()))
    words = tuple(statuses)
    if not phases:
        return [Term("status", Operator.HAS, words)], []
    own = Term("status", Operator.IS, words)
    return [Term("status", Operator.IS, others, negated=True)], [(own, Term("phase", Operator.HAS, phases))]


def _created(parameters: Parameters) -> list[Term]:
    """Strictly after and strictly before; without bounds, from 30 days ago until now."""
    after, before = parameters.one("created-after"), parameters.one("created-before")
    return [
        Term("created", Operator.MORE, (_moment("created-after", after) if after else DEFAULT_WINDOW,)),
        Term("created", Operator.LESS, (_moment("created-before", before),))
        if before
        else Term("created", Operator.AT_MOST, ("0s",)),
    ]


def _moment(name: str, text: str) -> str:
    lost = _LOST_PLUS.fullmatch(text)
    moment_ms = parse_moment(f"{lost[1]}+{lost[2]}" if lost else text) if text.isascii() else None
    if moment_ms is None:
        rule = "a time is expected: 2026-11-20T14:30:00Z, 2026-11-20, 2026-11 or Unix seconds"
        raise Invalid(name, text, rule)
    return format_moment(max(_EARLIEST_MS, min(moment_ms, LATEST_MS)))


def _words(parameters: Parameters) -> list[Term | TextTerm]:
    terms: list[Term | TextTerm] = []
    severities = parameters.words("severity", _SEVERITIES)
    if len(severities) == 1:
        terms.append(Term("severity", Operator.HAS, (severities[0].lower(),)))
    elif severities:  # without the others, which is read in the order of time; several would be sorted
        others = tuple(word for word in SEVERITIES if word.upper() not in severities)
        terms.append(Term("severity", Operator.HAS, others, negated=True))
    qualities = parameters.words("quality", _QUALITIES)
    if qualities:
        terms.append(Term("quality", Operator.HAS, tuple(qualities)))
    for tag in parameters.many("context-tag"):
        if not re.fullmatch(TAG_PATTERN.removeprefix("^").removesuffix("$"), tag):
            raise Invalid("context-tag", tag, "tags have a-z, 0-9, _ and - (1-30 characters)")
    for name, field in _LABELS.items():
        terms += _as_they_stand(field, parameters.many(name))
    terms += _as_they_stand("assignee", parameters.many("assignee"))
    rule = parameters.one("detection-id")
    if rule:  # found by the index of rules; `rule` with HAS would mean the name as well
        terms += [*_as_they_stand("rule", [rule]), Term("rule", Operator.IS, (rule,))]
    part = parameters.one("name-contains")
    if part:
        terms.append(Term("title", Operator.HAS, (part,)))
    return terms


def _as_they_stand(field: str, values: list[str]) -> list[Term]:
    """A term for values without any special meaning; plain ones in the form that indexes are made for."""
    if not values:
        return []
    is_plain = all("*" not in value and value.lower() not in (NONE, ME) for value in values)
    return [Term(field, Operator.HAS if is_plain else Operator.IS, tuple(values))]


def _event_counts(parameters: Parameters) -> list[Term]:
    """Bounds on the number of events; an alert whose number is unknown has at least none."""
    terms = []
    least, most = parameters.number("event-count-min"), parameters.number("event-count-max")
    if least is not None and least > 0:
        terms.append(Term("events", Operator.MORE, (str(least - 1),)))
    if most is not None and most < 0:
        terms.append(Term("events", Operator.LESS, ("0",)))
    elif most is not None:
        terms.append(Term("events", Operator.AT_MOST, (str(most),)))
    return terms


def _told(parameters: Parameters) -> tuple[Term | TextTerm, ...]:
    """What the console's filter language says."""
    text = parameters.one("query")
    try:
        told = parse(text)
    except QueryError as error:
        rule = f"{error.reason} (characters {error.start + 1} to {error.end})"
        raise Invalid("query", text[error.start : error.end] or text, rule) from None
    if told.sort:
        raise Invalid("query", text, "the order is given by sort-dir")
    return told.terms
