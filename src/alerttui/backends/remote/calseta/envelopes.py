"""The envelopes in which Calseta answers: one object, a page of rows, or what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerttui.backends.remote.asking import Answer, Request, Requester, object_of, of_another
from alerttui.backends.remote.calseta import wire
from alerttui.backends.remote.decoding import LISTED, value_of
from alerttui.backends.remote.record import whole_number
from alerttui.domain.errors import AlertTuiError, BadAnswer, NotFound, Rejected

IN_DATA: Final = 2
"""Levels of brackets around a field of an object that stands in `data`."""

NO_SUCH_PATH: Final = "The requested resource was not found."
"""What the server says of a path that it does not have, with the status and the code of a missing alert."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a list as it was answered."""

    rows: list[object]
    total: int | None
    """How many rows the list has now; None where that is not told."""
    size: int | None
    """How many rows the server counts to a page, where it says so."""


async def ask_about(requester: Requester, request: Request) -> Answer:
    """The answer to a request about an alert; raises `NotFound` only where Calseta itself has no such alert.

    Whatever stands before a server that is away answers 404 as well, for alerts that are still there.
    """
    answer = await requester.ask(request)
    if answer.status == wire.NOT_FOUND:
        raise _not_found(request, answer)
    return answer


def _not_found(request: Request, answer: Answer) -> AlertTuiError:
    said = _error_of(answer)
    if said.get("code") != "NOT_FOUND":
        return of_another("Calseta", request, answer.words)
    if said.get("message") == NO_SUCH_PATH:
        told = f"this Calseta does not offer it ({answer.status}): {answer.words}."
        return Rejected(f"Could not {request.doing}: {told}")
    return NotFound([request.alert_id])


def _error_of(answer: Answer) -> Mapping[str, object]:
    """What Calseta says went wrong; empty where these are not its words."""
    said = (object_of(answer.body) or {}).get("error")
    return said if isinstance(said, dict) else {}


async def one_of(
    requester: Requester, answer: Answer, *, has_acted: bool = False
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """The object that was answered and what was said about it; raises `BadAnswer` where it is none.

    `has_acted` tells that the request was one to change something.
    """
    value = await value_of(requester, answer, IN_DATA)
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(data, dict):
        what = "Calseta's answer is not what its API documents: an object in data is expected."
        raise BadAnswer(what, may_have_acted=has_acted)
    meta = value.get("meta")
    return data, meta if isinstance(meta, dict) else {}


async def rows_of(requester: Requester, answer: Answer, what: str) -> Rows:
    """The page that was answered; raises `BadAnswer` where it is none."""
    value = await value_of(requester, answer, LISTED)
    rows = value.get("data") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(rows, list):
        raise BadAnswer(f"Calseta's answer is no page of {what}: an object with a list in data is expected.")
    meta = value.get("meta")
    told = meta if isinstance(meta, dict) else {}
    return Rows(rows, whole_number(told.get("total")), whole_number(told.get("page_size")))
