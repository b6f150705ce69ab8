"""Where in a record a value is found: paths through nested and flattened keys, with fallbacks and filters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.json_text import storable, text_of
from alerttui.ingest.looking import UNUSUAL, Look, look_along

_PLACE: Final = re.compile(r"\{([^{}]+)\}")


Plan = tuple[tuple[tuple[str, int], ...], ...]
"""For each step of a path: the keys to try there, longest first, each with the step to go on with."""


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted path. Keys may be nested or flattened or both, and lists on the way are walked through."""

    written: str
    steps: tuple[str, ...]
    plan: Plan
    look: Look = field(compare=False, repr=False)
    """What is at this path where a quick look can tell; a list is given as it is."""

    @classmethod
    def of(cls, written: str) -> Path:
        """The path that a text such as `alert.signature` names."""
        steps = tuple(written.split("."))
        count = len(steps)
        plan = tuple(
            tuple((".".join(steps[start:end]), end) for end in range(count, start, -1))
            for start in range(count)
        )
        return cls(written, steps, plan, look_along(steps))

    def values(self, record: object) -> list[object]:
        """Everything at this path that is not null; lists at its end are taken apart."""
        whole = self.look(record)
        if whole is None:
            return []
        found: list[object] = []
        if whole is UNUSUAL:
            _collect(record, 0, self.plan, found)
        else:
            _collect(whole, len(self.plan), self.plan, found)
        return found

    def present(self, record: object) -> bool:
        """True if there is anything but null at this path, be it an empty list."""
        return _holds(record, 0, self.plan)

    def whole(self, record: object) -> object:
        """What is at this path as it is, lists not taken apart; None where there is nothing."""
        return _whole(record, 0, self.plan)


def _collect(node: object, step: int, plan: Plan, found: list[object]) -> None:
    if isinstance(node, list):
        for each in node:
            if each is not None:
                _collect(each, step, plan, found)
    elif step == len(plan):
        found.append(node)
    elif isinstance(node, dict):
        before = len(found)
        for key, then in plan[step]:
            child = node.get(key)
            if child is not None:
                _collect(child, then, plan, found)
                if len(found) > before:
                    return


def _holds(node: object, step: int, plan: Plan) -> bool:
    if step == len(plan):
        return True
    if isinstance(node, dict):
        for key, then in plan[step]:
            child = node.get(key)
            if child is not None and _holds(child, then, plan):
                return True
        return False
    return isinstance(node, list) and any(_holds(each, step, plan) for each in node)


def _whole(node: object, step: int, plan: Plan) -> object:
    if step == len(plan):
        return node
    if isinstance(node, dict):
        for key, then in plan[step]:
            child = node.get(key)
            if child is not None and (found := _whole(child, then, plan)) is not None:
                return found
    return None


@dataclass(frozen=True, slots=True)
class Pick:
    """One way to get a value: from a path, a template of paths, or a constant; then filtered."""

    path: Path | None = None
    template: tuple[str | Path, ...] = ()
    constant: str = ""
    split: str = ""
    """Text between the values where one text holds several."""
    match: re.Pattern[str] | None = None
    """What a value must look like; its first group is the value where it has one."""
    case: str = ""
    """`upper` or `lower`."""

    @property
    def is_bare(self) -> bool:
        """True for a path whose values are taken as they are."""
        return self.path is not None and self.match is None and not self.split

    def raw_values(self, roots: Sequence[object]) -> list[object]:
        """The values as they are in the record, from the first root that has any, not filtered."""
        if self.path is None:
            return list(self.texts(roots))
        for root in roots:
            found = self.path.values(root)
            if found:
                return found
        return []

    def texts(self, roots: Sequence[object]) -> list[str]:
        """The values as texts that are not empty."""
        if self.path is not None:
            for root in roots:
                found = self.path.values(root)
                if found:
                    break
            else:
                return []
            texts = [value if isinstance(value, str) else text_of(value) for value in found]
        else:
            texts = [_filled(self.template, roots) if self.template else self.constant]
        if self.split:
            texts = [part.strip() for text in texts for part in text.split(self.split)]
        if self.match is not None or self.case:
            texts = [self._filtered(text) for text in texts]
        return [text if text.isascii() else storable(text) for text in texts if text]

    def _filtered(self, text: str) -> str:
        if self.match is not None:
            found = self.match.search(text)
            if found is None:
                return ""
            text = found.group(1) or "" if found.re.groups else found.group()
        if self.case:
            return text.upper() if self.case == "upper" else text.lower()
        return text


def template_of(written: str) -> tuple[str | Path, ...]:
    """The parts of a template such as `{alert.gid}:{alert.signature_id}`."""
    pieces = _PLACE.split(written)
    return tuple(Path.of(piece) if index % 2 else piece for index, piece in enumerate(pieces) if piece)


def _filled(template: tuple[str | Path, ...], roots: Sequence[object]) -> str:
    """The template with its values; empty where one of them is missing."""
    parts: list[str] = []
    for part in template:
        if isinstance(part, str):
            parts.append(part)
            continue
        text = next((text_of(found[0]) for root in roots if (found := part.values(root))), "")
        if not text:
            return ""
        parts.append(text)
    return "".join(parts)


def first_text(picks: Sequence[Pick], roots: Sequence[object]) -> str:
    """The first text that any of the picks gives, empty if none does."""
    for pick in picks:
        for text in pick.texts(roots):
            return text
    return ""


def all_texts(picks: Sequence[Pick], roots: Sequence[object], limit: int = 1_000) -> tuple[str, ...]:
    """The texts of every pick without repetitions, in order, at most so many."""
    found: dict[str, None] = {}
    for pick in picks:
        for text in pick.texts(roots):
            if len(found) >= limit:
                return tuple(found)
            found[text] = None
    return tuple(found)
