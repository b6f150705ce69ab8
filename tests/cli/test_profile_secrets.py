"""A token is in no output, no log, no error and no file but its own, whatever goes wrong with it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import pytest

from alerttui.backends.registry import connect
from alerttui.cli.remote_workplace import backend_settings
from alerttui.config.load import load_settings
from tests.cli.conftest import Run
from tests.cli.remote import MARKER, Served, configure, panther, prod
from tests.config.fake_keyring import install_keyring

__all__ = ["panther"]

ADD: Final = ("profile", "add", "prod", "--backend", "panther", "--url", "https://a.example", "--no-test")

COMMANDS: Final = (
    ("profile", "list"),
    ("profile", "list", "--json"),
    ("profile", "test", "prod"),
    ("profile", "test", "prod", "--json"),
    ("doctor",),
    ("doctor", "--json"),
    ("doctor", "--profile", "prod"),
    ("list", "--profile", "prod"),
    (
        "profile",
        "add",
        "prod",
        "--backend",
        "panther",
        "--url",
        "https://a.example",
        "--keyring",
        "--no-test",
    ),
    ("profile", "remove", "prod", "--yes"),
)


def leaks(run: Run, home: Path, caplog: pytest.LogCaptureFixture, but: Path | None = None) -> list[str]:
    """Where the marker appears when every command runs once."""
    caplog.set_level(logging.DEBUG)
    found = [" ".join(each) for each in COMMANDS if MARKER in run(*each, input=b"").output]
    found += [f"log: {record.name}" for record in caplog.records if MARKER in record.getMessage()]
    files = [each for each in home.rglob("*") if each.is_file() and each != but]
    return found + [str(each) for each in files if MARKER.encode() in each.read_bytes()]


def test_a_good_token_shows_nowhere(
    run: Run, home: Path, panther: Served, caplog: pytest.LogCaptureFixture
) -> None:
    configure(home, prod(panther.url))
    assert leaks(run, home, caplog) == []


@pytest.mark.parametrize(
    "token", [f"Bearer {MARKER}", f"{MARKER}\n{MARKER}", f"{MARKER}\x1b[31m", f"{MARKER}é", f" {MARKER}"]
)
def test_a_token_that_cannot_be_used_shows_nowhere(
    run: Run,
    home: Path,
    panther: Served,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
) -> None:
    monkeypatch.setenv("PROD_TOKEN", token)
    configure(home, prod(panther.url))
    assert leaks(run, home, caplog) == []


@pytest.mark.parametrize("rights", [0o600, 0o644])
def test_a_token_in_a_file_shows_nowhere_else(
    run: Run, home: Path, panther: Served, caplog: pytest.LogCaptureFixture, rights: int
) -> None:
    file = home / "token"
    file.write_text(MARKER)
    file.chmod(rights)
    configure(home, prod(panther.url).replace('token_env = "PROD_TOKEN"', f'token_file = "{file}"'))
    assert leaks(run, home, caplog, but=file) == []


def test_a_token_in_the_keyring_shows_nowhere(
    run: Run,
    home: Path,
    panther: Served,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install_keyring(monkeypatch, {("alerttui", "prod"): MARKER})
    configure(home, prod(panther.url).replace('token_env = "PROD_TOKEN"', "keyring = true"))
    assert leaks(run, home, caplog) == []


def test_a_token_that_the_server_refuses_shows_nowhere(
    run: Run, home: Path, panther: Served, caplog: pytest.LogCaptureFixture
) -> None:
    panther.standin.revoke_token(MARKER)
    configure(home, prod(panther.url))
    assert leaks(run, home, caplog) == []


@pytest.mark.parametrize(
    "lines",
    [
        f'token = "{MARKER}"',
        f'token_env = "{MARKER}"',
        f'keyring = "{MARKER}"',
        f'options.token = "{MARKER}"',
    ],
)
def test_a_token_that_was_written_into_the_configuration_is_not_repeated(
    run: Run, home: Path, caplog: pytest.LogCaptureFixture, lines: str
) -> None:
    file = configure(home, prod().replace('token_env = "PROD_TOKEN"', lines))
    assert leaks(run, home, caplog, but=file) == []


def test_settings_backend_and_errors_hold_the_token_out_of_sight(home: Path, panther: Served) -> None:
    configure(home, prod(panther.url))
    profile = load_settings(home / "config" / "alerttui" / "config.toml", {}).profiles["prod"]
    settings = backend_settings(profile, MARKER)
    backend = connect("panther", settings)
    assert MARKER not in repr(profile) + repr(settings) + repr(backend) + str(backend)
    assert connect("panther", backend_settings(profile, "")).name == "panther"
