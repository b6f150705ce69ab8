"""The address of a server, in the one form in which it is compared, named in files and shown."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_COPIED_ALONG: Final = "/public/graphql"
"""Where Panther's other API lies, whose address its console shows."""
_PATH: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is; two spellings of one place are equal."""

    url: str
    """Lower-case scheme and host, no default port, no slash at the end."""
    host: str
    is_plain: bool
    """True if nothing is encrypted on the way."""
    is_loopback: bool
    """True if the server is on this machine, by its name alone."""


def parse_address(text: str) -> Address:
    """The address; raises `ValueError` with what is wrong, never quoting the text: it may hold a secret."""
    if not text or len(text) > 2_000 or any(not "!" <= each <= "~" for each in text if each.isascii()):
        raise ValueError("an address such as https://api.acme.example is expected, without spaces")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("it is no address: look at host and port") from None
    _refuse_extras(parts, text)
    host = _host(parts.hostname or "")
    scheme = parts.scheme
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}"
    return Address(
        url=f"{scheme}://{shown_host}{shown_port}{_path(parts.path)}",
        host=host,
        is_plain=scheme == "http",
        is_loopback=_is_loopback(host),
    )


def _refuse_extras(parts: SplitResult, text: str) -> None:
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("it has to begin with https://")
    if "@" in parts.netloc:
        raise ValueError("it must not hold a user or a password; the token has keys of its own")
    if "?" in text or "#" in text:
        raise ValueError("it ends before any ? or #")


def _path(path: str) -> str:
    """The path without what people copy along with it; raises `ValueError`."""
    if not _PATH.fullmatch(path) or any(each in (".", "..") for each in path.split("/")):
        raise ValueError("its path has characters that no address has; write them as %xx")
    return path.rstrip("/").removesuffix(_COPIED_ALONG).rstrip("/")


def _host(name: str) -> str:
    """The host as servers are asked for it; raises `ValueError`."""
    try:
        return ipaddress.ip_address(name).compressed
    except ValueError:
        pass
    try:
        wire = name.removesuffix(".") if name.isascii() else _wire_name(name)
    except UnicodeError:
        wire = ""
    if len(wire) > 253 or not _NAME.fullmatch(wire):
        raise ValueError("it names no host")
    return wire


def _wire_name(name: str) -> str:
    import idna  # httpx brings it; only names beyond ASCII need it

    return idna.encode(name, uts46=True, std3_rules=True).decode("ascii").removesuffix(".")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
