"""Alerts out of the store, one record at a time: lossless, Panther-shaped, as a table, as a report, raw."""

from __future__ import annotations

import csv
import io
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Final, TypeVar

from alerttui.backends.store import AlertStore, NewAlert
from alerttui.domain.alert import Alert, Comment, Event
from alerttui.domain.errors import AlertTuiError, NotFound
from alerttui.domain.json_text import storable, to_json
from alerttui.domain.listing import Page
from alerttui.domain.moments import format_moment
from alerttui.domain.query import AlertQuery, QueryContext, SortKey
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.markdown_text import code_block, code_span, escaped
from alerttui.triage.notes import NotesOf, no_notes
from alerttui.triage.panther_json import alert_json, harmless_json, json_line

T = TypeVar("T")

WINDOW_ROWS: Final = 500
"""Ids resolved at once; an export holds no more than this many rows in memory."""

PAGE_SIZE: Final = 200
"""Events or comments read at once."""

FILE_MODE: Final = 0o600
"""An export is case data."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins so."""


class ExportFormat(Enum):
    """What an export looks like."""

    ALERTTUI = "alerttui"
    """Everything that is known, one JSON record a line; `import` takes it in again without loss."""
    JSONL = "jsonl"
    """The present state in Panther's field names, one alert a line."""
    CSV = "csv"
    MD = "md"
    """A report to read."""
    RAW = "raw"
    """The very bytes that came in, one record after another."""


class ExportFailed(AlertTuiError):
    """The file could not be written; what was there before is untouched."""


def preamble(kind: ExportFormat) -> bytes:
    """What stands before the first record."""
    if kind is ExportFormat.CSV:
        return _csv_line(_CSV_COLUMNS)
    return b"# Alerts\n" if kind is ExportFormat.MD else b""


def records(
    store: AlertStore,
    query: AlertQuery,
    context: QueryContext,
    kind: ExportFormat,
    notes_of: NotesOf = no_notes,
) -> Iterator[bytes]:
    """The alerts that match, one record each with its line end, in the order of the query.

    What is to be imported again comes oldest first unless the query sorts, so that alerts of one instant keep
    their order. Local notes stand behind the comments, and say so. An alert that came from no record is empty
    in `raw`; one that goes meanwhile is left out.
    """
    if not query.sort and kind in (ExportFormat.ALERTTUI, ExportFormat.RAW):
        query = replace(query, sort=(SortKey("created", descending=False),))
    yield from records_of(store, _ids(store, query, context), kind, notes_of)


def records_of(
    store: AlertStore, alert_ids: Iterable[AlertId], kind: ExportFormat, notes_of: NotesOf = no_notes
) -> Iterator[bytes]:
    """These alerts, one record each with its line end, in this order; one that goes meanwhile is left out."""
    write = {
        ExportFormat.ALERTTUI: lambda store, alert: _native_record(store, alert, notes_of),
        ExportFormat.JSONL: lambda store, alert: _line(json_line(alert_json(alert))),
        ExportFormat.CSV: lambda store, alert: _csv_line(_csv_cells(alert)),
        ExportFormat.MD: lambda store, alert: _report_section(store, alert, notes_of),
        ExportFormat.RAW: _raw_record,
    }[kind]
    for alert_id in alert_ids:
        try:
            yield write(store, store.alert(alert_id))
        except NotFound:
            continue


def write_file(target: Path, chunks: Iterable[bytes]) -> None:
    """Write the chunks to a new file beside the target and rename it; raises `ExportFailed`.

    A target that is no regular file, such as a pipe, is written directly.
    """
    try:
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            with target.open("wb") as file:
                file.writelines(chunks)
            return
        _replace(target, chunks)
    except OSError as error:
        raise ExportFailed(f"{target} was not written: {error.strerror or error}") from error


def write_new_file(target: Path, chunks: Iterable[bytes]) -> None:
    """Write the chunks to a file that must not be there yet, whole or not at all; raises `ExportFailed`."""
    try:
        _replace(target, chunks, is_new=True)
    except FileExistsError as error:
        raise ExportFailed(f"{target} is there already, and nothing is overwritten.") from error
    except OSError as error:
        raise ExportFailed(f"{target} was not written: {error.strerror or error}.") from error


