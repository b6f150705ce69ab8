"""What Calseta may answer, and odder things, as alerts: nothing stops the reading, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.asking import Answer
from alerttui.backends.remote.calseta.reading import alert_of, classification_of, event_of, id_of, row_of
from alerttui.domain.alert import Alert, Document, Risk
from alerttui.domain.errors import BadAnswer, NotFound
from alerttui.domain.json_text import parse_json
from alerttui.domain.patch import CLEAR, Set, values_of
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.vocabulary import AlertId, Phase, Severity
from tests.backends.calseta.script import NOW_MS, alert, one, page, scripted, told, uuid

CREATED_MS = 1_794_996_000_123
AT = "2026-11-18T10:00:00.123456Z"
DUPLICATE = "Duplicate"

RULE: dict[str, Any] = {
    "uuid": uuid(500), "name": "Brute force", "source_rule_id": "BF-1", "source_name": "sentinel",
    "severity": "High", "is_active": True, "mitre_tactics": ["TA0006"], "mitre_techniques": ["T1110"],
    "mitre_subtechniques": ["T1110.001"], "data_sources": ["SigninLogs"], "run_frequency": "PT5M",
    "created_by": "detections@acme.example", "documentation": "# Why", "created_at": AT, "updated_at": AT,
}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "uuid": uuid(600), "title": "Phishing", "document_type": "runbook", "is_global": True,
    "description": "For mail.", "tags": ["mail"], "version": 3, "created_at": AT, "updated_at": AT,
    "content": "## First\nAsk.", "targeting_rules": {"match_any": []},
}  # fmt: skip
RESULTS: dict[str, Any] = {
    "virustotal": {"provider_name": "virustotal", "success": True, "extracted": {"malice": "Malicious"}},
    "abuseipdb": {"provider_name": "abuseipdb", "success": False, "error_message": "no key"},
    "okta": {"success": True},
    "odd": "text",
}
INDICATOR: dict[str, Any] = {
    "uuid": uuid(700), "type": "hash_sha256", "value": "ab" * 32, "first_seen": AT, "last_seen": AT,
    "is_enriched": True, "malice": "Malicious", "created_at": AT, "updated_at": AT,
    "malice_source": "enrichment", "malice_overridden_at": AT, "enrichment_results": RESULTS,
}  # fmt: skip
FINDING: dict[str, Any] = {
    "id": "f-1", "agent_name": "triage-agent", "summary": "Likely a scanner.", "confidence": "high",
    "recommended_action": "Close it.", "evidence": {"ip": "192.0.2.1"}, "posted_at": AT,
}  # fmt: skip
WHOLE: dict[str, Any] = {
    "uuid": uuid(1), "title": "Many logins", "severity": "Critical", "status": "Closed",
    "enrichment_status": "Enriched", "source_name": "sentinel", "occurred_at": "2026-11-18T09:59:00Z",
    "ingested_at": AT, "enriched_at": "2026-11-18T10:00:30Z", "is_enriched": True, "fingerprint": "d41d8c",
    "close_classification": DUPLICATE, "acknowledged_at": "2026-11-18T10:01:00Z",
    "triaged_at": "2026-11-18T10:01:30Z", "closed_at": "2026-11-18T10:02:00Z", "tags": ["VIP", "mail"],
    "detection_rule_id": 123, "created_at": AT, "updated_at": "2026-11-18T10:02:01Z",
    "description": "From one address.", "duplicate_count": 4, "last_seen_at": "2026-11-18T10:00:20Z",
    "raw_payload": {"amount": 1.50, "id": 12345678901234567890}, "malice": "Suspicious",
    "malice_override": "Benign", "malice_override_source": "analyst",
    "malice_override_at": "2026-11-18T10:01:45Z", "indicators": [INDICATOR], "detection_rule": RULE,
    "context_documents": [DOCUMENT], "agent_findings": [FINDING],
}  # fmt: skip
"""Every documented property."""

META = {
    "generated_at": AT,
    "alert_source": "sentinel",
    "indicator_count": 1,
    "enrichment": {"succeeded": ["virustotal"], "failed": ["abuseipdb"]},
}


def read(**fields: object) -> Alert:
    value = parse_json(json.dumps(alert(**fields)))  # type: ignore[arg-type]  # the number has its default
    assert isinstance(value, dict)
    return alert_of(value, NOW_MS)


def whole() -> Alert:
    return alert_of(WHOLE, NOW_MS, META)


def test_a_whole_alert_has_every_documented_property() -> None:
    found = whole()
    assert (found.id, found.title, found.description) == (uuid(1), "Many logins", "From one address.")
    assert (found.status, found.phase, found.verdict) == ("Closed", Phase.CLOSED, DUPLICATE)
    assert (found.severity, found.severity_word) == (Severity.CRITICAL, "Critical")
    assert (found.tags, found.rule_tags, found.source) == (("VIP", "mail"), (), "sentinel")
    assert (found.assignee, found.assignee_known) == (None, False)
    assert (found.created_ms, found.observed) == (CREATED_MS, frozenset())
    assert (found.first_event_ms, found.last_event_ms) == (CREATED_MS - 60_123, CREATED_MS + 19_877)
    assert (found.acknowledged_ms, found.closed_ms) == (CREATED_MS + 59_877, CREATED_MS + 119_877)
    assert (found.updated_ms, found.enriched_ms) == (CREATED_MS + 120_877, CREATED_MS + 29_877)
    assert (found.duplicate_count, found.event_count, found.fingerprint) == (4, 5, "d41d8c")
    assert found.enrichment_status == "Enriched"
    assert found.enrichment == '{"succeeded":["virustotal"],"failed":["abuseipdb"]}'
    assert found.risk == Risk(
        level="Suspicious", override="Benign", override_by="analyst", override_ms=CREATED_MS + 104_877
    )
    assert found.documents == (Document(title="Phishing", kind="runbook", body="## First\nAsk."),)


@pytest.mark.parametrize(
    ("enrichment", "told"),
    [
        ({"succeeded": [], "failed": [], "enriched_at": None}, ""),
        ({"succeeded": [], "failed": ["_validation"]}, '{"succeeded":[],"failed":["_validation"]}'),
        ("soon", '"soon"'),
        (None, ""),
    ],
)
def test_an_enrichment_that_was_not_made_tells_nothing(enrichment: object, told: str) -> None:
    assert alert_of(alert(), NOW_MS, {"enrichment": enrichment}).enrichment == told


def test_a_rule_an_indicator_and_a_finding_are_told_in_full() -> None:
    found = whole()
    rule, (indicator,), (finding,) = found.detection, found.indicators, found.findings
    assert (rule.id, rule.name, rule.severity) == (uuid(500), "Brute force", "High")
    assert (rule.source, rule.author, rule.active) == ("sentinel", "detections@acme.example", True)
    assert (rule.mitre_tactics, rule.mitre_techniques) == (("TA0006",), ("T1110", "T1110.001"))
    assert (rule.data_sources, rule.run_frequency) == (("SigninLogs",), "PT5M")
    assert rule.documentation == "# Why"
    assert (indicator.kind, indicator.value) == ("hash_sha256", "ab" * 32)
    assert (indicator.malice, indicator.malice_origin) == ("Malicious", "enrichment")
    assert (indicator.first_seen_ms, indicator.last_seen_ms) == (CREATED_MS, CREATED_MS)
    assert indicator.note == "virustotal Malicious, abuseipdb failed, okta answered, odd answered"
    assert json.loads(indicator.enrichment) == RESULTS
    assert (finding.origin, finding.summary) == ("triage-agent", "Likely a scanner.")
    assert json.loads(finding.body)["evidence"] == {"ip": "192.0.2.1"}


def test_what_has_no_place_stays_in_the_extras() -> None:
    assert json.loads(whole().extras) == {
        "ingested_at": AT,
        "is_enriched": True,
        "triaged_at": WHOLE["triaged_at"],
        "detection_rule_id": 123,
        "detection_rule": {"source_rule_id": "BF-1", "created_at": AT, "updated_at": AT},
        "indicators": [
            {
                "uuid": uuid(700),
                "is_enriched": True,
                "created_at": AT,
                "updated_at": AT,
                "malice_overridden_at": AT,
            }
        ],
        "context_documents": [
            {name: value for name, value in DOCUMENT.items()
             if name not in ("title", "document_type", "content")}
        ],
    }  # fmt: skip


def everything_told(found: Alert) -> str:
    event = event_of(found)
    return repr(found) + (event.body if event else "")


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_no_documented_property_is_lost(name: str) -> None:
    marked = whole() if not isinstance(WHOLE[name], str) else None
    if marked is None:
        found = alert_of({**WHOLE, name: "a mark"}, NOW_MS)
        assert name == "uuid" or "a mark" in everything_told(found)
    else:
        without = alert_of({key: each for key, each in WHOLE.items() if key != name}, NOW_MS, META)
        assert everything_told(without) != everything_told(marked)


@pytest.mark.parametrize("part", [INDICATOR, RULE, DOCUMENT, FINDING])
def test_no_documented_property_of_a_part_is_lost(part: dict[str, Any]) -> None:
    for name, value in part.items():
        text = json.dumps(WHOLE).replace(json.dumps(part), json.dumps({**part, name: ["a mark"]}))
        changed = json.loads(text)
        found = alert_of(changed, NOW_MS)
        assert "a mark" in everything_told(found), (name, value)


def test_the_exact_record_comes_along() -> None:
    value = parse_json(json.dumps(WHOLE).replace("1.5", "1.50"))
    assert isinstance(value, dict)
    found = alert_of(value, NOW_MS)
    assert b'"amount":1.50,' in found.raw
    assert json.loads(found.raw) == WHOLE


def test_after_reopening_a_classification_and_a_closing_time_count_no_more() -> None:
    found = read(close_classification=DUPLICATE, closed_at=AT)
    assert (found.verdict, found.closed_ms) == ("", None)
    assert json.loads(found.extras) == {"close_classification": DUPLICATE, "closed_at": AT}
    assert values_of(found).verdict is CLEAR
    assert classification_of(found) == DUPLICATE


@pytest.mark.parametrize(("status", "classification"), [("Closed", DUPLICATE), ("Open", ""), ("Closed", "")])
def test_the_classification_that_an_alert_has(status: str, classification: str) -> None:
    assert classification_of(read(status=status, close_classification=classification)) == classification
    assert classification_of(read(status=status, close_classification=[1])) in ("", "[1]")


def test_a_row_of_a_list_has_no_extras_to_hide_those_of_the_whole_alert() -> None:
    row = {**alert(), "ingested_at": AT, "is_enriched": False, "closed_at": None, "new_field": 1}
    found = row_of(row, NOW_MS)
    assert (found.extras, found.risk, found.enrichment) == ("", None, "")
    assert json.loads(found.raw)["new_field"] == 1


@pytest.mark.parametrize(
    ("word", "rank"),
    [("Pending", 0), ("Informational", 1), ("Low", 2), ("Medium", 3), ("High", 4), ("critical", 5), ("?", 0)],
)
def test_severities_keep_their_words(word: str, rank: int) -> None:
    found = read(severity=word)
    assert (found.severity, found.severity_word) == (Severity(rank), word)
    assert values_of(found).severity == Set(word)


def test_words_that_nobody_knows_are_kept() -> None:
    found = read(status="Snoozed", enrichment_status="Odd", close_classification="Fine")
    assert (found.status, found.phase, found.enrichment_status) == ("Snoozed", Phase.UNKNOWN, "Odd")


@pytest.mark.parametrize(
    ("fields", "created_ms"),
    [
        ({"created_at": None, "ingested_at": "2026-11-18T09:00:00Z"}, CREATED_MS - 3_600_123),
        ({"created_at": "x", "occurred_at": "2026-11-18T09:00:00Z"}, CREATED_MS - 3_600_123),
        ({"created_at": 5.5e30}, NOW_MS),
    ],
)
def test_a_time_that_is_not_told_is_marked(fields: dict[str, object], created_ms: int) -> None:
    found = read(**fields)
    assert (found.created_ms, found.observed) == (created_ms, frozenset({"created_ms"}))


def test_tags_are_each_told_once_and_none_is_empty() -> None:
    assert read(tags=["b", "a", "b", "", None, 7]).tags == ("b", "a", "7")
    odd = read(tags={"a": 1})
    assert (odd.tags, odd.extras) == ((), '{"tags":{"a":1}}')


def test_findings_may_be_null_and_a_rule_may_have_no_uuid() -> None:
    assert read(agent_findings=None, detection_rule=None).findings == ()
    assert read(detection_rule={"name": "N", "source_rule_id": "S"}).detection.id == "S"
    assert read(detection_rule={"name": "N"}).detection.id == "N"


def test_parts_that_are_none_stay() -> None:
    odd: dict[str, object] = {
        "indicators": "x", "context_documents": {"a": 1}, "agent_findings": [1, {"summary": "s"}],
        "detection_rule": ["x"], "duplicate_count": -1, "closed_at": True,
    }  # fmt: skip
    found = read(**odd)
    assert json.loads(found.extras) == {**odd, "agent_findings": [1]}
    assert [each.summary for each in found.findings] == ["s"]
    assert (found.event_count, found.duplicate_count) == (None, None)


async def test_reading_an_alert_asks_for_it_alone() -> None:
    script, backend = scripted(told({"data": WHOLE, "meta": META}))
    found = await backend.alert(AlertId(uuid(1)))
    assert found == whole()
    assert script.lines() == ["GET /v1/alerts/#1"]


@pytest.mark.parametrize("answer", [one(None), one([]), one({}), one(alert(2)), told([]), told("x")])
async def test_what_is_not_that_alert_is_a_bad_answer(answer: Answer) -> None:
    _, backend = scripted(answer)
    with pytest.raises(BadAnswer):
        await backend.alert(AlertId(uuid(1)))


async def test_the_one_event_is_what_the_source_sent() -> None:
    body = json.dumps(WHOLE).replace("1.5", "1.50")
    answer = Answer(status=200, body=f'{{"data": {body}}}'.encode(), requested_ms=NOW_MS)
    script, backend = scripted(answer)
    events = await backend.events(AlertId(uuid(1)))
    (event,) = events.results
    assert event.body == '{"amount":1.50,"id":12345678901234567890}'
    assert (event.sequence, event.occurred_ms, events.next) == (0, CREATED_MS - 60_123, None)
    await backend.events(AlertId(uuid(1)))
    assert script.lines() == ["GET /v1/alerts/#1"]


@pytest.mark.parametrize(
    ("payload", "bodies"), [(None, []), ({}, ["{}"]), ("plain", ["plain"]), ([1], ["[1]"])]
)
async def test_a_payload_of_any_form_is_an_event(payload: object, bodies: list[str]) -> None:
    _, backend = scripted(one(alert(raw_payload=payload)))
    events = await backend.events(AlertId(uuid(1)))
    assert [each.body for each in events.results] == bodies


async def test_a_payload_that_is_nested_too_deep_is_told_as_it_came() -> None:
    deep = "[" * 400 + "]" * 400
    body = json.dumps({"data": alert(raw_payload="DEEP", title="t")}).replace('"DEEP"', deep)
    _, backend = scripted(Answer(status=200, body=body.encode(), requested_ms=NOW_MS))
    assert (await backend.alert(AlertId(uuid(1)))).title == "t"
    assert [each.body for each in (await backend.events(AlertId(uuid(1)))).results] == [deep]


async def test_a_row_that_is_nested_too_deep_hides_no_other() -> None:
    rows = json.dumps([alert(1), {**alert(2), "description": "DEEP"}, alert(3)])
    body = f'{{"data": {rows}}}'.replace('"DEEP"', "[" * 400 + "]" * 400)
    _, backend = scripted(Answer(status=200, body=body.encode(), requested_ms=NOW_MS))
    found = await backend.page(EVERYTHING, QueryContext(now_ms=NOW_MS))
    assert [each.id for each in found.results] == [uuid(1), uuid(2), uuid(3)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["\x00", "\x1b[2J", "\ud800", "2026-11-18T10:00:00Z", "Closed", "Open", 10**30, 1e400]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*INDICATOR, *RULE, *FINDING, *DOCUMENT]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), JSON, max_size=12), JSON)
def test_nothing_that_an_alert_may_hold_stops_the_reading(fields: dict[str, object], meta: object) -> None:
    value = {**fields, "uuid": uuid(1)}
    found = alert_of(value, NOW_MS, meta if isinstance(meta, dict) else None)
    assert id_of(value) == found.id
    values_of(found)
    event_of(found)
    classification_of(found)
    repr(found).encode()


@pytest.mark.parametrize(
    "value", [None, 1, [], {}, {"uuid": None}, {"uuid": 5}, {"uuid": "x"}, {"uuid": [uuid(1)]}]
)
def test_what_has_no_id_is_no_alert(value: object) -> None:
    assert id_of(value) == ""


async def test_an_alert_that_is_gone_is_named() -> None:
    _, backend = scripted(NotFound([uuid(1)]), page())
    with pytest.raises(NotFound, match=uuid(1)):
        await backend.events(AlertId(uuid(1)))
