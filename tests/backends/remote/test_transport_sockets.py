"""Over real sockets on loopback: slowness, cuts, kept connections, cancelling, and the environment."""

from __future__ import annotations

import asyncio
import gc
import gzip
import subprocess
import sys
import time
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.backends.remote.transport import Transport
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import AlertTuiError, BadAnswer, ServerDown, TooLarge, Unavailable, Unreachable
from tests.backends.remote.stage import change, get, ok, plain_transport, serving


def test_importing_loads_no_network_library() -> None:
    code = (
        "import sys, alerttui.backends.remote.transport as t\n"
        "e = t.Endpoint.parse('https://a.example')\n"
        "t.Transport(endpoint=e, product='P', auth=dict); t.proxy_for(e, {}); t.error_text(400, {}, b'x')\n"
        "print({'httpx', 'httpcore', 'anyio', 'idna', 'certifi'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


async def test_a_connection_is_kept_and_used_again() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(ok())

    async with serving(talk) as server:
        transport = plain_transport(server.url)
        for _ in range(3):
            assert transport.value(await transport.ask(get())) == {}
        await transport.close()
        assert (server.connections, len(server.requests)) == (1, 3)
        await transport.ask(get())
        await transport.close()
        await transport.close()


# The socket that the loop left behind warns when it is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_another_loop_opened_can_be_closed_after_that_loop_has_ended() -> None:
    transports: list[Transport] = []

    async def leave_open() -> None:
        async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
            writer.write(ok())

        async with serving(talk) as server:
            transports.append(plain_transport(server.url))
            await transports[0].ask(get())

    asyncio.run(leave_open())
    asyncio.run(transports[0].close())
    gc.collect()


async def test_requests_at_once_share_one_opening() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(ok())

    async with serving(talk) as server:
        transport = plain_transport(server.url)
        await asyncio.gather(*(transport.ask(get()) for _ in range(30)))
        await transport.close()
        assert len(server.requests) == 30
        assert server.connections <= 10


async def test_a_kept_connection_that_dies_before_an_answer_is_replaced() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        if len(server.requests) == 2:
            writer.transport.abort()
        else:
            writer.write(ok())

    for request, tries in ((get(), 3), (change(), 3), (change(RetrySafety.NEVER), 2)):
        async with serving(talk) as server:
            transport = plain_transport(server.url)
            await transport.ask(get())
            if tries == 3:
                await transport.ask(request)
            else:
                with pytest.raises(Unreachable, match="cut the connection off") as caught:
                    await transport.ask(request)
                assert caught.value.may_have_acted
            await transport.close()
            assert len(server.requests) == tries


async def test_one_byte_after_the_other_ends_in_time() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(talk) as server:
        transport = plain_transport(server.url, total_s=0.25)
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"no whole answer of .* within 0\.25 s") as caught:
            await transport.ask(change(RetrySafety.SETTLE))
        assert time.monotonic() - began < 5
        assert caught.value.may_have_acted
        await asyncio.wait_for(server.closed.wait(), 5)
        await transport.close()


async def test_an_error_whose_words_never_end_is_told_all_the_same() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(b"HTTP/1.1 500 Oops\r\nContent-Length: 100000\r\n\r\nworse than you think")
        await writer.drain()
        await asyncio.Event().wait()

    async with serving(talk) as server:
        transport = plain_transport(server.url, total_s=0.8)
        with pytest.raises(ServerDown, match="worse than you think"):
            await transport.ask(change())
        await transport.close()


async def test_silence_is_told_as_such() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        await asyncio.Event().wait()

    async with serving(talk) as server:
        transport = plain_transport(server.url, read_s=0.05)
        with pytest.raises(Unreachable, match=r"no answer of .* within 0\.05 s"):
            await transport.ask(get())
        await transport.close()


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"", Unreachable, "cut"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", Unreachable, "cut"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", Unreachable, "cut"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", Unreachable, "cut"),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", BadAnswer, "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", BadAnswer, "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000, TooLarge, "larger"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30000\r\n" + b"x" * 0x30000,
            TooLarge,
            "larger",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n", TooLarge, "larger"),
    ],
)
async def test_an_answer_that_is_none(answer: bytes, error: type[AlertTuiError], words: str) -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with serving(talk) as server:
        transport = plain_transport(server.url)
        with pytest.raises(error, match=words):
            await transport.ask(get())
        with pytest.raises(Unavailable) as caught:
            await transport.ask(change(RetrySafety.NEVER))
        assert caught.value.may_have_acted
        await transport.close()


