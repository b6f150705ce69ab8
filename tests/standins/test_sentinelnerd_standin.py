"""The SentinelNerd stand-in follows the published pages: access, listing, errors."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.standins.calling_sentinelnerd import ids, listed, nerd, read, v1
from tests.standins.conftest import NOW
from tests.standins.faults import FaultServer
from tests.standins.running import serving
from tests.standins.sentinelnerd import (
    ADMIN,
    ADMIN_KEY,
    ALERTS_READ,
    ALERTS_WRITE,
    ANALYST,
    EXPIRED_KEY,
    KEY,
    READ_ONLY_KEY,
    SANDBOX_KEY,
    Clock,
    ErrorForm,
    SentinelNerdStandIn,
    alert_id,
)
from tests.standins.wrong_answers import too_many

__all__ = ["nerd", "v1"]


async def test_only_a_bearer_key_that_works_opens_anything(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    for credential in ("", KEY, f"Basic {KEY}", "Bearer snk_live_unknown", f"Bearer {EXPIRED_KEY}"):
        answer = await v1.get("/alerts", headers={"Authorization": credential})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthorized"
    for key in (KEY, SANDBOX_KEY, READ_ONLY_KEY, ADMIN_KEY):
        answer = await v1.get("/alerts", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200
    nerd.revoke_key()
    assert (await v1.get("/nowhere")).status_code == 401


async def test_reading_and_changing_need_their_scopes_and_admin_has_all(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()

    async def statuses() -> list[int]:
        answers = [
            await v1.get("/alerts"),
            await v1.get(f"/alerts/{alert}"),
            await v1.get("/alerts/stats"),
            await v1.post(f"/alerts/{alert}/acknowledge"),
            await v1.post(f"/alerts/{alert}/resolve", json={"resolution": "benign"}),
            await v1.post(f"/alerts/{alert}/comments", json={"body": "b"}),
            await v1.post("/alerts/bulk", json={"alert_ids": [alert], "action": "reopen"}),
            await v1.get("/events"),
        ]
        return [answer.status_code for answer in answers]

    assert await statuses() == [200, 200, 200, 200, 200, 201, 200, 403]
    nerd.permit(ALERTS_READ)
    assert await statuses() == [200, 200, 200, 403, 403, 403, 403, 403]
    nerd.permit(ALERTS_WRITE)
    assert await statuses() == [403, 403, 403, 200, 200, 201, 200, 403]
    nerd.permit(ADMIN)
    assert await statuses() == [200, 200, 200, 200, 200, 201, 200, 200]
    nerd.permit(ALERTS_READ, ALERTS_WRITE)
    nerd.knobs.scopes = {"stats": ADMIN}
    assert (await v1.get("/alerts/stats")).status_code == 403


async def test_unknown_paths_methods_and_alerts_are_not_found(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    for method, path in (
        ("GET", "/v1/nowhere"),
        ("GET", "/alerts"),
        ("GET", "/v1/alerts/"),
        ("GET", "/v1/alerts/alt_unknown"),
        ("GET", "/v1/alerts/bulk"),
        ("POST", "/v1/alerts/stats"),
        ("GET", f"/v1/alerts/{alert}/comments"),
        ("POST", f"/v1/alerts/{alert}/reopen"),
        ("PATCH", f"/v1/alerts/{alert}"),
        ("POST", "/v1/alerts/alt_unknown/acknowledge"),
    ):
        answer = await v1.request(method, f"http://sentinelnerd.test{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_an_id_may_hold_a_slash_and_only_its_encoded_form_finds_it(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    nerd.add_alert("a/b c")
    assert (await read(v1, "a%2Fb%20c"))["data"]["id"] == "a/b c"
    assert (await v1.get("/alerts/a/b%20c")).status_code == 404
    assert nerd.requests[0].path == "/v1/alerts/a%2Fb%20c"


async def test_rows_have_the_documented_fields_and_no_others(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    nerd.add_alert(assignee=ANALYST, resolution="benign")
    page = await listed(v1)
    assert set(page) == {"data", "pagination"}
    assert page["pagination"] == {"total": 1, "page": 1, "per_page": 50, "total_pages": 1}
    row = page["data"][0]
    assert list(row) == [
        *("id", "rule_name", "title", "description", "severity", "status", "source", "event_count"),
        *("first_event_at", "last_event_at", "created_at", "enrichment", "ai_analysis"),
    ]
    assert row["id"] == alert_id(1)
    assert row["id"].startswith("alt_")
    assert row["created_at"] == "2025-06-15T11:59:00Z"
    nerd.knobs.rows_tell_people = True
    assert (await listed(v1))["data"][0]["assignee"] == ANALYST
    nerd.knobs.list_meta = True
    assert (await listed(v1))["meta"] == {"request_id": "req_000003", "timestamp": "2025-06-15T12:00:00Z"}


async def test_pages_hold_fifty_and_tell_how_many_there_are(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    expected = nerd.fill(120)
    found = [await listed(v1, ("page", str(number))) for number in range(1, 5)]
    assert [row["id"] for page in found for row in page["data"]] == expected
    assert [len(page["data"]) for page in found] == [50, 50, 20, 0]
    assert found[1]["pagination"] == {"total": 120, "page": 2, "per_page": 50, "total_pages": 3}
    assert len(await ids(v1, ("per_page", "7"))) == 7
    nerd.add_alert(created=NOW)
    assert (await ids(v1, ("page", "2")))[0] == found[0]["data"][-1]["id"], "a new alert moves every page"
    nerd.knobs.pagination = False
    assert set(await listed(v1)) == {"data"}


async def test_a_page_may_be_smaller_than_asked_for(nerd: SentinelNerdStandIn, v1: httpx.AsyncClient) -> None:
    nerd.fill(30)
    nerd.knobs.per_page_maximum = 10
    page = await listed(v1, ("per_page", "25"), ("page", "3"))
    assert len(page["data"]) == 10
    assert page["pagination"] == {"total": 30, "page": 3, "per_page": 10, "total_pages": 3}
    nerd.knobs.over_maximum = "refused"
    assert (await v1.get("/alerts", params={"per_page": "25"})).status_code == 400
    assert (await v1.get("/alerts", params={"per_page": "10"})).status_code == 200


async def test_a_page_beyond_the_last_is_answered_as_the_knob_says(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    nothing = await listed(v1)
    assert nothing == {"data": [], "pagination": {"total": 0, "page": 1, "per_page": 50, "total_pages": 0}}
    alert = nerd.add_alert()
    assert await ids(v1, ("page", "2")) == []
    nerd.knobs.page_beyond = "last_again"
    assert await ids(v1, ("page", "9")) == [alert]
    nerd.knobs.page_beyond = "refused"
    assert (await v1.get("/alerts", params={"page": "2"})).status_code == 400


async def test_the_order_is_what_the_knob_says(nerd: SentinelNerdStandIn, v1: httpx.AsyncClient) -> None:
    newest = nerd.fill(20)
    assert await ids(v1) == newest
    nerd.knobs.order = "oldest"
    assert await ids(v1) == newest[::-1]
    nerd.knobs.order = "arbitrary"
    mixed = await ids(v1)
    assert sorted(mixed) == sorted(newest)
    assert mixed not in (newest, newest[::-1])
    assert await ids(v1) == mixed
    nerd.knobs.order = "last_changed"
    nerd.set(newest[7], severity="low")
    assert (await ids(v1))[0] == newest[7]


async def test_severity_takes_a_comma_list_and_a_repeated_key_is_none(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    high, critical = nerd.add_alert(severity="high"), nerd.add_alert(severity="critical")
    nerd.add_alert(severity="low")
    assert set(await ids(v1, ("severity", "critical,high"))) == {high, critical}
    assert await ids(v1, ("severity", "critical"), ("severity", "high")) == [high]
    nerd.knobs.repeated = "first"
    assert await ids(v1, ("severity", "critical"), ("severity", "high")) == [critical]
    nerd.knobs.repeated = "refused"
    twice = await v1.get("/alerts", params=[("severity", "critical"), ("severity", "high")])
    assert twice.status_code == 400


async def test_a_comma_list_in_status_is_understood_or_not(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    first, taken = nerd.add_alert(), nerd.add_alert(status="acknowledged")
    done = nerd.add_alert(status="resolved")
    both = ("status", "open,acknowledged")
    assert set(await ids(v1, both)) == {first, taken}
    nerd.knobs.status_comma = "matches_nothing"
    assert await ids(v1, both) == []
    nerd.knobs.status_comma = "ignored"
    assert set(await ids(v1, both)) == {first, taken, done}
    nerd.knobs.status_comma = "refused"
    assert (await v1.get("/alerts", params=[both])).status_code == 400
    assert await ids(v1, ("status", "open")) == [first]


async def test_rule_and_source_are_compared_whole_or_in_part(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert(rule_name="net.ssh_brute_force", source="unifi_network")
    nerd.add_alert()
    assert await ids(v1, ("rule_name", "net.ssh_brute_force"), ("source", "unifi_network")) == [alert]
    assert await ids(v1, ("rule_name", "ssh")) == []
    nerd.knobs.name_match = "substring"
    assert await ids(v1, ("rule_name", "SSH"), ("source", "unifi")) == [alert]


async def test_a_time_range_bounds_the_field_of_the_knob(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert(created=datetime.fromisoformat("2025-06-01T10:00:00Z"))
    assert await ids(v1, ("from", "2025-06-01T10:00:00Z"), ("to", "2025-06-01T12:00:00+02:00")) == [alert]
    assert await ids(v1, ("from", "2025-06-01"), ("to", "2025-06-02")) == [alert]
    assert await ids(v1, ("from", "2025-06-01T10:00:01Z")) == []
    nerd.knobs.to_inclusive = False
    assert await ids(v1, ("to", "2025-06-01T10:00:00Z")) == []
    nerd.knobs.range_field = "first_event_at"
    assert await ids(v1, ("to", "2025-06-01T10:00:00Z")) == [alert]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=two", "page"),
        ("per_page=-1", "per_page"),
        ("status=closed", "status"),
        ("status=OPEN", "status"),
        ("severity=critical,urgent", "severity"),
        ("from=yesterday", "from"),
        ("to=2025-06-15T12:00:00+00:00", "to"),
        ("sort=created_at", "sort"),
        ("assignee=a@example.com", "assignee"),
    ],
)
async def test_a_wrong_parameter_is_refused_and_named(v1: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await v1.get(f"http://sentinelnerd.test/v1/alerts?{query}")
    assert answer.status_code == 400
    body = answer.json()
    assert body["error"]["code"] == "bad_request"
    assert [detail["field"] for detail in body["error"]["details"]] == [field]
    assert body["meta"] == {"request_id": "req_000001"}


async def test_unknown_parameters_may_be_ignored(nerd: SentinelNerdStandIn, v1: httpx.AsyncClient) -> None:
    alert = nerd.add_alert()
    nerd.knobs.unknown_parameters = "ignored"
    assert await ids(v1, ("sort", "created_at"), ("q", "nothing like it")) == [alert]


async def test_an_error_has_the_form_of_the_knob(nerd: SentinelNerdStandIn, v1: httpx.AsyncClient) -> None:
    forms: dict[str, Any] = {}
    names: tuple[ErrorForm, ...] = ("object", "string", "message", "detail", "errors")
    for form in names:
        nerd.knobs.error_form = form
        forms[form] = (await v1.get("/alerts/alt_unknown")).json()
    assert forms == {
        "object": {
            "error": {"code": "not_found", "message": "alert not found"},
            "meta": {"request_id": "req_000001"},
        },
        "string": {"error": "alert not found"},
        "message": {"message": "alert not found"},
        "detail": {"detail": "alert not found"},
        "errors": {"errors": [{"message": "alert not found"}]},
    }
    nerd.knobs.error_form = "text"
    text = await v1.get("/alerts/alt_unknown")
    assert (text.status_code, text.text) == (404, "alert not found")
    nerd.knobs.error_form = "html"
    assert (await v1.get("/alerts/alt_unknown")).headers["content-type"].startswith("text/html")
    nerd.knobs.error_form = "nothing"
    assert (await v1.get("/alerts/alt_unknown")).content == b""


async def test_too_many_calls_are_told_how_long_to_wait(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient, clock: Clock
) -> None:
    nerd.knobs.rate_limit = 2
    assert [(await v1.get("/alerts")).status_code for _ in range(3)] == [200, 200, 429]
    clock.advance(20)
    answer = await v1.get("/alerts")
    assert (answer.headers["retry-after"], answer.json()["error"]["code"]) == ("40", "rate_limited")
    nerd.knobs.retry_after = "date"
    date = (await v1.get("/alerts")).headers["retry-after"]
    assert parsedate_to_datetime(date) == NOW + timedelta(seconds=60)
    nerd.knobs.retry_after = "absent"
    assert "retry-after" not in (await v1.get("/alerts")).headers
    clock.advance(40)
    assert (await v1.get("/alerts")).status_code == 200


async def test_an_outage_answers_everything_until_it_ends(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    nerd.knobs.outage = 503
    answer = await v1.get("/alerts")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    nerd.knobs.outage = None
    assert (await v1.get("/alerts")).status_code == 200


async def test_every_request_is_recorded_without_its_key(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    await v1.get("/alerts", params={"severity": "critical,high"})
    await v1.post("/alerts/alt_unknown/comments", json={"body": "b"})
    first, second = nerd.requests
    assert (first.operation, first.method, first.path) == ("list_alerts", "GET", "/v1/alerts")
    assert (first.values("severity"), first.status) == (["critical,high"], 200)
    assert (second.operation, second.json, second.status) == ("comment", {"body": "b"}, 404)
    assert first.has_key
    assert KEY not in str(first.headers)
    assert nerd.counts == {"list_alerts": 1, "comment": 1}
    nerd.forget_requests()
    assert nerd.requests == []


async def test_the_stand_in_answers_behind_a_server_that_misbehaves() -> None:
    nerd = SentinelNerdStandIn()
    alert = nerd.add_alert()
    async with FaultServer({("GET", "/v1/alerts"): [too_many("3")]}, app=nerd) as faulty:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient(base_url=faulty.url, headers=headers) as client:
            assert (await client.get("/v1/alerts")).headers["retry-after"] == "3"
            assert (await client.get("/v1/alerts")).json()["data"][0]["id"] == alert


def test_the_stand_in_is_served_on_loopback() -> None:
    nerd = SentinelNerdStandIn()
    alert = nerd.add_alert()
    with serving(nerd) as url:
        answer = httpx.get(f"{url}/v1/alerts", headers={"Authorization": f"Bearer {KEY}"})
    row = answer.json()["data"][0]
    assert row["id"] == alert
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["created_at"])
