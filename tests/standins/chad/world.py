"""What the stand-in holds: alerts as documents of a search store, people, keys, comments, an audit log."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.standins.chad import times
from tests.standins.chad.knobs import Form, Knobs
from tests.standins.chad.refusals import invalid, plain, search_unavailable

CACHED = timedelta(seconds=30)
BREAKER_FAILURES, BREAKER_OPEN = 3, timedelta(seconds=30)
PERMISSIONS = ("manage_alerts", "manage_api_keys", "manage_settings", "view_audit")
_GRANTED = {"admin": PERMISSIONS, "analyst": ("manage_alerts",), "viewer": ()}


@dataclass
class User:
    """Somebody who logs in. A code makes the second step of a login necessary."""

    id: str
    email: str
    password: str
    role: str = "analyst"
    team: str | None = None
    code: str | None = None
    must_set_up_code: bool = False
    must_change_password: bool = False
    is_active: bool = True
    sso_only: bool = False
    version: int = 0
    """Tokens of another version are revoked."""
    granted: dict[str, bool] = field(default_factory=dict)
    """Permissions that differ from those of the role."""

    def permissions(self) -> dict[str, bool]:
        return {name: name in _GRANTED[self.role] for name in PERMISSIONS} | self.granted


@dataclass
class Token:
    """A token as the server gave it out."""

    user_id: str
    version: int
    expires_at: datetime


@dataclass
class Key:
    """An API key; the current form knows no scopes, so there every key reads."""

    expires_at: datetime | None = None
    reads: bool = True
    used: list[datetime] = field(default_factory=list)


@dataclass
class Pending:
    """A login that waits for its second step."""

    user_id: str
    expires_at: datetime


@dataclass
class Held:
    """One alert, as the document that the search store holds."""

    id: str
    created: datetime
    number: int
    fields: dict[str, Any]


@dataclass
class Breaker:
    """Fails every list for a while once the search store has failed three times in a row."""

    failures: int = 0
    open_until: datetime | None = None

    def check(self, now: datetime) -> None:
        if self.open_until is not None and now < self.open_until:
            raise search_unavailable()

    def failed(self, now: datetime) -> None:
        self.failures += 1
        if self.failures >= BREAKER_FAILURES:
            self.open_until = now + BREAKER_OPEN

    def worked(self) -> None:
        self.failures, self.open_until = 0, None


@dataclass
class World:
    """All state; knobs say how it answers."""

    form: Form
    now: Callable[[], datetime]
    knobs: Knobs
    alerts: dict[str, Held] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    failed_logins: dict[str, list[datetime]] = field(default_factory=dict)
    csrf_tokens: dict[str, datetime] = field(default_factory=dict)
    """When each of them ends."""
    audit: list[dict[str, Any]] = field(default_factory=list)
    breaker: Breaker = field(default_factory=Breaker)
    cached: dict[str, tuple[datetime, Any]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    _order: list[Held] | None = None

    def next_number(self, kind: str) -> int:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]

    def next_uuid(self, kind: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {self.next_number(kind)}"))

    def now_text(self) -> str:
        """The present as documents of this form have it."""
        return times.stored(self.now()) if self.form == "current" else times.written(self.now())

    def user(self, email: str) -> User:
        return next(user for user in self.users.values() if user.email == email)

    def put(self, alert: Held) -> None:
        self.alerts[alert.id] = alert
        self._order = None

    def drop(self, alert_id: str) -> None:
        del self.alerts[alert_id]
        self._order = None

    def newest_first(self) -> Sequence[Held]:
        if self._order is None:
            order = sorted(self.alerts.values(), key=lambda each: (each.created, each.number), reverse=True)
            self._order = order
        return self._order

    def found(self, alert_id: str) -> Held | None:
        """An alert, unless the search store does not answer: then there seems to be none."""
        self.need_search()
        return None if self.knobs.outage else self.alerts.get(alert_id)

    def need_search(self) -> None:
        if not self.knobs.configured:
            raise plain(400, "OpenSearch not configured. Please configure OpenSearch in settings.")

    def note(self, user: User, action: str, resource: str | None, **details: Any) -> None:
        """Writes a line of the audit log; a comment's is of another type than an alert's."""
        kind = "alert_comment" if action.startswith("alert.comment_") else "alert"
        line: dict[str, Any] = {
            "id": self.next_uuid("audit"),
            "user_id": user.id,
            "user_email": user.email,
            "action": action,
        }
        line |= {
            "resource_type": kind,
            "resource_id": resource,
            "details": details,
            "ip_address": "192.0.2.1",
        }
        self.audit.append(line | {"created_at": times.written(self.now())})


@dataclass(frozen=True)
class Call:
    """One request that may be carried out."""

    names: Sequence[str]
    """What stands in the variable parts of the path, in order."""
    query: Sequence[tuple[str, str]]
    body: bytes
    given_user: User | None

    @property
    def user(self) -> User:
        assert self.given_user is not None
        return self.given_user

    def text(self, name: str) -> str | None:
        """A parameter; of a repeated one the last counts."""
        values = [value for key, value in self.query if key == name]
        return values[-1] if values else None

    def number(self, name: str, default: int, least: int, most: int | None = None) -> int:
        text = self.text(name)
        if text is None:
            return default
        loc = ("query", name)
        try:
            value = int(text)
        except ValueError:
            message = "Input should be a valid integer, unable to parse string as an integer"
            raise invalid("int_parsing", loc, message, text) from None
        if value < least:
            message = f"Input should be greater than or equal to {least}"
            raise invalid("greater_than_equal", loc, message, text, {"ge": least})
        if most is not None and value > most:
            message = f"Input should be less than or equal to {most}"
            raise invalid("less_than_equal", loc, message, text, {"le": most})
        return value

    def truth(self, name: str, *, default: bool) -> bool:
        text = self.text(name)
        if text is None:
            return default
        if text.lower() in ("true", "1", "yes", "on", "t", "y"):
            return True
        if text.lower() in ("false", "0", "no", "off", "f", "n"):
            return False
        message = "Input should be a valid boolean, unable to interpret input"
        raise invalid("bool_parsing", ("query", name), message, text)

    def json_object(self, *, optional: bool = False) -> dict[str, Any]:
        if not self.body:
            if optional:
                return {}
            raise invalid("missing", ("body",), "Field required", None)
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            message = "JSON decode error"
            raise invalid("json_invalid", ("body", 0), message, {}, {"error": "not JSON"}) from None
        if not isinstance(value, dict):
            message = "Input should be a valid dictionary or object to extract fields from"
            raise invalid("model_attributes_type", ("body",), message, value)
        return value
