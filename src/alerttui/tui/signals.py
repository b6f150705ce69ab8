"""Signals: a console that is told to end leaves in good order, drafts kept and the terminal restored."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Final

from textual.screen import ModalScreen

from alerttui.tui.screens.desk import LOG, Desk

ENDING: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)
)
"""What asks a program to end: a service manager, a cut line, another terminal."""

EXIT_BASE: Final = 128
"""The exit code of a program that a signal ended is this and the signal's number."""

CHANGE_LOOKS: Final = 500
CHANGE_LOOK_S: Final = 0.02
"""How often it is looked whether the change that is being made has come to its end."""

LAST_RESORT_S: Final = 15.0
"""After so long the process ends whatever hangs; a transaction that is still open then never happened."""


class Signals:
    """Ends the console on a signal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._number = 0

    def install(self) -> None:
        """From now on, end in good order; where a signal was set to be ignored, it still is."""
        app = self._desk.screen.app
        if app.is_headless or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, self._end, number)  # wakes the loop
                signal.signal(number, self._arrived)  # runs even where the loop is stuck

    def _arrived(self, number: int, _: FrameType | None) -> None:
        if not self._number:
            self._number = number
            threading.Thread(target=self._end_by_force, name="last-resort", daemon=True).start()

    def _end(self, number: int) -> None:
        if self._number in (0, number):
            self._number = number
            self._ending = asyncio.get_running_loop().create_task(self._leave(number))

    async def _leave(self, number: int) -> None:
        app = self._desk.screen.app
        LOG.info("ended by %s", signal.Signals(number).name)
        try:
            await self._finish()
        finally:
            app.exit(return_code=EXIT_BASE + number)

    async def _finish(self) -> None:
        """Answer open questions with nothing, and wait for a change that is being made."""
        app = self._desk.screen.app
        while isinstance(app.screen, ModalScreen):
            await app.screen.dismiss(None)
        for _ in range(CHANGE_LOOKS):
            if not self._desk.is_changing:
                return
            await asyncio.sleep(CHANGE_LOOK_S)

    def _end_by_force(self) -> None:
        time.sleep(LAST_RESORT_S)
        with suppress(OSError, ValueError):
            restore = getattr(self._desk.screen.app._driver, "restore", None)
            if restore is not None:
                restore()
        os._exit(EXIT_BASE + self._number)
