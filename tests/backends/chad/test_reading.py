"""What CHAD may answer in either form, and odder things, as alerts: nothing stops the reading."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.chad.enriching import score_of
from alerttui.backends.remote.chad.reading import (
    alert_of,
    comment_of,
    comments_of,
    event_of,
    id_of,
    related_of,
)
from alerttui.domain.alert import Actor, Alert, RelatedAlert, Risk
from alerttui.domain.json_text import JsonNumber, exact_json, parse_json
from alerttui.domain.vocabulary import Phase, Severity
from tests.backends.chad.script import CREATED_MS, NOW_MS, current, documented

DOCUMENTED_ALERT = {
    "id": "alert-abc-123", "rule_id": "rule-def-456", "rule_title": "Failed Login Attempt",
    "severity": "high", "status": "resolved", "created_at": "2026-11-18T10:00:00Z",
    "acknowledged_at": "2026-11-18T10:05:00Z", "resolved_at": "2026-11-18T10:30:00Z",
    "acknowledged_by": "ada@example.com", "resolved_by": "grace@example.com",
    "matched_log": {
        "@timestamp": "2026-11-18T09:59:58Z", "event": {"code": "4625", "outcome": "failure"},
        "source": {"ip": "192.0.2.50", "port": 52431}, "user": {"name": "admin", "domain": "CORP"},
        "host": {"name": "DC01", "ip": ["192.0.2.5"]}, "winlog": {"event_id": 4625, "channel": "Security"},
    },
    "enrichment": {
        "risk_level": "suspicious", "risk_score": 65,
        "iocs": [{
            "type": "ip", "value": "192.0.2.50",
            "sources": {"abuseipdb": {"is_public": True, "abuse_confidence_score": 25}},
        }],
        "geoip": {"source.ip": {"country": "United States", "city": "New York", "asn": 12345}},
    },
    "tags": ["attack.credential_access", "attack.t1110"],
    "comments": [{
        "id": "comment-xyz", "user": "ada@example.com", "text": "Looks like brute force",
        "created_at": "2026-11-18T10:06:00Z",
    }],
    "related_alerts": [{
        "id": "alert-related-1", "rule_title": "Login After Failures", "created_at": "2026-11-18T10:02:00Z",
    }],
}  # fmt: skip


def read(value: dict[str, Any], *, tells_owner: bool = True) -> Alert:
    parsed = parse_json(json.dumps(value))
    assert isinstance(parsed, dict)
    return alert_of(parsed, b"raw", NOW_MS, tells_owner=tells_owner)


def test_a_documented_alert_has_every_property() -> None:
    found = read(DOCUMENTED_ALERT, tells_owner=False)
    assert (found.id, found.title) == ("alert-abc-123", "Failed Login Attempt")
    assert (found.detection.id, found.detection.name) == ("rule-def-456", "Failed Login Attempt")
    assert (found.severity, found.severity_word) == (Severity.HIGH, "high")
    assert (found.status, found.phase) == ("resolved", Phase.CLOSED)
    assert (found.created_ms, found.observed) == (CREATED_MS, frozenset())
    assert (found.acknowledged_ms, found.acknowledged_by) == (CREATED_MS + 300_000, Actor("ada@example.com"))
    assert (found.closed_ms, found.closed_by) == (CREATED_MS + 1_800_000, Actor("grace@example.com"))
    assert (found.first_event_ms, found.last_event_ms, found.event_count) == (
        CREATED_MS - 2_000, CREATED_MS - 2_000, 1,
    )  # fmt: skip
    assert found.risk == Risk(level="suspicious", score=65, origin="threat intelligence")
    (indicator,) = found.indicators
    assert (indicator.kind, indicator.value) == ("ip", "192.0.2.50")
    assert parse_json(indicator.enrichment) == {
        "sources": {"abuseipdb": {"is_public": True, "abuse_confidence_score": 25}}
    }
    assert parse_json(found.enrichment) == {"geoip": DOCUMENTED_ALERT["enrichment"]["geoip"]}  # type: ignore[index]
    assert found.rule_tags == ("attack.credential_access", "attack.t1110")
    assert (found.detection.mitre_tactics, found.detection.mitre_techniques) == (
        ("credential_access",), ("T1110",),
    )  # fmt: skip
    assert found.related == (
        RelatedAlert(id="alert-related-1", title="Login After Failures", created_ms=CREATED_MS + 120_000),
    )
    assert (found.tags, found.assignee, found.assignee_known) == ((), None, False)
    assert (found.extras, found.source, found.raw) == ("", "chad", b"raw")
    (comment,) = comments_of(DOCUMENTED_ALERT["comments"], found.id)
    assert (comment.id, comment.author, comment.body, comment.created_ms) == (
        "comment-xyz", Actor("ada@example.com"), "Looks like brute force", CREATED_MS + 360_000,
    )  # fmt: skip
    event = event_of(DOCUMENTED_ALERT)
    assert event is not None
    assert parse_json(event.body) == DOCUMENTED_ALERT["matched_log"]
    assert event.occurred_ms == CREATED_MS - 2_000


def test_an_alert_of_the_current_form_has_every_property() -> None:
    source = {"source": "abuseipdb", "score": 90.5}
    found = read(
        current(
            tags=["attack.t1078.004", "attack.initial-access", "attack.g0001"],
            acknowledged_by="ada@example.com", acknowledged_at="2026-11-18T10:05:00+00:00",
            owner_id="u-2", owner_username="grace@example.com", owned_at="2026-11-18T10:04:00Z",
            updated_at="2026-11-18T10:05:00Z", exception_created={"exception_id": "x-1"},
            sla_breached=True,
            ti_enrichment={
                "sources_used": ["abuseipdb"],
                "indicators": [
                    {
                        "indicator": "192.0.2.1", "indicator_type": "ip", "overall_risk_level": "low",
                        "overall_risk_score": 12.0,
                    },
                    {
                        "indicator": "192.0.2.9", "indicator_type": "ip", "overall_risk_level": "critical",
                        "overall_risk_score": 91.5, "highest_risk_source": "abuseipdb", "sources_queried": 2,
                        "all_categories": ["scanner"], "all_tags": ["tor"], "source_results": [source],
                    },
                ],
            },
            ioc_matches=[{
                "ioc_type": "domain-name", "value": "bad.example", "field_name": "dns.query",
                "misp_event_info": "Campaign", "misp_event_id": "7", "threat_level": "high",
                "tags": ["tlp:red"],
            }],
            log_document={"correlation": {"correlation_name": "Spray"}, "@timestamp": "2026-11-18T09:00:00Z"},
        )
    )  # fmt: skip
    assert found.assignee == Actor("u-2", "user", "grace@example.com")
    assert found.assignee_known
    assert (found.updated_ms, found.acknowledged_ms) == (CREATED_MS + 300_000, CREATED_MS + 300_000)
    assert (found.detection.mitre_tactics, found.detection.mitre_techniques) == (
        ("initial_access",), ("T1078.004",),
    )  # fmt: skip
    low, high, matched = found.indicators
    assert (low.kind, low.value, low.malice, low.score) == ("ip", "192.0.2.1", "low", 12)
    assert (high.malice, high.malice_origin, high.score, high.note) == (
        "critical", "abuseipdb", 92, "scanner, tor",
    )  # fmt: skip
    assert parse_json(high.enrichment) == {
        "overall_risk_score": 91.5, "sources_queried": 2, "source_results": [source],
    }  # fmt: skip
    assert (matched.kind, matched.value, matched.malice, matched.malice_origin, matched.note) == (
        "domain-name", "bad.example", "high", "MISP", "Campaign; in dns.query; tlp:red",
    )  # fmt: skip
    assert parse_json(matched.enrichment) == {"misp_event_id": "7"}
    assert found.risk == Risk(level="critical", score=92, origin="abuseipdb")
    assert parse_json(found.enrichment) == {"sources_used": ["abuseipdb"]}
    assert parse_json(found.context) == {"correlation": {"correlation_name": "Spray"}}
    assert parse_json(found.extras) == {
        "owned_at": "2026-11-18T10:04:00Z", "exception_created": {"exception_id": "x-1"},
        "sla_breached": True,
    }  # fmt: skip


def test_either_spelling_is_read_in_either_form() -> None:
    mixed = {
        "alert_id": "a-1", "matched_log": {"b": 2},
        "ti_enrichment": {"iocs": [{"value": "x", "type": "user"}]}, "created_at": "2026-11-18T10:00:00Z",
    }  # fmt: skip
    found = read(mixed)
    assert (found.id, found.indicators[0].value, found.event_count) == ("a-1", "x", 1)
    event = event_of(mixed)
    assert event is not None and event.body == '{"b":2}'


def test_enrichment_that_came_later_lies_in_the_log_and_is_found_there() -> None:
    late = {"indicators": [{"indicator": "192.0.2.1", "indicator_type": "ip"}]}
    found = read(
        current(
            log_document={
                "ti_enrichment": late,
                "enrichment": {"cmdb": {"owner": "it"}},
                "enrichment_status": "complete",
            }
        )
    )
    assert [each.value for each in found.indicators] == ["192.0.2.1"]
    assert parse_json(found.enrichment) == {"enrichment": {"cmdb": {"owner": "it"}}}
    assert found.enrichment_status == "complete"


def test_null_is_as_absent_and_titles_have_a_fallback() -> None:
    nothing = dict.fromkeys(("severity", "tags", "ti_enrichment", "ioc_matches", "owner_id", "rule_title"))
    found = read({**current(), **nothing})
    assert (found.title, found.severity, found.rule_tags, found.assignee) == (
        "r-1",
        Severity.UNKNOWN,
        (),
        None,
    )
    assert read({"id": "a"}).title == "Alert without a title"


def test_an_alert_without_a_creation_has_a_marked_one() -> None:
    by_log = read({"id": "a", "log_document": {"@timestamp": "2026-11-18T10:00:00Z"}})
    assert (by_log.created_ms, by_log.observed) == (CREATED_MS, frozenset({"created_ms"}))
    nothing = read({"id": "a", "created_at": "yesterday"})
    assert (nothing.created_ms, parse_json(nothing.extras)) == (NOW_MS, {"created_at": "yesterday"})


def test_words_that_nobody_knows_are_kept() -> None:
    found = read(current(status="banana", severity="fatal"))
    assert (found.status, found.phase) == ("banana", Phase.UNKNOWN)
    assert (found.severity, found.severity_word) == (Severity.UNKNOWN, "fatal")
    assert read(current(severity="info")).severity is read(current(severity="informational")).severity


def test_what_is_odd_in_a_list_hides_nothing_else_in_it() -> None:
    found = read(
        documented(
            enrichment={
                "iocs": [7, {"type": "ip"}, {"type": "ip", "value": "192.0.2.1"}],
                "risk_score": "high",
            },
            related_alerts=[{"rule_title": "no id"}, {"id": "b"}],
        )
    )
    assert [each.value for each in found.indicators] == ["192.0.2.1"]
    assert parse_json(found.enrichment) == {"iocs": [7, {"type": "ip"}], "risk_score": "high"}
    assert [each.id for each in found.related] == ["b"]
    assert parse_json(found.extras) == {"related_alerts": [{"rule_title": "no id"}]}


def test_comments_that_cannot_be_one_or_were_deleted_are_passed_over() -> None:
    rows: list[object] = [
        {
            "id": "2", "content": "later", "created_at": "2026-11-18T10:02:00Z", "user_id": "u",
            "username": "a@b.c",
        },
        7, None, {"id": "3", "content": "gone", "is_deleted": True}, "plain",
        {"id": "1", "text": "first", "created_at": "2026-11-18T10:01:00Z", "user": "d@e.f"},
    ]  # fmt: skip
    found = comments_of(rows, "a-1")
    assert [(each.id, each.body) for each in found] == [("1", "first"), ("2", "later"), ("a-1#4", "plain")]
    assert [each.author for each in found] == [Actor("d@e.f"), Actor("u", "user", "a@b.c"), None]
    assert comments_of({"not": "a list"}, "a-1") == []


def test_a_log_that_is_no_object_is_an_event_all_the_same() -> None:
    for log, body in (("plain text", "plain text"), ([1, 2], "[1,2]"), (0, "0")):
        event = event_of(current(log_document=log))
        assert event is not None and event.body == body
    assert event_of({"id": "a"}) is None


def test_related_alerts_are_others_newest_first() -> None:
    rows: list[object] = [
        current("b", created_at="2026-11-18T09:00:00Z"),
        current("a"),
        current("c"),
        {},
        "x",
    ]
    found = related_of(rows, "a", "same rule")
    assert [(each.id, each.reason) for each in found] == [("c", "same rule"), ("b", "same rule")]


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (0, 0), (100, 100), (101, None), (-1, None), (True, None), ("65", 65), ("high", None), (None, None),
        (JsonNumber("64.6"), 65), (JsonNumber("NaN"), None), (JsonNumber("1e400"), None), ([], None),
    ],
)  # fmt: skip
def test_scores_of_every_form(value: object, score: int | None) -> None:
    assert score_of(value) == score


@pytest.mark.parametrize("value", [None, [], "a", {}, {"id": ""}, {"id": None}, {"id": True}, {"id": {}}])
def test_what_has_no_id_is_no_alert(value: object) -> None:
    assert id_of(value) == ""


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({*DOCUMENTED_ALERT, *current(), "ti_enrichment", "ioc_matches", "owner_id", "owner_username"})
INNER = st.dictionaries(
    st.sampled_from([
        "iocs", "indicators", "risk_level", "risk_score", "value", "indicator", "id", "correlation",
        "overall_risk_score", "all_tags", "@timestamp", "ti_enrichment", "enrichment", "tags",
    ]),
    ANYTHING | st.lists(st.dictionaries(st.sampled_from(["value", "id", "tags"]), ANYTHING), max_size=3),
    max_size=4,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING | INNER | st.lists(INNER, max_size=3), max_size=8))
@settings(max_examples=40, deadline=None)
def test_whatever_a_server_sends_is_read(fields: dict[str, Any]) -> None:
    value = parse_json(exact_json(parse_json(json.dumps({**fields, "id": "a-1", "alert_id": "a-1"}))))
    assert isinstance(value, dict)
    found = alert_of(value, b"", NOW_MS)
    assert found.id == "a-1"
    assert found.created_ms >= 0
    for text in (found.title, found.status, found.extras, found.enrichment, found.context):
        text.encode()
    event_of(value)
    comments_of(value.get("comments"), "a-1")
    comment_of(value, "x")


def test_control_characters_and_lone_surrogates_can_be_stored() -> None:
    odd = '{"id":"a\\u0000\\ud800","rule_title":"\\u202e\\ud800","tags":["\\udfff"],"created_at":1794996000}'
    value = parse_json(odd)
    assert isinstance(value, dict)
    found = alert_of(value, b"", NOW_MS)
    assert (found.id, found.rule_tags) == ("a\x00\\ud800", ("\\udfff",))
    found.title.encode()
