"""Copying: the way that the environment leaves open, the exact bytes, and what each letter copies."""

from __future__ import annotations

import base64
import json
import re
import shlex
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.alert import Indicator
from alerttui.tui.clipboard.copier import Copier, NotCopied
from alerttui.tui.clipboard.sequence import LIMIT_BYTES, Wrap, clipboard_sequence
from alerttui.tui.clipboard.ways import find_ways
from alerttui.tui.screens.desk import ConsoleSettings
from tests.alerts import an_alert, some_alerts, with_alert
from tests.tui.driver import NARROW, Console, running

XTERM = {"TERM": "xterm-256color"}
ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"


def nothing(_: str) -> None:
    """No program is installed."""


def everything(name: str) -> str | None:
    """Every program is installed."""
    return f"/bin/{name}"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# -- the bytes


def test_the_sequence_holds_the_text_in_base64() -> None:
    assert clipboard_sequence("hé") == f"{ESC}]52;c;{encoded('hé')}{BEL}"


def test_for_tmux_every_escape_stands_twice_within_its_string() -> None:
    assert clipboard_sequence("a", Wrap.TMUX) == f"{ESC}Ptmux;{ESC}{ESC}]52;c;YQ=={BEL}{ST}"


def test_where_tmux_cannot_be_asked_both_of_its_ways_are_tried() -> None:
    both = clipboard_sequence("a", Wrap.TMUX_BOTH)
    assert both == clipboard_sequence("a", Wrap.TMUX) + clipboard_sequence("a")


def test_for_screen_the_sequence_goes_in_chunks_that_its_oldest_version_holds() -> None:
    text = "x" * 700
    wrapped = clipboard_sequence(text, Wrap.SCREEN)
    chunks = re.findall(r"\x1bP(.*?)\x1b\\", wrapped, re.DOTALL)
    assert "".join(f"{ESC}P{chunk}{ST}" for chunk in chunks) == wrapped
    assert max(map(len, chunks)) <= 240 and len(chunks) > 3
    assert "".join(chunks) == clipboard_sequence(text)


def test_where_either_may_be_out_there_a_short_text_goes_both_ways_and_a_long_one_as_screen_can_hold_it() -> (
    None
):
    short, long = (
        clipboard_sequence("a", Wrap.SCREEN_OR_TMUX),
        clipboard_sequence("x" * 700, Wrap.SCREEN_OR_TMUX),
    )
    assert short == clipboard_sequence("a", Wrap.SCREEN) + clipboard_sequence("a")
    assert long == clipboard_sequence("x" * 700, Wrap.SCREEN)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(), st.sampled_from(list(Wrap)))
def test_no_text_gets_out_of_its_sequence(text: str, wrap: Wrap) -> None:
    sequence = clipboard_sequence(text, wrap)
    assert sequence.isascii()
    assert not set(sequence) & set(map(chr, range(32))) - {ESC, BEL}


def test_the_largest_text_makes_a_sequence_of_just_the_length_that_terminals_take() -> None:
    assert len(clipboard_sequence("x" * LIMIT_BYTES)) == 100_000


# -- which way


@pytest.mark.parametrize(
    ("environ", "wrap"),
    [
        (XTERM, Wrap.PLAIN),
        ({**XTERM, "SSH_CONNECTION": "1"}, Wrap.PLAIN),
        ({**XTERM, "SSH_CONNECTION": "1", "TERM_PROGRAM": "Apple_Terminal"}, Wrap.PLAIN),
        ({"TERM": "xterm-kitty"}, Wrap.PLAIN),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, Wrap.TMUX_BOTH),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, Wrap.TMUX_BOTH),
        ({"TERM": "tmux-256color", "SSH_TTY": "/dev/pts/1"}, Wrap.TMUX_BOTH),
        ({"TERM": "xterm", "STY": "1.pts"}, Wrap.SCREEN),
        ({"TERM": "screen-256color", "STY": "1.pts"}, Wrap.SCREEN),
        ({"TERM": "screen-256color", "SSH_TTY": "/dev/pts/1"}, Wrap.SCREEN_OR_TMUX),
    ],
)
def test_the_environment_says_how_the_terminal_is_reached(environ: Mapping[str, str], wrap: Wrap) -> None:
    assert find_ways(environ, "linux", nothing).wrap is wrap


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"TERM": "linux"}, "of the kind linux has no clipboard"),
        ({"TERM": "dumb"}, "of the kind dumb has no clipboard"),
        ({}, "TERM is not set"),
        ({**XTERM, "TERM_PROGRAM": "Apple_Terminal"}, "Terminal.app"),
        ({**XTERM, "VTE_VERSION": "7200"}, "VTE"),
    ],
)
def test_a_terminal_that_is_known_to_take_none_is_skipped_with_the_reason(
    environ: Mapping[str, str], reason: str
) -> None:
    ways = find_ways(environ, "linux", nothing)
    assert ways.wrap is None
    assert reason in ways.terminal_refusal


