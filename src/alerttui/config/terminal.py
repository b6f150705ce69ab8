"""What the environment says about the terminal: kind, colours, multiplexer, SSH, encoding, size.

Nothing is asked of the terminal itself here; `cli/terminal_answers.py` does that.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

SSH_VARIABLES: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")

UNICODE_ENCODINGS: Final = ("utf-8", "utf-16", "utf-32", "gb18030")
"""Encodings, by the name that `codecs` gives them, in which every character can be written."""


class Colours(Enum):
    """How many colours the environment promises."""

    NONE = "none"
    """NO_COLOR: the terminal's own foreground and background only."""
    SIXTEEN = "16"
    MANY = "256"
    TRUE = "truecolor"


class Multiplexer(Enum):
    """What lies between alerttui and the terminal."""

    NONE = ""
    TMUX = "tmux"
    SCREEN = "screen"
    ZELLIJ = "zellij"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFacts:
    """What is known of the terminal without asking it."""

    kind: str
    """TERM, as it was given; empty where it was not."""
    colours: Colours
    colours_said_by: str = ""
    """The variable that decided the colours."""
    program: str = ""
    """The terminal program, or the multiplexer where there is one, with its version if it says so."""
    multiplexer: Multiplexer = Multiplexer.NONE
    is_ssh: bool = False
    locale: str = ""
    """What decides the encoding: LC_ALL, LC_CTYPE or LANG."""
    encoding: str = ""
    """In which alerttui writes."""
    columns: int = 0
    """0 where there is no terminal."""
    lines: int = 0

    @property
    def is_dumb(self) -> bool:
        """True if the terminal cannot place a cursor, or does not say what it is."""
        return self.kind in ("", "dumb", "unknown")

    @property
    def shows_unicode(self) -> bool:
        """True if every character can be written in the encoding."""
        try:
            return codecs.lookup(self.encoding).name in UNICODE_ENCODINGS
        except LookupError:
            return False

    @property
    def has_size(self) -> bool:
        """True if there is a terminal that says how large it is."""
        return self.columns > 0 and self.lines > 0


def read_terminal(
    environ: Mapping[str, str], *, encoding: str, size: tuple[int, int] = (0, 0)
) -> TerminalFacts:
    """The facts from an environment; `size` is columns and lines, zeros where there is no terminal."""
    colours, said_by = _colours(environ)
    return TerminalFacts(
        kind=environ.get("TERM", ""),
        colours=colours,
        colours_said_by=said_by,
        program=" ".join(filter(None, (_program(environ), environ.get("TERM_PROGRAM_VERSION", "")))),
        multiplexer=multiplexer(environ),
        is_ssh=is_ssh(environ),
        locale=next((environ[each] for each in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(each)), ""),
        encoding=encoding,
        columns=size[0],
        lines=size[1],
    )


def is_ssh(environ: Mapping[str, str]) -> bool:
    """True if the analyst sits at the other end of an SSH connection."""
    return any(environ.get(name) for name in SSH_VARIABLES)


def multiplexer(environ: Mapping[str, str]) -> Multiplexer:
    """The multiplexer that alerttui runs in."""
    kind = environ.get("TERM", "")
    if environ.get("TMUX") or kind.startswith("tmux"):
        return Multiplexer.TMUX
    if environ.get("ZELLIJ"):
        return Multiplexer.ZELLIJ
    if environ.get("STY") or kind.startswith("screen"):
        return Multiplexer.SCREEN
    return Multiplexer.NONE


def _program(environ: Mapping[str, str]) -> str:
    named = environ.get("TERM_PROGRAM", "")
    if named:
        return named
    for variable, program in (("KITTY_WINDOW_ID", "kitty"), ("WT_SESSION", "Windows Terminal")):
        if environ.get(variable):
            return program
    return f"VTE {environ['VTE_VERSION']}" if environ.get("VTE_VERSION") else ""


def _colours(environ: Mapping[str, str]) -> tuple[Colours, str]:
    if environ.get("NO_COLOR"):
        return Colours.NONE, "NO_COLOR"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Colours.TRUE, "COLORTERM"
    kind = environ.get("TERM", "")
    if kind.endswith(("-direct", "-truecolor")):
        return Colours.TRUE, "TERM"
    if kind.endswith("-256color") or kind in ("xterm-kitty", "alacritty", "foot", "xterm-ghostty"):
        return Colours.MANY, "TERM"
    return (Colours.NONE if kind in ("", "dumb", "unknown") else Colours.SIXTEEN), "TERM"
