"""A backend of another package meets the contract, and gets the same commands as the built-in ones."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import AsyncIterator, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from alerttui.backends.contract import Backend, BackendSettings
from alerttui.backends.registry import ENTRY_POINT_GROUP, connect
from alerttui.backends.store import NewAlert
from alerttui.domain.vocabulary import AlertId
from tests.backends.contract import BackendContract, Subject
from tests.backends.samples import NOW_MS
from tests.backends.ticket_box import TicketBox
from tests.cli.conftest import Run, home, run
from tests.cli.remote import configure

__all__ = ["home", "run"]


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


class TestTicketBox(BackendContract):
    """Every test of the contract."""

    @pytest.fixture
    async def subject(self, tmp_path: Path) -> AsyncIterator[Subject]:
        """A backend over an empty file."""
        file = tmp_path / "tickets.json"
        file.write_text("[]")

        async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
            new: list[dict[str, object]] = [
                {
                    "id": each.alert.id, "title": each.alert.title, "status": "todo",
                    "severity": each.alert.severity.name, "created": each.alert.created_ms,
                }
                for each in alerts
            ]  # fmt: skip
            file.write_text(json.dumps([*json.loads(file.read_text()), *new]))
            return [each.alert.id for each in alerts]

        backend: Backend = connect("ticket-box", BackendSettings(options={"file": str(file)}))
        yield Subject(backend=backend, seed=seed, native=frozenset({"status"}), sends_narrowing=False)
        await backend.close()


@pytest.fixture
def tickets(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of it, and its file with three tickets."""
    from time import time_ns

    file = home / "tickets.json"
    file.write_text(json.dumps([ticket(number, time_ns() // 1_000_000) for number in range(3)]))
    monkeypatch.setenv("BOX_TOKEN", "none")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    (home / "run").mkdir(mode=0o700)
    configure(
        home,
        'default_profile = "box"\n[profiles.box]\nbackend = "ticket-box"\nurl = "https://box.example"\n'
        f'token_env = "BOX_TOKEN"\nme = "ana"\n[profiles.box.options]\nfile = "{file}"\n',
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
