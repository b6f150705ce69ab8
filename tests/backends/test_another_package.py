"""A backend of another package meets the contract, and gets the same commands as the built-in ones."""

from __future__ import annotations

import importlib.metadata
import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from alerttui.backends.registry import ENTRY_POINT_GROUP
from tests.backends.samples import NOW_MS
from tests.backends.ticket_box import TicketBox
from tests.backends.ticket_box_contract import TestTicketBox
from tests.cli.conftest import Run, home, run
from tests.cli.remote import configure

__all__ = ["TestTicketBox", "home", "run"]


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is installed."""
    point = EntryPoint("ticket-box", f"{TicketBox.__module__}:TicketBox", ENTRY_POINT_GROUP)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: [point])


def ticket(number: int, created_ms: int = NOW_MS) -> dict[str, object]:
    """One ticket."""
    return {
        "id": f"t-{number}", "title": f"Ticket {number}", "status": "todo", "severity": "HIGH",
        "created": created_ms - number * 1_000,
    }  # fmt: skip


@pytest.fixture
def tickets(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of it, and its file with three tickets."""
    from time import time_ns

    file = home / "tickets.json"
    file.write_text(json.dumps([ticket(number, time_ns() // 1_000_000) for number in range(3)]))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    (home / "run").mkdir(mode=0o700)
    configure(
        home,
        'default_profile = "box"\n[profiles.box]\nbackend = "ticket-box"\nurl = "https://box.example"\n'
        f'me = "ana"\n[profiles.box.options]\nfile = "{file}"\n',
    )
    return file


def test_the_commands_list_change_and_undo_over_it(tickets: Path, run: Run) -> None:
    listed = run("list", "--json")
    assert [each["id"] for each in json.loads(listed.stdout)["results"]] == ["t-0", "t-1", "t-2"]
    assert run("set", "t-1", "--status", "done").exit_code == 0
    assert [each["status"] for each in json.loads(tickets.read_text())] == ["todo", "done", "todo"]
    assert run("undo").exit_code == 0
    assert [each["status"] for each in json.loads(tickets.read_text())] == ["todo", "todo", "todo"]


def test_what_it_cannot_do_is_refused_with_its_reason(tickets: Path, run: Run) -> None:
    refused = run("set", "t-1", "--quality", "noise")
    assert refused.exit_code != 0
    assert "ticket-box cannot change quality." in refused.stderr
    assert "Tickets have no comments." in run("set", "t-1", "--comment", "why").stderr


def test_the_figures_are_of_what_it_has(tickets: Path, run: Run) -> None:
    told = run("stats").stdout
    assert "STATUS" in told
    assert "QUALITY" not in told


def test_it_needs_no_token_and_the_doctor_says_so(tickets: Path, run: Run) -> None:
    told = json.loads(run("doctor", "--json").stdout)
    assert (told["ok"], told["problems"]) == (True, [])
    assert "none  (the product asks for none)" in run("doctor").stdout
    assert "token in" not in run("doctor").stdout
    assert "token" not in run("profile", "test", "box").stderr


def test_a_profile_of_it_is_added_with_its_options_and_no_token(tickets: Path, home: Path, run: Run) -> None:
    box = ("profile", "add", "two", "--backend", "ticket-box", "--url", "https://box.example")
    added = run(*box, "--option", f"file={tickets}")
    assert added.exit_code == 0, added.stderr
    assert "the product asks for no token; `alerttui --profile two` opens it." in added.stderr
    assert run("list", "--profile", "two").stdout.count("Ticket") == 3


def test_what_the_backend_lacks_is_said_in_its_own_words(tickets: Path, run: Run) -> None:
    box = ("profile", "add", "two", "--backend", "ticket-box", "--url", "https://box.example")
    refused = run(*box)
    assert refused.exit_code == 2
    assert 'ticket-box needs a file: [profiles.NAME.options] file = "tickets.json"' in refused.stderr
    assert "one of --token-env" not in refused.stderr
    assert "--option: NAME=VALUE is expected" in run(*box, "--option", "file").stderr


def test_a_product_that_wants_a_token_says_that_none_is_named(tickets: Path, home: Path, run: Run) -> None:
    file = home / "config" / "alerttui" / "config.toml"
    url = 'url = "https://api.acme.example"'
    file.write_text(f'{file.read_text()}[profiles.prod]\nbackend = "panther"\n{url}\n')
    says = "the profile prod says nowhere where its token is: one of token_env, token_file, keyring"
    for command in ("list", "doctor"):
        told = run(command, "--profile", "prod")
        assert told.exit_code != 0
        assert says in (told.stdout + told.stderr).replace("\n", " ")
    assert "profile prod" in run("doctor").stdout
    assert run("list").exit_code == 0
