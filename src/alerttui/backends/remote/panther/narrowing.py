"""Which parameters of GET /alerts a query allows: those that are known to return every alert that matches.

Terms are joined by AND, so each may be sent or left out by itself. Left out are negated terms, patterns,
`none`, texts, groups of alternatives, and: `name-contains`, of which Panther does not say whether case
counts; several values of a field of which an alert may have several (context tags, log types), because
any-or-all is not told; ids that this connection has never seen, because our filters do not regard case and
Panther's may.

Alerts are listed by type, one at a time: without a `type` or `sub-type` that names one, it is ALERT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from alerttui.backends.remote.panther.capabilities import QUALITIES, SEVERITIES, STATUSES, SUB_TYPES, TYPES
from alerttui.backends.remote.panther.spellings import Spellings
from alerttui.domain.moments import format_moment
from alerttui.domain.query import ME, NONE, AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_values import Window, window
from alerttui.domain.vocabulary import TAG_PATTERN, Severity

VENDOR_DECIDED: Final = ("log-source", "log-type", "resource-type")

_PHASES: Final = {"OPEN": ("OPEN",), "ACTIVE": ("TRIAGED",), "CLOSED": ("RESOLVED", "CLOSED")}
_ORDER: Final = (
    "type", "sub-type", "created-after", "created-before", "detection-id", "sort-dir", "log-source",
    "log-type", "resource-type", "status", "severity", "assignee", "event-count-min", "event-count-max",
    "quality", "context-tag",
)  # fmt: skip
_SECOND_MS: Final = 1_000
_LAST_MS: Final = 253_402_300_799_000


@dataclass(slots=True)
class Seen:
    """The spellings of ids that a connection has seen."""

    people: Spellings = field(default_factory=Spellings)
    detections: Spellings = field(default_factory=Spellings)


def parameters_for(
    query: AlertQuery, context: QueryContext, seen: Seen, window_ms: int
) -> list[tuple[str, str]]:
    """The parameters in the document's order; both dates are always among them.

    A query without a lower bound reaches `window_ms` back from its upper one (0: from 1970 on). Dates are
    whole seconds, a millisecond or more outside what is asked for: whether bounds count in, and whether
    fractions are read, the document does not say.
    """
    narrowing = _Narrowing(context, seen)
    positive = [term for term in query.terms if isinstance(term, Term) and term.values and not term.negated]
    for term in sorted(positive, key=lambda each: each.field != "type"):  # sub-types go with the type
        narrowing.add(term)
    found = narrowing.words | _dates(narrowing.created, context.now_ms, window_ms)
    found |= _event_counts(narrowing.events)
    if query.sort and query.sort[0].field == "created" and not query.sort[0].descending:
        found["sort-dir"] = ["asc"]
    return [(name, value) for name in _ORDER for value in found.get(name, ())]


class _Narrowing:
    """What the terms of one query allow, as far as they were added."""

    def __init__(self, context: QueryContext, seen: Seen) -> None:
        self.words: dict[str, list[str]] = {}
        self.created = Window()
        self.events = Window()
        self._context = context
        self._seen = seen

    def add(self, term: Term) -> None:
        """Take a term into account, or leave it to the store."""
        match term.field:
            case "created" | "age":
                self.created = _both(self.created, _hull(term, self._context))
            case "events":
                self.events = _both(self.events, _hull(term, self._context))
            case "severity":
                self._any_of("severity", self._severities(term))
            case _ if term.operator in (Operator.HAS, Operator.IS):
                self._add_words(term)

    def _add_words(self, term: Term) -> None:
        adding: dict[str, Callable[[Term], None]] = {
            "status": lambda term: self._any_of("status", _closed(term, STATUSES)),
            "phase": lambda term: self._any_of("status", _statuses_of(term)),
            "quality": lambda term: self._any_of("quality", _closed(term, QUALITIES)),
            "assignee": lambda term: self._any_of("assignee", self._people(term)),
            "tag": self._add_tag,
            "rule": self._add_rule,
            "type": self._add_type,
            "sub-type": self._add_sub_type,
            **dict.fromkeys(VENDOR_DECIDED, self._add_vendor_decided),
        }
        if term.field in adding:
            adding[term.field](term)

    def _any_of(self, name: str, words: Sequence[str]) -> None:
        """Narrow to any of these words; where nothing can have these and the earlier ones, those stay."""
        earlier = self.words.get(name)
        if words:
            kept = [word for word in words if earlier is None or word in earlier]
            self.words[name] = kept or earlier or []

    def _severities(self, term: Term) -> list[str]:
        windows = [window(term.field, term.operator, value, self._context) for value in term.values]
        meant = [each for each in Severity if any(one.holds(each) for one in windows)]
        if Severity.UNKNOWN in meant:
            return []
        return [word for word in SEVERITIES if Severity[word] in meant]

    def _people(self, term: Term) -> list[str]:
        found: dict[str, None] = {}
        for value in term.values:
            if term.operator is Operator.HAS and value == ME:
                me = self._context.me
                found.update(dict.fromkeys(filter(None, (me, *self._seen.people.of(me)))))
                continue
            known = () if _is_special(term, value) else self._seen.people.of(value)
            if not known:
                return []
            found.update(dict.fromkeys(known))
        return list(found)

    def _add_tag(self, term: Term) -> None:
        tag = term.values[0].lower()
        is_tag = re.fullmatch(TAG_PATTERN.removeprefix("^").removesuffix("$"), tag) is not None
        if len(term.values) == 1 and is_tag and not _is_special(term, term.values[0]):
            self._also("context-tag", tag)

    def _add_rule(self, term: Term) -> None:
        known = () if _is_special(term, term.values[0]) else self._seen.detections.of(term.values[0])
        if len(term.values) == 1 and len(known) == 1:
            self.words.setdefault("detection-id", list(known))

    def _add_type(self, term: Term) -> None:
        words = _closed(term, TYPES)
        if len(words) == 1:
            self.words.setdefault("type", words)

    def _add_sub_type(self, term: Term) -> None:
        words = _closed(term, tuple(word for all_words in SUB_TYPES.values() for word in all_words))
        types = [name for name, its in SUB_TYPES.items() if any(word in its for word in words)]
        if len(types) != 1 or self.words.setdefault("type", types) != types:
            return
        if types != ["SYSTEM_ERROR"]:  # the one type that is not divided further
            self._any_of("sub-type", words)

    def _add_vendor_decided(self, term: Term) -> None:
        if len(term.values) == 1 and term.values[0] and not _is_special(term, term.values[0]):
            self._also(term.field, term.values[0])

    def _also(self, name: str, word: str) -> None:
        """One more value that an alert must have: whether any or all count, every such alert is returned."""
        words = self.words.setdefault(name, [])
        if word not in words:
            words.append(word)


def _is_special(term: Term, value: str) -> bool:
    return term.operator is Operator.HAS and (value == NONE or "*" in value)


def _closed(term: Term, allowed: Sequence[str]) -> list[str]:
    """The words of a term in the document's order, none where one is not in its list."""
    words = {value.upper() for value in term.values}
    return [word for word in allowed if word in words] if words <= set(allowed) else []


