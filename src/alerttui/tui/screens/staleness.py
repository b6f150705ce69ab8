"""Staleness: since when the store cannot be read, and why."""

from __future__ import annotations

from dataclasses import dataclass

from alerttui.domain.errors import AlertTuiError, Unavailable
from alerttui.domain.moments import format_moment
from alerttui.domain.showable import shown
from alerttui.tui.screens.desk import BAD, GOOD, LOG, Desk


@dataclass(slots=True)
class Staleness:
    """Tells it once when the store is lost, and once when it is back; what is on screen stays meanwhile."""

    desk: Desk
    since_ms: int | None = None
    reason: str = ""
    """The whole of what went wrong; empty while the store can be read."""
    _file: tuple[int, int] | None = None
    """Device and number of the file that is open."""

    def check_file(self) -> None:
        """Raise `Unavailable` where the store's file is no longer the one that is open.

        SQLite goes on with a file that was deleted or replaced, and what is written to it is lost.
        """
        path = self.desk.session.store.path
        try:
            present = path.stat()
        except OSError as error:
            raise Unavailable(
                f"{path} is gone ({error.strerror}); nothing is read from it or kept in it. "
                "Put it back, or leave and start again."
            ) from error
        file = (present.st_dev, present.st_ino)
        if self._file is None:
            self._file = file
        elif file != self._file:
            raise Unavailable(
                f"{path} was replaced by another file while it was open; nothing is read from that or kept "
                "in it. Leave and start again."
            )

    @property
    def refusal(self) -> str:
        """Why nothing can be changed while the store is lost; empty while it can be read."""
        return f"Nothing was changed: {self.reason}" if self.reason else ""

    def lost(self, error: AlertTuiError) -> bool:
        """The store cannot be read; True if it could before."""
        self.reason = shown(str(error))
        if self.since_ms is not None:
            return False
        self.since_ms = self.desk.session.clock()
        LOG.warning("stale: %s", self.reason)
        clock = format_moment(self.since_ms)[11:19]
        again = self.desk.keymap.label("list.refresh")
        self.desk.say(f"Stale since {clock}Z, {again} tries again. {self.reason}", BAD)
        return True

    def found(self) -> bool:
        """The store can be read; True if it could not before."""
        if self.since_ms is None:
            return False
        self.since_ms, self.reason = None, ""
        self.desk.say("The store can be read again; the list is brought up to date.", GOOD)
        return True
