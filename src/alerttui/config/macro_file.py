"""Macros of the configuration: `[macros.NAME]`, one letter, and what it does to an alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from alerttui.config.readers import Reader, Refusal, read_word
from alerttui.domain.errors import ConfigError, Invalid
from alerttui.domain.patch import TagEdit, checked_quality

ME: Final = "me"
"""The assignee that means whoever runs the macro."""


NO_TAGS: Final = TagEdit()
"""No tag to add, none to remove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """A set of changes with a name and a letter. None leaves a field alone, "" clears it."""

    name: str
    key: str
    """The letter that picks it in the menu."""
    status: str | None = None
    quality: str | None = None
    verdict: str | None = None
    severity: str | None = None
    assignee: str | None = None
    """"me", a user id, or "" for nobody."""
    tags: tuple[str, ...] | None = None
    """The tags in place of the present ones."""
    tag_edit: TagEdit = NO_TAGS
    """Tags to add and to remove instead."""
    comment: str = ""


def _read_key(value: Any, refuse: Refusal) -> str:
    text = read_word(value, refuse)
    if len(text) != 1 or not text.isprintable() or text.isspace():
        raise refuse(f"one letter is expected, not {value!r}")
    return text


def _read_quality(value: Any, refuse: Refusal) -> str:
    text = read_word(value, refuse)
    try:
        return checked_quality(text).value if text else ""
    except Invalid as error:
        raise refuse(error.rule + f", not {value!r}") from None


def _read_needed(value: Any, refuse: Refusal) -> str:
    text = read_word(value, refuse)
    if not text.strip():
        raise refuse("it cannot be cleared; leave the line out to leave it alone")
    return text


def _read_tags(value: Any, refuse: Refusal) -> tuple[tuple[str, ...] | None, TagEdit]:
    """A list in place of the present tags, or, where each begins with + or -, what to add and remove."""
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise refuse(f'a list of tags is expected, such as ["+scanner", "-new"], not {value!r}')
    signed = [tag for tag in value if tag[:1] in ("+", "-")]
    if signed and len(signed) < len(value):
        raise refuse("either every tag has + or -, or none: + adds, - removes, none replaces the whole list")
    edit = TagEdit(
        add=tuple(tag[1:] for tag in signed if tag[0] == "+"),
        remove=tuple(tag[1:] for tag in signed if tag[0] == "-"),
    )
    for tag in (*edit.add, *edit.remove, *(() if signed else value)):
        if not tag or any(letter.isspace() for letter in tag):
            raise refuse(f"a tag without spaces is expected, not {tag!r}")
    return None if signed else tuple(dict.fromkeys(value)), edit


MACRO_READERS: Final[Mapping[str, Reader]] = {
    "key": _read_key,
    "status": _read_needed,
    "quality": _read_quality,
    "verdict": read_word,
    "severity": _read_needed,
    "assignee": read_word,
    "tags": _read_tags,
    "comment": _read_needed,
}
"""What a macro may have, and how each is read; words of the product are checked when it runs."""


def make_macro(name: str, values: Mapping[str, Any], refuse: Refusal) -> Macro:
    """The macro of values that were read one by one; refuses one without a letter or without an effect."""
    if "key" not in values:
        raise refuse('a letter is missing: key = "f"')
    if len(values) == 1:
        known = ", ".join(each for each in MACRO_READERS if each != "key")
        raise refuse(f"it changes nothing; add one of {known}")
    rest = dict(values)
    tags, edit = rest.pop("tags", (None, NO_TAGS))
    return Macro(name=name, tags=tags, tag_edit=edit, **rest)


def check_letters(macros: Sequence[Macro], refuse: Callable[[str, str], ConfigError]) -> None:
    """Refuse the second of two macros that have one letter; `refuse` gets its name and the reason."""
    taken: dict[str, str] = {}
    for macro in macros:
        if macro.key in taken:
            raise refuse(macro.name, f"{macro.key!r} is the letter of {taken[macro.key]} already")
        taken[macro.key] = macro.name
