"""Filters that were applied, also in earlier sessions: the latest last, none twice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from alerttui.config.private_file import write_private

LOG: Final = logging.getLogger("alerttui")

KEPT: Final = 200
"""Filters that are remembered."""

LONGEST: Final = 4_000
"""Characters of a filter that is remembered."""

FILE_NAME: Final = "filters.json"


class FilterHistory:
    """Earlier filters, in a private file, or in memory without a folder. A broken file is ignored."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = folder / FILE_NAME if folder else None
        self._texts: list[str] = []
        self._adding = Lock()

    def load(self) -> None:
        """Read what was kept; other consoles may have added to it."""
        if self._path is not None:
            self._texts = self._read(self._path)

    @property
    def texts(self) -> Sequence[str]:
        """The filters, the latest last."""
        return tuple(self._texts)

    def add(self, text: str) -> None:
        """Remember a filter as the latest; it blocks for the time of a small write."""
        if not text.strip() or len(text) > LONGEST:
            return
        import json

        with self._adding:
            self.load()
            others = [each for each in self._texts if each != text]
            self._texts = [*others[1 - KEPT :], text]
            if self._path is None:
                return
            try:
                write_private(self._path, json.dumps(self._texts, indent=0).encode("ascii"))
            except OSError as error:
                LOG.warning("%s: cannot be written: %s", self._path, error.strerror)

    def _read(self, path: Path) -> list[str]:
        import json  # not for the first frame

        try:
            texts = json.loads(path.read_bytes())
        except FileNotFoundError:
            return self._texts
        except (OSError, ValueError, RecursionError) as error:
            LOG.warning("%s is ignored: %s", path, error)
            return self._texts
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            LOG.warning("%s is ignored: a list of filters is expected", path)
            return self._texts
        return texts[-KEPT:]
