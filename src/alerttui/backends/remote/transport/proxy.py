"""Which proxy the environment asks for, as curl and most clients read it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from alerttui.backends.remote.transport.endpoint import Endpoint
from alerttui.config.address import DEFAULT_PORTS
from alerttui.domain.showable import shown

_SCHEMES: Final = ("http", "https")
_WITH_PORT: Final = re.compile(r"(?P<host>\[[^]]*\]|[^:]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class ProxyFact:
    """Whether a proxy stands between, and who says so; it never holds the proxy's password."""

    address: str = ""
    """Scheme, host and port; empty for a direct connection."""
    variable: str = ""
    """The variable that decided; empty where none did."""
    problem: str = ""
    """Why that proxy cannot be used; empty if it can."""


def proxy_for(endpoint: Endpoint, environ: Mapping[str, str]) -> ProxyFact:
    """The proxy on the way to an endpoint; this machine itself is always reached directly."""
    if endpoint.is_loopback:
        return ProxyFact()
    variable, value = _chosen(endpoint, environ)
    if not value:
        return ProxyFact()
    exempting, exempt = _variable(environ, "no_proxy")
    if _is_exempt(urlsplit(endpoint.url), exempt):
        return ProxyFact(variable=exempting)
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    except ValueError:
        return ProxyFact(variable=variable, problem=f"{variable} holds no address of a proxy")
    if not host:
        return ProxyFact(variable=variable, problem=f"{variable} holds no address of a proxy")
    address = shown(f"{parts.scheme}://{host}{port}")
    if parts.scheme not in _SCHEMES:
        problem = f"{variable} names a proxy of the kind {shown(parts.scheme)}; http and https are known"
        return ProxyFact(address, variable, problem)
    return ProxyFact(address, variable)


def address_with_credentials(endpoint: Endpoint, environ: Mapping[str, str]) -> str:
    """The proxy's address as a connection needs it, with user and password; never to be shown."""
    return _chosen(endpoint, environ)[1]


def _chosen(endpoint: Endpoint, environ: Mapping[str, str]) -> tuple[str, str]:
    """The variable that names a proxy for this scheme, and what it names."""
    for name in (f"{urlsplit(endpoint.url).scheme}_proxy", "all_proxy"):
        variable, value = _variable(environ, name)
        if value:
            return variable, value if "://" in value else f"http://{value}"
    return "", ""


def _variable(environ: Mapping[str, str], name: str) -> tuple[str, str]:
    """A variable in small or capital letters; the small one wins, also where it is empty."""
    if name in environ:
        return name, environ[name].strip()
    return name.upper(), environ.get(name.upper(), "").strip()


def _is_exempt(parts: SplitResult, exempt: str) -> bool:
    host = parts.hostname or ""
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    return any(_names(entry.strip().lower(), host, port) for entry in exempt.replace(" ", ",").split(","))


def _names(entry: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY means a host: a name and all below it, an address, a network, or *."""
    if entry == "*":
        return True
    if with_port := _WITH_PORT.fullmatch(entry):
        if int(with_port["port"]) != port:
            return False
        entry = with_port["host"]
    entry = entry.strip("[]").removeprefix("*").removeprefix(".").removesuffix(".")
    if not entry:
        return False
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return host == entry or host.endswith("." + entry)
