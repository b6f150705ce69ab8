"""Imports a file of alerts into the store, record by record: good ones are kept, bad ones named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final

from alerttui.backends.store import AlertStore, NewAlert
from alerttui.ingest.errors import FormatError
from alerttui.ingest.formats_known import (
    SAMPLE_RECORDS,
    MappedFormat,
    NativeFormat,
    RecordFormat,
    format_named,
    told_format,
)
from alerttui.ingest.identity import EqualRecords
from alerttui.ingest.mapping_file import load_mapping
from alerttui.ingest.opening import OpenedFile, opened
from alerttui.ingest.oversized import oversized_alert
from alerttui.ingest.parsed import BadRecord, Oversized, Parsed, RecordReader
from alerttui.ingest.rejects import RejectsFile
from alerttui.ingest.splitting import RawRecord, split_records

BATCH_ALERTS: Final = 1_000
"""Alerts that are handed to the store at a time."""

BATCH_BYTES: Final = 16_000_000
"""Bytes of records that are handed to the store at a time."""

MAX_PROBLEMS: Final = 100
"""Bad records that the report names; the rest is only counted."""

_MAX_REASON = 300
_AUTO = "auto"
_NATIVE_START = b'{"alerttui"'


@dataclass(frozen=True, slots=True)
class BadLine:
    """A record that was not imported."""

    line: int
    """0 where the file as a whole is at fault."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is."""

    bytes_read: int
    total_bytes: int | None
    """None where the size is not known, as with standard input."""
    read: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did; without a dry run, added, known, skipped and rejected are `read` in sum."""

    format: str
    """Name of the format; empty where the file has no records."""
    read: int = 0
    """Records found."""
    alerts: int = 0
    """Records that are alerts."""
    added: int = 0
    known: int = 0
    """Alerts that the store had already, or that came twice in the file; they keep every decision."""
    skipped: int = 0
    """Records of the format that are no alerts."""
    rejected: int = 0
    events_added: int = 0
    oversized: int = 0
    """Alerts whose record was too large to be read and is kept as text."""
    mended: int = 0
    """Alerts whose record has bytes that are no UTF-8; the raw record keeps them."""
    problems: tuple[BadLine, ...] = ()
    """The first bad records."""
    notes: tuple[str, ...] = ()
    """What else should be said of the file."""
    dry_run: bool = False


def import_file(
    path_or_stream: Path | str | BinaryIO,
    store: AlertStore | None,
    *,
    format_name: str | None = None,
    map_file: Path | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    now_ms: int,
    progress: Callable[[Progress], None] | None = None,
) -> ImportReport:
    """Import a file, `-` for standard input, or a binary stream.

    Raises `FormatError` where it holds no alerts, `ConfigError` for a wrong map, `Invalid` for an unknown
    format, `FileTrouble` where a file cannot be read or written. Nothing is written on a dry run, which needs
    no store.
    """
    named = _named_format(format_name, map_file)
    with ExitStack() as stack:
        file = stack.enter_context(opened(path_or_stream))
        rejected = None
        if rejects is not None and not dry_run:
            rejected = stack.enter_context(RejectsFile(rejects, path_or_stream))
        run = _Import(file, None if dry_run else store, rejected, now_ms, progress)
        return run.run(named, dry_run)


def _named_format(format_name: str | None, map_file: Path | None) -> RecordFormat | None:
    if map_file is not None:
        return MappedFormat(load_mapping(map_file))
    return None if format_name in (None, "", _AUTO) else format_named(format_name)


@dataclass(slots=True)
class _Counts:
    read: int = 0
    alerts: int = 0
    added: int = 0
    known: int = 0
    skipped: int = 0
    rejected: int = 0
    events_added: int = 0
    oversized: int = 0
    mended: int = 0
    problems: list[BadLine] = field(default_factory=list)


class _Import:
    def __init__(
        self,
        file: OpenedFile,
        store: AlertStore | None,
        rejects: RejectsFile | None,
        now_ms: int,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._file = file
        self._store = store
        self._rejects = rejects
        self._now_ms = now_ms
        self._progress = progress
        self._counts = _Counts()
        self._json = RecordReader()
        self._equal = EqualRecords()
        self._batch: list[NewAlert] = []
        self._batch_bytes = 0

    def run(self, named: RecordFormat | None, dry_run: bool) -> ImportReport:
        records = split_records(self._file, self._json.holds_record)
        sample = list(islice(records, SAMPLE_RECORDS))
        format_name = ""
        if sample:
            record_format = named or self._told_format(sample)
            format_name = record_format.name
            self._import(chain(sample, records), record_format, is_named=named is not None)
        if self._file.damage:
            self._counts.read += 1
            self._reject(RawRecord(0, b""), self._file.damage)
        self._flush()
        self._report_progress()
        return self._report(format_name, dry_run)

    # -- which format

    def _told_format(self, sample: list[RawRecord]) -> RecordFormat:
        readable: list[Parsed] = []
        reasons: list[str] = []
        for raw in sample:
            is_native = raw.raw.startswith(_NATIVE_START)
            try:
                record = self._json.read(raw, NativeFormat().max_bytes) if is_native else self._json.read(raw)
            except BadRecord as error:
                reasons.append(f"line {raw.line} is {error}" if raw.raw else str(error))
                continue
            if isinstance(record, Parsed):
                readable.append(record)
            else:
                reasons.append(f"line {raw.line} is too large to read ({record.why})")
        if not readable:
            raise FormatError(
                f"{self._file.name}: no record can be read to tell what this is: {'; '.join(reasons[:3])}. "
                "JSON objects are expected: one a line, in an array, or one after another. "
                "Where you know the format, name it with --format."
            )
        return told_format(readable, self._file.name)

    # -- records

    def _import(self, records: Iterator[RawRecord], record_format: RecordFormat, *, is_named: bool) -> None:
        reader = record_format.reader(self._now_ms, self._equal)
        max_bytes = record_format.max_bytes
        counts = self._counts
        for raw in records:
            counts.read += 1
            try:
                record = self._json.read(raw, max_bytes)
                if isinstance(record, Oversized):
                    self._add_oversized(record, record_format)
                    continue
                missing = "" if is_named else record_format.missing(record)
                if missing:
                    raise BadRecord(f"not a record of {record_format.name}: it {missing}")
                new = reader.read(record)
            except BadRecord as error:
                self._reject(raw, str(error))
                continue
            if new is None:
                counts.skipped += 1
            else:
                counts.mended += record.is_mended
                self._add(new)
            if counts.read % BATCH_ALERTS == 0:
                self._report_progress()

    def _add_oversized(self, record: Oversized, record_format: RecordFormat) -> None:
        self._counts.oversized += 1
        source, keys = record_format.source, record_format.title_keys
        self._add(oversized_alert(record, source, keys, self._now_ms, self._equal))

    def _add(self, new: NewAlert) -> None:
        self._counts.alerts += 1
        if self._store is None:
            return
        self._batch.append(new)
        self._batch_bytes += len(new.raw)
        if len(self._batch) >= BATCH_ALERTS or self._batch_bytes >= BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._store is not None and self._batch:
            done = self._store.add(self._batch)
            self._counts.added += done.added
            self._counts.known += done.known
            self._counts.events_added += done.events_added
        self._batch = []
        self._batch_bytes = 0

    def _reject(self, raw: RawRecord, reason: str) -> None:
        counts = self._counts
        counts.rejected += 1
        if len(counts.problems) < MAX_PROBLEMS:
            counts.problems.append(BadLine(raw.line, reason[:_MAX_REASON]))
        if self._rejects is not None and raw.raw:
            self._rejects.add(raw.raw)

    # -- telling

    def _report_progress(self) -> None:
        if self._progress is not None:
            self._progress(
                Progress(
                    bytes_read=self._file.bytes_read,
                    total_bytes=self._file.total_bytes,
                    read=self._counts.read,
                    rejected=self._counts.rejected,
                )
            )

    def _report(self, format_name: str, dry_run: bool) -> ImportReport:
        counts = self._counts
        notes = list(self._file.notes)
        if not counts.read:
            notes.append("The file holds no records.")
        if counts.mended:
            notes.append(
                f"{counts.mended:,} records have bytes that are no UTF-8; raw export gives them back."
            )
        if counts.oversized:
            notes.append(f"{counts.oversized:,} records were too large to be read and are kept as text.")
        return ImportReport(
            format=format_name,
            read=counts.read,
            alerts=counts.alerts,
            added=counts.added,
            known=counts.known,
            skipped=counts.skipped,
            rejected=counts.rejected,
            events_added=counts.events_added,
            oversized=counts.oversized,
            mended=counts.mended,
            problems=tuple(counts.problems),
            notes=tuple(notes),
            dry_run=dry_run,
        )
