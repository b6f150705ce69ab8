"""A client of the stand-in in the same process, and how tests read its answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.standins.chad import ChadStandIn


@asynccontextmanager
async def asking(standin: ChadStandIn, email: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client that carries the token of a user, or of nobody."""
    transport = httpx.ASGITransport(app=standin)
    async with httpx.AsyncClient(transport=transport, base_url="http://chad.test") as client:
        if email is not None:
            client.headers.update(as_user(standin, email))
        yield client


def as_user(standin: ChadStandIn, email: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {standin.token(email)}"}


def told(answer: httpx.Response) -> tuple[int, Any]:
    """The status of an error, and its detail."""
    return answer.status_code, answer.json()["detail"]
