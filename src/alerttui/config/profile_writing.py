"""Adding a profile to the configuration file and removing one: everything else in it stays as it was written.

The text is changed, not written anew, and what came of it is parsed and compared. Where it would not say
exactly what was meant, the file is left alone.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from itertools import dropwhile
from pathlib import Path
from typing import Any, Final

from alerttui.config.load import read_text, settings_of
from alerttui.config.private_file import alone_with, write_private
from alerttui.config.toml_lines import header_of, key_of
from alerttui.config.toml_text import parsed_toml
from alerttui.domain.errors import ConfigError

TABLE: Final = "profiles"
DEFAULT_KEY: Final = "default_profile"

_VALUE: Final = re.compile(r"^(?P<key>[^=]*=\s*)(?:\"[^\"]*\"|'[^']*')(?P<rest>\s*(?:#.*)?)$")


def profile_lines(name: str, values: Mapping[str, Any]) -> str:
    """The lines that make this profile."""
    import tomli_w  # only for writing

    return tomli_w.dumps({TABLE: {name: dict(values)}})


def with_profile(text: str, name: str, values: Mapping[str, Any], *, is_default: bool = False) -> str | None:
    """The text with this profile at its end; None where that cannot be had by adding lines."""
    wanted = _tables(text)
    if name in wanted.setdefault(TABLE, {}):
        return None
    wanted[TABLE][name] = dict(values)
    if is_default:
        wanted[DEFAULT_KEY] = name
        text = _with_default(text, name)
    end = _line_end(text)
    lines = profile_lines(name, values).replace("\n", end)
    gap = "" if not text.strip() else end if text.endswith(end) else end + end
    return _verified(f"{text}{gap}{lines}", wanted)


def without_profile(text: str, name: str) -> str | None:
    """The text without this profile; None where that cannot be had by leaving out lines."""
    wanted = _tables(text)
    profiles = wanted.get(TABLE, {})
    if name not in profiles:
        return None
    del profiles[name]
    kept = _kept_lines(text, name)
    if wanted.get(DEFAULT_KEY) == name:
        del wanted[DEFAULT_KEY]
        kept = list(dropwhile(_is_blank, _without_default("".join(kept)).splitlines(keepends=True)))
    return _verified("".join(kept), wanted)


def change_file(config_file: Path, environ: Mapping[str, str], change: Callable[[str], str | None]) -> bool:
    """Put what `change` makes of the file's text in its place; False where it makes nothing of it.

    What was made must be a configuration that holds. Raises `ConfigError`, and has changed nothing then.
    """
    try:
        with alone_with(config_file):
            text = read_text(config_file)
            changed = change(text)
            if changed is None:
                return False
            settings_of(changed, config_file, environ)
            write_private(config_file, changed.encode("utf-8"))
    except OSError as error:
        reason = f"cannot be written: {error.strerror}; nothing was changed."
        raise ConfigError(f"{config_file}: {reason}") from error
    return True


def _tables(text: str) -> dict[str, Any]:
    return copy.deepcopy(parsed_toml(text, "the configuration")) if text.strip() else {}


def _verified(text: str, wanted: dict[str, Any]) -> str | None:
    """The text if it says what is wanted and nothing else; an empty table of profiles is none."""
    if not wanted.get(TABLE):
        wanted.pop(TABLE, None)
    try:
        made = _tables(text)
    except ConfigError:
        return None
    if not made.get(TABLE):
        made.pop(TABLE, None)
    return text if made == wanted else None


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _with_default(text: str, name: str) -> str:
    """The text with this default profile: in place of the one that it names, or before everything else."""
    lines = text.splitlines(keepends=True)
    end = _line_end(text)
    place = _default_place(lines)
    if place is None:
        return f'{DEFAULT_KEY} = "{name}"{end}{text}'
    found = _VALUE.match(lines[place].rstrip("\r\n"))
    if found:
        lines[place] = f'{found["key"]}"{name}"{found["rest"]}{end}'
    return "".join(lines)


def _without_default(text: str) -> str:
    lines = text.splitlines(keepends=True)
    place = _default_place(lines)
    return text if place is None else "".join(lines[:place] + lines[place + 1 :])


def _default_place(lines: list[str]) -> int | None:
    """On which line the default profile is named, before the first table."""
    for number, line in enumerate(lines):
        if header_of(line):
            return None
        if key_of(line) == (DEFAULT_KEY,):
            return number
    return None


def _kept_lines(text: str, name: str) -> list[str]:
    """The lines without those of one profile, and without the comments right below its keys."""
    kept: list[str] = []
    after: list[str] = []
    """Comments and blank lines since the profile's last key."""
    is_inside = False
    for line in text.splitlines(keepends=True):
        if header := header_of(line):
            if header[:2] != (TABLE, name):
                kept += _below(after, kept)
            after = []
            is_inside = header[:2] == (TABLE, name)
        if not is_inside:
            kept.append(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            after = []
        else:
            after.append(line)
    if is_inside:
        kept += _below(after, kept)
        while kept and not kept[-1].strip():
            kept.pop()
    return kept


def _below(lines: list[str], kept: list[str]) -> list[str]:
    """What of the lines below a table is not the table's own: from the first blank one on."""
    if any(not line.strip() for line in lines):
        lines = list(dropwhile(str.strip, lines))
    is_blank_above = not kept or not kept[-1].strip()
    return list(dropwhile(_is_blank, lines)) if is_blank_above else lines


def _is_blank(line: str) -> bool:
    return not line.strip()
