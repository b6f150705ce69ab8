"""`alerttui keys`: what the terminal sends for each key, and the keys that every action has."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from alerttui.cli.group import EXIT_USAGE
from alerttui.cli.options import global_options
from alerttui.cli.output import output_width, put_json, put_line, put_table, say
from alerttui.config.load import load_settings
from alerttui.config.paths import find_places
from alerttui.config.schema import Settings
from alerttui.triage.keymap import DEFAULT_PRESET, PRESETS, Keymap

if TYPE_CHECKING:
    from alerttui.triage.actions import Action
    from alerttui.tui.key_tester import Heard

HEX_BYTES: Final = 6
"""Bytes of one key that are shown; more come with a paste only."""

HEX_CELLS: Final = HEX_BYTES * 3
CARET_CELLS: Final = 9
KEY_CELLS: Final = 10
NOTE_MARGIN: Final = " " * 4


@click.command(name="keys")
@click.option(
    "--list", "as_list", is_flag=True, help="Print the keys of every action, and where they are from."
)
@click.option("--preset", type=click.Choice(list(PRESETS)), help="With this preset, in place of yours.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
@global_options(filters=False)
def command(as_list: bool, preset: str | None, as_json: bool) -> int:
    """Show what your terminal sends for each key you press, and what alerttui does at it.

    With --list, print every action with its keys instead, and where they were set.
    """
    from alerttui.cli.preferences import keymap_of

    settings = load_settings(find_places(os.environ).config_file, os.environ)
    if preset is not None:
        settings = replace(settings, keys_preset=preset)
    keymap = keymap_of(settings)
    if as_json:
        put_json(keys_json(keymap, settings))
    elif as_list:
        _put_list(keymap, settings)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("alerttui: keys needs a terminal to listen to; without one, use `alerttui keys --list`.")
        return EXIT_USAGE
    else:
        _listen(keymap)
    return 0


def keys_json(keymap: Keymap, settings: Settings) -> dict[str, object]:
    """The keymap for programs."""
    from alerttui.triage.actions import ACTIONS

    return {
        "preset": settings.keys_preset,
        "actions": [
            {
                "id": action.id,
                "keys": list(keymap.labels(action.id)),
                "label": action.label,
                "help": action.help,
                "group": action.group.value,
                "panes": [pane.value for pane in action.panes],
                "origin": _origin(action, keymap, settings),
            }
            for action in ACTIONS
        ],
        "clashes": list(keymap.clashes),
    }


def _put_list(keymap: Keymap, settings: Settings) -> None:
    from alerttui.triage.actions import ACTIONS

    rows = [
        (
            " ".join(keymap.labels(action.id)) or "-",
            action.id,
            _brief(_origin(action, keymap, settings)),
            action.help,
        )
        for action in ACTIONS
    ]
    put_table(("KEYS", "ACTION", "FROM", "DOES"), rows, width=output_width())
    for clash in keymap.clashes:
        say(clash)


def _origin(action: Action, keymap: Keymap, settings: Settings) -> str:
    """Where an action's keys were said."""
    if action.id in keymap.given:
        return _abbreviated(str(settings.origin(f"keys.{action.id}")), os.environ)
    presets = PRESETS[settings.keys_preset]
    return f"preset {settings.keys_preset}" if action.id in presets else DEFAULT_PRESET


def _brief(origin: str) -> str:
    """An origin without the folder of the file: there is one configuration."""
    return Path(origin.removeprefix("file ")).name if origin.startswith("file ") else origin


def _abbreviated(text: str, environ: Mapping[str, str]) -> str:
    from alerttui.cli.doctor.report import abbreviated

    return abbreviated(text, environ.get("HOME", ""))


# -- listening


def _listen(keymap: Keymap) -> None:
    from alerttui.cli.raw_terminal import raw_terminal
    from alerttui.tui.key_tester import ENTER_MODES, LEAVE_MODES, QUIET_S, KeyTester, ends

    tester = KeyTester(keymap)
    last: list[Heard] = []
    with (
        suppress(EOFError),
        raw_terminal(sys.stdin.fileno(), enter=ENTER_MODES, leave=LEAVE_MODES) as terminal,
    ):
        _put_introduction(had_flow_control=terminal.had_flow_control)
        while not ends(last):
            data = terminal.read(QUIET_S)
            for heard in tester.feed(data) if data else tester.quiet():
                put_heard(heard)
                last = [*last[-1:], heard]
            sys.stdout.flush()


def _put_introduction(*, had_flow_control: bool) -> None:
    put_line("Press keys: what your terminal sends, the key, and what it does in the list.")
    put_line("A key without a line is taken by the terminal, the desktop or what lies between.")
    for line in _kept_keys():
        put_line(line)
    if had_flow_control:
        put_line("Elsewhere ctrl+s stops this terminal and ctrl+q goes on: stty -ixon ends that.")
    put_line("q twice, or ctrl+c twice, ends.")
    put_line()
    sys.stdout.flush()


def _kept_keys() -> list[str]:
    """Keys that a multiplexer keeps for itself."""
    from alerttui.cli.tmux_options import ask_tmux
    from alerttui.config.terminal import Multiplexer, multiplexer

    between = multiplexer(os.environ)
    if between is Multiplexer.TMUX and os.environ.get("TMUX"):
        prefix = ask_tmux().prefix or "C-b"
        return [f"tmux keeps {prefix} for itself: press it twice to send it."]
    if between is Multiplexer.SCREEN:
        return ["screen keeps C-a for itself: press C-a, then a, to send it."]
    return []


def put_heard(heard: Heard) -> None:
    """One line: bytes, how people write them, the key, what it does; and a second one with a note."""
    from alerttui.domain.showable import shown
    from alerttui.tui.key_tester import caret_form

    head = heard.raw[:HEX_BYTES]
    more = "…" if len(heard.raw) > HEX_BYTES else ""
    columns = (
        (head.hex(" ") + more).ljust(HEX_CELLS),
        (caret_form(head) + more).ljust(CARET_CELLS),
        shown(heard.key).ljust(KEY_CELLS),
        heard.does,
    )
    put_line(" ".join(columns).rstrip())
    if heard.note:
        put_line(f"{NOTE_MARGIN}{heard.note}")
