"""Whose turn it is to sync and send: one process per mirror, by a lock that ends with the process."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from alerttui.config.mirror_place import lock_file


class Turn:
    """A lock file beside the mirror; the system lets it go when the process ends, however it ends."""

    def __init__(self, mirror: Path) -> None:
        self.file = lock_file(mirror)
        self._descriptor: int | None = None

    @property
    def is_mine(self) -> bool:
        """True while this process syncs and sends."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Take the turn if nobody has it; True if it is ours now."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def give_up(self) -> None:
        """Let somebody else have it."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None
