"""Panther: its REST API, as the vendor's document has it, as a backend."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.panther.backend import PantherBackend
from alerttui.backends.remote.panther.capabilities import BULK_CHUNK
from alerttui.domain.errors import ConfigError, NotLetIn

KEY_HEADER: Final = "X-API-Key"
MAX_CHUNK: Final = 100

__all__ = ["PantherBackend", "connect"]


def connect(settings: BackendSettings) -> PantherBackend:
    """A connection by a profile's settings; raises `ConfigError`. Nothing is sent yet, and no token needed.

    Its one option is `bulk_chunk`: how many alerts one request changes.
    """
    if not settings.url:
        raise ConfigError("A Panther profile needs the url of its API: https://api.<your domain>.")
    from alerttui.backends.remote.transport import Endpoint, Transport  # loads what only requests need

    endpoint = Endpoint.parse(settings.url, allow_http=settings.allow_http, ca_file=settings.ca_file)
    transport = Transport(
        endpoint=endpoint,
        product="Panther",
        auth=lambda: _key(settings.token),
        clock=_now_ms,
        sleep=asyncio.sleep,
        jitter=random.random,
        on_wait=settings.on_wait,
        has_allow_list=True,
    )
    return PantherBackend(
        settings,
        transport,
        server=endpoint.url,
        clock=_now_ms,
        sleep=asyncio.sleep,
        chunk=_chunk(settings.options.get("bulk_chunk", "")),
    )


def _key(token: str) -> dict[str, str]:
    if not token:
        raise NotLetIn(
            "Nothing was sent: a Panther profile needs an API token; say in it where the token is."
        )
    return {KEY_HEADER: token}


def _chunk(text: str) -> int:
    if not text:
        return BULK_CHUNK
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_CHUNK:
        raise ConfigError(f"bulk_chunk: {text!r} is refused: a number from 1 to {MAX_CHUNK} is expected")
    return int(text)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
