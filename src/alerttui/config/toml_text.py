"""Parsing TOML that people, or others, wrote: every way in which it can be wrong is one complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alerttui.config.toml_lines import error_line
from alerttui.domain.errors import ConfigError


def parsed_toml(text: str, file: Path | str) -> dict[str, Any]:
    """The tables of a TOML text; raises `ConfigError` with file and line."""
    import tomllib  # most users have few such files

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = error_line(str(error), text)
        raise ConfigError(f"{file}, line {line}: not TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{file}: not TOML that can be read: brackets lie too deep in each other") from None
    except ValueError:  # Python's own limit to the digits of a number
        raise ConfigError(f"{file}: not TOML that can be read: a number has too many digits") from None
