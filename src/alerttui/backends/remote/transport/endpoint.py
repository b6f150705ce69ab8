"""Where a remote backend is: an address in one canonical form, and the limits of what is asked there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import SplitResult, quote, urlsplit

from alerttui.domain.errors import ConfigError
from alerttui.domain.showable import shown

CONNECT_S: Final = 10.0
READ_S: Final = 30.0
TOTAL_S: Final = 60.0
"""The whole of one try, with its redirects and the body: a server that drips ends in time."""

MAX_BODY_BYTES: Final = 16_000_000
"""What an answer may hold after decompression."""

DEFAULT_PORTS: Final = {"https": 443, "http": 80}

_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_PASTED: Final = "/public/graphql"
_PATH_SAFE: Final = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A product's address, and how long and how much is waited for there."""

    url: str
    """Scheme, host, port where it is not the usual one, and path; without a slash at its end."""
    ca_file: Path | None = None
    """Certificates in PEM form that are trusted there, in place of the usual ones."""
    allow_http: bool = False
    connect_s: float = CONNECT_S
    read_s: float = READ_S
    total_s: float = TOTAL_S
    max_body_bytes: int = MAX_BODY_BYTES

    @classmethod
    def parse(
        cls,
        url: str,
        *,
        allow_http: bool = False,
        ca_file: Path | None = None,
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        total_s: float = TOTAL_S,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> Endpoint:
        """Read an address as the analyst wrote it; raises `ConfigError` for one that is not safe to use."""
        return cls(
            url=_canonical(url.strip(), allow_http),
            ca_file=ca_file,
            allow_http=allow_http,
            connect_s=connect_s,
            read_s=read_s,
            total_s=total_s,
            max_body_bytes=max_body_bytes,
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only place where the key may go."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host, with its port where it is not the usual one."""
        return urlsplit(self.url).netloc

    @property
    def is_plain_http(self) -> bool:
        """True if whoever is on the way can read the key: shown as long as the profile is in use."""
        return self.url.startswith("http://")

    @property
    def is_loopback(self) -> bool:
        """True if the address is this machine's own."""
        return is_loopback(urlsplit(self.url).hostname or "")


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


def _canonical(url: str, allow_http: bool) -> str:
    """The address in canonical form; no message repeats it, since it may hold a password."""
    if not url:
        raise ConfigError("url: it is empty; give the product's address, such as https://api.acme.example")
    if not url.isprintable() or " " in url or "\\" in url:
        raise ConfigError("url: it holds a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        if "@" in parts.netloc:
            raise ValueError("it holds a user or a password; a token is given by token_env or token_file")
        if "?" in url or "#" in url:
            raise ValueError("it has a query or a fragment (? or #), which does not belong there")
        origin = canonical_origin(parts)
    except ValueError as error:
        raise ConfigError(f"url: {shown(str(error))}") from None
    if origin.startswith("http://") and not (allow_http or is_loopback(urlsplit(origin).hostname or "")):
        raise ConfigError(
            "url: http:// would show the token to everyone on the way; use https://, or set allow_http = true"
        )
    return origin + _canonical_path(parts.path)


def _canonical_path(path: str) -> str:
    path = path.removesuffix("/").removesuffix(_PASTED)
    if any(segment in (".", "..") for segment in path.split("/")):
        raise ConfigError("url: its path holds . or .. as a segment")
    return quote(path, safe=_PATH_SAFE)


def _canonical_host(host: str) -> str:
    if ":" in host:
        try:
            address = ipaddress.IPv6Address(host)
        except ValueError:
            _bad_host()
        return _bad_host() if address.scope_id else f"[{address.compressed}]"
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
