"""The list of alerts: rows from a source by position, marks and cursor kept by rowid."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Final, Protocol

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip

from alerttui.domain.errors import AlertTuiError
from alerttui.domain.listing import AlertRow
from alerttui.domain.vocabulary import Severity
from alerttui.tui.render.alert_row import RowContext, RowLook, RowState, alert_strip
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.styles import LIST_STYLES, SEVERITY_STYLES
from alerttui.tui.render.text import content, to_strip, wrap
from alerttui.tui.widgets.line_view import LineView

EMPTY_MARGIN: Final = 2
"""Cells before what an empty list says: where titles of alerts would begin."""


class RowSource(Protocol):
    """Where the rows come from: a frozen sequence, read by position."""

    gone: frozenset[int]

    def __len__(self) -> int: ...

    def row(self, position: int) -> AlertRow | None:
        """The row at a position; None where the alert is no more."""
        ...


class AlertList(LineView):
    """A list that shows its rows as they are, its marks, and what is under way."""

    def __init__(
        self,
        source: RowSource,
        *,
        clock: Callable[[], int],
        status_label: Callable[[str], str],
        person_label: Callable[[str], str],
        marked: Container[int],
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._source = source
        self._clock = clock
        self.told_ms = clock()
        """The moment as of which ages are told, here and in the panes."""
        self._status_label = status_label
        self._person_label = person_label
        self._marked = marked
        self._common: RowContext | None = None
        self.pending: frozenset[int] = frozenset()
        """Rowids whose change is under way."""
        self._empty_text = ""
        self.painted_cursor: int | None = None
        """Rowid that was under the cursor when it was last painted: what the analyst has seen."""

    def show_source(self, source: RowSource, cursor: int) -> None:
        """Show other rows, with the cursor on this position."""
        self._source = source
        self.cursor = max(0, min(cursor, len(source) - 1))
        self.painted_cursor = None
        self.lines_changed()
        self._scroll_into_view()

    @property
    def empty_text(self) -> str:
        """What is said while there are no rows, line by line; the whole of it is wrapped."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        if text != self._empty_text:
            self._empty_text = text
            self.refresh()

    def rows_changed(self) -> None:
        """Some rows have new values, marks or ages: repaint what is visible."""
        self._common = None
        self.refresh()

    def tell_ages(self) -> None:
        """Tell ages as of now."""
        self.told_ms = self._clock()
        self.rows_changed()

    @property
    def visible_lines(self) -> range:
        """The positions that are on screen."""
        start = self.scroll_offset.y
        return range(start, min(start + self.page_lines, len(self._source)))

    def repaint(self, rowids: Container[int]) -> None:
        """Paint the rows of these alerts anew, where they are on screen."""
        for line in self.visible_lines:
            row = self._source.row(line)
            if row is None or row.rowid in rowids:
                self.refresh_line(line)

    @property
    def row_under_cursor(self) -> AlertRow | None:
        """The row that the cursor is on; None while the list is empty or the alert is no more."""
        return self._source.row(self.cursor)

    def line_count(self) -> int:
        """How many alerts there are."""
        return len(self._source)

    def strip_at(self, line: int, width: int) -> Strip:
        """One alert."""
        is_cursor = line == self.cursor
        try:
            row = self._source.row(line)
        except AlertTuiError:
            return self._sentence("  cannot be read at present", width)
        if row is None:
            return self._sentence("  no longer in the store", width)
        if is_cursor:
            self.painted_cursor = row.rowid
        state = RowState(
            cursor=is_cursor,
            focused=self.has_focus,
            marked=row.rowid in self._marked,
            gone=row.rowid in self._source.gone,
            pending=row.rowid in self.pending,
        )
        return alert_strip(row, width, state, self._row_context())

    def strip_beyond(self, y: int, width: int) -> Strip:
        """Where there are no rows, why."""
        if len(self._source) or not self._empty_text:
            return super().strip_beyond(y, width)
        lines = wrap(content(self._empty_text, DIM, multiline=True), width - EMPTY_MARGIN)
        if y >= len(lines):
            return super().strip_beyond(y, width)
        return to_strip(Content(" " * EMPTY_MARGIN) + lines[y], width, self.visual_style, self.style)

    def _sentence(self, text: str, width: int) -> Strip:
        return Strip([Segment(text.ljust(width)[:width], self.rich_style)], width)

    def _row_context(self) -> RowContext:
        if self._common is None:
            self._common = RowContext(self._look(), self.told_ms, self._status_label, self._person_label)
        return self._common

    def _look(self) -> RowLook:
        base = self.rich_style
        rich = {name: self.style(style).rich_style for name, style in LIST_STYLES.items()}
        return RowLook(
            base=base,
            open=base + rich["open"],
            active=base + rich["active"],
            closed=base + rich["closed"],
            gone=base + rich["gone"],
            cursor=rich["cursor"],
            cursor_blurred=rich["cursor-blurred"],
            mark=rich["mark"],
            severities={each: self.style(SEVERITY_STYLES[each]).rich_style for each in Severity},
        )

    def notify_style_update(self) -> None:
        """Forget the look: the theme may have changed."""
        self._common = None
        super().notify_style_update()
