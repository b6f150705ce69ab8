"""The console's log: private, shown, and never on the screen."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from alerttui.config.paths import private_folder
from alerttui.domain.showable import shown

LOGGER: Final = logging.getLogger("alerttui")


class PrivateLog(logging.FileHandler):
    """A log that only its owner can read."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", errors="backslashreplace")
        self.setFormatter(ShownFormatter("%(asctime)s %(levelname)s %(message)s"))

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding, errors=self.errors)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging calls it so
        """Do nothing: a full disk is not to be told by a traceback across the console."""


class ShownFormatter(logging.Formatter):
    """Log lines may quote alerts, so they pass the same gate as all text that terminals show."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, shown; a traceback keeps its lines."""
        return shown(super().format(record), multiline=True)


def open_log(folder: Path) -> tuple[PrivateLog | None, str]:
    """The log in the state folder; or none, and why."""
    try:
        return PrivateLog(private_folder(folder) / "alerttui.log"), ""
    except OSError as error:
        return (
            None,
            f"{folder} cannot be written ({error.strerror}): no log, and drafts end with the console.",
        )


@contextmanager
def logging_to(log: PrivateLog | None) -> Iterator[None]:
    """Send what is logged meanwhile there, or nowhere; never to stderr, which is the console's screen."""
    handler = log or logging.NullHandler()
    before = LOGGER.level, LOGGER.propagate
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(before[0])
        LOGGER.propagate = before[1]
        with suppress(OSError):  # a full disk again
            handler.close()
