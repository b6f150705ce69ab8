"""Importing: asks for a file, and takes its alerts into the store beside the keys."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from alerttui.domain.errors import AlertTuiError
from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content
from alerttui.tui.screens.desk import GOOD, WARN, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.text_fields import LineField

if TYPE_CHECKING:
    from alerttui.ingest.importer import ImportReport, Progress

PROGRESS_S: Final = 0.25
"""How often it is said how far the import is."""

NAMES_READ: Final = 2_000
NAMES_SHOWN: Final = 40
"""Names of a folder that are looked at, and put on the line of completions."""


class Interrupted(AlertTuiError):
    """The console was left while it imported."""


def names_like(text: str) -> list[str]:
    """The paths that a path could be completed to, folders with a slash behind."""
    head, slash, last = text.rpartition("/")
    folder = Path(f"{head}{slash}" or ".").expanduser()
    names = []
    try:
        for entry, _ in zip(folder.iterdir(), range(NAMES_READ), strict=False):
            if entry.name.startswith(last) and (last or not entry.name.startswith(".")):
                names.append(f"{head}{slash}{entry.name}{'/' if entry.is_dir() else ''}")
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a home of somebody unknown
        return []
    return sorted(names)


def common_start(names: Sequence[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)
    for index, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return first[:index]
    return min(first, last, key=len)


def file_problem(text: str) -> str:
    """Why a path is no file to import; empty if it is one."""
    if not text.strip():
        return "Type the path of a file; tab completes it."
    try:
        path = Path(text.strip()).expanduser()
        if path.is_dir():
            return "This is a folder; name a file in it."
        return "" if path.exists() else "There is no such file."
    except (OSError, ValueError, RuntimeError) as error:
        return f"This cannot be looked at: {error}."


class ImportScreen(Dialog[Path]):
    """Which file to import."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete", show=False, priority=True)
    ]

    def __init__(self) -> None:
        super().__init__("Import alerts from a file; its format is told from the records")
        self._note = ""

    def compose(self) -> ComposeResult:
        """Title, the path, names or what is wrong."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(placeholder="~/alerts.jsonl", id="path")
            notes = DocumentView(id="path-notes")
            notes.can_focus = False
            notes.styles.height = 2
            yield notes

    def on_mount(self) -> None:
        """The path has the focus."""
        self.query_one("#path", LineField).focus()
        self._tell("")

    @on(Input.Changed, "#path")
    def look(self, event: Input.Changed) -> None:
        """What was wrong may be right now."""
        self._tell("")

    def _tell(self, note: str, names: Sequence[str] = ()) -> None:
        keys = Content.assemble(
            ("tab", "bold $accent"), " completes  ", ("enter", "bold $accent"), " imports  "
        )
        keys += Content.assemble(("esc", "bold $accent"), " leaves the store empty")
        shown = "  ".join(name.rstrip("/").rpartition("/")[2] for name in names[:NAMES_SHOWN])
        first = content(note, "$text-error") if note else content(shown, DIM)
        self.query_one("#path-notes", DocumentView).show(lambda _: [DocLine(first), DocLine(keys)])

    def action_complete(self) -> None:
        """Complete the path as far as it is told by what is there; show what it could be."""
        field = self.query_one("#path", LineField)
        names = names_like(field.value)
        if names:
            field.put(common_start(names))
        self._tell("" if names else "Nothing here begins like this.", names if len(names) > 1 else ())

    @on(Input.Submitted, "#path")
    def take(self, event: Input.Submitted) -> None:
        """Take the path, if there is a file."""
        problem = file_problem(event.value)
        if problem:
            self._tell(problem)
        else:
            self.dismiss(Path(event.value.strip()).expanduser())


@dataclass(slots=True)
class Importing:
    """Takes the alerts of a file into the store."""

    desk: Desk
    queue: Queue

    async def ask(self) -> None:
        """Ask which file, and import it."""
        if self.desk.session.read_only:
            self.desk.say("This profile is read-only: nothing is imported.", WARN)
            return
        path = await self.desk.ask(ImportScreen())
        if path is not None:
            await self.take_in(path)

    async def take_in(self, path: Path) -> None:
        """Import a file beside the keys, saying how far it is; the list follows."""
        from alerttui.ingest.importer import import_file

        session, loop, last_s = self.desk.session, asyncio.get_running_loop(), time.monotonic()

        def progress(done: Progress) -> None:
            nonlocal last_s
            if not self.desk.screen.is_running:
                raise Interrupted("The import was interrupted; what was read before is kept.")
            if time.monotonic() - last_s >= PROGRESS_S:
                last_s = time.monotonic()
                loop.call_soon_threadsafe(self.desk.say, _how_far(path, done))

        self.desk.say(f"Importing {path.name}...")
        report = await asyncio.to_thread(
            import_file, path, session.store, now_ms=session.clock(), progress=progress
        )
        self.queue.let_in()
        self.desk.say(_summary(path, report), WARN if report.rejected or not report.alerts else GOOD)


def _how_far(path: Path, done: Progress) -> str:
    part = f"{100 * done.bytes_read // done.total_bytes}% of " if done.total_bytes else ""
    return f"Importing {part}{path.name}: {done.read:,} records..."


def _summary(path: Path, report: ImportReport) -> str:
    parts = [f"{report.added:,} alerts added", f"{report.known:,} known already" if report.known else ""]
    if report.rejected:
        first = report.problems[0] if report.problems else None
        why = f" (line {first.line}: {first.reason})" if first else ""
        parts.append(f"{report.rejected:,} rejected{why}")
    if report.skipped:
        parts.append(f"{report.skipped:,} no alerts")
    form = f" [{report.format}]" if report.format else ""
    return f"{path.name}: {', '.join(part for part in parts if part)}{form}."
