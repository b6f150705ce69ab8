"""Names of keys: as people write them ("?", "esc"), and as the terminal layer calls them."""

from __future__ import annotations

import unicodedata
from typing import Final

_SYMBOLS: Final = {"/": "slash", "\\": "backslash", "@": "at", "-": "minus", "+": "plus", "_": "underscore"}
"""Symbols whose name is not the one that Unicode gives them."""

_WRITTEN: Final = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert",
    "pgup": "pageup", "pgdn": "pagedown", "page-up": "pageup", "page-down": "pagedown",
}  # fmt: skip
"""Words for keys, in lower case, to their names."""

_LABELS: Final = {"escape": "esc", "pageup": "PgUp", "pagedown": "PgDn"}

_NAMED: Final = frozenset(
    {"escape", "enter", "tab", "space", "backspace", "delete", "insert", "up", "down", "left", "right",
     "home", "end", "pageup", "pagedown", *(f"f{number}" for number in range(1, 25))}
)  # fmt: skip
"""Keys that are no characters."""

_MODIFIERS: Final = ("ctrl", "shift")

_SAME: Final = {
    "ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter", "ctrl+[": "esc",
    "ctrl+left_square_bracket": "esc", "ctrl+c": "a request to stop", "ctrl+q": "always quit",
}  # fmt: skip
"""Combinations that a terminal sends as another key, or that have a meaning everywhere."""


def key_name(written: str) -> str:
    """The terminal layer's name of a key as people write it: "?" is question_mark, "Esc" is escape."""
    written = written.strip() or written
    if len(written) == 1:
        return _character_name(written)
    *modifiers, last = written.split("+") if written != "+" else [written]
    if not last:  # "ctrl++"
        modifiers, last = modifiers[:-1], "+"
    last = _character_name(last) if len(last) == 1 else _WRITTEN.get(last.lower(), last.lower())
    modifiers = [modifier.lower() for modifier in modifiers]
    if "ctrl" in modifiers and len(last) == 1:  # terminals do not tell ctrl+D from ctrl+d
        last = last.lower()
    return "+".join([*modifiers, last])


def key_label(name: str) -> str:
    """A key's name as people write it."""
    *modifiers, last = name.split("+")
    return "+".join([*modifiers, _LABELS.get(last) or _CHARACTERS.get(last, last)])


def key_problem(name: str) -> str:
    """Why nothing can lie on this key; empty if it can."""
    if name in _SAME:
        return f"a terminal sends {name} as {_SAME[name]}" if name[-1] != "q" else "ctrl+q always quits"
    *modifiers, last = name.split("+")
    if "alt" in modifiers or "meta" in modifiers:
        return "alt arrives as esc and the key after it; use ctrl, or a key alone"
    unknown = [each for each in modifiers if each not in _MODIFIERS]
    if unknown:
        return f"no such modifier {unknown[0]}; ctrl and shift are"
    if last in _NAMED or len(last) == 1 or last in _CHARACTERS:
        if "shift" in modifiers and len(last) == 1:
            return f"write the capital letter, {last.upper()}"
        return ""
    return f"no such key {last}; a character, or a name such as enter, esc, tab, space, up, pagedown, f5"


def _character_name(character: str) -> str:
    if character.isalnum():
        return character
    if character in _SYMBOLS:
        return _SYMBOLS[character]
    name = unicodedata.name(character, "")
    return name.lower().replace("-", "_").replace(" ", "_") if name else character


_CHARACTERS: Final = {
    _character_name(character): character
    for character in map(chr, range(0x21, 0x7F))
    if not character.isalnum()
}
"""The characters behind the names of ASCII symbols."""
