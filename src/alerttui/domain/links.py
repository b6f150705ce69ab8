"""Links in an alert: where http URLs stand, and where each really leads. Nothing here opens anything."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from alerttui.domain.alert import Alert, Comment, Event
from alerttui.domain.defanged import host_of
from alerttui.domain.errors import AlertTuiError
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.showable import shown

MAX_LINKS: Final = 100
"""More are not listed: nobody reads them one by one."""

MAX_SEARCHED: Final = 200_000
"""Characters of one text that are searched for URLs."""

MAX_URL: Final = 4_096
"""Browsers and gateways refuse longer ones; here they are not links."""

_URL: Final = re.compile(r"https?://[^\s<>\"'`{}|^\x00-\x20\x7f]{1,8192}", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(https?)://", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_PUNCTUATION: Final = ".,;:!?'\"*_"
_BRACKETS: Final = {")": "(", "]": "[", ">": "<"}
_PORTS: Final = {"http": 80, "https": 443}
_DEVIATING: Final = frozenset("ßς\u200c\u200d")
"""Letters that the older and the newer rules for host names write differently."""
_TOGETHER: Final = frozenset(
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
)
"""Scripts that real names mix."""


class LinkRefused(AlertTuiError):
    """A text that is not opened and not taken for a link; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL that may be copied or opened, with what an analyst must know before."""

    url: str
    """As it was written."""
    host: str
    """The host as it reads, without user name and port."""
    host_ascii: str
    """The host that a browser really goes to, in ASCII."""
    warnings: tuple[str, ...] = ()

    @property
    def opened_url(self) -> str:
        """The URL in which the host stands as it was shown, in ASCII; what a browser is given."""
        match = _AUTHORITY.match(self.url)
        if match is None or self.url.isascii():
            return self.url
        from urllib.parse import quote  # needed for a URL with other letters only

        user, at, rest = match[1].rpartition("@")
        port = rest[len(self.host) :]
        authority = f"{quote(user, safe=':%')}{at}{self.host_ascii}{port}"
        return self.url[: match.start(1)] + authority + quote(self.url[match.end(1) :], safe=_KEPT)


_KEPT: Final = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLink:
    """A URL and the part of the alert in which it stands."""

    url: str
    where: str
    """"runbook", "comment by Ana", "event 3"."""
    is_from_data: bool = False
    """True where whoever caused the alert may have written it."""


def found_links(
    alert: Alert, events: Sequence[Event] = (), comments: Sequence[Comment] = ()
) -> tuple[FoundLink, ...]:
    """The URLs of an alert, each once, those of the product and of colleagues before those of the data."""
    found: dict[str, FoundLink] = {}
    for where, is_from_data, text in _places(alert, events, comments):
        for url in urls_in(text):
            if url not in found:
                found[url] = FoundLink(url=url, where=where, is_from_data=is_from_data)
            if len(found) >= MAX_LINKS:
                return tuple(found.values())
    return tuple(found.values())


def may_have_links(alert: Alert, events: Sequence[Event], comments: Sequence[Comment]) -> bool:
    """Whether looking for links is worth it; quick, and True rather too often."""
    texts = [alert.context, *(event.body for event in events), *(comment.body for comment in comments)]
    texts += [alert.runbook, alert.reference, alert.description, alert.detection.documentation]
    texts += [*alert.detection.references, *(each.value for each in alert.indicators)]
    texts += [each.body for each in alert.documents]
    return any("://" in text or ":\\/\\/" in text for text in texts)


def _places(
    alert: Alert, events: Sequence[Event], comments: Sequence[Comment]
) -> Iterator[tuple[str, bool, str]]:
    yield "runbook", False, alert.runbook
    yield "reference", False, alert.reference
    for reference in alert.detection.references:
        yield "rule reference", False, reference
    yield "rule documentation", False, alert.detection.documentation
    for comment in comments:
        who = comment.author.label if comment.author else "somebody"
        yield f"comment by {who}", False, comment.body
    yield "description", True, alert.description
    for document in alert.documents:
        yield f"document {document.title}", True, document.body
    for text in texts_of(alert.context):
        yield "context", True, text
    for indicator in alert.indicators:
        yield "indicator", True, indicator.value
    for event in events:
        for text in texts_of(event.body):
            yield f"event {event.sequence + 1}", True, text


def urls_in(text: str) -> Iterator[str]:
    """The http URLs of a text, without the punctuation behind them."""
    for match in _URL.finditer(text[:MAX_SEARCHED]):
        url = _without_tail(match.group())
        if len(url) <= MAX_URL:
            yield url


def _without_tail(url: str) -> str:
    """Without closing punctuation, and without brackets that were opened before the URL."""
    while True:
        bare = url.rstrip(_PUNCTUATION)
        last = bare[-1:]
        if last in _BRACKETS and bare.count(last) > bare.count(_BRACKETS[last]):
            bare = bare[:-1]
        if bare == url:
            return url
        url = bare


def texts_of(text: str) -> Iterable[str]:
    """The texts in a JSON value, keys not among them; the text itself where it is no JSON."""
    if "http" not in text.lower():
        return ()
    try:
        return list(_leaves(parse_json(text)))
    except JsonRefused:
        return (text,)


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)


def checked_link(url: str) -> Link:
    """The link behind a URL, with its real host; raises `LinkRefused` with the reason."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        raise LinkRefused("Only whole http and https URLs are links here; this one begins otherwise.")
    if len(url) > MAX_URL:
        raise LinkRefused(f"The URL has {len(url):,} characters; more than {MAX_URL:,} are not opened.")
    if shown(url) != url or any(character.isspace() for character in url):
        raise LinkRefused("The URL has a space, a control or an invisible character in it.")
    if "\\" in url:
        raise LinkRefused("The URL has a backslash, which browsers read as a slash: its host is in doubt.")
    match = _AUTHORITY.match(url)
    authority = match[1] if match else ""
    user, at, place = authority.rpartition("@")
    host, port = _split(place)
    host_ascii = host_of(url)
    _check_host(host, host_ascii)
    _check_port(port)
    warnings = [*_user_warnings(user if at else None), *_host_warnings(host, host_ascii)]
    if port and int(port) != _PORTS[scheme[1].lower()]:
        warnings.append(f"it goes to the unusual port {port}")
    return Link(url=url, host=host, host_ascii=host_ascii, warnings=tuple(warnings))


