"""A view of a document: it rebuilds its lines for every width, and says which fold the analyst toggles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.events import Resize
from textual.message import Message
from textual.strip import Strip

from alerttui.tui.render.document import DocLine, FoldKey
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, to_strip, wrap
from alerttui.tui.widgets.line_view import LineView

Build = Callable[[int], Sequence[DocLine]]
"""Makes the lines for a width in cells."""


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

    def show(self, build: Build, *, keep_place: bool = False) -> None:
        """Show a document, from its top or at the same place as the one before."""
        self._build = build
        if not keep_place:
            self.cursor = 0
        self._rebuild()
        if not keep_place:
            self.scroll_to(y=0, animate=False)

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
        if is_cursor:
            base = self.visual_style + self.style("$foreground on $cursor-background")
            return to_strip(self._lines[line].content, width, base, self.style)
        strip = self._strips.get(line)
        if strip is None:
            strip = to_strip(self._lines[line].content, width, self.visual_style, self.style)
            self._strips[line] = strip
        return strip

    def notify_style_update(self) -> None:
        """Draw every line anew: the theme may have changed."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self, event: Resize) -> None:
        """Build the lines anew where the width changed."""
        if self.scrollable_content_region.width != self._built_width:
            self._rebuild()
        super().on_resize(event)

    def _rebuild(self) -> None:
        self._built_width = self.scrollable_content_region.width
        if self._build is None or self._built_width <= 0:
            return
        self._strips.clear()
        self._lines = self._build(self._built_width)
        self.lines_changed()
