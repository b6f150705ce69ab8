"""Indicators written so that nobody clicks them by mistake, and the host that a URL really leads to."""

from __future__ import annotations

import re
from typing import Final

_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30})(?P<slashes>:[/\\]{2})")
_AUTHORITY: Final = re.compile(r"[^/?#\\]*")
_HOST: Final = re.compile(r"(?:[\w-]+\.)+[\w-]+\.?(?=[/:?#\\]|$)", re.UNICODE)
_ADDRESS: Final = re.compile(r"[^\s@/]+@(?=[\w-]+(?:\.[\w-]+)+$)", re.UNICODE)
_IPV6: Final = re.compile(r"(?=.*:.*:)[0-9A-Fa-f:.]+(?=$|%|/\d{1,3}$)")
_HARMLESS_SCHEMES: Final = {"http": "hxxp", "https": "hxxps", "ftp": "fxp", "ftps": "fxps"}
_LONGEST_HOST: Final = 253
_LONGEST_INDICATOR: Final = 8_192
"""Longer texts are no indicators, and are given back as they are."""


def defang(value: str) -> str:
    """An indicator that no program takes for a link: `hxxp://evil[.]example/x`, `10[.]0[.]0[.]1`; idempotent.

    Hashes, paths and plain words stay as they are.
    """
    if len(value) > _LONGEST_INDICATOR:
        return value
    if scheme := _SCHEME.match(value):
        name = scheme["scheme"]
        authority = _AUTHORITY.match(value, scheme.end())
        end = authority.end() if authority else scheme.end()
        host = _bracketed(value[scheme.end() : end])
        return _HARMLESS_SCHEMES.get(name.lower(), name) + scheme["slashes"] + host + value[end:]
    if address := _ADDRESS.match(value):
        return value[: address.end() - 1] + "[@]" + _bracketed(value[address.end() :])
    if ipv6 := _IPV6.match(value):
        return ipv6.group().replace(":", "[:]") + value[ipv6.end() :]
    if host_match := _HOST.match(value):
        return _bracketed(host_match.group()) + value[host_match.end() :]
    return value


def _bracketed(host: str) -> str:
    """Every dot in brackets, unless it already is."""
    return re.sub(r"(?<!\[)\.", "[.]", host)


def host_of(url: str) -> str:
    """The host that a browser would go to, in lower case ASCII (punycode); empty where the URL names none.

    Read as browsers do: what stands before the last `@` is no host, a backslash is a slash.
    """
    scheme = _SCHEME.match(url.strip())
    if scheme is None:
        return ""
    authority = _AUTHORITY.match(url.strip(), scheme.end())
    host = authority.group().rpartition("@")[2] if authority else ""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    host = host.partition(":")[0].lower()
    if host.isascii() or len(host) > _LONGEST_HOST:
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
