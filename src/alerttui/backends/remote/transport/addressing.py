"""The address of one request below an endpoint, and where a redirect leads."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin, urlsplit

from alerttui.backends.remote.asking import Request
from alerttui.config.address import canonical_origin
from alerttui.domain.errors import Invalid

REDIRECTS_THAT_KEEP_THE_METHOD = frozenset({307, 308})
REDIRECTS = frozenset({301, 302, 303}) | REDIRECTS_THAT_KEEP_THE_METHOD


def address_of(base: str, request: Request) -> str:
    """The address of a request; each of its path's parts is one segment, whatever it holds.

    Raises `Invalid` for an empty part: it would make another resource of the address, as a list of one alert.
    """
    if not all(request.path):
        raise Invalid("id", "", "an id is never empty")
    address = base + "".join("/" + _segment(part) for part in request.path)
    if request.query:
        query = urlencode(request.query, quote_via=quote, safe="", errors="surrogatepass")
        address += "?" + query
    return address


def _segment(part: str) -> str:
    if part in (".", ".."):
        return part.replace(".", "%2E")
    return quote(part, safe="", errors="surrogatepass")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a redirect leads."""

    origin: str
    """Empty where the answer names no place that can be understood."""
    address: str = ""
    """Put together anew from the origin, so that nothing but its path and query is of the server's making."""


def redirect_target(address: str, location: str) -> Target:
    """What the `Location` of an answer to `address` means."""
    try:
        parts = urlsplit(urljoin(address, location.strip()))
        origin = canonical_origin(parts)
    except ValueError:
        return Target("")
    if not location.strip() or not location.isprintable():
        return Target("")
    query = f"?{parts.query}" if parts.query else ""
    return Target(origin, f"{origin}{parts.path or '/'}{query}")
