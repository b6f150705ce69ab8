"""Cursors that we hand out: opaque, self-contained, and good only for the list that they continue."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeVar

from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import JsonRefused, parse_json, to_json
from alerttui.domain.listing import Page

T = TypeVar("T")

MAX_LENGTH: Final = 64_000
"""Characters of a cursor; a product's own, which is in it, may look like a key of its database."""


def pack(list_name: str, values: Sequence[object]) -> str:
    """A cursor that continues a list with these JSON values."""
    text = to_json([digest(list_name), *values])
    return base64.urlsafe_b64encode(text.encode("utf-8")).decode("ascii").rstrip("=")


def unpack(cursor: str, list_name: str) -> list[object]:
    """The values in a cursor of this list; raises `Invalid` for anything else."""
    if len(cursor) > MAX_LENGTH:
        raise not_one(cursor)
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = parse_json(packed.decode("utf-8"), MAX_LENGTH)
    except (binascii.Error, ValueError, JsonRefused):
        raise not_one(cursor) from None
    if not isinstance(values, list) or not values:
        raise not_one(cursor)
    if values[0] != digest(list_name):
        rule = "it continues a list with another filter; start again without a cursor"
        raise Invalid("cursor", cursor[:80], rule)
    return values[1:]


def digest(text: str) -> str:
    """What tells one text from another, in a few characters."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def not_one(cursor: str) -> Invalid:
    """The refusal of a text that is no cursor."""
    return Invalid("cursor", cursor[:80], 'the "next" of the page before is expected')


def start_of(cursor: str | None, list_name: str) -> int:
    """Where a list goes on that is answered whole and given in parts; raises `Invalid`."""
    if cursor is None:
        return 0
    match unpack(cursor, list_name):
        case [int(start)] if start >= 0:
            return start
        case _:
            raise not_one(cursor)


def part_of(found: Sequence[T], start: int, limit: int, list_name: str) -> Page[T]:
    """At most `limit` of such a list from a place on, and the cursor that leads on."""
    end = start + max(1, limit)
    following = pack(list_name, [end]) if end < len(found) else None
    return Page(found[start:end], following, len(found))
