"""What a test does to the stand-in's state behind the client's back."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from tests.standins.chad import times
from tests.standins.chad.accounts import mint
from tests.standins.chad.app import Desk
from tests.standins.chad.comments import of_alert, write
from tests.standins.chad.knobs import Knobs
from tests.standins.chad.world import Held, Key, User, World

ANALYST, SECOND_ANALYST, VIEWER, ADMIN = (
    f"{name}@example.com" for name in ("ada", "grace", "victor", "alice")
)
PASSWORD = "correct horse battery staple"
KEY, EXPIRED_KEY = f"chad_{'k' * 43}", f"chad_{'e' * 43}"
DOCUMENTED_KEY, DOCUMENTED_EXPIRED_KEY, DOCUMENTED_UNREADING_KEY = (
    f"chad_ak_{letter * 32}" for letter in "keu"
)
"""The last one may not read alerts."""
SEVERITIES = ("critical", "high", "medium", "low", "informational")


def alert_id(number: int) -> str:
    """The id of the alert of a number: 32 hex digits."""
    return hashlib.sha256(f"alert {number}".encode()).hexdigest()[:32]


class Hands:
    """Fields have the names that the stand-in's form has for them."""

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
        self, id: str | None = None, *, created: datetime | None = None, silent: bool = False, **fields: Any
    ) -> str:
        """Holds an alert a minute old, tells of it on the stream unless silent, and returns its id."""
        moment = created or self.world.now() - timedelta(minutes=1)
        with self.desk.lock:
            alert = self._plain(id, moment, fields)
            self.world.put(alert)
        if not silent:
            self.desk.stream.announce(alert)
        return alert.id

    def fill(self, count: int, *, within: timedelta = timedelta(days=29), **fields: Any) -> list[str]:
        """Holds many alerts, newest first, spread evenly over time; nothing is announced."""
        newest, step = self.world.now(), within / max(count, 1)
        with self.desk.lock:
            made = [self._plain(None, newest - step * index, fields) for index in range(count)]
            for alert in made:
                self.world.put(alert)
        return [alert.id for alert in made]

    def alert(self, id: str) -> dict[str, Any]:
        """The document as the server has it."""
        return dict(self.world.alerts[id].fields)

    def set(self, id: str, **fields: Any) -> None:
        """As if somebody else had changed the document; in the current form its updated_at moves along."""
        with self.desk.lock:
            alert = self.world.alerts[id]
            moved = {"updated_at": self.world.now_text()} if self.world.form == "current" else {}
            alert.fields = alert.fields | moved | fields

    def take_away(self, id: str, *names: str) -> None:
        """Fields leave the document, so that it may be malformed."""
        with self.desk.lock:
            alert = self.world.alerts[id]
            alert.fields = {name: value for name, value in alert.fields.items() if name not in names}

    def remove(self, id: str) -> None:
        with self.desk.lock:
            self.world.drop(id)

    def announce(self, id: str) -> None:
        """Tells of an alert on the stream, once more if it was told before."""
        self.desk.stream.announce(self.world.alerts[id])

    # Comments.

    def add_comment(self, alert_id: str, text: str, *, by: str = SECOND_ANALYST) -> str:
        with self.desk.lock:
            return str(write(self.world, alert_id, text, self.world.user(by))["id"])

    def comments_of(self, alert_id: str) -> list[dict[str, Any]]:
        """Comments that are not deleted, oldest first, in the current form's names whatever the form."""
        return [dict(each) for each in of_alert(self.world, alert_id)]

    # People, tokens, keys.

    def add_user(self, email: str, role: str = "analyst", **fields: Any) -> User:
        """Fields are those of User."""
        user = User(self.world.next_uuid("user"), email, fields.pop("password", PASSWORD), role, **fields)
        self.world.users[user.id] = user
        return user

    def user(self, email: str) -> User:
        return self.world.user(email)

    def token(self, email: str = ANALYST, *, minutes: float | None = None) -> str:
        """A token as a login gives it, for so many minutes."""
        with self.desk.lock:
            return mint(self.world, self.world.user(email), minutes)

    def expire_tokens(self) -> None:
        """No token given out so far works any longer, whatever its claims say."""
        for token in self.world.tokens.values():
            token.expires_at = self.world.now()

    def revoke_tokens(self, email: str) -> None:
        """As a change of the password does."""
        self.world.user(email).version += 1

    def add_key(self, key: str, *, expires_at: datetime | None = None, reads: bool = True) -> None:
        self.world.keys[key] = Key(expires_at, reads)

    def revoke_key(self, key: str) -> None:
        self.world.keys.pop(key, None)

    # The stream.

    @property
    def listening(self) -> int:
        """How many connections to the stream are open."""
        return len(self.desk.stream.listeners)

    @property
    def stream_texts(self) -> list[str]:
        """Every text a client sent on the stream."""
        return self.desk.stream.texts

    def drop_streams(self) -> None:
        self.desk.stream.drop()

    def _plain(self, id: str | None, moment: datetime, given: dict[str, Any]) -> Held:
        number = self.world.next_number("alert")
        name = alert_id(number) if id is None else id
        current = self.world.form == "current"
        fields = (_current if current else _documented)(name, number, moment) | given
        created = times.read(fields.get("created_at")) or moment
        return Held(name, created, number, fields)


def _common(number: int) -> dict[str, Any]:
    return {
        "rule_id": f"00000000-0000-4000-8000-{number % 10:012d}",
        "rule_title": f"Rule {number % 10}",
        "severity": SEVERITIES[number % 5],
        "status": "new",
        "tags": ["attack.credential_access", "attack.t1110"],
    }


def _log(number: int, moment: datetime) -> dict[str, Any]:
    return {
        "@timestamp": times.written(moment),
        "event": {"code": "4625", "outcome": "failure"},
        "source": {"ip": f"192.0.2.{number % 250}"},
        "user": {"name": f"user{number}"},
    }


def _current(name: str, number: int, moment: datetime) -> dict[str, Any]:
    at = times.stored(moment)
    dates = {"created_at": at, "updated_at": at}
    return {"alert_id": name, **_common(number), "log_document": _log(number, moment), **dates}


def _documented(name: str, number: int, moment: datetime) -> dict[str, Any]:
    nobody = dict.fromkeys(("acknowledged_at", "resolved_at", "acknowledged_by", "resolved_by"))
    enrichment = {"risk_level": "unknown", "risk_score": 0, "iocs": [], "geoip": {}}
    rest = {"matched_log": _log(number, moment), "enrichment": enrichment, "related_alerts": []}
    return {"id": name, **_common(number), "created_at": times.written(moment), **nobody, **rest}
