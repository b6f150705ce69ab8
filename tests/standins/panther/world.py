"""What the stand-in holds, and one call as its parts see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.standins.panther.knobs import Knobs
from tests.standins.panther.query import Query
from tests.standins.panther.refusals import bad_request
from tests.standins.panther.shelf import Shelf
from tests.standins.panther.times import micros, written

ALERT_READ, ALERT_MODIFY, USER_READ = "AlertRead", "AlertModify", "UserRead"
ALL_PERMISSIONS = (ALERT_MODIFY, ALERT_READ, USER_READ)


@dataclass
class Token:
    """An API token. It works from `valid_from` until `expires_at`."""

    key: str
    id: str
    name: str
    permissions: tuple[str, ...] = ALL_PERMISSIONS
    created_by: dict[str, Any] = field(default_factory=dict)
    valid_from: datetime | None = None
    expires_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= now) and (
            self.expires_at is None or now < self.expires_at
        )


@dataclass
class HeldComment:
    """A comment; lists leave it out until it was left out `hidden_reads` times."""

    fields: dict[str, Any]
    hidden_reads: int = 0


@dataclass
class World:
    """All state; knobs say how it answers."""

    now: Callable[[], datetime]
    knobs: Knobs
    shelf: Shelf = field(default_factory=Shelf)
    comments: dict[str, HeldComment] = field(default_factory=dict)
    users: list[dict[str, Any]] = field(default_factory=list)
    tags: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def now_text(self) -> str:
        return written(self.now())

    def now_micros(self) -> int:
        return micros(self.now())

    def next_number(self, kind: str) -> int:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]

    def actor(self, value: Any) -> Any:
        """An actor object as the knob has it."""
        if not isinstance(value, dict) or set(value) != {"id", "type"}:
            return value
        match self.knobs.actors:
            case "swapped":
                return {"id": value["type"], "type": value["id"]}
            case "bare":
                return value["id"]
            case "untyped":
                return {"id": value["id"]}
            case _:
                return value


@dataclass(frozen=True)
class Call:
    """One request whose token was accepted."""

    parts: Sequence[str]
    query: Query
    raw_query: str
    headers: dict[str, str]
    body: bytes
    token: Token

    @property
    def actor(self) -> dict[str, Any]:
        return {"id": self.token.id, "type": "api-token"}

    def json_object(self) -> dict[str, Any]:
        """The body, which must be a JSON object and say so."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise bad_request(f"unsupported content type {kind!r}, must be application/json")
        if not self.body:
            raise bad_request("missing required payload")
        try:
            value = json.loads(self.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise bad_request("the body is not valid JSON") from None
        if not isinstance(value, dict):
            raise bad_request("the body must be a JSON object")
        return value


def _no_constant(word: str) -> Any:
    raise ValueError(word)
