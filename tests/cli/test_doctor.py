"""`alerttui doctor`: problems first, what to do about each, nothing secret, and nothing touched."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alerttui.cli.doctor.report import Fact, Problem, Report, Section, abbreviated, size_text
from alerttui.cli.doctor.terminal import look_at_terminal
from alerttui.cli.terminal_answers import Answers, Support, read_answers
from alerttui.cli.tmux_options import TmuxOptions
from alerttui.config.terminal import Colours, Multiplexer, read_terminal
from tests.cli.conftest import Run


def configure(home: Path, text: str) -> Path:
    """Write the configuration file."""
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No multiplexer, no SSH."""
    for name in ("TMUX", "STY", "SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.usefixtures("store_file")
def test_where_all_is_well_the_report_says_so_first_and_leaves_every_file_as_it_was(
    run: Run, home: Path, store_file: Path
) -> None:
    store_file.parent.chmod(0o700)
    before = everything_in(home)
    result = run("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Everything is fine."
    assert "  check           fine  (every page; --full also compares the indexes)" in lines
    assert any(line.startswith("  file            ~/data/alerttui/alerts.db") for line in lines)
    assert str(home) not in result.stdout
    assert everything_in(home) == before


@pytest.mark.usefixtures("home")
def test_without_any_file_all_is_well_too(run: Run, home: Path) -> None:
    result = run("doctor")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "Everything is fine.")
    assert everything_in(home) == {}


@pytest.mark.parametrize("full", [[], ["--full"]])
def test_json_says_the_same_for_programs(run: Run, store_file: Path, full: list[str]) -> None:
    store_file.parent.chmod(0o700)
    result = run("doctor", "--json", *full)
    report = json.loads(result.stdout)
    assert (result.exit_code, report["ok"], report["problems"]) == (0, True, [])
    assert report["sections"]["Store"]["holds"]["value"].startswith("3 alerts, ")
    assert report["sections"]["Configuration"]["theme"] == {"value": "auto: dark here", "note": "default"}


def test_a_store_that_others_can_read_is_told_with_the_command_that_changes_it(
    run: Run, store_file: Path
) -> None:
    store_file.parent.chmod(0o755)
    store_file.chmod(0o644)
    result = run("doctor")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:7] == [
        "1 wrong; 1 could be better.",
        "",
        "! store: ~/data/alerttui/alerts.db can be read or changed by others (0644)",
        "  chmod 600 ~/data/alerttui/alerts.db",
        "",
        "- data: ~/data/alerttui can be read or changed by others (0755)",
        "  chmod 700 ~/data/alerttui",
    ]


@pytest.mark.parametrize("make", ["text", "foreign", "newer", "cut", "damaged"])
def test_a_file_that_is_no_good_store_is_told_and_left_alone(run: Run, store_file: Path, make: str) -> None:
    if make == "text":
        store_file.write_text("not a database, but long enough to be looked at " * 20)
    elif make == "foreign":
        store_file.unlink()
        with closing(sqlite3.connect(store_file)) as connection:
            connection.execute("CREATE TABLE other (x)")
    elif make == "newer":
        with closing(sqlite3.connect(store_file)) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        content = bytearray(store_file.read_bytes())
        cut = len(content) // 2
        store_file.write_bytes(
            content[:cut] if make == "cut" else content[:cut] + b"\xa5" * (len(content) - cut)
        )
    store_file.chmod(0o600)
    before = everything_in(store_file.parent)
    result = run("doctor")
    assert (result.exit_code, result.stderr) == (1, "")
    assert " wrong" in result.stdout.splitlines()[0]
    assert "! store: " in result.stdout
    assert "Profiles" in result.stdout
    assert everything_in(store_file.parent) == before


def test_a_store_that_was_named_and_is_not_there_is_wrong(run: Run, home: Path) -> None:
    result = run("doctor", "--db", str(home / "no.db"))
    assert result.exit_code == 1
    assert "! store: there is no store at ~/no.db" in result.stdout


