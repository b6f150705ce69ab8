"""Exporting: this alert, the marked ones or the listing as it stands, into a file of the analyst's choice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final

from alerttui.backends.store import AlertStore
from alerttui.domain.moments import format_moment
from alerttui.domain.query_text import print_query
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.export import (
    ExportFailed,
    ExportFormat,
    ids_of,
    preamble,
    records_of,
    write_new_file,
)
from alerttui.triage.notes import notes_of
from alerttui.tui.dialogs.file_name import FileNameScreen
from alerttui.tui.dialogs.menu import MenuScreen, Option
from alerttui.tui.screens.desk import GOOD, WARN, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading

PROGRESS_S: Final = 0.5
"""How often it is said how far a long export is; a short one is over before."""

LABEL_CELLS: Final = 18

NAME_CHARACTERS: Final = 40
"""Of the filter in a proposed file name."""

FORMATS: Final = (
    ("a", ExportFormat.ALERTTUI, "alerttui", "everything; import takes it in again", "jsonl"),
    ("j", ExportFormat.JSONL, "jsonl", "Panther's field names, one alert a line", "jsonl"),
    ("c", ExportFormat.CSV, "csv", "a table", "csv"),
    ("m", ExportFormat.MD, "md", "a report to read", "md"),
    ("r", ExportFormat.RAW, "raw", "the very bytes that came in", "raw"),
)
"""Letter, format, name, what it is for, and how the file's name ends."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which alerts are to be written, fixed when the key was pressed."""

    rowids: Sequence[int]
    name: str
    """For the proposed file name: the alert's id, "marked", or the filter."""


@dataclass(slots=True)
class Progress:
    """How far the writing is; counted in the thread that writes."""

    written: int = 0
    empty: int = 0
    """Alerts that have nothing in this format."""
    stop: Event = field(default_factory=Event)
    """Set to give up: the half-written file is removed."""

    def counted(self, first: bytes, records: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks, counted as they pass."""
        yield first
        for record in records:
            if self.stop.is_set():
                raise ExportFailed("The export was given up; nothing was written.")
            self.written += bool(record)
            self.empty += not record
            yield record


@dataclass(slots=True)
class Exporting:
    """Asks what, how and where, and writes beside the keys."""

    desk: Desk
    queue: Queue
    reading: Reading

    async def export(self) -> None:
        """Three questions, then the file."""
        selection = await self._what()
        if selection is None:
            return
        count = len(selection.rowids)
        title = f"Export {count:,} alert{'' if count == 1 else 's'} as"
        options = [Option(key, name.ljust(10), (kind, end), note) for key, kind, name, note, end in FORMATS]
        picked = await self.desk.ask(MenuScreen(title, options))
        if picked is None:
            return
        kind, ending = picked
        day = format_moment(self.desk.session.clock())[:10]
        proposed = f"alerttui-{selection.name}-{day}.{ending}"
        target = await self.desk.ask(
            FileNameScreen(f"Export to a file in {Path.cwd()}", proposed, file_problem)
        )
        if target is not None:
            await self._write(selection, kind, file_path(target))

    async def _what(self) -> Selection | None:
        """This alert, the marked ones, or the whole listing; taken at the key press."""
        row, marked, listing = self.queue.view.row_under_cursor, self.queue.marks.all(), self.queue.listing
        options = []
        if row is not None:
            options.append(option("a", "this alert", Selection((row.rowid,), slug(row.id)), row.title))
        if marked:
            options.append(option("m", f"{len(marked):,} marked", Selection(marked, "marked")))
        if len(listing) and listing.complete:
            text = print_query(listing.query)
            name, everything = slug(text) or "all", listing.rowids[:]
            options.append(option("l", f"all {len(everything):,} listed", Selection(everything, name), text))
        if not options:
            self.desk.say("There is no alert to export here.", WARN)
            return None
        note = [] if listing.complete else ["The list is still being read; all of it can be exported then."]
        return await self.desk.ask(MenuScreen("Export", options, above=note))

    async def _write(self, selection: Selection, kind: ExportFormat, target: Path) -> None:
        """Write in a thread, saying how far it is; raises `ExportFailed`."""
        progress, total = Progress(), len(selection.rowids)
        session = self.desk.session
        store = session.store
        ids = ids_in_order(store, selection.rowids, oldest_first=self._is_oldest_first(kind))
        chunks = progress.counted(preamble(kind), records_of(store, ids, kind, notes_of(session.notes)))
        writing = asyncio.create_task(asyncio.to_thread(write_new_file, target, chunks))
        try:
            while not (await asyncio.wait({writing}, timeout=PROGRESS_S))[0]:
                self.desk.say(f"exporting: {progress.written:,} of {total:,}")
        except asyncio.CancelledError:
            progress.stop.set()
            with suppress(ExportFailed):
                await writing
            raise
        await writing
        self.desk.say(told(progress, total, target), WARN if progress.written < total else GOOD)

    def _is_oldest_first(self, kind: ExportFormat) -> bool:
        """What is to be imported again comes oldest first unless the filter sorts."""
        return kind in (ExportFormat.ALERTTUI, ExportFormat.RAW) and not self.queue.query.sort


def ids_in_order(store: AlertStore, rowids: Sequence[int], *, oldest_first: bool) -> Iterator[AlertId]:
    """The ids in the order of the listing, or of time; found only when the first is asked for."""
    yield from ids_of(store, sorted(rowids) if oldest_first else rowids)


def told(progress: Progress, total: int, target: Path) -> str:
    """Where the alerts are now, and how many."""
    gone = total - progress.written - progress.empty
    notes = [f"exported {progress.written:,} alert{'' if progress.written == 1 else 's'} to {target}"]
    if progress.empty:
        notes.append(f"{progress.empty:,} came from no record and are not in it")
    if gone > 0:
        notes.append(f"{gone:,} are no longer in the store")
    return "; ".join(notes)


def option(key: str, label: str, selection: Selection, note: str = "") -> Option[Selection]:
    """A line of the first menu, its note in a column."""
    return Option(key, label.ljust(LABEL_CELLS), selection, note)


def slug(text: str) -> str:
    """A text as part of a file name: letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text[: NAME_CHARACTERS * 4])[:NAME_CHARACTERS].strip("-").lower()


def file_path(typed: str) -> Path:
    """The file that a typed name means, from the working directory."""
    path = Path(typed.strip())
    try:
        return Path.cwd() / path.expanduser()
    except RuntimeError:  # a user who is not known here
        return Path.cwd() / path


def file_problem(typed: str) -> str:
    """Why nothing is written under this name; empty if it can be."""
    if not typed.strip():
        return "type the name of a file"
    target = file_path(typed)
    if target.is_dir():
        return f"{target} is a folder"
    if target.is_symlink() or target.exists():
        return f"{target.name} is there already, and nothing is overwritten"
    if not target.parent.is_dir():
        return f"there is no folder {target.parent}"
    return ""
