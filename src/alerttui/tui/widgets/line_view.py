"""A scrollable view of lines with a cursor, on the Line API: a move repaints two lines and nothing else."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import BindingType
from textual.events import (
    Blur,
    Click,
    DescendantBlur,
    DescendantFocus,
    Focus,
    MouseDown,
    MouseScrollDown,
    MouseScrollUp,
    Resize,
)
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

WHEEL_LINES: Final = 3
"""Lines that one notch of the mouse wheel scrolls."""


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines drawn one at a time by `strip_at`; the cursor is a line number."""

    BINDINGS: ClassVar[list[BindingType]] = []

    ALLOW_SELECT: ClassVar[bool] = False
    """Text is selected by the terminal; Textual's own selection knows nothing of lines drawn here."""

    class OfLine(Message):
        """Something happened to a line of a view."""

        def __init__(self, view: LineView, line: int) -> None:
            super().__init__()
            self.view = view
            self.line = line

        @property
        def control(self) -> LineView:
            """The view in which it happened."""
            return self.view

    class CursorMoved(OfLine):
        """The cursor went to another line."""

        def can_replace(self, message: Message) -> bool:
            """A burst of moves collapses into its last."""
            return isinstance(message, LineView.CursorMoved) and message.view is self.view

    class LineOpened(OfLine):
        """A line was clicked on while it had the cursor."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.cursor = 0
        self._styles_by_name: dict[str, Style] = {}
        self._measures: tuple[Size, Size, bool] | None = None
        self._top = 0
        """The first line in sight where somebody put it; resizing may push it away for a while."""
        self._has_just_focus = False
        self._opens_on_click = False

    # -- what a subclass draws

    def line_count(self) -> int:
        """How many lines there are."""
        return 0

    def strip_at(self, line: int, width: int) -> Strip:
        """One line, exactly `width` cells wide."""
        return Strip.blank(width)

    def strip_beyond(self, y: int, width: int) -> Strip:
        """What stands at a screen row that no line is at."""
        return Strip.blank(width, self.rich_style)

    def skips(self, line: int) -> bool:
        """True for a line on which the cursor does not rest."""
        return False

    # -- drawing

    def render_line(self, y: int) -> Strip:
        """The line at screen row `y`."""
        width = self.scrollable_content_region.width
        line = y + self.scroll_offset.y
        if 0 <= line < self.line_count():
            return self.strip_at(line, width)
        return self.strip_beyond(y, width)

    def style(self, name: str) -> Style:
        """A style string with theme variables, resolved and remembered until the theme changes."""
        found = self._styles_by_name.get(name)
        if found is None:
            found = self._styles_by_name[name] = self.app.stylesheet.parse_style(name)
        return found

    def notify_style_update(self) -> None:
        """Forget resolved styles: the theme may have changed."""
        self._styles_by_name.clear()
        super().notify_style_update()

    def lines_changed(self) -> None:
        """The number or the content of the lines changed: measure and repaint."""
        size = Size(self.scrollable_content_region.width, self.line_count())
        height = self.styles.height
        if height is not None and height.is_auto:
            self.virtual_size = size
        elif size != self.virtual_size:  # the scrollbar is all that depends on it: no layout of the screen
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
        self.cursor = max(0, min(self.cursor, self.line_count() - 1))
        self.refresh()

    def _scroll_update(self, virtual_size: Size) -> None:
        """Textual does this in every layout of the screen, and repaints the scrollbar each time."""
        measures = (virtual_size, self.container_size, self.show_vertical_scrollbar)
        if measures != self._measures:
            super()._scroll_update(virtual_size)
            self._measures = (virtual_size, self.container_size, self.show_vertical_scrollbar)

    def refresh_line(self, y: int) -> None:
        """Repaint one line, without the scrollbar."""
        self.refresh(Region(0, y - self.scroll_offset.y, self.scrollable_content_region.width, 1))

    def on_focus(self, event: Focus) -> None:
        """The cursor looks different with the focus; Textual's own handler would repaint every line."""
        event.prevent_default()
        self.has_focus = self._has_just_focus = True
        self.call_later(self._have_focus)  # behind the press that gave it, if one did
        self.refresh_line(self.cursor)
        if self.parent is not None:
            self.parent.post_message(DescendantFocus(self))

    def _have_focus(self) -> None:
        self._has_just_focus = False

    def on_blur(self, event: Blur) -> None:
        """The cursor looks different without the focus."""
        event.prevent_default()
        self.has_focus = False
        self.refresh_line(self.cursor)
        if self.parent is not None:
            self.parent.post_message(DescendantBlur(self))

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in view when the size changes, and come back to the same place."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.line_count())
        nearest = max(self.cursor - self.page_lines + 1, min(self._top, self.cursor))
        self.scroll_to(y=nearest, animate=False)

    # -- moving

    @property
    def page_lines(self) -> int:
        """Lines that are visible at once."""
        return max(1, self.scrollable_content_region.height)

    def move_to(self, line: int) -> None:
        """Put the cursor on a line, scroll by half a page where it leaves the view, and repaint two lines."""
        count = self.line_count()
        if not count:
            return
        target = max(0, min(line, count - 1))
        step = 1 if target >= self.cursor else -1
        while self.skips(target) and 0 <= target + step < count:
            target += step
        if self.skips(target) or target == self.cursor:
            self._scroll_into_view()
            return
        self._note_top()
        before, self.cursor = self.cursor, target
        self.refresh_line(before)
        self.refresh_line(target)
        self._scroll_into_view()
        self.post_message(self.CursorMoved(self, target))

    def move_by(self, lines: int) -> None:
        """Move the cursor by a number of lines."""
        self.move_to(self.cursor + lines)

    def scroll_page(self, pages: float) -> None:
        """Move by pages, or half pages, keeping the cursor's place on the screen."""
        lines = round(self.page_lines * pages)
        self._show_from(self.scroll_offset.y + lines)
        self.move_by(lines)

    def _scroll_into_view(self) -> None:
        top, height = self.scroll_offset.y, self.page_lines
        if top <= self.cursor < top + height:
            return
        adjacent = top - 1 <= self.cursor <= top + height
        if adjacent:
            target = (
                self.cursor - height // 2 if self.cursor >= top + height else self.cursor - (height - 1) // 2
            )
        else:
            target = self.cursor - height // 2
        self._show_from(max(0, min(target, self.max_scroll_y)))

    def _show_from(self, top: int) -> None:
        self.scroll_to(y=top, animate=False)
        self._note_top()

    def _note_top(self) -> None:
        self._top = self.scroll_offset.y

    def on_scroll_to(self) -> None:
        """The scrollbar was pulled."""
        self.call_later(self._note_top)

    # -- the mouse

    def on_mouse_down(self, event: MouseDown) -> None:
        """The press that gives the view the focus opens nothing."""
        self._opens_on_click = not self._has_just_focus

    def on_click(self, event: Click) -> None:
        """A click puts the cursor on the line; a click on the cursor's line opens it."""
        line = event.y + self.scroll_offset.y
        if event.button != 1 or not 0 <= line < self.line_count():
            return
        if line != self.cursor:
            self.move_to(line)
        elif self._opens_on_click:
            self.post_message(self.LineOpened(self, line))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel scrolls without moving the cursor."""
        self._show_from(self.scroll_offset.y + WHEEL_LINES)
        event.stop()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel scrolls without moving the cursor."""
        self._show_from(self.scroll_offset.y - WHEEL_LINES)
        event.stop()
