"""A bar: one line that is drawn from a value, and repainted only when the value changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from alerttui.tui.render.text import to_strip

V = TypeVar("V")


class Bar(Widget, Generic[V]):
    """One line of the console: `draw` makes it from the value and the width."""

    def __init__(self, value: V, draw: Callable[[V, int], Content], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._value = value
        self._draw = draw

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
        return to_strip(self._draw(self._value, width), width, self.visual_style, self._resolve)

    def _resolve(self, name: str) -> Style:
        return self.app.stylesheet.parse_style(name)
