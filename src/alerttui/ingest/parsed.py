"""One record as a value: read so that nothing in it can stall the import, numbers kept as written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from alerttui.domain.json_text import MAX_DEPTH, MAX_DIGITS, MAX_PARSED_BYTES, JsonNumber, exact_json, to_json
from alerttui.ingest.splitting import RawRecord

JsonObject = dict[str, object]

_Content = tuple[str, JsonObject, bool, bool]
"""What `Parsed` has beside the record."""

_LONG_NUMBER: Final = re.compile(rf"\d{{{MAX_DIGITS}}}")
_POSITION: Final = re.compile(r": line \d+ column \d+ \(char (\d+)\)$")


class BadRecord(ValueError):
    """The record cannot be read; the text says why, to the person who will mend it."""


@dataclass(frozen=True, slots=True)
class Oversized:
    """A record that is kept as text because parsing it could stall: too large, too deep, too many digits."""

    raw: RawRecord
    why: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record that is a JSON object."""

    raw: RawRecord
    text: str
    value: JsonObject
    has_fractions: bool
    """Some number has a fraction or exponent, which only the exact writer gives back as it was."""
    is_mended: bool
    """Some bytes were no UTF-8; the text has replacement characters for them."""

    def json_of(self, part: object) -> str:
        """A part of the record as JSON text, numbers as they were written."""
        if part is self.value:
            return self.text
        return exact_json(part) if self.has_fractions else to_json(part)


class RecordReader:
    """Parses records; one reader a file, since it counts the fractions that it meets."""

    def __init__(self) -> None:
        self._fractions = 0
        self._ahead: tuple[bytes, _Content] | None = None
        """The last record that `holds_record` has parsed."""
        self._decode = json.JSONDecoder(
            parse_float=self._number, parse_constant=self._number, strict=False
        ).decode

    def _number(self, written: str) -> JsonNumber:
        self._fractions += 1
        return JsonNumber(written)

    def read(self, raw: RawRecord, max_bytes: int = MAX_PARSED_BYTES) -> Parsed | Oversized:
        """The record as an object; raises `BadRecord` where it is none."""
        if self._ahead is not None and self._ahead[0] is raw.raw:
            return Parsed(raw, *self._ahead[1])
        if raw.problem:
            raise BadRecord(raw.problem)
        if len(raw.raw) > max_bytes and not raw.raw.startswith(b"{"):
            raise BadRecord(f"not an object but {len(raw.raw):,} bytes of something else")
        if len(raw.raw) > max_bytes:
            return Oversized(raw, f"{len(raw.raw):,} bytes")
        if raw.depth > MAX_DEPTH:
            return Oversized(raw, f"nested {raw.depth:,} levels deep")
        text, is_mended = _decoded(raw.raw)
        if _has_long_number(text):
            return Oversized(raw, f"a number of more than {MAX_DIGITS:,} digits")
        return Parsed(raw, *self._content(text, is_mended))

    def holds_record(self, line: bytes) -> bool:
        """True if these bytes are one object that can be read safely; reading it costs nothing then."""
        if len(line) > MAX_PARSED_BYTES or line.count(b"{") + line.count(b"[") > MAX_DEPTH:
            return False
        text, is_mended = _decoded(line)
        if is_mended or _has_long_number(text):
            return False
        try:
            self._ahead = line, self._content(text, is_mended)
        except BadRecord:
            return False
        return True

    def _content(self, text: str, is_mended: bool) -> _Content:
        before = self._fractions
        try:
            value = self._decode(text)
        except ValueError as error:
            raise BadRecord("not JSON: " + _POSITION.sub(r" at character \1", str(error))) from None
        if not isinstance(value, dict):
            raise BadRecord(f"not an object but {_kind_of(value)}")
        return text, value, self._fractions > before, is_mended


def _has_long_number(text: str) -> bool:
    """True for a number with too many digits; one of every so many characters would be part of it."""
    if len(text) < MAX_DIGITS:
        return False
    every = text[MAX_DIGITS - 1 :: MAX_DIGITS]
    return any(map(str.isdigit, every)) and _LONG_NUMBER.search(text) is not None


def _decoded(raw: bytes) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace"), True


def _kind_of(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "text"
    return "null" if value is None else "true or false" if isinstance(value, bool) else "a number"
