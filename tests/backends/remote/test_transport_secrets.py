"""The token is in no message, representation, traceback or log, whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace

import httpx
import pytest

from alerttui.backends.remote.transport import Transport
from alerttui.domain.errors import AlertTuiError
from tests.backends.remote.stage import BASE, TOKEN, Stage, Step, change, get, ok, plain_transport, serving

ECHOES: list[Step] = [
    *(
        httpx.Response(status, json={"message": f"your key {TOKEN} is bad"})
        for status in (201, 400, 401, 403)
    ),
    *(httpx.Response(status, text=f"<p>{TOKEN}</p>") for status in (404, 409, 413, 429, 500, 502, 503)),
    httpx.Response(400, json={"a": {"b": [TOKEN]}}, headers={"X-Request-ID": TOKEN}),
    httpx.Response(307, headers={"Location": f"https://evil.example/?{TOKEN}"}),
    httpx.ConnectError(f"cannot reach with {TOKEN}"),
    httpx.ReadTimeout(TOKEN),
    httpx.RemoteProtocolError(f"illegal header {TOKEN}"),
    httpx.LocalProtocolError(f"Illegal header value b'{TOKEN}'"),
    httpx.ProxyError(f"407 {TOKEN}"),
    RuntimeError(TOKEN),
    UnicodeEncodeError("ascii", TOKEN, 0, 1, "x"),
    OSError(5, TOKEN),
]


@pytest.mark.parametrize("step", ECHOES, ids=lambda step: getattr(step, "status_code", type(step).__name__))
async def test_no_error_tells_the_token(step: Step, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for request in (get(), change()):
        stage = Stage(step)
        with pytest.raises(AlertTuiError) as caught:
            await stage.transport.ask(request)
        error = caught.value
        assert error.__cause__ is None
        assert error.__context__ is None
        captured = traceback.TracebackException.from_exception(error, capture_locals=True)
        inside = [line for line in captured.format() if __file__ not in line]
        told = f"{error}{error!r}{error.args}{stage.transport!r}{stage.waits}{''.join(inside)}{caplog.text}"
        assert TOKEN not in told


async def test_headers_of_one_request_go_along_and_are_as_secret() -> None:
    stage = Stage(httpx.Response(400, json={"message": "your csrf-MARKER is bad"}))
    request = replace(change(), headers={"X-CSRF-Token": "csrf-MARKER", "X-API-Key": "another-key"})
    with pytest.raises(AlertTuiError) as caught:
        await stage.transport.ask(request)
    (sent,) = stage.sent
    assert (sent.headers["x-csrf-token"], sent.headers["x-api-key"]) == ("csrf-MARKER", "another-key")
    assert "MARKER" not in f"{caught.value}{request!r}"


@pytest.mark.parametrize("status", [404, 500])
async def test_the_words_of_an_expected_failure_tell_no_secret(status: int) -> None:
    stage = Stage(httpx.Response(status, json={"detail": f"no {TOKEN} and no csrf-MARKER here."}))
    request = replace(change(), expected=(200, 404, 500), headers={"X-CSRF-Token": "csrf-MARKER"})
    answer = await stage.transport.ask(request)
    assert answer.status == status
    assert answer.words.startswith("no ")
    assert answer.words.endswith(" here")
    assert "MARKER" not in answer.words


async def test_a_success_has_no_words() -> None:
    assert (await Stage(httpx.Response(200, json={"message": "well"})).transport.ask(get())).words == ""


async def test_a_body_that_is_no_json_is_not_repeated() -> None:
    stage = Stage(httpx.Response(200, text=f"{TOKEN} {{"))
    answer = await stage.transport.ask(get())
    with pytest.raises(AlertTuiError) as caught:
        stage.transport.value(answer)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_the_network_library_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        writer.write(ok())

    async with serving(talk) as server:
        transport = plain_transport(server.url)
        await transport.ask(get())
        await transport.close()
    assert not [each for each in caplog.records if each.name.startswith("http")]


def test_a_transport_shows_where_it_goes_and_nothing_else() -> None:
    transport: Transport = Stage(httpx.Response(200)).transport
    assert repr(transport) == f"<Transport to Panther at {BASE}>"
