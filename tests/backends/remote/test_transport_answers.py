"""An answer is read within bounds and believed only if it is JSON; each status has its own error."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace

import httpx
import pytest

from alerttui.backends.remote.asking import Answer
from alerttui.domain.errors import (
    AlertTuiError,
    BadAnswer,
    NotFound,
    NotLetIn,
    NotPermitted,
    Rejected,
    ServerDown,
    SlowDown,
    TooLarge,
    Unavailable,
)
from alerttui.domain.json_text import JsonNumber
from tests.backends.remote.stage import START_MS, Stage, change, get

BOMB = gzip.compress(b"[" + b" " * 40_000_000 + b"]", 9)


def raw(content: bytes, **headers: str) -> httpx.Response:
    """An answer whose body travels as it is."""
    response = httpx.Response(200, content=content)
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


async def test_an_answer_has_status_headers_body_and_when_it_was_asked_for() -> None:
    stage = Stage(httpx.Response(200, content=b'{"id": "a-1"}', headers={"X-Request-ID": "r"}))
    answer = await stage.transport.ask(get())
    assert (answer.status, answer.body, answer.requested_ms) == (200, b'{"id": "a-1"}', START_MS)
    assert answer.headers["x-request-id"] == "r"
    assert stage.transport.value(answer) == {"id": "a-1"}


async def test_an_answer_without_a_body_is_one() -> None:
    answer = await Stage(httpx.Response(204)).transport.ask(change())
    assert (answer.status, answer.body) == (204, b"")


def test_numbers_stay_as_written() -> None:
    value = Stage(httpx.Response(200)).transport.value(Answer(status=200, body=b'{"a": 1.10, "b": 10}'))
    assert isinstance(value, dict)
    assert isinstance(value["a"], JsonNumber)
    assert (value["a"].written, value["b"]) == ("1.10", 10)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<!doctype html><title>Log in</title>", "web page"),
        (b'{"results": [', "not JSON"),
        (b'{"a": "caf\xe9"}', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b"[" * 200 + b"]" * 200, "nested"),
        (b"[" * 100_000, "nested"),
        (b"1" * 5_000, "digits"),
        (b"OK", "not JSON"),
    ],
)
async def test_what_is_no_json_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    stage = Stage(httpx.Response(200, content=body))
    for request, is_in_doubt in ((get(), False), (change(), True)):
        answer = await stage.transport.ask(request)
        with pytest.raises(BadAnswer, match=reason) as caught:
            stage.transport.value(answer)
        assert caught.value.may_have_acted is is_in_doubt
        assert request.doing in str(caught.value)
        assert "api.acme.example" in str(caught.value)


def test_a_byte_order_mark_is_no_reason() -> None:
    assert Stage(httpx.Response(200)).transport.value(Answer(status=200, body=b"\xef\xbb\xbf{}")) == {}


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
async def test_a_compressed_answer_is_read(compress: object) -> None:
    assert callable(compress)
    coding = "gzip" if compress is gzip.compress else "deflate"
    answer = await Stage(raw(compress(b'{"a": 1}'), content_encoding=coding)).transport.ask(get())
    assert answer.body == b'{"a": 1}'


@pytest.mark.parametrize(
    ("content", "coding", "reason"),
    [
        (gzip.compress(b'{"a": 1}' * 50)[:-12], "gzip", "ends in the middle"),
        (b"no gzip at all", "gzip", "damaged"),
        (b"{}", "br", "not asked for"),
        (gzip.compress(gzip.compress(b"{}")), "gzip, gzip", "not asked for"),
    ],
    ids=["cut off", "no gzip", "another coding", "twice"],  # a packed text holds the second it was made in
)
async def test_broken_compression_is_told(content: bytes, coding: str, reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        await Stage(raw(content, content_encoding=coding)).transport.ask(get())


async def test_a_bomb_does_not_go_off() -> None:
    assert len(BOMB) < 60_000
    with pytest.raises(TooLarge, match="16 MB"):
        await Stage(raw(BOMB, content_encoding="gzip")).transport.ask(get())


async def test_a_body_beyond_the_bound_is_not_read_and_leaves_a_change_in_doubt() -> None:
    with pytest.raises(TooLarge, match="larger than 16 MB"):
        await Stage(raw(b"", content_length="99999999")).transport.ask(get())
    with pytest.raises(BadAnswer, match="larger") as caught:
        await Stage(raw(b"", content_length="99999999")).transport.ask(change())
    assert caught.value.may_have_acted


async def test_an_error_is_told_however_its_body_is() -> None:
    for response in (raw(BOMB, content_encoding="gzip"), raw(b"x", content_encoding="br"), raw(b"x" * 10**7)):
        response.status_code = 400
        with pytest.raises(Rejected, match=r"\(400\)"):
            await Stage(response).transport.ask(get())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (201, BadAnswer),
        (304, BadAnswer),
        (400, Rejected),
        (401, NotLetIn),
        (403, NotPermitted),
        (404, Rejected),
        (405, Rejected),
        (408, Rejected),
        (409, Rejected),
        (413, TooLarge),
        (414, TooLarge),
        (415, Rejected),
        (418, Rejected),
        (422, Rejected),
        (429, SlowDown),
        (500, ServerDown),
        (503, ServerDown),
        (599, ServerDown),
    ],
)
async def test_each_status_has_its_error_with_the_words_of_the_server(
    status: int, error: type[AlertTuiError]
) -> None:
    response = httpx.Response(status, json={"message": "because \x1b[31mred"})
    with pytest.raises(error) as caught:
        await Stage(response).transport.ask(get())
    assert type(caught.value) is error
    text = str(caught.value)
    assert text.startswith("Could not read alerts: api.acme.example") or error is TooLarge
    assert error is BadAnswer or "because ␛[31mred" in text
    assert str(status) in text


async def test_an_alert_that_is_gone_is_named() -> None:
    with pytest.raises(NotFound) as caught:
        await Stage(httpx.Response(404, json={"message": "no such alert"})).transport.ask(
            get("alerts", "a-1", alert_id="a-1")
        )
    assert caught.value.ids == ("a-1",)


@pytest.mark.parametrize("page", [b"", b"404 page not found", b"<html><h1>404</h1></html>", b"[]", b"\xff"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_no_alert_is_gone_because_a_gateway_has_nobody_behind_it(method: str, page: bytes) -> None:
    stage = Stage(httpx.Response(404, content=page))
    with pytest.raises(BadAnswer, match="The alert is not taken for gone") as caught:
        await stage.transport.ask(replace(get("alerts", "a-1", alert_id="a-1"), method=method))
    assert not caught.value.may_have_acted


async def test_words_about_what_to_do() -> None:
    for status, words in ((401, "missing, wrong or expired"), (401, "allow-list"), (409, "conflict")):
        with pytest.raises((Unavailable, Rejected), match=words):
            await Stage(httpx.Response(status), has_allow_list=True).transport.ask(get())


async def test_only_a_product_that_has_an_allow_list_is_said_to_have_one() -> None:
    for permission in ("", "READ_ALERT"):
        for status in (401, 403):
            for has_allow_list in (True, False):
                stage = Stage(httpx.Response(status), has_allow_list=has_allow_list)
                with pytest.raises(Unavailable) as caught:
                    await stage.transport.ask(get(permission=permission))
                assert ("allow-list" in str(caught.value)) is has_allow_list


async def test_a_status_that_is_expected_is_an_answer_whatever_it_is() -> None:
    stage = Stage(httpx.Response(207, json={"failed": []}))
    assert (await stage.transport.ask(replace(get(), expected=(200, 207)))).status == 207
    missing = Stage(httpx.Response(404, json={}))
    assert (await missing.transport.ask(replace(get(), expected=(200, 404)))).status == 404


async def test_what_was_asked_is_shown_harmless() -> None:
    with pytest.raises(ServerDown, match="Could not change alert ␛x:"):
        await Stage(httpx.Response(500)).transport.ask(replace(get(), doing="change alert \x1bx"))
