"""Reading one value of the configuration: each reader checks and converts, or refuses with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from alerttui.config.paths import at_home
from alerttui.domain.errors import ConfigError
from alerttui.domain.moments import parse_duration

TRUE_WORDS: Final = ("1", "true", "yes", "on")
FALSE_WORDS: Final = ("0", "false", "no", "off")

Refusal = Callable[[str], ConfigError]
"""Makes the error that names file, line and key."""

Reader = Callable[[Any, Refusal], Any]
"""Takes what the file has, and gives the value or raises the refusal."""


def read_word(value: Any, refuse: Refusal) -> str:
    """A text."""
    if not isinstance(value, str):
        raise refuse(f"a text in quotes is expected, not {value!r}")
    return value


def read_key_list(value: Any, refuse: Refusal) -> tuple[str, ...]:
    """Keys as people write them: one text with commas between them, or a list of texts."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    word = read_word(value, refuse)
    return (word,) if word == "," else tuple(each.strip() for each in word.split(",") if each.strip())


def read_flag(value: Any, refuse: Refusal) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise refuse(f"true or false is expected, not {value!r}")
    return value


def read_count(value: Any, refuse: Refusal) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise refuse(f"a whole number from 0 is expected, not {value!r}")
    return value


def read_mouse(value: Any, refuse: Refusal) -> str | bool:
    """ "auto", or on or off."""
    if value != "auto" and not isinstance(value, bool):
        raise refuse(f'"auto", true or false is expected, not {value!r}')
    return "auto" if value == "auto" else bool(value)


def read_path(value: Any, refuse: Refusal) -> Path:
    """The name of a file, with ~ as the home folder."""
    text = read_word(value, refuse)
    if not text:
        raise refuse("the name of a file is expected")
    try:
        return at_home(text)
    except ConfigError as error:
        raise refuse(str(error)) from None


def read_duration(value: Any, refuse: Refusal) -> str:
    """A duration such as 30d, kept as its text."""
    text = read_word(value, refuse)
    if parse_duration(text) is None:
        raise refuse(f"a duration such as 30d, 12h or 2w is expected, not {value!r}")
    return text


def read_one_of(*words: str) -> Reader:
    """A reader of one of these words."""

    wanted = " or ".join(f'"{each}"' for each in words)

    def read(value: Any, refuse: Refusal) -> str:
        if value not in words:
            raise refuse(f"{wanted} is expected, not {value!r}")
        return str(value)

    return read


def read_subtable(value: Any, refuse: Refusal) -> dict[str, Any]:
    """A table."""
    if not isinstance(value, dict):
        raise refuse(f"a table is expected, not {value!r}")
    return value


def read_switch_word(given: str, refuse: Refusal) -> bool:
    """True or false as an environment variable says it."""
    if given.lower() not in TRUE_WORDS + FALSE_WORDS:
        raise refuse("true or false is expected")
    return given.lower() in TRUE_WORDS


def read_mouse_word(given: str, refuse: Refusal) -> str | bool:
    """ "auto", or on or off, as an environment variable says it."""
    return "auto" if given.lower() == "auto" else read_switch_word(given, refuse)


def read_count_word(given: str, refuse: Refusal) -> int:
    """A whole number from 0 as an environment variable says it."""
    return read_count(int(given) if given.isascii() and given.isdigit() else given, refuse)
