"""What the user set for the console and what only the console can check: the theme, and actions with keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from alerttui.config.load import nearest
from alerttui.config.schema import Layer, Origin, Settings
from alerttui.domain.errors import ConfigError, Invalid

if TYPE_CHECKING:
    from alerttui.triage.keymap import Keymap

_PREFIX: Final = "alerttui-"
"""Our themes are called so among Textual's own; people leave it away."""


def theme_of(settings: Settings) -> str:
    """The name of the theme that is set; raises `ConfigError` naming file and line for an unknown one."""
    return known_theme(settings.theme, _place(settings.origin("theme"), "theme"))


def known_theme(word: str, place: str) -> str:
    """The name of the theme of ours that this word means; raises `ConfigError` that begins with the place."""
    from alerttui.tui.theme import shipped_themes

    names = {each.name.removeprefix(_PREFIX): each.name for each in shipped_themes()}
    name = names.get(word.removeprefix(_PREFIX))
    if name is None:
        raise ConfigError(f"{place}: no theme {word!r}; {nearest(word, names)}")
    return name


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
