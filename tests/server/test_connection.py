"""What surrounds the app: slow and large requests, foreign hosts, pages of other origins, the log."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from alerttui.server import connection
from alerttui.server.bounded_head import HEAD_BYTES
from alerttui.server.connection import BoundedConnection
from alerttui.server.own_hosts import host_name
from alerttui.server.running import find_address, layered, listen

SHORT_S = 0.05


async def _length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _large(request: Request) -> Response:
    return PlainTextResponse("x" * 50_000_000)


APP = Starlette(routes=[Route("/", _length, methods=["GET", "POST"]), Route("/large", _large)])


@dataclass(frozen=True)
class Line:
    """The client's side of a connection; `lost` is set when the server's side is gone."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    lost: asyncio.Event

    async def rest(self) -> bytes:
        """What comes until the server ends."""
        try:
            return await asyncio.wait_for(self.reader.read(), 10)
        except ConnectionResetError:
            return b""


@asynccontextmanager
async def connected(app: ASGIApp = APP) -> AsyncIterator[Line]:
    """A connection to the app, as uvicorn makes it, over loopback."""
    loop = asyncio.get_running_loop()
    config = Config(app, http=BoundedConnection, ws="none", lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    lost = asyncio.Event()

    class Watched(BoundedConnection):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    server = await loop.create_server(lambda: Watched(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2], limit=100)
    try:
        yield Line(reader, writer, lost)
    finally:
        writer.close()
        server.close()
        for each in list(state.connections):
            each.transport.abort()
        if state.tasks:
            await asyncio.wait(state.tasks)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short."""
    monkeypatch.setattr(connection, "REQUEST_S", SHORT_S)
    monkeypatch.setattr(connection, "READING_S", SHORT_S)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
    ],
)
async def test_a_request_that_never_ends_ends_the_connection(sent: bytes) -> None:
    async with connected(layered(APP, "127.0.0.1", is_open=False)) as line:
        line.writer.write(sent)
        assert await line.rest() == b""


@pytest.mark.parametrize(
    "sent", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n"]
)
async def test_what_is_not_http_is_refused_as_everything_else_is(sent: bytes) -> None:
    async with connected() as line:
        line.writer.write(sent)
        head, _, body = (await line.rest()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/json" in head
    assert json.loads(body) == {"message": "Invalid HTTP request received."}


async def test_a_broken_body_after_the_answer_ends_the_connection_in_good_order(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected() as line:
        head = b"PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        line.writer.write(head)
        assert b" 405 " in await line.reader.readuntil(b"\r\n")
        line.writer.write(b"no chunk\r\n")
        await line.rest()
        await asyncio.wait_for(line.lost.wait(), 10)
    assert "Traceback" not in caplog.text


async def test_one_connection_too_many_is_told_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "CONNECTIONS", 0)
    async with connected() as line:
        line.writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head, _, body = (await line.rest()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert "connections are open" in json.loads(body)["message"]
    assert "one was refused" in caplog.text


@pytest.mark.usefixtures("impatient")
async def test_a_client_that_does_not_read_is_let_go() -> None:
    async with connected() as line:
        line.writer.write(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asyncio.wait_for(line.lost.wait(), 10)  # its stream takes 200 bytes and then no more
        assert len(await line.rest()) < 50_000_000


async def test_whole_requests_on_one_connection_are_answered_one_by_one() -> None:
    async with connected() as line:
        post = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
        line.writer.write(post % 3 + b"abc" + post % 2 + b"de")
        line.writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answers = await line.rest()
    assert [part[-1:] for part in answers.split(b"HTTP/1.1 200 OK")[1:]] == [b"3", b"2", b"0"]


def test_the_body_of_an_answer_does_not_wait_for_its_head_to_be_acknowledged() -> None:
    with (
        closing(listen(find_address("127.0.0.1", 0))) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    """A client of the app without a network."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8642")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8642", 200),
        ("LOCALHOST", 200),
        ("[::1]:8642", 200),
        ("127.8.8.8", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.2:8642", 421),
        ("", 421),
    ],
)
async def test_an_open_server_answers_to_its_own_names_only(host: str, status: int) -> None:
    async with client_of(layered(APP, "127.0.0.1", is_open=True)) as client:
        assert (await client.get("/", headers={"Host": host})).status_code == status
    async with client_of(layered(APP, "127.0.0.1", is_open=False)) as client:
        assert (await client.get("/", headers={"Host": host})).status_code == 200


def test_the_name_of_a_host_comes_without_port_and_brackets() -> None:
    assert [host_name(each) for each in ("A:1", "a", "[::1]:2", "[::1]", "")] == ["a", "a", "::1", "::1", ""]


@pytest.mark.parametrize(("size", "status"), [(100, 200), (HEAD_BYTES, 431)])
async def test_an_oversized_head_is_refused(size: int, status: int) -> None:
    async with client_of(layered(APP, "127.0.0.1", is_open=True)) as client:
        for answer in (
            await client.get("/", headers={"X-Filler": "x" * size}),
            await client.get("/", params={"cursor": "x" * size}),
        ):
            assert answer.status_code == status
            assert status == 200 or "larger than" in answer.json()["message"]


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        ([], "https://soc.example", None),
        (["https://soc.example"], "https://soc.example", "https://soc.example"),
        (["https://soc.example"], "https://evil.example", None),
    ],
)
async def test_pages_may_ask_only_from_origins_that_were_named(
    origins: Sequence[str], origin: str, allowed: str | None
) -> None:
    async with client_of(layered(APP, "127.0.0.1", is_open=True, origins=origins)) as client:
        asked = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
        plain = await client.get("/", headers={"Origin": origin})
        for answer in (plain, await client.options("/", headers=asked)):
            assert answer.headers.get("access-control-allow-origin") == allowed


async def test_the_log_cuts_long_paths_and_leaves_them_encoded(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "alerttui.server.access"):
        async with client_of(layered(APP, "127.0.0.1", is_open=True)) as client:
            await client.get("/%1b]0;x%07" + "y" * 300)
    (line,) = caplog.messages
    assert line.startswith("GET /%1b]0;x%07yyy") and "y… 404 " in line
    assert len(line) < 250