@pytest.mark.usefixtures("store_file")
def test_every_value_is_told_with_its_origin(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(home, 'me = "ana"\nconfirm_above = 9\n[views]\nMine = "assignee:me"\n')
    monkeypatch.setenv("ALERTTUI_THEME", "light")
    lines = [" ".join(line.split()) for line in run("doctor", "--read-only").stdout.splitlines()]
    where = "~/config/alerttui/config.toml"
    assert f"confirm above 9 (file {where}, line 2)" in lines
    assert f"me ana (file {where}, line 1)" in lines
    assert "theme light (environment ALERTTUI_THEME)" in lines
    assert "read only yes (flag --read-only)" in lines
    assert f"views 1 of your own (file {where}, line 4)" in lines
    assert "auto advance yes (default)" in lines


@pytest.mark.usefixtures("store_file")
def test_a_configuration_that_is_refused_does_not_hide_the_rest(run: Run, home: Path) -> None:
    configure(home, "me = 'ana'\nthem = 'dark'\n")
    result = run("doctor")
    assert result.exit_code == 1
    said = "! configuration: ~/config/alerttui/config.toml, line 2: them: no such key; did you mean theme"
    assert result.stdout.splitlines()[2] == said
    assert "3 alerts" in result.stdout


@pytest.mark.usefixtures("store_file")
def test_a_theme_a_key_and_a_view_that_do_not_work_are_wrong(run: Run, home: Path) -> None:
    configure(home, "theme = 'drak'\n[keys]\n'alert.clos' = 'x'\n[views]\nBad = 'severity>=>'\n")
    result = run("doctor")
    problems = [line for line in result.stdout.splitlines() if line.startswith("! ")]
    assert [line.split(":")[0] for line in problems] == ["! theme", "! keys", "! view Bad"]


@pytest.mark.usefixtures("store_file")
def test_a_key_taken_from_another_action_is_told_but_not_wrong(run: Run, home: Path) -> None:
    configure(home, "[keys]\n'alert.tags' = 's'\n")
    result = run("doctor")
    assert result.exit_code == 0
    assert "- keys: s does alert.tags now; alert.status lost it" in result.stdout


@pytest.mark.usefixtures("store_file")
def test_no_token_and_no_password_is_told(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token_file = home / "token"
    token_file.write_text("s3cret-in-file")
    token_file.chmod(0o644)
    monkeypatch.setenv("PROD_TOKEN", "s3cret-in-variable")
    configure(
        home,
        '[profiles.prod]\nbackend = "panther"\nurl = "https://api.example/x"\n'
        'token_env = "PROD_TOKEN"\n'
        f'[profiles.lab]\nbackend = "chad"\nurl = "https://lab.example"\ntoken_file = "{token_file}"\n'
        '[profiles.bare]\nbackend = "chad"\nurl = "https://lab.example"\ntoken_env = "NO_TOKEN"\n',
    )
    for arguments in (["doctor"], ["doctor", "--json"]):
        result = run(*arguments)
        assert "s3cret" not in result.output
        assert result.exit_code == 0
    text = run("doctor").stdout
    assert "panther api.example  (token in the variable PROD_TOKEN)" in text
    assert "- profile lab: ~/token: others can read or write the token file (0644); it was not used" in text
    assert "  chmod 600 ~/token, and make a new token if others may have read this one" in text
    assert (
        "- profile bare: the variable NO_TOKEN, which holds the token of the profile bare, is not set" in text
    )


@pytest.mark.usefixtures("store_file")
def test_control_characters_of_a_configuration_do_not_reach_the_terminal(run: Run, home: Path) -> None:
    configure(home, 'me = "a\\u001b[31mna\\u202e"\n')
    assert not {"\x1b", "\u202e"} & set(run("doctor").output)


# -- the terminal


def test_the_environment_tells_kind_colours_and_what_lies_between() -> None:
    facts = read_terminal(
        {"TERM": "screen-256color", "TMUX": "x", "SSH_TTY": "/dev/pts/1", "LANG": "C.UTF-8"},
        encoding="utf-8",
        size=(80, 24),
    )
    assert (facts.colours, facts.multiplexer, facts.is_ssh) == (Colours.MANY, Multiplexer.TMUX, True)
    assert facts.shows_unicode
    assert not facts.is_dumb
    plain = read_terminal({"TERM": "dumb", "NO_COLOR": "1"}, encoding="ANSI_X3.4-1968")
    assert (plain.colours, plain.colours_said_by, plain.is_dumb) == (Colours.NONE, "NO_COLOR", True)
    assert not plain.shows_unicode
    true = read_terminal({"TERM": "xterm", "COLORTERM": "truecolor", "STY": "1"}, encoding="utf-8")
    assert (true.colours, true.multiplexer) == (Colours.TRUE, Multiplexer.SCREEN)


def test_what_stands_in_the_way_is_told_with_what_to_do() -> None:
    facts = read_terminal({"TERM": "dumb"}, encoding="ascii", size=(60, 20))
    found = look_at_terminal(facts, Answers(), TmuxOptions())
    assert [problem.what.split(":")[0] for problem in found.problems] == [
        "TERM is dumb",
        "60x20 is smaller than the 80x24 made for",
        "the encoding is ascii",
    ]
    assert all(problem.is_wrong and problem.remedy for problem in found.problems)


def test_what_tmux_could_do_better_is_told_but_not_wrong() -> None:
    facts = read_terminal({"TERM": "xterm-256color", "TMUX": "x"}, encoding="utf-8", size=(80, 24))
    tmux = TmuxOptions(escape_ms=500, set_clipboard="off")
    found = look_at_terminal(facts, Answers(), tmux)
    assert [problem.is_wrong for problem in found.problems] == [False, False, False]
    good = read_terminal({"TERM": "tmux-256color", "TMUX": "x"}, encoding="utf-8", size=(80, 24))
    assert not look_at_terminal(good, Answers(), TmuxOptions(escape_ms=10, set_clipboard="on")).problems


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (b"", Answers()),
        (b"\x1b[?2026;2$y", Answers()),
        (b"\x1b[?62;c", Answers(synchronized=Support.NO, kitty_keys=Support.NO, came=True)),
        (
            b"\x1b[?2026;2$y\x1b[?0u\x1bP>|kitty(0.40)\x1b\\\x1b[?62;4c",
            Answers(synchronized=Support.YES, kitty_keys=Support.YES, name="kitty(0.40)", came=True),
        ),
        (
            b"\x1b[?2026;0$y\x1bP>|bad\x07name\x1b\\j\x1b[?1;2c",
            Answers(synchronized=Support.NO, kitty_keys=Support.NO, came=True),
        ),
    ],
)
def test_answers_of_terminals_are_read(received: bytes, expected: Answers) -> None:
    assert read_answers(received) == expected


