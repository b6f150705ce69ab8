"""The views that show the open alert."""

from __future__ import annotations

from dataclasses import dataclass

from alerttui.triage.actions import Pane
from alerttui.tui.widgets.document_view import DocumentView


@dataclass(frozen=True, slots=True)
class Panes:
    """One view a pane, and two for the events: their list and the one in view."""

    detail: DocumentView
    event_list: DocumentView
    event: DocumentView
    comments: DocumentView
    history: DocumentView
    indicators: DocumentView
    related: DocumentView

    def all(self) -> tuple[DocumentView, ...]:
        """Every view."""
        return (
            self.detail,
            self.event_list,
            self.event,
            self.comments,
            self.history,
            self.indicators,
            self.related,
        )

    def view_of(self, pane: Pane) -> DocumentView | None:
        """The view of a pane; None for the list of alerts, which has its own."""
        views = {
            Pane.DETAIL: self.detail,
            Pane.EVENTS: self.event_list,
            Pane.COMMENTS: self.comments,
            Pane.HISTORY: self.history,
            Pane.INDICATORS: self.indicators,
            Pane.RELATED: self.related,
        }
        return views.get(pane)
