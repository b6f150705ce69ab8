"""The real server, in a process of its own, on a free port of loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

from alerttui.backends.registry import open_local
from alerttui.backends.store import NewAlert

_STARTED = re.compile(r" at (http://\S+), ")
ENDS_WITHIN_S = 20


class ServerProcess:
    """`alerttui serve`, running; `log` is what it said on stderr so far."""

    def __init__(self, arguments: Iterable[str], home: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ALERTTUI_")}
        environment |= {"HOME": str(home), "LOGNAME": "ana"}
        for kind in ("CONFIG", "DATA", "STATE"):
            environment[f"XDG_{kind}_HOME"] = str(home / kind.lower())
        self._process = subprocess.Popen(
            [sys.executable, "-m", "alerttui", "serve", "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        assert self._process.stderr is not None
        self.log = self._process.stderr.readline()
        started = _STARTED.search(self.log)
        assert started, self.log + self._process.stderr.read()
        self.url = started[1]
        self._reader = threading.Thread(target=self._read, args=(self._process.stderr,), daemon=True)
        self._reader.start()

    def client(self, token: str = "") -> httpx.Client:
        """A client that gives this token, and believes no proxy of the environment."""
        return httpx.Client(base_url=self.url, headers=key(token), trust_env=False, timeout=30)

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def ended(self) -> int:
        """The exit code, once it has ended; everything that it said is in `log` then."""
        code = self._process.wait(ENDS_WITHIN_S)
        self._reader.join(ENDS_WITHIN_S)
        return code

    def stop(self) -> int:
        """End it as the system does; returns the exit code."""
        if self._process.poll() is None:
            self.send(signal.SIGTERM)
        try:
            return self.ended()
        finally:
            self._process.kill()
            self._process.wait()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self.log += line


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[ServerProcess]:
    """A server for the length of a test."""
    process = ServerProcess(arguments, home)
    try:
        yield process
    finally:
        process.stop()


def key(token: str) -> dict[str, str]:
    """The header in which a token is given; none without a token."""
    return {"X-API-Key": token} if token else {}


def stored(path: Path, alerts: Iterable[NewAlert]) -> Path:
    """A new store with these alerts."""
    store, _ = open_local(path)
    store.add(alerts)
    store.close()
    return path
