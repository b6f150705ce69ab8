"""A JSON text as a tree that keeps order, duplicate keys and digits, and which branches start folded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from alerttui.domain.json_text import JsonNumber, JsonRefused, parse_json, to_json

JsonPath: TypeAlias = tuple[int, ...]
"""Positions from the root downwards; unlike keys they are unique even where a key comes twice."""

FOLDS_LOOKED_AT: Final = 20_000
"""So many branches are considered for folding; a view shows no more rows than that anyway."""


class JsonObject(list[tuple[str, object]]):
    """The members of a JSON object as they were written: in order, duplicates included."""


@dataclass(frozen=True, slots=True)
class JsonNode:
    """The root of a JSON text that could be read."""

    value: object
    """A JsonObject, a list, or a scalar; numbers with a fraction are `JsonNumber`."""


@dataclass(frozen=True, slots=True)
class RawText:
    """A text that is shown as it is, because it is no JSON or too much of it."""

    text: str
    reason: str
    """Why it was not read, as a clause: `not JSON: ...`, `too large to parse (...)`."""


def json_tree(text: str) -> JsonNode | RawText:
    """A JSON text read for showing, within the bounds of `parse_json`."""
    try:
        return JsonNode(parse_json(text, object_of=JsonObject))
    except JsonRefused as refused:
        return RawText(text, str(refused))


def members(value: object) -> Sequence[tuple[str | int, object]]:
    """The named members of an object or the numbered ones of an array; nothing for a scalar."""
    if isinstance(value, JsonObject):
        return value
    if isinstance(value, list):
        return list(enumerate(value))
    return ()


def is_branch(value: object) -> bool:
    """Whether a value has members, so that it can be folded."""
    return isinstance(value, list) and bool(value)


def default_folds(root: JsonNode | RawText, max_lines: int = 20) -> frozenset[JsonPath]:
    """The branches that start folded, so that about `max_lines` rows show; the deepest levels fold first."""
    if isinstance(root, RawText):
        return frozenset()
    top = members(root.value)
    lines = len(top)
    folds: set[JsonPath] = set()
    waiting: deque[tuple[JsonPath, object]] = deque(
        ((at,), value) for at, (_, value) in enumerate(top[:FOLDS_LOOKED_AT]) if is_branch(value)
    )
    while waiting:
        path, branch = waiting.popleft()
        inner = members(branch)
        if lines + len(inner) > max_lines:
            folds.add(path)
            continue
        lines += len(inner)
        waiting.extend(((*path, at), value) for at, (_, value) in enumerate(inner) if is_branch(value))
    return frozenset(folds)


def branches(root: JsonNode | RawText) -> Iterator[JsonPath]:
    """Every branch below the root, from top to bottom."""
    for path, _, value in walk(root):
        if path and is_branch(value):
            yield path


def walk(root: JsonNode | RawText) -> Iterator[tuple[JsonPath, str | int, object]]:
    """Every value of a tree with its path and name, from top to bottom, without recursion."""
    if isinstance(root, RawText) or not is_branch(root.value):
        return
    stack: list[tuple[JsonPath, Iterator[tuple[int, tuple[str | int, object]]]]]
    stack = [((), iter(enumerate(members(root.value))))]
    while stack:
        path, rest = stack[-1]
        for at, (name, value) in rest:
            inner = (*path, at)
            yield inner, name, value
            if is_branch(value):
                stack.append((inner, iter(enumerate(members(value)))))
                break
        else:
            stack.pop()


def value_text(value: object) -> str:
    """A value as one copies it: a string bare, a number as written, a branch as JSON (as deep as parsed)."""
    return value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    if isinstance(value, JsonNumber):
        return value.written
    if isinstance(value, JsonObject):
        return "{" + ",".join(f"{to_json(key)}:{_json(inner)}" for key, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return to_json(value)
