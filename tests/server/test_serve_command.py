"""`alerttui serve`, as far as it comes without serving: making tokens, and refusing to start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alerttui.cli.main import cli
from alerttui.server.tokens import Permission, Token, TokenBook

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `alerttui serve` with arguments, in an empty home."""
    for name in [each for each in os.environ if each.startswith("ALERTTUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["serve", *arguments], prog_name="alerttui", catch_exceptions=False)

    return invoke


def test_a_new_token_is_all_that_stdout_gets_and_stands_in_the_usual_file(run: Run, tmp_path: Path) -> None:
    done = run("--create-token", "ci", "--permissions", "manage,read")
    file = tmp_path / "config" / "alerttui" / "tokens.toml"
    secret = done.stdout.removesuffix("\n")
    assert done.exit_code == 0
    assert TokenBook(file).find(secret) == Token("ci", frozenset(Permission))
    assert secret not in done.stderr
    assert "token ci (manage, read)" in done.stderr and str(file) in done.stderr


def test_only_the_first_token_brings_the_advice_to_start_an_open_server_again(run: Run) -> None:
    first, second = run("--create-token", "one"), run("--create-token", "two")
    assert "until it is started again" in first.stderr
    assert second.exit_code == 0 and "until it is started again" not in second.stderr


def test_a_token_may_only_read_unless_more_is_said(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    secret = run("--create-token", "ci", "--token-file", str(file)).stdout.strip()
    assert TokenBook(file).find(secret) == Token("ci", frozenset({Permission.READ}))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--create-token", "a b"], "token name: 'a b' is refused"),
        (["--create-token", "ci", "--permissions", "admin"], "known are read and manage"),
        (["--permissions", "read"], "--permissions is for --create-token"),
        (["--cors", "*"], "an origin such as https://soc.example"),
        (["--cors", "https://soc.example/path"], "an origin such as"),
        (["--token-file", "missing.toml"], "there is no such token file"),
        (["--db", "missing.db", "--port", "0"], "There is no store at missing.db"),
        (["--view", "mine"], "No such option"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(run: Run, arguments: list[str], complaint: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_without_a_token_it_does_not_listen_for_other_machines(run: Run, tmp_path: Path, host: str) -> None:
    empty = tmp_path / "empty.toml"
    empty.touch(mode=0o600)
    for arguments in ([], ["--token-file", str(empty)]):
        done = run("--host", host, "--port", "0", *arguments)
        assert done.exit_code == 2
        assert "--create-token NAME" in done.stderr


def test_a_port_that_is_taken_and_an_unknown_host_are_told_in_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--port", str(taken.getsockname()[1]))
    assert done.exit_code == 3
    assert "another program listens there" in done.stderr and done.stderr.count("\n") == 1
    done = run("--host", "127.0.0.300")
    assert done.exit_code == 3
    assert "127.0.0.300 cannot be listened on" in done.stderr


def test_without_its_extra_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name == "uvicorn" else find_spec(name)

    monkeypatch.setattr("importlib.util.find_spec", find)
    done = run()
    assert done.exit_code == 2
    assert done.stderr == (
        "alerttui: the server is not installed here; pip install 'alerttui[server]' adds it.\n"
    )


def test_neither_the_command_nor_making_a_token_loads_the_server() -> None:
    modules = "alerttui.cli.commands.serve, alerttui.server.tokens"
    code = f"import {modules}, sys; print(sorted({{'starlette', 'uvicorn', 'pydantic'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
