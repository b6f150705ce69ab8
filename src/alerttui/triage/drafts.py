"""Drafts: what was written and not sent. They are files, so that they survive esc, crash and disconnect."""

from __future__ import annotations

import os
from pathlib import Path

from alerttui.domain.errors import AlertTuiError
from alerttui.domain.vocabulary import AlertId


class DraftTrouble(AlertTuiError):
    """A draft could not be written to its file; it is kept until the program ends."""


class Drafts:
    """Unsent comments of one profile, one file an alert, readable by their owner only."""

    def __init__(self, folder: Path | None, profile: str) -> None:
        self._folder = folder
        self._profile = profile
        self._texts: dict[AlertId, str] = {}
        self._unwritten: set[AlertId] = set()
        """Those whose file could not be written."""

    def get(self, alert_id: AlertId) -> str:
        """The draft of an alert, empty where there is none."""
        if alert_id not in self._texts and self._folder is not None:
            try:
                read = self._path(self._folder, alert_id).read_bytes()
            except OSError:
                return ""
            self._texts[alert_id] = _decoded(read)
        return self._texts.get(alert_id, "")

    def keep(self, alert_id: AlertId, text: str) -> None:
        """Keep a draft, in place of the one before; an empty one is dropped.

        Raises `DraftTrouble` where it can only be kept in memory.
        """
        self._texts[alert_id] = text
        if self._folder is None:
            return
        path = self._path(self._folder, alert_id)
        try:
            self._write(path, text)
            self._unwritten.discard(alert_id)
        except OSError as error:
            self._unwritten.add(alert_id)
            raise DraftTrouble(
                f"The draft is kept in memory only: {path.parent}: {error.strerror}."
            ) from error

    @staticmethod
    def _write(path: Path, text: str) -> None:
        if not text.strip():
            if path.exists():
                path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        fresh.replace(path)

    def drop(self, alert_id: AlertId) -> None:
        """Forget the draft of an alert: it was sent."""
        self.keep(alert_id, "")

    def has_failed(self, alert_id: AlertId) -> bool:
        """True if the draft of an alert could not be written to its file."""
        return alert_id in self._unwritten

    def unwritten(self) -> int:
        """How many drafts would be lost if the program ended now."""
        if self._folder is None:
            return self.count()
        return sum(bool(self._texts[each].strip()) for each in self._unwritten)

    def count(self) -> int:
        """How many drafts of this profile wait."""
        if self._folder is None:
            return sum(bool(text.strip()) for text in self._texts.values())
        return sum(1 for _ in self._folder.glob(f"{self._stem('')[:8]}-*.txt"))

    def _path(self, folder: Path, alert_id: AlertId) -> Path:
        return folder / f"{self._stem('')[:8]}-{self._stem(alert_id)}.txt"

    def _stem(self, text: str) -> str:
        import hashlib  # loads a cryptographic library, which the console starts without

        return hashlib.sha256(f"{self._profile}\x00{text}".encode("utf-8", "backslashreplace")).hexdigest()[
            :32
        ]


def _decoded(read: bytes) -> str:
    """The text of a file; what somebody else made of it does no harm."""
    try:
        return read.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return read.decode("utf-8", "replace")
