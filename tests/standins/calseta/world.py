"""What the stand-in holds, and one call as its parts see it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.standins.calseta.inputs import Inputs
from tests.standins.calseta.knobs import Knobs
from tests.standins.calseta.refusals import not_found
from tests.standins.calseta.words import ADMIN

_SPACE = uuid.UUID("5e1f0000-0000-4000-8000-000000000000")


def written(moment: datetime) -> str:
    """UTC with microseconds: such texts sort as the instants do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def made_uuid(kind: str, number: int) -> str:
    """The uuid of the thing of a number; the same in every run."""
    return str(uuid.uuid5(_SPACE, f"{kind} {number}"))


@dataclass
class Key:
    """An API key. Its first 8 characters are its prefix, the only name that activity tells."""

    key: str
    scopes: tuple[str, ...]
    name: str
    expires_at: datetime | None = None
    key_type: str = "human"
    allowed_sources: tuple[str, ...] | None = None
    """Restricts ingest, not reading."""

    @property
    def prefix(self) -> str:
        return self.key[:8]

    def may(self, scope: str) -> bool:
        return scope in self.scopes or ADMIN in self.scopes


@dataclass
class HeldAlert:
    """One alert: the stored fields as they are written on the wire, and its links."""

    number: int
    """The internal id, which activity tells."""
    fields: dict[str, Any]
    indicators: list[str] = field(default_factory=list)
    rule: str | None = None

    @property
    def uuid(self) -> str:
        return str(self.fields["uuid"])


@dataclass
class HeldDocument:
    """A context document and the alerts that it is meant for; None: its rules fit every alert."""

    fields: dict[str, Any]
    alerts: frozenset[str] | None = None


@dataclass
class World:
    """All state; knobs say how it answers."""

    now: Callable[[], datetime]
    knobs: Knobs
    keys: dict[str, Key] = field(default_factory=dict)
    alerts: dict[str, HeldAlert] = field(default_factory=dict)
    indicators: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: list[HeldDocument] = field(default_factory=list)
    activity: list[dict[str, Any]] = field(default_factory=list)
    """Oldest first."""
    sources: list[dict[str, Any]] = field(default_factory=list)
    agents: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def now_text(self) -> str:
        return written(self.now())

    def next_number(self, kind: str) -> int:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]

    def next_uuid(self, kind: str) -> str:
        return made_uuid(kind, self.next_number(kind))

    def note(
        self,
        event_type: str,
        references: dict[str, Any] | None,
        *,
        alert: HeldAlert | None = None,
        prefix: str | None = None,
        actor_type: str = "api",
    ) -> None:
        """Writes an activity event."""
        event = {
            "uuid": self.next_uuid("event"),
            "event_type": event_type,
            "actor_type": actor_type,
            "actor_key_prefix": prefix,
            "alert_id": None if alert is None else alert.number,
            "workflow_id": None,
            "detection_rule_id": None,
            "references": references,
            "created_at": self.now_text(),
        }
        self.activity.append(event)

    def linked(self, alert: HeldAlert) -> list[dict[str, Any]]:
        """The indicators of an alert."""
        return [self.indicators[each] for each in alert.indicators]

    def sharing(self, indicator: str, other_than: str) -> list[HeldAlert]:
        """The other alerts of an indicator, the latest first."""
        found = [
            alert
            for alert in self.alerts.values()
            if indicator in alert.indicators and alert.uuid != other_than
        ]
        return sorted(found, key=lambda alert: str(alert.fields["occurred_at"]), reverse=True)


@dataclass(frozen=True)
class Call:
    """One request whose key was accepted."""

    world: World
    parts: list[str]
    inputs: Inputs
    key: Key

    def alert(self) -> HeldAlert:
        """The alert in the path, once everything else of the call was checked."""
        name = self.inputs.path_uuid("alert_uuid", self.parts[2])
        self.inputs.done()
        return held(self.world, name)


def held(world: World, name: str) -> HeldAlert:
    alert = world.alerts.get(name)
    if alert is None:
        raise not_found("Alert not found.")
    return alert


def plain(name: str, at: str) -> dict[str, Any]:
    """The stored fields of an alert that nothing is known about yet."""
    empty = (
        *("description", "enriched_at", "fingerprint", "close_classification", "acknowledged_at"),
        *("triaged_at", "closed_at", "detection_rule_id", "last_seen_at", "raw_payload"),
        *("malice_override", "malice_override_source", "malice_override_at", "agent_findings"),
    )
    return dict.fromkeys(empty) | {
        "uuid": name,
        "title": "",
        "severity": "Pending",
        "status": "Open",
        "enrichment_status": "Pending",
        "source_name": "generic",
        "occurred_at": at,
        "ingested_at": at,
        "is_enriched": False,
        "duplicate_count": 0,
        "tags": [],
        "created_at": at,
        "updated_at": at,
    }
