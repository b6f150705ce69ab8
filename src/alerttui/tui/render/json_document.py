"""JSON inside a document: foldable lines that are drawn only when they come into view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from alerttui.tui.render.document import DocLine, FoldKey, LazyLines
from alerttui.tui.render.json_lines import JsonLines, visible_lines
from alerttui.tui.render.json_tree import JsonNode, JsonPath, RawText, default_folds, json_tree

OPEN_LINES: Final = 24
"""About how many lines of a JSON value are open before the analyst unfolds anything."""


@dataclass(slots=True)
class Folds:
    """Which parts of the JSON values of one alert are folded, by section; parsed once."""

    open_lines: int = OPEN_LINES
    _trees: dict[str, JsonNode | RawText] = field(default_factory=dict)
    _folded: dict[str, set[JsonPath]] = field(default_factory=dict)

    def lines(self, section: str, text: str, width: int) -> Sequence[DocLine]:
        """The lines of a section's JSON text at a width."""
        if section not in self._trees:
            root = self._trees[section] = json_tree(text)
            self._folded[section] = set(default_folds(root, self.open_lines))
        return JsonDocument(section, visible_lines(self._trees[section], self._folded[section], width))

    def toggle(self, key: FoldKey) -> None:
        """Open what is folded, fold what is open."""
        section, *path = key
        folded = self._folded.get(str(section))
        if folded is not None:
            folded ^= {tuple(int(each) for each in path)}


class JsonDocument(LazyLines):
    """Lazily drawn lines of JSON as lines of a document."""

    def __init__(self, section: str, lines: JsonLines) -> None:
        self._section = section
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def line(self, at: int) -> DocLine:
        """The line at a position from 0."""
        line = self._lines[at]
        return DocLine(line.content, (self._section, *line.path) if line.is_foldable else None, line.text)
