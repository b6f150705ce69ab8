"""What leaves: addresses of whole segments, the headers that are meant, JSON; and where redirects lead."""

from __future__ import annotations

import traceback
from dataclasses import replace

import httpx
import pytest

from alerttui import __version__
from alerttui.backends.remote.asking import NO_BODY, Request
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.domain.errors import BadAnswer, ConfigError, Invalid, TooLarge, Unavailable
from tests.backends.remote.stage import BASE, TOKEN, Stage, change, get

OK = httpx.Response(200, json={})


def moved(status: int, location: str) -> httpx.Response:
    """A redirect."""
    return httpx.Response(status, headers={b"Location": location.encode()})


@pytest.mark.parametrize(
    ("part", "segment"),
    [
        ("a-1", "a-1"),
        ("a/b", "a%2Fb"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b+c%41", "a%20b%2Bc%2541"),
        ("ü\n", "%C3%BC%0A"),
        ("\ud800", "%ED%A0%80"),
        ("~a_b.c", "~a_b.c"),
        (":@;=&", "%3A%40%3B%3D%26"),
    ],
)
async def test_each_part_is_exactly_one_segment(part: str, segment: str) -> None:
    stage = Stage(OK, url=f"{BASE}/v1")
    await stage.transport.ask(get("alerts", part, "events"))
    assert stage.sent[0].url.raw_path.decode() == f"/v1/alerts/{segment}/events"


async def test_an_empty_id_never_becomes_the_list() -> None:
    stage = Stage(OK)
    with pytest.raises(Invalid):
        await stage.transport.ask(get("alerts", ""))
    assert not stage.sent


async def test_the_query_keeps_order_and_repeats_keys() -> None:
    query = (("severity", "HIGH"), ("severity", "LOW"), ("cursor", '{"a": "b&c=ü"}'), ("quality", ""))
    stage = Stage(OK)
    await stage.transport.ask(replace(get(), query=query))
    raw = stage.sent[0].url.raw_path.decode()
    encoded = "%7B%22a%22%3A%20%22b%26c%3D%C3%BC%22%7D"
    assert raw == f"/alerts?severity=HIGH&severity=LOW&cursor={encoded}&quality="


async def test_an_address_beyond_every_bound_is_said_so() -> None:
    with pytest.raises(TooLarge, match="too long"):
        await Stage(OK).transport.ask(replace(get(), query=[("cursor", "x" * 70_000)]))


async def test_headers_are_those_that_are_meant() -> None:
    stage = Stage(OK)
    await stage.transport.ask(get())
    await stage.transport.ask(change(body={"assignee": "ü", "tags": ["\ud800"]}))
    read, written = (dict(each.headers) for each in stage.sent)
    assert read == {
        "host": "api.acme.example",
        "accept": "application/json",
        "accept-encoding": "gzip",
        "user-agent": f"alerttui/{__version__}",
        "x-api-key": TOKEN,
    }
    assert written["content-type"] == "application/json"
    assert stage.sent[1].content == rb'{"assignee":"\u00fc","tags":["\ud800"]}'


async def test_no_body_is_not_null() -> None:
    stage = Stage(OK)
    await stage.transport.ask(Request(method="POST", path=("x",), body=NO_BODY))
    await stage.transport.ask(Request(method="POST", path=("x",), body=None))
    assert [each.content for each in stage.sent] == [b"", b"null"]
    assert "content-type" not in stage.sent[0].headers


async def test_the_secret_is_asked_for_at_each_try() -> None:
    tokens = iter(["first-token", "second-token"])
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["x-api-key"])
        return httpx.Response(503 if len(seen) == 1 else 200)

    async def no_sleep(seconds: float) -> None:
        pass

    transport = Transport(
        endpoint=Endpoint.parse(BASE),
        product="Panther",
        auth=lambda: {"X-API-Key": next(tokens)},
        sleep=no_sleep,
        handler=httpx.MockTransport(answer),
    )
    await transport.ask(get())
    assert seen == ["first-token", "second-token"]


