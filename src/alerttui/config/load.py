"""Reading the configuration: defaults, then the file, then ALERTTUI_* variables; strict in what it takes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from alerttui.config.paths import at_home
from alerttui.config.schema import LOCAL_PROFILE, Layer, Origin, Profile, Settings
from alerttui.config.toml_lines import error_line, line_of
from alerttui.domain.errors import ConfigError
from alerttui.domain.moments import parse_duration

TRUE_WORDS: Final = ("1", "true", "yes", "on")
FALSE_WORDS: Final = ("0", "false", "no", "off")

Refusal = Callable[[str], ConfigError]
"""Makes the error that names file, line and key."""


def load_settings(config_file: Path, environ: Mapping[str, str]) -> Settings:
    """The settings that hold for this user; raises `ConfigError` naming file, key and line.

    A missing file is an empty one; a file that cannot be read is an error.
    """
    if environ.get("ALERTTUI_CONFIG") and not config_file.exists():
        raise ConfigError(f"environment variable ALERTTUI_CONFIG={config_file}: there is no such file")
    source = _Source(config_file, _text(config_file))
    values = source.settings()
    origins = source.origins
    for variable, name, read in _VARIABLES:
        given = environ.get(variable, "")
        if given:
            values[name] = read(given, _variable_refusal(variable, given))
            origins[name] = Origin(Layer.ENVIRONMENT, variable)
    return Settings(**values, origins=MappingProxyType(origins))


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that was probably meant, as the end of a sentence; or all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}"
    return "known are " + ", ".join(names) if names else "there are none"


def _text(config_file: Path) -> str:
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
        for name in ("keys", "views"):
            values[name] = MappingProxyType(self._texts(values.get(name, {}), name))
        return {**values, "profiles": MappingProxyType(profiles)}

    def _parsed(self) -> dict[str, Any]:
        if not self.text.strip():
            return {}
        import tomllib

        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            line = error_line(str(error), self.text)
            raise ConfigError(f"{self.file}, line {line}: not TOML: {error}") from None

    def _table(
        self, table: Mapping[str, Any], path: tuple[str, ...], readers: Mapping[str, _Reader]
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
            path = ("profiles", name)
            if not name.replace("-", "").replace("_", "").isalnum():
                raise self._refuse(path, "a profile's name has letters, digits, _ and - only")
            if not isinstance(table, dict):
                raise self._refuse(path, "a table of settings is expected")
            values = self._table(table, path, _PROFILE)
            if "path" in values:
                values["path"] = self.file.parent / values["path"]
            profiles[name] = Profile(name=name, **values)
        return profiles

    def _texts(self, table: Mapping[str, Any], path: str) -> dict[str, str]:
        readers = dict.fromkeys(table, _key_list if path == "keys" else _word)
        return self._table(table, (path,), readers)

    def _remember(self, keys: tuple[str, ...]) -> None:
        place = f"{self.file}, line {line_of(self.text, keys)}"
        self.origins[".".join(keys)] = Origin(Layer.FILE, place)

    def _refuse(self, keys: tuple[str, ...], reason: str) -> ConfigError:
        return ConfigError(f"{self.file}, line {line_of(self.text, keys)}: {'.'.join(keys)}: {reason}")


_Reader = Callable[[Any, Refusal], Any]


def _word(value: Any, refuse: Refusal) -> str:
    if not isinstance(value, str):
        raise refuse(f"a text in quotes is expected, not {value!r}")
    return value


def _key_list(value: Any, refuse: Refusal) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    return _word(value, refuse)


def _flag(value: Any, refuse: Refusal) -> bool:
    if not isinstance(value, bool):
        raise refuse(f"true or false is expected, not {value!r}")
    return value


def _count(value: Any, refuse: Refusal) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise refuse(f"a whole number from 0 is expected, not {value!r}")
    return value


def _mouse(value: Any, refuse: Refusal) -> str | bool:
    if value != "auto" and not isinstance(value, bool):
        raise refuse(f'"auto", true or false is expected, not {value!r}')
    return "auto" if value == "auto" else bool(value)


def _path(value: Any, refuse: Refusal) -> Path:
    text = _word(value, refuse)
    if not text:
        raise refuse("the name of a file is expected")
    try:
        return at_home(text)
    except ConfigError as error:
        raise refuse(str(error)) from None


def _duration(value: Any, refuse: Refusal) -> str:
    text = _word(value, refuse)
    if parse_duration(text) is None:
        raise refuse(f"a duration such as 30d, 12h or 2w is expected, not {value!r}")
    return text


def _cache(value: Any, refuse: Refusal) -> str:
    if value not in ("disk", "memory"):
        raise refuse(f'"disk" or "memory" is expected, not {value!r}')
    return str(value)


def _subtable(value: Any, refuse: Refusal) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refuse(f"a table is expected, not {value!r}")
    return value


_SETTINGS: Final[Mapping[str, _Reader]] = {
    "default_profile": _word,
    "me": _word,
    "auto_advance": _flag,
    "confirm_above": _count,
    "mouse": _mouse,
    "theme": _word,
    "profiles": _subtable,
    "keys": _subtable,
    "views": _subtable,
}

_PROFILE: Final[Mapping[str, _Reader]] = {
    "backend": _word,
    "path": _path,
    "me": _word,
    "read_only": _flag,
    "url": _word,
    "token_env": _word,
    "token_file": _word,
    "keyring": _flag,
    "window": _duration,
    "cache": _cache,
    "banner": _word,
}


def _variable_refusal(variable: str, given: str) -> Refusal:
    return lambda reason: ConfigError(f"environment variable {variable}={given}: {reason}")


def _switch_word(given: str, refuse: Refusal) -> bool:
    if given.lower() not in TRUE_WORDS + FALSE_WORDS:
        raise refuse("true or false is expected")
    return given.lower() in TRUE_WORDS


def _mouse_word(given: str, refuse: Refusal) -> str | bool:
    return "auto" if given.lower() == "auto" else _switch_word(given, refuse)


def _count_word(given: str, refuse: Refusal) -> int:
    return _count(int(given) if given.isascii() and given.isdigit() else given, refuse)


_VARIABLES: Final[tuple[tuple[str, str, Callable[[str, Refusal], Any]], ...]] = (
    ("ALERTTUI_PROFILE", "default_profile", _word),
    ("ALERTTUI_AUTO_ADVANCE", "auto_advance", _switch_word),
    ("ALERTTUI_CONFIRM_ABOVE", "confirm_above", _count_word),
    ("ALERTTUI_MOUSE", "mouse", _mouse_word),
    ("ALERTTUI_THEME", "theme", _word),
)
"""Variable, setting, reader. ALERTTUI_DB, ALERTTUI_ME and ALERTTUI_READ_ONLY are about the connection."""
