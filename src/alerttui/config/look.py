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


MANY_COLOURED_ENDS: Final = ("-256color", "-kitty")
"""How kinds of terminals end that Textual knows to have 256 colours; it draws in sixteen on all others."""


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
        theme = _fitting(terminal)
    is_ascii = glyphs == "ascii" or (
        glyphs == AUTO and (terminal.kind in CONSOLE_KINDS or not terminal.shows_unicode)
    )
    return Look("mono" if is_forbidden else theme, is_ascii, not is_forbidden)


def _fitting(terminal: TerminalFacts) -> str:
    """The theme for the colours that are drawn here: without COLORTERM fewer than the terminal may have."""
    if terminal.colours is Colours.NONE:
        return "mono"
    is_promised = terminal.colours_said_by == "COLORTERM" or terminal.kind.endswith(MANY_COLOURED_ENDS)
    return "dark" if is_promised else "ansi"
