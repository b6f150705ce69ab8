"""SentinelNerd: its Alerts API, as the vendor's page has it, as a backend."""

from __future__ import annotations

import asyncio
import random
import re
import time
from typing import Final

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.sentinelnerd.backend import SentinelNerdBackend
from alerttui.backends.remote.sentinelnerd.capabilities import BULK_CHUNK, PRODUCT
from alerttui.backends.remote.sentinelnerd.people import addresses_in
from alerttui.domain.errors import ConfigError, NotLetIn

MAX_CHUNK: Final = 100
VERSION: Final = "/v1"

_ENDS_IN_VERSION: Final = re.compile(r"/v\d+$")

__all__ = ["SentinelNerdBackend", "connect"]


def connect(settings: BackendSettings) -> SentinelNerdBackend:
    """A connection by a profile's settings; raises `ConfigError`. Nothing is sent yet, and no token needed.

    Its options: `bulk_chunk`, how many alerts one request changes; `people`, addresses to assign to, parted
    by commas; `status_list`, "yes" where a list may be filtered by several statuses.
    """
    if not settings.url:
        raise ConfigError("A SentinelNerd profile needs the url of its API: https://api.sentinelnerd.com/v1.")
    from alerttui.backends.remote.transport import Endpoint, Transport  # loads what only requests need

    endpoint = Endpoint.parse(
        _versioned(settings.url), allow_http=settings.allow_http, ca_file=settings.ca_file
    )
    transport = Transport(
        endpoint=endpoint,
        product=PRODUCT,
        auth=lambda: _key(settings.token),
        clock=_now_ms,
        sleep=asyncio.sleep,
        jitter=random.random,
        on_wait=settings.on_wait,
    )
    return SentinelNerdBackend(
        settings,
        transport,
        server=endpoint.url,
        clock=_now_ms,
        chunk=_chunk(settings.options.get("bulk_chunk", "")),
        people=addresses_in(settings.options.get("people", "")),
        several_statuses=_yes(settings.options.get("status_list", "")),
    )


def _versioned(url: str) -> str:
    """The address with the version of the API, which may be left out."""
    plain = url.strip().rstrip("/")
    return plain if _ENDS_IN_VERSION.search(plain) else plain + VERSION


def _key(token: str) -> dict[str, str]:
    if not token:
        raise NotLetIn(
            "Nothing was sent: a SentinelNerd profile needs an API key; say in it where the token is."
        )
    return {"Authorization": f"Bearer {token}"}


def _chunk(text: str) -> int:
    if not text:
        return BULK_CHUNK
    if not text.isascii() or not text.isdigit() or len(text) > 3 or not 1 <= int(text) <= MAX_CHUNK:
        raise ConfigError(f"bulk_chunk: {text!r} is refused: a number from 1 to {MAX_CHUNK} is expected")
    return int(text)


def _yes(text: str) -> bool:
    if text.lower() not in ("", "yes", "no"):
        raise ConfigError(f'status_list: {text!r} is refused: "yes" or "no" is expected')
    return text.lower() == "yes"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
