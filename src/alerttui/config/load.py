"""Reading the configuration: defaults, then the file, then ALERTTUI_* variables; strict in what it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from alerttui.config.macro_file import MACRO_READERS, Macro, check_letters, make_macro
from alerttui.config.nearest import nearest
from alerttui.config.profile_table import read_profile
from alerttui.config.readers import (
    Reader,
    Refusal,
    read_count,
    read_count_word,
    read_flag,
    read_key_list,
    read_mouse,
    read_mouse_word,
    read_one_of,
    read_subtable,
    read_switch_word,
    read_word,
)
from alerttui.config.schema import LOCAL_PROFILE, Layer, Origin, Profile, Settings
from alerttui.config.toml_lines import line_of
from alerttui.config.toml_text import parsed_toml
from alerttui.domain.errors import ConfigError


def load_settings(config_file: Path, environ: Mapping[str, str]) -> Settings:
    """The settings that hold for this user; raises `ConfigError` naming file, key and line.

    A missing file is an empty one; a file that cannot be read is an error.
    """
    if environ.get("ALERTTUI_CONFIG") and not config_file.exists():
        raise ConfigError(f"environment variable ALERTTUI_CONFIG={config_file}: there is no such file")
    return settings_of(read_text(config_file), config_file, environ)


def settings_of(text: str, config_file: Path, environ: Mapping[str, str]) -> Settings:
    """The settings that hold where the file has this text; raises `ConfigError`."""
    source = _Source(config_file, text)
    values = source.settings()
    origins = source.origins
    for variable, name, read in _VARIABLES:
        given = environ.get(variable, "")
        if given:
            values[name] = read(given, _variable_refusal(variable, given))
            origins[name] = Origin(Layer.ENVIRONMENT, variable)
    return Settings(**values, origins=MappingProxyType(origins))


def read_text(config_file: Path) -> str:
    """The text of the file, empty where there is none; raises `ConfigError`."""
    try:
        return config_file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(f"{config_file}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{config_file}: cannot be read: {error.strerror}") from error


class _Source:
    """One configuration file while it is being read."""

    def __init__(self, config_file: Path, text: str) -> None:
        self.file = config_file
        self.text = text
        self.origins: dict[str, Origin] = {}

    def settings(self) -> dict[str, Any]:
        values = self._table(self._parsed(), (), _SETTINGS)
        profiles = self._profiles(values.pop("profiles", {}))
        chosen = values.get("default_profile", LOCAL_PROFILE)
        if chosen not in profiles:
            raise self._refuse(("default_profile",), f"no profile {chosen!r}; {nearest(chosen, profiles)}")
        keys = self._actions(values.get("keys", {}), ("keys",))
        if "preset" in keys:
            values["keys_preset"] = ",".join(keys.pop("preset"))
        values["keys"] = MappingProxyType(keys)
        views = values.get("views", {})
        values["views"] = MappingProxyType(self._table(views, ("views",), dict.fromkeys(views, read_word)))
        values["macros"] = self._macros(values.get("macros", {}))
        return {**values, "profiles": MappingProxyType(profiles)}

    def _parsed(self) -> dict[str, Any]:
        return parsed_toml(self.text, self.file) if self.text.strip() else {}

    def _table(
        self, table: Mapping[str, Any], path: tuple[str, ...], readers: Mapping[str, Reader]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in table.items():
            keys = (*path, key)
            if key not in readers:
                raise self._refuse(keys, f"no such key; {nearest(key, readers)}")
            values[key] = readers[key](value, partial(self._refuse, keys))
            self._remember(keys)
        return values

    def _profiles(self, tables: Mapping[str, Any]) -> dict[str, Profile]:
        profiles = {LOCAL_PROFILE: Profile(name=LOCAL_PROFILE)}
        for name, table in tables.items():
            refuse = partial(self._refuse_profile, name)
            profiles[name] = read_profile(name, table, self.file.parent, refuse)
            for key in table:
                self._remember(("profiles", name, key))
        return profiles

    def _refuse_profile(self, name: str, keys: tuple[str, ...], reason: str) -> ConfigError:
        return self._refuse(("profiles", name, *keys), reason)

    def _macros(self, tables: Mapping[str, Any]) -> tuple[Macro, ...]:
        found = []
        for name, table in tables.items():
            path = ("macros", name)
            values = self._table(read_subtable(table, partial(self._refuse, path)), path, MACRO_READERS)
            found.append(make_macro(name, values, partial(self._refuse, path)))
        check_letters(found, lambda name, reason: self._refuse(("macros", name, "key"), reason))
        return tuple(found)

    def _actions(self, table: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Keys by action id: `"alert.close" = "x"`, `alert.close = "x"` and `[keys.alert]` say the same."""
        found: dict[str, tuple[str, ...]] = {}
        for name, value in table.items():
            keys = (*path, name)
            if isinstance(value, dict):
                found |= self._actions(value, keys)
            else:
                found[".".join(keys[1:])] = read_key_list(value, partial(self._refuse, keys))
                self._remember(keys)
        return found

    def _remember(self, keys: tuple[str, ...]) -> None:
        place = f"{self.file}, line {line_of(self.text, keys)}"
        self.origins[".".join(keys)] = Origin(Layer.FILE, place)

    def _refuse(self, keys: tuple[str, ...], reason: str) -> ConfigError:
        return ConfigError(f"{self.file}, line {line_of(self.text, keys)}: {'.'.join(keys)}: {reason}")


_SETTINGS: Final[Mapping[str, Reader]] = {
    "default_profile": read_word,
    "me": read_word,
    "auto_advance": read_flag,
    "confirm_above": read_count,
    "mouse": read_mouse,
    "theme": read_word,
    "glyphs": read_one_of("auto", "unicode", "ascii"),
    "clipboard": read_one_of("auto", "osc52", "native", "file"),
    "profiles": read_subtable,
    "keys": read_subtable,
    "views": read_subtable,
    "macros": read_subtable,
}


def _variable_refusal(variable: str, given: str) -> Refusal:
    return lambda reason: ConfigError(f"environment variable {variable}={given}: {reason}")


_VARIABLES: Final[tuple[tuple[str, str, Callable[[str, Refusal], Any]], ...]] = (
    ("ALERTTUI_PROFILE", "default_profile", read_word),
    ("ALERTTUI_AUTO_ADVANCE", "auto_advance", read_switch_word),
    ("ALERTTUI_CONFIRM_ABOVE", "confirm_above", read_count_word),
    ("ALERTTUI_MOUSE", "mouse", read_mouse_word),
    ("ALERTTUI_THEME", "theme", read_word),
    ("ALERTTUI_GLYPHS", "glyphs", read_one_of("auto", "unicode", "ascii")),
    ("ALERTTUI_CLIPBOARD", "clipboard", read_one_of("auto", "osc52", "native", "file")),
)
"""Variable, setting, reader. ALERTTUI_DB, ALERTTUI_ME and ALERTTUI_READ_ONLY are about the connection."""
