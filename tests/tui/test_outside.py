"""Pager, editor and shell: what they get is private and gone afterwards, and the console comes back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App

from alerttui.backends.store import NewAlert
from alerttui.tui import outside_program
from alerttui.tui.outside_program import OutsideTrouble, editor_command, pager_command, remove_leftovers
from alerttui.tui.screens.outside import pager_text, suspend_refusal
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import running

FAKE = f"""#!{sys.executable}
import json, os, sys, pathlib
name = sys.argv[-1]
is_file = len(sys.argv) > 1 and os.path.exists(name)
seen = {{"args": sys.argv[1:], "less": {{k: v for k, v in os.environ.items() if k.startswith("LESS")}}}}
if is_file:
    seen["mode"] = os.stat(name).st_mode & 0o777
    seen["folder"] = os.stat(os.path.dirname(name)).st_mode & 0o777
    seen["text"] = open(name, encoding="utf-8", newline="", errors="surrogateescape").read()
else:
    seen["links"] = os.fstat(0).st_nlink
    seen["text"] = sys.stdin.read()
pathlib.Path(@SEEN@).write_text(json.dumps(seen))
@MORE@
"""
"""A program that writes down what it was given."""


def install(folder: Path, name: str, more: str = "") -> Path:
    """A made-up program; what it saw is in seen.json beside it."""
    program = folder / name
    program.write_text(FAKE.replace("@SEEN@", repr(str(folder / "seen.json"))).replace("@MORE@", more))
    program.chmod(0o755)
    return program


def seen(folder: Path) -> dict[str, object]:
    """What the program was given."""
    found: dict[str, object] = json.loads((folder / "seen.json").read_text())
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files for programs go; and a terminal that can be handed over."""
    place = tmp_path / "runtime"
    place.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    for name in ("PAGER", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)

    @contextmanager
    def suspend(app: App[None]) -> Iterator[None]:
        yield

    monkeypatch.setattr(App, "suspend", suspend)
    return place


# -- which program


def found(name: str) -> str | None:
    """Every program is installed."""
    return name if "/" in name else f"/bin/{name}"


def not_found(_: str) -> None:
    """No program is installed."""


def test_the_environment_names_the_programs_and_their_arguments() -> None:
    assert pager_command({"PAGER": "most -w 'a b'"}, found) == ("/bin/most", "-w", "a b")
    assert editor_command({"VISUAL": "code -w", "EDITOR": "ed"}, found) == ("/bin/code", "-w")
    assert editor_command({"VISUAL": " ", "EDITOR": "ed"}, found) == ("/bin/ed",)


def test_without_a_name_the_usual_programs_are_tried() -> None:
    assert pager_command({}, found) == ("/bin/less",)
    assert pager_command({}, lambda name: name if name == "more" else None) == ("more",)
    assert editor_command({}, lambda name: name if name == "nano" else None) == ("nano",)


def test_cat_is_no_pager_because_it_is_over_before_anybody_has_read() -> None:
    assert pager_command({"PAGER": "cat"}, found) == ("/bin/less",)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "set PAGER, or install less"),
        ({"PAGER": "nowhere -x"}, "nowhere is not there: set PAGER"),
        ({"PAGER": "less '"}, "is no command line"),
    ],
)
def test_a_missing_pager_is_said_with_what_to_set(environ: Mapping[str, str], words: str) -> None:
    with pytest.raises(OutsideTrouble, match=words):
        pager_command(environ, not_found)


def test_a_missing_editor_is_said_with_what_to_set() -> None:
    with pytest.raises(OutsideTrouble, match="set VISUAL or EDITOR"):
        editor_command({}, not_found)
    with pytest.raises(OutsideTrouble, match="code is not there: set VISUAL"):
        editor_command({"VISUAL": "code -w"}, not_found)


@pytest.mark.parametrize(
    ("pager", "command"),
    [
        ("less -S", ("/bin/less", "-S")),
        ("less -R", ("/bin/less",)),
        ("less -FRX", ("/bin/less", "-X")),
        ("less --RAW-CONTROL-CHARS -i", ("/bin/less", "-i")),
        ("less -P rR", ("/bin/less", "-P", "rR")),
        ("/opt/less -r -r", ("/opt/less",)),
        ("most -R", ("/bin/most", "-R")),
    ],
)
def test_less_is_never_told_to_let_escapes_through(pager: str, command: tuple[str, ...]) -> None:
    assert pager_command({"PAGER": pager}, found) == command


def test_vim_obeys_no_line_of_the_text_and_leaves_no_copy(tmp_path: Path) -> None:
    vim = tmp_path / "vim.basic"
    vim.touch()
    vi = tmp_path / "vi"
    vi.symlink_to(vim)
    command = editor_command({"EDITOR": f"{vi} -X"}, found)
    assert command == (str(vi), "--cmd", "set nomodeline", "-n", "-X")


# -- what they get


def raw_alert(raw: bytes) -> NewAlert:
    return replace(an_alert(comments=["it was \x1b[31mme"], events=['{"b":1.50,"a":{"x":[1,2]}}']), raw=raw)


async def test_the_pager_gets_the_raw_record_shown_and_no_file_has_its_name(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(install(tmp_path, "less")))
    monkeypatch.setenv("LESS", "-R")
    async with running([raw_alert(b'{"t": "a\x1b]52;c;AA\x07\xff"}\n')]) as console:
        await console.do("alert.outside")
        await console.press("r")
        given = seen(tmp_path)
        note, _, text = str(given["text"]).partition("\n")
        assert text == '{"t": "a␛]52;c;AA␇\\xff"}\n'
        assert note.startswith("[alerttui shows control and invisible characters as marks")
        assert note.endswith("x, then raw, writes the very bytes]")
        assert given["args"] == []
        assert given["links"] == 0
        assert given["less"] == {"LESSSECURE": "1", "LESS": "", "LESSOPEN": "", "LESSHISTFILE": "-"}
        assert list(place.iterdir()) == []
        assert not console.has_dialog


