"""Drawing at random, the same on every Python: only `Random.random` and `getrandbits` are promised."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def pick(dice: Random, choices: Sequence[T]) -> T:
    """One of the choices, evenly."""
    return choices[int(dice.random() * len(choices))]


def between(dice: Random, least: int, most: int) -> int:
    """A whole number from `least` to `most`, both included."""
    return least + int(dice.random() * (most - least + 1))


def chance(dice: Random, percent: int) -> bool:
    """True in `percent` of a hundred cases."""
    return dice.random() * 100 < percent


def digits(dice: Random, length: int) -> str:
    """Lower-case hexadecimal digits."""
    return f"{dice.getrandbits(length * 4):0{length}x}"


def shuffled(dice: Random, items: Sequence[T]) -> list[T]:
    """The items in another order."""
    mixed = list(items)
    for last in range(len(mixed) - 1, 0, -1):
        other = between(dice, 0, last)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed
