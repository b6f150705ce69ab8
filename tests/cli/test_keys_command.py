"""`alerttui keys`: what a terminal sends, what becomes of it, and every action's keys with their origins."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerttui.cli.terminal_answers import QUESTIONS, Support, ask_terminal
from alerttui.triage.actions import ACTIONS
from alerttui.triage.keymap import DEFAULT_KEYMAP, make_keymap
from alerttui.tui.key_tester import Heard, KeyTester, caret_form, ends
from tests.cli.conftest import Run
from tests.tui.terminal import Terminal, clean_environment

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> KeyTester:
    """A tester whose parser takes any pause for the end of a key."""
    monkeypatch.setattr("textual.constants.ESCAPE_DELAY", 0.0)
    return KeyTester(DEFAULT_KEYMAP)


def told(tester: KeyTester, raw: bytes) -> list[tuple[bytes, str, str]]:
    """What becomes of bytes and the quiet behind them."""
    heard = [*tester.feed(raw), *tester.quiet()]
    return [(each.raw, each.key, each.does) for each in heard]


@pytest.mark.parametrize(
    ("raw", "key", "does"),
    [
        (b"c", "c", "close (alert.close)"),
        (b"\x1b[A", "up", "up (move.up)"),
        (b"\x1bOP", "f1", "nothing"),
        (b"\t", "tab", "next pane (pane.next)"),
        (b"\x1b", "esc", "back (back)"),
        (b"[", "[", "previous alert (alert.previous)"),
        (b"\x13", "ctrl+s", "nothing"),
        ("é".encode(), "é", "nothing in the list; typed in a field"),
        (b"\x1b[106;1;106u", "j", "down (move.down)"),
    ],
)
def test_a_key_is_told_with_what_it_does(patient: KeyTester, raw: bytes, key: str, does: str) -> None:
    assert told(patient, raw) == [(raw, key, does)]


def test_keys_that_come_together_are_told_each_with_its_bytes(patient: KeyTester) -> None:
    assert [(raw, key) for raw, key, _ in told(patient, b"j\x1b[Bk")] == [
        (b"j", "j"),
        (b"\x1b[B", "down"),
        (b"k", "k"),
    ]


def test_alt_and_a_letter_are_told_as_the_two_keys_that_the_console_takes_them_for(
    patient: KeyTester,
) -> None:
    heard = [*patient.feed(b"\x1bj"), *patient.quiet()]
    assert [(each.raw, each.key) for each in heard] == [(b"\x1bj", "esc"), (b"", "j")]
    assert heard[0].note.startswith("alt and a key arrive as esc")


@pytest.mark.parametrize("raw", [b"\x1b[193z", b"\x1b]11;rgb:0000/0000/0000\x1b\\", b"\x1bP>|some(1)\x1b\\"])
def test_a_sequence_that_nobody_knows_is_swallowed_here_as_in_the_console(
    patient: KeyTester, raw: bytes
) -> None:
    assert [(key, does) for _, key, does in told(patient, raw)] == [
        ("", "swallowed: nobody knows this sequence")
    ]
    assert told(patient, b"j")[0][1] == "j"


def test_what_is_no_key_is_told_as_what_it_is(patient: KeyTester) -> None:
    assert told(patient, b"\x1b[200~two\x1b[Awords\x1b[201~")[0][2] == "a paste of 11 characters"
    assert told(patient, b"\x1b[<0;3;4M")[0][2] == "the mouse"
    assert told(patient, b"\x1b[I")[0][2] == "a report of the terminal, no key"


def test_bytes_that_are_no_text_do_no_harm(patient: KeyTester) -> None:
    told(patient, bytes(range(256)) * 2)
    assert told(patient, b"j")[-1][1] == "j"


@pytest.mark.parametrize("raw", [b"\t", b"\r", b"\x08", b"\x1b", b"\x00", b"\n"])
def test_keys_that_share_their_bytes_say_so(patient: KeyTester, raw: bytes) -> None:
    (heard,) = [*patient.feed(raw), *patient.quiet()]
    assert heard.note


def test_the_users_own_keys_are_what_is_told() -> None:
    tester = KeyTester(make_keymap("default", {"alert.close": ("ctrl+e",)}))
    assert told(tester, b"\x05") == [(b"\x05", "ctrl+e", "close (alert.close)")]
    assert told(tester, b"c")[0][2] == "nothing in the list; typed in a field"


def test_bytes_are_written_as_people_do() -> None:
    assert caret_form(b"\x1b[A\x7f\x00\xc3z") == "^[[A^?^@\\xc3z"


def test_two_of_the_same_end_it() -> None:
    q, stop, other = (Heard(b"", key, "") for key in ("q", "ctrl+c", "j"))
    assert ends([q, q])
    assert ends([stop, stop])
    assert not ends([q])
    assert not ends([q, stop])
    assert not ends([other, q])
    assert not ends([])


# -- on a terminal


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Terminal]:
    """The command on a terminal, ready for keys."""
    command = [sys.executable, "-m", "alerttui", "keys"]
    try:
        terminal = Terminal(command, clean_environment(tmp_path), 80, 24)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")
    terminal.wait_for("q twice, or ctrl+c twice, ends.")
    yield terminal
    terminal.close()


def modes(terminal: Terminal) -> list[object]:
    """The modes of the terminal's line."""
    found: list[object] = termios.tcgetattr(terminal._end)
    return found[:4]


