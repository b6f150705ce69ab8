"""Calseta: its REST API as a backend."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.calseta.backend import CalsetaBackend
from alerttui.domain.errors import ConfigError, NotLetIn

VERSION_PATH: Final = "/v1"
"""What every path begins with; the url of a profile may end with it or not."""

__all__ = ["CalsetaBackend", "connect"]


def connect(settings: BackendSettings) -> CalsetaBackend:
    """A connection by a profile's settings; raises `ConfigError`. Nothing is sent yet, and no key needed."""
    if not settings.url:
        raise ConfigError("A Calseta profile needs the url of its API: https://calseta.<your domain>.")
    from alerttui.backends.remote.transport import Endpoint, Transport  # loads what only requests need

    url = settings.url.rstrip("/").removesuffix(VERSION_PATH)
    endpoint = Endpoint.parse(url, allow_http=settings.allow_http, ca_file=settings.ca_file)
    transport = Transport(
        endpoint=endpoint,
        product="Calseta",
        auth=lambda: bearer(settings.token),
        clock=_now_ms,
        sleep=asyncio.sleep,
        jitter=random.random,
        on_wait=settings.on_wait,
    )
    return CalsetaBackend(settings, transport, server=endpoint.url, clock=_now_ms)


def bearer(token: str) -> dict[str, str]:
    """The header that lets a key in; raises `NotLetIn` where there is none."""
    if not token:
        raise NotLetIn("Nothing was sent: a Calseta profile needs an API key; say in it where the key is.")
    return {"Authorization": f"Bearer {token}"}


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
