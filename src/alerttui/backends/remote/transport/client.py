"""The transport: one request in, one answer or one of the domain's errors out."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from alerttui.backends.contract import OnWait, Waiting
from alerttui.backends.remote.asking import Answer, Request
from alerttui.backends.remote.transport.addressing import address_of
from alerttui.backends.remote.transport.endpoint import Endpoint
from alerttui.backends.remote.transport.exchange import Exchange, Given
from alerttui.backends.remote.transport.failure import Failure, RequestContext, in_doubt
from alerttui.backends.remote.transport.headers import HiddenHeaders
from alerttui.backends.remote.transport.proxy import proxy_for
from alerttui.backends.remote.transport.retrying import backoff_ms
from alerttui.backends.remote.transport.wire import open_wire
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import BadAnswer, ConfigError
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.showable import shown

if TYPE_CHECKING:
    import httpx


def wall_ms() -> int:
    """The time of day, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Transport:
    """Implements `Requester` for one endpoint, within one event loop."""

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        product: str,
        auth: Callable[[], Mapping[str, str]],
        clock: Callable[[], int] = wall_ms,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        on_wait: OnWait | None = None,
        handler: httpx.AsyncBaseTransport | None = None,
        environ: Mapping[str, str] | None = None,
        has_allow_list: bool = False,
    ) -> None:
        """Opens nothing; `auth` gives the headers that hold the secret and is asked before each try.

        `has_allow_list` says that the product may lock a token to networks.
        """
        self.endpoint = endpoint
        self._product = product
        self._auth = auth
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._on_wait = on_wait
        self._environ = os.environ if environ is None else environ
        self._has_allow_list = has_allow_list
        self._via = ""
        self._wire = handler
        self._opening = asyncio.Lock()
        self._closings = 0

    def __repr__(self) -> str:
        return f"<Transport to {self._product} at {self.endpoint.url}>"

    async def ask(self, request: Request) -> Answer:
        """Send a request and give its answer; raises only errors of the domain, and `CancelledError`."""
        address = address_of(self.endpoint.url, request)
        is_in_doubt = False
        tries, closings = 0, self._closings
        while True:
            outcome = await self._try(request, address)
            if isinstance(outcome, Answer):
                return outcome
            tries += 1
            is_in_doubt = is_in_doubt or outcome.may_have_acted
            may_repeat = closings == self._closings and _may_repeat(request.safety, outcome)
            if tries >= outcome.tries or not may_repeat:
                raise in_doubt(outcome.error) if is_in_doubt else outcome.error
            await self._wait(outcome, tries)

    def value(self, answer: Answer) -> object:
        """The JSON value of an answer, numbers as written; raises `BadAnswer` for anything else.

        It is pure: a large answer may be read in a thread.
        """
        reason = ""
        try:
            text = answer.body.decode("utf-8-sig")
            if not text or text.isspace():
                reason = "it is empty"
            elif text.lstrip().startswith("<"):
                reason = "it is a web page; a login page or a proxy may stand in between"
            else:
                return parse_json(text, self.endpoint.max_body_bytes)
        except UnicodeDecodeError:
            reason = "it is not UTF-8"
        except JsonRefused as refused:
            reason = str(refused)
        doing, has_acted = (answer.doing, answer.has_acted) if isinstance(answer, Given) else ("", True)
        what = f"the answer of {self.endpoint.host} is not what {self._product} documents: {reason}"
        prefix = f"Could not {shown(doing) or f'ask {self._product}'}: "
        raise BadAnswer(f"{prefix}{what}. Check the url of the profile.", may_have_acted=has_acted)

    async def close(self) -> None:
        """Let go of connections; what is on its way fails, a later request opens new ones."""
        self._closings += 1
        wire, self._wire = self._wire, None
        if wire is not None:
            with suppress(RuntimeError):  # a loop that has ended took its connections with it
                await wire.aclose()

    async def _try(self, request: Request, address: str) -> Given | Failure:
        wire = await self._opened()
        headers = HiddenHeaders({**self._auth(), **request.headers})
        if headers.problem:
            raise ConfigError(f"The token for {self._product} cannot be sent: {headers.problem}.")
        context = RequestContext(
            product=self._product,
            host=self.endpoint.host,
            request=request,
            via=self._via,
            secrets=headers.secrets,
            has_allow_list=self._has_allow_list,
        )
        exchange = Exchange(
            wire=wire, context=context, endpoint=self.endpoint, headers=headers, clock=self._clock
        )
        return await exchange.run(address)

    async def _opened(self) -> httpx.AsyncBaseTransport:
        async with self._opening:
            if self._wire is None:
                self._wire = await asyncio.to_thread(open_wire, self.endpoint, self._environ)
                proxy = proxy_for(self.endpoint, self._environ)
                self._via = f" through the proxy {proxy.address}" if proxy.address else ""
            return self._wire

    async def _wait(self, failure: Failure, tries: int) -> None:
        pause_ms = max(failure.wait_ms, backoff_ms(tries, self._jitter))
        why = failure.why_wait or f"{self._product} does not answer"
        if self._on_wait is not None:
            self._on_wait(Waiting(self._clock() + pause_ms, why))
        try:
            await self._sleep(pause_ms / 1000)
        finally:
            if self._on_wait is not None:
                self._on_wait(None)


def _may_repeat(safety: RetrySafety, failure: Failure) -> bool:
    """True where a second try cannot do a second time what the first one did."""
    if safety is RetrySafety.IDEMPOTENT or not failure.has_left:
        return True
    return safety is RetrySafety.SETTLE and not failure.may_have_acted