def _replace(target: Path, chunks: Iterable[bytes], *, is_new: bool = False) -> None:
    target = target.resolve()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _put_in_place(temporary, target)
        else:
            temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _put_in_place(temporary: Path, target: Path) -> None:
    """Give a written file its name; raises `FileExistsError` if the name was taken meanwhile."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # no hard links here
        if os.path.lexists(target):
            raise FileExistsError from None
        temporary.replace(target)
    else:
        temporary.unlink()


def _ids(store: AlertStore, query: AlertQuery, context: QueryContext) -> Iterator[AlertId]:
    for chunk in store.rowids(query, context):
        yield from ids_of(store, chunk)


def ids_of(store: AlertStore, rowids: Sequence[int]) -> Iterator[AlertId]:
    """The ids behind these rowids in this order, resolved in windows; one that is no more is left out."""
    for start in range(0, len(rowids), WINDOW_ROWS):
        window = rowids[start : start + WINDOW_ROWS]
        rows = store.rows(window)
        yield from [rows[rowid].id for rowid in window if rowid in rows]


def _line(text: str) -> bytes:
    return text.encode("utf-8") + b"\n"


def _native_record(store: AlertStore, alert: Alert, notes_of: NotesOf) -> bytes:
    from alerttui.ingest.native import to_record

    source, native_id = store.identity(alert.id)
    everything = NewAlert(
        alert=alert,
        source=source,
        native_id=native_id,
        raw=store.raw(alert.id),
        events=list(_events(store, alert.id)),
        comments=[*_comments(store, alert.id), *notes_of(alert.id)],
        history=store.history(alert.id),
    )
    return _line(harmless_json(to_json(to_record(everything))))


def _events(store: AlertStore, alert_id: AlertId) -> Iterator[Event]:
    cursor: str | None = None
    while True:
        page: Page[Event] = store.events(alert_id, cursor, PAGE_SIZE)
        yield from page.results
        cursor = page.next
        if cursor is None:
            return


def _comments(store: AlertStore, alert_id: AlertId) -> Iterator[Comment]:
    cursor: str | None = None
    while True:
        page: Page[Comment] = store.comments(alert_id, cursor, PAGE_SIZE)
        yield from page.results
        cursor = page.next
        if cursor is None:
            return


def _raw_record(store: AlertStore, alert: Alert) -> bytes:
    raw = store.raw(alert.id)
    return raw + b"\n" if raw else b""


# -- a spreadsheet

_CSV_COLUMNS: Final = (
    "id", "title", "severity", "status", "phase", "quality", "verdict", "contextTags", "assignee",
    "createdAt", "firstEventOccurredAt", "lastReceivedEventAt", "acknowledgedAt", "closedAt",
    "eventCount", "rule", "ruleName", "type", "source", "description",
)  # fmt: skip


def _csv_cells(alert: Alert) -> tuple[str, ...]:
    return (
        alert.id,
        alert.title,
        alert.severity_word or alert.severity.name,
        alert.status,
        alert.phase.name.lower(),
        alert.quality.value if alert.quality else "",
        alert.verdict,
        " ".join(alert.tags),
        alert.assignee.id if alert.assignee else "",
        format_moment(alert.created_ms),
        _moment(alert.first_event_ms),
        _moment(alert.last_event_ms),
        _moment(alert.acknowledged_ms),
        _moment(alert.closed_ms),
        "" if alert.event_count is None else str(alert.event_count),
        alert.detection.id,
        alert.detection.name,
        alert.type,
        alert.source,
        alert.description,
    )


def _csv_line(cells: Iterable[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_harmless(storable(cell)) for cell in cells])
    return buffer.getvalue().encode("utf-8")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


# -- a report


def _report_section(store: AlertStore, alert: Alert, notes_of: NotesOf) -> bytes:
    parts = [f"\n## {escaped(alert.title)}\n\n"]
    parts += [f"- {name}: {code_span(text)}\n" for name, text in _report_facts(alert) if text]
    for heading, text in (
        ("Description", alert.description),
        ("Runbook", alert.runbook),
        ("Context", alert.context),
    ):
        if text:
            parts.append(f"\n{heading}:\n\n{code_block(text)}\n")
    for comment in (*_comments(store, alert.id), *notes_of(alert.id)):
        what = "Local note" if comment.local else "Comment"
        who = comment.author.label if comment.author else "unknown"
        parts.append(
            f"\n{what} by {code_span(who)} {_moment(comment.created_ms)}:\n\n{code_block(comment.body)}\n"
        )
    return "".join(parts).encode("utf-8", "backslashreplace")


def _report_facts(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "id", alert.id
    yield "severity", alert.severity_word or alert.severity.name
    yield "status", alert.status
    yield "quality", alert.quality.value if alert.quality else ""
    yield "verdict", alert.verdict
    yield "tags", ", ".join(alert.tags)
    yield "assignee", alert.assignee.label if alert.assignee else ""
    yield "rule", alert.detection.id or alert.detection.name
    yield "created", format_moment(alert.created_ms)
    yield "closed", _moment(alert.closed_ms)
    yield "events", "" if alert.event_count is None else str(alert.event_count)
    for indicator in alert.indicators:
        yield "indicator", f"{indicator.kind} {indicator.value}"


def _moment(moment_ms: int | None) -> str:
    return "" if moment_ms is None else format_moment(moment_ms)
