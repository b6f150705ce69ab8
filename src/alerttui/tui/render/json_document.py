"""JSON inside a document: foldable lines that are drawn only when they come into view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from textual.content import Content

from alerttui.tui.render.document import DocLine, FoldKey, LazyLines
from alerttui.tui.render.json_lines import JsonLines, visible_lines
from alerttui.tui.render.json_tree import (
    JsonNode,
    JsonPath,
    RawText,
    branches,
    default_folds,
    json_tree,
    value_text,
)

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
        root = self._trees[section]
        return JsonDocument(section, root, visible_lines(root, self._folded[section], width))

    def toggle(self, key: FoldKey) -> None:
        """Open what is folded, fold what is open."""
        section, path = _section_of(key), _path_of(key)
        folded = self._folded.get(section)
        if folded is not None:
            folded ^= {path}

    def toggle_all(self, sections: Iterable[str] | None = None) -> bool:
        """Unfold what any part of is folded, else fold all of it; False if nothing in it folds."""
        names = [each for each in (self._trees if sections is None else sections) if each in self._trees]
        is_any_folded = any(self._folded[name] for name in names)
        for name in names:
            self._folded[name] = set() if is_any_folded else set(branches(self._trees[name]))
        return is_any_folded or any(self._folded[name] for name in names)

    def remembered(self) -> dict[str, set[JsonPath]]:
        """What is folded now, to be put back by `put_back`."""
        return {section: set(folded) for section, folded in self._folded.items()}

    def put_back(self, remembered: dict[str, set[JsonPath]]) -> None:
        """Fold again what was folded then."""
        self._folded |= remembered

    def unfold_to(self, key: FoldKey) -> None:
        """Open every branch around a value, so that it comes into view."""
        path = _path_of(key)
        folded = self._folded.get(_section_of(key))
        if folded is not None:
            folded -= {path[:depth] for depth in range(1, len(path))}


def _section_of(key: FoldKey) -> str:
    return str(key[0])


def _path_of(key: FoldKey) -> JsonPath:
    return tuple(int(each) for each in key[1:])


class JsonDocument(LazyLines):
    """Lazily drawn lines of JSON as lines of a document."""

    def __init__(self, section: str, root: JsonNode | RawText, lines: JsonLines) -> None:
        self.section = section
        self.root = root
        """The whole value, folded parts included."""
        self._lines = lines

    def line_of(self, path: JsonPath) -> int:
        """The line of a value, or of the folded branch that hides it; 0 where it is beyond what is shown."""
        starts = self._lines.starts
        for depth in range(len(path), 0, -1):
            found = starts.get(path[:depth])
            if found is not None:
                return found
        return 0

    def __len__(self) -> int:
        return len(self._lines)

    def line(self, at: int) -> DocLine:
        """The line at a position from 0."""
        line = self._lines[at]
        if line.is_foldable:
            return BranchLine(line.content, (self.section, *line.path), line.value)
        return DocLine(line.content, value=line.text)


class BranchLine(DocLine):
    """The line of a branch: its JSON text, which may be long, is written only when somebody asks for it."""

    __slots__ = ("_branch",)

    def __init__(self, content: Content, fold: FoldKey, branch: object) -> None:
        for name, value in (("content", content), ("fold", fold), ("field", ""), ("_branch", branch)):
            object.__setattr__(self, name, value)

    @property
    def value(self) -> str:
        """The branch as JSON."""
        branch: object = object.__getattribute__(self, "_branch")
        return value_text(branch)
