"""A client of the stand-in of Calseta, and short words for what tests ask it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.standins.calseta import KEY, CalsetaStandIn

NOWHERE = "00000000-0000-4000-8000-000000000000"
"""A uuid that nothing has."""


def calling(standin: CalsetaStandIn) -> httpx.AsyncClient:
    """A client that carries the good key."""
    transport = httpx.ASGITransport(app=standin)
    headers = {"Authorization": f"Bearer {KEY}"}
    return httpx.AsyncClient(transport=transport, base_url="http://calseta.test", headers=headers)


async def data(api: httpx.AsyncClient, path: str, **query: Any) -> Any:
    answer = await api.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def listed(api: httpx.AsyncClient, **query: Any) -> list[str]:
    return [row["uuid"] for row in await data(api, "/v1/alerts", **query)]


def error_of(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The error of an answer, which has the one envelope."""
    assert (answer.status_code, list(answer.json())) == (status, ["error"]), answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert (list(error), error["code"]) == (["code", "message", "details"], code)
    return error
