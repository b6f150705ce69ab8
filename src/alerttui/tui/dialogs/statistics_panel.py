"""The panel of statistics: lines to read, which fill in as they become known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip

from alerttui.domain.listing import Statistics
from alerttui.domain.vocabulary import StatusWord
from alerttui.tui.dialogs.reading_panel import ReadingPanel
from alerttui.tui.render.document import DocLine, text_lines
from alerttui.tui.render.statistics import OwnFigures, own_lines, statistics_lines
from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import content, to_strip
from alerttui.tui.widgets.document_view import DocumentView


class FiguresView(DocumentView):
    """Lines without a cursor, because nothing can be done with one of them: keys scroll."""

    def strip_at(self, line: int, width: int) -> Strip:
        """One line of the document."""
        return to_strip(self.lines[line].content, width, self.visual_style, self.style)

    def fit(self, most: int) -> None:
        """Be as high as the document, up to so many lines."""
        self.styles.height = max(1, min(self.line_count(), most))

    def move_by(self, lines: int) -> None:
        """Scroll; the line at the top keeps its place when the size changes."""
        self.cursor = max(0, min(self.scroll_offset.y + lines, int(self.max_scroll_y)))
        self._show_from(self.cursor)

    def scroll_page(self, pages: float) -> None:
        """Scroll by pages."""
        self.move_by(round(pages * self.page_lines))


class StatisticsPanel(ReadingPanel[None]):
    """Shows what was counted, and a product's own figures below; either may come while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("percent_sign", "back_out", "back", show=False)]

    def __init__(self, title: str, statuses: Sequence[StatusWord], own: OwnFigures | None) -> None:
        super().__init__(title)
        self._statuses = statuses
        self._counted: Statistics | None = None
        self._lacks = ""
        self._problem = ""
        self._own = own

    def show_counted(self, counted: Statistics, lacks: str = "") -> None:
        """This was counted; `lacks` says what is not here of what was asked for."""
        self._counted, self._lacks = counted, lacks
        self._changed()

    def show_problem(self, problem: str) -> None:
        """Nothing could be counted, for this reason."""
        self._problem = problem
        self._changed()

    def show_own(self, own: OwnFigures) -> None:
        """The product answered, or did not."""
        self._own = own
        self._changed()

    def compose(self) -> ComposeResult:
        """Title, figures, keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            figures = FiguresView(id="lines")
            figures.show(self._lines)
            yield figures
            yield self.keys_view([("j k", "scroll")])

    def on_resize(self) -> None:
        """As many lines as there is room for; how many there are is known once they are laid out."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self.query_one("#lines", FiguresView).fit(self.panel_room() - 1)

    def _changed(self) -> None:
        if self.is_mounted and self.is_attached:
            self.query_one("#lines", FiguresView).show(self._lines, keep_place=True)
            self._fit()

    def _lines(self, width: int) -> list[DocLine]:
        if self._counted is not None:
            lines = statistics_lines(self._counted, self._statuses, width, lacks=self._lacks)
        elif self._problem:
            lines = text_lines(self._problem, width, ERROR)
        else:
            lines = [DocLine(content("counting…", DIM))]
        return lines if self._own is None else lines + own_lines(self._own, self._statuses, width)
