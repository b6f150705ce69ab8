"""Readers of one field each, made once for a file: quick for the usual record, exact for every other.

Each gives what `picking` would give; where a quick look cannot tell, the picks themselves are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from alerttui.domain.json_text import storable
from alerttui.domain.moment_reading import moment_of
from alerttui.ingest.looking import UNUSUAL, Look
from alerttui.ingest.picking import Pick, all_texts, first_text

T = TypeVar("T")

Roots = tuple[object, ...]
"""Where paths start in a record: inside its envelope first, then the record itself."""

Reader = Callable[[Roots], T]
Picks = Sequence[Pick]

MAX_TEXTS: Final = 1_000
"""Texts of one list that are kept; the rest stays in the record."""

_MAX_NUMBER: Final = 2**63 - 1
_MAX_EXACT: Final = 2**53
"""Whole numbers below this are the same as a float."""


def text_reader(picks: Picks) -> Reader[str]:
    """Reads the first text, empty if there is none."""
    looks = _plain_looks(picks)

    def read_exactly(roots: Roots) -> str:
        return first_text(picks, roots)

    def read(roots: Roots) -> str:
        for look in looks:
            for root in roots:
                value = look(root)
                if value is None:
                    continue
                if type(value) is not str:
                    return first_text(picks, roots)
                if value:
                    return value if value.isascii() else storable(value)
                break
        return ""

    return read if len(looks) == len(picks) else read_exactly


def texts_reader(picks: Picks, limit: int = MAX_TEXTS) -> Reader[tuple[str, ...]]:
    """Reads every text without repetitions, in order, at most so many."""
    looks = _plain_looks(picks)

    def read_exactly(roots: Roots) -> tuple[str, ...]:
        return all_texts(picks, roots, limit)

    def read(roots: Roots) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for look in looks:
            for root in roots:
                value = look(root)
                if value is None or value == []:
                    continue
                if not _note_texts(value, found) or len(found) > limit:
                    return all_texts(picks, roots, limit)
                break
        return tuple(found)

    return read if len(looks) == len(picks) else read_exactly


def _note_texts(value: object, found: dict[str, None]) -> bool:
    """Add a text or the texts of a list; False where there is anything else."""
    if type(value) is str:
        value = [value]
    elif type(value) is not list:
        return False
    for each in value:
        if type(each) is not str:
            return False
        if each:
            found[each if each.isascii() else storable(each)] = None
    return True


def moment_reader(picks: Picks) -> Reader[int | None]:
    """Reads the first time that is readable."""
    looks = [pick.path.look for pick in picks if pick.path is not None and pick.is_bare]

    def read_exactly(roots: Roots) -> int | None:
        return _first_moment(picks, roots)

    def read(roots: Roots) -> int | None:
        for look in looks:
            for root in roots:
                value = look(root)
                if value is None:
                    continue
                if value is UNUSUAL or type(value) is list:
                    return _first_moment(picks, roots)
                moment = moment_of(value)
                if moment is not None:
                    return moment
                break
        return None

    return read if len(looks) == len(picks) else read_exactly


def _first_moment(picks: Picks, roots: Roots) -> int | None:
    for pick in picks:
        values = pick.raw_values(roots) if pick.is_bare else pick.texts(roots)
        for value in values:
            moment = moment_of(value)
            if moment is not None:
                return moment
    return None


def number_reader(picks: Picks) -> Reader[int | None]:
    """Reads the first whole number, fractions cut off, texts of digits read."""
    looks = _plain_looks(picks)

    def read_exactly(roots: Roots) -> int | None:
        return _first_number(picks, roots)

    def read(roots: Roots) -> int | None:
        for look in looks:
            for root in roots:
                value = look(root)
                if value is None:
                    continue
                if type(value) is int and -_MAX_EXACT < value < _MAX_EXACT:
                    return value
                return _first_number(picks, roots)
        return None

    return read if len(looks) == len(picks) else read_exactly


def _first_number(picks: Picks, roots: Roots) -> int | None:
    for pick in picks:
        for text in pick.texts(roots):
            try:
                number = float(text)
            except ValueError:
                continue
            if abs(number) < _MAX_NUMBER:
                return int(number) if not text.isdigit() else int(text)
    return None


def whole_reader(picks: Picks) -> Reader[object]:
    """Reads what the first pick that leads anywhere leads to, as it is."""
    paths = [pick.path for pick in picks if pick.path is not None]

    def read(roots: Roots) -> object:
        for path in paths:
            for root in roots:
                found = path.look(root)
                if found is UNUSUAL:
                    found = path.whole(root)
                if found is not None:
                    return found
        return None

    return read


def items_reader(picks: Picks) -> Reader[list[object]]:
    """Reads what the first pick that leads anywhere leads to, as a list of its items."""
    whole = whole_reader(picks)

    def read(roots: Roots) -> list[object]:
        found = whole(roots)
        if isinstance(found, list):
            return found
        return [] if found is None else [found]

    return read


def _plain_looks(picks: Picks) -> list[Look]:
    """The looks of picks whose texts are taken as they are; fewer than the picks where one is no such."""
    return [pick.path.look for pick in picks if pick.path is not None and pick.is_bare and not pick.case]