def _statuses_of(term: Term) -> list[str]:
    phases = _closed(term, tuple(_PHASES))
    return [word for phase in phases for word in _PHASES[phase]]


def _hull(term: Term, context: QueryContext) -> Window:
    """From the least to the most of what a term's values allow; no bounds where one of them is `none`."""
    if NONE in term.values:
        return Window()
    windows = [window(term.field, term.operator, value, context) for value in term.values]
    least = [each.least for each in windows if each.least is not None]
    most = [each.most for each in windows if each.most is not None]
    return Window(
        min(least) if len(least) == len(windows) else None, max(most) if len(most) == len(windows) else None
    )


def _both(one: Window, other: Window) -> Window:
    least = [each for each in (one.least, other.least) if each is not None]
    most = [each for each in (one.most, other.most) if each is not None]
    return Window(max(least, default=None), min(most, default=None))


def _dates(created: Window, now_ms: int, window_ms: int) -> dict[str, list[str]]:
    last_ms = now_ms if created.most is None else created.most
    first_ms = created.least
    if first_ms is None:
        first_ms = last_ms - window_ms if window_ms else 0
    after_ms = _clamped((first_ms - 1) // _SECOND_MS * _SECOND_MS)
    before_ms = _clamped(-(-(last_ms + 1) // _SECOND_MS) * _SECOND_MS)
    if before_ms <= after_ms:  # nothing can match; a window that ends before it begins might be refused
        before_ms = after_ms + _SECOND_MS
    return {"created-after": [format_moment(after_ms)], "created-before": [format_moment(before_ms)]}


def _clamped(moment_ms: int) -> int:
    return max(0, min(moment_ms, _LAST_MS - _SECOND_MS))


def _event_counts(events: Window) -> dict[str, list[str]]:
    found = {}
    if events.least is not None and events.least > 0:
        found["event-count-min"] = [str(events.least)]
    if events.most is not None and events.most >= 0:
        found["event-count-max"] = [str(events.most)]
    return found
