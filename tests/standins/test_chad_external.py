"""The list that CHAD's server has for API keys, in the stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.standins.chad import ANALYST, EXPIRED_KEY, KEY, ChadStandIn
from tests.standins.chad.asking import as_user, asking, told
from tests.standins.conftest import NOW
from tests.standins.panther import Clock


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
