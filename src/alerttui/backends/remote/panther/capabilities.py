"""What can be done over Panther's REST API, known without asking it."""

from __future__ import annotations

from typing import Final

from alerttui.domain.capabilities import AssignBy, Capabilities, CommentRule, FieldRule, RetrySafety
from alerttui.domain.vocabulary import Phase, StatusWord

STATUSES: Final = ("OPEN", "TRIAGED", "RESOLVED", "CLOSED")
SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")
QUALITIES: Final = ("USEFUL", "NOISE")

TYPES: Final = ("ALERT", "DETECTION_ERROR", "SYSTEM_ERROR")
"""The lists that alerts are told in, one at a time; the first is told where none is asked for."""

SUB_TYPES: Final = {
    "ALERT": ("RULE", "SCHEDULED_RULE", "POLICY", "CORRELATION_RULE"),
    "DETECTION_ERROR": ("RULE_ERROR", "SCHEDULED_RULE_ERROR", "CORRELATION_RULE_ERROR"),
    "SYSTEM_ERROR": ("SYSTEM_ERROR",),
}
"""Which sub-types each list has."""

MAX_PAGE: Final = 50
"""The document's maximum of alerts, events and comments on a page."""

BULK_CHUNK: Final = 25
"""Ids of one PATCH: the document names no maximum; Panther's own client takes no more, to avoid time-outs."""

_DOCUMENT: Final = "Panther's document of GET /alerts"
_ONE_OF: Final = f"{_DOCUMENT}: a list, and an alert has one value, so that any of them counts"
_BY_VENDOR: Final = f"{_DOCUMENT}: no alert tells its value, so that only Panther can decide"
_VERDICT: Final = (
    "Panther has no closing verdict; choose Resolved or Closed (invalid), or set the quality instead."
)
_SEVERITY: Final = "Panther does not allow changing the severity over its API."
_MALICE: Final = "Panther has no malice; set the quality or the status instead."

PANTHER: Final = Capabilities(
    backend="panther",
    product="Panther",
    statuses=(
        StatusWord("OPEN", "Open", "Open", Phase.OPEN, "o"),
        StatusWord("TRIAGED", "Triaged", "Triaged", Phase.ACTIVE, "t"),
        StatusWord("RESOLVED", "Resolved", "Resolved", Phase.CLOSED, "r"),
        StatusWord("CLOSED", "Closed (invalid)", "Closed", Phase.CLOSED, "c"),
    ),
    closing_targets=("RESOLVED", "CLOSED"),
    active_target="TRIAGED",
    fields={
        "status": FieldRule(clear_refusal="A status is changed to another one; it cannot be cleared."),
        "quality": FieldRule(),
        "tags": FieldRule(),
        "assignee": FieldRule(),
        "verdict": FieldRule(set_refusal=_VERDICT, clear_refusal=_VERDICT),
        "severity": FieldRule(set_refusal=_SEVERITY, clear_refusal=_SEVERITY),
        "malice": FieldRule(set_refusal=_MALICE, clear_refusal=_MALICE),
    },
    assign_by=AssignBy.ID,
    comments=CommentRule(formats=("PLAIN_TEXT",)),
    tag_counts_refusal="Panther tells which tags there are, not how many alerts have them.",
    history_refusal="Panther's REST API has no activity history; what happens through alerttui is recorded.",
    related_refusal="Panther's REST API has no related alerts; those of the same detection are found here.",
    statistics_refusal="Panther's REST API has no statistics; they are counted from the alerts read so far.",
    live_refusal="Panther's REST API has no live stream; it is asked again and again instead.",
    narrows={
        "status": _ONE_OF,
        "phase": f"{_ONE_OF}: the statuses of the phase",
        "severity": _ONE_OF,
        "quality": _ONE_OF,
        "assignee": f"{_ONE_OF}: user ids, as far as their spelling is known",
        "tag": f"{_DOCUMENT}: one tag for each condition, because any-or-all of several is not told",
        "rule": f"{_DOCUMENT}: one detection id, as far as its spelling is known; alerts tell no rule's name",
        "created": f"{_DOCUMENT}: created-after and created-before, with a second of slack",
        "age": f"{_DOCUMENT}: created-after and created-before, with a second of slack",
        "events": f"{_DOCUMENT}: event-count-min and event-count-max",
        "type": f"{_DOCUMENT}: one type at a time",
        "sub-type": f"{_ONE_OF}: within one type",
        "log-type": _BY_VENDOR,
        "log-source": _BY_VENDOR,
        "resource-type": _BY_VENDOR,
    },
    vendor_decided=frozenset({"log-type", "log-source", "resource-type"}),
    listed_types=TYPES,
    page_limit=MAX_PAGE,
    is_listed_by_creation=True,
    bulk_native=True,
    bulk_chunk=BULK_CHUNK,
    retry={"apply": RetrySafety.SETTLE, "add_comment": RetrySafety.NEVER},
)
"""A PATCH sets values, so it may be repeated once reading has told that it was not made."""


def type_of(word: str) -> str:
    """The list that holds alerts of a type by its word: whatever has no list of its own is an ALERT."""
    for name, words in SUB_TYPES.items():
        if word in words or word == name:
            return name
    return TYPES[0]
