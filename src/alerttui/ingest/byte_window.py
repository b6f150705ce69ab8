"""A sliding window over a stream of bytes: what has been read and not yet been given out as a record."""

from __future__ import annotations

from typing import Final, Protocol

CHUNK_BYTES: Final = 262_144
"""How much is asked for at a time; more while one record is longer than that, so that work stays linear."""


class ByteSource(Protocol):
    """Anything that gives bytes; fewer than asked for is fine, none means the end."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        ...


class ByteWindow:
    """The unread rest of what was read so far. Positions are valid until `more` or `advance_to`."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self.data = b""
        self.position = 0
        """Start of what has not been given out yet."""
        self.line = 1
        """Line number at `position`."""
        self.at_end = False

    def more(self) -> bool:
        """Read at least as much again as is waiting, dropping what was given out; False at the end.

        Afterwards `position` is 0.
        """
        if self.at_end:
            return False
        waiting = self.data[self.position :]
        wanted = max(CHUNK_BYTES, len(waiting))
        parts = [waiting]
        while wanted > 0:
            part = self._source.read(wanted)
            if not part:
                self.at_end = True
                break
            parts.append(part)
            wanted -= len(part)
        self.data = b"".join(parts)
        self.position = 0
        return len(parts) > 1

    def advance_to(self, position: int) -> None:
        """Give out everything before `position`, counting its lines."""
        self.line += self.data.count(b"\n", self.position, position)
        self.position = position

    def take_to(self, position: int) -> bytes:
        """The bytes up to `position`, given out."""
        taken = self.data[self.position : position]
        self.advance_to(position)
        return taken

    @property
    def waiting(self) -> int:
        """How many bytes have been read and not given out."""
        return len(self.data) - self.position
