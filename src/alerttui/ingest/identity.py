"""Which records are the same alert: by their own id, else by their content."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Final

from alerttui.domain.json_text import exact_json
from alerttui.domain.vocabulary import AlertId
from alerttui.ingest.parsed import Parsed

_NATURAL_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,39}")
"""An id that can be read, typed and quoted is shown as it is."""

_canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def content_digest(record: Parsed) -> str:
    """SHA-256 in hex of a record's content: the same whatever its layout, escapes and order of keys."""
    text = exact_json(record.value, sort_keys=True) if record.has_fractions else _canonical(record.value)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def visible_id(source: str, native_id: str) -> str:
    """The id to show: the native one where it is short and plain, else the source and twelve hex digits."""
    return native_id if _NATURAL_ID.fullmatch(native_id) else f"{source}-{text_digest(native_id)[:12]}"


def hashed_identity(source: str, digest: str, ordinal: int) -> tuple[str, AlertId]:
    """Native and visible id of a record that has none, by its content and its place among equal ones."""
    tail = f"-{ordinal + 1}" if ordinal else ""
    return f"sha256:{digest[:16]}{tail}", AlertId(f"{source}-{digest[:12]}{tail}")


def text_digest(text: str) -> str:
    """SHA-256 in hex of a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class EqualRecords:
    """Counts records of one file that are equal, so that each of them is an alert of its own.

    Keeps eight bytes (and Python's share) of every content digest that it has seen.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._repeated: dict[int, int] = {}

    def ordinal(self, digest: str) -> int:
        """0 for the first record with this content, then 1, 2..."""
        key = int(digest[:16], 16)
        if key not in self._seen:
            self._seen.add(key)
            return 0
        self._repeated[key] = self._repeated.get(key, 0) + 1
        return self._repeated[key]
