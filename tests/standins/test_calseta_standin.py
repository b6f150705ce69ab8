"""The stand-in answers as Calseta's server does: access, limits and errors; and what it offers to tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.standins.calling_calseta import NOWHERE, calling, data, error_of
from tests.standins.calseta import EXPIRED_KEY, KEY, READ_KEY, CalsetaStandIn
from tests.standins.faults import FaultServer
from tests.standins.misbehaviour import Reply
from tests.standins.panther import Clock
from tests.standins.running import serving

MESSAGE = "The requested resource was not found."
NOT_FOUND = {"error": {"code": "NOT_FOUND", "message": MESSAGE, "details": {}}}
UNEXPECTED = {"code": "INTERNAL_ERROR", "message": "An unexpected error occurred.", "details": {}}


@pytest.fixture
def standin(clock: Clock) -> CalsetaStandIn:
    return CalsetaStandIn(now=clock)


@pytest.fixture
async def api(standin: CalsetaStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(standin) as client:
        yield client


# Access.


async def test_every_route_wants_a_bearer_key(api: httpx.AsyncClient) -> None:
    expected = "Missing or invalid Authorization header. Expected: Bearer cai_..."
    for header, message in (
        ("", expected),
        (KEY, expected),
        (f"bearer {KEY}", expected),
        ("Bearer sk_something", "Invalid API key format."),
        ("Bearer cai_unknown", "Invalid API key."),
    ):
        answer = await api.get("/v1/alerts", headers={"Authorization": header})
        assert error_of(answer, 401, "UNAUTHORIZED") == {
            "code": "UNAUTHORIZED",
            "message": message,
            "details": {},
        }
    answer = await api.get("/v1/alerts", headers={"X-API-Key": KEY, "Authorization": ""})
    error_of(answer, 401, "UNAUTHORIZED")
    answer = await api.get("/v1/alerts", headers={"Authorization": f"Bearer {EXPIRED_KEY}"})
    error_of(answer, 401, "KEY_EXPIRED")
    assert (await api.get("/health", headers={"Authorization": ""})).status_code == 200


async def test_a_missing_scope_is_named(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    path = f"/v1/alerts/{standin.add_alert()}"
    reading = {"Authorization": f"Bearer {READ_KEY}"}
    assert (await api.get(path, headers=reading)).status_code == 200
    error = error_of(await api.patch(path, headers=reading, json={}), 403, "FORBIDDEN")
    assert error["details"] == {"required_scopes": ["alerts:write"]}
    error = error_of(await api.get("/v1/api-keys"), 403, "FORBIDDEN")
    assert error["details"] == {"required_scopes": ["admin"]}
    standin.permit("admin")
    assert (await api.patch(path, json={})).status_code == 200
    own = (await data(api, "/v1/api-keys"))[0]
    assert (own["key_prefix"], own["scopes"]) == (KEY[:8], ["admin"])


async def test_the_rate_limit_counts_by_route_and_key(
    standin: CalsetaStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    standin.knobs.per_minute["list_alerts"] = 2
    for header in ("", "Bearer cai_unknown"):
        await api.get("/v1/alerts", headers={"Authorization": header})
    answers = [await api.get("/v1/alerts") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert error_of(answers[2], 429, "RATE_LIMITED")["details"] == {"retry_after_seconds": 60}
    assert not any(name.lower().startswith("x-ratelimit") for name in answers[0].headers)
    assert (await api.get("/v1/sources")).status_code == 200
    other = {"Authorization": f"Bearer {READ_KEY}"}
    assert (await api.get("/v1/alerts", headers=other)).status_code == 200
    clock.advance(60)
    assert (await api.get("/v1/alerts")).status_code == 200


async def test_without_a_knob_a_key_may_read_600_times_a_minute(api: httpx.AsyncClient) -> None:
    answers = Counter([(await api.get("/v1/sources")).status_code for _ in range(601)])
    assert answers == {200: 600, 429: 1}


# Envelopes and errors.


async def test_an_unknown_path_and_a_wrong_method_are_both_404(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    for method, path in (
        ("GET", "/v1/nowhere"),
        ("GET", "/alerts"),
        ("PUT", f"/v1/alerts/{alert}"),
        ("PATCH", "/v1/alerts"),
        ("POST", "/v1/metrics/alerts"),
        ("GET", f"/v1/alerts/{alert}/comments"),
        ("POST", f"/v1/alerts/{alert}/comments"),
        ("GET", "/v1/users"),
        ("POST", "/v1/alerts/bulk"),
        ("PATCH", "/v1/alerts/bulk/status"),
        ("GET", "/docs"),
    ):
        answer = await api.request(method, path)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND), (method, path)


async def test_a_trailing_slash_is_redirected_and_not_answered(api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/alerts/?page=2")
    assert answer.status_code == 307
    assert answer.headers["Location"] == "http://calseta.test/v1/alerts?page=2"
    assert (await api.get("/v1/nowhere/")).json() == NOT_FOUND


async def test_a_request_id_is_echoed_or_made_but_for_a_500(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    assert (await api.get("/v1/alerts", headers={"X-Request-ID": "mine"})).headers["X-Request-ID"] == "mine"
    assert (await api.get("/v1/alerts")).headers["X-Request-ID"]
    assert (await api.get("/v1/nowhere")).headers["X-Request-ID"]
    assert "X-Request-ID" not in (await api.get("/v1/alerts", params={"tags": "a"})).headers


async def test_an_alert_that_is_not_there(api: httpx.AsyncClient) -> None:
    for path in ("", "/activity", "/findings", "/indicators", "/relationship-graph", "/context"):
        answer = await api.get(f"/v1/alerts/{NOWHERE}{path}")
        assert error_of(answer, 404, "NOT_FOUND")["message"] == "Alert not found."
    closing = await api.patch(f"/v1/alerts/{NOWHERE}", json={"status": "Closed"})
    assert error_of(closing, 404, "NOT_FOUND")["message"] == "Alert not found."


async def test_what_the_schema_refuses_is_422_with_a_list_of_errors(api: httpx.AsyncClient) -> None:
    for path, kind, place in (
        ("/v1/alerts/not-a-uuid", "uuid_parsing", ["path", "alert_uuid"]),
        ("/v1/alerts?page_size=501", "less_than_equal", ["query", "page_size"]),
        ("/v1/alerts?page=0", "greater_than_equal", ["query", "page"]),
        ("/v1/alerts?page=two", "int_parsing", ["query", "page"]),
        ("/v1/alerts?is_enriched=maybe", "bool_parsing", ["query", "is_enriched"]),
        ("/v1/alerts?detection_rule_uuid=7", "uuid_parsing", ["query", "detection_rule_uuid"]),
        (
            "/v1/alerts?from_time=2025-06-15T12:00:00+00:00",
            "datetime_from_date_parsing",
            ["query", "from_time"],
        ),
        (f"/v1/alerts/{NOWHERE}/relationship-graph?sibling_limit=51", "less_than_equal", None),
    ):
        error = error_of(await api.get(path), 422, "VALIDATION_ERROR")
        (found,) = error["details"]["errors"]
        assert (list(found), found["type"]) == (["type", "loc", "msg"], kind)
        assert place is None or found["loc"] == place


async def test_an_unknown_order_is_400(api: httpx.AsyncClient) -> None:
    for query in ({"sort_by": "updated_at"}, {"sort_order": "up"}, {"sort_by": "Severity"}):
        answer = await api.get("/v1/alerts", params=query)
        assert error_of(answer, 400, "VALIDATION_ERROR")["details"] == {}


async def test_a_body_may_have_10_megabytes_and_5_where_alerts_come_in(api: httpx.AsyncClient) -> None:
    large = b" " * (5 * 1024 * 1024 + 1)
    error_of(await api.post("/v1/alerts", content=large), 413, "PAYLOAD_TOO_LARGE")
    error_of(await api.patch(f"/v1/alerts/{NOWHERE}", content=large), 422, "VALIDATION_ERROR")
    error_of(await api.patch(f"/v1/alerts/{NOWHERE}", content=large * 2), 413, "PAYLOAD_TOO_LARGE")


# The stand-in itself.


async def test_ids_are_the_same_in_every_run() -> None:
    first, second = CalsetaStandIn(), CalsetaStandIn()
    assert first.fill(3) == second.fill(3)
    with pytest.raises(ValueError, match="already held"):
        first.add_alert(first.add_alert())


async def test_requests_are_recorded_without_their_key(
    standin: CalsetaStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    await api.get("/v1/alerts", params={"status": "Open,Closed"})
    await api.patch(f"/v1/alerts/{alert}", json={"severity": "Low"})
    first, second = standin.requests
    assert (first.operation, first.values("status"), first.status) == ("list_alerts", ["Open,Closed"], 200)
    assert (second.method, second.path, second.json) == ("PATCH", f"/v1/alerts/{alert}", {"severity": "Low"})
    assert first.has_key and not any(KEY in value for value in first.headers.values())
    assert standin.counts == {"list_alerts": 1, "patch_alert": 1}
    standin.forget_requests()
    assert standin.requests == []


async def test_an_outage_answers_every_call(standin: CalsetaStandIn, api: httpx.AsyncClient) -> None:
    standin.knobs.outage = 500
    assert error_of(await api.get("/v1/alerts"), 500, "INTERNAL_ERROR") == UNEXPECTED
    standin.knobs.outage = 503
    answer = await api.get("/v1/nowhere")
    assert (answer.status_code, answer.headers["content-type"][:9]) == (503, "text/html")
    standin.knobs.outage = None
    assert (await api.get("/v1/alerts")).status_code == 200


async def test_it_answers_over_http_and_behind_faults(standin: CalsetaStandIn) -> None:
    standin.add_alert()
    headers = {"Authorization": f"Bearer {KEY}"}
    with serving(standin) as url:
        assert httpx.get(f"{url}/v1/alerts", headers=headers).json()["meta"]["total"] == 1
    script = {("GET", "/v1/alerts"): [Reply(502, b"")]}
    async with FaultServer(script, app=standin) as server, httpx.AsyncClient(headers=headers) as client:
        answers = [await client.get(f"{server.url}/v1/alerts") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [502, 200]
