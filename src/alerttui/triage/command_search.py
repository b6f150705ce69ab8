"""Commands, and finding one by a few letters of its name: what the palette narrows while one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

Run = Callable[[], object]
"""Does a command; a coroutine function is run as work beside the keys."""

_WORD_BREAKS: Final = " .:-_/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that can be done, with the key that does it without being looked for."""

    id: str
    """Unlike that of every other command; "alert.close", "theme:light"."""
    label: str
    run: Run
    help: str = ""
    """One sentence."""
    key: str = ""
    """As people write it; empty where there is none."""
    refusal: str = ""
    """Why it cannot be done now; empty if it can."""


@dataclass(frozen=True, slots=True)
class Match:
    """A command that was found, and which characters of its label were meant."""

    command: Command
    places: frozenset[int] = frozenset()


class Rank(IntEnum):
    """How well a word that was typed meets a text; smaller is better."""

    KEY = 0
    """It is the command's key."""
    LABEL_WORD = 1
    """A word of the label begins with it."""
    LABEL_PART = 2
    ID_PART = 3
    HELP_WORD = 4
    HELP_PART = 5
    LETTERS = 6
    """Its letters occur in the label in this order."""
    NONE = 99


def find_commands(typed: str, commands: Sequence[Command], recent: Iterable[str] = ()) -> list[Match]:
    """The commands that every word typed meets, best first; all of them where nothing is typed.

    Among equals, what was used last comes first (`recent` is ids, latest first), then the given order.
    """
    age = {command_id: place for place, command_id in reversed(list(enumerate(recent)))}
    words = typed.split()
    found: list[tuple[int, int, int, Match]] = []
    for place, command in enumerate(commands):
        ranks, places = [], set[int]()
        for word in words:
            rank, met = _meet(word, command)
            ranks.append(rank)
            places |= met
        if Rank.NONE not in ranks:
            match = Match(command, frozenset(places))
            found.append((sum(ranks), age.get(command.id, len(age)), place, match))
    return [match for *_, match in sorted(found, key=lambda each: each[:3])]


def _meet(word: str, command: Command) -> tuple[int, set[int]]:
    """How well a word meets a command, and which characters of the label it takes."""
    if word == command.key:
        return Rank.KEY, set()
    needle, label = word.casefold(), _aligned(command.label)
    start = _word_start(needle, label)
    if start >= 0:
        return Rank.LABEL_WORD, set(range(start, start + len(needle)))
    start = label.find(needle)
    if start >= 0:
        return Rank.LABEL_PART, set(range(start, start + len(needle)))
    if needle in command.id.casefold():
        return Rank.ID_PART, set()
    told = command.help.casefold()
    if _word_start(needle, told) >= 0:
        return Rank.HELP_WORD, set()
    if needle in told:
        return Rank.HELP_PART, set()
    places = _in_order(needle, label)
    return (Rank.LETTERS if places else Rank.NONE), places


def _aligned(text: str) -> str:
    """The text without case, each character where it was: casefold makes two of some."""
    folded = text.casefold()
    return folded if len(folded) == len(text) else "".join(each.casefold()[:1] or each for each in text)


def _word_start(needle: str, text: str) -> int:
    """Where a word of the text begins with the needle; -1 for nowhere."""
    start = text.find(needle)
    while start > 0 and text[start - 1] not in _WORD_BREAKS:
        start = text.find(needle, start + 1)
    return start


def _in_order(needle: str, text: str) -> set[int]:
    """The first places at which the needle's characters follow each other; none if they do not."""
    places, start = set[int](), 0
    for character in needle:
        place = text.find(character, start)
        if place < 0:
            return set()
        places.add(place)
        start = place + 1
    return places
