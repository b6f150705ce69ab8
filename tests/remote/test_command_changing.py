"""Changing commands over a remote profile: what reaches the system, what waits, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.remote import MARKER
from tests.remote.commanding import Console, console, home, run, spawn
from tests.standins.panther import ALERT_MODIFY, ALERT_READ, USER_READ

__all__ = ["console", "home", "run", "spawn"]


def _alerts(console: Console, count: int = 3) -> list[str]:
    ids = [console.standin.add_alert(f"a-{number}") for number in range(1, count + 1)]
    console.good("sync")
    return ids


def test_every_field_is_set(console: Console) -> None:
    _alerts(console)
    result = console.json(
        "set", "a-1", "--status", "triaged", "--quality", "noise", "--assignee", "grace@example.com",
        "--tags", "x,y", "--comment", "looking",
    )  # fmt: skip
    (outcome,) = result["outcomes"]
    assert outcome["ok"]
    assert outcome["before"]["status"] == "OPEN"
    assert outcome["after"] == {
        "status": "TRIAGED", "quality": "NOISE", "contextTags": ["x", "y"], "assignee": "user-2",
    }  # fmt: skip
    there = console.standin.alert("a-1")
    assert (there["status"], there["quality"], there["contextTags"]) == ("TRIAGED", "NOISE", ["x", "y"])
    assert there["assignee"]["id"] == "user-2"
    assert [each["body"] for each in console.standin.comments_of("a-1")] == ["looking"]
    console.good("set", "a-1", "--assignee", "me", "--add-tag", "z", "--remove-tag", "x")
    there = console.standin.alert("a-1")
    assert (there["assignee"]["id"], there["contextTags"]) == ("user-1", ["y", "z"])
    console.good("set", "a-1", "--assignee", "user-2")
    assert console.standin.alert("a-1")["assignee"]["id"] == "user-2"
    console.good("set", "a-1", "--assignee", "", "--tags", "", "--quality", "none")
    there = console.standin.alert("a-1")
    assert not there.get("assignee")
    assert not there.get("contextTags")
    assert not there.get("quality")


def test_wrong_values_are_refused_before_anything_is_sent(console: Console) -> None:
    _alerts(console)
    for arguments, code, words in (
        (("--status", "weird"), 2, "one of OPEN, TRIAGED, RESOLVED, CLOSED"),
        (("--verdict", "benign"), 3, "Panther has no closing verdict"),
        (("--assignee", "nobody@example.com"), 1, "nobody who can be assigned is called so"),
    ):
        result = console("set", "a-1", *arguments)
        assert (result.exit_code, words in result.stderr) == (code, True), result.stderr
        assert not console.standin.of("patch_alert")


def test_a_dry_run_sends_nothing(console: Console) -> None:
    _alerts(console)
    result = console.good("set", "a-1", "a-2", "--status", "closed", "--dry-run")
    assert result.stdout == "a-1: status OPEN -> CLOSED\na-2: status OPEN -> CLOSED\n"
    assert (console.asked, "nothing was changed" in result.stderr) == (0, True)


def test_a_filter_changes_many_in_chunks_after_yes(console: Console) -> None:
    console.standin.fill(65)
    asked = console("set", "--query", "is:open", "--status", "closed")
    assert (asked.exit_code, "This changes 65 alerts, more than 25" in asked.stderr) == (2, True)
    done = console.good("set", "--query", "is:open", "--status", "closed", "--yes")
    assert [len(each.json["ids"]) for each in console.standin.of("patch_alerts")] == [25, 25, 15]
    assert "65 changed" in done.stderr
    assert console.json("list", "is:open")["results"] == []


def test_of_several_the_one_that_is_refused_is_named_with_the_servers_words(console: Console) -> None:
    _alerts(console)
    console.standin.knobs.ignored_ids = {"a-2"}
    console.good("set", "a-1", "--status", "closed")
    result = console("set", "a-1", "a-2", "nope", "--status", "closed", "--json")
    assert result.exit_code == 1
    outcomes = {each["id"]: each for each in json.loads(result.stdout)["outcomes"]}
    assert [outcomes[each]["ok"] for each in ("a-1", "a-2", "nope")] == [True, False, False]
    assert "kept the status" in outcomes["a-2"]["error"]
    assert "alerttui: a-2: Panther accepted the request but kept the status; nothing of it" in result.stderr
    assert "alerttui: nope: no such alert; nothing of it was changed." in result.stderr
    assert console("set", "nope", "--status", "closed").exit_code == 4


def test_without_permission_it_is_refused_by_name(console: Console) -> None:
    _alerts(console)
    console.standin.permit(ALERT_READ, USER_READ, key=MARKER)
    for arguments in (("set", "a-1", "--status", "closed"), ("comment", "a-1", "hello")):
        result = console(*arguments)
        assert result.exit_code == 1
        assert "does not permit it (403): forbidden. The token needs Manage Alerts" in result.stderr
    console.good("set", "a-1", "--status", "closed", "--queue")
    sent = console("pending", "send")
    assert (sent.exit_code, "0 changes sent." in sent.stderr) == (1, True)
    assert "alerttui: a-1: refused: " in sent.stderr
    console.standin.permit(ALERT_READ, ALERT_MODIFY, key=MARKER)
    assert console.good("pending", "list").stderr == "Nothing is pending.\n"


def test_what_somebody_else_changed_is_left_alone_and_decided(console: Console) -> None:
    _alerts(console, 2)
    for alert in ("a-1", "a-2"):
        console.good("set", alert, "--status", "triaged", "--queue")
        console.standin.change_alert(alert, status="RESOLVED")
    console.later_ms = 20_000
    sent = console("pending", "send")
    assert (sent.exit_code, "0 changes sent; 2 to be decided" in sent.stderr) == (1, True)
    assert "status is now RESOLVED, changed by Grace Hopper" in sent.stderr
    held = {each["id"]: each for each in console.json("pending", "list")["results"]}
    assert held["a-1"]["state"] == "to be decided"
    assert console("pending", "send", "zzz").exit_code == 4
    assert console.good("pending", "send", held["a-1"]["change"][:8]).stderr.startswith("1 change sent")
    console.good("pending", "drop", held["a-2"]["change"])
    assert [console.standin.alert(each)["status"] for each in ("a-1", "a-2")] == ["TRIAGED", "RESOLVED"]
    assert console.good("pending", "list").stderr == "Nothing is pending.\n"


def test_a_change_on_an_old_picture_is_told_as_a_conflict(console: Console) -> None:
    _alerts(console)
    console.standin.change_alert("a-1", status="RESOLVED")
    console.later_ms = 20_000
    result = console("set", "a-1", "--status", "closed", "--comment", "mine")
    assert (result.exit_code, console.standin.alert("a-1")["status"]) == (1, "RESOLVED")
    assert result.stderr.startswith(
        "alerttui: a-1: left alone, status is now RESOLVED, changed by Grace Hopper; "
        "nothing of it was changed.\n"
    )
    assert "To be decided: alerttui pending list\n" in result.stderr
    assert not console.standin.comments_of("a-1")
    (held,) = console.json("pending", "list")["results"]
    console.good("pending", "send", held["change"])
    assert console.standin.alert("a-1")["status"] == "CLOSED"
    assert len(console.standin.comments_of("a-1")) == 1


def test_without_the_server_it_waits_and_is_sent_later(console: Console) -> None:
    ids = _alerts(console)
    console.stop()
    waits = console("set", *ids, "--status", "triaged", "--json")
    assert waits.exit_code == 3
    assert [each["ok"] for each in json.loads(waits.stdout)["outcomes"]] == [True, True, True]
    assert "alerttui: 3 alerts: queued, not sent: Could not " in waits.stderr
    assert "refused the connection" in waits.stderr
    comment = console("comment", "a-1", "later", "--json")
    assert (comment.exit_code, json.loads(comment.stdout)["state"]) == (3, "queued")
    assert "It was not sent: Could not" in comment.stderr
    assert "(not sent yet)\n  later\n" in console.good("comments", "a-1").stdout
    assert console.json("comments", "a-1")["results"][0]["state"] == "queued"
    assert len(console.json("pending", "list")["results"]) == 4
    failed = console("pending", "send")
    assert (failed.exit_code, "4 unsent" in failed.stderr) == (3, True)
    assert "4 unsent" in console.good("profile", "list").stdout
    console.start()
    assert console.good("pending", "send").stderr == "4 changes sent.\n"
    assert {console.standin.alert(each)["status"] for each in ids} == {"TRIAGED"}
    assert [each["body"] for each in console.standin.comments_of("a-1")] == ["later"]
    (sent,) = console.json("comments", "a-1")["results"]
    assert "state" not in sent


def test_values_arrive_and_the_comment_waits(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    _alerts(console)
    from tests.standins.panther.app import OPERATIONS, Operation

    refused = Operation("create_comment", "NoSuchPermission", OPERATIONS["alert-comments",]["POST"].handler)
    monkeypatch.setitem(OPERATIONS["alert-comments",], "POST", refused)
    result = console("set", "a-1", "--status", "closed", "--comment", "why")
    assert result.exit_code == 1
    assert "alerttui: a-1: changed, but the comment was not added: Could not comment" in result.stderr
    assert console.standin.alert("a-1")["status"] == "CLOSED"


def test_what_waited_leaves_along_with_the_next_change_and_is_told(console: Console) -> None:
    _alerts(console)
    console.good("set", "a-1", "--status", "triaged", "--queue")
    console.good("set", "a-2", "--status", "triaged", "--queue")
    console.standin.change_alert("a-2", status="RESOLVED")
    console.later_ms = 20_000
    done = console.good("set", "a-3", "--status", "closed")
    assert done.stderr.startswith("alerttui: a-2: conflict: status is now RESOLVED, changed by Grace Hopper")
    assert "1 earlier change sent along; 1 failed: alerttui pending list.\n" in done.stderr
    assert done.stdout == "a-3: status OPEN -> CLOSED\n"


def test_queued_changes_are_given_up(console: Console) -> None:
    _alerts(console)
    console.good("set", "a-1", "--status", "closed", "--queue")
    console.good("comment", "a-2", "hello", "--queue")
    assert console.asked == 0
    assert console.json("show", "a-1", "--cached")["status"] == "CLOSED"
    assert console.good("pending", "drop", "--all").stderr == "2 changes given up.\n"
    assert console.json("show", "a-1", "--cached")["status"] == "OPEN"
    assert console.good("pending", "drop", "--all").stderr == "Nothing is pending.\n"
    assert console("pending", "drop").exit_code == 2


def test_undo_and_redo(console: Console) -> None:
    _alerts(console)
    console.good("set", "a-1", "a-2", "--status", "closed")
    console.good("undo")
    assert {console.standin.alert(each)["status"] for each in ("a-1", "a-2")} == {"OPEN"}
    console.good("redo")
    assert {console.standin.alert(each)["status"] for each in ("a-1", "a-2")} == {"CLOSED"}
    console.good("set", "a-3", "--status", "closed", "--queue")
    console.good("undo")
    assert console.asked == 0
    assert not console.json("pending", "list")["results"]


@pytest.mark.parametrize("how", ["flag", "profile"])
def test_read_only_is_read_only(console: Console, how: str) -> None:
    _alerts(console)
    console.good("set", "a-2", "--status", "closed", "--queue")
    flag = ["--read-only"] if how == "flag" else []
    if how == "profile":
        console.configure("read_only = true\n")
    for arguments in (
        ("set", "a-1", "--status", "closed"),
        ("comment", "a-1", "x"),
        ("undo",),
        ("pending", "send"),
        ("pending", "drop", "--all"),
    ):
        result = console(*flag, *arguments)
        assert (result.exit_code, "The profile prod is read-only" in result.stderr) == (3, True)
        assert console.asked == 0
    console.good(*flag, "list")
    console.good(*flag, "list", "--cached")
    assert len(console.json(*flag, "pending", "list")["results"]) == 1


def test_a_mirror_in_memory_leaves_no_trace_unless_something_waits(console: Console, home: Path) -> None:
    console.configure('cache = "memory"\n')
    console.standin.add_alert("a-1")
    console.good("set", "a-1", "--status", "triaged")
    assert console.standin.alert("a-1")["status"] == "TRIAGED"
    assert not list(home.rglob("*.db"))
    kept = console.good("set", "a-1", "--status", "closed", "--queue")
    assert "1 change unsent: the mirror stays in memory." in kept.stderr
    console.good("pending", "send")
    assert console.standin.alert("a-1")["status"] == "CLOSED"
    assert not list(home.rglob("*.db"))


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("import", "-")])
def test_what_is_for_a_local_store_is_refused_in_words(console: Console, arguments: tuple[str, ...]) -> None:
    result = console(*arguments)
    assert (result.exit_code, console.asked) == (3, 0)
    assert "works on a local store; prod is a profile of panther. Nothing was changed." in result.stderr
