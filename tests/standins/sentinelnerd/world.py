"""What the stand-in holds, and one call as its parts see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.standins.sentinelnerd.asked import Body, Query
from tests.standins.sentinelnerd.knobs import Knobs
from tests.standins.sentinelnerd.refusals import Refused, not_found

ALERTS_READ, ALERTS_WRITE, EVENTS_READ, ADMIN = "alerts:read", "alerts:write", "events:read", "admin"


def stamp(moment: datetime) -> str:
    """An instant as the API writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().removesuffix("+00:00") + "Z"


@dataclass
class Key:
    """An API key and whose it is. It works until `expires_at`."""

    key: str
    scopes: tuple[str, ...]
    owner: str
    expires_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    def may(self, scope: str) -> bool:
        return scope in self.scopes or ADMIN in self.scopes


@dataclass(frozen=True)
class Entry:
    """One entry of a timeline; without `by` the product itself made it."""

    at: str
    kind: str
    by: str | None = None
    text: str | None = None


@dataclass
class HeldAlert:
    """One alert: the fields of its row, and what only the single alert may tell."""

    id: str
    number: int
    created: datetime
    changed: int
    """Grows with every change of any alert."""
    fields: dict[str, Any]
    assignee: str | None = None
    resolution: str | None = None
    actions_taken: list[str] = field(default_factory=list)
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    timeline: list[Any] = field(default_factory=list)
    """Entries, or any JSON as a test has put it there."""
    comments: list[dict[str, Any]] = field(default_factory=list)
    related_events: list[Any] = field(default_factory=list)

    def copy(self) -> dict[str, Any]:
        """All of it as one plain object, whatever the knobs say about reading."""
        return {
            **self.fields,
            "assignee": self.assignee,
            "resolution": self.resolution,
            "actions_taken": list(self.actions_taken),
            "timeline": [asdict(each) if isinstance(each, Entry) else each for each in self.timeline],
            "comments": [dict(each) for each in self.comments],
            "related_events": list(self.related_events),
        }


@dataclass
class World:
    """All state; knobs say how it answers."""

    now: Callable[[], datetime]
    knobs: Knobs
    alerts: dict[str, HeldAlert] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    window_start: datetime | None = None
    calls_in_window: int = 0

    def next_number(self, kind: str) -> int:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]

    def held(self, alert_id: str) -> HeldAlert:
        alert = self.alerts.get(alert_id)
        if alert is None:
            raise not_found("alert")
        return alert

    def comment(self, alert: HeldAlert, body: Any, by: str, *, kept: bool = True) -> dict[str, Any]:
        """A comment with its timeline entry; one that is not kept only has an id."""
        made = self._made_comment(body, by)
        if kept:
            self.note(alert, "comment", by, body)
            alert.comments.append(made)
        return made

    def hold_comment(self, alert: HeldAlert, body: str, by: str) -> None:
        """A comment that came with another change, whose timeline entry has its text."""
        alert.comments.append(self._made_comment(body, by))

    def note(self, alert: HeldAlert, kind: str, by: str | None, text: str | None = None) -> None:
        """Appends to the timeline."""
        alert.timeline.append(Entry(stamp(self.now()), kind, by, text))
        alert.changed = self.next_number("change")

    def _made_comment(self, body: Any, by: str) -> dict[str, Any]:
        number = self.next_number("comment")
        return {"id": f"cmt_{number:06}", "body": body, "author": by, "created_at": stamp(self.now())}

    def invalid(self, name: str, message: str) -> Refused:
        return Refused(self.knobs.invalid_status, "validation failed", [{"field": name, "message": message}])


@dataclass(frozen=True)
class Call:
    """One request whose key was accepted."""

    parts: Sequence[str]
    query: Query
    headers: dict[str, str]
    body: bytes
    key: Key
    request_id: str

    def json_object(self, world: World, *known: str) -> Body:
        """The body, which must be a JSON object with no field but the known ones; none at all is {}."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = Body.read(self.body, is_json=kind == "application/json", status=world.knobs.invalid_status)
        if world.knobs.unknown_fields == "refused":
            body.only(known)
        return body
