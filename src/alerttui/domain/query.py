"""A query over alerts: what the filter bar, the commands, saved views and the server all speak.

Terms are joined by AND; the values of one term by OR. The text form is in `query_text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Operator(Enum):
    """How a term compares; HAS is equality, or a pattern where the value has `*`."""

    HAS = ":"
    IS = "is"
    """The very word, for words only: no pattern, no special value; of `rule` the id. It has no text form."""
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class FieldKind(Enum):
    """What the values of a field are, and so which operators and comparisons it takes."""

    WORD = "word"
    """Compared without regard to case; `*` matches any run of characters; `none` means empty."""
    RANK = "rank"
    """A severity: ordered, and equal by word."""
    NUMBER = "number"
    TIME = "time"
    """Absolute (ISO 8601) or relative to now: `created>24h` means created after 24 hours ago."""
    AGE = "age"
    """A duration back from now: `age<24h` is created after 24 hours ago."""
    FLAG = "flag"
    """A named property, as in `is:unassigned`."""
    TEXT = "text"
    """Part of a text, without regard to case."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a field, how it compares, and one or more values of which any may match."""

    field: str
    operator: Operator
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Words that occur anywhere in the alert: title, id, rule, description, context, events."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SortKey:
    """One field to sort by. The last tie is always broken by creation, newest first."""

    field: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """A filter and an order; hashable. The empty query is every alert, newest first."""

    terms: tuple[Term | TextTerm, ...] = ()
    sort: tuple[SortKey, ...] = ()
    either: tuple[tuple[Term, ...], ...] = ()
    """Groups of terms: of each group at least one must hold. The text form has none."""

    @property
    def is_about_assignees(self) -> bool:
        """True if a term asks who has an alert, or whether anybody has it."""
        return any(
            term.field == "assignee" or (term.field == "is" and not _ASSIGNEE_FLAGS.isdisjoint(term.values))
            for term in self.terms
            if isinstance(term, Term)
        )


EVERYTHING: Final = AlertQuery()


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What a query needs from outside to mean something: the time, and who "me" is."""

    now_ms: int
    me: str = ""
    """User id behind `assignee:me`; empty where it is unknown, and then `me` matches nobody."""


QUERY_FIELDS: Final[dict[str, FieldKind]] = {
    "status": FieldKind.WORD,
    "phase": FieldKind.WORD,
    "severity": FieldKind.RANK,
    "quality": FieldKind.WORD,
    "verdict": FieldKind.WORD,
    "assignee": FieldKind.WORD,
    "tag": FieldKind.WORD,
    "rule-tag": FieldKind.WORD,
    "rule": FieldKind.WORD,
    "type": FieldKind.WORD,
    "sub-type": FieldKind.WORD,
    "source": FieldKind.WORD,
    "log-type": FieldKind.WORD,
    "log-source": FieldKind.WORD,
    "resource-type": FieldKind.WORD,
    "id": FieldKind.WORD,
    "title": FieldKind.TEXT,
    "events": FieldKind.NUMBER,
    "created": FieldKind.TIME,
    "first": FieldKind.TIME,
    "last": FieldKind.TIME,
    "closed": FieldKind.TIME,
    "acknowledged": FieldKind.TIME,
    "age": FieldKind.AGE,
    "is": FieldKind.FLAG,
}
"""Every field of the language. `rule` matches the detection's id or name."""

FIELD_ALIASES: Final[dict[str, str]] = {
    "sev": "severity",
    "detection-id": "rule",
    "detection": "rule",
    "name-contains": "title",
    "name": "title",
    "context-tag": "tag",
    "tags": "tag",
    "subtype": "sub-type",
    "event-count": "events",
    "event-count-min": "events",
    "event-count-max": "events",
    "created-after": "created",
    "created-before": "created",
    "owner": "assignee",
}
"""Other spellings that are read; they are printed back as the field they stand for."""

ALIAS_OPERATORS: Final[dict[str, Operator]] = {
    "created-after": Operator.MORE,
    "created-before": Operator.LESS,
    "event-count-min": Operator.AT_LEAST,
    "event-count-max": Operator.AT_MOST,
}
"""Aliases whose `:` stands for a comparison: `created-after:24h` is read as `created>24h`."""

NONE: Final = "none"
"""The value that means empty or unset."""

ME: Final = "me"
"""The value of `assignee` that means `QueryContext.me`."""

PHASES: Final = ("open", "active", "closed", "unknown")
"""What `phase:` accepts."""

SEVERITIES: Final = ("critical", "high", "medium", "low", "info", "unknown")
"""What `severity:` accepts, gravest first; `unknown` has no rank and meets no comparison."""

QUALITIES: Final = ("USEFUL", "NOISE", NONE)
"""What `quality:` accepts."""

FLAGS: Final = ("open", "active", "closed", "unassigned", "assigned", "mine", "tagged", "rated", "commented")
"""What `is:` accepts. `open` here is anything not closed; `mine` is assigned to me."""

_ASSIGNEE_FLAGS: Final = frozenset({"unassigned", "assigned", "mine"})

SORT_FIELDS: Final = (
    "created", "severity", "status", "title", "events", "last", "assignee", "rule", "closed",
)  # fmt: skip
"""What `sort:` accepts; a leading `-` reverses, `sort:-severity` is gravest first."""
