"""What a test does to the stand-in's state behind the client's back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.standins.panther.app import Desk
from tests.standins.panther.comments import write_comment
from tests.standins.panther.knobs import Knobs
from tests.standins.panther.reading import SEVERITIES, events_of
from tests.standins.panther.shelf import HeldAlert, tab_of
from tests.standins.panther.times import micros, to_millis, written
from tests.standins.panther.world import ALL_PERMISSIONS, Token, World

ANALYST, SECOND_ANALYST, FORMER_ANALYST = "user-1", "user-2", "user-3"
TOKEN = "standin-token-000000000000"


def alert_id(number: int) -> str:
    """The id of the alert of a number: 32 hex digits."""
    return hashlib.md5(f"alert {number}".encode(), usedforsecurity=False).hexdigest()


class Hands:
    """Changes made here are seen at once, whatever the knobs say about delay."""

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
        log_sources: Sequence[str] = (),
        log_types: Sequence[str] = ("AWS.CloudTrail",),
        resource_types: Sequence[str] = (),
        tab: str | None = None,
        events: Sequence[Any] | None = None,
        raw: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> str:
        """Holds an alert and returns its id.

        Fields have their names on the wire; None leaves one out, an assignee is a user id.
        What is in `raw` is taken as it is.
        """
        number = self.world.next_number("alert")
        moment = to_millis(created or self.world.now() - timedelta(minutes=1))
        name = alert_id(number) if id is None else id
        wire = {**self._plain(name, number, moment), **_formed(fields), **(raw or {})}
        wire = {key: value for key, value in wire.items() if value is not None or key in (raw or {})}
        alert = HeldAlert(
            name,
            micros(moment),
            tab or tab_of(wire.get("type")),
            wire,
            frozenset(log_sources),
            frozenset(log_types),
            frozenset(resource_types),
            None if events is None else list(events),
        )
        with self.desk.lock:
            self.world.shelf.add(alert)
        return name

    def change_alert(
        self, id: str, *, by: str = SECOND_ANALYST, raw: Mapping[str, Any] | None = None, **fields: Any
    ) -> None:
        """As if `by` had changed it in the vendor's own console; None takes a field away."""
        with self.desk.lock:
            alert = self.world.shelf.by_id[id]
            wire = {**alert.fields, "updatedBy": {"id": by, "type": "user"}, **_formed(fields)}
            wire = {key: value for key, value in wire.items() if key not in fields or value is not None}
            self.world.shelf.change(alert, wire | dict(raw or {}))

    def remove_alert(self, id: str) -> None:
        with self.desk.lock:
            self.world.shelf.remove(self.world.shelf.by_id[id])

    def add_event(self, id: str, event: Any) -> None:
        """An event attaches to an alert, whatever its status; its count grows."""
        with self.desk.lock:
            alert = self.world.shelf.by_id[id]
            alert.events = [*events_of(alert), event]
            grown = {"eventCount": len(alert.events), "lastReceivedEventAt": self.world.now_text()}
            self.world.shelf.change(alert, alert.fields | grown)

    def alert(self, id: str) -> dict[str, Any]:
        """The true fields of an alert, without delay and without any knob's form."""
        return dict(self.world.shelf.by_id[id].fields)

    def fill(
        self, count: int, *, open: int | None = None, within: timedelta = timedelta(days=29)
    ) -> list[str]:
        """Holds many alerts, newest first, spread evenly over time; `open` of them are OPEN, or all."""
        newest, step = self.world.now(), within / max(count, 1)
        wanted = count if open is None else open
        closed = ("RESOLVED", "CLOSED", "TRIAGED")
        made: list[HeldAlert] = []
        for index in range(count):
            number = self.world.next_number("alert")
            moment = to_millis(newest - step * index)
            name = alert_id(number)
            fields = self._plain(name, number, moment)
            if (index + 1) * wanted // count == index * wanted // count:
                fields["status"] = closed[index % 3]
            fields["severity"] = SEVERITIES[index % 5]
            log_types = frozenset({("AWS.CloudTrail", "Okta.SystemLog", "GitHub.Audit")[index % 3]})
            made.append(HeldAlert(name, micros(moment), "ALERT", fields, log_types=log_types))
        with self.desk.lock:
            self.world.shelf.add_many(made)
        return [alert.id for alert in made]

    # Comments, people, tags.

    def add_comment(
        self,
        alert_id: str,
        body: Any,
        *,
        by: str = SECOND_ANALYST,
        format: str = "PLAIN_TEXT",
        raw: Mapping[str, Any] | None = None,
    ) -> str:
        """A body may be any JSON: the document types it in requests only."""
        given = {"alertId": alert_id, "body": body, "format": format, **(raw or {})}
        with self.desk.lock:
            return str(write_comment(self.world, given, {"id": by, "type": "user"}).fields["id"])

    def comments_of(self, alert_id: str) -> list[dict[str, Any]]:
        """True comments, oldest first."""
        held = self.world.comments.values()
        return [dict(each.fields) for each in held if each.fields.get("alertId") == alert_id]

    def add_user(
        self,
        id: str | None,
        email: str,
        given: str = "",
        family: str = "",
        *,
        enabled: bool = True,
        **fields: Any,
    ) -> None:
        """A user without id is valid, as the document does not require one."""
        user = {"email": email, "givenName": given, "familyName": family, "enabled": enabled}
        user |= {
            "role": {"id": "role-1", "name": "Analyst"},
            "status": "CONFIRMED" if enabled else "DISABLED",
        }
        user |= {"createdAt": "2024-01-01T00:00:00Z", **fields}
        with self.desk.lock:
            self.world.users.append(user if id is None else {"id": id, **user})

    def add_tag(self, tag: str, *, category: str = "custom", managed: bool = False) -> None:
        self.world.tags[tag] = {"tag": tag, "category": category, "managed": managed}

    # Tokens.

    def add_token(
        self,
        key: str = TOKEN,
        permissions: Sequence[str] = ALL_PERMISSIONS,
        *,
        valid_from: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> Token:
        """Holds a token; one with the same key is replaced."""
        number = self.world.next_number("token")
        creator = {"id": ANALYST, "type": "user"}
        name = f"token {number}"
        token = Token(key, f"api-token-{number}", name, tuple(permissions), creator, valid_from, expires_at)
        self.world.tokens[key] = token
        return token

    def permit(self, *permissions: str, key: str = TOKEN) -> None:
        """Gives a token these permissions and no other."""
        self.world.tokens[key].permissions = permissions

    def revoke_token(self, key: str = TOKEN) -> None:
        self.world.tokens.pop(key, None)

    def _plain(self, name: str, number: int, moment: datetime) -> dict[str, Any]:
        at = written(moment)
        return {
            "id": name,
            "type": "RULE",
            "status": "OPEN",
            "severity": "HIGH",
            "title": f"Alert number {number}",
            "createdAt": at,
            "firstEventOccurredAt": at,
            "lastReceivedEventAt": at,
            "eventCount": 1 + number % 7,
            "context": {"number": number},
            "runbook": "Ask the owner of the account.",
            "detection": {"id": f"Rule.{number % 10}", "type": "RULE"},
            "deliveries": [],
        }


def _formed(fields: dict[str, Any]) -> dict[str, Any]:
    assignee = fields.get("assignee")
    if isinstance(assignee, str):
        return fields | {"assignee": {"id": assignee, "type": "user"}}
    return fields
