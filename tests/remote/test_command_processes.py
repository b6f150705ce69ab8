"""Commands as processes of their own, and beside a console that has the turn."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from alerttui.triage.mirror import running
from alerttui.triage.mirror.turn import Turn
from tests.cli.conftest import Spawn
from tests.cli.remote import MARKER
from tests.remote.commanding import Console, console, home, run, spawn

__all__ = ["console", "home", "run", "spawn"]


def test_a_process_reads_and_changes_and_ends_with_the_right_code(console: Console, spawn: Spawn) -> None:
    console.standin.add_alert("a-1", title="Special")
    listed = spawn("list", "--json")
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert [each["title"] for each in json.loads(listed.stdout)["results"]] == ["Special"]
    done = spawn("set", "a-1", "--status", "closed")
    assert (done.returncode, done.stdout) == (0, b"a-1: status OPEN -> CLOSED\n")
    console.stop()
    waits = spawn("set", "a-1", "--status", "open")
    assert waits.returncode == 3
    assert b"queued, not sent" in waits.stderr
    assert MARKER.encode() not in listed.stdout + done.stderr + waits.stdout + waits.stderr
    for file in console.home.rglob("*"):
        assert not file.is_file() or MARKER.encode() not in file.read_bytes()


@pytest.fixture
def other(console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turn]:
    """Another console, which has the turn on the mirror."""
    monkeypatch.setattr(running, "SETTLES_WITHIN_S", 0.3)
    console.standin.add_alert("a-1")
    console.good("sync")
    (file,) = console.home.rglob("*.db")
    turn = Turn(file)
    assert turn.take()
    yield turn
    turn.give_up()


def test_beside_a_console_commands_read_what_it_brought_and_leave_sending_to_it(
    console: Console, other: Turn
) -> None:
    assert json.loads(console.good("list", "--json").stdout)["results"][0]["id"] == "a-1"
    assert console.asked == 0
    waits = console("set", "a-1", "--status", "closed")
    assert (waits.exit_code, console.asked) == (3, 0)
    assert "a-1: queued, not sent: Another alerttui has the turn on this mirror" in waits.stderr
    for arguments in (("sync",), ("pending", "send")):
        refused = console(*arguments)
        assert (refused.exit_code, "Another alerttui has the turn" in refused.stderr) == (1, True)
    other.give_up()
    assert console.good("pending", "send").stderr == "1 change sent.\n"
