"""One line on a terminal that tells how far an import is, and is gone when it is done."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from alerttui.ingest.importer import Progress

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

    def _write(self, text: str) -> None:
        self._stream.write(f"\r{text.ljust(self._width)}")
        self._stream.flush()
        self._width = len(text)


def progress_text(progress: Progress) -> str:
    """How far an import is: records, and the share of the file where its size is known."""
    text = f"{progress.read:,} records"
    if progress.total_bytes:
        text += f", {min(progress.bytes_read * 100 // progress.total_bytes, 100)}%"
    if progress.rejected:
        text += f", {progress.rejected:,} rejected"
    return text
