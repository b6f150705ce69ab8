"""JSON from outside, read so that nothing in it can stall or crash: what is too deep or large stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Final

MAX_PARSED_BYTES: Final = 1_000_000
"""A text longer than this is shown as text and never parsed on behalf of a screen."""

MAX_DEPTH: Final = 100
"""Deeper nesting is shown as text: Python's own parser fails at about 1,000 levels."""

MAX_DIGITS: Final = 4_000
"""Python refuses to read integers of more than 4,300 digits."""

_in_one_line: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_LONG_NUMBER = re.compile(r"\d{4000}")


class JsonRefused(ValueError):
    """The text is not JSON, or too deep or too large to be read; the message says which."""


def parse_json(
    text: str,
    max_length: int = MAX_PARSED_BYTES,
    *,
    object_of: Callable[[list[tuple[str, object]]], object] | None = None,
) -> object:
    """The value of a JSON text; raises `JsonRefused` for what is broken, too deep or too large.

    Numbers keep their digits: a fraction or exponent comes back as `JsonNumber`. `object_of` makes an object
    of its pairs, for who must see duplicate keys; without it the last one wins.
    """
    if len(text) > max_length:
        raise JsonRefused(f"too large to parse ({len(text):,} characters)")
    if depth_of(text) > MAX_DEPTH:
        raise JsonRefused(f"nested more than {MAX_DEPTH} levels")
    if _LONG_NUMBER.search(text):
        raise JsonRefused("a number has too many digits")
    try:
        return json.loads(
            text, parse_float=JsonNumber, parse_constant=JsonNumber, object_pairs_hook=object_of
        )
    except (ValueError, RecursionError) as error:
        raise JsonRefused(f"not JSON: {error}") from None


class JsonNumber(float):
    """A number with a fraction or exponent (or NaN, Infinity) that remembers how it was written."""

    written: str

    def __new__(cls, written: str) -> JsonNumber:
        """Read the number; its text stays as `written`."""
        number = super().__new__(cls, written)
        number.written = written
        return number

    def __repr__(self) -> str:
        return self.written


def depth_of(text: str) -> int:
    """How deep the brackets of a JSON text nest, without parsing it."""
    depth = deepest = 0
    for match in _STRUCTURE.finditer(text):
        mark = match.group()
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def to_json(value: object, *, indent: int | None = None) -> str:
    """A value as JSON text in one line (or indented); text that UTF-8 cannot carry is escaped."""
    if indent is None:
        text = _in_one_line(value)
    else:
        text = json.dumps(value, ensure_ascii=False, indent=indent, separators=(",", ": " if indent else ":"))
    if _has_surrogate(text):
        return json.dumps(value, ensure_ascii=True, indent=indent, separators=(",", ": " if indent else ":"))
    return text


def exact_json(value: object, *, sort_keys: bool = False) -> str:
    """A parsed value as JSON text in one line, each `JsonNumber` as it was written."""
    parts: list[str] = []
    _write_exact(value, parts.append, encode_basestring, sort_keys)
    text = "".join(parts)
    if _has_surrogate(text):
        parts.clear()
        _write_exact(value, parts.append, encode_basestring_ascii, sort_keys)
        return "".join(parts)
    return text


def _write_exact(
    value: object, write: Callable[[str], None], quote: Callable[[str], str], sort: bool
) -> None:
    if isinstance(value, str):
        write(quote(value))
    elif isinstance(value, JsonNumber):
        write(value.written)
    elif isinstance(value, dict):
        write("{")
        for index, key in enumerate(sorted(value) if sort else value):
            write(f",{quote(key)}:" if index else f"{quote(key)}:")
            _write_exact(value[key], write, quote, sort)
        write("}")
    elif isinstance(value, list):
        write("[")
        for index, each in enumerate(value):
            if index:
                write(",")
            _write_exact(each, write, quote, sort)
        write("]")
    else:
        write(json.dumps(value))


def text_of(value: object) -> str:
    """A value as the text that an analyst would read; empty for null."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, JsonNumber):
        return value.written
    return str(value) if isinstance(value, int) else exact_json(value)


def _has_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def storable(text: str) -> str:
    """The text with lone surrogates, which no file and no database takes, written as \\udXXX."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