def test_on_a_terminal_every_key_has_its_line_and_q_twice_ends(listening: Terminal) -> None:
    raw = modes(listening)
    listening.wait_for("1b 5b 42           ^[[B      down       down (move.down)", listening.press(b"\x1b[B"))
    listening.wait_for("nothing", listening.press(b"\x13"))
    listening.press(b"q")
    listening.wait_for("quit (console.quit)")
    listening.press(b"q")
    assert listening.end() == 0
    assert modes(listening) != raw
    assert listening.written.endswith(b"\x1b[?2004l\x1b[<u")
    assert all(len(line) <= 80 for line in listening.text().splitlines())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_terminal_put_back(listening: Terminal, number: signal.Signals) -> None:
    raw = modes(listening)
    listening.process.send_signal(number)
    assert listening.end() == 128 + number
    assert modes(listening) != raw
    assert listening.written.endswith(b"\x1b[?2004l\x1b[<u")


def test_a_terminal_is_asked_and_left_as_it_was() -> None:
    end, other_end = pty.openpty()
    before = termios.tcgetattr(other_end)

    def answer() -> None:
        asked = b""
        while not asked.endswith(QUESTIONS.encode()[-3:]):
            asked += os.read(end, 100)
        os.write(end, b"\x1b[?2026;2$y\x1bP>|thing 1\x1b\\\x1b[?62;c")

    thread = threading.Thread(target=answer)
    thread.start()
    found = ask_terminal(other_end, patience_s=10.0)
    thread.join()
    assert (found.synchronized, found.kitty_keys, found.name) == (Support.YES, Support.NO, "thing 1")
    assert termios.tcgetattr(other_end) == before
    os.close(end)
    os.close(other_end)


def test_a_terminal_that_does_not_answer_is_not_waited_for() -> None:
    end, other_end = pty.openpty()
    before = termios.tcgetattr(other_end)
    found = ask_terminal(other_end, patience_s=0.01)
    assert not found.came
    assert termios.tcgetattr(other_end) == before
    os.close(end)
    os.close(other_end)


# -- without one


@pytest.mark.usefixtures("home")
def test_without_a_terminal_it_says_so_and_names_the_list(run: Run) -> None:
    result = run("keys")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "alerttui: keys needs a terminal to listen to; without one, use `alerttui keys --list`.\n"
    )


@pytest.mark.usefixtures("home")
def test_the_list_has_every_action_with_its_keys_and_their_origin(run: Run, home: Path) -> None:
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[keys]\n'alert.tags' = 's'\n")
    result = run("keys", "--list")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert [row[-1] for row in rows[:1]] == ["DOES"]
    assert len(rows) == len(ACTIONS) + 1
    assert ["s", "alert.tags", "config.toml,", "line", "2"] in [row[:5] for row in rows]
    assert ["-", "alert.status", "default"] in [row[:3] for row in rows]
    assert "s does alert.tags now" in result.stderr


@pytest.mark.usefixtures("home")
def test_the_list_as_json_and_with_another_preset(run: Run) -> None:
    report = json.loads(run("keys", "--json", "--preset", "arrows").stdout)
    actions = {each["id"]: each for each in report["actions"]}
    assert (report["preset"], report["clashes"]) == ("arrows", [])
    assert set(actions) == {action.id for action in ACTIONS}
    assert (actions["move.down"]["keys"], actions["move.down"]["origin"]) == (["down"], "preset arrows")
    assert (actions["alert.close"]["keys"], actions["alert.close"]["origin"]) == (["c"], "default")
