"""The arrangement: which panes are on screen at which size, and which of them has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from textual.geometry import Size
from textual.widget import Widget

from alerttui.triage.actions import Pane

MEDIUM_WIDTH: Final = 100
MEDIUM_HEIGHT: Final = 28
WIDE_WIDTH: Final = 160
WIDE_HEIGHT: Final = 38


class Layout(Enum):
    """A size class; the value is its CSS class on the screen."""

    NARROW = "-narrow"
    """List above, one pane with tabs below."""
    MEDIUM = "-medium"
    """List left; detail right above, one pane with tabs right below."""
    WIDE = "-wide"
    """List left; detail right above, events and comments side by side right below."""

    @classmethod
    def of(cls, size: Size) -> Layout:
        """The size class of a terminal."""
        if size.width >= WIDE_WIDTH and size.height >= WIDE_HEIGHT:
            return cls.WIDE
        if size.width >= MEDIUM_WIDTH and size.height >= MEDIUM_HEIGHT:
            return cls.MEDIUM
        return cls.NARROW


@dataclass(slots=True)
class Arrangement:
    """Shows and hides the panes; says which are visible."""

    root: Widget
    widgets: dict[Pane, Widget]
    lower: Widget
    tabs: Widget
    layout: Layout = Layout.NARROW
    tab: Pane = Pane.DETAIL
    """The pane that the tabs show; in wider layouts never the detail, which has its own room."""
    full: bool = False
    focused: Pane = Pane.LIST

    def resize(self, size: Size) -> None:
        """Follow the terminal; the focused pane stays on screen."""
        self.layout = Layout.of(size)
        if self.focused in self.tabbed:
            self.tab = self.focused
        self.apply()

    @property
    def tabbed(self) -> Sequence[Pane]:
        """The panes that share the room under the tabs."""
        if self.layout is Layout.NARROW:
            return (Pane.DETAIL, Pane.EVENTS, Pane.COMMENTS, Pane.HISTORY)
        return (Pane.EVENTS, Pane.COMMENTS, Pane.HISTORY)

    def visible(self) -> Sequence[Pane]:
        """The panes on screen, in the order in which tab goes through them."""
        if self.full:
            return (self.focused,)
        if self.layout is Layout.NARROW:
            return (Pane.LIST, self.tab)
        if self.layout is Layout.WIDE and self.tab is not Pane.HISTORY:
            return (Pane.LIST, Pane.DETAIL, Pane.EVENTS, Pane.COMMENTS)
        return (Pane.LIST, Pane.DETAIL, self.tab)

    def show(self, pane: Pane) -> None:
        """Bring a pane on screen and make it the focused one."""
        if pane in self.tabbed:
            self.tab = pane
        self.focused = pane
        self.apply()

    def next_pane(self, step: int) -> Pane:
        """The pane that tab goes to: through all of them, bringing hidden ones on screen."""
        order = [Pane.LIST, Pane.DETAIL, Pane.EVENTS, Pane.COMMENTS, Pane.HISTORY]
        return order[(order.index(self.focused) + step) % len(order)]

    def apply(self) -> None:
        """Set the classes that make the style sheet arrange the screen."""
        if self.layout is not Layout.NARROW and self.tab is Pane.DETAIL:
            self.tab = Pane.EVENTS
        for layout in Layout:
            self.root.set_class(layout is self.layout, layout.value)
        visible = self.visible()
        for pane, widget in self.widgets.items():
            if pane is not Pane.LIST:
                widget.set_class(pane not in visible, "-hidden")
        below = {Pane.EVENTS, Pane.COMMENTS, Pane.HISTORY}
        self.lower.set_class(not below.intersection(visible), "-hidden")
        self.tabs.set_class(self.full, "-hidden")
        self.root.set_class(self.full and self.focused is Pane.LIST, "-full-list")
        self.root.set_class(self.full and self.focused is not Pane.LIST, "-full-pane")
