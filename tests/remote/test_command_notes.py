"""Commands on a product without comments, which another package offers: local notes, and what is refused."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from alerttui.backends.contract import Backend, BackendSettings
from alerttui.backends.registry import open_notes
from alerttui.cli import workplace
from alerttui.domain.alert import Actor
from alerttui.domain.vocabulary import AlertId
from tests.cli.conftest import Run, home, run
from tests.cli.remote import configure
from tests.triage.mirror.remote import CAPABILITIES, MUTE, NOW_MS, Clock, FakeRemote

__all__ = ["home", "run"]

REMOTES: list[FakeRemote] = []
"""What the profile reaches; one at a time."""

PROFILE = '[profiles.mute]\nbackend = "mute"\nurl = "https://mute.example"\ntoken_env = "MUTE_TOKEN"\n'
REASON = "The fake has no comments; a local note can be kept instead."

Alerttui = Callable[..., Result]


def connect(settings: BackendSettings) -> Backend:
    """What the other package offers."""
    return REMOTES[-1]


@pytest.fixture
def remote(home: Path, monkeypatch: pytest.MonkeyPatch) -> FakeRemote:
    """A product without comments, with two alerts, behind the default profile `mute`."""
    offered = EntryPoint("mute", f"{__name__}:connect", "alerttui.backends")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [offered])
    monkeypatch.setattr(workplace, "now_ms", lambda: NOW_MS)
    monkeypatch.setenv("MUTE_TOKEN", "t")
    configure(home, f'default_profile = "mute"\nme = "u-ana"\n{PROFILE}')
    one = FakeRemote(Clock(), capabilities=MUTE)
    one.fill(2, open_first=2)
    monkeypatch.setattr(f"{__name__}.REMOTES", [one])
    return one


@pytest.fixture
def alerttui(remote: FakeRemote, run: Run) -> Alerttui:
    """Run a command; nothing that it does may reach for the product's comments."""

    def command(*arguments: str, input: str | bytes = b"") -> Result:
        done = run(*arguments, input=input)
        assert not {"comments", "add_comment"} & set(remote.asked)
        assert "Traceback" not in done.output
        return done

    return command


def notes_file(home: Path) -> Path:
    return home / "state" / "alerttui" / "notes.db"


