"""Where a remote backend is: an address in one canonical form, and the limits of what is asked there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerttui.config.address import Address, parse_address
from alerttui.domain.errors import ConfigError
from alerttui.domain.showable import shown

CONNECT_S: Final = 10.0
READ_S: Final = 30.0
TOTAL_S: Final = 60.0
"""The whole of one try, with its redirects and the body: a server that drips ends in time."""

MAX_BODY_BYTES: Final = 16_000_000
"""What an answer may hold after decompression."""


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
            url=_canonical(url, allow_http),
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
        return Address(self.url).origin

    @property
    def host(self) -> str:
        """The host, with its port where it is not the usual one."""
        return Address(self.url).authority

    @property
    def is_plain_http(self) -> bool:
        """True if whoever is on the way can read the key: shown as long as the profile is in use."""
        return Address(self.url).is_plain_http

    @property
    def is_loopback(self) -> bool:
        """True if the address is this machine's own."""
        return Address(self.url).is_loopback


def _canonical(url: str, allow_http: bool) -> str:
    try:
        return parse_address(url, allow_http=allow_http).url
    except ValueError as error:
        raise ConfigError(f"url: {shown(str(error))}") from None
