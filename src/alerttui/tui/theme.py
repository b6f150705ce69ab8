"""Themes: TOML files of colours by meaning, ours beside the style sheets, the analyst's own in a folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from textual.color import Color, ColorParseError
from textual.theme import Theme

from alerttui.config.look import AUTO
from alerttui.config.nearest import nearest
from alerttui.config.toml_lines import line_of
from alerttui.config.toml_text import parsed_toml
from alerttui.domain.errors import ConfigError
from alerttui.resources import styles

PREFIX: Final = "alerttui-"
"""Ours are called so among Textual's own themes; people leave it away."""

SHIPPED: Final = ("dark", "light", "high-contrast", "high-contrast-light", "ansi", "mono")
"""The themes that come with alerttui, in the order in which they are offered."""

DARK: Final = PREFIX + "dark"
LIGHT: Final = PREFIX + "light"
ANSI: Final = PREFIX + "ansi"
MONO: Final = PREFIX + "mono"

COLOURS: Final = (
    "primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface",
    "panel",
)  # fmt: skip
"""The keys of a theme file that are colours; further ones are in its table `variables`."""

_ANSI_GROUND: Final = {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}
"""Textual's own style sheet wants these of a theme in the terminal's colours, and has no default for them."""


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme that can be chosen."""

    name: str
    """As people write it: "dark", without our prefix."""
    path: Path
    is_shipped: bool


def theme_files(folder: Path | None = None) -> dict[str, ThemeFile]:
    """Every theme by name: ours first, then the TOML files in the analyst's folder; none of them is read."""
    files = {name: ThemeFile(name, styles() / "themes" / f"{name}.toml", True) for name in SHIPPED}
    own = sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []
    for path in own:
        name = path.name if path.stem in SHIPPED else path.stem
        files[name] = ThemeFile(name, path, False)
    return files


def find_theme(word: str, place: str, folder: Path | None = None) -> ThemeFile:
    """The theme that this word means; raises `ConfigError` that begins with the place of the word.

    `auto` is taken for dark, which it is wherever the terminal has the colours for it.
    """
    files = theme_files(folder)
    found = files.get("dark" if word == AUTO else word.removeprefix(PREFIX))
    if found is None:
        raise ConfigError(f"{place}: no theme {word!r}; {nearest(word, (AUTO, *files))}")
    return found


def theme_named(word: str, folder: Path | None = None) -> Theme:
    """The theme that this word means; raises `ConfigError` where there is none, or its file is wrong."""
    return read_theme(find_theme(word, "theme", folder))


def shipped_themes() -> tuple[Theme, ...]:
    """The themes that come with alerttui."""
    return tuple(theme_named(name) for name in SHIPPED)


def read_theme(file: ThemeFile) -> Theme:
    """A theme from its file; raises `ConfigError` naming file, line, key and what is wrong."""
    if not file.is_shipped:
        _check_name(file)
    return _theme(PREFIX + file.name, _values(file))


def _check_name(file: ThemeFile) -> None:
    if file.path.stem in SHIPPED:
        taken = f"alerttui has a theme {file.path.stem} itself"
        raise ConfigError(f"{file.path}: {taken}; give the file another name")
    if not re.fullmatch("[A-Za-z0-9_-]+", file.name):
        raise ConfigError(f"{file.path}: the name of a theme has letters, digits, _ and - only")


@dataclass(frozen=True, slots=True)
class _Values:
    """What a theme file says, with what it inherits."""

    is_dark: bool
    is_ansi: bool
    colours: Mapping[str, str]
    """By key; a value such as `$background` stands for that of another key."""


def _values(file: ThemeFile) -> _Values:
    return _shipped_values(file.path) if file.is_shipped else _Source(file.path).values(has_base=True)


@cache
def _shipped_values(path: Path) -> _Values:
    return _Source(path).values(has_base=False)


