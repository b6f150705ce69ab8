"""What Panther may answer, and odder things, as alerts: nothing stops the reading, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.panther.reading import alert_of, comment_from, event_of, id_of
from alerttui.domain.alert import Actor, Alert
from alerttui.domain.json_text import exact_json, parse_json
from alerttui.domain.vocabulary import Phase, Quality, Severity
from tests.backends.panther.script import NOW_MS, alert

CREATED_MS = 1_794_996_000_000


def read(**fields: object) -> Alert:
    return alert_of(parse_json(json.dumps(alert(**fields))), b"raw", NOW_MS).alert  # type: ignore[arg-type]


def test_a_documented_alert_has_every_property() -> None:
    found = read(
        title="Brute force", severity="HIGH", quality="NOISE", contextTags=["a", "b"], eventCount=7,
        assignee={"id": "u-1", "type": "user"}, updatedBy={"id": "t-1", "type": "api-token"},
        firstEventOccurredAt="2026-11-18T09:00:00Z", lastReceivedEventAt="2026-11-18T09:30:00Z",
        detection={"id": "AWS.Root", "type": "RULE"}, runbook="Ask.", context={"x": 1},
        deliveries=[{
            "dispatchedAt": "2026-11-18T10:00:01Z", "label": "#soc", "message": "ok", "outputId": "o",
            "statusCode": 200, "success": True,
        }],
    )  # fmt: skip
    assert (found.title, found.status, found.phase) == ("Brute force", "OPEN", Phase.OPEN)
    assert (found.severity, found.severity_word, found.quality) == (Severity.HIGH, "HIGH", Quality.NOISE)
    assert (found.tags, found.event_count) == (("a", "b"), 7)
    assert found.assignee == Actor("u-1", "user")
    assert found.updated_by == Actor("t-1", "api-token")
    assert found.created_ms == CREATED_MS
    assert not found.observed
    assert (found.first_event_ms, found.last_event_ms) == (CREATED_MS - 3_600_000, CREATED_MS - 1_800_000)
    assert (found.detection.id, found.detection.kind) == ("AWS.Root", "RULE")
    assert (found.type, found.sub_type, found.source) == ("ALERT", "RULE", "panther")
    assert (found.context, found.runbook, found.extras) == ('{"x":1}', "Ask.", "")
    assert found.deliveries[0].status_code == 200


@pytest.mark.parametrize(
    ("value", "actor"),
    [
        (None, None), ({}, None), ("", None), ({"id": "", "type": "user"}, None), ({"id": None}, None),
        ([], None), ("u-1", Actor("u-1")), ({"id": "u-1"}, Actor("u-1")),
        ({"id": "user", "type": "u-1"}, Actor("u-1", "user")),
        ({"id": "system", "type": "x"}, Actor("x", "system")), ("system", Actor("system", "system")),
        ({"id": "agent-7", "type": "ai-agent"}, Actor("agent-7", "ai-agent")),
        ({"id": 7, "type": "user"}, Actor("7")),
    ],
)  # fmt: skip
def test_actors_of_every_form(value: object, actor: Actor | None) -> None:
    found = read(assignee=value, updatedBy=value)
    assert (found.assignee, found.updated_by) == (actor, actor)
    assert found.assignee_known


@pytest.mark.parametrize(
    ("word", "type_", "sub_type"),
    [
        ("RULE", "ALERT", "RULE"), ("POLICY", "ALERT", "POLICY"), ("HUNT", "ALERT", "HUNT"),
        ("", "ALERT", ""), ("ALERT", "ALERT", ""), ("RULE_ERROR", "DETECTION_ERROR", "RULE_ERROR"),
        ("DETECTION_ERROR", "DETECTION_ERROR", ""), ("SYSTEM_ERROR", "SYSTEM_ERROR", "SYSTEM_ERROR"),
    ],
)  # fmt: skip
def test_types_are_told_as_the_list_has_them(word: str, type_: str, sub_type: str) -> None:
    found = read(type=word)
    assert (found.type, found.sub_type) == (type_, sub_type)


def test_words_that_nobody_knows_are_kept() -> None:
    found = read(status="SNOOZED", severity="FATAL", quality="MAYBE")
    assert (found.status, found.phase) == ("SNOOZED", Phase.UNKNOWN)
    assert (found.severity, found.severity_word) == (Severity.UNKNOWN, "FATAL")
    assert found.quality is None
    assert parse_json(found.extras) == {"quality": "MAYBE"}


def test_null_is_as_absent_and_titles_have_a_fallback() -> None:
    nothing = dict.fromkeys(("title", "severity", "eventCount", "context", "contextTags", "quality"))
    found = read(**nothing, runbook=None, detection=None, deliveries=None, systemError=None)
    assert found == read()
    assert found.title == "Alert without a title"
    assert read(detection={"id": "AWS.Root"}).title == "AWS.Root"
    assert read(systemError={"type": "SOURCE_NO_DATA"}).title == "SOURCE_NO_DATA"


@pytest.mark.parametrize(
    ("text", "moment_ms"),
    [
        ("2026-11-18T10:00:00.123456789Z", CREATED_MS + 123), ("2026-11-18T10:00:00", CREATED_MS),
        ("2026-11-18 10:00:00", CREATED_MS), ("2026-11-18T11:00:00+01:00", CREATED_MS),
        ("1794996000", CREATED_MS), (1_794_996_000, CREATED_MS), (1_794_996_000_000, CREATED_MS),
    ],
)  # fmt: skip
def test_times_of_every_form(text: object, moment_ms: int) -> None:
    assert read(createdAt=text).created_ms == moment_ms


def test_an_alert_without_a_creation_has_a_marked_one() -> None:
    first = read(createdAt=None, firstEventOccurredAt="2026-11-18T10:00:00Z")
    assert (first.created_ms, first.observed) == (CREATED_MS, frozenset({"created_ms"}))
    nothing = read(createdAt="yesterday")
    assert (nothing.created_ms, nothing.observed) == (NOW_MS, frozenset({"created_ms"}))
    assert parse_json(nothing.extras) == {"createdAt": "yesterday"}


@pytest.mark.parametrize(
    ("value", "text"),
    [("plain", '"plain"'), ([1, None], "[1,null]"), (-0.5, "-0.5"), (True, "true"), (0, "0"), (None, "")],
)
def test_context_of_any_json(value: object, text: str) -> None:
    assert read(context=value).context == text


def test_numbers_are_kept_as_they_were_written() -> None:
    body = '{"id":"a","type":"RULE","status":"OPEN","context":{"a":1.50,"b":1E400,"c":100000000000000000001}}'
    value = parse_json(body)
    assert isinstance(value, dict)
    found = alert_of(value, body.encode(), NOW_MS)
    assert found.alert.context == '{"a":1.50,"b":1E400,"c":100000000000000000001}'
    assert (found.raw, found.source, found.native_id) == (body.encode(), "panther", "a")


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 0), (2**63 - 1, 2**63 - 1), ("7", 7), (3.0, 3), (2**63, None), (-1, None), (1.5, None), ("x", None),
     (True, None), ([], None)],
)  # fmt: skip
def test_counts_of_every_form(value: object, count: int | None) -> None:
    found = read(eventCount=value)
    assert found.event_count == count
    assert bool(found.extras) is (count is None)


def test_what_has_no_place_stays() -> None:
    found = read(
        deliveryOverflow=True, tenant={"a": [1]}, description="d", reference="r", updatedAt="2026-11-18",
        detection={"id": "R", "type": "RULE", "name": "Root login"}, contextTags=["a", 7], deliveries="x",
    )  # fmt: skip
    assert (found.description, found.reference, found.tags) == ("d", "r", ("a",))
    assert found.detection.name == ""
    assert parse_json(found.extras) == {
        "deliveryOverflow": True, "tenant": {"a": [1]}, "detection": {"name": "Root login"},
        "contextTags": ["a", 7], "deliveries": "x",
    }  # fmt: skip


any_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
fields_of_any_kind = st.dictionaries(
    st.sampled_from(
        ("type", "status", "severity", "title", "createdAt", "eventCount", "assignee", "updatedBy", "context",
         "contextTags", "quality", "runbook", "detection", "deliveries", "systemError", "subType", "x",
         "firstEventOccurredAt", "updatedAt", "description")
    ),
    any_json,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(fields_of_any_kind, st.one_of(st.text(min_size=1), st.integers()))
def test_any_json_in_any_field_is_read(fields: dict[str, Any], alert_id: object) -> None:
    value = {**fields, "id": alert_id}
    assert id_of(value)
    found = alert_of(value, b"", NOW_MS).alert
    assert found.title
    assert found.id == id_of(value)
    if found.extras:
        assert isinstance(json.loads(found.extras), dict)


@settings(max_examples=200, deadline=None)
@given(any_json)
def test_any_json_is_an_event_and_perhaps_a_comment(value: object) -> None:
    event = event_of(value, 3)
    assert event.sequence == 3
    assert event.body == (value if isinstance(value, str) else exact_json(value)) or "\\ud" in event.body
    comment_from(value, "a-1", 0)
    comment_from(
        {"id": "c", "body": value, "createdBy": value, "createdAt": value, "format": value}, "a-1", 0
    )


def test_events_know_their_time() -> None:
    event = event_of(parse_json('{"p_event_time":"2026-11-18 10:00:00.123456","n":1.0}'), 0)
    assert event.occurred_ms == CREATED_MS + 123
    assert event.body == '{"p_event_time":"2026-11-18 10:00:00.123456","n":1.0}'
    assert event_of({"p_event_time": "never"}, 0).occurred_ms is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a <b>", "a <b>"),
        (None, ""),
        (7, "7"),
        (["one", {"two": 2}], '[\n  "one",\n  {\n    "two": 2\n  }\n]'),
    ],
)
def test_comment_bodies_of_every_form(body: object, text: str) -> None:
    value = {"id": "c-1", "body": body, "format": "JSON_SCHEMA", "createdBy": "u-1"}
    comment = comment_from(value, "a-1", 0)
    assert comment is not None
    assert (comment.body, comment.format, comment.author) == (text, "JSON_SCHEMA", Actor("u-1"))
