"""The JSON value of an answer, also where one alert in it holds what cannot be parsed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from alerttui.backends.remote.asking import Answer, Requester
from alerttui.domain.errors import BadAnswer
from alerttui.domain.json_cut import parse_cut
from alerttui.domain.json_text import JsonRefused

P = ParamSpec("P")
T = TypeVar("T")

LARGE_BYTES: Final = 65_536
"""An answer of this size takes ten milliseconds to read."""

ONE: Final = 1
"""Levels of brackets around a field of an object that is answered alone."""

LISTED_EVENT: Final = 2
"""Levels around an item of a list."""

LISTED: Final = 3
"""Levels around a field of an object in a list."""


async def aside(size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a pure function gives, from a thread where it has so many bytes to read that keys would wait."""
    if size < LARGE_BYTES:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)


async def value_of(requester: Requester, answer: Answer, levels: int) -> object:
    """The value; a part of it that is nested too deep, or a number of too many digits, is its text.

    What attackers write into one alert must not hide the others. Raises `BadAnswer`.
    """
    return await aside(len(answer.body), _value_of, requester, answer, levels)


def _value_of(requester: Requester, answer: Answer, levels: int) -> object:
    try:
        return requester.value(answer)
    except BadAnswer as error:
        try:
            return parse_cut(answer.body.decode("utf-8-sig"), levels)
        except (UnicodeDecodeError, JsonRefused):
            raise error from None
