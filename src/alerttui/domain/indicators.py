"""The indicators of an alert: those that its source named, and those that stand in its texts and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.alert import Alert, Indicator
from alerttui.domain.indicator_fields import FREE_TEXT, Hints, hints_of, is_value_of
from alerttui.domain.indicator_text import Spotted, spotted_in
from alerttui.domain.json_text import JsonRefused, parse_json

MAX_SCANNED: Final = 2_000_000
"""Characters of one alert and its events that are looked through."""

MAX_FOUND: Final = 2_000
"""Different indicators that are kept; further ones are counted only."""

MAX_PLACES: Final = 5
"""Field paths that are kept of one indicator."""

_ASKED_EVERY: Final = 200
"""So many values are read before it is asked whether anybody still wants to know."""

_REMEMBERED: Final = 512
"""Characters of a value that is remembered, because events repeat their values."""

KINDS: Final = ("ip", "domain", "url", "email", "hash", "cve", "user", "host", "process", "file")
"""The kinds in the order in which they are shown; a source's own words come after them."""

_KIND_WORDS: Final = {
    "ipv4": "ip", "ipv6": "ip", "ip address": "ip", "ip_address": "ip", "ipv4-addr": "ip", "ipv6-addr": "ip",
    "ip-src": "ip", "ip-dst": "ip", "domain-name": "domain", "domain_name": "domain", "fqdn": "domain",
    "uri": "url", "link": "url", "email-addr": "email", "email_address": "email", "email address": "email",
    "md5": "hash", "sha1": "hash", "sha-1": "hash", "sha256": "hash", "sha-256": "hash", "sha512": "hash",
    "file_hash": "hash", "hash_md5": "hash", "hash_sha1": "hash", "hash_sha256": "hash",
    "hash-md5": "hash", "hash-sha1": "hash", "hash-sha256": "hash", "vulnerability": "cve",
    "account": "user", "username": "user", "user name": "user", "hostname": "host", "endpoint": "host",
    "device": "host", "process name": "process", "filename": "file", "file name": "file", "filepath": "file",
}  # fmt: skip
"""What sources call the kinds."""

_SPECIFIC: Final = ("hash", "url", "email", "domain", "ip", "user", "host")
"""The kinds by which other alerts are looked for, the most telling first."""

