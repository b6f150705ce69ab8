"""What the user set for the console and what only the console can check: the theme, and actions with keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alerttui.config.look import Look, choose_look
from alerttui.config.nearest import nearest
from alerttui.config.schema import Layer, Origin, Settings
from alerttui.domain.errors import ConfigError, Invalid

if TYPE_CHECKING:
    from alerttui.config.terminal import TerminalFacts
    from alerttui.triage.keymap import Keymap


def theme_of(settings: Settings, themes_folder: Path | None = None) -> str:
    """The name of the theme that is set; raises `ConfigError` naming file and line for an unknown one."""
    return known_theme(settings.theme, _place(settings.origin("theme"), "theme"), themes_folder)


def look_of(settings: Settings, terminal: TerminalFacts, themes_folder: Path) -> Look:
    """How the console looks here; raises `ConfigError` naming file and line for an unknown theme."""
    theme_of(settings, themes_folder)
    return choose_look(settings.theme, settings.glyphs, terminal)


def theme_note(look: Look, themes_folder: Path) -> str:
    """What is to be said of the analyst's own theme: which text is hard to read in it; empty for ours."""
    from alerttui.tui.contrast import reading_warning
    from alerttui.tui.theme import find_theme, read_theme

    file = find_theme(look.theme, "theme", themes_folder)
    warning = "" if file.is_shipped else reading_warning(read_theme(file))
    return f"Theme {file.name}: {warning}" if warning else ""


def known_theme(word: str, place: str, themes_folder: Path | None = None) -> str:
    """The name of the theme that this word means; raises `ConfigError` that begins with the place."""
    from alerttui.tui.theme import PREFIX, find_theme

    return PREFIX + find_theme(word, place, themes_folder).name


def keymap_of(settings: Settings) -> Keymap:
    """The keymap that is set; raises `ConfigError` naming file and line where a key or an action is none."""
    from alerttui.triage.actions import BY_ID
    from alerttui.triage.keymap import make_keymap

    try:
        return make_keymap(settings.keys_preset, settings.keys)
    except Invalid as problem:
        name = f"keys.{problem.field}"
        place = _place(settings.origin(name), name)
        if problem.field in BY_ID or problem.field == "preset":
            given = f"{problem.value}: " if problem.value else ""
            raise ConfigError(f"{place}: {given}{problem.rule}") from None
        raise ConfigError(f"{place}: no such action; {nearest(problem.field, BY_ID)}") from None


def _place(origin: Origin, name: str) -> str:
    """Where a value was said, as the other complaints about the configuration begin."""
    if origin.layer is Layer.ENVIRONMENT:
        return f"environment variable {origin.place}"
    return f"{origin.place}: {name}" if origin.place else name
