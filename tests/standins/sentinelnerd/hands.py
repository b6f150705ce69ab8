"""What a test does to the stand-in's state behind the client's back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.standins.sentinelnerd.app import Desk
from tests.standins.sentinelnerd.knobs import Knobs
from tests.standins.sentinelnerd.reading import SEVERITIES
from tests.standins.sentinelnerd.world import ALERTS_READ, ALERTS_WRITE, HeldAlert, Key, World, stamp

ANALYST, SECOND_ANALYST = "ada@example.com", "grace@example.com"
KEY = "snk_live_standin0000000001"
SANDBOX_KEY = "snk_test_standin0000000002"
READ_ONLY_KEY = "snk_live_standin0000000003"
ADMIN_KEY = "snk_live_standin0000000004"
EXPIRED_KEY = "snk_live_standin0000000005"
ASIDE = ("assignee", "resolution", "actions_taken", "related_events", "timeline", "comments")
"""Names that are no fields of a row; a test gives them like fields."""


def alert_id(number: int) -> str:
    """The id of the alert of a number."""
    return "alt_" + hashlib.md5(f"alert {number}".encode(), usedforsecurity=False).hexdigest()[:12]


class Hands:
    """Changes made here are seen at once and leave no trace in a timeline."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.world = world
        self.desk = desk

    @property
    def knobs(self) -> Knobs:
        return self.world.knobs

    @knobs.setter
    def knobs(self, knobs: Knobs) -> None:
        self.world.knobs = knobs

    def add_alert(
        self,
        id: str | None = None,
        *,
        created: datetime | None = None,
        raw: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> str:
        """Holds an alert and returns its id.

        Fields have their names on the wire, None leaves one out. What is in `raw` is taken as it is.
        """
        with self.desk.lock:
            number = self.world.next_number("alert")
            moment = (created or self.world.now() - timedelta(minutes=1)).replace(microsecond=0)
            name = alert_id(number) if id is None else id
            if name in self.world.alerts:
                raise ValueError(f"alert {name!r} is already held")
            alert = HeldAlert(name, number, moment, self.world.next_number("change"), {})
            self.world.alerts[name] = alert
            alert.fields = _plain(name, number, moment)
            alert.related_events = [
                {
                    "id": f"evt_{number}_{each}",
                    "timestamp": stamp(moment),
                    "message": "Failed password for root",
                }
                for each in range(1, 3)
            ]
            self.world.note(alert, "created", None)
            self._put(alert, fields, raw)
        return name

    def fill(
        self, count: int, *, open: int | None = None, within: timedelta = timedelta(days=29)
    ) -> list[str]:
        """Holds many alerts, newest first, spread evenly over time; `open` of them are open, or all."""
        newest, step = self.world.now(), within / max(count, 1)
        wanted = count if open is None else open
        names = []
        for index in range(count):
            is_open = (index + 1) * wanted // count > index * wanted // count
            status = "open" if is_open else ("resolved", "acknowledged")[index % 2]
            severity = SEVERITIES[index % len(SEVERITIES)]
            names.append(self.add_alert(created=newest - step * index, status=status, severity=severity))
        return names

    def set(self, id: str, *, raw: Mapping[str, Any] | None = None, **fields: Any) -> None:
        """As if somebody else had changed the alert; None takes a field away."""
        with self.desk.lock:
            alert = self.world.alerts[id]
            alert.changed = self.world.next_number("change")
            self._put(alert, fields, raw)

    def remove(self, id: str) -> None:
        with self.desk.lock:
            del self.world.alerts[id]

    def alert(self, id: str) -> dict[str, Any]:
        """The true alert with assignee, resolution, actions_taken, timeline, comments, related_events."""
        with self.desk.lock:
            return self.world.alerts[id].copy()

    def add_comment(self, alert_id: str, body: Any, *, by: str = SECOND_ANALYST) -> str:
        """A comment of somebody else with its timeline entry; a body may be any JSON."""
        with self.desk.lock:
            return str(self.world.comment(self.world.alerts[alert_id], body, by)["id"])

    def add_timeline_entry(self, alert_id: str, entry: Any) -> None:
        """An entry that reads exactly like this."""
        with self.desk.lock:
            self.world.alerts[alert_id].timeline.append(entry)

    def texts(self, alert_id: str) -> list[str]:
        """The comments that arrived, with a change or alone, oldest first: twice what was made twice."""
        return [each["body"] for each in self.alert(alert_id)["comments"]]

    def add_key(
        self,
        key: str = KEY,
        scopes: Sequence[str] = (ALERTS_READ, ALERTS_WRITE),
        *,
        owner: str = ANALYST,
        expires_at: datetime | None = None,
    ) -> Key:
        """Holds an API key; one with the same text is replaced."""
        made = Key(key, tuple(scopes), owner, expires_at)
        self.world.keys[key] = made
        return made

    def permit(self, *scopes: str, key: str = KEY) -> None:
        """Gives a key these scopes and no other."""
        self.world.keys[key].scopes = scopes

    def revoke_key(self, key: str = KEY) -> None:
        self.world.keys.pop(key, None)

    def _put(self, alert: HeldAlert, fields: Mapping[str, Any], raw: Mapping[str, Any] | None) -> None:
        row = dict(alert.fields)
        for name, value in fields.items():
            if name in ASIDE:
                is_list = name not in ("assignee", "resolution")
                setattr(alert, name, list(value or ()) if is_list else value)
            elif value is None:
                row.pop(name, None)
            else:
                row[name] = value
        alert.fields = row | dict(raw or {})


def _plain(name: str, number: int, moment: datetime) -> dict[str, Any]:
    return {
        "id": name,
        "rule_name": f"net.rule_{number % 10}",
        "title": f"Alert number {number}",
        "description": "10 failed logins from 203.0.113.42 in 5 minutes",
        "severity": "high",
        "status": "open",
        "source": "firewall",
        "event_count": 1 + number % 7,
        "first_event_at": stamp(moment - timedelta(minutes=5)),
        "last_event_at": stamp(moment),
        "created_at": stamp(moment),
        "enrichment": {"geo": {"country": "NL", "city": "Delft"}, "abuse_ipdb": {"score": number % 100}},
        "ai_analysis": {"summary": "The address is known for such attempts.", "threat_score": number % 100},
    }
