"""The live stream of the stand-in of CHAD."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.standins.chad import KEY, VIEWER, ChadStandIn
from tests.standins.panther import Clock
from tests.standins.running import serving


@pytest.fixture
def standin(clock: Clock) -> ChadStandIn:
    return ChadStandIn(now=clock)


@pytest.fixture
def place(standin: ChadStandIn) -> Iterator[str]:
    with serving(standin, websockets=True) as url:
        yield f"{url.replace('http', 'ws', 1)}/ws/alerts"


@asynccontextmanager
async def listening(place: str, *protocols: str) -> AsyncIterator[ClientConnection]:
    """A connection that was told it is one."""
    offered = [Subprotocol(each) for each in protocols]
    async with connect(place, subprotocols=offered or None, proxy=None) as stream:
        assert (await told(stream))["type"] == "connected"
        yield stream


async def told(stream: ClientConnection) -> dict[str, Any]:
    message = json.loads(await asyncio.wait_for(stream.recv(), 5))
    assert isinstance(message, dict)
    return message


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)


async def test_alerts_added_while_somebody_listens_are_told(standin: ChadStandIn, place: str) -> None:
    old = standin.add_alert()
    async with listening(place, "Bearer", standin.token(VIEWER)) as stream:
        assert stream.subprotocol == "Bearer"
        new = standin.add_alert(rule_id="r1", severity="critical")
        standin.set(old, status="resolved")
        standin.announce(new)
        message = await told(stream)
        assert message["type"] == "alert"
        names = {"alert_id", "rule_id", "rule_title", "severity", "timestamp", "matched_log"}
        assert set(message["data"]) == names
        assert message["data"]["matched_log"] == standin.alert(new)["log_document"]
        assert (message["data"]["alert_id"], message["data"]["severity"]) == (new, "critical")
        assert await told(stream) == message


async def test_an_alert_may_be_told_twice_or_never(standin: ChadStandIn, place: str) -> None:
    async with listening(place, "Bearer", standin.token()) as stream:
        standin.knobs.announced_twice = True
        twice = standin.add_alert()
        assert [(await told(stream))["data"]["alert_id"] for _ in range(2)] == [twice, twice]
        standin.add_alert(silent=True)
        standin.knobs.mode = "pull"
        standin.add_alert()
        await stream.send("ping")
        assert (await told(stream))["type"] == "pong"


async def test_a_ping_is_answered_with_a_new_token(standin: ChadStandIn, place: str) -> None:
    token = standin.token()
    async with listening(place, "Bearer", token) as stream:
        await stream.send("ping")
        renewed = (await told(stream))["token"]
        assert renewed != token
        standin.knobs.pong_with_token = False
        await stream.send("ping")
        assert await told(stream) == {"type": "pong"}
    async with listening(place, "Bearer", renewed):
        assert standin.stream_texts == ["ping", "ping"]


@pytest.mark.parametrize("text", ["PING", "{}", b"ping"])
async def test_any_other_text_ends_the_connection(
    standin: ChadStandIn, place: str, text: str | bytes
) -> None:
    async with listening(place, "Bearer", standin.token()) as stream:
        await stream.send(text)
        with pytest.raises(ConnectionClosed):
            await told(stream)
    await until(lambda: standin.listening == 0)


async def test_a_token_that_does_not_work_is_refused_at_the_handshake(
    standin: ChadStandIn, place: str
) -> None:
    standin.token()
    expired = standin.token()
    standin.expire_tokens()
    for protocols in (("Bearer", "nonsense"), ("Bearer", KEY), ("Bearer", expired), ("Bearer",), ()):
        with pytest.raises(InvalidStatus) as refused:
            async with listening(place, *protocols):
                pass
        assert refused.value.response.status_code == 403


async def test_a_token_in_the_address_works_when_the_protocol_is_offered(
    standin: ChadStandIn, place: str
) -> None:
    async with listening(f"{place}?token={standin.token()}", "Bearer") as stream:
        assert stream.subprotocol == "Bearer"


async def test_a_restart_of_the_server_ends_every_connection(standin: ChadStandIn, place: str) -> None:
    async with listening(place, "Bearer", standin.token()) as stream:
        await until(lambda: standin.listening == 1)
        standin.drop_streams()
        with pytest.raises(ConnectionClosed):
            await told(stream)


async def test_the_documented_form_has_no_stream(clock: Clock) -> None:
    standin = ChadStandIn("documented", now=clock)
    with serving(standin, websockets=True) as url, pytest.raises(InvalidStatus) as refused:
        async with listening(f"{url.replace('http', 'ws', 1)}/ws/alerts", "Bearer", standin.token()):
            pass
    assert refused.value.response.status_code == 403
