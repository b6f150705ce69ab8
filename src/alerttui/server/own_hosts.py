"""An open server answers to its own names only, so that no web page can reach it under a name of its own."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class OwnHosts:
    """Refuses requests for other hosts than this machine.

    Without it, a page whose name is made to point here (DNS rebinding) reads every alert through the
    analyst's browser; where a token is asked for, the page does not have it.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self.app = app
        self.host = host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and not self._is_own(Headers(scope=scope).get("host", "")):
            message = "Without tokens this server answers to localhost and 127.0.0.1 only."
            await JSONResponse({"message": message}, status_code=421)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_own(self, header: str) -> bool:
        name = host_name(header)
        return name in ("localhost", self.host) or is_loopback(name)


def host_name(header: str) -> str:
    """The name in a Host header, without the port and the brackets of IPv6."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


def is_loopback(address: str) -> bool:
    """Whether this is an address, not a name, that no other machine can reach."""
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
