"""Themes: TOML files of colours by meaning."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Final

from textual.theme import Theme

from alerttui.domain.errors import ConfigError
from alerttui.resources import styles

DARK: Final = "alerttui-dark"
LIGHT: Final = "alerttui-light"

_KNOWN: Final = {each.name for each in fields(Theme)}


def shipped_themes() -> tuple[Theme, ...]:
    """The themes that come with alerttui."""
    return tuple(read_theme(path) for path in sorted((styles() / "themes").glob("*.toml")))


def read_theme(path: Path) -> Theme:
    """A theme from its file; raises `ConfigError` naming the file and what is wrong in it."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The theme {path} cannot be read: {error}") from error
    unknown = sorted(values.keys() - _KNOWN)
    if unknown or not {"name", "primary"} <= values.keys():
        problem = f"no such setting: {unknown[0]}" if unknown else "name and primary are needed"
        raise ConfigError(f"The theme {path} is refused: {problem}")
    return Theme(**values)
