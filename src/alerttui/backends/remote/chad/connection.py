"""Requests over one connection to CHAD: with its secret, and with its errors as what they really mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.asking import Answer, Request, Requester
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.access import SIGN_IN, Access
from alerttui.domain.errors import BadAnswer, NotFound, NotLetIn, NotPermitted, Rejected, ServerDown

HEALTH_MS: Final = 10_000
"""For so long CHAD's word on its search store is believed."""

STORE_DOWN: Final = "CHAD's search store is down; the alert may still be there."


class Connection:
    """A `Requester` that adds the secret to each request.

    CHAD answers 404 for every alert while its search store is down, so no 404 is believed before /health
    was asked.
    """

    def __init__(self, requester: Requester, access: Access, clock: Callable[[], int]) -> None:
        self._requester = requester
        self._access = access
        self._clock = clock
        self._health: tuple[int, bool] | None = None

    async def ask(self, request: Request) -> Answer:
        """Send a request and give its answer; an outage of the search store is `ServerDown`.

        What is refused for its CSRF token was not looked at: it is sent once more, with a new one.
        """
        try:
            return await self._ask(request)
        except NotPermitted as error:
            if "csrf" not in str(error).lower() or not self._access.forget_csrf():
                raise
        return await self._ask(request)

    async def _ask(self, request: Request) -> Answer:
        if self._access.lacks_csrf(request, self._clock()):
            await self.ask(wire.who_am_i())  # any reading brings one
        given = replace(request, headers=self._access.headers(request))
        try:
            answer = await self._requester.ask(given)
        except NotLetIn as error:
            raise self._signed_out(error) from None
        except NotFound:
            await self.rule_out_outage()
            raise
        self._access.heard(request, answer, self._clock())
        return answer

    def value(self, answer: Answer) -> object:
        """The JSON value of an answer; raises `BadAnswer`."""
        return self._requester.value(answer)

    async def close(self) -> None:
        """Let go of connections."""
        await self._requester.close()

    async def rule_out_outage(self) -> None:
        """Raise `ServerDown` where CHAD cannot tell at all which alerts there are."""
        if await self._is_store_down():
            raise ServerDown(STORE_DOWN)

    async def _is_store_down(self) -> bool:
        now_ms = self._clock()
        if self._health is None or now_ms - self._health[0] >= HEALTH_MS:
            self._health = (now_ms, await self._ask_health())
        return self._health[1]

    async def _ask_health(self) -> bool:
        try:
            value = self.value(await self._requester.ask(wire.health()))
        except (Rejected, NotLetIn, NotPermitted, BadAnswer):
            return False  # a release that does not tell
        return isinstance(value, dict) and value.get("opensearch") is False

    def _signed_out(self, error: NotLetIn) -> NotLetIn:
        if self._access.has_key:
            return error
        told = NotLetIn(f"{error} {SIGN_IN}")
        told.may_have_acted = error.may_have_acted
        return told
