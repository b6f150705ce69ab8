"""The SentinelNerd stand-in at a fixed time, a client that carries its key, and what the client reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.standins.sentinelnerd import KEY, Clock, SentinelNerdStandIn


@pytest.fixture
def nerd(clock: Clock) -> SentinelNerdStandIn:
    return SentinelNerdStandIn(now=clock)


@pytest.fixture
async def v1(nerd: SentinelNerdStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=nerd),
        base_url="http://sentinelnerd.test/v1",
        headers={"Authorization": f"Bearer {KEY}"},
    ) as client:
        yield client


async def listed(v1: httpx.AsyncClient, *pairs: tuple[str, str]) -> dict[str, Any]:
    answer = await v1.get("/alerts", params=list(pairs))
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert isinstance(page, dict)
    return page


async def ids(v1: httpx.AsyncClient, *pairs: tuple[str, str]) -> list[str]:
    return [row["id"] for row in (await listed(v1, *pairs))["data"]]


async def read(v1: httpx.AsyncClient, alert: str) -> dict[str, Any]:
    answer = await v1.get(f"/alerts/{alert}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found
