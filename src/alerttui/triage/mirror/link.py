"""The link to the remote system: made at its first use, and what is known of the connection since."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from alerttui.backends.contract import Backend, SignsIn
from alerttui.domain.errors import (
    ConfigError,
    NotFound,
    NotLetIn,
    NotPermitted,
    NotSupported,
    Rejected,
    SlowDown,
    Unavailable,
)
from alerttui.triage.mirror.budget import Budget

T = TypeVar("T")

FIRST_RETRY_MS: Final = 5_000
LAST_RETRY_MS: Final = 60_000
"""After a failure it is tried again in 5 s, then in twice as long each time, up to a minute."""

REFUSED_RETRY_MS: Final = 300_000
"""A token that was refused is tried again after so long: nobody mends it in a minute."""


@dataclass(slots=True)
class Link:
    """Every request of sync and sender goes through here, so that one place knows how the connection is."""

    connect: Callable[[], Backend]
    """Makes the backend; may raise `ConfigError`, and may take a while."""
    clock: Callable[[], int]
    budget: Budget
    on_change: Callable[[], None] = lambda: None
    backend: Backend | None = None
    """None until it is first needed."""
    is_connected: bool = False
    offline_since_ms: int | None = None
    trouble: str = ""
    retry_at_ms: int | None = None
    is_let_in: bool = True
    """False from a refused or missing token until something is answered, or there is a new token."""
    advice: str = ""
    """What to do where the token is refused or missing, as the last words of the error."""
    _renewals: int = 0
    _failures: int = 0
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, call: Callable[[Backend], Awaitable[T]], requests: int = 1) -> T:
        """What a call of the backend gives; its errors are noted and go on to the caller."""
        try:
            backend = await self.made()
            result = await self._asked(backend, call, requests)
        except NotLetIn as error:
            advised = self._advised(error)
            self.lost(advised)
            raise advised from error.__cause__
        except (NotFound, Rejected, NotSupported, NotPermitted):
            self._answered()
            raise
        except Unavailable as error:
            self.lost(error)
            raise
        self._answered()
        return result

    async def _asked(self, backend: Backend, call: Callable[[Backend], Awaitable[T]], requests: int) -> T:
        """The answer; asked once more where the token was renewed while the old one was being refused."""
        renewals = self._renewals
        self.budget.spend(self.clock(), requests)
        try:
            return await call(backend)
        except NotLetIn:
            if renewals == self._renewals:
                raise
        self.budget.spend(self.clock(), requests)
        return await call(backend)

    async def made(self) -> Backend:
        """The backend, made now if it is not yet; raises `Unavailable` where it cannot be."""
        async with self._connecting:
            if self.backend is None:
                try:
                    self.backend = await asyncio.to_thread(self.connect)
                except ConfigError as error:
                    raise NotLetIn(str(error)) from error
                self.budget.narrow(self.backend.capabilities.requests_per_minute)  # the token may set it
            return self.backend

    def wait_ms(self) -> int:
        """How long nothing should be tried, because the last try failed."""
        return 0 if self.retry_at_ms is None else max(0, self.retry_at_ms - self.clock())

    def try_now(self) -> None:
        """Do not wait any longer: the analyst asked."""
        self.retry_at_ms = None

    async def renew(self, token: str) -> None:
        """Go on with this token, and do not wait any longer."""
        async with self._connecting:  # a connection that is being made may have read the token before
            backend = self.backend
            if backend is not None and isinstance(backend, SignsIn):
                backend.use_token(token)
            self._renewals += 1
        if not self.is_let_in:
            self.is_let_in, self.offline_since_ms, self.trouble = True, None, ""
        self.try_now()
        self.on_change()

    async def close(self) -> None:
        """Let go of the connection."""
        if self.backend is not None:
            await self.backend.close()

    def _answered(self) -> None:
        if not self.is_connected:
            self.is_connected = True
            self.is_let_in = True
            self.offline_since_ms, self.trouble, self.retry_at_ms, self._failures = None, "", None, 0
            self.on_change()

    def _advised(self, error: NotLetIn) -> NotLetIn:
        return NotLetIn(f"{error} {self.advice}") if self.advice else error

    def lost(self, error: Unavailable) -> None:
        """Nothing was answered, or not as it should be: note why, and when to try again."""
        now_ms = self.clock()
        self.is_connected = False
        if self.offline_since_ms is None:
            self.offline_since_ms = now_ms
        self.trouble = str(error)
        if isinstance(error, NotLetIn):
            self.is_let_in = False
            self.retry_at_ms = now_ms + REFUSED_RETRY_MS
        else:
            self.retry_at_ms = now_ms + min(LAST_RETRY_MS, FIRST_RETRY_MS << min(self._failures, 10))
        if isinstance(
            error, SlowDown
        ):  # "wait 0 seconds", said again and again, must not be taken at its word
            self.retry_at_ms = max(error.retry_at_ms, self.retry_at_ms)
        self._failures += 1
        self.on_change()
