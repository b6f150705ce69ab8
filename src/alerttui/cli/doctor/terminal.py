"""The doctor looks at the terminal: what the environment says, and what the terminal answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alerttui.cli.doctor.report import Fact, Problem, Section
from alerttui.cli.terminal_answers import Answers, Support
from alerttui.cli.tmux_options import TmuxOptions
from alerttui.config.terminal import Colours, Multiplexer, TerminalFacts

LEAST_COLUMNS: Final = 80
LEAST_LINES: Final = 24

ESCAPE_MS: Final = 100
"""From here on one feels how long tmux waits behind esc."""

LAYOUTS: Final = {
    "NARROW": "list above, one pane below",
    "MEDIUM": "list left, two panes right",
    "WIDE": "list left, three panes right",
}

_SUPPORT: Final = {Support.YES: "yes", Support.NO: "no", Support.UNKNOWN: "unknown"}


def look_at_terminal(facts: TerminalFacts, answers: Answers, tmux: TmuxOptions) -> Section:
    """What the terminal is, and what to do where it stands in the way."""
    return Section("Terminal", list(_facts(facts, answers, tmux)), list(_problems(facts, tmux)))


def _facts(facts: TerminalFacts, answers: Answers, tmux: TmuxOptions) -> Iterator[Fact]:
    yield Fact("terminal", facts.kind or "not set", facts.program or answers.name)
    between = [facts.multiplexer.value, "SSH" if facts.is_ssh else ""]
    yield Fact("between", ", ".join(filter(None, between)) or "nothing")
    yield Fact("colours", facts.colours.value, facts.colours_said_by)
    if facts.has_size:
        yield Fact("size", f"{facts.columns}x{facts.lines}", _layout(facts))
    else:
        yield Fact("size", "no terminal")
    yield Fact("encoding", facts.encoding, facts.locale)
    why = "" if answers.came else "nobody answered" if facts.has_size else "no terminal to ask"
    yield Fact("sync output", _SUPPORT[answers.synchronized], why)
    yield Fact("kitty keys", _SUPPORT[answers.kitty_keys], why)
    if facts.multiplexer is Multiplexer.TMUX:
        yield Fact("tmux", tmux.as_text() or "does not tell its options")


def _layout(facts: TerminalFacts) -> str:
    from textual.geometry import Size

    from alerttui.tui.screens.arrangement import Layout

    return LAYOUTS[Layout.of(Size(facts.columns, facts.lines)).name]


def _problems(facts: TerminalFacts, tmux: TmuxOptions) -> Iterator[Problem]:
    if facts.has_size and facts.is_dumb:
        yield Problem(
            "terminal",
            f"TERM is {facts.kind or 'not set'}: nothing can be drawn",
            "set TERM to what the terminal is, such as xterm-256color",
        )
    if facts.has_size and (facts.columns < LEAST_COLUMNS or facts.lines < LEAST_LINES):
        yield Problem(
            "terminal",
            f"{facts.columns}x{facts.lines} is smaller than the {LEAST_COLUMNS}x{LEAST_LINES} made for",
            "make the window larger, or its letters smaller",
        )
    if not facts.shows_unicode:
        yield Problem(
            "terminal",
            f"the encoding is {facts.encoding}: most characters of alerts cannot be shown",
            "export LANG=C.UTF-8, or another locale that ends in UTF-8",
        )
    if facts.multiplexer in (Multiplexer.TMUX, Multiplexer.SCREEN):
        yield from _multiplexer_problems(facts, tmux)


def _multiplexer_problems(facts: TerminalFacts, tmux: TmuxOptions) -> Iterator[Problem]:
    if not facts.kind.startswith(("tmux", "screen")) and facts.colours is not Colours.NONE:
        yield Problem(
            "terminal",
            f"TERM is {facts.kind} inside {facts.multiplexer.value}: some keys and colours come out wrong",
            'tmux: set -g default-terminal "tmux-256color"; screen: term screen-256color',
            is_wrong=False,
        )
    if tmux.escape_ms is not None and tmux.escape_ms >= ESCAPE_MS:
        yield Problem(
            "tmux",
            f"tmux waits {tmux.escape_ms} ms behind esc, and takes a key that follows for alt",
            "tmux set -sg escape-time 10, and the same line in ~/.tmux.conf",
            is_wrong=False,
        )
    if tmux.set_clipboard == "off" and tmux.allow_passthrough in ("", "off"):
        yield Problem(
            "tmux",
            "set-clipboard is off: what you copy does not leave tmux",
            "tmux set -s set-clipboard on, and the same line in ~/.tmux.conf",
            is_wrong=False,
        )
