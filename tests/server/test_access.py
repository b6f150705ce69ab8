"""Who may do what, and how the server says no: keys, permissions, methods, paths, errors."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence

import pytest

pytest.importorskip("starlette")

from httpx import ASGITransport, AsyncClient
from starlette.types import Message, Receive, Scope, Send

from alerttui.domain.errors import StoreError, Unavailable
from alerttui.domain.vocabulary import AlertId
from alerttui.server import service
from alerttui.server.openapi import document
from tests.alerts import an_alert
from tests.server.serving import READER, message, serving

READS = ["/alerts", "/alerts/a-1", "/alerts/a-1/events", "/alert-comments?alert-id=a-1",
         "/alert-comments/a-1-c0", "/users", "/users/bob", "/alert-context-tags"]  # fmt: skip
COMMENT = {"alertId": "a-1", "body": "seen", "format": "PLAIN_TEXT"}
WRITES: list[tuple[str, str, object]] = [
    ("PATCH", "/alerts/a-1", {"status": "CLOSED"}),
    ("PATCH", "/alerts", {"ids": ["a-1"], "status": "CLOSED"}),
    ("POST", "/alert-comments", COMMENT),
    ("POST", "/alert-comments/a-1-c0", COMMENT),
    ("POST", "/alert-context-tags", {"tag": "x"}),
    ("DELETE", "/alert-context-tags/x", {}),
    ("PATCH", "/alert-context-tags/x", {"tag": "y"}),
]


async def test_without_a_known_key_nothing_is_told() -> None:
    for key in ("", "wrong", "ci", "ci-key "[:-2]):
        async with serving([an_alert(comments=["x"])], key=key) as api:
            for path in [*READS, "/nowhere", "/alerts/none", "/api-tokens/self"]:
                assert "X-API-Key" in message(await api.get(path), 401)
            for method, path, body in WRITES:
                message(await api.send(method, path, body), 401)
            message(await api.client.request("DELETE", "/alerts"), 401)
            assert (await api.get("/openapi.json")).json() == document()


async def test_a_token_that_reads_cannot_change() -> None:
    async with serving([an_alert(comments=["x"])], key="reader-key") as api:
        for path in READS:
            assert (await api.get(path)).status_code == 200, path
        for method, path, body in WRITES:
            assert "Manage Alerts" in message(await api.send(method, path, body), 403)
        assert api.store.journal() == []


async def test_a_token_that_changes_cannot_read() -> None:
    async with serving([an_alert(comments=["x"])], key="writer-key") as api:
        for path in READS:
            assert "Read Alerts" in message(await api.get(path), 403)
        assert (await api.patch("/alerts/a-1", {"status": "CLOSED"})).status_code == 200


async def test_a_server_that_only_reads_refuses_every_change() -> None:
    async with serving([an_alert(comments=["x"])], read_only=True) as api:
        for path in READS:
            assert (await api.get(path)).status_code == 200
        for method, path, body in WRITES:
            assert "only reads" in message(await api.send(method, path, body), 403)
        assert api.store.journal() == []


async def test_an_open_server_asks_for_no_key() -> None:
    for key in ("", "anything"):
        async with serving([an_alert(comments=["x"])], key=key, is_open=True) as api:
            for path in READS:
                assert (await api.get(path)).status_code == 200
            assert (await api.patch("/alerts/a-1", {"status": "CLOSED"})).status_code == 200


async def test_a_wrong_method_is_told_the_right_ones() -> None:
    async with serving([an_alert()]) as api:
        answer = await api.client.request("DELETE", "/alerts")
        message(answer, 405)
        assert {"GET", "PATCH"} <= set(answer.headers["allow"].split(", "))
        for method, path in (("PUT", "/alerts/a-1"), ("POST", "/alerts"), ("PATCH", "/users"),
                             ("DELETE", "/alert-comments/x"), ("GET", "/alert-context-tags/x")):  # fmt: skip
            assert f"{method} is not possible" in message(await api.client.request(method, path), 405)


async def test_what_is_not_there_is_not_found() -> None:
    async with serving([an_alert()]) as api:
        for path in ("/", "/alert", "/alerts/", "/alerts/a-1/", "/alerts/a-1/comments", "//alerts",
                     "/api-tokens", "/v1/alerts", "/users/"):  # fmt: skip
            assert "nothing at this path" in message(await api.get(path), 404)


async def test_unknown_parameters_are_refused_everywhere() -> None:
    async with serving([an_alert(comments=["x"])]) as api:
        for path in [*READS, "/api-tokens/self"]:
            joint = "&" if "?" in path else "?"
            assert message(await api.get(f"{path}{joint}cursro=1"), 400).startswith("cursro: ")
        told = message(await api.patch("/alerts?dry-run=true", {"ids": ["a-1"], "status": "CLOSED"}), 400)
        assert told.startswith("dry-run")
        assert told.endswith("there are none here")


async def test_head_answers_as_get_does_without_a_body() -> None:
    async with serving([an_alert()]) as api:
        assert (await api.client.head("/alerts")).status_code == 200


async def test_a_store_that_is_busy_asks_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving([an_alert()]) as api:

        def busy(*_: object, **__: object) -> None:
            raise Unavailable("/secret/path is being written")

        monkeypatch.setattr(api.store, "page", busy)
        answer = await api.get("/alerts")
        assert "secret" not in message(answer, 503)
        assert answer.headers["retry-after"] == "1"


async def test_changes_do_not_wait_without_end_behind_a_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "TURN_S", 0.01)
    async with serving([an_alert()]) as api:
        may_go_on = threading.Event()
        rowids_of = api.store.rowids_of

        def slow(ids: Sequence[AlertId]) -> dict[AlertId, int]:
            may_go_on.wait(10)
            return rowids_of(ids)

        monkeypatch.setattr(api.store, "rowids_of", slow)
        first = asyncio.create_task(api.patch("/alerts/a-1", {"status": "CLOSED"}))
        await asyncio.sleep(0.05)
        second = await asyncio.wait_for(api.patch("/alerts/a-1", {"quality": "NOISE"}), 5)
        may_go_on.set()
        assert "nothing was changed" in message(second, 503)
        assert second.headers["retry-after"] == "1"
        assert (await first).status_code == 200
        assert (await api.patch("/alerts/a-1", {"quality": "NOISE"})).status_code == 200


async def test_a_store_whose_file_was_taken_away_is_neither_read_nor_changed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving([an_alert(comments=["x"])]) as api:
        path = api.store.path
        aside = path.with_name("aside.db")
        path.rename(aside)
        for is_replaced in (False, True):
            if is_replaced:
                path.write_bytes(aside.read_bytes())
            for read in READS:
                assert "moved, deleted or replaced" in message(await api.get(read), 503)
            for method, changed, body in WRITES[:4]:
                message(await api.send(method, changed, body), 503)
        assert caplog.text.count("moved, deleted or replaced") == 1
        aside.replace(path)
        assert api.store.journal() == []
        assert (await api.patch("/alerts/a-1", {"status": "CLOSED"})).status_code == 200


@pytest.mark.parametrize("error", [RuntimeError("a secret"), StoreError("a secret"), OSError("a secret")])
async def test_an_unforeseen_error_tells_nothing_and_is_logged_without_secrets(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving([an_alert()]) as api:

        def broken(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(api.store, "alert", broken)
        with caplog.at_level(logging.ERROR, "alerttui.server"):
            told = message(await api.get("/alerts/a-1?"), 500)
        assert "secret" not in told
        assert type(error).__name__ in caplog.text
        assert "secret" not in caplog.text
        assert "ci-key" not in caplog.text


async def test_a_request_that_the_end_of_the_server_cuts_off_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving([an_alert()]) as api:
        may_go_on = threading.Event()
        monkeypatch.setattr(api.store, "alert", lambda _: may_go_on.wait(10))
        request = asyncio.create_task(api.get("/alerts/a-1"))
        await asyncio.sleep(0.05)
        request.cancel()
        assert "stopped" in message(await request, 503)
        may_go_on.set()


async def test_the_log_around_the_app_learns_whose_token_it_was() -> None:
    async with serving([an_alert()]) as api:
        scopes: list[Scope] = []

        async def noting(scope: Scope, receive: Receive, send: Send) -> None:
            scopes.append(scope)
            await api.app(scope, receive, send)

        async with AsyncClient(transport=ASGITransport(app=noting), base_url="http://testserver") as client:
            await client.get("/alerts", headers={"X-API-Key": "reader-key"})
        assert scopes[0]["state"]["token"] is READER


async def test_the_app_starts_and_stops() -> None:
    async with serving() as api:
        asked: list[Message] = [{"type": "lifespan.shutdown"}, {"type": "lifespan.startup"}]
        told: list[Message] = []

        async def receive() -> Message:
            return asked.pop()

        async def send(sent: Message) -> None:
            told.append(sent)

        await api.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
        assert [each["type"] for each in told] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
