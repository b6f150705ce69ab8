"""What can be done over SentinelNerd's Alerts API, known without asking it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from alerttui.domain.capabilities import AssignBy, Capabilities, CommentRule, FieldRule, RetrySafety
from alerttui.domain.vocabulary import Phase, StatusWord, Verdict, VerdictWord

PRODUCT: Final = "SentinelNerd"

OPEN: Final = "open"
ACKNOWLEDGED: Final = "acknowledged"
RESOLVED: Final = "resolved"
STATUSES: Final = (OPEN, ACKNOWLEDGED, RESOLVED)
SEVERITIES: Final = ("critical", "high", "medium", "low", "info")

PAGE: Final = 50
"""The default of alerts on a page; the page of the API names no maximum."""

BULK_CHUNK: Final = 50
"""Ids of one bulk request: no maximum is told, and a page of a list is surely none too large."""

REQUESTS_PER_MINUTE: Final = 60
"""A careful guess: the API does limit requests, but no number of its limit could be read anywhere."""

MARKDOWN: Final = "MARKDOWN"

CLOSING_ONLY: Final = "SentinelNerd takes a resolution only while resolving; reopen the alert first."
ACKNOWLEDGING_ONLY: Final = "SentinelNerd assigns only while acknowledging; set the status too."
RESOLVED_ALREADY: Final = (
    "SentinelNerd assigns only while acknowledging, and this alert is resolved; acknowledge it first."
)
RESOLVING_ONLY: Final = "SentinelNerd takes a list of actions only while resolving."
ALL_ONLY: Final = (
    "SentinelNerd's statistics are of all alerts; those of a filter are counted from the alerts read so far."
)

_DOCUMENT: Final = "SentinelNerd's page of GET /alerts"
_COMMENTS_UNTOLD: Final = (
    "SentinelNerd does not document reading comments; shown are those that the alert returned, and yours."
)
_NO_STATUS: Final = "A status is changed to another one; it cannot be cleared."
_NO_UNASSIGNING: Final = "SentinelNerd's API cannot unassign."
_NO_TAKING_BACK: Final = "SentinelNerd's API cannot take a resolution back; reopen the alert instead."


def _none_of(what: str, instead: str) -> FieldRule:
    refusal = f"SentinelNerd's API has no {what}; {instead}."
    return FieldRule(set_refusal=refusal, clear_refusal=refusal)


SENTINELNERD: Final = Capabilities(
    backend="sentinelnerd",
    product="SentinelNerd",
    statuses=(
        StatusWord(OPEN, "Open", "Open", Phase.OPEN, "o"),
        StatusWord(ACKNOWLEDGED, "Acknowledged", "Acked", Phase.ACTIVE, "a"),
        StatusWord(RESOLVED, "Resolved", "Resolved", Phase.CLOSED, "r"),
    ),
    closing_targets=(RESOLVED,),
    active_target=ACKNOWLEDGED,
    verdicts=(
        VerdictWord("true_positive", "True positive", Verdict.TRUE_POSITIVE, "t"),
        VerdictWord("false_positive", "False positive", Verdict.FALSE_POSITIVE, "f"),
        VerdictWord("benign", "Benign", Verdict.BENIGN, "b"),
        VerdictWord("duplicate", "Duplicate", Verdict.DUPLICATE, "d"),
    ),
    verdict_required=True,
    verdict_alone_refusal=CLOSING_ONLY,
    verdict_while_closed=True,
    actions_refusal="",
    fields={
        "status": FieldRule(clear_refusal=_NO_STATUS),
        "assignee": FieldRule(clear_refusal=_NO_UNASSIGNING),
        "verdict": FieldRule(clear_refusal=_NO_TAKING_BACK),
        "quality": _none_of("quality", "resolve with a resolution instead"),
        "tags": _none_of("tags", "say it in a comment"),
        "severity": _none_of("change of severity", "say it in a comment"),
        "malice": _none_of("malice", "say it in a comment"),
    },
    assign_by=AssignBy.EMAIL,
    assigns_into=ACKNOWLEDGED,
    comments=CommentRule(read_caveat=_COMMENTS_UNTOLD, formats=(MARKDOWN,), with_change=True),
    events_paged=False,
    tag_counts_refusal="SentinelNerd's API has no tags.",
    related_refusal="SentinelNerd's API has no related alerts; those of the same rule are found here.",
    live_refusal="SentinelNerd's API has no live stream; it is asked again and again instead.",
    narrows={
        "status": f"{_DOCUMENT}: one status; whether several may be named is not told",
        "phase": f"{_DOCUMENT}: the one status of the phase",
        "severity": f"{_DOCUMENT}: several, parted by commas as in its example",
    },
    narrows_singly=frozenset({"status"}),
    page_limit=PAGE,
    is_listed_by_creation=False,
    bulk_native=True,
    bulk_chunk=BULK_CHUNK,
    requests_per_minute=REQUESTS_PER_MINUTE,
    retry={"apply": RetrySafety.NEVER, "add_comment": RetrySafety.NEVER},
)
"""Each change is a deed that adds to an alert's timeline, so that none is repeated unasked."""


def several_statuses(capabilities: Capabilities) -> Capabilities:
    """What can be done where the profile says that a list may be filtered by several statuses."""
    claim = "the profile says that several may be named, parted by commas"
    narrows = {**capabilities.narrows, **dict.fromkeys(("status", "phase"), claim)}
    return replace(capabilities, narrows=narrows, narrows_singly=frozenset())


def known_word(word: str, words: tuple[str, ...]) -> str:
    """The product's own spelling of a word that it knows in any case; any other word as it came."""
    lower = word.strip().lower()
    return lower if lower in words else word
