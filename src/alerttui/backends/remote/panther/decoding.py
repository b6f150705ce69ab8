"""The JSON value of an answer, also where one alert in it holds what cannot be parsed."""

from __future__ import annotations

from typing import Final

from alerttui.backends.remote.asking import Answer, Requester
from alerttui.domain.errors import BadAnswer
from alerttui.domain.json_cut import parse_cut
from alerttui.domain.json_text import JsonRefused

ONE: Final = 1
"""Levels of brackets around a field of an object that is answered alone."""

LISTED_EVENT: Final = 2
"""Levels around an item of a list."""

LISTED: Final = 3
"""Levels around a field of an object in a list."""


def value_of(requester: Requester, answer: Answer, levels: int) -> object:
    """The value; a part of it that is nested too deep, or a number of too many digits, is its text.

    What attackers write into one alert must not hide the others. Raises `BadAnswer`.
    """
    try:
        return requester.value(answer)
    except BadAnswer as error:
        try:
            return parse_cut(answer.body.decode("utf-8-sig"), levels)
        except (UnicodeDecodeError, JsonRefused):
            raise error from None
