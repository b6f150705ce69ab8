"""A temporary home with a remote profile, a stand-in that can be stopped, and commands run against it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import Result

from alerttui.backends.remote.transport import retrying
from alerttui.cli import workplace
from tests.cli.conftest import Run, home, run, spawn
from tests.cli.remote import MARKER, configure, prod
from tests.standins.panther import PantherStandIn
from tests.standins.running import serving

__all__ = ["console", "home", "run", "spawn"]

PROFILE = 'default_profile = "prod"\n'
ME = 'me = "ada@example.com"\n'


class Console:
    """`alerttui` with the profile `prod`, and the Panther that it reaches."""

    def __init__(self, home: Path, run: Run) -> None:
        self.home = home
        self.standin = PantherStandIn()
        self.standin.add_token(key=MARKER)
        self._run = run
        self._served = ExitStack()
        self.url = ""
        self.later_ms = 0
        """So much later it is than on the wall: what was read a moment ago is old then."""

    def start(self) -> None:
        """The server is there, at the address where it was before."""
        self.url = self._served.enter_context(serving(self.standin, urlsplit(self.url).port or 0))

    def stop(self) -> None:
        """The server is gone."""
        self._served.close()

    def configure(self, more: str = "") -> None:
        """Write the profile, with more lines."""
        configure(self.home, PROFILE + prod(self.url, ME + more))

    def __call__(self, *arguments: str, input: str | bytes = b"") -> Result:
        """Run a command; the token must be in nothing that it says."""
        self.standin.forget_requests()
        result = self._run(*arguments, input=input)
        assert MARKER not in result.output
        assert "Traceback" not in result.output
        return result

    def good(self, *arguments: str, input: str | bytes = b"") -> Result:
        """Run a command that must end well."""
        result = self(*arguments, input=input)
        assert result.exit_code == 0, result.output
        return result

    def json(self, *arguments: str) -> Any:
        """What a command that must end well prints as JSON."""
        return json.loads(self.good(*arguments, "--json").stdout)

    @property
    def asked(self) -> int:
        """How many requests the last command made."""
        return len(self.standin.requests)


@pytest.fixture
def console(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """A profile `prod` that works, without an alert yet."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PROD_TOKEN", MARKER)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    (home / "run").mkdir(mode=0o700)
    monkeypatch.setattr(retrying, "BASE_MS", 1)
    one = Console(home, run)
    monkeypatch.setattr(workplace, "now_ms", lambda: time.time_ns() // 1_000_000 + one.later_ms)
    one.start()
    one.configure()
    yield one
    one.stop()
