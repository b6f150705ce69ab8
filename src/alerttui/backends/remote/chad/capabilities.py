"""What can be done over CHAD's REST API, in each of its two forms, known without asking it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from alerttui.domain.capabilities import AssignBy, Capabilities, CommentRule, FieldRule, RetrySafety
from alerttui.domain.vocabulary import Phase, StatusWord

CURRENT: Final = "current"
DOCUMENTED: Final = "documented"
"""The two forms: that of the server's source, and that of the published documents."""

STATUSES: Final = ("new", "acknowledged", "resolved", "false_positive")
SEVERITIES: Final = ("critical", "high", "medium", "low", "informational")

LIST_LIMIT: Final = 10_000
"""So far one list reaches: the search store behind CHAD answers nothing beyond."""

CURRENT_PAGE: Final = 250
DOCUMENTED_PAGE: Final = 100
"""The second is the documents' maximum; the current form would take 1,000, of which one answer is large."""

BULK_CHUNK: Final = 100
"""The most ids that a change of many may name."""

KEY_REQUESTS: Final = 100
DOCUMENTED_REQUESTS: Final = 60
"""Requests a minute: of one API key in the current form, and of anybody by the documents."""

KEY_READ_ONLY: Final = (
    "This CHAD connection uses an API key, which is read-only; "
    "sign in with `alerttui profile login` to change alerts."
)
READ_ONLY_PROFILE: Final = "This profile is for reading only."
READ_ONLY_ROLE: Final = "CHAD does not let you change alerts: your role lacks manage_alerts."
NO_LIBRARY: Final = (
    'CHAD\'s live stream needs a library that is not installed: install "alerttui[live]"; '
    "until then CHAD is asked again and again instead."
)

_LIST: Final = "CHAD's list of alerts"
_STATUS_CLEAR: Final = "A status is changed to another one; it cannot be cleared."
_QUALITY: Final = "CHAD has no quality; false positive is a status of its own, or say it in a comment."
_TAGS: Final = "CHAD's tags are those of the rule that fired; they are changed in the rule, not in an alert."
_VERDICT: Final = "CHAD has no closing verdict; choose the status resolved or false_positive."
_SEVERITY: Final = "CHAD's API cannot change the severity of an alert; it is that of the rule."
_MALICE: Final = "CHAD's risk comes from its threat intelligence; its API cannot override it."
_ASSIGN: Final = "CHAD's documented API cannot assign alerts; it only changes the status and adds comments."

_SINGLY: Final = frozenset({"status", "phase", "severity", "rule"})
"""Of these, only the current form's list for tokens takes more than one: statuses to be left out."""

BASE: Final = Capabilities(
    backend="chad",
    product="CHAD",
    statuses=(
        StatusWord("new", "New", "New", Phase.OPEN, "n"),
        StatusWord("acknowledged", "Acknowledged", "Ack", Phase.ACTIVE, "a"),
        StatusWord("resolved", "Resolved", "Resolved", Phase.CLOSED, "r"),
        StatusWord("false_positive", "False positive", "FalsePos", Phase.CLOSED, "f"),
    ),
    closing_targets=("resolved", "false_positive"),
    active_target="acknowledged",
    actions_refusal="CHAD takes no list of actions; write them into the comment.",
    fields={
        "status": FieldRule(clear_refusal=_STATUS_CLEAR),
        "quality": FieldRule(set_refusal=_QUALITY, clear_refusal=_QUALITY),
        "tags": FieldRule(set_refusal=_TAGS, clear_refusal=_TAGS),
        "assignee": FieldRule(),
        "verdict": FieldRule(set_refusal=_VERDICT, clear_refusal=_VERDICT),
        "severity": FieldRule(set_refusal=_SEVERITY, clear_refusal=_SEVERITY),
        "malice": FieldRule(set_refusal=_MALICE, clear_refusal=_MALICE),
    },
    assign_by=AssignBy.ID,
    comments=CommentRule(formats=("PLAIN_TEXT",), max_length=10_000),
    events_paged=False,
    tag_counts_refusal=_TAGS,
    history_refusal="CHAD tells no history of an alert; what happens through alerttui is recorded.",
    statistics_refusal="CHAD counts over all alerts only; here they are counted from the alerts read so far.",
    live_refusal="",
    narrows={
        "status": f"{_LIST}: one exact status, or in the current form those that are left out",
        "phase": f"{_LIST}: the statuses of the phase",
        "severity": f"{_LIST}: one exact severity",
        "rule": f"{_LIST}: one exact rule_id, as far as its spelling is known",
    },
    narrows_singly=frozenset({"severity", "rule"}),
    page_limit=CURRENT_PAGE,
    list_limit=LIST_LIMIT,
    is_listed_by_creation=True,
    bulk_native=True,
    bulk_chunk=BULK_CHUNK,
    retry={"apply": RetrySafety.SETTLE, "add_comment": RetrySafety.NEVER},
)
"""The current form with a token. Setting a status or an assignee again changes nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """What the capabilities of a connection follow from; whatever is learned about it only narrows them."""

    form: str = ""
    """Empty while it is not known."""
    has_key: bool = False
    has_live_library: bool = True
    read_only_reason: str = ""
    is_ordered: bool = True
    """False once a list was seen that is not in the order of creation."""
    requests_per_minute: int = 0
    """The profile's own limit; 0 for CHAD's."""

    def capabilities(self) -> Capabilities:
        """What can be done over it."""
        found = _documented(BASE) if self.form == DOCUMENTED else BASE
        if self.has_key:
            found = _with_key(found, self.form)
        elif not self.has_live_library and not found.live_refusal:
            found = replace(found, live_refusal=NO_LIBRARY)
        found = replace(
            found,
            signs_in=not self.has_key,
            is_listed_by_creation=self.is_ordered,
            requests_per_minute=self.requests_per_minute or found.requests_per_minute,
        )
        reason = KEY_READ_ONLY if self.has_key else self.read_only_reason
        return found.for_reading(reason) if reason else found


def _documented(found: Capabilities) -> Capabilities:
    return replace(
        found,
        fields={**found.fields, "assignee": FieldRule(set_refusal=_ASSIGN, clear_refusal=_ASSIGN)},
        assign_by=AssignBy.NONE,
        comments=replace(found.comments, with_change=True),
        live_refusal="CHAD's documented API has no live stream; it is asked again and again instead.",
        narrows={**found.narrows, "created": f"{_LIST}: created_after, with a second of slack"},
        narrows_singly=_SINGLY,
        page_limit=DOCUMENTED_PAGE,
        requests_per_minute=DOCUMENTED_REQUESTS,
    )


def _with_key(found: Capabilities, form: str) -> Capabilities:
    created = f"{_LIST} for API keys: start_time and end_time, with a second of slack"
    reads = replace(
        found,
        live_refusal="CHAD's live stream takes no API key; it is asked again and again instead.",
        narrows_singly=_SINGLY,
        requests_per_minute=found.requests_per_minute or KEY_REQUESTS,
    )
    if form != CURRENT:  # while it is not known, what only one form lacks is not refused yet
        return reads
    comments = "An API key cannot read CHAD's comments; sign in with `alerttui profile login` to see them."
    related = "An API key cannot read what CHAD relates; alerts of the same rule are found here."
    return replace(
        reads,
        comments=replace(reads.comments, read_refusal=comments),
        related_refusal=related,
        narrows={**reads.narrows, "created": created},
        list_limit=0,
    )
