"""CHAD's live stream: the ids of new alerts as they come, over a web socket."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from alerttui.backends.remote.chad.access import SIGN_IN, Access, usable
from alerttui.backends.remote.chad.reading import id_of
from alerttui.domain.errors import AlertTuiError, BadAnswer, NotLetIn, TlsFailed, Unreachable
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from alerttui.backends.remote.transport import Endpoint

PING_S: Final = 300.0
"""How often the session is renewed: its answer brings a new token."""

PING: Final = "ping"
"""The one text that CHAD understands: any other ends the connection."""

OPEN_S: Final = 10.0
REMEMBERED: Final = 1_000
"""Ids that are not told twice: the same socket may carry an alert two times."""

_PROTOCOL_WORD: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_DENIED: Final = (401, 403)


def is_installed() -> bool:
    """Whether the library is there that speaks web sockets; it is not loaded by that."""
    return find_spec("websockets") is not None


class Stream:
    """Listens for new alerts with one connection's token, and takes over the token that comes with a pong."""

    def __init__(
        self,
        endpoint: Endpoint,
        access: Access,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._access = access
        self._sleep = sleep
        self._environ = os.environ if environ is None else environ
        self._told: dict[AlertId, None] = {}

    async def ids(self) -> AsyncGenerator[AlertId]:
        """Ids of new alerts; ends with `Unavailable` when the connection does."""
        async with aclosing(self._texts()) as texts:
            async for text in texts:
                alert_id = self._taken(text)
                if alert_id and alert_id not in self._told:
                    self._told[alert_id] = None
                    if len(self._told) > REMEMBERED:
                        del self._told[next(iter(self._told))]
                    yield alert_id

    async def _texts(self) -> AsyncGenerator[str]:
        from websockets.exceptions import ConnectionClosed

        socket = await self._opened()
        pinging = asyncio.create_task(self._ping(socket))
        try:
            async for text in socket:
                if isinstance(text, str):
                    yield text
        except ConnectionClosed:
            pass  # told below, as for a connection that was closed in good order
        finally:
            pinging.cancel()
            with suppress(asyncio.CancelledError):
                await pinging
            await socket.close()
        raise Unreachable(f"CHAD's live stream at {self._endpoint.host} has ended.")

    async def _ping(self, socket: ClientConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):
            while True:
                await self._sleep(PING_S)
                await socket.send(PING)

    def _taken(self, text: str) -> AlertId | None:
        """The id of the new alert that a message tells; None for anything else."""
        try:
            value = parse_json(text, self._endpoint.max_body_bytes)
        except JsonRefused:
            return None
        kind = value.get("type") if isinstance(value, dict) else None
        if kind == "pong" and isinstance(value, dict) and (token := usable(value.get("token"))):
            self._access.use(token)
        if kind != "alert" or not isinstance(value, dict):
            return None
        return AlertId(id_of(value.get("data"))) or None

    async def _opened(self) -> ClientConnection:
        try:
            return await self._connect()
        except AlertTuiError:
            raise
        except Exception as error:  # the library, ssl and sockets raise what they like
            refusal = self._refusal(error)
        raise refusal  # out of reach of the frames that hold the token

    async def _connect(self) -> ClientConnection:
        from websockets.asyncio.client import connect
        from websockets.typing import Subprotocol

        from alerttui.backends.remote.transport.headers import USER_AGENT
        from alerttui.backends.remote.transport.proxy import address_with_credentials, proxy_for

        if not _PROTOCOL_WORD.fullmatch(self._access.token):
            raise NotLetIn(f"The token for CHAD cannot be sent to its live stream. {SIGN_IN}")

        class Direct(connect):
            """Follows no redirect: the token goes to the profile's own server only."""

            def process_redirect(self, exc: Exception) -> Exception | str:
                return exc

        trusted = None if self._endpoint.is_plain_http else await asyncio.to_thread(self._trusted)
        proxy = proxy_for(self._endpoint, self._environ).address
        return await Direct(
            "ws" + self._endpoint.url.removeprefix("http") + "/ws/alerts",
            subprotocols=[Subprotocol("Bearer"), Subprotocol(self._access.token)],
            user_agent_header=USER_AGENT,
            proxy=address_with_credentials(self._endpoint, self._environ) if proxy else None,
            open_timeout=OPEN_S,
            max_size=self._endpoint.max_body_bytes,
            logger=_silent(),
            ssl=trusted,
        )

    def _trusted(self) -> ssl.SSLContext:
        from alerttui.backends.remote.transport.trust import trusted_context

        return trusted_context(self._endpoint.ca_file, self._environ)

    def _refusal(self, error: Exception) -> AlertTuiError:
        """Why there is no stream, without anything of the request, which holds the token."""
        from websockets.exceptions import InvalidHandshake, InvalidStatus

        from alerttui.backends.remote.transport.trust import reason_of

        what = f"Could not open CHAD's live stream at {self._endpoint.host}"
        if isinstance(error, InvalidStatus):
            status = error.response.status_code
            if status in _DENIED:
                return NotLetIn(f"{what}: it does not let us in ({status}). {SIGN_IN}")
            return Unreachable(f"{what}: it answers {status}.")
        if isinstance(error, ssl.SSLError):
            return TlsFailed(f"{what}: {reason_of(error)}.")
        if isinstance(error, InvalidHandshake):
            return BadAnswer(f"{what}: it does not speak as a web socket should.")
        if isinstance(error, TimeoutError):
            return Unreachable(f"{what}: no answer within {OPEN_S:g} s.")
        reason = (error.strerror or "no connection") if isinstance(error, OSError) else type(error).__name__
        return Unreachable(f"{what}: {shown(reason)}.")


def _silent() -> logging.Logger:
    """A log that never gets the headers of a handshake, which hold the token."""
    logger = logging.getLogger("alerttui.chad.live")
    logger.setLevel(logging.WARNING)
    return logger
