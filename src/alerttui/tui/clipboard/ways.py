"""Which ways to the clipboard there are, from what the environment says; nothing is run or written here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from alerttui.config.terminal import is_ssh
from alerttui.tui.clipboard.sequence import Wrap

AUTO, OSC52, NATIVE, FILE = "auto", "osc52", "native", "file"
SETTINGS: Final = (AUTO, OSC52, NATIVE, FILE)
"""What `clipboard` may be set to; every one but `auto` names the only way to try before the file."""

FirstFound = Callable[[str], str | None]
"""Finds a program: its path, or None; `shutil.which`."""

_DUMB: Final = frozenset({"", "dumb", "unknown", "linux", "cons25", "vt52", "vt100", "vt102", "vt220"})
"""Kinds of terminals, the Linux console among them, that have no clipboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that takes a text on its input and puts it on the desktop's clipboard."""

    name: str
    command: tuple[str, ...]
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipboardWays:
    """What can be tried, in this order: the terminal, a tool, the file; and why something cannot."""

    wrap: Wrap | None = None
    """How the terminal is reached; None where it is not."""
    asks_tmux: bool = False
    """True if tmux runs here and can be asked what it lets through."""
    terminal_refusal: str = ""
    tools: tuple[Tool, ...] = ()
    tool_refusal: str = ""


def find_ways(
    environ: Mapping[str, str], platform: str, find: FirstFound, setting: str = AUTO
) -> ClipboardWays:
    """The ways that this environment and the user's setting leave open."""
    refusal = _terminal_refusal(environ)
    if setting == OSC52:
        refusal = ""
    elif setting != AUTO:
        refusal = _set_to(setting)
    tools, tool_refusal = _tools(environ, platform, find)
    if setting not in (AUTO, NATIVE):
        tools, tool_refusal = (), _set_to(setting)
    return ClipboardWays(
        wrap=None if refusal else _wrap(environ),
        asks_tmux=bool(environ.get("TMUX")) and not refusal,
        terminal_refusal=refusal,
        tools=tools,
        tool_refusal=tool_refusal,
    )


def _set_to(setting: str) -> str:
    return f"the configuration says clipboard = {setting}"


def _wrap(environ: Mapping[str, str]) -> Wrap:
    kind = environ.get("TERM", "")
    if environ.get("TMUX") or kind.startswith("tmux"):
        return Wrap.TMUX_BOTH
    if environ.get("STY"):
        return Wrap.SCREEN
    return Wrap.SCREEN_OR_TMUX if kind.startswith("screen") else Wrap.PLAIN


def _terminal_refusal(environ: Mapping[str, str]) -> str:
    """Why the terminal is known not to take OSC 52; empty where it takes it, or nobody knows."""
    kind = environ.get("TERM", "")
    if kind in _DUMB:
        return f"a terminal of the kind {kind} has no clipboard" if kind else "TERM is not set"
    if is_ssh(environ) or environ.get("TMUX") or environ.get("STY"):
        return ""  # what else the environment says is about another terminal than the one out there
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Terminal.app takes no OSC 52"
    if environ.get("VTE_VERSION"):
        return "terminals made with VTE, such as GNOME Terminal, take no OSC 52"
    return ""


def _tools(environ: Mapping[str, str], platform: str, find: FirstFound) -> tuple[tuple[Tool, ...], str]:
    """The desktop's tools that are installed, or why none is tried."""
    if is_ssh(environ):
        return (), "over SSH a tool would reach another desktop than yours"
    candidates = _candidates(environ, platform)
    if not candidates:
        return (), "there is no desktop (DISPLAY is not set)"
    found = tuple(
        Tool(name=tool.name, command=(path, *tool.command[1:]), encoding=tool.encoding)
        for tool in candidates
        if (path := find(tool.name)) is not None
    )
    if found:
        return found, ""
    names = " or ".join(tool.name for tool in candidates)
    return (), f"{names} is not installed"


def _candidates(environ: Mapping[str, str], platform: str) -> list[Tool]:
    if platform == "darwin":
        return [Tool(name="pbcopy", command=("pbcopy",))]
    tools = []
    if environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"):
        tools.append(Tool(name="clip.exe", command=("clip.exe",), encoding="utf-16"))
    if environ.get("WAYLAND_DISPLAY"):
        tools.append(Tool(name="wl-copy", command=("wl-copy",)))
    if environ.get("DISPLAY"):
        tools.append(Tool(name="xclip", command=("xclip", "-selection", "clipboard", "-in")))
        tools.append(Tool(name="xsel", command=("xsel", "--clipboard", "--input")))
    return tools
