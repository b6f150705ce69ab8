"""The arrangement: which panes are on screen at which size, how much room the list has, who has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from textual.geometry import Size
from textual.widget import Widget

from alerttui.triage.actions import Pane

MEDIUM_WIDTH: Final = 100
MEDIUM_HEIGHT: Final = 28
WIDE_WIDTH: Final = 160
WIDE_HEIGHT: Final = 38

LOWER: Final = (Pane.EVENTS, Pane.COMMENTS, Pane.HISTORY, Pane.INDICATORS, Pane.RELATED)
"""The panes that share the lower room in every layout."""

BAR_LINES: Final = 4
"""Top line, filter, status line and hints."""

MIN_LIST_LINES: Final = 3
MIN_PANE_LINES: Final = 4
"""With the line of tabs."""
MIN_LIST_CELLS: Final = 36
MIN_PANE_CELLS: Final = 40
MIN_PANE_CELLS_WIDE: Final = 72
"""So much of each side stays when the divider is moved; wide, there are two panes side by side."""

STEP_LINES: Final = 1
STEP_CELLS: Final = 4
"""How far a key moves the divider."""


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


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of the room the list has in each layout, the divider included; 0.5 is half of it."""

    narrow: float = 0.45
    medium: float = 0.5
    wide: float = 0.5

    def of(self, layout: Layout) -> float:
        """The list's part in a layout."""
        return {Layout.NARROW: self.narrow, Layout.MEDIUM: self.medium, Layout.WIDE: self.wide}[layout]

    def having(self, layout: Layout, share: float) -> Shares:
        """The same with another part in one layout."""
        if layout is Layout.NARROW:
            return replace(self, narrow=share)
        return replace(self, medium=share) if layout is Layout.MEDIUM else replace(self, wide=share)


@dataclass(slots=True)
class Arrangement:
    """Shows and hides the panes; says which are visible."""

    root: Widget
    widgets: dict[Pane, Widget]
    lower: Widget
    tabs: Widget
    divider: Widget | None = None
    """The rule between list and panes where they stand side by side; else the tabs are what is dragged."""
    shares: Shares = field(default_factory=Shares)
    """What was dragged."""
    keep: Callable[[Shares], None] | None = None
    """Told of every move of the divider, so that it is kept for the next start."""
    layout: Layout = Layout.NARROW
    size: Size = field(default_factory=Size)
    narrow_tab: Pane = Pane.DETAIL
    """The pane under the tabs where the list stands above."""
    lower_tab: Pane = Pane.EVENTS
    """The pane under the tabs in wider layouts, where the detail has its own room."""
    full: bool = False
    focused: Pane = Pane.LIST

    def resize(self, size: Size) -> None:
        """Follow the terminal; the focused pane stays on screen."""
        self.size = size
        self.layout = Layout.of(size)
        self._bring(self.focused)
        self.apply()

    # -- which panes

    @property
    def tab(self) -> Pane:
        """The pane that the tabs show."""
        return self.narrow_tab if self.layout is Layout.NARROW else self.lower_tab

    def _bring(self, pane: Pane) -> None:
        if pane not in self.tabbed:
            return
        if self.layout is Layout.NARROW:
            self.narrow_tab = pane
        else:
            self.lower_tab = pane

    @property
    def tabbed(self) -> Sequence[Pane]:
        """The panes that share the room under the tabs."""
        return (Pane.DETAIL, *LOWER) if self.layout is Layout.NARROW else LOWER

    def visible(self) -> Sequence[Pane]:
        """The panes on screen, in the order in which tab goes through them."""
        if self.full:
            return (self.focused,)
        if self.layout is Layout.NARROW:
            return (Pane.LIST, self.tab)
        if self.layout is Layout.WIDE and self.tab in (Pane.EVENTS, Pane.COMMENTS):
            return (Pane.LIST, Pane.DETAIL, Pane.EVENTS, Pane.COMMENTS)
        return (Pane.LIST, Pane.DETAIL, self.tab)

    def show(self, pane: Pane) -> None:
        """Bring a pane on screen and make it the focused one."""
        self._bring(pane)
        self.focused = pane
        self.apply()

    def next_pane(self, step: int) -> Pane:
        """The pane that tab goes to: through all of them, bringing hidden ones on screen."""
        order = (Pane.LIST, Pane.DETAIL, *LOWER)
        return order[(order.index(self.focused) + step) % len(order)]

    # -- how much room

    def grow(self) -> None:
        """Give the list more room."""
        self._move(1)

    def shrink(self) -> None:
        """Give the list less room."""
        self._move(-1)

    def drag_to(self, x: int, y: int) -> None:
        """Put the divider at a place of the screen, as far as both sides stay usable."""
        if self.layout is Layout.NARROW:
            self._give_list(y - self.widgets[Pane.LIST].region.y)
        else:
            self._give_list(x - self.widgets[Pane.LIST].region.x)

    @property
    def list_extent(self) -> int:
        """Lines that the list has above the panes, or cells beside them."""
        room, least, most = self._bounds()
        rule = 0 if self.layout is Layout.NARROW else 1
        wanted = int(self.shares.of(self.layout) * room + 1e-6) - rule
        return max(least, min(wanted, most))

    def _bounds(self) -> tuple[int, int, int]:
        """The room that list and panes share, and the least and the most of it that the list may have."""
        if self.layout is Layout.NARROW:
            room = max(2, self.size.height - BAR_LINES)
            return room, min(MIN_LIST_LINES, room - 1), max(1, room - MIN_PANE_LINES)
        room = max(3, self.size.width)
        panes = MIN_PANE_CELLS_WIDE if self.layout is Layout.WIDE else MIN_PANE_CELLS
        return room, min(MIN_LIST_CELLS, room - 2), max(1, room - 1 - panes)

    def _move(self, direction: int) -> None:
        step = STEP_LINES if self.layout is Layout.NARROW else STEP_CELLS
        self._give_list(self.list_extent + direction * step)

    def _give_list(self, extent: int) -> None:
        room, least, most = self._bounds()
        rule = 0 if self.layout is Layout.NARROW else 1
        kept = max(least, min(extent, most))
        self.shares = self.shares.having(self.layout, (kept + rule) / room)
        self.apply()
        if self.keep is not None:
            self.keep(self.shares)

    # -- what the style sheet is told

    def apply(self) -> None:
        """Set the classes and the list's extent by which the style sheet arranges the screen."""
        for layout in Layout:
            self.root.set_class(layout is self.layout, layout.value)
        visible = self.visible()
        for pane, widget in self.widgets.items():
            if pane is not Pane.LIST:
                widget.set_class(pane not in visible, "-hidden")
        self.lower.set_class(not set(LOWER).intersection(visible), "-hidden")
        self.tabs.set_class(self.full, "-hidden")
        if self.divider is not None:
            self.divider.set_class(self.full or self.layout is Layout.NARROW, "-hidden")
        self.root.set_class(self.full and self.focused is Pane.LIST, "-full-list")
        self.root.set_class(self.full and self.focused is not Pane.LIST, "-full-pane")
        self._size_list()

    def _size_list(self) -> None:
        styles = self.widgets[Pane.LIST].styles
        is_above = self.layout is Layout.NARROW
        extent = "1fr" if self.full else self.list_extent
        styles.width, styles.height = ("1fr", extent) if is_above else (extent, "1fr")
