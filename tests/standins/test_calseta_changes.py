"""The stand-in changes things as Calseta's server does, with every trap of its PATCH."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.standins.calling_calseta import NOWHERE, calling
from tests.standins.calseta import ANALYST_SCOPES, KEY, CalsetaStandIn
from tests.standins.conftest import NOW
from tests.standins.panther import Clock
from tests.standins.panther.times import written as in_milliseconds

CLASSIFICATION = "True Positive - Suspicious Activity"
NEEDS_CLASSIFICATION = {
    "error": {
        "code": "VALIDATION_ERROR",
        "message": "close_classification is required when setting status to Closed.",
        "details": {},
    }
}


@pytest.fixture
def standin(clock: Clock) -> CalsetaStandIn:
    return CalsetaStandIn(now=clock)


@pytest.fixture
async def api(standin: CalsetaStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(standin) as client:
        yield client


async def patched(api: httpx.AsyncClient, alert: str, **body: Any) -> dict[str, Any]:
    answer = await api.patch(f"/v1/alerts/{alert}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def stamp(seconds: int) -> str:
    return in_milliseconds(NOW + timedelta(seconds=seconds)).replace("Z", "000Z")


def events(standin: CalsetaStandIn, alert: str) -> list[tuple[str, dict[str, Any]]]:
    return [(each["event_type"], each["references"]) for each in standin.activity(alert)]


async def test_nothing_sent_unknown_fields_and_null_change_nothing(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert(tags=["a"], close_classification="Duplicate", malice_override="Benign")
    before = standin.alert(alert)
    nulls = dict.fromkeys(("status", "severity", "close_classification", "tags", "malice_override"))
    for body in ({}, {"statuss": "Closed", "assignee": "me"}, nulls):
        await patched(api, alert, **body)
    assert standin.alert(alert) == before
    assert events(standin, alert) == []


async def test_what_the_schema_of_a_change_refuses(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    path = f"/v1/alerts/{standin.add_alert()}"
    for body, kind, place in (
        ({"status": "closed"}, "enum", ["body", "status"]),
        ({"severity": 3, "tags": []}, "enum", ["body", "severity"]),
        ({"close_classification": "True Positive"}, "enum", ["body", "close_classification"]),
        ({"tags": "a"}, "list_type", ["body", "tags"]),
        ({"tags": ["a", None]}, "string_type", ["body", "tags", 1]),
        ({"reset_malice_override": None}, "bool_type", ["body", "reset_malice_override"]),
        ([], "model_attributes_type", ["body"]),
    ):
        answer = await api.patch(path, json=body)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (422, "VALIDATION_ERROR")
        (found,) = error["details"]["errors"]
        assert (found["type"], found["loc"]) == (kind, place)
    for content, kind in ((b"{", "application/json"), (b"{}", "text/plain"), (b"", "application/json")):
        answer = await api.patch(path, content=content, headers={"Content-Type": kind})
        assert (answer.status_code, len(answer.json()["error"]["details"]["errors"])) == (422, 1)


async def test_closing_needs_a_classification_in_the_same_body(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert(close_classification="Duplicate", status="Triaging", severity="High")
    before = standin.alert(alert)
    for extra in ({}, {"close_classification": None}, {"severity": "Low", "tags": ["x"]}):
        answer = await api.patch(f"/v1/alerts/{alert}", json={"status": "Closed", **extra})
        assert (answer.status_code, answer.json()) == (422, NEEDS_CLASSIFICATION)
    assert standin.alert(alert) == before
    found = await patched(api, alert, status="Closed", close_classification=CLASSIFICATION)
    assert (found["status"], found["close_classification"]) == ("Closed", CLASSIFICATION)
    assert events(standin, alert) == [
        ("alert_closed", {"from_status": "Triaging", "close_classification": CLASSIFICATION})
    ]


async def test_a_classification_may_be_set_on_an_open_alert_without_an_event(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    found = await patched(api, alert, close_classification="Undetermined")
    assert (found["status"], found["close_classification"]) == ("Open", "Undetermined")
    assert events(standin, alert) == []


async def test_any_status_may_follow_any_and_stamps_are_written_once(
    standin: CalsetaStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    alert, names = standin.add_alert(), ("acknowledged_at", "triaged_at", "closed_at")
    steps = (
        ("Escalated", (stamp(10), None, None)),
        ("Triaging", (stamp(10), stamp(20), None)),
        ("Closed", (stamp(10), stamp(20), stamp(30))),
        ("Open", (stamp(10), stamp(20), stamp(30))),
        ("Triaging", (stamp(10), stamp(20), stamp(30))),
        ("Closed", (stamp(10), stamp(20), stamp(30))),
    )
    for status, stamps in steps:
        clock.advance(10)
        body = {"close_classification": CLASSIFICATION} if status == "Closed" else {}
        found = await patched(api, alert, status=status, **body)
        assert (found["status"], tuple(found[name] for name in names)) == (status, stamps)
    assert found["updated_at"] == stamp(60)


async def test_reopening_keeps_when_and_why_it_was_closed(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    closed = await patched(api, alert, status="Closed", close_classification="Duplicate")
    assert closed["acknowledged_at"] == closed["closed_at"] == stamp(0)
    assert closed["triaged_at"] is None
    found = await patched(api, alert, status="Open")
    assert (found["closed_at"], found["close_classification"]) == (stamp(0), "Duplicate")
    assert events(standin, alert)[-1] == (
        "alert_status_updated",
        {"from_status": "Closed", "to_status": "Open"},
    )


async def test_the_same_status_again_is_no_event(
    standin: CalsetaStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    alert = standin.add_alert()
    before = standin.alert(alert)
    clock.advance(5)
    assert await patched(api, alert, status="Open", severity="High") == before
    assert events(standin, alert) == []
    await patched(api, alert, severity="Low")
    levels = {"from_severity": "High", "to_severity": "Low"}
    assert events(standin, alert) == [("alert_severity_updated", levels)]


async def test_tags_are_replaced_as_they_are_and_leave_no_event(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert(tags=["old"])
    assert (await patched(api, alert, tags=["b", " a ", "", "b"]))["tags"] == ["b", " a ", "", "b"]
    assert (await patched(api, alert, tags=[]))["tags"] == []
    assert events(standin, alert) == []


async def test_only_a_reset_clears_the_malice_override(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert, names = standin.add_alert(), ("malice_override", "malice_override_source", "malice_override_at")
    standin.add_indicator(alert, "ip", "192.0.2.1", malice="Malicious")
    found = await patched(api, alert, malice_override="Benign")
    assert found["malice"] == "Benign"
    assert [found[name] for name in names] == ["Benign", "analyst", stamp(0)]
    assert (await patched(api, alert, malice_override=None))["malice"] == "Benign"
    found = await patched(api, alert, malice_override="Suspicious", reset_malice_override=True)
    assert found["malice"] == "Malicious"
    assert [found[name] for name in names] == [None, None, None]
    set_event = {"from_malice": None, "to_malice": "Benign", "malice_source": "analyst"}
    reset_event = {"from_malice": "Benign", "to_malice": None, "malice_source": "reset"}
    assert events(standin, alert) == [
        ("alert_malice_updated", set_event),
        ("alert_malice_updated", reset_event),
    ]


async def test_the_answer_of_a_change_lacks_rule_and_documents(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert(rule=standin.add_rule("R"), indicators=[("ip", "192.0.2.1")])
    standin.add_document("Runbook")
    answer = (await api.patch(f"/v1/alerts/{alert}", json={"severity": "Low"})).json()
    assert (answer["data"]["detection_rule"], answer["data"]["context_documents"]) == (None, [])
    assert answer["meta"]["context_documents_applied"] == 0
    assert answer["meta"]["detection_rule_matched"] is True
    whole = (await api.get(f"/v1/alerts/{alert}")).json()
    assert whole["data"]["detection_rule"]["name"] == "R"
    assert whole["meta"]["context_documents_applied"] == 1
    assert whole["data"] | {"detection_rule": None, "context_documents": []} == answer["data"]


async def test_the_last_write_wins_and_activity_tells_a_prefix(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    standin.set(alert, status="Escalated")
    answer = await api.patch(
        f"/v1/alerts/{alert}", json={"status": "Triaging"}, headers={"If-Match": '"old"'}
    )
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "Triaging")
    assert "ETag" not in answer.headers
    assert [each["actor_key_prefix"] for each in standin.activity(alert)] == ["cai_othr", KEY[:8]]


async def test_a_deleted_alert_leaves_its_activity(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    await patched(api, alert, severity="Low")
    answer = await api.delete(f"/v1/alerts/{alert}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await api.get(f"/v1/alerts/{alert}")).status_code == 404
    assert [event["alert_id"] for event in standin.world.activity] == [None]


async def test_findings_are_added_and_listed_oldest_first(
    standin: CalsetaStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    alert = standin.add_alert()
    path = f"/v1/alerts/{alert}/findings"
    assert (await api.get(path)).json() == {"data": [], "meta": {}}
    standin.add_finding(alert, "First")
    clock.advance(1)
    sent = {"agent_name": "me", "summary": "x" * 121, "confidence": "low"}
    answer = await api.post(path, json=sent)
    assert answer.status_code == 201
    found = answer.json()["data"]
    rest = {"recommended_action": None, "evidence": None, "posted_at": stamp(1)}
    assert found == {"id": found["id"], **sent, **rest}
    assert [each["summary"][:5] for each in (await api.get(path)).json()["data"]] == ["First", "xxxxx"]
    assert standin.alert(alert)["agent_findings"][1] == found
    told = events(standin, alert)[-1][1]
    assert told["summary"] == "x" * 120 + "..."
    for wrong in ({"agent_name": "me"}, {**sent, "summary": ""}, {**sent, "confidence": "High"}):
        assert (await api.post(path, json=wrong)).status_code == 422
    found_path = f"{path}/{found['id']}"
    assert (await api.patch(found_path, json={})).status_code == 404
    assert (await api.delete(found_path)).status_code == 404


async def test_indicators_are_one_for_all_alerts(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    first, second = standin.add_alert(), standin.add_alert(indicators=[("ip", "192.0.2.1")])
    body = {"indicators": [{"type": "ip", "value": " 192.0.2.1 "}]}
    answer = await api.post(f"/v1/alerts/{first}/indicators", params={"enrich": "false"}, json=body)
    assert answer.status_code == 201
    found = answer.json()["data"]
    assert (found["added_count"], found["enrich_requested"]) == (1, False)
    assert found["indicators"][0]["uuid"] == standin.alert(second)["indicators"][0]["uuid"]
    assert events(standin, first)[-1][0] == "alert_indicators_added"
    for wrong in ([], [{"type": "phone", "value": "1"}], [{"type": "ip"}], body["indicators"] * 101):
        answer = await api.post(f"/v1/alerts/{first}/indicators", json={"indicators": wrong})
        assert answer.status_code == 422


async def test_null_leaves_an_indicator_to_its_providers_again(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    results = {"p": {"success": True, "extracted": {"malice": "Suspicious"}}}
    name = standin.add_indicator(standin.add_alert(), "ip", "192.0.2.1", enrichment_results=results)
    path = f"/v1/indicators/{name}"
    found = (await api.patch(path, json={"malice": "Benign"})).json()["data"]
    assert (found["malice"], found["malice_source"], found["malice_overridden_at"]) == (
        "Benign",
        "analyst",
        stamp(0),
    )
    found = (await api.patch(path, json={"malice": None})).json()["data"]
    assert (found["malice"], found["malice_source"]) == ("Suspicious", "enrichment")
    assert (await api.patch(path, json={"malice": "bad"})).status_code == 422
    missing = await api.get(f"/v1/indicators/{NOWHERE}")
    assert (missing.status_code, missing.json()["error"]["message"]) == (404, "Indicator not found.")


async def test_what_sources_send_is_taken_in_once_a_day(
    standin: CalsetaStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    body = {"source_name": "generic", "payload": {"title": "T", "severity": "hIGH"}}
    first = await api.post("/v1/alerts", json=body)
    again = await api.post("/v1/ingest/generic", json=body["payload"])
    clock.advance(24 * 3600 + 1)
    later = await api.post("/v1/alerts", json=body)
    answers = [answer.json()["data"] for answer in (first, again, later)]
    assert [answer["status"] for answer in answers] == ["queued", "deduplicated", "queued"]
    assert answers[0]["alert_uuid"] == answers[1]["alert_uuid"] != answers[2]["alert_uuid"]
    assert standin.alert(answers[0]["alert_uuid"])["severity"] == "High"
    unknown = await api.post("/v1/alerts", json={**body, "source_name": "smoke"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "UNKNOWN_SOURCE")
    standin.add_key(allowed_sources=["splunk"])
    refused = await api.post("/v1/alerts", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "SOURCE_NOT_ALLOWED")


async def test_agents_are_sent_to_an_alert(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    path = f"/v1/alerts/{standin.add_alert()}"
    standin.permit(*ANALYST_SCOPES, "agents:write")
    active, idle = standin.add_agent("a"), standin.add_agent("b", active=False)
    answer = await api.post(f"{path}/trigger-agents")
    assert (answer.status_code, answer.json()["data"]) == (
        202,
        {"queued_agent_count": 1, "agent_names": ["a"]},
    )
    codes = [
        (await api.post(f"{path}/dispatch-agent", params=query)).status_code
        for query in ({"agent_uuid": active}, {"agent_uuid": idle}, {})
    ]
    assert codes == [202, 422, 422]
    assert (await api.post(f"{path}/enrich")).json()["data"] == {"message": "Enrichment queued"}


async def test_alerts_may_be_made_to_fail_or_to_ignore_changes(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    failing, deaf = standin.add_alert(), standin.add_alert()
    standin.knobs.failing_ids, standin.knobs.ignored_ids = {failing}, {deaf}
    assert (await api.patch(f"/v1/alerts/{failing}", json={"severity": "Low"})).status_code == 500
    assert (await patched(api, deaf, severity="Low"))["severity"] == "High"
    assert (await api.get(f"/v1/alerts/{failing}")).json()["data"]["severity"] == "High"
    standin.remove(failing)
    assert (await api.patch(f"/v1/alerts/{failing}", json={})).status_code == 404
