"""Pages and their cursors. A cursor looks like a serialised database key and fits one filter set only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.standins.panther.knobs import Knobs
from tests.standins.panther.query import Query
from tests.standins.panther.refusals import Absence, bad_request

Item = TypeVar("Item")
Key = tuple[int | str, ...]
"""Where a row stands in its list."""

Rows = Iterable[tuple[Key, Item | None]]
"""The rows behind a place in a list, each with its own place; None is a row the filters leave out."""


@dataclass(frozen=True)
class Place:
    """Where a page starts: behind a row (or at the very beginning), as which page."""

    after: Key | None
    page: int


def _digest(binding: str, after: Key | None, page: int) -> str:
    return hashlib.sha256(repr((binding, after, page)).encode()).hexdigest()


def write_cursor(binding: str, place: Place) -> str:
    """For example {"pk": {"S": "..."}, "sk": {"L": [...]}, "page": {"N": "2"}, "month": {"S": "..."}}."""
    key = {
        "pk": {"S": _digest(binding, place.after, place.page)},
        "sk": {"L": list(place.after) if place.after is not None else None},
        "page": {"N": str(place.page)},
        "partition": {"S": 'alerts#month=2025-01&shard=7+1/3 "µ"'},
    }
    return json.dumps(key, ensure_ascii=False)


def read_cursor(text: str, binding: str) -> Place:
    try:
        key = json.loads(text)
        held = key["sk"]["L"]
        place = Place(None if held is None else tuple(held), int(key["page"]["N"]))
        genuine = text == write_cursor(binding, place)
    except (ValueError, TypeError, KeyError):
        genuine = False
    if not genuine:
        raise bad_request("invalid cursor")
    return place


@dataclass(frozen=True)
class Paging:
    """How one list is divided: its default and its largest page."""

    default: int
    largest: int

    def answer(
        self,
        query: Query,
        knobs: Knobs,
        list_name: str,
        rows_behind: Callable[[Key | None], Rows[Item]],
    ) -> tuple[list[Item], dict[str, Any]]:
        """The rows of the page asked for, and the members of the answer beside results."""
        limit = query.limit(self.default, self.largest)
        bound_limit = str(limit) if knobs.cursor_binds_limit else ""
        binding = query.binding(list_name, bound_limit, without=("cursor", "limit"))
        cursor = query.one("cursor")
        place = Place(None, 1) if cursor is None else read_cursor(cursor, binding)
        if place.page in knobs.empty_pages:
            return [], {"next": write_cursor(binding, Place(place.after, place.page + 1))}
        size = min(limit, knobs.short_pages or limit)
        rows, after, more = _cut(rows_behind(place.after), size, knobs.scan_rows)
        if more or (knobs.trailing_empty_page and rows):
            return rows, {"next": write_cursor(binding, Place(after or place.after, place.page + 1))}
        ends: dict[Absence, dict[str, Any]] = {"absent": {}, "null": {"next": None}, "empty": {"next": ""}}
        return rows, ends[knobs.last_next]


def _cut(rows: Rows[Item], size: int, scan: int | None) -> tuple[list[Item], Key | None, bool]:
    """At most `size` rows out of at most `scan`, where they end, and whether another row follows."""
    taken: list[Item] = []
    after: Key | None = None
    for looked, (key, item) in enumerate(rows):
        if looked == scan:
            return taken, after, True
        if item is not None:
            if len(taken) == size:
                return taken, after, True
            taken.append(item)
        if scan is not None or item is not None:
            after = key
    return taken, after, False


def rows_of(items: list[tuple[Key, Item]]) -> Callable[[Key | None], Rows[Item]]:
    """The rows of a short list; a place that is gone stands for its end."""

    def behind(after: Key | None) -> Rows[Item]:
        keys = [key for key, _ in items]
        start = 0 if after is None else keys.index(after) + 1 if after in keys else len(items)
        return items[start:]

    return behind
