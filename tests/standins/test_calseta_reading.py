"""The stand-in answers as Calseta's server does: lists, and everything else that is only read."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.standins.calling_calseta import NOWHERE, calling, data, error_of, listed
from tests.standins.calseta import ANALYST_SCOPES, OTHER_PREFIX, CalsetaStandIn
from tests.standins.conftest import NOW
from tests.standins.panther import Clock

UNEXPECTED = {"code": "INTERNAL_ERROR", "message": "An unexpected error occurred.", "details": {}}


@pytest.fixture
def standin(clock: Clock) -> CalsetaStandIn:
    return CalsetaStandIn(now=clock)


@pytest.fixture
async def api(standin: CalsetaStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(standin) as client:
        yield client


# Lists.


async def test_a_page_tells_how_many_there_are(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    standin.fill(7)
    answer = (await api.get("/v1/alerts", params={"page": 2, "page_size": 3})).json()
    assert answer["meta"] == {"total": 7, "page": 2, "page_size": 3, "total_pages": 3}
    assert len(answer["data"]) == 3
    beyond = (await api.get("/v1/alerts", params={"page": 9, "page_size": 500})).json()
    assert (beyond["data"], beyond["meta"]["total"]) == ([], 7)
    standin.fill(50)
    assert len(await listed(api)) == 50


async def test_a_row_of_the_list_is_a_summary(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    standin.add_alert(title="Odd login", tags=["vip"], source_name="sentinel", created=NOW)
    (row,) = await data(api, "/v1/alerts")
    stamp = "2025-06-15T12:00:00.000000Z"
    assert row == {
        "uuid": row["uuid"],
        "title": "Odd login",
        "description": None,
        "severity": "High",
        "status": "Open",
        "enrichment_status": "Pending",
        "source_name": "sentinel",
        "occurred_at": stamp,
        "ingested_at": stamp,
        "is_enriched": False,
        "duplicate_count": 0,
        "tags": ["vip"],
        "close_classification": None,
        "closed_at": None,
        "created_at": stamp,
        "updated_at": stamp,
    }


async def test_filters_take_lists_divided_by_commas_in_exact_case(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    one = standin.add_alert(status="Open", severity="Low", source_name="elastic", is_enriched=True)
    two = standin.add_alert(status="Escalated", severity="Critical", enrichment_status="Failed")
    three = standin.add_alert(status="Closed", severity="Low")
    assert await listed(api, status="Open,Escalated") == [two, one]
    assert await listed(api, status="Open, Closed", severity="Low") == [three, one]
    assert await listed(api, status="open") == []
    assert await listed(api, severity="Dreadful") == []
    assert await listed(api, source_name="elastic") == [one]
    assert await listed(api, enrichment_status="Failed") == [two]
    assert await listed(api, is_enriched="true") == [one]
    assert await listed(api, q="nothing", search="nothing", assignee="me") == [three, two, one]


async def test_times_are_inclusive_and_mean_when_it_happened(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    old = standin.add_alert(occurred_at=NOW - timedelta(days=2))
    new = standin.add_alert(occurred_at=NOW, created=NOW - timedelta(days=5))
    assert await listed(api, from_time="2025-06-15T12:00:00Z") == [new]
    assert await listed(api, from_time="2025-06-15T12:00:00.000001Z") == []
    assert await listed(api, to_time="2025-06-13T14:00:00+02:00") == [old]
    assert await listed(api, from_time="2025-06-14") == [new]
    assert await listed(api, from_time="2025-06-13T12:00:00") == [new, old]


async def test_any_use_of_the_tags_filter_is_an_internal_error(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    one = standin.add_alert(tags=["a", "b"])
    standin.add_alert(tags=["a"])
    answer = await api.get("/v1/alerts", params={"tags": ["a", "b"]})
    assert error_of(answer, 500, "INTERNAL_ERROR") == UNEXPECTED
    standin.knobs.tags_filter_broken = False
    assert await listed(api, tags=["a", "b"]) == [one]


async def test_severities_sort_by_rank_and_statuses_by_letter(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    ranked = ["Critical", "High", "Medium", "Low", "Informational", "Pending"]
    for severity, status in zip(sorted(ranked), ("Open", "Closed", "Triaging") * 2, strict=True):
        standin.add_alert(severity=severity, status=status)
    rows = await data(api, "/v1/alerts", sort_by="severity")
    assert [row["severity"] for row in rows] == [
        "Critical",
        "High",
        "Medium",
        "Low",
        "Informational",
        "Pending",
    ]
    rows = await data(api, "/v1/alerts", sort_by="status", sort_order="asc")
    assert [row["status"] for row in rows] == ["Closed"] * 2 + ["Open"] * 2 + ["Triaging"] * 2


async def every_page(api: httpx.AsyncClient, size: int, **query: Any) -> Counter[str]:
    """How often each alert shows on the pages of a list."""
    first = (await api.get("/v1/alerts", params={"page_size": size, **query})).json()["meta"]
    seen: Counter[str] = Counter()
    for page in range(1, first["total_pages"] + 1):
        seen.update(await listed(api, page=page, page_size=size, **query))
    return seen


async def test_pages_under_a_sort_with_ties_repeat_and_lose_alerts(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    counts = {"Critical": 9, "High": 9, "Medium": 30, "Low": 11, "Informational": 5, "Pending": 3}
    levels = [severity for severity, count in counts.items() for _ in range(count)]
    everything = {standin.add_alert(severity=severity) for severity in levels}
    for size, lost in ((17, 3), (9, 5)):
        seen = await every_page(api, size, sort_by="severity")
        assert Counter(seen.values()) == {2: lost, 1: 67 - 2 * lost}
        assert len(everything - set(seen)) == lost
        assert await every_page(api, size, sort_by="severity") == seen
    assert len(everything - set(await every_page(api, 17, sort_by="status"))) == 3
    assert set(await every_page(api, 500, sort_by="severity")) == everything
    for order in ("occurred_at", "created_at"):
        assert await every_page(api, 9, sort_by=order) == Counter(everything)
    standin.knobs.ties_wander = False
    assert await every_page(api, 17, sort_by="severity") == Counter(everything)


async def test_equal_times_are_ties_as_well(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    for _ in range(4):
        standin.add_alert(created=NOW)
    assert sorted((await every_page(api, 2)).values()) == [1, 1, 2]


# One alert and what belongs to it.


async def test_an_alert_by_itself_has_its_rule_documents_and_indicators(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    rule = standin.add_rule("Odd logins", mitre_tactics=["TA0001"], documentation="# Look")
    alert = standin.add_alert(rule=rule, raw_payload={"user": "ada"}, enriched_at=NOW)
    good = {"provider_name": "p", "success": True, "extracted": {"malice": "Suspicious"}, "raw": {"x": 1}}
    results = {"p": good, "_validation": {"success": False}}
    standin.add_indicator(alert, "ip", "192.0.2.1", malice="Suspicious", enrichment_results=results)
    standin.add_indicator(alert, "domain", "a.example", malice="Benign")
    standin.add_document("For this one", alerts=[alert])
    standin.add_document("For another", alerts=[standin.add_alert()])
    standin.add_document("For all", "Call *them*.")
    answer = (await api.get(f"/v1/alerts/{alert.upper()}")).json()
    found, meta = answer["data"], answer["meta"]
    assert (found["malice"], found["malice_override"], found["agent_findings"]) == ("Suspicious", None, None)
    assert (found["detection_rule"]["uuid"], found["detection_rule_id"]) == (rule, 1)
    assert [each["title"] for each in found["context_documents"]] == ["For all", "For this one"]
    assert [each["value"] for each in found["indicators"]] == ["192.0.2.1", "a.example"]
    assert "raw" not in found["indicators"][0]["enrichment_results"]["p"]
    assert meta == {
        "generated_at": "2025-06-15T12:00:00.000000Z",
        "alert_source": "generic",
        "indicator_count": 2,
        "enrichment": {
            "succeeded": ["p"],
            "failed": ["_validation"],
            "enriched_at": "2025-06-15T12:00:00.000000+00:00",
        },
        "detection_rule_matched": True,
        "context_documents_applied": 2,
    }
    assert standin.alert(alert) == found
    assert await data(api, f"/v1/alerts/{alert}/context") == found["context_documents"]
    assert await data(api, f"/v1/alerts/{alert}/indicators") == found["indicators"]
    assert await listed(api, detection_rule_uuid=rule) == [alert]
    whole = await data(api, f"/v1/indicators/{found['indicators'][0]['uuid']}")
    assert whole["enrichment_results"]["p"]["raw"] == {"x": 1}


async def test_related_alerts_are_told_by_indicator(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    shared = [("ip", "192.0.2.1")]
    old, new, alert = (
        standin.add_alert(indicators=shared, occurred_at=NOW - timedelta(hours=age)) for age in (3, 1, 2)
    )
    graph = await data(api, f"/v1/alerts/{alert}/relationship-graph", sibling_limit=1)
    assert graph["alert"]["uuid"] == alert
    (node,) = graph["indicators"]
    assert (node["value"], node["total_alert_count"], node["enrichment_summary"]) == ("192.0.2.1", 2, {})
    assert [each["uuid"] for each in node["sibling_alerts"]] == [new]
    graph = await data(api, f"/v1/alerts/{alert}/relationship-graph")
    assert [each["uuid"] for each in graph["indicators"][0]["sibling_alerts"]] == [new, old]


async def test_activity_is_paged_newest_first(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    standin.add_alert()
    standin.add_event(alert, "alert_ingested", {"title": "t"})
    standin.set(alert, status="Escalated")
    standin.add_event(alert, "something_new")
    answer = (await api.get(f"/v1/alerts/{alert}/activity", params={"page_size": 2})).json()
    assert answer["meta"] == {"total": 3, "page": 1, "page_size": 2, "total_pages": 2}
    assert [each["event_type"] for each in answer["data"]] == ["something_new", "alert_status_updated"]
    unknown, changed = answer["data"]
    assert (unknown["actor_type"], unknown["references"]) == ("system", None)
    assert (changed["actor_type"], changed["actor_key_prefix"]) == ("api", OTHER_PREFIX)
    assert changed["references"] == {"from_status": "Open", "to_status": "Escalated"}


async def test_rules_sources_and_agents(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    first = standin.add_rule("B", severity="High", source_name="elastic")
    second = standin.add_rule("A", severity="Low", is_active=False)
    standin.add_alert(source_name="elastic")
    rules = await data(api, "/v1/detection-rules", sort_by="name", sort_order="asc")
    assert [rule["uuid"] for rule in rules] == [second, first]
    assert [rule["name"] for rule in await data(api, "/v1/detection-rules", is_active="false")] == ["A"]
    assert (await data(api, f"/v1/detection-rules/{first}"))["severity"] == "High"
    error_of(await api.get(f"/v1/detection-rules/{NOWHERE}"), 404, "NOT_FOUND")
    error_of(await api.get("/v1/detection-rules", params={"sort_by": "is_active"}), 400, "VALIDATION_ERROR")
    assert await data(api, "/v1/sources") == []
    standin.permit(*ANALYST_SCOPES, "agents:read")
    assert await data(api, "/v1/agents") == []


async def test_metrics_count_by_when_an_alert_was_created(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    rule = standin.add_rule("R")
    early, false_alarm = NOW - timedelta(hours=2), "False Positive - Inaccurate Data"
    standin.add_alert(created=early, rule=rule, severity="Low", occurred_at=NOW - timedelta(days=90))
    second = standin.add_alert(created=early, source_name="elastic", is_enriched=True)
    standin.set(second, status="Closed", close_classification=false_alarm)
    standin.add_alert(created=NOW - timedelta(days=31))
    found = await data(api, "/v1/metrics/alerts")
    assert (found["period_from"], found["total_alerts"]) == ("2025-05-16T12:00:00.000000Z", 2)
    assert found["alerts_by_status"] == {"Open": 1, "Closed": 1}
    assert found["alerts_by_source"] == {"generic": 1, "elastic": 1}
    assert found["active_alerts_by_severity"] == {"Low": 1}
    assert found["alerts_over_time"] == [{"date": "2025-06-15", "count": 2}]
    assert (found["false_positive_rate"], found["enrichment_coverage"]) == (1.0, 0.5)
    assert (found["mean_time_to_conclusion"], found["mean_time_to_triage"]) == (7200.0, None)
    assert found["top_detection_rules"] == [{"uuid": rule, "name": "R", "count": 1}]
    half = await data(api, "/v1/metrics/alerts", from_time="2020-01-01")
    assert half["total_alerts"] == 2
    both = await data(api, "/v1/metrics/alerts", from_time="2025-01-01", to_time="2026-01-01")
    assert both["total_alerts"] == 3
    summary = (await data(api, "/v1/metrics/summary"))["alerts"]
    assert (summary["total"], summary["active"], summary["mttc_seconds"]) == (2, 1, 7200.0)
    assert summary["by_status"] == {"Open": 1, "Closed": 1}
