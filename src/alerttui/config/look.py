"""How the console is to look on this terminal: what the user set, and what the terminal can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from alerttui.config.terminal import Colours, TerminalFacts

AUTO: Final = "auto"
"""As theme: the one that fits the terminal's colours. As glyphs: those that it can write."""

Glyphs: TypeAlias = Literal["auto", "unicode", "ascii"]

CONSOLE_KINDS: Final = ("linux",)
"""Terminals (TERM) whose fonts lack our signs, whatever their encoding: the kernel's own console."""


@dataclass(frozen=True, slots=True)
class Look:
    """A theme by the name that people write, and which signs are drawn."""

    theme: str = "dark"
    is_ascii: bool = False
    """Our own signs and rules are drawn in ASCII."""
    has_colours: bool = True
    """False where NO_COLOR forbids them: then no theme has any."""


def choose_look(theme: str, glyphs: str, terminal: TerminalFacts) -> Look:
    """What comes of the settings on this terminal; NO_COLOR goes above the theme that is set."""
    is_forbidden = terminal.colours_said_by == "NO_COLOR"
    if theme == AUTO:
        fitting = {Colours.NONE: "mono", Colours.SIXTEEN: "ansi"}
        theme = fitting.get(terminal.colours, "dark")
    is_ascii = glyphs == "ascii" or (
        glyphs == AUTO and (terminal.kind in CONSOLE_KINDS or not terminal.shows_unicode)
    )
    return Look("mono" if is_forbidden else theme, is_ascii, not is_forbidden)
