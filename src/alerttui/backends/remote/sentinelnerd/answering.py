"""The answers to deeds, of which the page documents none."""

from __future__ import annotations

from alerttui.backends.remote.asking import Answer, Requester
from alerttui.backends.remote.decoding import LISTED, value_of
from alerttui.domain.errors import BadAnswer


async def told_by(requester: Requester, answer: Answer) -> object:
    """The JSON value of an answer that says that a deed was done; None where it is empty, or plain text.

    Raises `BadAnswer` for a web page: a login or a proxy that stands in between has done nothing.
    """
    try:
        return await value_of(requester, answer, LISTED)
    except BadAnswer as error:
        if answer.body.lstrip().startswith(b"<"):
            raise BadAnswer(str(error), may_have_acted=True) from None
        return None
