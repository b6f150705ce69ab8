"""The store's file, which must stay the one that was opened."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException

LOST: Final = (
    "The store's file was moved, deleted or replaced; nothing is read or changed until it is back, or the "
    "server was started again."
)
_LOGGER: Final = logging.getLogger("alerttui.server")


class OwnFile:
    """Knows the file by its number: SQLite goes on with one that was taken away, and writes into it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = _number(path)
        self._is_lost = False

    def check(self) -> None:
        """Raise the 503 while the file at the path is not the one that is open; its loss is logged once."""
        is_lost = _number(self._path) != self._opened
        if is_lost and not self._is_lost:
            _LOGGER.error("%s: %s", self._path, LOST)
        self._is_lost = is_lost
        if is_lost:
            raise HTTPException(503, LOST)


def _number(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
