"""The address of a server, in the one form in which it is compared, named in files and shown."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, NoReturn
from urllib.parse import SplitResult, quote, urlsplit

DEFAULT_PORTS: Final = {"https": 443, "http": 80}

_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_PASTED: Final = "/public/graphql"
"""Where Panther's other API lies, whose address its console shows."""
_PATH_SAFE: Final = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is; two spellings of one place are equal."""

    url: str
    """Scheme, host, port where it is not the usual one, and path; without a slash at its end."""

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only place where the key may go."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host alone."""
        return urlsplit(self.url).hostname or ""

    @property
    def authority(self) -> str:
        """The host, with its port where it is not the usual one."""
        return urlsplit(self.url).netloc

    @property
    def is_plain_http(self) -> bool:
        """True if whoever is on the way can read what goes there."""
        return self.url.startswith("http://")

    @property
    def is_loopback(self) -> bool:
        """True if the address is this machine's own."""
        return is_loopback(self.host)

    @property
    def is_in_clear(self) -> bool:
        """True if what goes there crosses a network without encryption."""
        return self.is_plain_http and not self.is_loopback


def parse_address(text: str, *, allow_http: bool = False) -> Address:
    """Read an address as people write it; raises `ValueError` with the reason where it is not safe to use.

    No reason repeats the text, since it may hold a password.
    """
    text = text.strip()
    if not text:
        raise ValueError("it is empty; give the product's address, such as https://api.acme.example")
    if not text.isprintable() or " " in text or "\\" in text:
        raise ValueError("it holds a space, a backslash or a control character")
    parts = _split(text)
    if "@" in parts.netloc:
        raise ValueError("it holds a user or a password; a token is given by token_env or token_file")
    if "?" in text or "#" in text:
        raise ValueError("it has a query or a fragment (? or #), which does not belong there")
    address = Address(canonical_origin(parts) + _canonical_path(parts.path))
    if address.is_plain_http and not (allow_http or address.is_loopback):
        raise ValueError(
            "http:// would show the token to everyone on the way; use https://, or set allow_http = true"
        )
    return address


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: `localhost`, 127.0.0.0/8 or ::1, as names and addresses are written."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address == ipaddress.ip_address("::1") or address in ipaddress.ip_network("127.0.0.0/8")


def canonical_origin(parts: SplitResult) -> str:
    """Scheme, host and port of an address in the form that two of them are compared in.

    Raises `ValueError` with the reason where there is no such form.
    """
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError("it must begin with https://")
    host = _canonical_host(parts.hostname or "")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("its port is no number from 1 to 65535") from None
    if port == 0 or (port is None and parts.netloc.endswith(":")):
        raise ValueError("its port is no number from 1 to 65535")
    return f"{scheme}://{host}" + ("" if port in (None, DEFAULT_PORTS[scheme]) else f":{port}")


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise ValueError("it names no host") from None


def _canonical_path(path: str) -> str:
    path = path.rstrip("/").removesuffix(_PASTED).rstrip("/")
    if any(segment in (".", "..") for segment in path.split("/")):
        raise ValueError("its path holds . or .. as a segment")
    return quote(path, safe=_PATH_SAFE)


def _canonical_host(host: str) -> str:
    if ":" in host:
        if "%" in host:
            _bad_host()
        try:
            return f"[{ipaddress.IPv6Address(host).compressed}]"
        except ValueError:
            _bad_host()
    host = host.lower().removesuffix(".")
    if not host.isascii():
        import idna  # httpx brings it; only foreign names need it

        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
        except idna.IDNAError:
            _bad_host()
    if not host or len(host) > 253 or not _HOST.fullmatch(host):
        _bad_host()
    return host


def _bad_host() -> NoReturn:
    raise ValueError("it names no host")
