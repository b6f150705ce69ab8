"""Reading commands over a remote profile: exact, offline, cached, and truthful about what is not here."""

from __future__ import annotations

import io
import itertools
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from alerttui.cli import workplace
from alerttui.cli.progress import ProgressLine, ReadingProgress
from alerttui.triage.mirror.state import MirrorState
from tests.remote.commanding import Console, console, home, run, spawn

__all__ = ["console", "home", "run", "spawn"]

READING = (
    ("list",),
    ("show", "a-1"),
    ("events", "a-1"),
    ("comments", "a-1"),
    ("history", "a-1"),
    ("stats",),
    ("export", "-o", "-", "--format", "jsonl"),
)


def _filled(console: Console) -> None:
    console.standin.add_alert("a-1", title="Special", events=[{"n": number} for number in range(60)])
    console.standin.add_comment("a-1", "seen before")
    console.standin.fill(60, open=30)


def test_everything_is_read_in_the_documented_shape(console: Console) -> None:
    _filled(console)
    listed = console.json("list", "is:open", "--limit", "3")
    assert set(listed) == {"results", "next"}
    assert {
        "id",
        "title",
        "severity",
        "status",
        "contextTags",
        "createdAt",
        "eventCount",
        "detection",
    } <= set(listed["results"][0])
    assert console.json("show", "a-1")["title"] == "Special"
    events = console.json("events", "a-1", "--limit", "40")
    assert [each["n"] for each in events["results"]] == list(range(40))
    rest = console.json("events", "a-1", "--limit", "40", "--cursor", events["next"])
    assert ([each["n"] for each in rest["results"]], "next" in rest) == (list(range(40, 60)), False)
    (comment,) = console.json("comments", "a-1")["results"]
    assert (comment["body"], comment["createdBy"]["name"]) == ("seen before", "Grace Hopper")
    assert console.json("history", "a-1") == {"results": []}
    stats = console.json("stats", "is:open")
    assert set(stats) == {
        "total", "byStatus", "bySeverity", "byQuality", "byRule", "ruleNames", "timeToAcknowledge",
        "timeToClose",
    }  # fmt: skip
    lines = console.good("export", "-o", "-", "--format", "jsonl").stdout.splitlines()
    assert (len(lines), json.loads(lines[0])["type"]) == (61, "ALERT")


def test_an_answer_that_was_just_read_says_nothing_beside_it(console: Console) -> None:
    _filled(console)
    for arguments in READING:
        assert "As of" not in console.good(*arguments).stderr
    assert console.good("list", "--limit", "100").stderr == ""


def test_cached_asks_nothing_and_says_as_of_when(console: Console) -> None:
    _filled(console)
    for arguments in READING:
        console.good(*arguments)
    for arguments in READING:
        result = console.good(*arguments, "--cached")
        assert console.asked == 0
        assert result.stderr.startswith(("As of 20", "Not all events of a-1 are here.\nAs of 20"))


def test_without_the_server_the_mirror_answers_and_says_why(console: Console) -> None:
    _filled(console)
    console.good("sync")
    console.stop()
    for arguments in (("list", "is:open"), ("stats",), ("export", "-o", "-"), ("show", "a-1")):
        result = console.good(*arguments)
        assert result.stdout
        assert "As of 20" in result.stderr
        assert "refused the connection" in result.stderr
    assert console("sync").exit_code == 3


def test_what_was_never_read_is_not_made_up(console: Console) -> None:
    _filled(console)
    nothing = console("list", "--cached")
    assert (nothing.exit_code, nothing.stdout) == (3, "")
    assert nothing.stderr == (
        "alerttui: Nothing was read of prod yet. Nobody was asked, because of --cached.\n"
    )
    console.good("sync")
    for part in ("events", "comments"):
        unread = console(part, "a-1", "--cached")
        assert (unread.exit_code, unread.stdout) == (3, "")
        assert f"The {part} of a-1 were not read yet." in unread.stderr
    unknown = console("show", "nope", "--cached")
    assert (unknown.exit_code, "Nothing is known here of nope." in unknown.stderr) == (3, True)
    assert console("show", "nope").exit_code == 4
    console.stop()
    unknown = console("show", "nope")
    assert (unknown.exit_code, "refused the connection" in unknown.stderr) == (3, True)
    assert console("events", "a-1").exit_code == 3


def test_an_alert_older_than_the_window_can_be_read_and_changed(console: Console) -> None:
    old = datetime.now(UTC) - timedelta(days=200)
    console.standin.add_alert("old-1", created=old, title="Long ago")
    console.standin.add_alert("old-2", created=old)
    console.good("sync")
    assert console.json("list")["results"] == []
    assert console.json("show", "old-1")["title"] == "Long ago"
    console.good("set", "old-2", "--status", "resolved")
    assert console.standin.alert("old-2")["status"] == "RESOLVED"


def test_a_log_type_is_asked_for_and_then_known(console: Console) -> None:
    console.standin.fill(30)
    found = console.json("list", "log-type:Okta.SystemLog")
    assert len(found["results"]) == 10
    again = console.good("list", "log-type:Okta.SystemLog", "--cached")
    assert (console.asked, "As of" in again.stderr) == (0, True)
    pattern = console.good("list", "log-type:Okta*")
    assert "log-type is known only where it was asked for by its whole name" in pattern.stderr


def test_a_token_that_is_refused_or_missing_is_told(console: Console) -> None:
    _filled(console)
    console.good("sync")
    console.standin.revoke_token("mark3r-t0ken.000000000000")
    refused = console.good("list")
    assert "does not let us in (401)" in refused.stderr
    console.configure('window = "10d"\n')
    (console.home / "config" / "alerttui" / "config.toml").write_text(
        f'default_profile = "new"\n[profiles.new]\nbackend = "panther"\nurl = "{console.url}/x"\n'
        'token_env = "NO_SUCH"\n'
    )
    missing = console("list")
    assert missing.exit_code == 2
    assert "Nothing was read of new yet. The variable NO_SUCH, which holds the token" in missing.stderr


def test_a_token_that_may_not_read_is_told(console: Console) -> None:
    console.standin.permit("UserRead", key="mark3r-t0ken.000000000000")
    for arguments in (("list",), ("sync",)):
        result = console(*arguments)
        assert result.exit_code == 3
        assert "does not permit it (403)" in result.stderr


@pytest.mark.parametrize("arguments", [("sync",), ("list", "--limit", "1")])
def test_the_progress_of_a_long_reading_is_told_every_five_seconds(
    console: Console, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    console.standin.fill(200)
    moments = itertools.count(time.time_ns() // 1_000_000, 200)
    monkeypatch.setattr(workplace, "now_ms", lambda: next(moments))
    said = console.good(*arguments).stderr
    assert "Reading prod: complete back to 20" in said


def test_a_short_reading_tells_no_progress(console: Console) -> None:
    console.standin.fill(200)
    assert "Reading" not in console.good("sync").stderr


def test_on_a_terminal_progress_is_one_line_that_is_gone_at_the_end() -> None:
    terminal = _Terminal()
    with ProgressLine(terminal) as line:
        progress = ReadingProgress(line, "prod", 0)
        assert not progress.is_due(100)
        assert progress.is_due(300)
        progress.tell(MirrorState(covered_from_ms=1_795_000_000_000))
    shown = "Reading prod: complete back to 2026-11-18T11:06Z"
    assert terminal.getvalue() == f"\r{shown}\r{' ' * len(shown)}\r"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
