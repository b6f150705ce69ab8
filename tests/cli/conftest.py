"""A temporary home with a small store, and commands run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alerttui.backends.registry import open_local
from alerttui.cli import workplace
from alerttui.cli.main import cli
from tests.cli.alerts import NOW_MS, shift

Run = Callable[..., Result]
"""Runs `alerttui` with arguments, and text for stdin as `input`."""

Spawn = Callable[..., subprocess.CompletedProcess[bytes]]
"""The same in a process of its own."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home: XDG folders, a user name, and no other setting."""
    for name in [each for each in os.environ if each.startswith("ALERTTUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.setattr(workplace, "now_ms", lambda: NOW_MS)
    return tmp_path


@pytest.fixture
def store_file(home: Path) -> Path:
    """The usual store, with the alerts of `shift`."""
    file = home / "data" / "alerttui" / "alerts.db"
    file.parent.mkdir(parents=True)
    store, _ = open_local(file)
    store.add(shift())
    store.close()
    return file


@pytest.fixture
def run(home: Path) -> Iterator[Run]:
    """Run a command in this process."""
    runner = CliRunner()

    def invoke(*arguments: str, input: str | bytes = b"") -> Result:
        return runner.invoke(cli, arguments, input=input, prog_name="alerttui", catch_exceptions=False)

    yield invoke


@pytest.fixture
def spawn(home: Path) -> Spawn:
    """Run a command in a process of its own."""

    def start(*arguments: str | bytes, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "alerttui", *arguments]
        return subprocess.run(command, input=input, capture_output=True, timeout=60, check=False)

    return start