def _split(place: str) -> tuple[str, str]:
    """Host and port."""
    if place.startswith("["):
        host, bracket, rest = place.partition("]")
        return host + bracket, rest.removeprefix(":")
    host, _, port = place.partition(":")
    return host, port


def _check_host(host: str, host_ascii: str) -> None:
    if not host:
        raise LinkRefused("The URL names no host.")
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:].removesuffix("]") if host.endswith("]") else "")
        except ValueError:
            raise LinkRefused("The host is no IPv6 address.") from None
        return
    if (
        not re.fullmatch(r"[a-z0-9._-]+", host_ascii)
        or ".." in host_ascii
        or host_ascii.startswith((".", "-"))
    ):
        raise LinkRefused("The host is no valid name, so nobody knows where a browser would go.")


def _check_port(port: str) -> None:
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= 65_535):
        raise LinkRefused("The port is no number from 1 to 65535.")


def _user_warnings(user: str | None) -> Iterator[str]:
    if user is not None:
        yield f"{user[:40]!r} before the @ is a user name or a disguise, not the host"


def _host_warnings(host: str, host_ascii: str) -> Iterator[str]:
    name = host_ascii.rstrip(".")
    number = _as_number(name)
    if number:
        yield f"the host is the address {number} written as a number"
    elif name.startswith("[") or re.fullmatch(r"[0-9.]+", name):
        yield "the host is a bare IP address"
    if not host.isascii():
        yield f"the host is not plain ASCII: really {host_ascii}"
    elif re.search(r"(^|\.)xn--", name):
        yield f"the host is written in punycode: it reads as {_unicode_of(name)}"
    readable = _unicode_of(name)
    scripts = _mixed_scripts(readable)
    if scripts:
        yield f"the host mixes the letters of {' and '.join(scripts)}"
    if _DEVIATING & set(host):
        yield "browsers do not agree on one of its letters and may go to another host"


def _as_number(host: str) -> str:
    """The IPv4 address behind 3232235777, 0x7f.1 or 010.0.0.1, as browsers read them; empty for others."""
    parts = host.split(".")
    if len(parts) > 4 or not all(re.fullmatch(r"0x[0-9a-f]*|[0-9]+", part) for part in parts):
        return ""
    if len(parts) == 4 and all(part == "0" or not part.startswith("0") for part in parts):
        return ""
    try:
        numbers = [_number(part) for part in parts]
        value = numbers.pop()
        for index, part in enumerate(numbers):
            value += part << (8 * (3 - index))
        return str(ipaddress.IPv4Address(value))
    except ValueError:
        return ""


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and part != "0" else int(part)


def _unicode_of(host_ascii: str) -> str:
    """The host as it reads; as it is where its punycode is broken."""
    try:
        return host_ascii.encode("ascii").decode("idna")
    except UnicodeError:
        return host_ascii


def _mixed_scripts(host: str) -> tuple[str, ...]:
    """The scripts of a label that mixes what real names do not mix."""
    for label in host.split("."):
        names = (unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha())
        scripts = tuple(dict.fromkeys(names))
        if len(scripts) > 1 and not set(scripts) <= _TOGETHER:
            return tuple(each.capitalize() for each in scripts)
    return ()
