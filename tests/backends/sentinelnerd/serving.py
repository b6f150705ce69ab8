"""A backend over a stand-in in the same process: no socket, no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import httpx

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.sentinelnerd import SentinelNerdBackend
from alerttui.backends.remote.transport import Endpoint, Transport
from tests.standins.sentinelnerd import KEY, Knobs, SentinelNerdStandIn

URL: Final = "http://127.0.0.1/v1"


def stand_in_at(now_ms: int, knobs: Knobs | None = None) -> SentinelNerdStandIn:
    """SentinelNerd at a time at which no two moments are the same."""
    start = datetime.fromtimestamp(now_ms / 1000, UTC)
    moments = (start + timedelta(milliseconds=each) for each in count())
    return SentinelNerdStandIn(now=lambda: next(moments), knobs=knobs)


def over(
    stand_in: SentinelNerdStandIn,
    now_ms: int,
    *,
    token: str = KEY,
    people: Sequence[str] = (),
    chunk: int = 50,
    several_statuses: bool = False,
    **settings: Any,
) -> SentinelNerdBackend:
    """A backend that asks this stand-in, at a time that only waiting moves on."""
    moment_ms = [now_ms]

    async def sleep(seconds: float) -> None:
        moment_ms[0] += round(seconds * 1000)

    transport = Transport(
        endpoint=Endpoint.parse(URL),
        product="SentinelNerd",
        auth=lambda: {"Authorization": f"Bearer {token}"},
        clock=lambda: moment_ms[0],
        sleep=sleep,
        jitter=lambda: 0.5,
        handler=httpx.ASGITransport(app=stand_in),
    )
    return SentinelNerdBackend(
        BackendSettings(url=URL, token=token, **settings),
        transport,
        server=URL,
        clock=lambda: moment_ms[0],
        chunk=chunk,
        people=people,
        several_statuses=several_statuses,
    )
