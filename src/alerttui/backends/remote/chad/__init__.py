"""CHAD: its REST API as a backend, as its documents have it or as its server does."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING

from alerttui.backends.contract import BackendSettings, SignIn
from alerttui.backends.remote.chad.access import Access
from alerttui.backends.remote.chad.backend import CHADBackend
from alerttui.backends.remote.chad.live import Stream, is_installed
from alerttui.backends.remote.chad.options import Options
from alerttui.domain.errors import ConfigError

if TYPE_CHECKING:
    from alerttui.backends.remote.transport import Endpoint, Transport

__all__ = ["CHADBackend", "connect"]

_API = "/api"
"""The end of an address that names the API instead of the server; every path has it already."""


def connect(settings: BackendSettings) -> CHADBackend:
    """A connection by a profile's settings; raises `ConfigError`. Nothing is sent yet, and no token needed.

    Its options are `api` (auto, documented, current) and `auth` (jwt, key).
    """
    if not settings.url:
        raise ConfigError("A CHAD profile needs the url of its server: https://chad.<your domain>.")
    from alerttui.backends.remote.transport import Endpoint  # loads what only requests need

    options = Options.parse(settings.options, settings.token)
    endpoint = Endpoint.parse(
        settings.url.strip().rstrip("/").removesuffix(_API),
        allow_http=settings.allow_http,
        ca_file=settings.ca_file,
    )
    access = Access(settings.token, options.auth)
    stream = Stream(endpoint, access)
    return CHADBackend(
        settings,
        _transport(settings, endpoint),
        server=endpoint.url,
        clock=_now_ms,
        access=access,
        sign_in=lambda: _sign_in(settings, endpoint),
        live=stream.ids if is_installed() else None,
    )


def _transport(settings: BackendSettings, endpoint: Endpoint) -> Transport:
    """A transport that adds no secret by itself: which one a request needs, the connection says."""
    from alerttui.backends.remote.transport import Transport

    return Transport(
        endpoint=endpoint,
        product="CHAD",
        auth=dict,
        clock=_now_ms,
        sleep=asyncio.sleep,
        jitter=random.random,
        on_wait=settings.on_wait,
    )


def _sign_in(settings: BackendSettings, endpoint: Endpoint) -> SignIn:
    from alerttui.backends.remote.chad.signing_in import ChadSignIn

    return ChadSignIn(_transport(settings, endpoint))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
