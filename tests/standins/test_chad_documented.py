"""The stand-in in the form that CHAD's published documents describe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.standins.chad import (
    ANALYST,
    DOCUMENTED_EXPIRED_KEY,
    DOCUMENTED_KEY,
    DOCUMENTED_UNREADING_KEY,
    KEY,
    SECOND_ANALYST,
    VIEWER,
    ChadStandIn,
)
from tests.standins.chad.asking import as_user, asking, told
from tests.standins.conftest import NOW
from tests.standins.panther import Clock

BY_KEY = {"Authorization": f"Bearer {DOCUMENTED_KEY}"}


@pytest.fixture
def standin(clock: Clock) -> ChadStandIn:
    return ChadStandIn("documented", now=clock)


@pytest.fixture
async def api(standin: ChadStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(standin, ANALYST) as client:
        client.headers["X-CSRF-Token"] = (await client.get("/health")).headers["x-csrf-token"]
        standin.forget_requests()
        yield client


async def test_one_alert_holds_everything(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert("alert-abc-123", related_alerts=[{"id": "alert-related-001"}])
    comment = standin.add_comment(alert, "a comment")
    row = (await api.get(f"/api/alerts/{alert}")).json()
    assert set(row) == {
        *("id", "rule_id", "rule_title", "severity", "status", "created_at", "acknowledged_at"),
        *("resolved_at", "acknowledged_by", "resolved_by", "matched_log", "enrichment", "tags"),
        *("comments", "related_alerts"),
    }
    assert set(row["enrichment"]) == {"risk_level", "risk_score", "iocs", "geoip"}
    at = "2025-06-15T12:00:00Z"
    assert row["comments"] == [{"id": comment, "user": SECOND_ANALYST, "text": "a comment", "created_at": at}]
    assert row["created_at"] == "2025-06-15T11:59:00Z"
    by_key = await api.get(f"/api/external/alerts/{alert}", headers=BY_KEY)
    assert by_key.json() == row


async def test_an_alert_that_is_not_there_is_a_plain_error(api: httpx.AsyncClient) -> None:
    for answer in (
        await api.get("/api/alerts/absent"),
        await api.get("/api/external/alerts/absent", headers=BY_KEY),
        await api.patch("/api/alerts/absent", json={"status": "new"}),
        await api.post("/api/alerts/absent/comments", json={"text": "a"}),
    ):
        assert told(answer) == (404, "Alert not found")


async def test_keys_read_and_do_nothing_else(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    assert (await api.get("/api/external/alerts", headers=BY_KEY)).status_code == 200
    not_valid = (401, "Could not validate credentials")
    changed = await api.patch(f"/api/alerts/{alert}", json={"status": "new"}, headers=BY_KEY)
    assert told(changed) == not_valid
    assert told(await api.get("/api/alerts", headers=BY_KEY)) == not_valid
    for key in (DOCUMENTED_EXPIRED_KEY, KEY, "wrong"):
        answer = await api.get("/api/external/alerts", headers={"Authorization": f"Bearer {key}"})
        assert told(answer) == not_valid
    by_header = {"Authorization": "", "X-API-Key": DOCUMENTED_KEY}
    assert told(await api.get("/api/external/alerts", headers=by_header)) == not_valid
    unreading = {"Authorization": f"Bearer {DOCUMENTED_UNREADING_KEY}"}
    answer = await api.get("/api/external/alerts", headers=unreading)
    assert told(answer) == (403, "Not enough permissions")
    standin.expire_tokens()
    assert told(await api.get("/api/alerts")) == not_valid


async def test_lists_are_pages(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    expected = standin.fill(45)
    page = (await api.get("/api/alerts")).json()
    assert [row["id"] for row in page.pop("items")] == expected[:20]
    assert page == {"total": 45, "page": 1, "page_size": 20, "pages": 3}
    page = (await api.get("/api/external/alerts", params={"page": 3}, headers=BY_KEY)).json()
    assert [row["id"] for row in page["items"]] == expected[40:]
    assert (await api.get("/api/alerts", params={"page": 4})).json()["items"] == []
    for wrong in ({"page": 0}, {"page_size": 0}, {"page_size": 101}):
        assert (await api.get("/api/alerts", params=wrong)).status_code == 422
    standin.knobs.thin_rows = True
    row = (await api.get("/api/alerts", params={"page_size": 100})).json()["items"][0]
    assert "matched_log" not in row and "severity" in row


async def test_lists_are_filtered_by_one_value_each(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    old = standin.add_alert(created=NOW - timedelta(hours=2), severity="low", rule_id="r1")
    new = standin.add_alert(status="resolved", severity="high")

    async def found(**params: str) -> list[str]:
        return [row["id"] for row in (await api.get("/api/alerts", params=params)).json()["items"]]

    assert await found(status="resolved") == [new] == await found(severity="high")
    assert await found(rule_id="r1", severity="low") == [old] and await found(status="banana") == []
    assert await found(created_after=(NOW - timedelta(hours=1)).isoformat()) == [new]
    assert (await api.get("/api/alerts", params={"created_after": "soon"})).status_code == 422


async def test_a_status_is_set_together_with_a_comment(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    path = f"/api/alerts/{alert}"
    answer = await api.patch(path, json={"status": "acknowledged", "comment": "looking"})
    at = "2025-06-15T12:00:00Z"
    assert answer.json() == {
        "id": alert,
        "status": "acknowledged",
        "acknowledged_at": at,
        "acknowledged_by": ANALYST,
        "comment_added": True,
    }
    assert (await api.get(path)).json()["comments"][0]["text"] == "looking"
    assert (await api.patch(path, json={"status": "resolved"})).json()["comment_added"] is False
    row = (await api.get(path)).json()
    assert (row["resolved_at"], row["resolved_by"]) == (at, ANALYST)
    assert told(await api.patch(path, json={"status": "banana"})) == (400, "Invalid status value")
    assert (await api.patch(path, json={"comment": "alone"})).status_code == 422
    assert len(standin.comments_of(alert)) == 1
    assert (await api.patch(path, json={"status": "new"})).json()["status"] == "new"


async def test_a_bulk_change_counts_what_it_changed(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    one, two = standin.add_alert(), standin.add_alert()
    body = {"ids": [one, two], "status": "false_positive", "comment": "known account"}
    answer = await api.post("/api/alerts/bulk/status", json=body)
    assert answer.json() == {"updated": 2, "failed": []}
    assert standin.alert(two)["status"] == "false_positive" and len(standin.comments_of(one)) == 1
    standin.knobs.refused_ids.add(two)
    body = {"ids": [one, two, "absent"], "status": "new"}
    answer = await api.post("/api/alerts/bulk/status", json=body)
    assert answer.json() == {"updated": 1, "failed": [two, "absent"]}
    standin.knobs.bulk_failed = "objects"
    failed = (await api.post("/api/alerts/bulk/status", json=body)).json()["failed"]
    assert [each["id"] for each in failed] == [two, "absent"]
    wrong = await api.post("/api/alerts/bulk/status", json={"ids": [one], "status": "banana"})
    assert told(wrong) == (400, "Invalid status value")


async def test_a_comment_is_added_by_its_text(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    comment = (await api.post(f"/api/alerts/{alert}/comments", json={"text": "more notes"})).json()
    assert set(comment) == {"id", "alert_id", "user", "text", "created_at"}
    assert (comment["alert_id"], comment["user"], comment["text"]) == (alert, ANALYST, "more notes")
    assert len((await api.get(f"/api/alerts/{alert}")).json()["comments"]) == 1


async def test_a_write_needs_the_csrf_token_beside_a_token(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    path, body = f"/api/alerts/{standin.add_alert()}", {"status": "resolved"}
    token = api.headers.pop("x-csrf-token")
    required = "CSRF token required. Please include X-CSRF-Token header."
    assert told(await api.patch(path, json=body)) == (403, required)
    status, text = told(await api.patch(path, json=body, headers={"X-CSRF-Token": "made up"}))
    assert status == 403 and text.startswith("CSRF token validation failed. ")
    assert (await api.patch(path, json=body, headers={"X-CSRF-Token": token})).status_code == 200
    clock.advance(3600)
    status, text = told(await api.patch(path, json=body, headers={"X-CSRF-Token": token}))
    assert status == 403 and text.startswith("CSRF token validation failed. ")
    standin.knobs.csrf_beside_jwt = False
    assert (await api.patch(path, json=body)).status_code == 200


async def test_a_viewer_changes_nothing(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    api.headers.update(as_user(standin, VIEWER))
    assert (await api.get(f"/api/alerts/{alert}")).status_code == 200
    answer = await api.patch(f"/api/alerts/{alert}", json={"status": "resolved"})
    assert told(answer) == (403, "Not enough permissions")
    assert standin.alert(alert)["status"] == "new"


async def test_what_the_server_of_the_other_form_takes_fails_without_effect(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    path = f"/api/alerts/{alert}"
    for absent in (
        await api.patch(f"{path}/status", json={"status": "resolved"}),
        await api.post(f"{path}/assign", json={}),
        await api.get(f"{path}/related"),
        await api.get("/api/audit"),
    ):
        assert told(absent) == (404, "Not Found")
    for method, place in (("GET", f"{path}/comments"), ("DELETE", path)):
        assert told(await api.request(method, place)) == (405, "Method Not Allowed")
    bulk = {"alert_ids": [alert], "status": "resolved"}
    for answer, name in (
        (await api.post("/api/alerts/bulk/status", json=bulk), "ids"),
        (await api.post(f"{path}/comments", json={"content": "a"}), "text"),
    ):
        (problem,) = answer.json()["detail"]
        assert (answer.status_code, problem["type"], problem["loc"]) == (422, "missing", ["body", name])
    assert standin.alert(alert)["status"] == "new" and standin.comments_of(alert) == []
    paths = (await api.get("/openapi.json")).json()["paths"]
    assert set(paths["/api/alerts/{alert_id}"]) == {"get", "patch"}
    assert "/api/alerts/{alert_id}/status" not in paths and "/api/external/alerts/{alert_id}" in paths
