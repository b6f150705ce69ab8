"""A backend over the stand-in, in this process: no socket, no thread, no waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.chad.backend import CHADBackend
from alerttui.backends.remote.chad.signing_in import ChadSignIn
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.backends.remote.transport.client import wall_ms
from tests.standins.chad import ChadStandIn

URL: Final = "http://127.0.0.1"


async def at_once(seconds: float) -> None:
    """Waits for nothing."""


def transport(stand_in: ChadStandIn, clock: Callable[[], int] | None = None) -> Transport:
    """A transport that reaches the stand-in directly."""
    return Transport(
        endpoint=Endpoint.parse(URL),
        product="CHAD",
        auth=dict,
        sleep=at_once,
        jitter=lambda: 0.0,
        handler=httpx.ASGITransport(app=stand_in, raise_app_exceptions=False),
        environ={},
        clock=clock or wall_ms,
    )


def backend_of(
    stand_in: ChadStandIn, token: str | None = None, clock: Callable[[], int] | None = None, **settings: Any
) -> CHADBackend:
    """A backend with an analyst's token, unless another secret is given."""
    given = stand_in.token() if token is None else token
    options: dict[str, str] = {each: settings.pop(each) for each in ("api", "auth") if each in settings}
    return CHADBackend(
        BackendSettings(url=URL, token=given, options=options, **settings),
        transport(stand_in, clock),
        server=URL,
        clock=clock or (lambda: round(stand_in.world.now().timestamp() * 1000)),
        sign_in=lambda: ChadSignIn(transport(stand_in)),
        live=None,
    )


def lines(stand_in: ChadStandIn) -> list[str]:
    """The requests so far, each in one line, and forget them."""
    found = []
    for each in stand_in.requests:
        query = "&".join(f"{name}={value}" for name, value in each.query)
        body = f" {each.body.decode()}" if each.body else ""
        found.append(f"{each.method} {each.path}" + (f"?{query}" if query else "") + body)
    stand_in.forget_requests()
    return found