def _theme(name: str, values: _Values) -> Theme:
    """The theme; every colour is a variable too, as Textual would round the others."""
    resolved = {key: values.colours.get(value[1:], value) for key, value in values.colours.items()}
    return Theme(
        name=name,
        dark=values.is_dark,
        ansi=values.is_ansi,
        variables=_ANSI_GROUND | resolved,
        primary=resolved["primary"],
        secondary=resolved["secondary"],
        accent=resolved["accent"],
        warning=resolved["warning"],
        error=resolved["error"],
        success=resolved["success"],
        foreground=resolved["foreground"],
        background=resolved["background"],
        surface=resolved["surface"],
        panel=resolved["panel"],
    )


class _Source:
    """One theme file while it is being read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = ""
        self._table: dict[str, Any] = {}
        try:
            self._text = path.read_bytes().decode("utf-8")
            self._table = parsed_toml(self._text, path)
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error

    def values(self, *, has_base: bool) -> _Values:
        """The values; those of another theme where this file has none, unless it is one of ours."""
        variables = self._table.get("variables", {})
        if not isinstance(variables, dict):
            raise self._refuse(("variables",), "a table is expected")
        base = _values(self._base()) if has_base else None
        known = set(base.colours) if base is not None else {*COLOURS, *variables}
        self._check_keys((), self._table, {*COLOURS, "inherits", "dark", "ansi", "variables"})
        self._check_keys(("variables",), variables, known - set(COLOURS))
        is_ansi = self._flag("ansi", base is not None and base.is_ansi)
        colours = dict(base.colours) if base is not None else {}
        for key in COLOURS:
            if key in self._table:
                colours[key] = self._colour((key,), self._table[key], known, is_ansi=is_ansi)
        for key, value in variables.items():
            colours[key] = self._colour(("variables", key), value, known, is_ansi=is_ansi)
        return _Values(self._flag("dark", base is None or base.is_dark), is_ansi, colours)

    def _base(self) -> ThemeFile:
        """The theme whose values hold where this file has none."""
        name = self._table.get("inherits", "light" if self._table.get("dark") is False else "dark")
        offered = [each for each in SHIPPED if PREFIX + each != MONO]
        if name not in offered:
            hint = nearest(str(name), offered)
            raise self._refuse(("inherits",), f"a theme of alerttui with colours is expected; {hint}")
        return theme_files()[name]

    def _check_keys(self, path: tuple[str, ...], table: Mapping[str, object], known: set[str]) -> None:
        for key in table:
            if key not in known:
                raise self._refuse((*path, key), f"no such key; {nearest(key, known)}")

    def _flag(self, key: str, default: bool) -> bool:
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            raise self._refuse((key,), f"true or false is expected, not {value!r}")
        return value

    def _colour(self, path: tuple[str, ...], value: object, known: set[str], *, is_ansi: bool) -> str:
        if not isinstance(value, str):
            raise self._refuse(path, f"a colour in quotes is expected, not {value!r}")
        if value.startswith("$"):
            if value[1:] not in known or value[1:] == path[-1]:
                raise self._refuse(path, f"no such colour {value}; {nearest(value[1:], known)}")
            return value
        try:
            colour = Color.parse(value)
        except ColorParseError:
            raise self._refuse(path, f'{value!r} is no colour; write one such as "#7aa2f7"') from None
        if is_ansi != (colour.ansi is not None):
            wanted = (
                "the terminal's own colours, such as ansi_red" if is_ansi else 'a colour such as "#7aa2f7"'
            )
            raise self._refuse(path, f"{value!r} cannot be used in this theme; write {wanted}")
        if colour.a < 1:
            raise self._refuse(path, f"{value!r} is translucent; write the colour that it makes")
        return value

    def _refuse(self, keys: tuple[str, ...], reason: str) -> ConfigError:
        line = line_of(self._text, keys)
        return ConfigError(f"{self._path}, line {line}: {'.'.join(keys)}: {reason}")
