"""One try of a request: sent, redirected within its origin, read, and judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from alerttui.backends.remote.asking import NO_BODY, Answer, Request
from alerttui.backends.remote.transport.addressing import REDIRECTS_THAT_KEEP_THE_METHOD, redirect_target
from alerttui.backends.remote.transport.endpoint import Endpoint
from alerttui.backends.remote.transport.error_text import MAX_BODY, error_text
from alerttui.backends.remote.transport.failure import Failure, RequestContext, is_reading
from alerttui.backends.remote.transport.headers import HiddenHeaders
from alerttui.backends.remote.transport.network import Sending, failure_of
from alerttui.backends.remote.transport.reading import read_body, read_start
from alerttui.backends.remote.transport.statuses import Reply, is_redirect, redirect_refused, refusal_of
from alerttui.domain.json_text import to_json

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS: Final = 3

ERROR_BODY_S: Final = 5.0
"""So long the words of an error are waited for; its status is known by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Answer):
    """An answer that knows what it answers, for the error if its body turns out to be none."""

    doing: str = ""
    has_acted: bool = False
    """True if the request was made to change something: the server has done so."""


@dataclass(frozen=True, slots=True)
class _Moved:
    """A redirect within the origin."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One try: it gives failures back and raises none, so that no secret is in reach of a traceback."""

    wire: httpx.AsyncBaseTransport
    context: RequestContext
    endpoint: Endpoint
    headers: HiddenHeaders
    clock: Callable[[], int]

    async def run(self, address: str) -> Given | Failure:
        """The answer, or why there is none."""
        request = self.context.request
        body = None if request.body is NO_BODY else to_json(request.body).encode("utf-8")
        until = asyncio.get_running_loop().time() + self.endpoint.total_s
        for _ in range(MAX_REDIRECTS + 1):
            sending = Sending()
            try:
                async with asyncio.timeout_at(until):
                    outcome = await self._send(address, body, sending)
            except Exception as error:  # httpx lets through some of what anyio and ssl raise
                return failure_of(error, sending, self.context, self.endpoint)
            if not isinstance(outcome, _Moved):
                return outcome
            address = outcome.address
        return redirect_refused(307, f"redirects more than {MAX_REDIRECTS} times", self.context)

    async def _send(self, address: str, body: bytes | None, sending: Sending) -> Given | Failure | _Moved:
        requested_ms = self.clock()
        response = await self.wire.handle_async_request(self._request(address, body, sending))
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            chunks = cast("AsyncIterable[bytes]", response.stream)
            status = response.status_code
            if is_redirect(status):
                return self._redirected(address, status, headers)
            if status in self.context.request.expected:
                content = await read_body(chunks, headers, self.endpoint.max_body_bytes)
                return self._given(status, headers, content, requested_ms)
            words = await _start_of(chunks, headers, min(ERROR_BODY_S, self.endpoint.total_s / 4))
        finally:
            with suppress(Exception):  # the outcome stands, however the connection ends
                await response.aclose()
        reply = Reply(status=status, headers=headers, body=words, at_ms=self.clock())
        return refusal_of(reply, self.context)

    def _request(self, address: str, body: bytes | None, sending: Sending) -> httpx.Request:
        import httpx

        timeout = httpx.Timeout(self.endpoint.read_s, connect=self.endpoint.connect_s)
        return httpx.Request(
            self.context.request.method,
            address,
            headers=self.headers.complete(has_body=body is not None),
            content=body,
            extensions={"timeout": timeout.as_dict(), "trace": sending.trace},
        )

    def _redirected(self, address: str, status: int, headers: Mapping[str, str]) -> _Moved | Failure:
        target = redirect_target(address, headers.get("location", ""))
        if not target.origin:
            what = f"redirects ({status}) to no place that can be understood"
            return redirect_refused(status, what, self.context)
        if target.origin != self.endpoint.origin:
            what = f"redirects ({status}) to {target.origin}, where the token is not sent"
            advice = "If that is the right place, make it the url of the profile."
            return redirect_refused(status, what, self.context, advice)
        if status not in REDIRECTS_THAT_KEEP_THE_METHOD and not is_reading(self.context.request):
            what = f"answers a change with a redirect ({status}) instead of a result"
            return redirect_refused(status, what, self.context)
        return _Moved(target.address)

    def _given(self, status: int, headers: Mapping[str, str], body: bytes, requested_ms: int) -> Given:
        request: Request = self.context.request
        words = error_text(status, headers, body, secrets=self.context.secrets) if status >= 400 else ""
        return Given(
            status=status,
            headers=headers,
            body=body,
            requested_ms=requested_ms,
            words=words.rstrip("."),
            doing=request.doing,
            has_acted=not is_reading(request),
        )


async def _start_of(chunks: AsyncIterable[bytes], headers: Mapping[str, str], seconds: float) -> bytes:
    """As much of an error's body as comes in good order and time."""
    body = bytearray()
    with suppress(Exception):  # whatever is wrong with the words, the status stands
        async with asyncio.timeout(seconds):
            await read_start(chunks, headers, MAX_BODY, body)
    return bytes(body)
