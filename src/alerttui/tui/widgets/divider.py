"""The divider between list and panes: one rule, and what of it the mouse drags."""

from __future__ import annotations

from typing import ClassVar

from textual.events import MouseDown, MouseMove, MouseUp
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from alerttui.tui.render.bars import Tab
from alerttui.tui.render.text import content, to_strip
from alerttui.tui.widgets.bar import Bar

RULE = "│"


class Dragged(Message):
    """The mouse pulls the divider to a place of the screen."""

    def __init__(self, place: Offset) -> None:
        super().__init__()
        self.place = place

    def can_replace(self, message: Message) -> bool:
        """Only the latest place matters."""
        return isinstance(message, Dragged)


class DragHandle(Widget):
    """Something that the mouse pulls: it tells where to, and draws nothing by itself."""

    ALLOW_SELECT: ClassVar[bool] = False

    _drag_from: Offset | None = None
    """Where the button went down; None while it is up."""
    was_dragged: bool = False
    """True from a drag to the next press: the click that ends it means nothing else."""

    def on_mouse_down(self, event: MouseDown) -> None:
        """The left button begins a drag."""
        if event.button == 1:
            self._drag_from, self.was_dragged = event.screen_offset, False
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """While the button is down, the divider follows; it may have come up elsewhere, unseen."""
        if event.button != 1:
            self._end_drag()
        elif self._drag_from is not None and (self.was_dragged or event.screen_offset != self._drag_from):
            self.was_dragged = True
            self.post_message(Dragged(event.screen_offset))

    def on_mouse_up(self, event: MouseUp) -> None:
        """The drag is over."""
        self._end_drag()

    def _end_drag(self) -> None:
        if self._drag_from is not None:
            self._drag_from = None
            self.release_mouse()


class Divider(DragHandle):
    """A rule from top to bottom."""

    def render_line(self, y: int) -> Strip:
        """One cell of the rule."""
        return to_strip(content(RULE, "$rule"), self.size.width, self.visual_style, self._resolve)

    def _resolve(self, name: str) -> Style:
        return self.app.stylesheet.parse_style(name)


class TabBar(Bar[tuple[Tab, ...]], DragHandle):
    """The line of tabs; where the list stands above it, it is the divider too.

    A bar first: Textual takes the styles of the first base only.
    """

    def is_click(self) -> bool:
        """A press that did not end as a drag."""
        return not self.was_dragged
