"""CHAD's live stream: ids of new alerts, a session that renews itself, and an end that says so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect
from alerttui.backends.remote.chad.access import JWT, Access
from alerttui.backends.remote.chad.live import PING_S, Stream
from alerttui.backends.remote.transport import Endpoint
from alerttui.domain.errors import NotLetIn, TlsFailed, Unavailable, Unreachable
from tests.backends.remote.certificates import make_authority
from tests.standins.chad import ChadStandIn
from tests.standins.running import serving


class Clock:
    """Lets the pause between two pings end when the test wants it."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.due = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.due.wait()
        self.due.clear()


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[ChadStandIn, str]]:
    stand_in = ChadStandIn()
    with serving(stand_in, websockets=True) as url:
        yield stand_in, url


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)


async def test_new_alerts_are_told_once_each(server: tuple[ChadStandIn, str]) -> None:
    stand_in, url = server
    backend = connect("chad", BackendSettings(url=url, token=stand_in.token()))
    assert backend.capabilities.live_refusal == ""
    stand_in.knobs.announced_twice = True
    async with aclosing(backend.live()) as stream:
        first = asyncio.ensure_future(anext(stream))
        await until(lambda: stand_in.listening == 1)
        one = stand_in.add_alert()
        assert await first == one
        two = stand_in.add_alert()
        assert await anext(stream) == two
    stand_in.knobs.announced_twice = False
    await until(lambda: stand_in.listening == 0)
    await backend.close()


async def test_the_session_is_renewed_by_a_ping_and_nothing_else_is_ever_sent(
    server: tuple[ChadStandIn, str],
) -> None:
    stand_in, url = server
    stand_in.stream_texts.clear()
    access, clock = Access(stand_in.token(), JWT), Clock()
    before = access.token
    stream = Stream(Endpoint.parse(url), access, sleep=clock.sleep).ids()
    async with aclosing(stream):
        first = asyncio.ensure_future(anext(stream))
        await until(lambda: clock.pauses == [PING_S])
        clock.due.set()
        await until(lambda: access.token != before)
        one = stand_in.add_alert()
        assert await first == one
    assert stand_in.stream_texts == ["ping"]
    assert PING_S == 300


async def test_a_stream_that_ends_says_so(server: tuple[ChadStandIn, str]) -> None:
    stand_in, url = server
    await until(lambda: stand_in.listening == 0)
    stream = Stream(Endpoint.parse(url), Access(stand_in.token(), JWT)).ids()
    first = asyncio.ensure_future(anext(stream))
    await until(lambda: stand_in.listening == 1)
    stand_in.drop_streams()
    with pytest.raises(Unreachable, match=r"live stream at 127\.0\.0\.1:[0-9]+ has ended"):
        await first


async def test_a_token_that_does_not_count_any_more_is_told_without_showing_it(
    server: tuple[ChadStandIn, str], caplog: pytest.LogCaptureFixture
) -> None:
    _, url = server
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NotLetIn, match="Sign in again") as refused:
        await anext(Stream(Endpoint.parse(url), Access("aaaa.bbbb.cccc", JWT)).ids())
    assert "bbbb" not in str(refused.value)
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("uvicorn")]
    assert not any("bbbb" in each for each in ours)
    assert refused.value.__cause__ is refused.value.__context__ is None


@pytest.mark.parametrize("token", ["", "a b", "a,b", 'a"b'])
async def test_a_token_that_cannot_be_sent_is_not(token: str) -> None:
    with pytest.raises(NotLetIn):
        await anext(Stream(Endpoint.parse("http://127.0.0.1:9"), Access(token, JWT)).ids())


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"Could not open CHAD's live stream at 127\.0\.0\.1:9"):
        await anext(Stream(Endpoint.parse("http://127.0.0.1:9"), Access("a.b.c", JWT)).ids())


async def test_odd_messages_neither_stop_the_stream_nor_spoil_the_token() -> None:
    odd: list[str | bytes] = [
        "", "[", "7", "null", "[]", "{}", '{"type":"alert"}', '{"type":"alert","data":7}',
        '{"type":"alert","data":{"alert_id":""}}', '{"type":"pong"}', '{"type":"pong","token":"a b"}',
        '{"type":"pong","token":7}', '{"type":{}}', "[" * 500, b"bytes",
        '{"type":"alert","data":{"id":"a-1"}}',
    ]  # fmt: skip

    async def tell(socket: ServerConnection) -> None:
        for message in odd:
            await socket.send(message)
        await socket.wait_closed()

    async with serve(tell, "127.0.0.1", 0, subprotocols=[Subprotocol("Bearer")]) as listening:
        url = f"http://127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}"
        access = Access("a.b.c", JWT)
        async with aclosing(Stream(Endpoint.parse(url), access).ids()) as stream:
            assert await anext(stream) == "a-1"
        assert access.token == "a.b.c"


@pytest.fixture
async def elsewhere() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that sends everybody to another one, and notes what came."""
    came: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", came
    listening.close()
    await listening.wait_closed()


async def test_a_redirect_is_not_followed(elsewhere: tuple[str, list[bytes]]) -> None:
    url, came = elsewhere
    with pytest.raises(Unreachable, match="it answers 302"):
        await anext(Stream(Endpoint.parse(f"{url}/chad"), Access("a.b.c", JWT)).ids())
    assert len(came) == 1
    assert came[0].startswith(b"GET /chad/ws/alerts HTTP/1.1\r\n")


async def test_the_certificate_is_checked_by_the_profiles_own_file(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    listening = await asyncio.start_server(
        lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=authority.server_context()
    )
    url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    with pytest.raises(TlsFailed, match="its certificate"):
        await anext(Stream(Endpoint.parse(url), Access("a.b.c", JWT), environ={}).ids())
    trusting = Endpoint.parse(url, ca_file=authority.ca_file)
    with pytest.raises(Unavailable) as cut:
        await anext(Stream(trusting, Access("a.b.c", JWT), environ={}).ids())
    assert not isinstance(cut.value, TlsFailed)
    listening.close()
    await listening.wait_closed()
