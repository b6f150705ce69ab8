"""Parsing TOML that people, or others, wrote: every way in which it can be wrong is one complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from alerttui.config.toml_lines import error_line
from alerttui.domain.errors import ConfigError

DEEPEST: Final = 50
"""Levels of tables and lists; nobody means more, and a complaint must be able to quote them."""

TOO_DEEP: Final = "tables or lists lie too deep in each other"
TOO_LONG: Final = "a number has too many digits"

LARGEST: Final = 2**63
"""TOML's own limit to whole numbers, which Python's parser does not keep."""


def parsed_toml(text: str, file: Path | str) -> dict[str, Any]:
    """The tables of a TOML text; raises `ConfigError` with file and line."""
    import tomllib  # most users have few such files

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = error_line(str(error), text)
        raise ConfigError(f"{file}, line {line}: not TOML: {error}") from None
    except RecursionError:
        problem = TOO_DEEP
    except ValueError:  # Python's own limit to the digits of a number
        problem = TOO_LONG
    else:
        problem = _problem(tables)
    if problem:
        raise ConfigError(f"{file}: not TOML that can be read: {problem}")
    return tables


def _problem(tables: dict[str, Any]) -> str:
    """What of the values nobody could be told about; empty if all is well."""
    level: list[object] = [tables]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for value in level:
            if isinstance(value, int) and abs(value) >= LARGEST:
                return TOO_LONG
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        level = inner
    return TOO_DEEP if level else ""
