"""The local store's own words, and what can be changed in it."""

from __future__ import annotations

from typing import Final

from alerttui.domain.capabilities import AssignBy, Capabilities, CommentRule, FieldRule, RetrySafety
from alerttui.domain.query import QUERY_FIELDS
from alerttui.domain.vocabulary import Phase, StatusWord, Verdict, VerdictWord

SEVERITY_REFUSAL: Final = "An imported alert keeps the severity of its source."
MALICE_REFUSAL: Final = "An imported alert keeps the malice of its source; use the verdict."
READ_ONLY_REASON: Final = "The store is open for reading only."

LOCAL_CAPABILITIES: Final = Capabilities(
    backend="sqlite",
    product="The local store",
    statuses=(
        StatusWord("OPEN", "Open", "Open", Phase.OPEN, "o"),
        StatusWord("TRIAGED", "Triaged", "Triaged", Phase.ACTIVE, "t"),
        StatusWord("RESOLVED", "Resolved", "Resolved", Phase.CLOSED, "r"),
        StatusWord("CLOSED", "Closed (invalid)", "Closed", Phase.CLOSED, "c"),
    ),
    closing_targets=("RESOLVED", "CLOSED"),
    active_target="TRIAGED",
    verdicts=(
        VerdictWord("true_positive", "True positive", Verdict.TRUE_POSITIVE, "t"),
        VerdictWord("benign", "Benign", Verdict.BENIGN, "b"),
        VerdictWord("false_positive", "False positive", Verdict.FALSE_POSITIVE, "f", "CLOSED"),
        VerdictWord("undetermined", "Undetermined", Verdict.UNDETERMINED, "u"),
        VerdictWord("duplicate", "Duplicate", Verdict.DUPLICATE, "d"),
        VerdictWord("not_applicable", "Not applicable", Verdict.NOT_APPLICABLE, "n"),
    ),
    verdict_required=False,
    fields={
        "status": FieldRule(clear_refusal="A status is changed to another one; it cannot be cleared."),
        "quality": FieldRule(),
        "tags": FieldRule(),
        "assignee": FieldRule(),
        "verdict": FieldRule(),
        "severity": FieldRule(set_refusal=SEVERITY_REFUSAL, clear_refusal=SEVERITY_REFUSAL),
        "malice": FieldRule(set_refusal=MALICE_REFUSAL, clear_refusal=MALICE_REFUSAL),
    },
    assign_by=AssignBy.ID,
    comments=CommentRule(formats=("PLAIN_TEXT",)),
    events_paged=True,
    live_refusal="The local store has no live stream; the console watches the file instead.",
    narrows=dict.fromkeys(QUERY_FIELDS, "The store answers every query itself."),
    bulk_native=True,
    retry={"apply": RetrySafety.IDEMPOTENT, "add_comment": RetrySafety.NEVER},
)
"""What a local profile can do: Panther's words, and verdicts beside them."""

READ_ONLY_CAPABILITIES: Final = LOCAL_CAPABILITIES.for_reading(READ_ONLY_REASON)
"""What is left of it where the file is open for reading only."""
