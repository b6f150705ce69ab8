"""The formats that we know: mappings that come along, an analyst's own, and alerttui's export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from alerttui.backends.store import NewAlert
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import MAX_PARSED_BYTES, storable
from alerttui.ingest import native
from alerttui.ingest.errors import FormatError
from alerttui.ingest.identity import EqualRecords
from alerttui.ingest.mapped import MappedRecords
from alerttui.ingest.mapping import FormatMapping
from alerttui.ingest.mapping_file import load_mapping
from alerttui.ingest.parsed import BadRecord, Parsed

SAMPLE_RECORDS: Final = 50
"""From so many first records the format is told."""

_FOLDER: Final = Path(__file__).parent / "formats"


class AlertReader(Protocol):
    """Reads the records of one file."""

    def read(self, record: Parsed) -> NewAlert | None:
        """The alert of a record, None where it is none; raises `BadRecord`."""
        ...


class RecordFormat(Protocol):
    """One way to write alerts down."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def source(self) -> str:
        """The source of alerts whose record cannot be read."""
        ...

    @property
    def specificity(self) -> int:
        """Where several formats fit, the greater wins."""
        ...

    @property
    def max_bytes(self) -> int:
        """A record longer than this is kept as text and not parsed."""
        ...

    @property
    def title_keys(self) -> tuple[str, ...]:
        """Keys after which a record that is not parsed may tell its title."""
        ...

    def missing(self, record: Parsed) -> str:
        """Why the record is not of this format; empty if it is."""
        ...

    def reader(self, now_ms: int, equal: EqualRecords) -> AlertReader:
        """A reader for one file."""
        ...


@dataclass(frozen=True, slots=True)
class MappedFormat:
    """A format that is a mapping."""

    mapping: FormatMapping
    max_bytes: int = MAX_PARSED_BYTES

    @property
    def name(self) -> str:
        return self.mapping.name

    @property
    def title(self) -> str:
        return self.mapping.title

    @property
    def source(self) -> str:
        return self.mapping.source

    @property
    def specificity(self) -> int:
        return self.mapping.detect.specificity

    @property
    def title_keys(self) -> tuple[str, ...]:
        paths = [pick.path for pick in self.mapping.fields.get("title", ()) if pick.path is not None]
        return tuple(key for path in paths for key in (path.written, path.steps[-1]))

    def missing(self, record: Parsed) -> str:
        return self.mapping.detect.missing(self.mapping.roots(record.value))

    def reader(self, now_ms: int, equal: EqualRecords) -> AlertReader:
        return _MappedReader(self.mapping, MappedRecords(self.mapping, now_ms, equal))


@dataclass(frozen=True, slots=True)
class _MappedReader:
    mapping: FormatMapping
    records: MappedRecords

    def read(self, record: Parsed) -> NewAlert | None:
        roots = self.mapping.roots(record.value)
        if not self.mapping.is_alert(roots):
            return None
        return self.records.alert_of(record, roots)


@dataclass(frozen=True, slots=True)
class NativeFormat:
    """alerttui's own export."""

    name: str = "alerttui"
    title: str = "alerttui export"
    source: str = "alerttui"
    specificity: int = 100
    max_bytes: int = native.MAX_NATIVE_BYTES
    title_keys: tuple[str, ...] = ("title",)

    def missing(self, record: Parsed) -> str:
        absent = [key for key in ("alerttui", "alert") if key not in record.value]
        return f"has no {absent[0]}" if absent else ""

    def reader(self, now_ms: int, equal: EqualRecords) -> AlertReader:
        return _NativeReader()


class _NativeReader:
    def read(self, record: Parsed) -> NewAlert:
        value = record.value
        if "\\ud" in record.text or "\\uD" in record.text:
            value = {key: _without_lone_surrogates(each) for key, each in value.items()}
        try:
            return native.from_record(value)
        except Invalid as error:
            raise BadRecord(str(error)) from None


def _without_lone_surrogates(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_without_lone_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {storable(key): _without_lone_surrogates(each) for key, each in value.items()}
    return value


@cache
def known_formats() -> tuple[RecordFormat, ...]:
    """alerttui's export and every mapping that comes along, by name."""
    mapped = [MappedFormat(load_mapping(file)) for file in sorted(_FOLDER.glob("*.toml"))]
    return (NativeFormat(), *mapped)


def format_named(name: str) -> RecordFormat:
    """The format with this name; raises `Invalid` naming the nearest."""
    formats = {each.name: each for each in known_formats()}
    if name in formats:
        return formats[name]
    near = get_close_matches(name, formats, n=1)
    hint = f"did you mean {near[0]}?" if near else ""
    raise Invalid("format", name, f"one of auto, {', '.join(formats)} is expected. {hint}".rstrip())


def told_format(sample: Sequence[Parsed], file: str) -> RecordFormat:
    """The most specific format that most records of a sample have; raises `FormatError`."""
    fitting = {each.name: sum(not each.missing(record) for record in sample) for each in known_formats()}
    candidates = [each for each in known_formats() if fitting[each.name] * 2 > len(sample)]
    if candidates:
        return max(candidates, key=lambda each: (each.specificity, fitting[each.name]))
    raise FormatError(_refusal(sample, file, fitting))


def _refusal(sample: Sequence[Parsed], file: str, fitting: dict[str, int]) -> str:
    formats = known_formats()
    expected = ", ".join(f"{each.name} ({each.title})" for each in formats)
    first = sample[0]
    lines = [f"{file}: these are no alerts that we know. Expected is one of {expected}."]
    some = [each for each in formats if fitting[each.name]]
    lines += [
        f"{fitting[each.name]} of the first {len(sample)} records look like {each.name}." for each in some
    ]
    if not some:
        keys = ", ".join(list(first.value)[:8]) or "no keys at all"
        lines.append(f"The record at line {first.raw.line} has {keys[:200]}.")
        near = [each for each in formats if isinstance(each, MappedFormat)]
        near.sort(key=lambda each: -each.mapping.detect.share_present(each.mapping.roots(first.value)))
        lines += [f"Nearest: {each.name}, but it {each.missing(first)}." for each in near[:2]]
    lines.append("Name the format with --format, or say with --map where things are (docs/import.md).")
    return " ".join(lines)