async def test_a_record_with_nothing_to_reveal_has_no_note(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(install(tmp_path, "pager")))
    async with running([raw_alert(b'{"t": "<U+202E> \xc3\xa9"}')]) as console:
        await console.do("alert.outside")
        await console.press("r")
        assert seen(tmp_path)["text"] == '{"t": "<U+202E> é"}'


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("d", ["Alert a-1", "Test.Rule"]),
        ("v", ['{\n  "b": 1.50,\n  "a": {\n    "x": [\n']),
        ("c", ["Bob", "it was ␛[31mme", "shows control and invisible"]),
    ],
)
async def test_parts_of_the_alert_go_to_the_pager_as_text(
    key: str, words: list[str], place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(install(tmp_path, "pager")))
    async with running([raw_alert(b"{}")]) as console:
        await console.do("alert.outside")
        await console.press(key)
        text = str(seen(tmp_path)["text"])
        assert all(each in text for each in words), text
        assert "\x1b" not in text


async def test_what_is_not_there_is_said_and_no_program_runs(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(install(tmp_path, "pager")))
    async with running(some_alerts(1)) as console:
        for key, words in (("r", "came from no record"), ("h", "no history"), ("v", "no event")):
            await console.do("alert.outside")
            await console.press(key)
            assert words in console.note
        assert not (tmp_path / "seen.json").exists()


async def test_the_editor_gets_a_private_copy_of_the_very_bytes_that_is_gone_afterwards(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", f"{install(tmp_path, 'ed')} -w")
    async with running([raw_alert(b"a\x1b\xff\n")]) as console:
        await console.do("alert.outside")
        await console.press("e")
        given = seen(tmp_path)
        assert (given["mode"], given["folder"]) == (0o400, 0o700)
        assert str(given["text"]).encode("utf-8", "surrogateescape") == b"a\x1b\xff\n"
        assert list(place.iterdir()) == []
        assert console.store.raw(console.row().id) == b"a\x1b\xff\n"


async def test_a_program_that_fails_is_said_and_its_file_is_gone(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", str(install(tmp_path, "ed", "sys.exit(3)")))
    async with running([raw_alert(b"{}")]) as console:
        await console.do("alert.outside")
        await console.press("e")
        assert console.note == "ed ended with an error (3)."
        assert list(place.iterdir()) == []


async def test_a_missing_program_is_said_on_the_status_line(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", "/nowhere/pager")
    async with running([raw_alert(b"{}")]) as console:
        await console.do("alert.outside")
        await console.press("r")
        assert console.note == "/nowhere/pager is not there: set PAGER to a program that is."


async def test_where_the_terminal_cannot_be_handed_over_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(install(tmp_path, "pager")))
    async with running([raw_alert(b"{}")]) as console:
        await console.do("alert.outside")
        await console.press("r")
        assert console.note == "The terminal cannot be handed to another program here."


# -- the draft


async def test_the_draft_comes_back_from_the_editor_and_is_kept_at_once(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "open(name, 'w').write(seen['text'] + ' more\\nlines\\n')"
    monkeypatch.setenv("VISUAL", str(install(tmp_path, "ed", more)))
    async with running([an_alert()]) as console:
        await console.do("alert.comment")
        await console.type("some")
        await console.press("ctrl+e")
        assert seen(tmp_path)["text"] == "some"
        assert seen(tmp_path)["mode"] == 0o600
        assert list(place.iterdir()) == []
        assert console.screen.desk.drafts.get(console.row().id) == "some more\nlines"
        await console.type("!")
        await console.press("ctrl+s")
        assert console.comments("a-1") == ["some more\nlines!"]


async def test_an_editor_that_fails_leaves_the_draft_as_it_was(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", str(install(tmp_path, "ed", "open(name, 'w').write('x'); sys.exit(1)")))
    async with running([an_alert()]) as console:
        await console.do("alert.comment")
        await console.type("some")
        await console.press("ctrl+e")
        assert "ed ended with an error (1)." in console.screen_text()
        await console.press("ctrl+s")
        assert console.comments("a-1") == ["some"]


# -- files that stay behind


def test_leftovers_of_a_process_that_is_gone_are_removed_and_nothing_else(tmp_path: Path) -> None:
    prefix = outside_program.FOLDER_PREFIX
    running_one, gone, other = f"{prefix}{os.getpid()}-a", f"{prefix}999999999-b", f"{prefix}x-c"
    for name in (running_one, gone, other, "else"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "raw").write_text("case data")
    (tmp_path / f"{prefix}999999999-link").symlink_to(tmp_path / "else")
    remove_leftovers(tmp_path)
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {running_one, other, "else", f"{prefix}999999999-link"}
    assert (tmp_path / "else" / "raw").exists()


def test_a_note_stands_only_above_text_in_which_something_was_revealed() -> None:
    assert pager_text("a\tb\nc\n", "hint") == "a    b\nc\n"
    assert pager_text("a\x07", "hint").endswith("; hint]\na␇")
    assert pager_text("literally <U+202E>", "hint") == "literally <U+202E>"


# -- the shell


def test_a_console_with_no_shell_behind_it_refuses_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpgrp", lambda: 7)
    monkeypatch.setattr(os, "getsid", lambda _: 7)
    assert "No shell waits behind alerttui" in suspend_refusal()
    monkeypatch.setattr(os, "getsid", lambda _: 8)
    assert suspend_refusal() == ""
