"""What a mirror tells of itself: connection, freshness, what waits to be sent and what to be decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerttui.domain.pending import PendingCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorState:
    """A mirror at one moment; a new value for every change of it."""

    server: str = ""
    """Host of the system that is mirrored."""
    is_connected: bool = False
    """True once something was answered, until something is not."""
    offline_since_ms: int | None = None
    trouble: str = ""
    """What went wrong last, in words; empty while all is well."""
    retry_at_ms: int | None = None
    """When it is tried again."""
    waiting_until_ms: int | None = None
    """Until when the server asked to wait."""
    waiting_why: str = ""
    is_sender: bool = False
    """False while another process has the turn: it syncs and sends, and this one watches."""
    is_paused: bool = False
    """True while old changes wait for a question before they are sent."""
    counts: PendingCounts = field(default_factory=PendingCounts)
    new_as_of_ms: int | None = None
    """As of when the newest alerts are known."""
    open_as_of_ms: int | None = None
    """As of when every alert that is not closed is known: the age of the oldest copy."""
    covered_from_ms: int | None = None
    """From which creation on the mirror has every alert; None before the first page."""
    wanted_from_ms: int = 0
    """From which creation on it shall have them."""
    cut_from_ms: int | None = None
    """From which creation on the system lists alerts, where that is not all of them."""

    @property
    def is_filling(self) -> bool:
        """True while older alerts of the window are still being read."""
        if self.covered_from_ms is None:
            return True
        return self.cut_from_ms is None and self.covered_from_ms > self.wanted_from_ms