# -- the report


def test_what_is_wrong_comes_before_what_could_be_better() -> None:
    mild, bad = Problem("a", "mild", "x", is_wrong=False), Problem("b", "bad", "y")
    report = Report([Section("A", [Fact("one", "1")], [mild]), Section("B", [], [bad])])
    assert list(report.lines())[:6] == ["1 wrong; 1 could be better.", "", "! b: bad", "  y", "", "- a: mild"]
    assert not report.is_fine
    assert Report([Section("A", [], [mild])]).is_fine


def test_long_lines_are_wrapped_under_their_value() -> None:
    report = Report([Section("A", [Fact("name", "one two three four")])])
    assert list(report.lines(16))[2:] == ["A", "  name  one two", "        three", "        four"]


def test_the_home_folder_is_abbreviated_where_a_path_begins_with_it() -> None:
    assert (
        abbreviated("in /home/ana/x, /home/ana and /home/anabel", "/home/ana") == "in ~/x, ~ and /home/anabel"
    )
    assert abbreviated("/x", "/") == abbreviated("/x", "") == "/x"


def test_sizes_have_one_unit() -> None:
    assert [size_text(size) for size in (0, 999, 1_234, 56_789, 4_000_000_000_000)] == [
        "0 bytes", "999 bytes", "1.2 kB", "57 kB", "4.0 TB",
    ]  # fmt: skip
