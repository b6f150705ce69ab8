"""What a free-text search looks through, and how texts are folded so that case does not matter.

The store indexes these folded texts and the plain predicate reads the same ones, so both give one answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from alerttui.domain.alert import Alert
from alerttui.domain.json_text import MAX_PARSED_BYTES, storable

MAX_SEARCHED: Final = 65_536
"""Characters of one alert that are searched; the rest of a larger alert is shown but not found."""

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_@$#.: -]*")
"""A key that names a field; any other key, such as an address, is evidence and is searched."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^ ]*$")
"""Times are found by the time fields of a filter; as text they would only fill the index."""
_TIME_LENGTH: Final = 19
"""Characters of a time without its zone."""


_decode: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).decode


def fold(text: str) -> str:
    """The text without case, and without what a database cannot carry."""
    return storable(text).casefold().replace("\x00", "\ufffd")


def searched_title(alert: Alert) -> str:
    """The folded title."""
    return fold(alert.title)


def searched_body(alert: Alert, event_bodies: Iterable[str]) -> str:
    """Everything else that is searched, folded: id, rule, description, indicators, context and events.

    Of JSON only the values count, each once: keys and punctuation would multiply the index.
    """
    parts = [alert.id, alert.detection.id, alert.detection.name, alert.description]
    parts += [indicator.value for indicator in alert.indicators]
    unique = dict.fromkeys(part for part in parts if part)
    length = sum(map(len, unique))
    for text in (alert.context, *event_bodies):
        if length > MAX_SEARCHED:
            break
        for value in _values(text):
            if value not in unique:
                unique[value] = None
                length += len(value) + 1
    return fold("\n".join(unique)[:MAX_SEARCHED])


def _values(text: str) -> Iterator[str]:
    """The texts and numbers in a JSON text as they were written; the text itself where it is no JSON."""
    if not text:
        return
    try:
        if len(text) > MAX_PARSED_BYTES:
            raise ValueError("too large to be parsed for a search")
        parsed = _decode(text)
    except (ValueError, RecursionError):
        yield text
        return
    rest = [parsed]
    while rest:
        value = rest.pop()
        if isinstance(value, str):
            if value and not (len(value) >= _TIME_LENGTH and value[4] == "-" and _TIME.match(value)):
                yield value
        elif isinstance(value, list):
            rest.extend(reversed(value))
        elif isinstance(value, dict):
            rest.extend(reversed(value.values()))
            if not _PLAIN_KEY.fullmatch("".join(value)):
                yield from (key for key in value if not _PLAIN_KEY.fullmatch(key))
