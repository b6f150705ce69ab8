"""The events of an alert as one line each: when, what kind, and the values that tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from textual.content import Content

from alerttui.domain.alert import Event
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.moments import format_moment, parse_moment
from alerttui.tui.render.document import DocLine, LazyLines, joined
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, crop

TELLING_KEYS: Final = (
    "eventName", "eventType", "methodName", "operationName", "action", "event_type", "activity",
    "EventID", "signature", "displayMessage", "ImageLoaded", "Image", "CommandLine", "type", "outcome",
    "result", "user", "userName", "alternateId", "principalEmail", "TargetUserName", "src_ip",
    "sourceIPAddress", "ipAddress", "callerIp", "client_ip", "dest_ip", "host", "hostname", "Computer",
    "query", "url", "rule", "output", "message",
)  # fmt: skip
"""Keys whose values tell events apart, in order, wherever they stand in the event."""

TELLING_VALUES: Final = 5
SUMMARY_DEPTH: Final = 4
VALUE_CELLS: Final = 40
SUMMARY_PARSED: Final = 100_000
"""A larger event is listed by its size only; opening it shows it."""


class EventLines(LazyLines):
    """One line an event, read when it comes into view, and a line that counts the ones not loaded yet."""

    def __init__(
        self, events: Sequence[Event], width: int, total: int | None = None, *, goes_on: bool = False
    ) -> None:
        self._events = events
        self._width = width
        left = max(0, (total or 0) - len(events))
        self._more = f"{left:,} more" if left else "more" if goes_on else ""
        self._drawn: dict[int, DocLine] = {}

    def __len__(self) -> int:
        return len(self._events) + (1 if self._more else 0)

    def bodies(self) -> Iterator[str]:
        """The whole text of each event, without drawing its line."""
        return (event.body for event in self._events)

    def line(self, at: int) -> DocLine:
        """The line at a position from 0."""
        if at == len(self._events):
            return DocLine(content(f"{self._more}: they load as you go down", DIM))
        found = self._drawn.get(at)
        if found is None:
            event = self._events[at]
            found = self._drawn[at] = DocLine(crop(_event_line(event), self._width), value=event.body)
        return found


def event_head(event: Event, total: int | None, width: int) -> list[DocLine]:
    """Which of the events it is, of how many where that is known, and exactly when it occurred."""
    when = format_moment(event.occurred_ms) if event.occurred_ms is not None else ""
    of_total = "" if total is None else f" of {total:,}"
    number = f"{event.sequence + 1:,}{of_total}"
    line = joined([content(f"event {number}", DIM), content(when), content(_size(event.body), DIM)], "  ")
    return [DocLine(crop(line, width), value=when or event.body)]


def _size(body: str) -> str:
    return f"{len(body):,} characters" if len(body) > SUMMARY_PARSED else ""


def _event_line(event: Event) -> Content:
    numbered = f"event {event.sequence + 1}"
    when = numbered
    if event.occurred_ms is not None:
        when = format_moment(event.occurred_ms)[5:19].replace("T", " ")
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
    leaves = _leaves(parsed)
    found = [leaves[key] for key in TELLING_KEYS if key in leaves]
    if len(found) < TELLING_VALUES:
        found += [value for value in leaves.values() if parse_moment(value) is None]
    unique = list(dict.fromkeys(found))[:TELLING_VALUES]
    return [value if len(value) <= VALUE_CELLS else value[: VALUE_CELLS - 1] + "…" for value in unique]


def _leaves(parsed: Mapping[str, object]) -> dict[str, str]:
    """Texts and numbers by the last part of their key, nearest to the root first."""
    leaves: dict[str, str] = {}
    level: list[Mapping[str, object]] = [parsed]
    for _ in range(SUMMARY_DEPTH):
        deeper: list[Mapping[str, object]] = []
        for each in level:
            for key, value in each.items():
                if isinstance(value, Mapping):
                    deeper.append(value)
                elif isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
                    leaves.setdefault(key.rpartition(".")[2], str(value))
        level = deeper
    return leaves
