"""A panel of lines to read: the keys that move in it, and the line that names its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from alerttui.tui.dialogs.menu import Answer, Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.text import content, crop
from alerttui.tui.widgets.document_view import DocumentView


class ReadingPanel(Dialog[Answer]):
    """Subclasses yield a view with the id `lines`, and may yield what `keys_view` makes below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "move(-1000000)", "top", show=False),
        Binding("G,end", "move(1000000)", "bottom", show=False),
        Binding("pagedown,space,ctrl+d", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False),
        Binding("q", "back_out", "back", show=False),
    ]

    @property
    def body(self) -> DocumentView:
        """What is read."""
        return self.query_one("#lines", DocumentView)

    def on_mount(self) -> None:
        """The lines have the focus."""
        self.body.focus()

    def keys_view(self, hints: Sequence[tuple[str, str]] = ()) -> DocumentView:
        """The last line of the panel, with the keys that matter and what they do."""
        view = DocumentView(id="lines-keys")
        view.can_focus = False
        view.styles.height = 1
        show_keys(view, hints)
        return view

    def action_move(self, lines: int) -> None:
        """Move by lines."""
        self.body.move_by(lines)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self.body.scroll_page(pages)


def show_keys(view: DocumentView, hints: Sequence[tuple[str, str]]) -> None:
    """Show keys and what they do on one line; the way back is always among them."""
    parts = [content(key, "bold $accent") + content(f" {label}") for key, label in (*hints, ("esc", "back"))]
    view.show(lambda width: [DocLine(crop(Content("  ").join(parts), width))])
