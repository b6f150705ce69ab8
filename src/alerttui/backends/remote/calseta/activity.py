"""What Calseta remembers of an alert: who did what, as far as it tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.calseta import wire
from alerttui.backends.remote.calseta.capabilities import CLOSED, MAX_PAGE
from alerttui.backends.remote.calseta.envelopes import ask_about, rows_of
from alerttui.backends.remote.record import Record
from alerttui.domain.alert import Actor
from alerttui.domain.change import HistoryEntry
from alerttui.domain.json_text import storable, text_of
from alerttui.domain.vocabulary import AlertId

MAX_PAGES: Final = 4
"""Pages of events that are read; what is older than so many events is left out."""

MAX_WORDS: Final = 500
"""Characters of what an event of another kind tells."""

_CHANGES: Final = {
    "alert_status_updated": ("status", "from_status", "to_status"),
    "alert_severity_updated": ("severity", "from_severity", "to_severity"),
    "alert_malice_updated": ("malice", "from_malice", "to_malice"),
    "indicator_malice_updated": ("indicator malice", "from_malice", "to_malice"),
}
"""Events that tell a value before and after: the field, and where the two stand."""


async def history_of(requester: Requester, alert_id: AlertId) -> list[HistoryEntry]:
    """The events of an alert, oldest first; raises `NotFound`. Changes of tags leave no event."""
    events: dict[str, Mapping[str, object]] = {}
    for number in range(1, MAX_PAGES + 1):
        answer = await ask_about(requester, wire.list_activity(alert_id, number, MAX_PAGE))
        page = await rows_of(requester, answer, "activity")
        for index, row in enumerate(page.rows):
            if isinstance(row, dict):
                name = text_of(row.get("uuid")) or f"{number}/{index}"
                events.setdefault(name, row)
        read = (number - 1) * MAX_PAGE + len(page.rows)
        if not page.rows or (read >= page.total if page.total is not None else len(page.rows) < MAX_PAGE):
            break
    entries = [entry for row in reversed(events.values()) for entry in _entries(Record(row))]
    return sorted(entries, key=lambda entry: entry.at_ms)


def _entries(event: Record) -> Iterator[HistoryEntry]:
    """The lines of one event; none where it does not tell when it was."""
    at_ms = event.moment("created_at")
    if at_ms is None:
        return
    by, kind = _actor(event), event.text("event_type")
    told = event.object("references")

    def entry(field: str, before: str, after: str, why: str = "") -> HistoryEntry:
        return HistoryEntry(
            at_ms=at_ms, by=by, field=field, before=before, after=after, why=why, through="calseta"
        )

    if kind == "alert_closed":
        yield entry("status", _text(told, "from_status"), CLOSED)
        if verdict := _text(told, "close_classification"):
            yield entry("verdict", "", verdict)
    elif kind in _CHANGES:
        field, before, after = _CHANGES[kind]
        is_reset = told.get("malice_source") == "reset"
        yield entry(field, _text(told, before), _text(told, after), "override reset" if is_reset else "")
    else:
        yield entry(kind or "event", "", _words(told))


def _actor(event: Record) -> Actor:
    """Whose key it was, by its first characters: more the server does not tell."""
    kind, prefix = event.text("actor_type"), event.text("actor_key_prefix")
    if prefix:
        return Actor(prefix, "api-token")
    return Actor(kind or "unknown", "system" if kind == "system" else kind or "unknown")


def _words(told: Mapping[str, object]) -> str:
    """What an event refers to: `agent_name triage, confidence high`."""
    pairs = [f"{name} {text_of(value)}" for name, value in told.items() if value not in (None, "", [], {})]
    line = " ".join(storable(", ".join(pairs)).split())
    return line if len(line) <= MAX_WORDS else line[: MAX_WORDS - 1] + "…"


def _text(told: Mapping[str, object], name: str) -> str:
    return storable(text_of(told.get(name)))
