"""Each fault does on the wire what it says."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.standins import misbehaviour as m
from tests.standins import wrong_answers as w
from tests.standins.faults import AfterApplying, Always, Fault, FaultServer, Key, Proper
from tests.standins.panther import TOKEN, PantherStandIn

ANY = ("*", "/")
SOON = httpx.Timeout(10, read=0.05)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(headers={"X-API-Key": TOKEN}, timeout=10, trust_env=False) as made:
        yield made


async def got(client: httpx.AsyncClient, *faults: Fault, path: str = "/alerts") -> list[httpx.Response]:
    """The answers to as many requests as there are faults."""
    async with FaultServer({ANY: faults}) as server:
        return [await client.get(server.url + path) for _ in faults]


async def test_faults_are_played_in_order_and_then_the_application_answers(client: httpx.AsyncClient) -> None:
    standin = PantherStandIn()
    alert = standin.add_alert("a/b")
    script: dict[Key, list[Fault]] = {
        ("PATCH", "/alerts"): [w.error(503), Proper()],
        ("GET", "/alerts/a"): [w.error(404)],
    }
    async with FaultServer(script, app=standin) as server:
        url = f"{server.url}/alerts/a%2Fb"
        body = {"status": "CLOSED"}
        assert [(await client.patch(url, json=body)).status_code for _ in range(3)] == [503, 200, 200]
        assert [(await client.get(url)).status_code for _ in range(2)] == [404, 200]
        found = (await client.get(f"{server.url}/alerts?severity=HIGH&severity=LOW&limit=1")).json()
    assert [row["id"] for row in found["results"]] == [alert]
    assert [request.played for request in server.requests] == [
        *("Reply", "Proper", "Proper"),
        *("Reply", "Proper", "Proper"),
    ]
    assert server.requests[0].json == body and server.requests[0].header("x-api-key") == TOKEN
    assert server.connections == 1
    assert standin.of("list_alerts")[0].values("severity") == ["HIGH", "LOW"]


async def test_canned_answers_and_the_longest_prefix(client: httpx.AsyncClient) -> None:
    canned: dict[Key, Any] = {
        ("GET", "/alerts"): {"results": []},
        ("GET", "/alerts/"): {"id": "a"},
    }
    async with FaultServer(canned=canned) as server:
        assert (await client.get(f"{server.url}/alerts")).json() == {"results": []}
        assert (await client.get(f"{server.url}/alerts/a")).json() == {"id": "a"}
        assert (await client.get(f"{server.url}/users")).status_code == 404
        server.add("GET", "/users", w.error(401, "error", "bad"))
        assert (await client.get(f"{server.url}/users")).json() == {"error": "bad"}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (m.CloseAtOnce(), httpx.RemoteProtocolError),
        (m.CutBody(), httpx.RemoteProtocolError),
        (m.CutBody(chunked=True), httpx.RemoteProtocolError),
        (m.Reset(), httpx.ReadError),
        (m.Reset(after_head=True), httpx.ReadError),
        (w.wrong_length(5), httpx.RemoteProtocolError),
        (w.not_http(), httpx.RemoteProtocolError),
        (w.not_gzip(), httpx.DecodingError),
        (w.with_headers(("Content-Length", "5")), httpx.RemoteProtocolError),
    ],
    ids=("close", "cut", "cut_chunk", "reset", "reset_body", "length", "not_http", "not_gzip", "two_lengths"),
)
async def test_broken_connections(
    client: httpx.AsyncClient, fault: Fault, expected: type[httpx.RequestError]
) -> None:
    async with FaultServer({ANY: [fault]}) as server:
        with pytest.raises(expected):
            await client.get(f"{server.url}/alerts")


async def test_a_body_longer_than_promised_is_cut_by_the_client(client: httpx.AsyncClient) -> None:
    (answer,) = await got(client, w.wrong_length(-5))
    assert answer.content == m.LIST_PAGE[:-5]


@pytest.mark.parametrize("fault", [m.Silence(), m.Silence(after_head=True)], ids=("head", "body"))
async def test_silence_ends_when_the_client_leaves(client: httpx.AsyncClient, fault: Fault) -> None:
    async with FaultServer({ANY: [fault]}) as server:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(server.url, timeout=SOON)
        async with asyncio.timeout(5):
            while not server.requests[0].client_left:
                await asyncio.sleep(0.005)


async def test_silence_ends_with_the_server(client: httpx.AsyncClient) -> None:
    async with FaultServer({ANY: [m.Silence()]}) as server:
        waiting = asyncio.create_task(client.get(server.url, timeout=5))
        await asyncio.sleep(0.05)
        started = time.monotonic()
    with pytest.raises(httpx.TransportError):
        await waiting
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("head_too", [False, True])
async def test_a_trickle_arrives_byte_by_byte(client: httpx.AsyncClient, head_too: bool) -> None:
    fault = m.Trickle(b"[1, 2]", 0.001, head_too=head_too)
    async with FaultServer({ANY: [fault]}) as server, client.stream("GET", server.url) as answer:
        assert [piece async for piece in answer.aiter_raw()] == [b"[", b"1", b",", b" ", b"2", b"]"]


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
async def test_a_flood_is_valid_json_and_tells_what_was_taken(
    client: httpx.AsyncClient, framing: Any
) -> None:
    flood = m.Flood(30_000_000, framing)
    async with FaultServer({ANY: [m.Flood(100_000, framing), flood]}) as server:
        assert len((await client.get(server.url)).json()["results"]) == 3
        async with client.stream("GET", server.url) as answer:
            assert ("content-length" in answer.headers) is (framing == "length")
            async for _ in answer.aiter_raw():
                break
        await asyncio.sleep(0.05)
        assert server.requests[1].sent < 20_000_000


async def test_redirects(client: httpx.AsyncClient) -> None:
    async with FaultServer(canned={("GET", "/new"): {"id": "a"}}) as other, FaultServer() as server:
        server.add("GET", "/elsewhere", m.Redirect(f"{other.url}/new"))
        server.add("GET", "/here", m.Redirect("/moved", status=301))
        server.add("GET", "/loop", Always(m.Redirect()))
        answer = await client.get(f"{server.url}/elsewhere")
        assert (answer.status_code, answer.headers["location"]) == (307, f"{other.url}/new")
        assert not other.requests
        assert (await client.get(f"{server.url}/here")).headers["location"] == "/moved"
        with pytest.raises(httpx.TooManyRedirects):
            await client.get(f"{server.url}/loop?a=1", follow_redirects=True)
        assert {request.target for request in server.requests[2:]} == {"/loop?a=1"}


async def test_waiting_times(client: httpx.AsyncClient) -> None:
    faults = [w.too_many(text) for text in w.RETRY_AFTER.values()]
    answers = await got(client, *faults)
    assert [answer.headers["retry-after"] for answer in answers] == list(w.RETRY_AFTER.values())
    dated, bare, busy = await got(client, w.too_many(w.http_date(60)), w.too_many(None), w.too_many("3", 503))
    moment = parsedate_to_datetime(dated.headers["retry-after"])
    assert 58 <= moment.timestamp() - time.time() <= 61
    assert "retry-after" not in bare.headers and busy.status_code == 503


async def test_every_error_has_every_shape(client: httpx.AsyncClient) -> None:
    for shape in w.ERROR_SHAPES:
        answers = await got(client, *[w.error(status, shape) for status in w.ERROR_STATUSES])
        assert tuple(answer.status_code for answer in answers) == w.ERROR_STATUSES
    nested, many = await got(client, w.error(400, "error_message", "no"), w.error(400, "errors", "no"))
    assert nested.json()["error"]["message"] == many.json()["errors"][0]["message"] == "no"


async def test_what_is_not_json_or_of_another_shape(client: httpx.AsyncClient) -> None:
    for form in w.BROKEN_JSON:
        (answer,) = await got(client, w.broken_json(form))
        assert (answer.status_code, answer.content) == (200, w.BROKEN_JSON[form])
        assert answer.headers["content-type"] == "application/json"
    for form in w.WRONG_SHAPES:
        (answer,) = await got(client, w.wrong_shape(form))
        assert answer.json() == w.WRONG_SHAPES[form]
    page, gateway, nested = await got(client, w.html_page(), w.html_page(502), w.nested_json())
    assert (page.status_code, gateway.status_code) == (200, 502)
    assert page.text.startswith("<!DOCTYPE") and gateway.headers["content-type"].startswith("text/html")
    with pytest.raises(RecursionError):
        nested.json()


async def test_lists_without_an_end(client: httpx.AsyncClient) -> None:
    async def three(pages: w.Pages) -> list[tuple[list[str], str | None]]:
        answers = [answer.json() for answer in await got(client, *[pages] * 3)]
        return [([row["id"] for row in page["results"]], page.get("next")) for page in answers]

    assert await three(w.same_next(1)) == [([f"row-{page}"], "again") for page in range(3)]
    assert [after for _, after in await three(w.alternating_next())] == ["cursor-0", "cursor-1", "cursor-0"]
    assert await three(w.repeated_page(1)) == [(["row-0"], f"cursor-{page}") for page in range(3)]
    assert await three(w.empty_forever()) == [([], f"cursor-{page}") for page in range(3)]
    assert [len(rows) for rows, _ in await three(w.limit_ignored())] == [500, 500, 500]


async def test_bombs_unpack_to_much_more(client: httpx.AsyncClient) -> None:
    bomb = w.gzip_bomb(2_000_000, layers=2)
    assert len(bomb.body) < 2_000
    assert len(gzip.decompress(gzip.decompress(bomb.body))) > 2_000_000
    (answer,) = await got(client, w.gzip_bomb(2_000_000))
    assert answer.json() == {"results": []}


async def test_headers_may_come_twice(client: httpx.AsyncClient) -> None:
    (answer,) = await got(client, w.with_headers(("Content-Type", "text/html"), ("X-Id", "1"), ("X-Id", "2")))
    assert answer.headers.get_list("content-type") == ["application/json", "text/html"]
    assert answer.headers.get_list("x-id") == ["1", "2"]


async def test_an_answer_may_be_lost_after_the_change(client: httpx.AsyncClient) -> None:
    standin = PantherStandIn()
    alert = standin.add_alert()
    script: dict[Key, list[Fault]] = {("POST", "/alert-comments"): [AfterApplying(m.CloseAtOnce())]}
    async with FaultServer(script, app=standin) as server:
        comment = {"alertId": alert, "body": "b", "format": "PLAIN_TEXT"}
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(f"{server.url}/alert-comments", json=comment)
    assert [each["body"] for each in standin.comments_of(alert)] == ["b"]


async def test_a_held_answer_and_a_connection_found_dead(client: httpx.AsyncClient) -> None:
    held = m.Held()
    script: dict[Key, list[Fault]] = {("GET", "/a"): [held], ("GET", "/b"): [m.Reply(then_close=True)]}
    async with FaultServer(script, canned={ANY: {"id": "a"}}) as server:
        waiting = asyncio.create_task(client.get(f"{server.url}/a"))
        await asyncio.to_thread(held.reached.wait, 2)
        assert not waiting.done()
        held.release()
        assert (await waiting).json() == {"id": "a"}
        assert (await client.get(f"{server.url}/b")).json() == json.loads(m.LIST_PAGE)
        await asyncio.sleep(0.02)
        assert (await client.get(f"{server.url}/c")).json() == {"id": "a"}
        assert server.connections == 2


def test_code_without_a_loop_may_use_it() -> None:
    server = FaultServer({ANY: [m.Delayed(0.01, w.error(500)), m.Silence()]}, canned={ANY: {}})
    with server.in_thread(), httpx.Client(base_url=server.url, timeout=10, trust_env=False) as client:
        assert client.get("/x").status_code == 500
        with pytest.raises(httpx.ReadTimeout):
            client.get("/x", timeout=SOON)
        assert client.get("/x").json() == {}


async def test_a_fault_that_cannot_be_played_fails_the_test(client: httpx.AsyncClient) -> None:
    with pytest.raises(ExceptionGroup):
        async with FaultServer({ANY: [Fault()]}) as server:
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get(server.url)