@pytest.mark.parametrize(
    ("environ", "platform", "tools"),
    [
        ({**XTERM, "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", ["wl-copy", "xclip", "xsel"]),
        ({**XTERM, "DISPLAY": ":0"}, "linux", ["xclip", "xsel"]),
        ({**XTERM, "WSL_DISTRO_NAME": "Debian"}, "linux", ["clip.exe"]),
        (XTERM, "darwin", ["pbcopy"]),
        (XTERM, "linux", []),
        ({**XTERM, "DISPLAY": "localhost:10.0", "SSH_CONNECTION": "1"}, "linux", []),
    ],
)
def test_a_tool_is_tried_only_on_the_desktop_that_it_belongs_to(
    environ: Mapping[str, str], platform: str, tools: list[str]
) -> None:
    assert [tool.name for tool in find_ways(environ, platform, everything).tools] == tools


def test_the_setting_leaves_one_way_and_the_file() -> None:
    environ = {"TERM": "linux", "DISPLAY": ":0"}
    assert find_ways(environ, "linux", everything, "osc52").wrap is Wrap.PLAIN
    assert not find_ways(environ, "linux", everything, "osc52").tools
    assert find_ways(environ, "linux", everything, "native").wrap is None
    assert find_ways(environ, "linux", everything, "native").tools
    assert find_ways(XTERM, "linux", everything, "file").wrap is None
    assert not find_ways(environ, "linux", everything, "file").tools


# -- doing it


class Desktop:
    """A folder of made-up tools, and what was written to the terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.written: list[str] = []
        (folder / "bin").mkdir()

    def tool(self, name: str, script: str) -> None:
        """Install a shell script."""
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def copier(self, setting: str = "auto", **environ: str) -> Copier:
        return Copier(
            write=self.written.append,
            environ={"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", **environ},
            folder=self.state,
            setting=setting,
            platform="linux",
        )

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


async def test_it_says_how_much_went_through_the_terminal(desktop: Desktop) -> None:
    copied = await desktop.copier(TERM="xterm").copy("x" * 34)
    assert copied.sentence == "copied 34 characters through the terminal (OSC 52)"
    assert desktop.written == [clipboard_sequence("x" * 34)]


async def test_a_text_that_is_too_large_for_terminals_goes_into_the_file(desktop: Desktop) -> None:
    text = "x" * (LIMIT_BYTES + 1)
    copied = await desktop.copier(TERM="xterm").copy(text)
    file = desktop.state / "clipboard.txt"
    assert copied.sentence.startswith(
        f"copied 74,995 characters into {file}, readable by you only (74,995 bytes"
    )
    assert desktop.written == []
    assert file.read_text() == text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_the_file_holds_the_latest_copy_only_and_no_line_end(desktop: Desktop) -> None:
    copier = desktop.copier("file", TERM="xterm")
    await copier.copy("first and longer")
    copied = await copier.copy("second")
    assert (desktop.state / "clipboard.txt").read_bytes() == b"second"
    assert [each.name for each in desktop.state.iterdir()] == ["clipboard.txt"]
    assert (
        copied.sentence == f"copied 6 characters into {desktop.state / 'clipboard.txt'}, readable by you only"
    )


async def test_a_tool_gets_the_text_on_its_input_and_no_shell_reads_it(desktop: Desktop) -> None:
    desktop.tool("wl-copy", f'cat > {desktop.folder / "got"}; echo "$@" > {desktop.folder / "args"}')
    copied = await desktop.copier(TERM="linux", WAYLAND_DISPLAY="w").copy("$(reboot); `x` 'é'")
    assert copied.sentence == "copied 18 characters through wl-copy"
    assert desktop.read("got") == "$(reboot); `x` 'é'"
    assert desktop.read("args") == "\n"


async def test_a_tool_that_fails_leaves_it_to_the_next(desktop: Desktop) -> None:
    desktop.tool("xclip", "exit 3")
    desktop.tool("xsel", f"cat > {desktop.folder / 'got'}")
    copied = await desktop.copier(TERM="linux", DISPLAY=":9").copy("abc")
    assert copied.sentence == "copied 3 characters through xsel"
    assert desktop.read("got") == "abc"


async def test_a_tool_that_hangs_is_given_up(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.tui.clipboard.copier.TOOL_TIMEOUT_S", 0.1)
    desktop.tool("wl-copy", "exec sleep 60")
    copied = await desktop.copier("native", TERM="xterm", WAYLAND_DISPLAY="w").copy("abc")
    assert "wl-copy failed: it did not answer" in copied.sentence
    assert "readable by you only" in copied.sentence


async def test_where_no_way_is_left_every_reason_is_told(desktop: Desktop) -> None:
    copier = Copier(write=desktop.written.append, environ={"TERM": "linux"}, folder=None, platform="linux")
    with pytest.raises(NotCopied, match=r"no clipboard; there is no desktop .*nothing is kept in files"):
        await copier.copy("abc")


TMUX = {"TMUX": "/nowhere,1,0", "TMUX_PANE": "%3", "TERM": "tmux-256color"}


@pytest.mark.parametrize(
    ("answer", "wrap"),
    [("1 external", Wrap.TMUX), ("on off", Wrap.TMUX), ("0 on", Wrap.PLAIN), ("", Wrap.TMUX_BOTH)],
)
async def test_tmux_is_asked_what_it_lets_through(desktop: Desktop, answer: str, wrap: Wrap) -> None:
    desktop.tool("tmux", f"echo \"$@\" > {desktop.folder / 'args'}; echo '{answer}'")
    copied = await desktop.copier(**TMUX).copy("abc")
    assert copied.sentence.startswith("copied 3 characters through the terminal (OSC 52")
    assert ("tmux takes it with set-clipboard on" in copied.sentence) == (answer == "")
    assert desktop.written == [clipboard_sequence("abc", wrap)]
    assert desktop.read("args").startswith("display-message -p -t %3 ")


async def test_where_tmux_lets_nothing_through_it_hands_the_text_on_itself(desktop: Desktop) -> None:
    got = desktop.folder / "got"
    desktop.tool(
        "tmux", f"case $1 in load-buffer) echo \"$@\" >{got}; cat >>{got};; *) echo '0 external';; esac"
    )
    copied = await desktop.copier(**TMUX).copy("abc")
    assert copied.sentence == "copied 3 characters through the terminal (OSC 52, by tmux)"
    assert desktop.read("got") == "load-buffer -w -\nabc"
    assert desktop.written == []


async def test_an_old_tmux_that_cannot_is_told(desktop: Desktop) -> None:
    desktop.tool("tmux", "case $1 in load-buffer) exit 1;; *) echo '0 external';; esac")
    copied = await desktop.copier(**TMUX).copy("abc")
    assert "into " in copied.sentence
    assert "tmux lets no clipboard through" in copied.sentence


async def test_a_tmux_that_was_told_to_leave_the_clipboard_alone_is_obeyed(desktop: Desktop) -> None:
    desktop.tool("tmux", f"echo $1 >> {desktop.folder / 'args'}; echo '0 off'")
    copied = await desktop.copier(**TMUX).copy("abc")
    assert "into " in copied.sentence
    assert "tmux has set-clipboard off" in copied.sentence
    assert desktop.read("args") == "display-message\n"
    assert desktop.written == []


# -- the menu


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[Console], Sequence[str]]:
    """Collects what a console copies through a terminal that takes OSC 52."""
    for name in ("TMUX", "STY", "VTE_VERSION", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def collect(console: Console) -> Sequence[str]:
        copied: list[str] = []

        def write(data: str) -> None:
            match = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", data)
            if match:
                copied.append(base64.b64decode(match[1]).decode())

        monkeypatch.setattr(console.app._driver, "write", write)
        return copied

    return collect


Collect = Callable[[Console], Sequence[str]]


async def point_at(console: Console, text: str) -> None:
    """Put the cursor of the focused pane on the line of a value."""
    for _ in range(60):
        pointed = console.screen.parts.pointing.value()
        if pointed is not None and pointed.text == text:
            return
        await console.do("move.down")
    raise AssertionError(f"no line stands for {text}")


async def test_v_copies_the_value_under_the_cursor_as_it_is_shown(terminal: Collect) -> None:
    async with running([an_alert(title="bad\x1b[31m \u202etitle\n")], size=NARROW) as console:
        copied = terminal(console)
        await console.do("value.copy")
        assert "title" in console.screen_text()
        await console.press("v")
        assert copied == ["bad␛[31m <U+202E>title"]
        assert console.note == "copied 22 characters through the terminal (OSC 52)"


async def test_keys_in_a_burst_reach_the_menu(terminal: Collect) -> None:
    async with running(some_alerts(2)) as console:
        copied = terminal(console)
        await console.burst("y", "i")
        assert copied == ["a-0"]
        assert not console.has_dialog


async def test_raw_is_copied_only_after_a_warning_of_what_is_in_it(terminal: Collect) -> None:
    async with running([an_alert(title="a\x1b[31m\nreboot\n")]) as console:
        copied = terminal(console)
        await console.do("value.copy")
        await console.press("r")
        assert "characters that act or hide: ␛" in console.screen_text()
        assert "It has 2 lines" in console.screen_text()
        await console.press("enter")
        assert copied == []
        assert console.note == "Nothing was copied."
        await console.do("value.copy")
        await console.press("r", "y")
        assert copied == ["a\x1b[31m\nreboot"]


async def test_raw_that_is_harmless_is_copied_without_a_question(terminal: Collect) -> None:
    async with running([an_alert(title="plain é")]) as console:
        copied = terminal(console)
        await console.do("value.copy")
        await console.press("r")
        assert copied == ["plain é"]


async def test_d_copies_an_indicator_defanged_and_is_there_only_where_that_differs(terminal: Collect) -> None:
    indicators = (Indicator(kind="url", value="https://evil.example/x"),)
    async with running([with_alert(an_alert(), indicators=indicators)]) as console:
        copied = terminal(console)
        await console.do("value.copy")
        assert "defanged" not in console.screen_text()
        await console.press("esc")
        await console.do("pane.detail")
        await point_at(console, "https://evil.example/x")
        await console.do("value.copy")
        await console.press("d")
        assert copied == ["hxxps://evil[.]example/x"]


async def test_ids_of_the_marked_are_copied_one_a_line(terminal: Collect) -> None:
    async with running(some_alerts(4)) as console:
        copied = terminal(console)
        await console.do("mark.toggle", "mark.toggle", "value.copy")
        assert "ids of 2 marked" in console.screen_text()
        await console.press("I")
        await console.do("value.copy")
        await console.press("i")
        assert copied == ["a-0\na-1", "a-2"]


async def test_the_alert_is_copied_as_the_json_that_the_command_prints(terminal: Collect) -> None:
    async with running([an_alert(title="x\x9b31m", tags=("vip",))]) as console:
        copied = terminal(console)
        await console.do("value.copy")
        await console.press("j")
        assert json.loads(copied[0])["contextTags"] == ["vip"]
        assert "\\u009b" in copied[0]
        assert not copied[0].endswith("\n")


async def test_the_alert_is_copied_as_markdown(terminal: Collect) -> None:
    async with running([an_alert(title="[click](http://evil.example)", comments=["it was me"])]) as console:
        copied = terminal(console)
        await console.do("value.copy")
        await console.press("m")
        assert copied[0].startswith(r"## \[click\](http\://evil.example)")
        assert "`it was me`" in copied[0]


async def test_the_command_line_lists_what_the_console_lists(terminal: Collect) -> None:
    async with running(some_alerts(2), query='-tag:x "two words"') as console:
        copied = terminal(console)
        await console.do("value.copy")
        await console.press("q")
        words = shlex.split(copied[0])
        assert words[:3] == ["alerttui", "--profile", "test"]
        assert words[-2:] == ["--", '-tag:x "two words"']


async def test_links_are_offered_only_where_there_are_some(terminal: Collect) -> None:
    linked = with_alert(an_alert("a-1", age_min=5), runbook="https://wiki.example/a https://wiki.example/b")
    async with running([linked, an_alert("a-2", age_min=9)]) as console:
        copied = terminal(console)
        await console.do("value.copy")
        await console.press("l")
        assert copied == ["https://wiki.example/a\nhttps://wiki.example/b"]
        await console.do("move.down", "value.copy")
        assert "its links" not in console.screen_text()


async def test_without_any_alert_the_command_line_can_still_be_copied(terminal: Collect) -> None:
    async with running([]) as console:
        copied = terminal(console)
        await console.do("value.copy")
        await console.press("q")
        assert copied == ["alerttui --profile test list"]


async def test_what_cannot_be_copied_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "linux")
    async with running(some_alerts(1)) as console:
        await console.do("value.copy")
        await console.press("i")
        assert console.note.startswith("Nothing was copied: a terminal of the kind linux has no clipboard")
    async with running(some_alerts(1), settings=ConsoleSettings(state_folder=tmp_path)) as console:
        await console.do("value.copy")
        await console.press("i")
        assert f"into {tmp_path / 'clipboard.txt'}, readable by you only" in console.note
