"""What a test does to the stand-in's state behind the client's back."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.standins.calseta import changing
from tests.standins.calseta.app import Desk
from tests.standins.calseta.knobs import Knobs
from tests.standins.calseta.shapes import whole
from tests.standins.calseta.words import ALERTS_READ, ALERTS_WRITE, ENRICHMENTS_READ, SEVERITIES
from tests.standins.calseta.world import HeldAlert, HeldDocument, Key, World, made_uuid, plain, written

KEY = "cai_good" + "g" * 39
READ_KEY = "cai_read" + "r" * 39
EXPIRED_KEY = "cai_late" + "e" * 39
OTHER_PREFIX = "cai_othr"
"""What activity tells of a change that somebody else made."""
ANALYST_SCOPES = (ALERTS_READ, ALERTS_WRITE, ENRICHMENTS_READ)


def alert_id(number: int) -> str:
    """The uuid of the alert of a number."""
    return made_uuid("alert", number)


class Hands:
    """Changes made here are seen at once and count against no limit."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.world = world
        self.desk = desk

    @property
    def knobs(self) -> Knobs:
        return self.world.knobs

    @knobs.setter
    def knobs(self, knobs: Knobs) -> None:
        self.world.knobs = knobs

    # Alerts.

    def add_alert(
        self,
        id: str | None = None,
        *,
        created: datetime | None = None,
        indicators: Iterable[tuple[str, str]] = (),
        rule: str | None = None,
        **fields: Any,
    ) -> str:
        """Holds an alert and returns its uuid.

        Fields have their names on the wire and are taken as they are; an instant may be a datetime.
        Without `created`, each alert is a microsecond younger than the one before. `rule` is the uuid
        of a rule that is held.
        """
        number = self.world.next_number("alert")
        usual = self.world.now() - timedelta(minutes=1) + timedelta(microseconds=number)
        name = alert_id(number) if id is None else str(UUID(id))
        if name in self.world.alerts:
            raise ValueError(f"alert {name!r} is already held")
        stored = plain(name, written(created or usual))
        stored |= {"title": f"Alert number {number}", "severity": "High"}
        stored["detection_rule_id"] = None if rule is None else self.world.rules[rule]["id"]
        with self.desk.lock:
            alert = HeldAlert(number, stored | _formed(fields), rule=rule)
            self.world.alerts[name] = alert
            for kind, value in indicators:
                changing.link_indicator(self.world, alert, kind, value)
        return name

    def fill(self, count: int, *, within: timedelta = timedelta(days=29)) -> list[str]:
        """Holds many open alerts, newest first, spread evenly over time and over the severities."""
        newest, step = self.world.now(), within / max(count, 1)
        levels = SEVERITIES[::-1]
        return [
            self.add_alert(created=newest - step * index, severity=levels[index % len(levels)])
            for index in range(count)
        ]

    def set(self, id: str, *, by: str = OTHER_PREFIX, **fields: Any) -> None:
        """As if somebody else had changed it: with events and stamps, but without the product's rules.

        Fields that the API cannot change, and None, are written as they are.
        """
        patched = {
            name: value for name, value in fields.items() if name in changing.PATCH and value is not None
        }
        with self.desk.lock:
            alert = self.world.alerts[id]
            changing.apply(self.world, alert, patched, by)
            rest = {name: value for name, value in fields.items() if name not in patched}
            if rest:
                alert.fields = alert.fields | {"updated_at": self.world.now_text()} | _formed(rest)

    def remove(self, id: str) -> None:
        with self.desk.lock:
            changing.remove(self.world, self.world.alerts[id])

    def alert(self, id: str) -> dict[str, Any]:
        """The server's own copy, in the form in which it answers."""
        with self.desk.lock:
            return copy.deepcopy(whole(self.world, self.world.alerts[id]))

    def activity(self, id: str) -> list[dict[str, Any]]:
        """The events of an alert, oldest first."""
        number = self.world.alerts[id].number
        return [dict(event) for event in self.world.activity if event["alert_id"] == number]

    def add_event(self, id: str, event_type: str, references: Mapping[str, Any] | None = None) -> None:
        """An event of any type, also of one that no page knows."""
        with self.desk.lock:
            given = None if references is None else dict(references)
            self.world.note(event_type, given, alert=self.world.alerts[id], actor_type="system")

    def add_finding(self, id: str, summary: str, *, agent: str = "triage-agent", **fields: Any) -> str:
        with self.desk.lock:
            given = {"agent_name": agent, "summary": summary, **fields}
            finding = changing.write_finding(self.world, self.world.alerts[id], given, OTHER_PREFIX)
            return str(finding["id"])

    # Indicators, rules, documents.

    def add_indicator(self, id: str, type: str, value: str, **fields: Any) -> str:
        """Links an indicator to an alert and returns its uuid; fields as on the wire."""
        with self.desk.lock:
            held = changing.link_indicator(self.world, self.world.alerts[id], type, value)
            held |= _formed(fields)
            return str(held["uuid"])

    def add_rule(self, name: str, **fields: Any) -> str:
        number = self.world.next_number("rule")
        at = self.world.now_text()
        uuid = made_uuid("rule", number)
        empty = ("source_rule_id", "source_name", "severity", "run_frequency", "created_by", "documentation")
        lists = ("mitre_tactics", "mitre_techniques", "mitre_subtechniques", "data_sources")
        rule = {"id": number, "uuid": uuid, "name": name, "is_active": True, **dict.fromkeys(empty)}
        rule |= {each: [] for each in lists} | {"created_at": at, "updated_at": at}
        self.world.rules[uuid] = rule | _formed(fields)
        return uuid

    def add_document(
        self, title: str, content: str = "", *, alerts: Iterable[str] | None = None, **fields: Any
    ) -> str:
        """A context document: of every alert, or only of those that are named."""
        at, uuid = self.world.now_text(), self.world.next_uuid("document")
        document = {
            "uuid": uuid,
            "title": title,
            "document_type": "runbook",
            "is_global": alerts is None,
            "description": None,
            "tags": [],
            "version": 1,
            "content": content,
            "targeting_rules": None,
            "created_at": at,
            "updated_at": at,
        }
        wanted = None if alerts is None else frozenset(alerts)
        self.world.documents.append(HeldDocument(document | _formed(fields), wanted))
        return uuid

    def add_agent(self, name: str, *, active: bool = True) -> str:
        uuid = self.world.next_uuid("agent")
        self.world.agents[uuid] = {"uuid": uuid, "name": name, "is_active": active}
        return uuid

    # Keys and limits.

    def add_key(
        self,
        key: str = KEY,
        scopes: Sequence[str] = ANALYST_SCOPES,
        *,
        expires_at: datetime | None = None,
        allowed_sources: Sequence[str] | None = None,
    ) -> Key:
        """Holds a key; the same key is replaced."""
        name = f"key {self.world.next_number('key')}"
        sources = None if allowed_sources is None else tuple(allowed_sources)
        held = Key(key, tuple(scopes), name, expires_at, allowed_sources=sources)
        self.world.keys[key] = held
        return held

    def permit(self, *scopes: str, key: str = KEY) -> None:
        """Gives a key these scopes and no other."""
        self.world.keys[key].scopes = scopes

    def revoke_key(self, key: str = KEY) -> None:
        self.world.keys.pop(key, None)

    def refill(self) -> None:
        """Every bucket of the rate limit is empty again."""
        self.desk.windows.clear()


def _formed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: written(value) if isinstance(value, datetime) else value for name, value in fields.items()}
