"""A stand-in at a fixed time, and a client that carries its key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.standins.panther import TOKEN, Clock, PantherStandIn

NOW = datetime(2025, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def standin(clock: Clock) -> PantherStandIn:
    return PantherStandIn(now=clock)


@pytest.fixture
async def api(standin: PantherStandIn) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=standin)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://panther.test", headers={"X-API-Key": TOKEN}
    ) as client:
        yield client
