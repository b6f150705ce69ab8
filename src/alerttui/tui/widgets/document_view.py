"""A view of a document: it rebuilds its lines for every width, and says which fold the analyst toggles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.events import Hide, Resize, Show
from textual.message import Message
from textual.strip import Strip
from textual.style import Style

from alerttui.tui.render.document import DocLine, FoldKey
from alerttui.tui.render.document_place import block_at, line_of
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, to_strip, wrap
from alerttui.tui.widgets.line_view import LineView

Build = Callable[[int], Sequence[DocLine]]
"""Makes the lines for a width in cells."""

SetOff = Callable[[Content, bool], Content]
"""Sets what is looked for off on a line; the flag is True for the line of the cursor."""


class DocumentView(LineView):
    """Lines of content with a cursor; folds are toggled by the owner, who shows the document anew."""

    class FoldToggled(Message):
        """The analyst wants a fold opened or closed."""

        def __init__(self, view: DocumentView, key: FoldKey) -> None:
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> DocumentView:
            """The view in which it was toggled."""
            return self.view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._build: Build | None = None
        self._lines: Sequence[DocLine] = ()
        self._strips: dict[int, Strip] = {}
        self._built_width = -1
        self._is_in_view = False
        self._awaited: Callable[[], None] | None = None
        self._set_off: SetOff | None = None

    def when_in_view(self, begin: Callable[[], None], *, anew: bool = False) -> None:
        """Do something once the view is on screen: now if it is, unless it is to come there `anew`.

        It is never done if the view shows something else before.
        """
        self._awaited = begin
        if self._is_in_view and not anew:
            self.came_into_view()

    def came_into_view(self) -> None:
        """Do what waits for the view to be on screen."""
        begin, self._awaited = self._awaited, None
        if begin is not None:
            begin()

    def on_show(self, event: Show) -> None:
        """The view is on screen."""
        self._is_in_view = True
        self.came_into_view()

    def on_hide(self, event: Hide) -> None:
        """The view is no longer on screen."""
        self._is_in_view = False

    @property
    def lines(self) -> Sequence[DocLine]:
        """The lines of the document at its present width."""
        return self._lines

    def set_off(self, set_off: SetOff | None) -> None:
        """Set something off on every line, or nothing any more."""
        self._set_off = set_off
        self._strips.clear()
        self.refresh()

    def show(
        self, build: Build, *, keep_place: bool = False, begin_at: Callable[[DocLine], bool] | None = None
    ) -> None:
        """Show a document, from its top or at the same place as the one before.

        With `begin_at` the cursor passes over the headings, to the first line for which it is true.
        """
        self._build, self._awaited = build, None
        if not keep_place:
            self.cursor = 0
        self._rebuild()
        if not keep_place:
            if begin_at is not None:
                self.cursor = next((place for place, line in enumerate(self._lines) if begin_at(line)), 0)
            self._show_from(0)

    def show_message(self, text: str, style: str = DIM) -> None:
        """Show one sentence instead of a document."""
        self.show(lambda width: [DocLine(line) for line in wrap(content(text, style), width)])

    @property
    def line_under_cursor(self) -> DocLine | None:
        """The line that the cursor is on."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def toggle_fold(self) -> bool:
        """Ask the owner to toggle the fold under the cursor; False if there is none."""
        line = self.line_under_cursor
        if line is None or line.fold is None:
            return False
        self.post_message(self.FoldToggled(self, line.fold))
        return True

    def line_count(self) -> int:
        """How many lines the document has at this width."""
        return len(self._lines)

    def skips(self, line: int) -> bool:
        """The cursor does not rest on blank lines."""
        return not self._lines[line].content.plain.strip()

    def strip_at(self, line: int, width: int) -> Strip:
        """One line of the document."""
        is_cursor = line == self.cursor and self.has_focus
        if is_cursor or (line == self.cursor and self._set_off is not None):
            cursor = self.style("$foreground on $cursor-background") if is_cursor else Style()
            return to_strip(self._content_of(line), width, self.visual_style + cursor, self.style)
        strip = self._strips.get(line)
        if strip is None:
            strip = to_strip(self._content_of(line), width, self.visual_style, self.style)
            self._strips[line] = strip
        return strip

    def _content_of(self, line: int) -> Content:
        drawn = self._lines[line].content
        return self._set_off(drawn, line == self.cursor) if self._set_off is not None else drawn

    def notify_style_update(self) -> None:
        """Draw every line anew: the theme may have changed."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self, event: Resize) -> None:
        """Build the lines anew where the width changed."""
        if self.scrollable_content_region.width != self._built_width:
            above = self.cursor - self._top
            block = block_at(self._lines, self.cursor)
            self._rebuild()
            if block is not None:
                self.cursor = line_of(self._lines, block)
                self._top = self.cursor - above
        super().on_resize(event)

    def _rebuild(self) -> None:
        self._built_width = self.scrollable_content_region.width
        if self._build is None or self._built_width <= 0:
            self._lines = ()  # out of sight; what it showed before must not be taken for what it shows now
            return
        self._strips.clear()
        self._lines = self._build(self._built_width)
        self.lines_changed()
