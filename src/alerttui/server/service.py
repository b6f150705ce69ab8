"""What all operations share: the store, a session for each caller, and how bodies and pages go in and out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerttui.backends.contract import Backend
from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Actor
from alerttui.domain.errors import Invalid, ReadOnly, Unavailable
from alerttui.domain.vocabulary import AlertId
from alerttui.server.auth import allowed
from alerttui.server.own_file import OwnFile
from alerttui.server.parameters import path_id
from alerttui.server.tokens import Permission
from alerttui.server.wire import MAX_BODY_BYTES, read_body
from alerttui.triage.session import Session

Model = TypeVar("Model", bound=BaseModel)

_MOST_DIGITS: Final = 18
"""Of a length that is worth reading."""

TURN_S: Final = 10.0
"""So long may a change wait for those before it; one of them may wait for another process still longer."""


class Service:
    """One store as it is served."""

    def __init__(
        self, store: AlertStore, backend: Backend, clock: Callable[[], int], *, read_only: bool = False
    ) -> None:
        self.store = store
        self.backend = backend
        self.clock = clock
        self.read_only = read_only or store.read_only
        self._own_file = OwnFile(store.path)
        self._turn = asyncio.Lock()
        self.listing = asyncio.Semaphore(1)
        """One list at a time: it takes the processor from short requests, and two would not be sooner."""
        self._sessions: dict[Actor, Session] = {}

    def session(self, actor: Actor) -> Session:
        """The session in whose name a caller changes alerts."""
        if actor not in self._sessions:
            self._sessions[actor] = Session(
                self.store, self.backend, me=actor, clock=self.clock, profile="server",
                read_only=self.read_only,
            )  # fmt: skip
        return self._sessions[actor]

    def reader(self, request: Request) -> None:
        """Refuse who may not read."""
        allowed(request, Permission.READ)
        self._own_file.check()

    def writer(self, request: Request) -> Session:
        """The session of who may change alerts; refuses everybody else."""
        caller = allowed(request, Permission.MANAGE)
        session = self.session(caller.actor)
        if session.refusal():
            raise ReadOnly(session.refusal())
        return session

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        """The turn of one change: what is checked in it still holds when it is made."""
        try:
            async with asyncio.timeout(TURN_S):
                await self._turn.acquire()
        except TimeoutError:
            raise Unavailable("The changes before this one take too long.") from None
        try:
            self._own_file.check()
            yield
        finally:
            self._turn.release()

    def missing(self, ids: list[AlertId]) -> tuple[AlertId, ...]:
        """Those of the alerts that are not there; blocks."""
        known = self.store.rowids_of(ids)
        return tuple(each for each in ids if each not in known)


def alert_id(request: Request) -> AlertId:
    """The id of an alert in the path."""
    return AlertId(path_id(request))


async def body_of(request: Request, model: type[Model]) -> Model:
    """The JSON body of a request, which is refused as soon as it is too large."""
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise Invalid("Content-Type", kind, "application/json is expected")
    announced = request.headers.get("content-length", "")
    if len(announced) > _MOST_DIGITS or (announced.isdecimal() and int(announced) > MAX_BODY_BYTES):
        raise _too_large()  # before the client is told to go on
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY_BYTES:
            raise _too_large()
    return await asyncio.to_thread(read_body, model, bytes(data))


def _too_large() -> HTTPException:
    return HTTPException(400, f"The body has more than {MAX_BODY_BYTES:,} bytes.", {"Connection": "close"})
