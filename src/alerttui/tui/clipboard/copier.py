"""Copying: tries the ways in their order, and tells which one it was and why not another."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from alerttui.config.private_file import write_private
from alerttui.domain.errors import AlertTuiError
from alerttui.tui.clipboard.sequence import LIMIT_BYTES, Wrap, clipboard_sequence, size_of
from alerttui.tui.clipboard.ways import AUTO, FILE, OSC52, ClipboardWays, Tool, find_ways

TOOL_TIMEOUT_S: Final = 2.0
"""A tool that has not taken the text by then never will: its display does not answer."""

FILE_NAME: Final = "clipboard.txt"
"""In the state folder; every copy takes the place of the one before."""

_ON: Final = frozenset({"1", "on", "all", "2"})
"""How the versions of tmux write that an option is on."""


_OFF: Final = frozenset({"0", "off"})

_UNASKED: Final = frozenset({Wrap.TMUX_BOTH, Wrap.SCREEN_OR_TMUX})
"""Where it depends on a tmux that cannot be asked from here."""


class TmuxAnswer(Enum):
    """What tmux does with the clipboard where it lets nothing of a program through."""

    OFF = "off"
    """Nothing reaches the terminal, by the user's own wish."""
    ITS_OWN_ONLY = "external"
    """What is put into its buffer reaches the terminal; as it comes, it is so."""


class NotCopied(AlertTuiError):
    """No way led anywhere; the text says why each did not."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Where a text went."""

    characters: int
    way: str
    """"through the terminal (OSC 52)", "through wl-copy", "into FILE, readable by you only"."""
    reasons: tuple[str, ...] = ()
    """Why the ways before it were not taken."""

    @property
    def sentence(self) -> str:
        """What to tell the analyst: "copied 34 characters through wl-copy"."""
        plural = "" if self.characters == 1 else "s"
        why = f" ({'; '.join(self.reasons)})" if self.reasons else ""
        return f"copied {self.characters:,} character{plural} {self.way}{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copier:
    """Copies texts for one console."""

    write: Callable[[str], None]
    """Writes to the terminal that the console runs on, and to no other."""
    environ: Mapping[str, str]
    folder: Path | None
    """Where the file goes; None where nothing is kept."""
    setting: str = AUTO
    platform: str = sys.platform

    async def copy(self, text: str) -> Copied:
        """Put a text on the clipboard, exactly as it is; raises `NotCopied`."""
        ways = find_ways(self.environ, self.platform, self._find, self.setting)
        reasons: list[str] = []
        way = await self._through_terminal(text, ways, reasons)
        if not way:
            way = await self._through_tools(text, ways, reasons)
        if way:
            return Copied(len(text), way)
        way = await asyncio.to_thread(self._into_file, text, "; ".join(reasons))
        return Copied(len(text), way, () if self.setting == FILE else tuple(reasons))

    def _find(self, name: str) -> str | None:
        return shutil.which(name, path=self.environ.get("PATH"))

    # -- the terminal

    async def _through_terminal(self, text: str, ways: ClipboardWays, reasons: list[str]) -> str:
        if ways.wrap is None:
            reasons.append(ways.terminal_refusal)
            return ""
        size = size_of(text)
        if size > LIMIT_BYTES:
            reasons.append(f"{size:,} bytes are more than terminals take, {LIMIT_BYTES:,}")
            return ""
        wrap: Wrap | TmuxAnswer = await self._ask_tmux(ways.wrap) if ways.asks_tmux else ways.wrap
        if wrap is TmuxAnswer.OFF:
            reasons.append("tmux has set-clipboard off")
            return ""
        if wrap is TmuxAnswer.ITS_OWN_ONLY:
            return await self._through_tmux_buffer(text, reasons)
        self.write(clipboard_sequence(text, wrap))
        condition = "; tmux takes it with set-clipboard on" if wrap in _UNASKED else ""
        return f"through the terminal (OSC 52{condition})"

    async def _ask_tmux(self, unknown: Wrap) -> Wrap | TmuxAnswer:
        """What tmux lets through from programs; `unknown` if it does not say."""
        pane = self.environ.get("TMUX_PANE", "")
        where = ("-t", pane) if pane else ()
        question = "#{allow-passthrough} #{set-clipboard}"
        answer = await _run(
            ("tmux", "display-message", "-p", *where, question), b"", self.environ, reads=True
        )
        words = answer.output.split() if answer is not None and not answer.problem else []
        if len(words) != 2:
            return unknown
        if words[0] in _ON:
            return Wrap.TMUX
        if words[1] in _ON:
            return Wrap.PLAIN
        return TmuxAnswer.OFF if words[1] in _OFF else TmuxAnswer.ITS_OWN_ONLY

    async def _through_tmux_buffer(self, text: str, reasons: list[str]) -> str:
        """By tmux itself: as it comes, it hands on what is copied with it, but nothing from programs."""
        command = ("tmux", "load-buffer", "-w", "-")
        done = await _run(command, text.encode("utf-8", "backslashreplace"), self.environ)
        if done is not None and not done.problem:
            return "through the terminal (OSC 52, by tmux)"
        reasons.append("tmux lets no clipboard through (set-clipboard on would)")
        return ""

    # -- a tool

    async def _through_tools(self, text: str, ways: ClipboardWays, reasons: list[str]) -> str:
        if ways.tool_refusal:
            if self.setting != OSC52:
                reasons.append(ways.tool_refusal)
            return ""
        for tool in ways.tools:
            problem = await self._through_tool(text, tool)
            if not problem:
                return f"through {tool.name}"
            reasons.append(f"{tool.name} failed: {problem}")
        return ""

    async def _through_tool(self, text: str, tool: Tool) -> str:
        environ = {**self.environ, "LC_CTYPE": "UTF-8"} if tool.name == "pbcopy" else self.environ
        done = await _run(tool.command, text.encode(tool.encoding, "backslashreplace"), environ)
        return "it is not there" if done is None else done.problem

    # -- the file

    def _into_file(self, text: str, why: str) -> str:
        if self.folder is None:
            raise NotCopied(f"Nothing was copied: {why}; and nothing is kept in files here.")
        target = self.folder / FILE_NAME
        try:
            write_private(target, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise NotCopied(f"Nothing was copied: {target}: {error.strerror or error} ({why}).") from error
        return f"into {target}, readable by you only"


@dataclass(frozen=True, slots=True)
class _Done:
    """A program that ended."""

    problem: str
    """What went wrong; empty if nothing did."""
    output: str


async def _run(
    command: tuple[str, ...], data: bytes, environ: Mapping[str, str], *, reads: bool = False
) -> _Done | None:
    """Give a program its input, beside the keys; None where there is no such program.

    Its output is read only on demand: a tool that stays to serve the clipboard would keep the pipe open.
    """
    return await asyncio.to_thread(_run_now, command, data, environ, reads)


def _run_now(command: tuple[str, ...], data: bytes, environ: Mapping[str, str], reads: bool) -> _Done | None:
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return None
    try:
        done = subprocess.run(
            (program, *command[1:]),
            input=data,
            stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            timeout=TOOL_TIMEOUT_S,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return _Done(f"it did not answer within {TOOL_TIMEOUT_S:.0f} s", "")
    except OSError as error:
        return _Done(error.strerror or str(error), "")
    output = (done.stdout or b"").decode("utf-8", "replace")
    return _Done(f"it ended with {done.returncode}" if done.returncode else "", output)