def listed(alerttui: Alerttui) -> Any:
    done = alerttui("comments", "r-0", "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["results"]


def test_a_comment_is_refused_with_the_reason_and_the_way(alerttui: Alerttui, remote: FakeRemote) -> None:
    done = alerttui("comment", "r-0", "why")
    assert done.exit_code == 3
    assert done.stderr == f"alerttui: {REASON} `--local` keeps it as a local note on this machine.\n"
    assert not remote.asked


def test_a_local_note_is_kept_and_told_as_not_sent(alerttui: Alerttui, home: Path) -> None:
    done = alerttui("comment", "--local", "r-0", "ask the owner")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Local note kept on r-0, on this machine; not sent." in done.stderr
    (note,) = listed(alerttui)
    assert (note["body"], note["local"]) == ("ask the owner", True)
    assert note["createdBy"] == {"id": "u-ana", "type": "user"}
    assert open_notes(notes_file(home)).count("mute") == 1


def test_a_note_is_printed_as_json_and_read_from_stdin(alerttui: Alerttui) -> None:
    done = alerttui("comment", "--local", "r-0", "-", "--json", input="two\nlines\n")
    assert json.loads(done.stdout)["body"] == "two\nlines"
    assert json.loads(done.stdout) == listed(alerttui)[0]


def test_notes_are_listed_with_their_badge_and_harmless(alerttui: Alerttui) -> None:
    alerttui("comment", "--local", "r-0", "\x1b[2Jgone \u202eback")
    done = alerttui("comments", "r-0")
    assert "(local note)" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_notes_are_read_without_a_connection(alerttui: Alerttui, remote: FakeRemote) -> None:
    alerttui("comment", "--local", "r-0", "ask the owner")
    remote.is_down = True
    done = alerttui("comments", "r-0")
    assert done.exit_code == 0
    assert "ask the owner" in done.stdout
    assert alerttui("comments", "r-0", "--cached").stdout == done.stdout


def test_an_alert_that_nobody_has_gets_no_note(alerttui: Alerttui, home: Path) -> None:
    assert alerttui("comment", "--local", "r-99", "x").exit_code == 4
    assert not notes_file(home).exists()


def test_a_profile_for_reading_keeps_no_note(alerttui: Alerttui) -> None:
    done = alerttui("comment", "--local", "r-0", "x", "--read-only")
    assert done.exit_code == 3
    assert "is read-only" in done.stderr


def test_a_note_cannot_be_queued(alerttui: Alerttui) -> None:
    done = alerttui("comment", "--local", "--queue", "r-0", "x")
    assert done.exit_code == 2
    assert "a local note is never sent" in done.stderr


@pytest.mark.parametrize("more", [(), ("--profile", "local")], ids=["remote", "local"])
def test_where_there_are_comments_a_local_note_is_refused(
    run: Run, remote: FakeRemote, more: tuple[str, ...]
) -> None:
    remote.capabilities = CAPABILITIES
    done = run("comment", "--local", "r-0", "x", *more)
    assert done.exit_code == 3
    assert "has comments of its own, so no local note was kept." in done.stderr


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--queue",)], ids=["now", "dry", "queued"])
def test_a_change_with_a_comment_is_refused_before_anything_is_done(
    alerttui: Alerttui, remote: FakeRemote, more: tuple[str, ...]
) -> None:
    done = alerttui("set", "r-0", "--status", "resolved", "--comment", "why", *more)
    assert done.exit_code == 3
    assert f"{REASON} Nothing was changed; `alerttui comment --local` keeps a local note." in done.stderr
    assert not remote.asked


def test_exports_carry_notes_by_their_badge(alerttui: Alerttui) -> None:
    alerttui("comment", "--local", "r-0", "ask the owner")
    lossless = alerttui("export", "-o", "-").stdout
    (record,) = [json.loads(line) for line in lossless.splitlines() if "ask the owner" in line]
    assert record["comments"][0]["local"] is True
    assert "Local note by `u-ana`" in alerttui("export", "-o", "-", "--format", "md").stdout
    assert "ask the owner" not in alerttui("export", "-o", "-", "--format", "jsonl").stdout


def test_an_exported_note_is_still_a_note_where_it_is_imported(alerttui: Alerttui, home: Path) -> None:
    alerttui("comment", "--local", "r-0", "ask the owner")
    file, other = home / "all.jsonl", home / "other.db"
    alerttui("export", "-o", str(file))
    assert alerttui("import", str(file), "--db", str(other)).exit_code == 0
    assert "(local note)" in alerttui("comments", "r-0", "--db", str(other)).stdout


def test_a_damaged_file_of_notes_is_told_in_words(alerttui: Alerttui, home: Path) -> None:
    alerttui("list")
    notes_file(home).parent.mkdir(parents=True, exist_ok=True)
    notes_file(home).write_bytes(b"nonsense " * 100)
    for arguments in (("comments", "r-0"), ("comment", "--local", "r-0", "x")):
        done = alerttui(*arguments)
        assert done.exit_code == 2
        assert "holds no local notes of alerttui; it was left untouched" in done.stderr
    done = alerttui("export", "-o", "-", "--format", "md")
    assert done.exit_code == 0
    assert "Remote alert 0" in done.stdout
    assert "alerttui: local notes are not in it:" in done.stderr


def test_a_profile_is_removed_with_its_notes_after_they_were_told(alerttui: Alerttui, home: Path) -> None:
    alerttui("comment", "--local", "r-0", "one")
    alerttui("comment", "--local", "r-1", "two")
    notes = open_notes(notes_file(home))
    notes.add("other", [AlertId("r-0")], "theirs", Actor("u-bob"), NOW_MS)
    told = "it has 2 local notes that would be lost: they are nowhere else."
    done = alerttui("profile", "remove", "mute")
    assert (done.exit_code, notes.count("mute")) == (2, 2)
    assert told in done.stderr
    done = alerttui("profile", "remove", "mute", "--yes")
    assert done.exit_code == 0
    assert told in done.stderr
    assert "alerttui: 2 local notes removed." in done.stderr
    assert (notes.count("mute"), notes.count("other")) == (0, 1)


def test_a_profile_is_removed_though_the_file_of_notes_is_damaged(alerttui: Alerttui, home: Path) -> None:
    notes_file(home).parent.mkdir(parents=True)
    notes_file(home).write_bytes(b"nonsense " * 100)
    done = alerttui("profile", "remove", "mute", "--yes")
    assert done.exit_code == 0
    assert "how many local notes it has cannot be told" in done.stderr
    assert "its local notes, if it has any, stay" in done.stderr
