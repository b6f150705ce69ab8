"""`alerttui serve` as a process: it starts, lets the right ones in, loses nothing, and ends in good order."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from alerttui.backends.registry import open_local
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.server.tokens import Permission, TokenBook
from alerttui.triage.session import Session
from tests.alerts import ANA, NOW_MS, some_alerts
from tests.server.process import ServerProcess, key, serving, stored

ALERTS = 40
CLIENTS = 20
ROUNDS = 6
EVER = {"created-after": "2020-01-01"}


@pytest.fixture
def store_file(tmp_path: Path) -> Path:
    return stored(tmp_path / "alerts.db", some_alerts(ALERTS))


@pytest.fixture
def book(tmp_path: Path) -> TokenBook:
    return TokenBook(tmp_path / "tokens.toml")


@pytest.fixture
def manager(book: TokenBook) -> str:
    """The token of somebody who may do all."""
    return book.create("manager", frozenset(Permission))


@pytest.fixture
def server(tmp_path: Path, store_file: Path, book: TokenBook, manager: str) -> Iterator[ServerProcess]:
    """A server that asks for tokens."""
    with serving(tmp_path, "--db", str(store_file), "--token-file", str(book.path)) as process:
        yield process


def test_it_answers_at_the_place_that_it_says_and_ends_by_a_signal(tmp_path: Path, store_file: Path) -> None:
    with serving(tmp_path, "--db", str(store_file)) as server:
        with server.client() as client:
            assert client.get("/alerts/a-1").json()["title"] == "Alert number 1"
            assert "/alerts/{id}" in client.get("/openapi.json").json()["paths"]
        server.send(signal.SIGHUP)
        assert server.ended() == 0
    first, second, *_, last = server.log.splitlines()
    assert f"serving {store_file} at {server.url}, reading and changing" in first
    assert "no token is asked for" in second
    assert last == "alerttui: stopped."


def test_tokens_decide_who_reads_and_who_changes(
    server: ServerProcess, book: TokenBook, manager: str
) -> None:
    reader = book.create("reader", frozenset({Permission.READ}))
    with server.client() as client:
        codes = [client.get("/alerts/a-1", headers=key(token)).status_code for token in ("", "wrong", reader)]
        assert codes == [401, 401, 200]
        patch = {"status": "TRIAGED"}
        codes = [
            client.patch("/alerts/a-1", json=patch, headers=key(token)).status_code
            for token in ("", "wrong", reader, manager)
        ]
        assert codes == [401, 401, 403, 200]
        assert client.get("/alerts/a-1", headers=key(manager)).json()["status"] == "TRIAGED"


def test_a_token_ends_as_soon_as_its_table_is_deleted(
    server: ServerProcess, book: TokenBook, manager: str
) -> None:
    assert book.path is not None
    with server.client(manager) as client:
        assert client.get("/alerts/a-1").status_code == 200
        book.path.write_text("", "utf-8")
        assert client.get("/alerts/a-1").status_code == 401


def test_the_log_names_who_asked_for_what_and_neither_token_nor_query(
    server: ServerProcess, manager: str
) -> None:
    with server.client(manager) as client:
        client.get("/alerts", params={**EVER, "name-contains": "jane.doe@victim.example"})
        client.get("/alerts/%1b[31mred%0a", headers={"X-Other": manager})
        client.get("/alerts/x%20200%200.1ms%20manager")
    server.stop()
    assert " GET /alerts 200 " in server.log
    assert server.log.count(" manager\n") == 3
    assert all(len(line.split(" ")) == 6 for line in server.log.splitlines() if " GET " in line)
    assert manager not in server.log and manager.removeprefix("alerttui_") not in server.log
    assert "jane" not in server.log
    assert "\x1b" not in server.log and " /alerts/%1b[31mred%0a 404 " in server.log


def test_a_running_request_is_finished_before_the_end(server: ServerProcess, manager: str) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    body = b'{"status": "RESOLVED"}'
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(_head(host, manager, len(body)))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")  # it runs, and waits for the body
        server.send(signal.SIGTERM)
        connection.sendall(body)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert server.ended() == 0


def test_a_request_that_never_arrives_whole_does_not_keep_it_from_ending(
    server: ServerProcess, manager: str
) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(_head(host, manager, 99))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        server.send(signal.SIGINT)
        assert server.ended() == 0
    assert "PATCH /alerts/a-1 gone" in server.log
    assert "Traceback" not in server.log


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_sent(
    server: ServerProcess, manager: str
) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(_head(host, manager, 1_000_001))
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")


def _head(host: str, token: str, length: int) -> bytes:
    """A change whose sender waits until the server asks for its body."""
    return (
        f"PATCH /alerts/a-1 HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {token}\r\nExpect: 100-continue\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def test_a_server_started_read_only_changes_nothing(
    tmp_path: Path, store_file: Path, book: TokenBook, manager: str
) -> None:
    arguments = ["--db", str(store_file), "--token-file", str(book.path), "--read-only"]
    with serving(tmp_path, *arguments) as server, server.client(manager) as client:
        assert "reading only" in server.log
        assert client.patch("/alerts/a-1", json={"status": "TRIAGED"}).status_code == 403
        assert client.get("/alerts/a-1").json()["status"] == "OPEN"


async def test_a_session_on_the_file_and_clients_of_the_server_see_each_others_changes(
    server: ServerProcess, store_file: Path, manager: str
) -> None:
    store, backend = open_local(store_file)
    session = Session(store, backend, me=ANA, clock=lambda: NOW_MS)
    async with (
        httpx.AsyncClient(base_url=server.url, headers=key(manager), trust_env=False) as one,
        httpx.AsyncClient(base_url=server.url, headers=key(manager), trust_env=False) as other,
    ):
        await session.change([AlertId("a-1")], AlertPatch(status=Set("TRIAGED")), comment="looking")
        assert (await one.get("/alerts/a-1")).json()["status"] == "TRIAGED"
        comments = (await one.get("/alert-comments", params={"alert-id": "a-1"})).json()["results"]
        assert [each["body"] for each in comments] == ["looking"]
        await one.patch("/alerts", json={"ids": ["a-1", "a-2"], "contextTags": ["scanner"]})
        assert (await other.get("/alerts/a-2")).json()["contextTags"] == ["scanner"]
        assert store.alert(AlertId("a-1")).tags == ("scanner",)
        assert store.alert(AlertId("a-1")).status == "TRIAGED"
        assert [entry.by.name or entry.by.id for entry in store.history(AlertId("a-2"))] == ["manager"]
    store.close()


async def test_twenty_clients_that_read_and_change_at_once_lose_nothing(
    server: ServerProcess, store_file: Path, manager: str
) -> None:
    async def triage(number: int) -> Counter[int]:
        codes: Counter[int] = Counter()
        async with httpx.AsyncClient(
            base_url=server.url, headers=key(manager), trust_env=False, timeout=60
        ) as client:
            for turn in range(ROUNDS):
                tag = f"c{number}-{turn}"
                own, shared = f"a-{number}", "a-39"
                answers = [
                    await client.patch(f"/alerts/{own}", json={"contextTags": [tag]}),
                    await client.patch(f"/alerts/{shared}", json={"contextTags": [tag]}),
                    await client.get("/alerts", params={**EVER, "limit": 10}),
                    await client.post(
                        "/alert-comments", json={"alertId": shared, "body": tag, "format": "PLAIN_TEXT"}
                    ),
                ]
                codes.update(answer.status_code for answer in answers)
        return codes

    codes = sum(await asyncio.gather(*map(triage, range(CLIENTS))), Counter())
    made = CLIENTS * ROUNDS
    assert codes == Counter({200: 4 * made})
    store, _ = open_local(store_file)
    assert len(store.journal(limit=10 * made)) == 3 * made  # a comment is a change too
    expected = sorted(f"c{number}-{turn}" for number in range(CLIENTS) for turn in range(ROUNDS))
    shared = store.history(AlertId("a-39"))
    assert sorted(entry.after for entry in shared if entry.field == "tags") == expected
    assert sorted(each.body for each in store.comments(AlertId("a-39"), None, 1000).results) == expected
    for number in range(CLIENTS):
        own = [entry.after for entry in store.history(AlertId(f"a-{number}")) if entry.field == "tags"]
        assert own == [f"c{number}-{turn}" for turn in range(ROUNDS)]
    store.close()