async def test_a_body_without_length_or_in_chunks_is_read() -> None:
    packed = gzip.compress(b'{"a": 1}')
    answers = [
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed,
    ]
    for answer in answers:

        async def talk(reader: Reader, writer: Writer, request: bytes, answer: bytes = answer) -> None:
            writer.write(answer)
            await writer.drain()
            writer.close()

        async with serving(talk) as server:
            transport = plain_transport(server.url)
            assert transport.value(await transport.ask(get())) in ({}, {"a": 1})
            await transport.close()


async def test_a_cancelled_request_lets_go_of_its_connection() -> None:
    arrived = asyncio.Event()

    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        arrived.set()
        assert await reader.read() == b""

    async with serving(talk) as server:
        transport = plain_transport(server.url)
        asking = asyncio.ensure_future(transport.ask(get()))
        await arrived.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(server.closed.wait(), 5)
        await transport.close()


async def test_nobody_there_is_told_and_nothing_was_done() -> None:
    async with serving(lambda *_: asyncio.sleep(0)) as server:
        url = server.url
    transport = plain_transport(url)
    with pytest.raises(Unreachable, match="refused the connection") as caught:
        await transport.ask(change(RetrySafety.NEVER))
    assert not caught.value.may_have_acted
    await transport.close()


async def test_segments_reach_the_wire_as_they_were_encoded() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(ok())

    async with serving(talk) as server:
        transport = plain_transport(server.url + "/v1")
        await transport.ask(replace(get("alerts", "..", "a/b"), query=[("c", "1"), ("c", "2")]))
        await transport.close()
        assert server.requests[0].startswith(b"GET /v1/alerts/%2E%2E/a%2Fb?c=1&c=2 HTTP/1.1\r\n")


async def test_neither_netrc_nor_a_proxy_touches_what_goes_to_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ana password hunter2\n")
    netrc.chmod(0o600)
    for name, value in {
        "NETRC": str(netrc),
        "HTTP_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)

    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(ok())

    async with serving(talk) as server:
        transport = plain_transport(server.url, environ={"HTTP_PROXY": "http://127.0.0.1:1"})
        await transport.ask(get())
        await transport.close()
        assert b"authorization" not in server.requests[0].lower()


async def test_a_proxy_is_used_and_named_and_its_refusal_leaves_no_doubt() -> None:
    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    async with serving(talk) as proxy:
        address = proxy.url.replace("http://", "http://ana:hunter2pass@")
        transport = plain_transport("https://api.acme.invalid", environ={"HTTPS_PROXY": address})
        with pytest.raises(Unreachable, match=r"through the proxy http://127.*407") as caught:
            await transport.ask(change(RetrySafety.NEVER))
        assert not caught.value.may_have_acted
        assert "hunter2pass" not in str(caught.value)
        await transport.close()
        assert proxy.requests[0].startswith(b"CONNECT api.acme.invalid:443")
        assert b"X-API-Key" not in proxy.requests[0]


async def test_closing_ends_what_is_on_its_way_and_opens_nothing_anew() -> None:
    arrived = asyncio.Event()

    async def talk(reader: Reader, writer: Writer, request: bytes) -> None:
        arrived.set()
        await reader.read()

    async with serving(talk) as server:
        transport = plain_transport(server.url)
        asking = asyncio.ensure_future(transport.ask(get()))
        await arrived.wait()
        await transport.close()
        with pytest.raises(Unreachable):
            await asyncio.wait_for(asking, 5)
        assert len(server.requests) == 1
