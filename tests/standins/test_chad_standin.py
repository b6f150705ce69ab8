"""The stand-in in the form of CHAD's server: the forms of an error, and everything that is only read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.standins.chad import (
    ADMIN,
    ANALYST,
    DOCUMENTED_KEY,
    KEY,
    SECOND_ANALYST,
    ChadStandIn,
    Knobs,
    alert_id,
)
from tests.standins.chad.asking import as_user, asking, told
from tests.standins.conftest import NOW
from tests.standins.faults import FaultServer
from tests.standins.misbehaviour import Reply
from tests.standins.panther import Clock
from tests.standins.running import serving


@pytest.fixture
def standin(clock: Clock) -> ChadStandIn:
    return ChadStandIn(now=clock)


@pytest.fixture
async def anyone(standin: ChadStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(standin) as client:
        yield client


@pytest.fixture
async def api(standin: ChadStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(standin, ANALYST) as client:
        yield client


# The forms of an error, and paths.


async def test_unknown_paths_and_methods(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    assert told(await api.get("/api/nowhere")) == (404, "Not Found")
    assert told(await api.get("/api/alerts/")) == (404, "Not Found")
    answer = await api.put("/api/alerts", json={})
    assert told(answer) == (405, "Method Not Allowed")
    assert answer.headers["allow"] == "GET" and answer.headers["x-request-id"]


async def test_an_alert_that_is_not_there_has_an_envelope_of_its_own(api: httpx.AsyncClient) -> None:
    absent = alert_id(99)
    for answer in (
        await api.get(f"/api/alerts/{absent}"),
        await api.patch(f"/api/alerts/{absent}/status", json={"status": "new"}),
        await api.post(f"/api/alerts/{absent}/assign", json={}),
    ):
        error = answer.json()["error"]
        assert (answer.status_code, error["message"]) == (404, "Alert not found")
        assert error["code"] and error["request_id"] == answer.headers["x-request-id"]


async def test_what_the_documents_say_fails_without_effect(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    before = standin.alert(alert)
    answer = await api.patch(f"/api/alerts/{alert}", json={"status": "resolved"})
    assert told(answer) == (405, "Method Not Allowed")
    bulk = await api.post("/api/alerts/bulk/status", json={"ids": [alert], "status": "resolved"})
    comment = await api.post(f"/api/alerts/{alert}/comments", json={"text": "a"})
    for answer, name in ((bulk, "alert_ids"), (comment, "content")):
        assert answer.status_code == 422
        (problem,) = answer.json()["detail"]
        assert (problem["type"], problem["loc"]) == ("missing", ["body", name])
    for key in (KEY, DOCUMENTED_KEY):
        for path in ("/api/alerts", "/api/external/alerts"):
            refused = await api.get(path, headers={"Authorization": f"Bearer {key}"})
            assert refused.status_code == 401
    assert told(await api.get(f"/api/external/alerts/{alert}", headers={"X-API-Key": KEY})) == (
        404,
        "Not Found",
    )
    assert standin.alert(alert) == before and standin.comments_of(alert) == []


async def test_the_description_names_the_paths_of_the_form_unless_hidden(
    standin: ChadStandIn, anyone: httpx.AsyncClient
) -> None:
    paths = (await anyone.get("/openapi.json")).json()["paths"]
    assert set(paths["/api/alerts/{alert_id}"]) == {"get", "delete"}
    assert set(paths["/api/alerts/{alert_id}/status"]) == {"patch"}
    assert "/api/external/alerts/{alert_id}" not in paths
    standin.knobs.openapi = False
    assert told(await anyone.get("/openapi.json")) == (404, "Not Found")


async def test_paths_answer_below_the_base_path_and_without_it(clock: Clock) -> None:
    standin = ChadStandIn(now=clock, base_path="/chad")
    standin.add_alert()
    async with asking(standin, ANALYST) as client:
        for path in ("/chad/api/alerts", "/api/alerts"):
            assert (await client.get(path)).json()["total"] == 1
    assert [record.path for record in standin.requests] == ["/api/alerts", "/api/alerts"]


# Lists.


async def test_a_list_is_a_total_and_alerts_newest_first(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    expected = standin.fill(130)
    page = (await api.get("/api/alerts", params={"cluster": "false"})).json()
    assert set(page) == {"total", "alerts"} and page["total"] == 130
    assert [row["alert_id"] for row in page["alerts"]] == expected[:100]
    page = (await api.get("/api/alerts", params={"limit": 50, "offset": 100})).json()
    assert [row["alert_id"] for row in page["alerts"]] == expected[100:]


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("limit", "0", "greater_than_equal"),
        ("limit", "1001", "less_than_equal"),
        ("limit", "many", "int_parsing"),
        ("offset", "-1", "greater_than_equal"),
        ("cluster", "perhaps", "bool_parsing"),
    ],
)
async def test_a_parameter_out_of_bounds_is_told_by_its_place(
    api: httpx.AsyncClient, name: str, value: str, kind: str
) -> None:
    answer = await api.get("/api/alerts", params={name: value})
    (problem,) = answer.json()["detail"]
    assert answer.status_code == 422
    assert (problem["type"], problem["loc"], problem["input"]) == (kind, ["query", name], value)


async def test_filters_take_one_exact_value(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    one = standin.add_alert(status="resolved", severity="low", rule_id="r1")
    two = standin.add_alert(status="new", severity="high", rule_id="ioc-detection")
    standin.set(two, owner_id=standin.user(ANALYST).id)

    async def found(**params: str) -> set[str]:
        rows = (await api.get("/api/alerts", params=params)).json()["alerts"]
        return {row["alert_id"] for row in rows}

    assert await found(status="resolved") == {one} == await found(severity="low", rule_id="r1")
    assert await found(status="banana") == set() == await found(status="new,resolved")
    assert await found(exclude_ioc="true") == {one} == await found(exclude_status="new,acknowledged")
    assert await found(owner="me") == {two} == await found(owner=standin.user(ANALYST).id)
    assert await found(start_time="2030-01-01T00:00:00Z", q="x", tags="y") == {one, two}
    answer = await api.get("/api/alerts", params={"exclude_status": "new,banana"})
    assert told(answer) == (422, "Invalid status(es): banana")


async def test_clustering_changes_the_type_of_the_answer_unless_refused(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    standin.fill(6, rule_id="r1")
    standin.fill(3, rule_id="r2")
    standin.knobs.clustering = True
    page = (await api.get("/api/alerts", params={"limit": 1, "offset": 5})).json()
    assert set(page) == {"total", "total_clusters", "clusters"}
    assert (page["total"], page["total_clusters"]) == (9, 2)
    page = (await api.get("/api/alerts", params={"limit": 1, "cluster": "false"})).json()
    assert set(page) == {"total", "alerts"} and len(page["alerts"]) == 1


async def test_a_filter_on_the_owner_makes_limit_and_offset_void(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    standin.fill(5, owner_id=standin.user(ANALYST).id)
    page = (await api.get("/api/alerts", params={"owner": "me", "limit": 1, "offset": 4})).json()
    assert len(page["alerts"]) == 5


async def test_new_alerts_shift_offsets(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    expected = standin.fill(4)
    assert len((await api.get("/api/alerts", params={"limit": 2})).json()["alerts"]) == 2
    standin.add_alert(created=NOW + timedelta(seconds=1))
    page = (await api.get("/api/alerts", params={"limit": 2, "offset": 2})).json()
    assert [row["alert_id"] for row in page["alerts"]] == expected[1:3]


async def test_three_lists_behind_the_window_make_every_list_fail_for_half_a_minute(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    standin.fill(3)
    standin.knobs.window = 100
    assert (await api.get("/api/alerts", params={"limit": 50, "offset": 50})).status_code == 200
    for tries in range(3):
        answer = await api.get("/api/alerts", params={"limit": 50, "offset": 51})
        assert answer.json() == {
            "detail": {
                "message": "OpenSearch is currently unavailable",
                "opensearch_available": False,
                "cached": False,
            }
        }
        assert answer.status_code == 503
        assert (await api.get("/api/alerts/counts")).status_code == 200, tries
    other = as_user(standin, SECOND_ANALYST)
    clock.advance(29)
    assert (await api.get("/api/alerts", headers=other)).status_code == 503
    clock.advance(1)
    assert (await api.get("/api/alerts", headers=other)).status_code == 200
    for _ in range(2):
        assert (await api.get("/api/alerts", params={"offset": 100})).status_code == 503
    assert (await api.get("/api/alerts")).status_code == 200


async def test_an_alert_has_every_field_of_the_api_and_no_other(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert(sla_breached=True, ti_enrichment={"sources_used": ["misp"], "indicators": []})
    row = (await api.get(f"/api/alerts/{alert}")).json()
    assert set(row) == {
        *("alert_id", "rule_id", "rule_title", "severity", "tags", "status", "log_document", "created_at"),
        *("updated_at", "acknowledged_by", "acknowledged_at", "owner_id", "owner_username", "owned_at"),
        *("exception_created", "ti_enrichment", "ioc_matches"),
    }
    assert re.fullmatch("[0-9a-f]{32}", row["alert_id"]) and row["created_at"].endswith("Z")
    assert row["acknowledged_by"] is None and row["ti_enrichment"]["sources_used"] == ["misp"]


async def test_one_malformed_document_makes_its_page_an_error(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    names = standin.fill(4)
    standin.take_away(names[1], "tags")
    answer = await api.get("/api/alerts", params={"limit": 2})
    assert (answer.status_code, answer.json()["error_code"]) == (500, "INTERNAL_ERROR")
    assert (await api.get("/api/alerts", params={"limit": 2, "offset": 2})).status_code == 200
    assert (await api.get("/api/external/alerts", headers={"X-API-Key": KEY})).status_code == 200


async def test_counts_are_told_by_status_and_severity(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    standin.add_alert(severity="high")
    standin.add_alert(severity="low", status="banana", created=NOW - timedelta(days=2))
    standin.add_alert(severity="low", rule_id="ioc-detection")
    counts = (await api.get("/api/alerts/counts")).json()
    assert counts == {
        "total": 3,
        "by_status": {"new": 2, "banana": 1},
        "by_severity": {"high": 1, "low": 2},
        "last_24h": 2,
    }
    assert (await api.get("/api/alerts/counts", params={"exclude_ioc": "true"})).json()["total"] == 2


async def test_related_alerts_are_told_only_with_clustering(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert(rule_id="r1")
    near = standin.add_alert(rule_id="r1", created=NOW - timedelta(minutes=30))
    standin.add_alert(rule_id="r1", created=NOW - timedelta(hours=3))
    standin.add_alert(rule_id="r2")
    path = f"/api/alerts/{alert}/related"
    nothing = {"alert_id": alert, "related_count": 0, "clustering_enabled": False, "alerts": []}
    assert (await api.get(path)).json() == nothing
    standin.knobs.clustering = True
    answer = (await api.get(path)).json()
    assert [row["alert_id"] for row in answer["alerts"]] == [near]
    assert (answer["related_count"], answer["window_minutes"]) == (1, 60)
    assert (await api.get(path, params={"limit": 101})).status_code == 422


# The search store fails.


async def test_an_outage_makes_alerts_seem_absent(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    assert (await api.get("/health")).json()["opensearch"] is True
    standin.knobs.outage = True
    assert (await api.get(f"/api/alerts/{alert}")).json()["error"]["message"] == "Alert not found"
    changed = await api.patch(f"/api/alerts/{alert}/status", json={"status": "resolved"})
    assert changed.status_code == 404
    assert told(await api.delete(f"/api/alerts/{alert}")) == (404, "Alert not found")
    zeros = {"total": 0, "by_status": {}, "by_severity": {}, "last_24h": 0}
    assert (await api.get("/api/alerts/counts")).json() == zeros
    assigned = await api.post(f"/api/alerts/{alert}/assign", json={})
    assert assigned.status_code == 500 and "TransportError(" in assigned.text
    bulk = await api.post("/api/alerts/bulk/status", json={"alert_ids": [alert], "status": "resolved"})
    failed = [{"id": alert, "error": "Update failed"}]
    assert (bulk.status_code, bulk.json()) == (200, {"success": [], "failed": failed})
    query = {"new_status": "resolved", "filters": {}}
    assert (await api.post("/api/alerts/bulk/status-by-query", json=query)).status_code == 500
    assert (await api.get("/health")).json()["opensearch"] is False
    standin.knobs.outage = False
    assert (await api.get(f"/api/alerts/{alert}")).json()["status"] == "new"


async def test_during_an_outage_a_list_of_the_last_half_minute_is_served_again(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    alert = standin.add_alert()
    before = (await api.get("/api/alerts", params={"limit": 5})).json()
    standin.set(alert, status="resolved")
    standin.knobs.outage = True
    clock.advance(29)
    stale = await api.get("/api/alerts", params={"limit": 5})
    assert (stale.status_code, stale.json()) == (200, before)
    assert (await api.get("/api/alerts", params={"limit": 6})).status_code == 503
    clock.advance(1)
    assert (await api.get("/api/alerts", params={"limit": 5})).status_code == 503


async def test_without_a_search_store_every_call_about_alerts_says_so(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    standin.knobs.configured = False
    expected = (400, "OpenSearch not configured. Please configure OpenSearch in settings.")
    for path in ("/api/alerts", "/api/alerts/counts", f"/api/alerts/{alert}", f"/api/alerts/{alert}/related"):
        assert told(await api.get(path)) == expected
    assert told(await api.patch(f"/api/alerts/{alert}/status", json={"status": "new"})) == expected
    external = await api.get("/api/external/alerts", headers={"X-API-Key": KEY})
    assert told(external) == (503, "OpenSearch not configured")


# Around it.


async def test_the_audit_log_needs_its_permission_and_names_no_one_alert(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    one, two = standin.add_alert(), standin.add_alert()
    for alert in (one, two):
        await api.patch(f"/api/alerts/{alert}/status", json={"status": "resolved"})
    assert told(await api.get("/api/audit")) == (403, "Permission required: view_audit")
    page = (await api.get("/api/audit", headers=as_user(standin, ADMIN), params={"resource_id": one})).json()
    assert [line["resource_id"] for line in page["items"]] == [two, one]
    assert page["items"][0]["details"] == {"status": "resolved"} and page["total"] == 2


async def test_mode_and_targets_are_told(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    assert (await api.get("/api/mode")).json()["mode"] == "push"
    policy = (await api.get("/api/sla-policy")).json()
    assert set(policy) == {"enabled", "targets_minutes"} and len(policy["targets_minutes"]) == 5


async def test_requests_are_recorded_as_they_came(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    await api.get("/api/alerts?limit=5&status=new")
    await api.patch(f"/api/alerts/{alert}/status", json={"status": "new"})
    listed, changed = standin.requests
    assert (listed.operation, listed.query, listed.json) == (
        "list_alerts",
        [("limit", "5"), ("status", "new")],
        None,
    )
    assert (changed.method, changed.path) == ("PATCH", f"/api/alerts/{alert}/status")
    assert (changed.json, changed.status) == ({"status": "new"}, 200)
    assert changed.headers["authorization"].startswith("Bearer ")
    assert standin.of("set_status") == [changed]
    standin.forget_requests()
    assert standin.requests == []


async def test_the_shared_faults_wrap_it_and_it_answers_on_a_port(clock: Clock) -> None:
    standin = ChadStandIn(now=clock, knobs=Knobs(delays={"health": 0.001}))
    script = {("GET", "/health"): [Reply(502, b"<html>")]}
    async with FaultServer(script, app=standin) as faults, httpx.AsyncClient() as client:
        assert (await client.get(f"{faults.url}/health")).status_code == 502
        assert (await client.get(f"{faults.url}/health")).json()["opensearch"] is True
    with serving(standin) as url:
        assert httpx.get(f"{url}/health").status_code == 200