_TELLS_LITTLE: Final = frozenset(("administrator", "admin", "root", "system", "localhost", "local system"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIndicator:
    """One indicator of an alert, wherever in it."""

    kind: str
    value: str
    """Its plain form, by which it is recognized."""
    written: str
    """As it stands in the alert, in plain form if it ever does: what a search finds."""
    note: str = ""
    """private, loopback, sha256..."""
    count: int = 0
    """How often it stands in the texts that were looked through."""
    places: tuple[str, ...] = ()
    """The paths of the first fields that hold it."""
    more_places: int = 0
    given: Indicator | None = None
    """What the source says of it; None where alerttui found it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorReport:
    """What was found, by kind and frequency, and how far it was looked."""

    found: tuple[FoundIndicator, ...] = ()
    left_out: int = 0
    """Sightings that were not kept, because there were too many different ones."""
    events_read: int = 0
    events_total: int = 0
    is_cut: bool = False
    """True if not all the text was looked through."""

    def specific(self) -> list[FoundIndicator]:
        """Those that can lead to other alerts, the most telling first; what is everywhere is no lead."""
        leads = [
            each
            for each in self.found
            if each.kind in _SPECIFIC
            and len(each.value) >= 3
            and each.value.lower() not in _TELLS_LITTLE
            and each.note
            not in ("loopback", "unspecified", "broadcast", "multicast", "reserved for examples")
            and "empty file" not in each.note
        ]
        return sorted(leads, key=lambda each: (each.note == "private", _SPECIFIC.index(each.kind)))


def _always() -> bool:
    return True


def find_indicators(
    alert: Alert,
    event_bodies: Iterable[str] = (),
    *,
    events_total: int = 0,
    is_wanted: Callable[[], bool] = _always,
) -> IndicatorReport:
    """Every indicator of an alert and its events; bounded, and ended early once nobody wants it."""
    search = _Search(is_wanted)
    for indicator in alert.indicators:
        search.give(indicator)
    for place, text in (("title", alert.title), ("description", alert.description)):
        search.read(text, FREE_TEXT, place)
    search.read_json(alert.context, "context")
    search.read_json(alert.enrichment, "enrichment")
    read = 0
    for body in event_bodies:
        if search.is_over:
            break
        search.read_json(body, "")
        read += 1
    return IndicatorReport(
        found=search.result(),
        left_out=search.left_out,
        events_read=read,
        events_total=max(events_total, read),
        is_cut=search.is_cut or read < events_total,
    )


def same_kind(kind: str) -> str:
    """The kind that a source's word means, or its word."""
    word = kind.strip().lower()
    return _KIND_WORDS.get(word, word) or "other"


@dataclass(slots=True)
class _Sightings:
    """What is known of one indicator so far."""

    kind: str
    value: str
    written: str
    note: str
    count: int = 0
    places: list[str] = field(default_factory=list)
    more_places: set[str] = field(default_factory=set)
    given: Indicator | None = None

    def see(self, spotted: Spotted, place: str) -> None:
        """Count a sighting."""
        self.count += 1
        self.note = spotted.note or self.note
        self.kind = "process" if "process" in (self.kind, spotted.kind) else self.kind
        if spotted.written.lower() == self.value.lower():
            self.written = spotted.written
        if place not in self.places:
            if len(self.places) < MAX_PLACES:
                self.places.append(place)
            elif len(self.more_places) < MAX_FOUND:
                self.more_places.add(place)


class _Search:
    """Collects sightings within its bounds."""

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        self.left_out = 0
        self.is_cut = False
        self.is_over = False
        self._is_wanted = is_wanted
        self._left = MAX_SCANNED
        self._reads = 0
        self._sightings: dict[tuple[str, str], _Sightings] = {}
        self._remembered: dict[tuple[str, Hints], list[Spotted]] = {}

    def give(self, indicator: Indicator) -> None:
        """Take an indicator of the source."""
        kind, value = same_kind(indicator.kind), indicator.value
        note = ""
        for spotted in spotted_in(value):
            if spotted.kind == kind or (spotted.kind == "ip" and spotted.written == value):
                kind, value, note = spotted.kind, spotted.value, spotted.note
                break
        known = self._sightings.setdefault(_key(kind, value), _Sightings(kind, value, indicator.value, note))
        known.given = known.given or indicator

    def read(self, text: str, hints: Hints, place: str) -> None:
        """Look through one text."""
        if len(text) < 2 or self.is_over or hints.is_format:
            return
        self._reads += 1
        if self._left <= 0 or (self._reads % _ASKED_EVERY == 0 and not self._is_wanted()):
            self.is_cut = self.is_over = True
            return
        if len(text) > self._left:
            text, self.is_cut = text[: self._left], True
        self._left -= len(text)
        for spotted in self._spotted(text, hints):
            self._note_down(spotted, place)

    def read_json(self, text: str, place: str) -> None:
        """Look through the values of a JSON text, or through the text itself where it is none."""
        if not text:
            return
        try:
            parsed = parse_json(text)
        except JsonRefused:
            self.read(text, FREE_TEXT, place or "text")
            return
        hints_by_path: dict[tuple[str, ...], Hints] = {}
        for names, value in _leaves(parsed):
            if self.is_over:
                return
            hints = hints_by_path.get(names)
            if hints is None:
                hints = hints_by_path[names] = hints_of(names)
            self.read(value, hints, ".".join((place, *names) if place else names))

    def result(self) -> tuple[FoundIndicator, ...]:
        """Everything, by kind, the most frequent first."""
        kinds = {kind: at for at, kind in enumerate(KINDS)}
        ordered = sorted(
            self._sightings.values(),
            key=lambda each: (kinds.get(each.kind, len(KINDS)), each.kind, -each.count, each.given is None),
        )
        return tuple(
            FoundIndicator(
                kind=each.kind,
                value=each.value,
                written=each.written,
                note=each.note,
                count=each.count,
                places=tuple(each.places),
                more_places=len(each.more_places),
                given=each.given,
            )
            for each in ordered
        )

    def _spotted(self, text: str, hints: Hints) -> Sequence[Spotted]:
        if len(text) > _REMEMBERED:
            return _spotted(text, hints)
        key = (text, hints)
        found = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = _spotted(text, hints)
        return found

    def _note_down(self, spotted: Spotted, place: str) -> None:
        key = _key(spotted.kind, spotted.value)
        known = self._sightings.get(key)
        if known is None:
            if len(self._sightings) >= MAX_FOUND:
                self.left_out += 1
                return
            known = self._sightings[key] = _Sightings(
                spotted.kind, spotted.value, spotted.written, spotted.note
            )
        known.see(spotted, place)


def _spotted(text: str, hints: Hints) -> list[Spotted]:
    """What stands in a field's text, and the text itself where the field's name says what it is."""
    found = spotted_in(text, hints)
    kind = hints.kind
    is_other = any(each.written == text and each.kind in ("email", "ip", "url") for each in found)
    if kind not in ("", "domain") and not is_other and is_value_of(kind, text):
        found.append(Spotted("process" if kind == "image" else kind, text, text))
    return found


def _key(kind: str, value: str) -> tuple[str, str]:
    """By what two sightings are one: the file of a process is the process."""
    return ("file" if kind == "process" else kind, value.lower())


def _leaves(parsed: object) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in a parsed JSON value with the names that lead to it, in order, without recursion."""
    rest: list[tuple[tuple[str, ...], object]] = [((), parsed)]
    while rest:
        names, value = rest.pop()
        if isinstance(value, str):
            yield names, value
        elif isinstance(value, list):
            rest.extend((names, each) for each in reversed(value))
        elif isinstance(value, dict):
            rest.extend(((*names, name), each) for name, each in reversed(value.items()))
            for name in value:
                if any(sign in name for sign in "@:[") or name.count(".") == 3:
                    yield (*names, "key"), name
