"""A remote system to which one signs in: accounts, codes, tokens that end, and what it says to the rest."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from alerttui.backends.contract import Backend, BackendSettings
from alerttui.domain.errors import ConfigError, NotLetIn
from tests.triage.mirror.remote import CAPABILITIES, Clock, FakeRemote, remote_alert

EMAIL: Final = "ada@acme.example"
PASSWORD: Final = "corr3ct-horse-passw0rd"
"""No output, log, error or file may hold it."""
CODE: Final = "123456"
ENDS_S: Final = 1_893_456_000
"""2030-01-01T00:00:00Z"""

SIGNED_IN_CAPABILITIES: Final = replace(CAPABILITIES, signs_in=True)


def a_jwt(claims: object, mark: str = "m4rk") -> str:
    """A token that says this of itself; its signature is nonsense."""
    parts = [json.dumps({"alg": "none"}).encode(), json.dumps(claims).encode(), mark.encode()]
    return ".".join(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts)


TOKEN: Final = a_jwt({"sub": "ada", "exp": ENDS_S})
"""What signing in gives first; no output, log, error or file but its own may hold it."""


def _open() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(eq=False)
class Door:
    """Who is let in, and what was tried."""

    wants_code: bool = False
    gives: str = TOKEN
    open: asyncio.Event = field(default_factory=_open)
    """Nothing is answered until it is set."""
    valid: set[str] = field(default_factory=set)
    """Tokens that are good now."""
    locked: str = ""
    """What is said instead of letting anybody in."""
    tried: list[tuple[str, str]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    closed: int = 0

    def let_in(self) -> str:
        """A good token."""
        self.valid.add(self.gives)
        return self.gives


@dataclass(eq=False)
class DoorSignIn:
    """One attempt at the door."""

    door: Door
    _is_begun: bool = False

    async def begin(self, name: str, password: str) -> str | None:
        self.door.tried.append((name, password))
        await self.door.open.wait()
        if self.door.locked:
            raise NotLetIn(self.door.locked)
        if (name, password) != (EMAIL, PASSWORD):
            raise NotLetIn("The fake does not know these: wrong e-mail or password.")
        self._is_begun = True
        return None if self.door.wants_code else self.door.let_in()

    async def confirm(self, code: str) -> str:
        assert self._is_begun
        self.door.codes.append(code)
        if code != CODE:
            raise NotLetIn("The fake says: wrong code.")
        return self.door.let_in()

    async def close(self) -> None:
        self.door.closed += 1


@dataclass(eq=False)
class SignedInRemote(FakeRemote):
    """The fake remote behind a door."""

    door: Door = field(default_factory=Door)
    token: str = ""

    def __post_init__(self) -> None:
        self.capabilities = SIGNED_IN_CAPABILITIES

    def sign_in(self) -> DoorSignIn:
        return DoorSignIn(self.door)

    def use_token(self, token: str) -> None:
        self.token = token

    async def close(self) -> None:
        return

    def _ask(self, operation: str) -> None:
        if self.token not in self.door.valid:
            self.asked["refused"] += 1
            raise NotLetIn("The fake does not let us in (401): the token ended.")
        super()._ask(operation)


@dataclass(eq=False)
class DoorEntrance:
    """The entrance of a mirror on a remote with a door; `stored` is the token where the profile says."""

    remote: SignedInRemote
    stored: str = ""
    token: str = field(default="", repr=False)
    kept: list[str] = field(default_factory=list)
    keeping_fails: str = ""

    @property
    def name(self) -> str:
        return EMAIL

    def sign_in(self) -> DoorSignIn:
        return self.remote.sign_in()

    def has_token(self) -> bool:
        return bool(self.token or self.stored)

    def take(self, token: str) -> None:
        self.token = token

    def keep(self) -> None:
        if self.keeping_fails:
            raise ConfigError(self.keeping_fails)
        self.kept.append(self.token)

    def connect(self) -> Backend:
        """The remote; refused without a token, as a profile that keeps it in memory only is."""
        self.remote.token = self.token or self.stored
        if not self.remote.token:
            raise NotLetIn("Nobody is signed in to fake.")
        return self.remote


class Product:
    """What an entry point offers: every connection reaches the same alerts through the same door."""

    def __init__(self, now_ms: int, count: int = 3) -> None:
        self.door = Door()
        self.alerts = FakeRemote(Clock(now_ms))
        for number in range(count):
            self.alerts.put(remote_alert(number, created_ms=now_ms - (number + 1) * 60_000))
        self.made: list[SignedInRemote] = []

    def connect(self, settings: BackendSettings) -> SignedInRemote:
        """A connection with the token of the settings, which may be none."""
        one = SignedInRemote(self.alerts.clock, self.alerts.alerts, door=self.door, token=settings.token)
        self.made.append(one)
        return one

    def asked(self) -> Sequence[str]:
        """What was asked over all connections and answered."""
        return [each for one in self.made for each in one.asked.elements() if each != "refused"]