@pytest.mark.parametrize("token", ["", "tok-MARKER\n", " tok-MARKER", "tok-MARKER\r\nX: y", "tok-MARKERü"])
async def test_a_token_that_no_header_can_carry_is_refused_without_repeating_it(token: str) -> None:
    transport = Transport(endpoint=Endpoint.parse(BASE), product="Panther", auth=lambda: {"X-API-Key": token})
    with pytest.raises(ConfigError) as caught:
        await transport.ask(get())
    captured = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "MARKER" not in "".join(line for line in captured.format() if __file__ not in line)
    assert "MARKER" not in str(caught.value)
    await transport.close()


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_within_the_origin_keeps_method_and_body(status: int) -> None:
    stage = Stage(moved(status, "/v1/alerts/a-1?x=1"), OK)
    await stage.transport.ask(change())
    assert [each.method for each in stage.sent] == ["PATCH", "PATCH"]
    assert stage.sent[1].content == stage.sent[0].content
    assert str(stage.sent[1].url) == f"{BASE}/v1/alerts/a-1?x=1"
    assert stage.sent[1].headers["x-api-key"] == TOKEN


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/v1/alerts", f"{BASE}/v1/alerts", f"{BASE}:443/v1/alerts", "//API.acme.example/v1/alerts#x"]
)
async def test_reading_follows_within_the_origin(status: int, location: str) -> None:
    stage = Stage(moved(status, location), OK)
    await stage.transport.ask(get())
    assert str(stage.sent[1].url) == f"{BASE}/v1/alerts"


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_change_is_not_turned_into_another_method(status: int) -> None:
    stage = Stage(moved(status, "/login"), OK)
    with pytest.raises(BadAnswer, match="redirect") as caught:
        await stage.transport.ask(change())
    assert caught.value.may_have_acted
    assert len(stage.sent) == 1


@pytest.mark.parametrize(
    ("location", "origin"),
    [
        ("https://evil.example/alerts", "https://evil.example"),
        ("//evil.example", "https://evil.example"),
        ("http://api.acme.example/alerts", "http://api.acme.example"),
        ("https://api.acme.example:8443/", "https://api.acme.example:8443"),
        ("https://api.acme.example@evil.example/", "https://evil.example"),
        ("https://api.acme.example.evil.example/", "https://api.acme.example.evil.example"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
    ],
)
@pytest.mark.parametrize("status", [302, 307])
async def test_the_key_goes_to_no_other_origin(status: int, location: str, origin: str) -> None:
    stage = Stage(moved(status, location))
    with pytest.raises(Unavailable) as caught:
        await stage.transport.ask(get())
    assert f"{origin}, where the token is not sent" in str(caught.value)
    assert len(stage.sent) == 1


@pytest.mark.parametrize("location", ["", " ", "ftp://x/", "https://[x", "https://a:b/", "javascript:1"])
async def test_a_redirect_to_nowhere_is_said_so(location: str) -> None:
    with pytest.raises(BadAnswer, match="no place"):
        await Stage(moved(302, location)).transport.ask(get())


async def test_a_user_in_a_redirect_is_not_sent_along() -> None:
    stage = Stage(moved(307, "https://ana:secret@api.acme.example/x"), OK)
    await stage.transport.ask(get())
    assert str(stage.sent[1].url) == f"{BASE}/x"
    assert "authorization" not in stage.sent[1].headers


async def test_a_circle_ends() -> None:
    stage = Stage(moved(307, "/alerts"))
    with pytest.raises(BadAnswer, match="more than 3 times"):
        await stage.transport.ask(get())
    assert len(stage.sent) == 4


async def test_a_cookie_is_never_kept() -> None:
    stage = Stage(httpx.Response(200, json={}, headers={"Set-Cookie": "session=1; Path=/"}), OK)
    await stage.transport.ask(get())
    await stage.transport.ask(get())
    assert "cookie" not in stage.sent[1].headers
