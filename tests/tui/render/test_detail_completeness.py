"""Whatever an alert has is somewhere in the detail pane."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum

import pytest

from alerttui.domain.alert import (
    Actor,
    Alert,
    Delivery,
    Detection,
    Document,
    Finding,
    Indicator,
    RelatedAlert,
    Risk,
    SystemFault,
)
from alerttui.domain.moments import format_moment
from alerttui.domain.vocabulary import (
    AlertId,
    Phase,
    Quality,
    Severity,
    StatusWord,
    Verdict,
    VerdictWord,
)
from alerttui.tui.render.detail import detail_lines
from alerttui.tui.render.facts import Words
from alerttui.tui.render.json_document import Folds

WORDS = Words(
    status=lambda word: StatusWord(word, word, word, Phase.ACTIVE, "t"),
    verdict=lambda word: VerdictWord(word, word, Verdict.BENIGN, "b"),
    person=lambda person: person,
)

NOW_MS = 1_795_171_862_000
SHOWN_BY_OTHER_MEANS = {
    "Alert.phase": "it colours the status",
    "Alert.severity": "its glyph and word head the pane",
    "Alert.assignee_known": "it decides between unassigned and not told",
    "Alert.observed": "it labels times",
    "Actor.kind": "users are shown by name alone",
    "Detection.active": "said as yes or no",
    "Delivery.success": "said as delivered or failed",
    "Indicator.first_seen_ms": "the last sighting is what decides; the first is in the enrichment",
}


def moment(day: int) -> int:
    return NOW_MS - day * 86_400_000


FULL = Alert(
    id=AlertId("id-7f3a"),
    title="title-7f3a",
    status="status-7f3a",
    phase=Phase.ACTIVE,
    severity=Severity.HIGH,
    severity_word="HIGH",
    quality=Quality.NOISE,
    verdict="verdict-7f3a",
    tags=("tag-7f3a",),
    rule_tags=("rule-tag-7f3a",),
    assignee=Actor(id="actor-1", name="name-actor-1"),
    created_ms=moment(1),
    first_event_ms=moment(2),
    last_event_ms=moment(3),
    updated_ms=moment(4),
    updated_by=Actor(id="actor-2", name="name-actor-2"),
    acknowledged_ms=moment(5),
    acknowledged_by=Actor(id="actor-3", name="name-actor-3"),
    closed_ms=moment(6),
    closed_by=Actor(id="actor-4", name="name-actor-4"),
    observed=frozenset({"closed_ms"}),
    event_count=4711,
    duplicate_count=815,
    fingerprint="fingerprint-7f3a",
    detection=Detection(
        id="rule-id-7f3a",
        kind="rule-kind-7f3a",
        name="rule-name-7f3a",
        severity="rule-severity-7f3a",
        source="rule-source-7f3a",
        mitre_tactics=("TA0007",),
        mitre_techniques=("T1078.004",),
        data_sources=("data-source-7f3a",),
        author="author-7f3a",
        run_frequency="frequency-7f3a",
        documentation="documentation-7f3a",
        active=True,
        references=("reference-of-rule-7f3a",),
    ),
    type="type-7f3a",
    sub_type="sub-type-7f3a",
    source="source-7f3a",
    log_types=("log-type-7f3a",),
    log_sources=("log-source-7f3a",),
    resource_types=("resource-type-7f3a",),
    system_error=SystemFault(
        kind="fault-kind-7f3a",
        source_id="fault-source-7f3a",
        source_kind="fault-source-kind-7f3a",
        detection=Detection(id="fault-rule-7f3a"),
    ),
    description="description-7f3a",
    runbook="runbook-7f3a",
    reference="reference-7f3a",
    context='{"context-7f3a":1}',
    deliveries=(
        Delivery(
            dispatched_ms=moment(7),
            label="#soc",
            message="message-7f3a",
            output_id="output-7f3a",
            status_code=207,
            success=True,
        ),
    ),
    indicators=(
        Indicator(
            kind="user",
            value="indicator-7f3a",
            malice="malice-7f3a",
            malice_origin="malice-origin-7f3a",
            score=61,
            note="note-7f3a",
            first_seen_ms=moment(8),
            last_seen_ms=moment(9),
            enrichment='{"indicator-enrichment-7f3a":1}',
        ),
    ),
    enrichment='{"enrichment-7f3a":1}',
    enrichment_status="enrichment-status-7f3a",
    enriched_ms=moment(10),
    risk=Risk(
        level="risk-7f3a",
        score=62,
        origin="risk-origin-7f3a",
        override="override-7f3a",
        override_by="override-by-7f3a",
        override_ms=moment(11),
    ),
    findings=(Finding(origin="finder-7f3a", summary="finding-7f3a", score=63, body='{"body-7f3a":1}'),),
    documents=(Document(title="document-7f3a", kind="document-kind-7f3a", body="document-body-7f3a"),),
    related=(
        RelatedAlert(id="related-7f3a", title="related-title-7f3a", created_ms=moment(12), reason="why-7f3a"),
    ),
    extras='{"extra-7f3a":1}',
)


def leaves(value: object, owner: str = "") -> Iterator[tuple[str, object]]:
    """Every value within a value, with the field that holds it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from leaves(getattr(value, each.name), f"{type(value).__name__}.{each.name}")
    elif isinstance(value, tuple):
        for each in value:
            yield from leaves(each, owner)
    else:
        yield owner, value


def as_shown(owner: str, value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if owner.endswith("_ms") and isinstance(value, int):
        return format_moment(value)
    if isinstance(value, int):
        return f"{value:,}"
    return str(value).strip('{"}1:')


def test_the_full_alert_leaves_no_field_at_its_default() -> None:
    for owner, value in leaves(FULL):
        assert value not in (None, "", ()) or owner.startswith("Detection."), owner


@pytest.mark.parametrize("width", [60, 120])
def test_every_value_is_in_the_detail_pane(width: int) -> None:
    lines = detail_lines(FULL, WORDS, Folds(), NOW_MS, width)
    text = " ".join(line.content.plain for line in lines)
    squeezed = "".join(text.split())
    missing = [
        (owner, as_shown(owner, value))
        for owner, value in leaves(FULL)
        if owner not in SHOWN_BY_OTHER_MEANS
        and value not in (None, "")
        and owner != "Actor.id"
        and as_shown(owner, value).replace(" ", "") not in squeezed
    ]
    assert not missing


def test_lines_never_exceed_the_width() -> None:
    for width in (12, 40, 80):
        for line in detail_lines(FULL, WORDS, Folds(), NOW_MS, width):
            is_heading = not line.value
            assert is_heading or line.content.cell_length <= max(width, 24)
