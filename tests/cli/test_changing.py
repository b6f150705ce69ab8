"""Changing alerts without a screen: what is set, refused, asked, taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click.testing
import pytest

from alerttui.backends.registry import open_local
from alerttui.cli.outcomes import put_outcomes
from alerttui.domain.alert import Actor, Person
from alerttui.domain.change import Change, Outcome, OutcomeState
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.session import ChangeResult, Session
from tests.cli.alerts import NOW_MS, many
from tests.cli.conftest import Run, Spawn
from tests.cli.golden import expect_golden

pytestmark = pytest.mark.usefixtures("store_file")


def shown_json(run: Run, alert_id: str) -> dict[str, object]:
    """The alert as `show --json` tells it."""
    alert: dict[str, object] = json.loads(run("show", alert_id, "--json").stdout)
    return alert


def add_many(store_file: Path, count: int) -> None:
    """Put alerts of the rule Many into the store."""
    store, _ = open_local(store_file)
    store.add(many(count))
    store.close()


def test_several_fields_of_several_alerts_are_one_change(run: Run) -> None:
    result = run(
        "set", "a-1", "a-3", "--status", "resolved", "--quality", "Noise", "--assignee", "me",
        "--add-tag", "one,two", "--comment", "scanner", "--json",
    )  # fmt: skip
    assert (result.exit_code, result.stderr.count("\n")) == (0, 1)
    expect_golden("set.json", result.stdout_bytes)
    after = shown_json(run, "a-1")
    assert (after["status"], after["quality"], after["contextTags"]) == ("RESOLVED", "NOISE", ["one", "two"])
    assert after["assignee"] == {"id": "ana", "type": "user"}
    assert json.loads(run("comments", "a-3", "--jsonl").stdout.splitlines()[-1])["body"] == "scanner"


def test_people_read_what_was_changed_on_stdout_and_the_sum_on_stderr(run: Run) -> None:
    result = run("set", "a-1", "--status", "Closed", "--quality", "useful")
    assert result.stdout == "a-1: status OPEN -> CLOSED, quality none -> USEFUL\n"
    assert result.stderr == "status CLOSED, quality USEFUL. Taken back by: alerttui undo\n"


@pytest.mark.parametrize(
    ("field", "empty", "name"),
    [
        ("--quality", "", "quality"),
        ("--quality", "none", "quality"),
        ("--tags", "", "contextTags"),
        ("--assignee", "", "assignee"),
    ],
)
def test_an_empty_value_clears_the_field(run: Run, field: str, empty: str, name: str) -> None:
    assert shown_json(run, "a-2")[name]
    assert run("set", "a-2", field, empty).exit_code == 0
    assert not shown_json(run, "a-2").get(name)


def test_tags_replace_add_and_remove(run: Run) -> None:
    run("set", "a-2", "--tags", "b, a")
    assert shown_json(run, "a-2")["contextTags"] == ["b", "a"]
    run("set", "a-2", "--add-tag", "c", "--remove-tag", "b", "--remove-tag", "never-there")
    assert shown_json(run, "a-2")["contextTags"] == ["a", "c"]


def test_the_same_values_again_are_told_as_already_so(run: Run) -> None:
    result = run("set", "a-2", "--quality", "noise")
    assert (result.exit_code, result.stdout) == (0, "a-2: already so\n")


def test_a_dry_run_changes_nothing(run: Run) -> None:
    result = run("set", "a-1", "nope", "--status", "closed", "--dry-run", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "outcomes": [
            {"id": "a-1", "ok": True, "before": {"status": "OPEN"}, "after": {"status": "CLOSED"}},
            {"id": "nope", "ok": False, "error": "no such alert", "before": {}, "after": {}},
        ]
    }
    assert result.stderr.endswith("nothing was changed.\n")
    assert shown_json(run, "a-1")["status"] == "OPEN"
    assert run("undo").stderr == "Nothing to undo.\n"


def test_an_unknown_id_among_good_ones_ends_with_one_and_alone_with_four(run: Run) -> None:
    mixed = run("set", "a-1", "nope", "--status", "closed")
    assert (mixed.exit_code, shown_json(run, "a-1")["status"]) == (1, "CLOSED")
    assert "alerttui: nope: no such alert; nothing of it was changed.\n" in mixed.stderr
    assert run("set", "nope", "--status", "closed").exit_code == 4
    assert run("comment", "nope", "x").exit_code == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--status", "bogus"], "status: 'bogus' is refused: one of OPEN, TRIAGED, RESOLVED, CLOSED"),
        (["--status", ""], "status: '' is refused: one of OPEN, TRIAGED, RESOLVED, CLOSED"),
        (["--quality", "good"], "quality: 'good' is refused: one of USEFUL, NOISE"),
        (["--tags", "No"], "tags: 'No' is refused"),
        (["--add-tag", "x" * 31], "is refused: tags may use"),
        (["--tags", "a", "--add-tag", "b"], "--tags replaces the list"),
        (["--comment", " "], "comment: ' ' is refused: a comment needs some text"),
        (["--queue", "--status", "open"], "--queue is for remote profiles"),
        ([], "What should change?"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_and_changes_nothing(
    run: Run, arguments: list[str], words: str
) -> None:
    result = run("set", "a-1", *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert words in result.stderr
    assert run("history", "a-1").stderr == "No change has been recorded.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--status", "open"], "Which alerts?"),
        (["a-1", "--query", "is:open", "--status", "open"], "not both"),
        (["--query", "", "--status", "open"], "An empty filter is every alert"),
        (["--query", "is:open", "--view", "v", "--status", "open"], "exclude each other"),
    ],
)
def test_an_unclear_aim_is_refused(run: Run, arguments: list[str], words: str) -> None:
    result = run("set", *arguments)
    assert (result.exit_code, words in result.stderr) == (2, True)


def test_ids_come_from_stdin_too(run: Run) -> None:
    result = run("set", "-", "--status", "closed", input="a-1\na-3\na-1\n")
    assert result.stdout.splitlines() == ["a-1: status OPEN -> CLOSED", "a-3: status TRIAGED -> CLOSED"]


def test_a_filter_changes_all_that_match(run: Run) -> None:
    result = run("set", "--query", "is:open", "--assignee", "u-1")
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["a-3", "a-1"]
    nothing = run("set", "--query", "id:nope", "--assignee", "u-1")
    assert (nothing.exit_code, nothing.stderr) == (0, "No alert matches; nothing was changed.\n")


def test_a_large_change_by_filter_needs_yes_where_nobody_can_be_asked(run: Run, store_file: Path) -> None:
    add_many(store_file, 26)
    refused = run("set", "--query", "rule:many", "--status", "closed")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "26 alerts" in refused.stderr
    assert "nothing was changed" in refused.stderr
    assert run("set", "--query", "rule:many", "--status", "closed", "--dry-run").exit_code == 0
    done = run("set", "--query", "rule:many", "--status", "closed", "--yes")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 26)
    assert len(run("undo").stdout.splitlines()) == 26
    assert run("set", "--query", "rule:many id:n-1*", "--status", "closed").exit_code == 0


@pytest.mark.parametrize(("answer", "exit_code"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_on_a_terminal_a_large_change_shows_a_sample_and_asks(
    run: Run, store_file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, exit_code: int
) -> None:
    add_many(store_file, 30)
    terminal = type("Terminal", (click.testing._NamedTextIOWrapper,), {"isatty": lambda self: True})
    monkeypatch.setattr(click.testing, "_NamedTextIOWrapper", terminal)
    result = run("set", "--query", "rule:many", "--status", "closed", input=answer)
    assert result.exit_code == exit_code
    assert "This changes 30 alerts, among them:" in result.stderr
    assert "n-0  OPEN  Number 0" in result.stderr
    assert (shown_json(run, "n-0")["status"] == "CLOSED") == (exit_code == 0)


def test_undo_and_redo_walk_over_the_last_change(run: Run) -> None:
    run("set", "a-1", "--status", "closed")
    assert run("undo").stdout == "a-1: status CLOSED -> OPEN\n"
    assert run("redo").stdout == "a-1: status OPEN -> CLOSED\n"
    undone = run("undo", "--json")
    assert json.loads(undone.stdout) == {
        "outcomes": [{"id": "a-1", "ok": True, "before": {"status": "CLOSED"}, "after": {"status": "OPEN"}}]
    }
    assert (run("undo").exit_code, run("undo", "--json").stdout) == (1, '{"outcomes":[]}\n')


def test_undo_leaves_alone_what_a_colleague_changed_since(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("set", "a-1", "a-3", "--status", "closed")
    monkeypatch.setenv("ALERTTUI_ME", "mara")
    run("set", "a-1", "--status", "resolved")
    monkeypatch.delenv("ALERTTUI_ME")
    result = run("undo")
    assert result.exit_code == 1
    assert result.stdout == "a-3: status CLOSED -> TRIAGED\n"
    assert "alerttui: a-1: left alone, " in result.stderr
    assert shown_json(run, "a-1")["status"] == "RESOLVED"


def test_undo_takes_back_a_colleagues_change_too_where_that_is_wanted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("set", "a-1", "--status", "closed")
    monkeypatch.setenv("ALERTTUI_ME", "mara")
    run("set", "a-1", "--status", "resolved")
    monkeypatch.delenv("ALERTTUI_ME")
    refused = run("undo")
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (
        1,
        "To change those too: alerttui undo --overwrite",
    )
    assert run("undo", "--overwrite").stdout == "a-1: status RESOLVED -> OPEN\n"


def test_a_comment_is_added_from_the_command_line_or_stdin(run: Run) -> None:
    added = run("comment", "a-1", "two words", "--json")
    assert json.loads(added.stdout)["body"] == "two words"
    assert added.stderr == "Comment added to a-1.\n"
    run("comment", "a-1", "-", input="first\nsecond\n")
    bodies = [json.loads(line)["body"] for line in run("comments", "a-1", "--jsonl").stdout.splitlines()]
    assert bodies == ["two words", "first\nsecond"]
    assert run("comment", "a-1", "").exit_code == 2


def test_a_comment_on_a_missing_alert_is_said_as_such(run: Run) -> None:
    result = run("comment", "nope", "x", "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (4, "", "alerttui: No such alert: nope\n")
    empty = run("comment", "a-1", " ")
    assert empty.stderr == "alerttui: comment: ' ' is refused: a comment needs some text\n"


def test_a_comment_that_is_refused_tells_the_reason(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(
        session: Session, ids: Sequence[AlertId], patch: AlertPatch, comment: str
    ) -> ChangeResult:
        outcome = Outcome(alert_id=ids[0], state=OutcomeState.REFUSED, reason="The case is closed.")
        change = Change(id="c", at_ms=NOW_MS, by=Actor(id="ana"), label="comment", edits=(), comment=comment)
        return ChangeResult(change=change, outcomes=(outcome,))

    monkeypatch.setattr(Session, "change", refuse)
    result = run("comment", "a-1", "x", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "alerttui: a-1: the comment was not added: The case is closed.\n"


def test_the_comment_of_set_goes_also_where_nothing_else_changes(run: Run) -> None:
    assert run("set", "a-2", "--quality", "noise", "--comment", "still").stdout == "a-2: comment added\n"
    help_text = " ".join(run("set", "--help").stdout.split())
    assert "Why; added also where an alert has the values already." in help_text


@pytest.mark.parametrize("arguments", [["comment", "a-1", "-"], ["set", "-", "--status", "closed"]])
def test_stdin_that_is_no_utf_8_is_refused(run: Run, arguments: list[str]) -> None:
    result = run(*arguments, input=b"a-1 \xff")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "byte 4 of stdin" in result.stderr


def test_arguments_that_are_no_utf_8_are_kept_as_marks(spawn: Spawn) -> None:
    assert spawn("comment", "a-1", b"caf\xe9").returncode == 0
    assert b"caf" in spawn("comments", "a-1").stdout
    assert spawn("show", b"\xff").returncode == 4
    assert spawn("list", b"\xff").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [["set", "a-1", "--status", "closed"], ["comment", "a-1", "x"], ["undo"], ["redo"], ["import", "-"]],
)
def test_read_only_refuses_every_change_with_three(run: Run, arguments: list[str]) -> None:
    result = run("--read-only", *arguments)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "read-only" in result.stderr


def test_me_is_refused_where_nobody_is_me(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "")
    result = run("set", "a-1", "--assignee", "me")
    assert (result.exit_code, "Nobody is configured as me" in result.stderr) == (3, True)


ADA = Person("0b3e4a52-9d7e-4c50-8f8e-6f0d9c9b7a11", "ada@acme.example", "Ada", enabled=False)
"""Somebody with an id that nobody reads, who has left."""


def test_people_are_told_by_their_names_wherever_the_store_knows_them(
    run: Run, store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = open_local(store_file)
    store.add_person(ADA)
    store.close()
    done = run("set", "a-1", "--assignee", ADA.id)
    assert done.stdout == "a-1: assignee none -> Ada\n"
    assert done.stderr == "assignee Ada. Taken back by: alerttui undo\n"
    undone = run("undo")
    assert undone.stdout == "a-1: assignee Ada -> none\n"
    assert undone.stderr == "undo: assignee Ada.\n"
    monkeypatch.setenv("ALERTTUI_ME", ADA.id)
    run("set", "a-1", "--status", "triaged")
    history = run("history", "a-1").stdout
    assert ADA.id not in history
    assert [line.split()[1:5] for line in history.splitlines()[1:]] == [
        ["ana", "assignee", "-", "Ada"], ["ana", "assignee", "Ada", "-"],
        ["Ada", "status", "OPEN", "TRIAGED"],
    ]  # fmt: skip
    told = json.loads(run("history", "a-1", "--json").stdout)["results"]
    assert (told[0]["after"], told[2]["by"]["id"]) == (ADA.id, ADA.id)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (
            Outcome(
                alert_id=AlertId("a-1"), state=OutcomeState.REFUSED, reason="Assigned, no more.",
                before=AlertPatch(status=Set("OPEN"), assignee=CLEAR),
                after=AlertPatch(status=Set("OPEN"), assignee=Set("u-7")),
            ),
            "Assigned, no more; changed: assignee none -> Mara; not changed: status.",
        ),
        (
            Outcome(alert_id=AlertId("a-1"), state=OutcomeState.UNDECIDED, reason="No answer came."),
            "No answer came; nobody knows what of it was changed.",
        ),
        (
            Outcome(
                alert_id=AlertId("a-1"), state=OutcomeState.CONFLICT,
                reason="x is now y; nothing was changed.",
            ),
            "left alone, x is now y; nothing of it was changed.",
        ),
        (
            Outcome(
                alert_id=AlertId("a-1"), state=OutcomeState.CONFLICT,
                reason="x is now y, after this change was made.",
            ),
            "left alone, x is now y, after this change was made.",
        ),
    ],
)  # fmt: skip
def test_it_is_told_what_was_changed_of_what_was_refused(
    outcome: Outcome, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put_outcomes([outcome], {"u-7": "Mara"}, as_json=True)
    said = capsys.readouterr()
    assert said.err == f"alerttui: a-1: {told}\n"
    after = json.loads(said.out)["outcomes"][0]["after"]
    assert after == ({"status": "OPEN", "assignee": "u-7"} if "Mara" in told else {})
