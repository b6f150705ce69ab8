"""Pointing: the value under the cursor of the focused pane, for pivots, copies and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerttui.domain.listing import AlertRow
from alerttui.domain.moments import format_moment, parse_moment
from alerttui.domain.query import NONE, QUERY_FIELDS, FieldKind
from alerttui.domain.vocabulary import AlertId, Severity
from alerttui.triage.actions import Pane
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.widgets.document_view import DocumentView


@dataclass(frozen=True, slots=True)
class Pointed:
    """A value that the analyst points at."""

    text: str
    """The value as it came."""
    field: str = ""
    """The field of the filter language whose value it is; empty for free text."""
    moment_ms: int | None = None
    """The time that it tells, if it is one."""
    label: str = ""
    """What kind of value it is, for a menu."""
    alert_id: AlertId | None = None
    """The alert in which it stands."""
    created_ms: int | None = None
    """When that alert was created, for "around this time"."""


@dataclass(slots=True)
class Pointing:
    """Tells what is under the cursor."""

    desk: Desk
    queue: Queue
    reading: Reading
    arrangement: Arrangement

    def value(self) -> Pointed | None:
        """The value under the cursor; in the list the alert's title; None where there is nothing."""
        if self.arrangement.focused is Pane.LIST:
            row = self.queue.view.row_under_cursor
            return _of_row(row, "title", row.title, "title") if row else None
        view, opened = self.desk.screen.focused, self.reading.open
        line = view.line_under_cursor if isinstance(view, DocumentView) else None
        if line is None or opened is None or not line.value:
            return None
        is_time = not line.field or QUERY_FIELDS.get(line.field) is FieldKind.TIME
        return Pointed(
            line.value,
            line.field,
            parse_moment(line.value) if is_time else None,
            line.field or "text",
            opened.alert.id,
            opened.alert.created_ms,
        )

    def values(self) -> Sequence[Pointed]:
        """Every value that can be meant: one in a pane, in the list those that its row tells."""
        if self.arrangement.focused is Pane.LIST:
            row = self.queue.view.row_under_cursor
            return row_values(row) if row else ()
        pointed = self.value()
        return (pointed,) if pointed else ()


def row_values(row: AlertRow) -> tuple[Pointed, ...]:
    """The values of a row by which one would filter."""
    label = row.severity_label
    severity = label if Severity.from_word(label) or not row.severity else Severity(row.severity).name
    told = [
        ("rule", row.detection_id, "rule"),
        ("severity", severity, "severity"),
        ("status", row.status, "status"),
        ("assignee", row.assignee_id or NONE, "assignee"),
        ("verdict", row.verdict, "verdict"),
        ("quality", row.quality, "quality"),
        *(("tag", tag, "tag") for tag in row.tags),
        ("created", format_moment(row.created_ms), "created"),
        ("title", row.title, "title"),
    ]
    return tuple(_of_row(row, field, text, label) for field, text, label in told if text)


def _of_row(row: AlertRow, field: str, text: str, label: str) -> Pointed:
    moment_ms = row.created_ms if field == "created" else None
    return Pointed(text, field, moment_ms, label, row.id, row.created_ms)
