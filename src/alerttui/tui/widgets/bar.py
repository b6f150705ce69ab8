"""A bar: one line that is drawn from a value, and repainted only when the value changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from alerttui.tui.render.pieces import Piece, action_at, whole
from alerttui.tui.render.text import to_strip

V = TypeVar("V")


class ActionWanted(Message):
    """A click on a bar asked for an action."""

    def __init__(self, action_id: str) -> None:
        super().__init__()
        self.action_id = action_id


class Bar(Widget, Generic[V]):
    """One line of the console: `draw` makes it from the value and the width, as a line or in pieces."""

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(
        self,
        value: V,
        draw: Callable[[V, int], Content | Sequence[Piece]],
        *,
        action_id: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._value = value
        self._draw = draw
        self._action_id = action_id
        """What a click does where no piece of the bar says otherwise."""

    @property
    def value(self) -> V:
        """What the bar shows."""
        return self._value

    @value.setter
    def value(self, value: V) -> None:
        if value != self._value:
            self._value = value
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line; further lines of a taller bar stay empty."""
        width = self.size.width
        if y or width <= 0:
            return Strip.blank(width, self.rich_style)
        drawn = self._draw(self._value, width)
        line = drawn if isinstance(drawn, Content) else whole(drawn, width)
        return to_strip(line, width, self.visual_style, self._resolve)

    def is_click(self) -> bool:
        """Whether a click means what stands under it."""
        return True

    def on_click(self, event: Click) -> None:
        """A click on a piece that has an action asks for it."""
        drawn = self._draw(self._value, self.size.width)
        action_id = "" if isinstance(drawn, Content) else action_at(drawn, event.x)
        action_id = action_id or self._action_id
        if action_id and event.button == 1 and self.is_click():
            event.stop()
            self.post_message(ActionWanted(action_id))

    def _resolve(self, name: str) -> Style:
        return self.app.stylesheet.parse_style(name)
