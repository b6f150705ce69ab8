"""An alert that is open: everything that the panes show of it first."""

from __future__ import annotations

from dataclasses import dataclass

from alerttui.domain.alert import Alert, Comment, Event
from alerttui.domain.change import HistoryEntry
from alerttui.domain.listing import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """Everything that the panes show of one alert."""

    alert: Alert
    events: Page[Event]
    comments: Page[Comment]
    history: tuple[HistoryEntry, ...]
