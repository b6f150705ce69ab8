"""The menu of a pivot: each way with what it would list, and how many alerts that are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from alerttui.tui.dialogs.menu import MenuScreen, Option
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content
from alerttui.tui.widgets.document_view import DocumentView


class PivotMenu(MenuScreen[str]):
    """Options with a filter and a count; counts may come while it is open."""

    def __init__(self, title: str, options: Sequence[Option[str]], *, above: Sequence[str] = ()) -> None:
        super().__init__(title, options, above=above)
        self._counts: Mapping[str, int] = {}

    def tell(self, counts: Mapping[str, int]) -> None:
        """Show how many alerts each way would list, by its key."""
        self._counts = counts
        if self.is_mounted:
            view = self.query_one("#options", DocumentView)
            view.show(lambda _: [self._line(option) for option in self._options], keep_place=True)

    def _line(self, option: Option[str]) -> DocLine:
        key = content(f" {option.key} ", "bold $accent")
        label_cells = max(len(each.label) for each in self._options)
        count = self._counts.get(option.key)
        number = "" if count is None else f"{count:,}"
        line = key + Content(" ") + content(f"{option.label.ljust(label_cells)} {number:>7}  ")
        return DocLine(line + content(option.note, DIM))
