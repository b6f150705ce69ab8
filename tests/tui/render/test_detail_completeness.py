"""Whatever an alert has, with its events, comments and history, is somewhere on a pane."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from enum import Enum

import pytest

from alerttui.domain.alert import (
    Actor,
    Alert,
    Comment,
    Delivery,
    Detection,
    Document,
    Event,
    Finding,
    Indicator,
    RelatedAlert,
    Risk,
    SystemFault,
)
from alerttui.domain.change import HistoryEntry
from alerttui.domain.indicators import find_indicators
from alerttui.domain.moments import format_moment
from alerttui.domain.query import QUERY_FIELDS, AlertQuery, FieldKind, Operator, QueryContext, Term
from alerttui.domain.query_match import matches
from alerttui.domain.search_text import searched_title
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
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.event_lines import EventLines, event_head
from alerttui.tui.render.facts import Words
from alerttui.tui.render.indicators import indicator_pane
from alerttui.tui.render.json_document import Folds
from alerttui.tui.render.thread import comment_lines, history_lines

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
    "Alert.verdict_known": "a verdict that is not told is not shown",
    "Alert.observed": "it labels times",
    "Alert.raw": "the store keeps it apart; the pager shows it",
    "Actor.kind": "users are shown by name alone",
    "Detection.active": "said as yes or no",
    "Delivery.success": "said as delivered or failed",
    "Indicator.first_seen_ms": "it is in the indicators pane",
    "Actor.id": "people are shown by name; the id is the value behind the line",
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
        detection=Detection(id="fault-rule-7f3a", kind="fault-rule-kind-7f3a"),
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


def missing(shown: Iterable[DocLine], parts: object, by_other_means: Iterable[str]) -> list[tuple[str, str]]:
    """The values that are in none of the lines."""
    squeezed = "".join("".join(line.content.plain.split()) for line in shown)
    return [
        (owner, as_shown(owner, value))
        for owner, value in leaves(parts)
        if owner not in by_other_means
        and value not in (None, "")
        and as_shown(owner, value).replace(" ", "") not in squeezed
    ]


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
    assert not missing(lines, FULL, SHOWN_BY_OTHER_MEANS)


def test_the_first_sighting_of_an_indicator_is_in_the_indicators_pane() -> None:
    lines = indicator_pane(find_indicators(FULL), 120)
    parts = dataclasses.replace(FULL.indicators[0], enrichment="")
    assert not missing(lines, parts, {"Indicator.kind": "its heading says Users"})


def test_every_value_of_an_event_is_in_the_events_pane() -> None:
    event = Event(sequence=6, body='{"event-7f3a":1}', occurred_ms=moment(13))
    lines = [*EventLines([event], 80), *event_head(event, 9, 80), *Folds().lines("event", event.body, 80)]
    assert not missing(lines, event, {"Event.sequence": "counted from one"})
    assert "event 7 of 9" in event_head(event, 9, 80)[0].content.plain
    assert event_head(event, 9, 80)[0].value == format_moment(moment(13))


def test_every_value_of_a_comment_is_in_the_comments_pane() -> None:
    comment = Comment(
        id="comment-7f3a",
        author=Actor(id="actor-5", name="name-actor-5"),
        body="comment-body-7f3a",
        created_ms=moment(14),
        updated_ms=moment(15),
        local=True,
    )
    by_other_means = {
        "Comment.id": "only the product needs it",
        "Comment.format": "it decides how the words are drawn",
        "Comment.local": "said as local note",
        "Actor.id": "people are shown by name",
        "Actor.kind": "people are shown by name",
    }
    lines = comment_lines([comment], str, 80)
    assert not missing(lines, comment, by_other_means)
    assert "local note" in lines[0].content.plain


def test_every_value_of_a_change_is_in_the_history_pane() -> None:
    entry = HistoryEntry(
        at_ms=moment(16),
        by=Actor(id="actor-6", name="name-actor-6"),
        field="status",
        before="before-7f3a",
        after="after-7f3a",
        why="why-7f3a",
        through="through-7f3a",
    )
    by_other_means = {"Actor.id": "people are shown by name", "Actor.kind": "people are shown by name"}
    assert not missing(history_lines([entry], str, 80), entry, by_other_means)


DERIVED = {"phase": "the status says it", "age": "created says it", "is": "named by other fields"}


@pytest.mark.parametrize("field", [each for each in QUERY_FIELDS if each not in DERIVED])
def test_a_line_gives_each_query_field_a_value_that_finds_the_alert(field: str) -> None:
    alert = dataclasses.replace(FULL, title="title")
    lines = detail_lines(alert, WORDS, Folds(), NOW_MS, 60)
    values = {line.value for line in lines if line.field == field}
    assert values, f"no line has a value of {field}"
    is_moment = QUERY_FIELDS[field] is FieldKind.TIME
    operator = Operator.AT_LEAST if is_moment else Operator.HAS
    for value in values:
        if value in ("fault-rule-7f3a", "related-7f3a"):
            continue  # the rule that failed, not the one that fired; another alert
        query = AlertQuery((Term(field, operator, (value,)),))
        assert matches(query, alert, 0, searched_title(alert), "", QueryContext(now_ms=NOW_MS)), value


@pytest.mark.parametrize(
    ("kind", "shown"), [("user", "Ana"), ("USER", "Ana"), ("API_TOKEN", "API_TOKEN Ana")]
)
def test_who_is_no_user_is_shown_with_what_it_is(kind: str, shown: str) -> None:
    alert = dataclasses.replace(FULL, assignee=Actor(id="ana", kind=kind, name="Ana"))
    lines = detail_lines(alert, WORDS, Folds(), NOW_MS, 60)
    assert (
        next(line for line in lines if line.field == "assignee").content.plain.split(maxsplit=1)[1] == shown
    )


def test_a_rule_whose_name_is_the_title_is_told_by_its_id_alone() -> None:
    rule = dataclasses.replace(FULL.detection, id="5716", name=FULL.title, mitre_techniques=("T1110",))
    lines = detail_lines(dataclasses.replace(FULL, detection=rule), WORDS, Folds(), NOW_MS, 80)
    told = [line.content.plain for line in lines if line.field == "rule"]
    assert told[0].split() == ["Rule", "5716", "T1110"]


def test_a_rule_is_told_by_its_name_first_where_its_id_is_one_that_nobody_reads() -> None:
    uuid = "856d868c-9eaf-57f3-ad64-003ebcd50040"
    rule = Detection(id=uuid, name="Brute force", mitre_techniques=("T1110",))
    lines = detail_lines(dataclasses.replace(FULL, detection=rule), WORDS, Folds(), NOW_MS, 100)
    told = next(line for line in lines if line.field == "rule")
    assert (told.content.plain.split(maxsplit=1)[1], told.value) == (f"Brute force  T1110  {uuid}", uuid)


def test_each_tag_has_a_line_of_its_own() -> None:
    alert = dataclasses.replace(FULL, tags=("one", "two"), log_types=("A.B", "C.D"))
    lines = detail_lines(alert, WORDS, Folds(), NOW_MS, 60)
    assert [line.value for line in lines if line.field == "tag"] == ["one", "two"]
    assert [line.value for line in lines if line.field == "log-type"] == ["A.B", "C.D"]


def test_every_line_of_a_wrapped_value_gives_the_whole_value() -> None:
    alert = dataclasses.replace(
        FULL, description="word " * 60, context='{"cmd":"' + "word " * 60 + '\\u0041"}'
    )
    lines = detail_lines(alert, WORDS, Folds(), NOW_MS, 40)
    assert sum(line.value == "word " * 60 for line in lines) > 5
    assert sum(line.value == "word " * 60 + "A" for line in lines) > 5


def test_lines_never_exceed_the_width() -> None:
    for width in (12, 40, 80):
        for line in detail_lines(FULL, WORDS, Folds(), NOW_MS, width):
            is_heading = not line.value
            assert is_heading or line.content.cell_length <= max(width, 24)


def test_an_assignee_that_is_not_told_is_said_so_in_each_place_once() -> None:
    alert = dataclasses.replace(FULL, assignee=None, assignee_known=False)
    lines = [line.content.plain for line in detail_lines(alert, WORDS, Folds(), NOW_MS, 80)]
    assert sum("assignee not told" in each for each in lines) == 1
    (line,) = [each for each in lines if each.startswith("Assignee")]
    assert line.split() == ["Assignee", "not", "told"]
