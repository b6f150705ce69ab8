"""How far an import or a reading is: one line on a terminal, gone when it is done."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, TextIO

from alerttui.cli.output import say
from alerttui.domain.moments import format_moment

if TYPE_CHECKING:
    from alerttui.ingest.importer import Progress
    from alerttui.triage.mirror.state import MirrorState

SAYS_EVERY_MS: Final = 5_000
"""How often it is said where no line can be rewritten; most readings are over before."""

INTERVAL_S: Final = 0.2
"""Between two updates: often enough to be believed, few bytes over SSH."""


class ProgressLine:
    """Rewrites one line of a terminal; invisible where there is none."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_visible = stream.isatty()
        self._last_s = 0.0
        self._width = 0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def show(self, progress: Progress) -> None:
        """Tell how far it is, unless it was told just now."""
        now_s = time.monotonic()
        if now_s - self._last_s >= INTERVAL_S:
            self._last_s = now_s
            self._write(progress_text(progress))

    def put(self, text: str) -> None:
        """Show this text in place of the one before."""
        self._write(text)

    def _write(self, text: str) -> None:
        self._stream.write(f"\r{text.ljust(self._width)}")
        self._stream.flush()
        self._width = len(text)


class ReadingProgress:
    """How far a reading from a remote system has come: one line rewritten, or now and then a new one."""

    def __init__(self, line: ProgressLine, name: str, now_ms: int) -> None:
        self._line = line
        self._name = name
        self._told_ms = now_ms

    def is_due(self, now_ms: int) -> bool:
        """True if it should be told now."""
        every_ms = INTERVAL_S * 1000 if self._line.is_visible else SAYS_EVERY_MS
        if now_ms - self._told_ms < every_ms:
            return False
        self._told_ms = now_ms
        return True

    def tell(self, state: MirrorState) -> None:
        """Tell how far back the mirror is complete by now."""
        text = f"Reading {self._name}: {how_far(state.covered_from_ms)}"
        if self._line.is_visible:
            self._line.put(text)
        else:
            say(text)


def how_far(covered_from_ms: int | None) -> str:
    """How far back a mirror has everything."""
    if covered_from_ms is None:
        return "nothing was read yet"
    return f"complete back to {format_moment(covered_from_ms)[:16]}Z"


def progress_text(progress: Progress) -> str:
    """How far an import is: records, and the share of the file where its size is known."""
    text = f"{progress.read:,} records"
    if progress.total_bytes:
        text += f", {min(progress.bytes_read * 100 // progress.total_bytes, 100)}%"
    if progress.rejected:
        text += f", {progress.rejected:,} rejected"
    return text
