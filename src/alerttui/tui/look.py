"""The look of the console: putting a theme on, and the filters that lines pass on their way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor
from textual.theme import Theme
from textual.widget import Widget

from alerttui.tui.glyphs import ASCII_GLYPHS
from alerttui.tui.terminal_colours import COLOURED, COLOURLESS
from alerttui.tui.theme import MONO


def line_filters(theme: Theme, given: Sequence[LineFilter], *, is_ascii: bool) -> Sequence[LineFilter]:
    """Textual's filters and ours; what Textual does for NO_COLOR is left out, as it paints greys."""
    filters = [each for each in given if not isinstance(each, Monochrome | NoColor)]
    if is_ascii:
        filters.append(ASCII_GLYPHS)
    if theme.ansi:
        filters.append(COLOURLESS if theme.name == MONO else COLOURED)
    return filters


def wear(app: App[Any], theme: Theme) -> None:
    """Show everything in a theme at once, also in one of the same name that says something else now."""
    app.register_theme(theme)
    if app.theme == theme.name:
        app.mutate_reactive(App.theme)
    else:
        app.theme = theme.name
    app.call_next(_repaint, app)


def _repaint(app: App[Any]) -> None:
    """Paint every widget anew: Textual does so only where a style sheet's colour differs."""
    for screen in app.screen_stack:
        for widget in screen.walk_children(Widget, with_self=True):
            widget.refresh()
