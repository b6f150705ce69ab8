"""`alerttui serve` under clients that read and change at once, beside a server that only says hello."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.http_client import Client
from benchmarks.programs import places
from benchmarks.report import Figure, put, put_table
from benchmarks.stores import opened, store_file

CLIENTS: Final = 20
SINCE: Final = "created-after=2020-01-01"
BULK: Final = 10
OPERATIONS: Final = {
    "list 50": 25,
    "list 25 open, high or critical": 10,
    "one alert": 25,
    "its events": 10,
    "its comments": 10,
    "change one": 10,
    f"change {BULK}": 5,
    "comment": 5,
}
"""What a client does, and how often in a hundred requests."""

_URL = re.compile(r"http://([0-9.]+):(\d+)")
Place = tuple[str, int]
Work = Callable[[Client, int], Awaitable[int]]
"""What one client does, by its number; returns how many changes it was told were made."""


def run_server(folder: Path, home: Path, alerts: int, requests: int) -> None:
    """Measure so many requests a client, of one client and of twenty, and write the tables."""
    original = store_file(folder, alerts)
    with tempfile.TemporaryDirectory(prefix="alerttui-served-") as work:
        store = Path(shutil.copy(original, work))
        ids = _ids(store)
        hello = [sys.executable, "-m", "benchmarks.hello_server"]
        serve = [sys.executable, "-m", "alerttui", "serve", "--port", "0", "--db", str(store)]
        for clients in (1, CLIENTS):
            with _running(hello, home) as place:
                base = Figure(what="hello", samples=_load(place, clients, _hello(requests))[0]["hello"])
            before = _journalled(store)
            with _running(serve, home) as place:
                samples, changes, took_s = _load(place, clients, _triage(ids, requests, clients))
            lost = changes - (_journalled(store) - before)
            put_table(
                f"server, {alerts:,} alerts, {clients} client(s) x {requests} requests at once",
                [base, *(Figure(what=name, samples=samples[name], against=base) for name in OPERATIONS)],
            )
            rate = clients * requests / took_s
            put(f"  {rate:,.0f} requests/s; {changes:,} changes were confirmed, {lost:,} of them lost")
            if lost:
                raise RuntimeError(f"{lost} changes are not in the journal.")


def _load(place: Place, clients: int, work: Work) -> tuple[dict[str, list[float]], int, float]:
    """Let the clients work at once: samples by operation, changes in all, seconds."""

    async def all_of_them() -> int:
        try:
            return sum(await asyncio.gather(*(work(each, number) for number, each in enumerate(crowd))))
        finally:
            for each in crowd:
                each.close()

    crowd = [Client(*place) for _ in range(clients)]
    before = time.perf_counter()
    changes = asyncio.run(all_of_them())
    took_s = time.perf_counter() - before
    samples: dict[str, list[float]] = {}
    for each in crowd:
        for operation, some in each.samples.items():
            samples.setdefault(operation, []).extend(some)
    return samples, changes, took_s


def _hello(requests: int) -> Work:
    async def work(client: Client, number: int) -> int:
        for _ in range(requests):
            await client.ask("hello", "GET", "/hello")
        return 0

    return work


def _triage(ids: Sequence[str], requests: int, clients: int) -> Work:
    """Each client does the same mix in an order of its own, and changes alerts of its own only."""

    async def work(client: Client, number: int) -> int:
        dice = Random(number)
        own = ids[number::clients]
        mix = [name for name, share in OPERATIONS.items() for _ in range(share * requests // 100)]
        dice.shuffle(mix)
        changes = 0
        for turn, operation in enumerate(mix):
            changes += await _one(client, operation, dice, own, f"t{clients}-{number}-{turn}")
        return changes

    return work


async def _one(client: Client, operation: str, dice: Random, own: Sequence[str], tag: str) -> int:
    chosen = dice.choice(own)
    if operation.startswith("list"):
        narrowed = "limit=50" if "50" in operation else "status=OPEN&severity=HIGH&severity=CRITICAL"
        page = json.loads(await client.ask(operation, "GET", f"/alerts?{SINCE}&{narrowed}"))
        assert page["results"]
    elif operation == "change one":
        await client.ask(operation, "PATCH", f"/alerts/{chosen}", {"contextTags": [tag]})
    elif operation == "comment":
        body = {"alertId": chosen, "body": tag, "format": "PLAIN_TEXT"}
        await client.ask(operation, "POST", "/alert-comments", body)
    elif operation.startswith("change"):
        some = dice.sample(own, BULK)
        await client.ask(operation, "PATCH", "/alerts", {"ids": some, "contextTags": [tag]})
    else:
        paths = {"one alert": "", "its events": "/events"}
        path = f"/alerts/{chosen}{paths[operation]}" if operation in paths else ""
        await client.ask(operation, "GET", path or f"/alert-comments?alert-id={chosen}")
    return 1 if operation.startswith(("change", "comment")) else 0


def _ids(store: Path) -> list[str]:
    from alerttui.domain.query import EVERYTHING, QueryContext

    found = opened(store)
    try:
        rows = found.first_rows(EVERYTHING, QueryContext(now_ms=0), 2_000)
        return [row.id for row in rows if row.id.isascii() and row.id.replace("-", "").isalnum()]
    finally:
        found.close()


def _journalled(store: Path) -> int:
    found = opened(store)
    try:
        return len(found.journal(limit=1_000_000))
    finally:
        found.close()


@contextmanager
def _running(command: Sequence[str], home: Path) -> Iterator[Place]:
    """A server in a process of its own, once it says where it is; what it says later goes to a file."""
    with (home / "server.log").open("w+b") as log:
        process = subprocess.Popen(command, stderr=log, env={"PATH": "", **_environment(home)})
        try:
            yield _place(home / "server.log", process)
        finally:
            process.terminate()
            process.wait(20)


def _place(log: Path, process: subprocess.Popen[bytes]) -> Place:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        if found := _URL.search(log.read_text("utf-8", "replace")):
            return found[1], int(found[2])
        time.sleep(0.02)
    raise RuntimeError(f"The server did not start: {log.read_text('utf-8', 'replace')}")


def _environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    return {**places(home), **kept}
