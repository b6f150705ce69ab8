"""Cursors of our own lists: opaque, and good only for the list and the filter that they continue."""

from __future__ import annotations

import base64
import binascii
from hashlib import blake2b
from typing import Final

from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import JsonRefused, parse_json, to_json

MAX_LENGTH: Final = 4_096
"""Characters of a cursor."""


def cursor_for(filter_text: str, *position: str | int) -> str:
    """A cursor to where a list goes on."""
    packed = to_json([_mark(filter_text), *position]).encode("utf-8")
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read_cursor(cursor: str, filter_text: str, kinds: tuple[type, ...]) -> list[str | int]:
    """The position in a cursor of this list; raises `Invalid` for anything else."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = parse_json(packed.decode("utf-8"), MAX_LENGTH)
    except (binascii.Error, ValueError, JsonRefused) as error:
        raise _not_one(cursor) from error
    if not isinstance(values, list) or not values:
        raise _not_one(cursor)
    mark, *position = values
    if tuple(map(type, position)) != kinds:
        raise _not_one(cursor)
    if mark != _mark(filter_text):
        rule = "it continues a list with another filter; start again without a cursor"
        raise Invalid("cursor", cursor, rule)
    return position


def _mark(filter_text: str) -> str:
    return blake2b(filter_text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _not_one(cursor: str) -> Invalid:
    return Invalid("cursor", cursor, 'the "next" of the page before is expected')
