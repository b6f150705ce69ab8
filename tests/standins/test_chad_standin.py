"""The stand-in in the form of CHAD's server: access, and everything that is only read."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.standins.chad import (
    ADMIN,
    ANALYST,
    DOCUMENTED_KEY,
    EXPIRED_KEY,
    KEY,
    PASSWORD,
    SECOND_ANALYST,
    VIEWER,
    ChadStandIn,
    Knobs,
    alert_id,
)
from tests.standins.conftest import NOW
from tests.standins.faults import FaultServer
from tests.standins.misbehaviour import Reply
from tests.standins.panther import Clock
from tests.standins.running import serving

LOGIN = {"email": ANALYST, "password": PASSWORD}


def as_user(standin: ChadStandIn, email: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {standin.token(email)}"}


def told(answer: httpx.Response) -> tuple[int, Any]:
    """The status and the detail of an error."""
    return answer.status_code, answer.json()["detail"]


@pytest.fixture
def standin(clock: Clock) -> ChadStandIn:
    return ChadStandIn(now=clock)


@pytest.fixture
async def anyone(standin: ChadStandIn) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=standin)
    async with httpx.AsyncClient(transport=transport, base_url="http://chad.test") as client:
        yield client


@pytest.fixture
async def api(standin: ChadStandIn, anyone: httpx.AsyncClient) -> httpx.AsyncClient:
    anyone.headers.update(as_user(standin, ANALYST))
    return anyone


# Access.


async def test_a_login_gives_a_token_that_says_when_it_ends(anyone: httpx.AsyncClient) -> None:
    answer = (await anyone.post("/api/auth/login", json=LOGIN)).json()
    assert answer["token_type"] == "bearer" and len(answer) == 2
    claims = answer["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert claims["exp"] == (NOW + timedelta(minutes=480)).timestamp()
    assert set(claims) == {"sub", "exp", "tv"}


async def test_a_login_that_is_wrong_is_told_how(standin: ChadStandIn, anyone: httpx.AsyncClient) -> None:
    async def login(**fields: Any) -> httpx.Response:
        return await anyone.post("/api/auth/login", json=LOGIN | fields)

    assert told(await login(password="wrong")) == (401, "Invalid credentials")
    assert told(await login(email="nobody@example.com")) == (401, "Invalid credentials")
    assert (await login(email="no address")).status_code == 422
    standin.add_user("sso@example.com", sso_only=True)
    status, text = told(await login(email="sso@example.com"))
    assert status == 401 and text.startswith("This account uses SSO only")
    standin.user(ANALYST).is_active = False
    assert (await login()).status_code == 403
    standin.knobs.delegated = True
    assert (await login()).status_code == 404
    assert (await anyone.get("/api/auth/setup-status")).json() == {"chad_delegated_auth": True}


async def test_the_second_step_of_a_login_outlives_a_wrong_code(
    standin: ChadStandIn, anyone: httpx.AsyncClient, clock: Clock
) -> None:
    standin.user(ANALYST).code = "123456"
    first = (await anyone.post("/api/auth/login", json=LOGIN)).json()
    assert set(first) == {"requires_2fa", "2fa_token"} and first["requires_2fa"] is True

    async def second(code: str, token: str = first["2fa_token"]) -> httpx.Response:
        return await anyone.post("/api/auth/login/2fa", json={"token": token, "code": code})

    assert told(await second("654321")) == (401, "Invalid 2FA code.")
    assert (await second("123")).status_code == (await second("123456789")).status_code == 422
    answer = (await second("123456")).json()
    assert answer["token_type"] == "bearer"
    status, text = told(await second("123456"))
    assert status == 400 and text.startswith("Invalid or expired 2FA token")
    late = (await anyone.post("/api/auth/login", json=LOGIN)).json()["2fa_token"]
    clock.advance(600)
    assert (await second("123456", late)).status_code == 400


async def test_a_login_that_needs_a_second_factor_set_up_has_no_token_type(
    standin: ChadStandIn, anyone: httpx.AsyncClient
) -> None:
    standin.user(ANALYST).must_set_up_code = True
    answer = (await anyone.post("/api/auth/login", json=LOGIN)).json()
    assert set(answer) == {"access_token", "requires_2fa_setup"}


async def test_the_sixth_try_after_five_failures_is_locked_out(
    anyone: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(5):
        answer = await anyone.post("/api/auth/login", json=LOGIN | {"password": "wrong"})
        assert answer.status_code == 401
    locked = await anyone.post("/api/auth/login", json=LOGIN)
    status, text = told(locked)
    assert status == 429 and re.fullmatch(r"Account temporarily locked .* Try again in 15 minutes\.", text)
    assert "retry-after" not in locked.headers
    clock.advance(15 * 60)
    assert (await anyone.post("/api/auth/login", json=LOGIN)).status_code == 200


async def test_a_token_that_does_not_work_is_told_why(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    assert (await api.get("/api/alerts")).status_code == 200
    for bad in ("nonsense", KEY):
        answer = await api.get("/api/alerts", headers={"Authorization": f"Bearer {bad}"})
        assert told(answer) == (401, "Invalid authentication token")
    for headers in ({"Authorization": "Basic eA=="}, {"Authorization": "", "X-API-Key": KEY}):
        assert told(await api.get("/api/alerts", headers=headers)) == (401, "Not authenticated")
    short = {"Authorization": f"Bearer {standin.token(minutes=1)}"}
    clock.advance(60)
    assert told(await api.get("/api/alerts", headers=short)) == (401, "Invalid authentication token")
    standin.expire_tokens()
    assert told(await api.get("/api/alerts")) == (401, "Invalid authentication token")
    api.headers.update(as_user(standin, ANALYST))
    standin.revoke_tokens(ANALYST)
    assert told(await api.get("/api/alerts")) == (401, "Token has been invalidated")
    api.headers.update(as_user(standin, ANALYST))
    standin.user(ANALYST).is_active = False
    assert told(await api.get("/api/alerts")) == (403, "User is inactive")
    del standin.world.users[standin.user(ANALYST).id]
    assert told(await api.get("/api/alerts")) == (401, "User not found")


async def test_who_am_i_tells_the_permissions(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    standin.user(ANALYST).must_change_password = True
    row = (await api.get("/api/auth/me")).json()
    assert set(row) == {
        *("id", "email", "role", "is_active", "auth_method", "must_change_password", "totp_enabled"),
        *("mfa_enforced", "mfa_required", "permissions", "notification_preferences"),
        "chad_delegated_auth",
    }
    assert row["permissions"]["manage_alerts"] is True and row["must_change_password"] is True
    standin.user(ANALYST).granted["manage_alerts"] = False
    assert (await api.get("/api/auth/me")).json()["permissions"]["manage_alerts"] is False
    viewer = (await api.get("/api/auth/me", headers=as_user(standin, VIEWER))).json()
    assert viewer["permissions"]["manage_alerts"] is False
    assert (await api.post("/api/auth/logout", json={})).status_code == 200
    assert (await api.get("/api/auth/me")).status_code == 200


async def test_a_write_without_a_bearer_header_meets_the_csrf_check(
    standin: ChadStandIn, anyone: httpx.AsyncClient
) -> None:
    path, body = f"/api/alerts/{standin.add_alert()}/status", {"status": "resolved"}
    status, text = told(await anyone.patch(path, json=body))
    assert status == 403 and text.startswith("CSRF token missing. ")
    token = (await anyone.get("/health")).headers["x-csrf-token"]
    cookie = {"Cookie": f"csrf_token={token}"}
    required = "CSRF token required. Please include X-CSRF-Token header."
    assert told(await anyone.patch(path, json=body, headers=cookie)) == (403, required)
    status, text = told(await anyone.patch(path, json=body, headers=cookie | {"X-CSRF-Token": "other"}))
    assert status == 403 and text.startswith("CSRF token validation failed. ")
    right = cookie | {"X-CSRF-Token": token}
    elsewhere = await anyone.patch(path, json=body, headers=right | {"Origin": "http://evil.test"})
    assert told(elsewhere) == (403, "Cross-site request not allowed.")
    assert told(await anyone.patch(path, json=body, headers=right)) == (401, "Not authenticated")
    bearer = {"Authorization": "Bearer nonsense"}
    assert (await anyone.patch(path, json=body, headers=bearer)).status_code == 401


async def test_every_get_hands_out_the_csrf_token(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/alerts")
    cookie = answer.headers["set-cookie"].lower()
    for part in ("csrf_token=", "httponly", "secure", "samesite=strict", "max-age=3600"):
        assert part in cookie
    assert "csrf_token" not in api.cookies or answer.headers["x-csrf-token"]
    again = await api.get("/api/alerts", headers={"Cookie": "csrf_token=mine"})
    assert again.headers["x-csrf-token"] == "mine" and "set-cookie" not in again.headers
    written = await api.post("/api/auth/logout", json={})
    assert "x-csrf-token" not in written.headers


async def test_a_write_without_a_json_content_type_is_refused_even_without_a_body(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    for answer in (
        await api.post(f"/api/alerts/{alert}/assign"),
        await api.post(f"/api/alerts/{alert}/unassign"),
        await api.patch(f"/api/alerts/{alert}/status", content=b'{"status": "new"}'),
    ):
        body = answer.json()
        assert answer.status_code == 415 and body["error_code"] == "INVALID_CONTENT_TYPE"
        assert set(body) == {"detail", "error_code", "request_id"}
        assert body["request_id"] == answer.headers["x-request-id"]
    assert (await api.post(f"/api/alerts/{alert}/assign", json={})).status_code == 200


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
    transport = httpx.ASGITransport(app=standin)
    async with httpx.AsyncClient(transport=transport, base_url="http://chad.test") as client:
        client.headers.update(as_user(standin, ANALYST))
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


# The external list.


async def test_a_key_reads_raw_documents_and_nothing_else(
    standin: ChadStandIn, anyone: httpx.AsyncClient
) -> None:
    anyone.headers["X-API-Key"] = KEY
    alert = standin.add_alert(sla_breached=True)
    page = (await anyone.get("/api/external/alerts")).json()
    assert set(page) == {"items", "total", "limit", "offset"}
    assert page["items"] == [standin.alert(alert)] and page["items"][0]["sla_breached"] is True
    assert "owner_id" not in page["items"][0] and page["items"][0]["created_at"].endswith("+00:00")
    assert (await anyone.get("/api/alerts")).status_code == 401
    assert (await anyone.post("/api/external/alerts", json={})).status_code == 405


async def test_a_key_that_does_not_work_is_told_why(anyone: httpx.AsyncClient) -> None:
    missing = "API key required. Provide X-API-Key header."
    assert told(await anyone.get("/api/external/alerts")) == (401, missing)
    for key in ("wrong", EXPIRED_KEY):
        answer = await anyone.get("/api/external/alerts", headers={"X-API-Key": key})
        assert told(answer) == (401, "Invalid or expired API key")


async def test_the_external_list_takes_times(standin: ChadStandIn, anyone: httpx.AsyncClient) -> None:
    anyone.headers["X-API-Key"] = KEY
    old = standin.add_alert(created=NOW - timedelta(hours=5), status="resolved")
    new = standin.add_alert()

    async def found(**params: str) -> list[str]:
        page = (await anyone.get("/api/external/alerts", params=params)).json()
        return [item["alert_id"] for item in page["items"]]

    assert await found() == [new, old]
    assert await found(start_time="now-1h") == [new]
    assert await found(end_time=(NOW - timedelta(hours=1)).isoformat()) == [old]
    assert await found(status="resolved") == [old] and await found(limit="1", offset="1") == [old]
    answer = await anyone.get("/api/external/alerts", params={"start_time": "yesterday"})
    status, text = told(answer)
    assert status == 500 and text.startswith("Failed to query alerts: ")


async def test_the_external_total_stops_at_ten_thousand(
    standin: ChadStandIn, anyone: httpx.AsyncClient
) -> None:
    standin.fill(10_020)
    anyone.headers["X-API-Key"] = KEY
    page = (await anyone.get("/api/external/alerts", params={"limit": 1})).json()
    assert page["total"] == 10_000
    listed = await anyone.get("/api/alerts", params={"limit": 1}, headers=as_user(standin, ANALYST))
    assert listed.json()["total"] == 10_020


async def test_the_hundred_and_first_request_of_a_minute_is_refused_for_a_key_only(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(100):
        assert (await api.get("/api/external/alerts", headers={"X-API-Key": KEY})).status_code == 200
    answer = await api.get("/api/external/alerts", headers={"X-API-Key": KEY})
    assert told(answer) == (429, "Rate limit exceeded: 100 requests per minute allowed")
    assert answer.headers["retry-after"] == "60"
    assert (await api.get("/api/alerts")).status_code == 200
    clock.advance(60)
    assert (await api.get("/api/external/alerts", headers={"X-API-Key": KEY})).status_code == 200


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
