"""httpx, opened when the first request needs it, with nothing left to its own choice."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from alerttui.backends.remote.transport.endpoint import Endpoint
from alerttui.backends.remote.transport.proxy import address_with_credentials, proxy_for
from alerttui.backends.remote.transport.trust import trusted_context
from alerttui.domain.errors import ConfigError

if TYPE_CHECKING:
    import httpx

MAX_CONNECTIONS: Final = 10

KEEP_ALIVE_S: Final = 15.0
"""How long an idle connection is kept: shorter than most servers and gateways keep it."""


def open_wire(endpoint: Endpoint, environ: Mapping[str, str]) -> httpx.AsyncBaseTransport:
    """A pool of connections to an endpoint; slow at first (httpx, certificates), so made in a thread.

    It is httpx's transport and not its client: that one would read .netrc, keep cookies, log whole addresses
    and undo compression without a bound.
    """
    import httpx

    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    limits = httpx.Limits(
        max_connections=MAX_CONNECTIONS,
        max_keepalive_connections=MAX_CONNECTIONS,
        keepalive_expiry=KEEP_ALIVE_S,
    )
    fact = proxy_for(endpoint, environ)
    if fact.problem:
        raise ConfigError(f"The proxy cannot be used: {fact.problem}.")
    if endpoint.is_plain_http and not endpoint.ca_file and not fact.address.startswith("https:"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is never asked
    else:
        context = trusted_context(endpoint.ca_file, environ)
    proxy = None
    if fact.address:
        proxy = httpx.Proxy(
            address_with_credentials(endpoint, environ),
            ssl_context=context if fact.address.startswith("https:") else None,
        )
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits, proxy=proxy)
