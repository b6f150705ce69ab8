"""Links in the console: shown whole with their real host, copied by default, opened on the own desktop."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from alerttui.tui import browser
from alerttui.tui.browser import NoBrowser, browser_command, open_page
from alerttui.tui.screens import linking
from tests.alerts import an_alert, with_alert
from tests.tui.driver import NARROW, Console, running

DESKTOP = {"DISPLAY": ":0"}


def everything(name: str) -> str | None:
    """Every program is installed."""
    return f"/bin/{name}"


def only(*names: str) -> browser.Find:
    return lambda name: f"/bin/{name}" if name in names else None


@pytest.mark.parametrize(
    ("environ", "platform", "command"),
    [
        (DESKTOP, "linux", ("/bin/xdg-open",)),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", ("/bin/xdg-open",)),
        ({**DESKTOP, "BROWSER": "firefox --new-tab %s"}, "linux", ("/bin/firefox", "--new-tab")),
        ({**DESKTOP, "BROWSER": "firefox:lynx"}, "linux", ("/bin/firefox",)),
        ({}, "darwin", ("open",)),
    ],
)
def test_a_graphical_browser_is_found(
    environ: Mapping[str, str], platform: str, command: tuple[str, ...]
) -> None:
    assert browser_command(environ, platform, everything) == command


@pytest.mark.parametrize(
    ("environ", "platform", "reason"),
    [
        ({**DESKTOP, "SSH_CONNECTION": "1 2 3 4"}, "linux", "over SSH"),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", "over SSH"),
        ({}, "linux", "no desktop"),
        ({**DESKTOP, "BROWSER": "w3m"}, "linux", "would take over this terminal"),
        ({**DESKTOP, "BROWSER": "/usr/bin/elinks %s"}, "linux", "would take over this terminal"),
        ({**DESKTOP, "BROWSER": "sh -c 'firefox %s'"}, "linux", "no plain command"),
        ({**DESKTOP, "BROWSER": "'"}, "linux", "no plain command"),
    ],
)
def test_no_browser_is_opened_where_it_would_not_be_the_analysts(
    environ: Mapping[str, str], platform: str, reason: str
) -> None:
    with pytest.raises(NoBrowser, match=reason):
        browser_command(environ, platform, everything)


def test_a_missing_opener_is_said() -> None:
    with pytest.raises(NoBrowser, match="xdg-open is not installed"):
        browser_command(DESKTOP, "linux", only())
    assert browser_command({"WSL_DISTRO_NAME": "Debian"}, "linux", only("wslview")) == ("/bin/wslview",)


def test_the_browser_gets_the_url_as_one_argument_and_no_terminal(tmp_path: Path) -> None:
    program = tmp_path / "opener"
    args = tmp_path / "args"
    look = f"[ -t 0 ] || [ -t 1 ] || [ -t 2 ] || echo none >> {args}"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$#" "$1" > {args}\n{look}\n')
    program.chmod(0o755)
    assert open_page((str(program),), "https://a.example/$(id)?x=1&y;z") == ""
    assert (tmp_path / "args").read_text() == "1\nhttps://a.example/$(id)?x=1&y;z\nnone\n"


def test_a_browser_that_fails_at_once_is_told(tmp_path: Path) -> None:
    assert open_page(("/bin/false",), "https://a.example") == "it ended with 1"
    assert "No such file" in open_page((str(tmp_path / "none"),), "https://a.example")


# -- the dialogs


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], str]]:
    """What would have been opened, on a desktop."""
    for name in ("TMUX", "STY", "VTE_VERSION", "TERM_PROGRAM", "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    pages: list[tuple[tuple[str, ...], str]] = []

    def open_it(command: tuple[str, ...], url: str) -> str:
        pages.append((command, url))
        return ""

    monkeypatch.setattr(linking, "open_page", open_it)
    monkeypatch.setattr(linking, "browser_command", lambda environ: ("firefox",))
    return pages


def copies_of(console: Console, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """What the console copies through its terminal."""
    copied: list[str] = []

    def write(data: str) -> None:
        match = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", data)
        if match:
            copied.append(base64.b64decode(match[1]).decode())

    monkeypatch.setattr(console.app._driver, "write", write)
    return copied


LONG = "https://wiki.acme.example/runbooks/" + "a-long-way-down/" * 10 + "end"
Opened = list[tuple[tuple[str, ...], str]]


async def test_an_only_link_is_shown_whole_and_enter_copies_it(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running([with_alert(an_alert(), runbook=f"See {LONG}.")], size=NARROW) as console:
        copied = copies_of(console, monkeypatch)
        await console.do("alert.links")
        text = console.screen_text()
        assert "leads to  wiki.acme.example" in text
        assert "found in runbook" in text
        assert LONG in "".join(line.strip(" ▌│") for line in console.lines())
        await console.press("enter")
        assert copied == [LONG]
        assert opened == []
        assert console.note == f"copied {len(LONG)} characters through the terminal (OSC 52)"


async def test_a_link_is_opened_only_on_o(opened: Opened) -> None:
    async with running([with_alert(an_alert(), reference="https://münchen.example/x")]) as console:
        await console.do("alert.links")
        assert "not plain ASCII: really xn--mnchen-3ya.example" in console.screen_text()
        assert opened == []
        await console.press("o")
        assert opened == [(("firefox",), "https://xn--mnchen-3ya.example/x")]
        assert console.note == "opened xn--mnchen-3ya.example in the browser"


async def test_of_several_links_one_is_picked_by_its_digit_or_the_cursor(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    runbook = " ".join(f"https://host{number}.example/{'x' * 90}" for number in range(1, 4))
    async with running([with_alert(an_alert(), runbook=runbook)], size=NARROW) as console:
        copied = copies_of(console, monkeypatch)
        await console.do("alert.links")
        assert "Links: 3" in console.screen_text()
        await console.press("2", "y")
        await console.do("alert.links")
        await console.press("down", "down", "enter", "y")
        assert [each[:21] for each in copied] == ["https://host2.example", "https://host3.example"]


async def test_keys_in_a_burst_reach_the_dialogs_of_links(opened: Opened) -> None:
    runbook = "https://a.example/ https://b.example/"
    async with running([with_alert(an_alert(), runbook=runbook)]) as console:
        await console.burst("o", "2", "o")
        assert opened == [(("firefox",), "https://b.example/")]


async def test_a_link_from_the_event_says_who_may_have_written_it(opened: Opened) -> None:
    alert = an_alert(events=['{"url": "https://login.acme.example@evil.example/"}'])
    async with running([alert], size=NARROW) as console:
        await console.do("alert.links")
        text = console.screen_text()
        assert "leads to  evil.example" in text
        assert "found in event 1: the attacker may have written it" in text
        assert "before the @ is a user name or a disguise" in text
        await console.press("esc")
        assert opened == []


async def test_a_url_that_is_refused_can_only_be_copied(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running([an_alert(context='{"u": "https://evil.example/\u202egpj.exe"}')]) as console:
        copied = copies_of(console, monkeypatch)
        await console.do("alert.links")
        assert "This link is not opened" in console.screen_text()
        await console.press("o", "y")
        assert opened == []
        assert copied == ["https://evil.example/<U+202E>gpj.exe"]


async def test_over_ssh_a_link_is_copied_instead_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)
    async with running([with_alert(an_alert(), runbook="https://wiki.example/")]) as console:
        copied = copies_of(console, monkeypatch)
        await console.do("alert.links")
        assert "not here: over SSH" in console.screen_text()
        await console.press("o")
        assert copied == ["https://wiki.example/"]
        assert console.note.startswith("Not opened: over SSH it would open on the far host")
        assert console.note.endswith("copied 21 characters through the terminal (OSC 52)")


async def test_a_browser_that_fails_leaves_the_link_on_the_clipboard(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "open_page", lambda command, url: "it ended with 4")
    async with running([with_alert(an_alert(), runbook="https://wiki.example/")]) as console:
        copied = copies_of(console, monkeypatch)
        await console.do("alert.links")
        await console.press("o")
        assert copied == ["https://wiki.example/"]
        assert "Not opened: the browser did not open it: it ended with 4" in console.note


async def test_an_alert_without_links_says_so() -> None:
    async with running([an_alert()]) as console:
        await console.do("alert.links")
        assert not console.has_dialog
        assert console.note == "This alert has no links."


async def test_a_very_long_url_can_be_read_to_its_end(opened: Opened) -> None:
    url = "https://wiki.example/" + "x" * 3000 + "THE-END"
    async with running([with_alert(an_alert(), runbook=url)], size=NARROW) as console:
        await console.do("alert.links")
        assert "THE-END" not in console.screen_text()
        assert "open in a browser" in console.screen_text()
        for _ in range(8):
            await console.press("pagedown")
        assert "THE-END" in console.screen_text()
