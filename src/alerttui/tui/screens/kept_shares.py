"""Where the divider was left: the list's shares of the room come back at the next start."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Final

from textual.timer import Timer

from alerttui.config.private_file import write_private
from alerttui.tui.screens.arrangement import Shares
from alerttui.tui.screens.desk import LOG, Desk

FILE_NAME: Final = "divider.txt"
MAX_BYTES: Final = 1_000
"""A larger file is none of ours."""

REST_S: Final = 0.5
"""How long the divider rests before it is kept."""


def read_shares(folder: Path | None) -> Shares:
    """The shares that were kept; the usual ones where nothing was, or the file is broken."""
    if folder is None:
        return Shares()
    try:
        data = (folder / FILE_NAME).read_bytes()
        narrow, medium, wide = (float(word) for word in data[:MAX_BYTES].split())
    except FileNotFoundError:
        return Shares()
    except (OSError, ValueError) as error:
        LOG.warning("%s is ignored: %s", FILE_NAME, error)
        return Shares()
    are_shares = all(0 < share < 1 for share in (narrow, medium, wide))
    return Shares(narrow, medium, wide) if are_shares else Shares()


@dataclass(slots=True)
class KeptShares:
    """Writes the shares beside the keys, once the divider rests."""

    desk: Desk
    _timer: Timer | None = None
    _unwritten: Shares | None = None

    def keep(self, shares: Shares) -> None:
        """The divider has been moved."""
        if self.desk.settings.state_folder is None:
            return
        if self._timer is not None:
            self._timer.stop()
        self._unwritten = shares
        write = partial(asyncio.to_thread, self.write_now)
        begin = partial(self.desk.run, write, "divider", exclusive=True)
        self._timer = self.desk.screen.set_timer(REST_S, begin, name="divider")

    def write_now(self) -> None:
        """Write what is not written yet: the divider rests, or the console ends."""
        folder, shares = self.desk.settings.state_folder, self._unwritten
        if folder is None or shares is None:
            return
        self._unwritten = None
        line = " ".join(f"{getattr(shares, each.name):.9f}" for each in fields(shares))
        try:
            write_private(folder / FILE_NAME, f"{line}\n".encode("ascii"))
        except OSError as error:
            LOG.warning("%s: cannot be written: %s", FILE_NAME, error.strerror)
