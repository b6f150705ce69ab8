"""The events of an alert as one line each: when, what kind, and the values that tell them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual.content import Content

from alerttui.domain.alert import Event
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.moments import format_moment
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, crop

TELLING_KEYS: Final = (
    "eventName", "eventType", "action", "event_type", "EventID", "event.action", "operationName",
    "methodName", "displayMessage", "alert.signature", "Image", "CommandLine", "outcome", "result",
    "user", "userName", "actor", "src_ip", "sourceIPAddress", "client_ip", "dest_ip", "host",
    "hostname", "Computer", "query", "url", "http.hostname", "output", "message",
)  # fmt: skip
"""Keys whose values tell events apart, in order; dots lead into objects."""

TELLING_VALUES: Final = 5
VALUE_CELLS: Final = 40
SUMMARY_PARSED: Final = 100_000
"""A larger event is listed by its size only; opening it shows it."""


def event_lines(events: Sequence[Event], width: int, *, total: int | None = None) -> list[DocLine]:
    """One line an event, and a line that counts the ones not loaded yet."""
    lines = [DocLine(crop(_event_line(event), width), value=event.body) for event in events]
    if total is not None and total > len(events):
        lines.append(DocLine(Content.styled(f"{total - len(events):,} more: they load as you go down", DIM)))
    return lines


def _event_line(event: Event) -> Content:
    numbered = f"event {event.sequence + 1}"
    when = format_moment(event.occurred_ms) if event.occurred_ms is not None else numbered
    head = content(when, DIM) + Content("  ")
    values = telling_values(event.body)
    if not values:
        return head + content(event.body[:300])
    return head + Content("  ").join(content(value) for value in values)


def telling_values(body: str) -> list[str]:
    """The values of an event that tell it apart; none where it is not a JSON object."""
    try:
        parsed = parse_json(body, SUMMARY_PARSED)
    except JsonRefused:
        return []
    if not isinstance(parsed, Mapping):
        return []
    found: list[str] = []
    for root in _roots(parsed):
        for key in TELLING_KEYS:
            value = _value(root, key)
            if value and value not in found:
                found.append(value if len(value) <= VALUE_CELLS else value[: VALUE_CELLS - 1] + "…")
            if len(found) >= TELLING_VALUES:
                return found
    return found or [text for text in (_text(value) for value in parsed.values()) if text][:TELLING_VALUES]


def _roots(parsed: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The object itself and the ones that wrappers put around the telling values."""
    inner = [parsed]
    for key in ("event", "Event", "EventData", "System", "eventData", "data"):
        for each in list(inner):
            value = each.get(key)
            if isinstance(value, Mapping):
                inner.append(value)
    return inner


def _value(root: Mapping[str, object], key: str) -> str:
    if key in root:
        return _text(root[key])
    value: object = root
    for part in key.split("."):
        if not isinstance(value, Mapping):
            return ""
        value = value.get(part)
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, Mapping):
        for key in ("displayName", "alternateId", "name", "email", "userName", "arn", "id"):
            if isinstance(value.get(key), str):
                return str(value[key])
        return ""
    return str(value) if isinstance(value, (str, int, float)) else ""
