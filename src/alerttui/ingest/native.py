"""alerttui's own export, one record a line: all it knows of an alert, written and read back without loss."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Alert, Comment, Event
from alerttui.domain.change import HistoryEntry
from alerttui.domain.document import from_document, to_document
from alerttui.domain.errors import Invalid

NATIVE_VERSION: Final = 1
"""What the key `alerttui` holds; a greater number is refused."""

MAX_NATIVE_BYTES: Final = 64 * 1024 * 1024
"""Our own records are parsed up to this size: JSON from outside is only text in them."""

_KEYS: Final = (
    "alerttui",
    "source",
    "nativeId",
    "alert",
    "events",
    "comments",
    "history",
    "raw",
    "rawBase64",
)

T = TypeVar("T")


def to_record(new: NewAlert) -> dict[str, Any]:
    """An alert with everything that belongs to it, as plain JSON data; empty parts are left out."""
    record: dict[str, Any] = {
        "alerttui": NATIVE_VERSION,
        "source": new.source,
        "nativeId": new.native_id,
        "alert": to_document(new.alert),
    }
    for key, values in (("events", new.events), ("comments", new.comments), ("history", new.history)):
        if values:
            record[key] = [to_document(value) for value in values]
    if new.raw:
        try:
            record["raw"] = new.raw.decode("utf-8")
        except UnicodeDecodeError:
            record["rawBase64"] = b64encode(new.raw).decode("ascii")
    return record


def from_record(record: Mapping[str, object]) -> NewAlert:
    """The alert that a record holds; raises `Invalid` naming the path of what is wrong."""
    unknown = [key for key in record if key not in _KEYS]
    if unknown:
        raise Invalid(unknown[0], record[unknown[0]], "no such key of an alerttui record")
    if record.get("alerttui") != NATIVE_VERSION:
        raise Invalid(
            "alerttui", record.get("alerttui"), f"version {NATIVE_VERSION} is all that this one reads"
        )
    return NewAlert(
        alert=from_document(Alert, record.get("alert"), "alert."),
        source=_text(record, "source"),
        native_id=_text(record, "nativeId"),
        raw=_raw(record),
        events=_several(Event, record, "events"),
        comments=_several(Comment, record, "comments"),
        history=_several(HistoryEntry, record, "history"),
    )


def _several(kind: type[T], record: Mapping[str, object], key: str) -> tuple[T, ...]:
    values = record.get(key, [])
    if not isinstance(values, list):
        raise Invalid(key, values, "a list is expected")
    return tuple(from_document(kind, value, f"{key}[{index}].") for index, value in enumerate(values))


def _text(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise Invalid(key, value, "text is expected")
    return value


def _raw(record: Mapping[str, object]) -> bytes:
    if "rawBase64" in record:
        try:
            return b64decode(_text(record, "rawBase64"), validate=True)
        except binascii.Error as error:
            raise Invalid("rawBase64", "...", f"base64 is expected: {error}") from None
    value = record.get("raw", "")
    if not isinstance(value, str):
        raise Invalid("raw", value, "text is expected")
    return value.encode("utf-8", "backslashreplace")
