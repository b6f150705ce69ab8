"""What can be done over Calseta's REST API, known without asking it."""

from __future__ import annotations

from typing import Final

from alerttui.domain.capabilities import AssignBy, Capabilities, CommentRule, FieldRule, RetrySafety
from alerttui.domain.vocabulary import Phase, StatusWord, Verdict, VerdictWord

CLOSED: Final = "Closed"
"""The one status that closes; it is set with a classification in the same request, or not at all."""

SEVERITIES: Final = ("Critical", "High", "Medium", "Low", "Informational", "Pending")
MALICES: Final = ("Pending", "Benign", "Suspicious", "Malicious")

SOURCES: Final = ("generic", "sentinel", "elastic", "splunk")
"""The feeds that come with the product, as its alerts spell them; an installation may have more."""

MAX_PAGE: Final = 500
"""The most rows that a page of anything may have."""

REQUESTS_PER_MINUTE: Final = 300
"""The server takes 600 of each route; the other half is left to whatever else uses the key."""

CHUNK: Final = 25
"""Alerts of a bulk change that are sent one after the other before it is seen whether it still is wanted."""

NEEDS_VERDICT: Final = "Calseta needs a close classification; pick one."
NO_CLEARING: Final = "Calseta cannot clear a classification, only change it."
VERDICT_OF_OPEN: Final = "Calseta's classification belongs to closing; close the alert with it."
NO_ASSIGNEE: Final = "Calseta has no assignee; set a status or a tag instead."

_QUALITY: Final = "Calseta has no quality; close the alert with a classification instead."
_COMMENTS: Final = "Calseta has no alert comments; local notes stay on this machine."
_NOTE: Final = "Calseta has no alert comments; write a local note, which stays on this machine."
_ONE_OF: Final = "Calseta's GET /v1/alerts: one value or several divided by commas, of which an alert has one"
_HIDDEN: Final = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_VISIBLE: Final = rf"[^\s{_HIDDEN}]"

CALSETA: Final = Capabilities(
    backend="calseta",
    product="Calseta",
    statuses=(
        StatusWord("Open", "Open", "Open", Phase.OPEN, "o"),
        StatusWord("Triaging", "Triaging", "Triaging", Phase.ACTIVE, "t"),
        StatusWord("Escalated", "Escalated", "Escal.", Phase.ACTIVE, "e"),
        StatusWord(CLOSED, "Closed", "Closed", Phase.CLOSED, "c"),
    ),
    closing_targets=(CLOSED,),
    active_target="Triaging",
    verdicts=tuple(
        VerdictWord(word, word, common, key)
        for word, common, key in (
            ("True Positive - Suspicious Activity", Verdict.TRUE_POSITIVE, "t"),
            ("Benign Positive - Suspicious but Expected", Verdict.BENIGN, "b"),
            ("False Positive - Incorrect Detection Logic", Verdict.FALSE_POSITIVE, "l"),
            ("False Positive - Inaccurate Data", Verdict.FALSE_POSITIVE, "d"),
            ("Undetermined", Verdict.UNDETERMINED, "u"),
            ("Duplicate", Verdict.DUPLICATE, "p"),
            ("Not Applicable", Verdict.NOT_APPLICABLE, "n"),
        )
    ),
    verdict_required=True,
    verdict_while_closed=True,
    actions_refusal="Calseta takes no list of actions; write them into a local note.",
    severities=SEVERITIES,
    malices=MALICES,
    fields={
        "status": FieldRule(clear_refusal="A status is changed to another one; it cannot be cleared."),
        "quality": FieldRule(set_refusal=_QUALITY, clear_refusal=_QUALITY),
        "tags": FieldRule(),
        "assignee": FieldRule(set_refusal=NO_ASSIGNEE, clear_refusal=NO_ASSIGNEE),
        "verdict": FieldRule(clear_refusal=NO_CLEARING),
        "severity": FieldRule(clear_refusal="A severity is changed to another one; it cannot be cleared."),
        "malice": FieldRule(),
    },
    tag_pattern=rf"^{_VISIBLE}(?:[^{_HIDDEN}]{{0,98}}{_VISIBLE})?$",
    tag_rule="a tag is 1 to 100 characters that can be seen, with no space at its ends",
    tag_limit=100,
    assign_by=AssignBy.NONE,
    comments=CommentRule(read_refusal=_COMMENTS, write_refusal=_NOTE, notes=True),
    events_paged=False,
    tag_counts_refusal="Calseta lists no tags; those of its newest alerts are offered.",
    live_refusal="Calseta's REST API has no live stream; it is asked again and again instead.",
    narrows={
        "status": _ONE_OF,
        "phase": f"{_ONE_OF}: the statuses of the phase",
        "severity": f"{_ONE_OF}; not where unrated alerts are asked for, because any unknown word is one",
        "source": f"{_ONE_OF}: the sources that come with the product, whose spelling is known",
    },
    page_limit=MAX_PAGE,
    is_listed_by_creation=True,
    bulk_native=False,
    bulk_chunk=CHUNK,
    requests_per_minute=REQUESTS_PER_MINUTE,
    retry={"apply": RetrySafety.SETTLE},
)
"""A PATCH sets values, so it may be repeated once reading has told that it was not made."""
