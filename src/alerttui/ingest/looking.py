"""Quick looks along a path: a few lookups tell what is there in records of the usual shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Look = Callable[[object], object]
"""What is at a path, a list as it is; None where there is nothing; `UNUSUAL` where this cannot tell."""

UNUSUAL: Final = object()
"""Flattened keys, a list on the way, a record that is no object: only the path itself knows how to go on."""


def look_along(steps: tuple[str, ...]) -> Look:
    """The quick look along the steps of a path, made once for all records."""
    if len(steps) == 1:
        return _look_at(steps[0])
    if len(steps) == 2:
        return _look_inside(*steps)
    return _look_deep(steps)


def _look_at(key: str) -> Look:
    def look(node: object) -> object:
        return node.get(key) if type(node) is dict else UNUSUAL

    return look


def _look_inside(outer: str, key: str) -> Look:
    flattened = f"{outer}.{key}"

    def look(node: object) -> object:
        if type(node) is not dict or flattened in node:
            return UNUSUAL
        inner = node.get(outer)
        if inner is None:
            return None
        return inner.get(key) if type(inner) is dict else UNUSUAL

    return look


def _look_deep(steps: tuple[str, ...]) -> Look:
    count = len(steps)
    levels = [
        (key, [".".join(steps[start:end]) for end in range(start + 2, count + 1)])
        for start, key in enumerate(steps)
    ]

    def look(node: object) -> object:
        for key, flattened in levels:
            if node is None:
                return None
            if type(node) is not dict:
                return UNUSUAL
            for several in flattened:
                if several in node:
                    return UNUSUAL
            node = node.get(key)
        return node

    return look
