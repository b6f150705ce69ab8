"""Progress: how far a change has come, told from the thread that makes it, and a way to stop it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from alerttui.domain.errors import Stopped


class Progress:
    """Handed down as `on_progress`: carries every telling to the event loop on which it was made."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Give the change up at its next telling; one that is past its last is made all the same."""
        self._stopped.set()

    def __call__(self, done: int, total: int) -> None:
        """Called on the working thread: so many of so many edits are made."""
        if self._stopped.is_set():
            raise Stopped("Stopped; nothing was changed.")
        self._loop.call_soon_threadsafe(self._tell, done, total)
