"""What the answer to a bulk request says of each alert, in whichever form.

No form is documented. Understood are lists of ids that succeeded and that failed, and results one by one;
an alert of which an answer says nothing sure has to be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from alerttui.backends.remote.applying import Answered, Told
from alerttui.backends.remote.sentinelnerd.capabilities import PRODUCT
from alerttui.domain.json_text import storable, text_of
from alerttui.domain.showable import shown

_DONE: Final = ("success", "updated", "succeeded")
_FAILED: Final = ("failed", "errors")
_IDS: Final = ("id", "alert_id")
_REASONS: Final = ("error", "message", "reason")
_FLAGS: Final = ("success", "ok")
_GOOD: Final = frozenset(("success", "succeeded", "ok", "updated", "done"))
_BAD: Final = frozenset(("error", "failed", "failure", "skipped", "not_found"))

_MISSING: Final = re.compile(r"not[ _-]?found|no such|unknown alert|does not exist|\b404\b", re.IGNORECASE)
_LONGEST: Final = 300
_REFUSED: Final = f"{PRODUCT} did not change it."

_Reader: TypeAlias = Callable[[object], Answered]

MADE: Final = Answered(Told.MADE)
TAKEN: Final = Answered(Told.TAKEN)
MISSING: Final = Answered(Told.MISSING)
DOUBTED: Final = Answered(Told.TAKEN, _REFUSED, comment_added=False)
"""Said to have failed, or passed over where others are named: reading tells what it is, not of a comment."""


def answers_of(value: object, ids: Sequence[str], becomes: str) -> list[Answered]:
    """What is told of each of these ids, in their order; `becomes` is the status that they should have."""
    data = value.get("data") if isinstance(value, dict) and "data" in value else value
    found: dict[str, list[Answered]] = {}
    if isinstance(data, dict):
        for key in _DONE:
            _note(found, data.get(key), lambda each: MADE)
        for key in _FAILED:
            _note(found, data.get(key), _failure)
        _note(found, data.get("results"), lambda each: _result(each, becomes))
    else:
        _note(found, data, lambda each: _result(each, becomes))
    names_the_made = any(MADE in found.get(each, []) for each in ids)
    return [_agreed(found.get(each, []), DOUBTED if names_the_made else TAKEN) for each in ids]


def _note(found: dict[str, list[Answered]], values: object, read: _Reader) -> None:
    for each in values if isinstance(values, list) else ():
        alert_id = _id(each)
        if alert_id:
            found.setdefault(alert_id, []).append(read(each))


def _agreed(told: Sequence[Answered], unnamed: Answered) -> Answered:
    """What the answers say, `unnamed` if none does; where they contradict each other it has to be read."""
    if not told:
        return unnamed
    if DOUBTED not in told and all(each.told is told[0].told for each in told):
        return told[0]
    has_failed = any(each == DOUBTED or each.told in (Told.REFUSED, Told.MISSING) for each in told)
    return DOUBTED if has_failed else TAKEN


def _failure(value: object) -> Answered:
    """Why an id failed; where no reason is given, reading tells whether it is missing."""
    reason = _reason(value)
    if not reason:
        return DOUBTED
    return MISSING if _MISSING.search(reason) else Answered(Told.REFUSED, f"{PRODUCT} refused it: {reason}")


def _result(value: object, becomes: str) -> Answered:
    if not isinstance(value, dict):
        return TAKEN
    flag = next((value[key] for key in _FLAGS if isinstance(value.get(key), bool)), None)
    status = value.get("status")
    word = status.lower() if isinstance(status, str) else ""
    if flag is False or word in _BAD or value.get("error"):
        return _failed(value, word)
    if flag is True or word in _GOOD or (becomes and word == becomes):
        return MADE
    return MADE if not word and "error" in value else TAKEN


def _failed(value: Mapping[str, object], word: str) -> Answered:
    told = _failure(value)
    if told != DOUBTED:
        return told
    return MISSING if _MISSING.search(word) else Answered(Told.REFUSED, _REFUSED)


def _id(value: object) -> str:
    if isinstance(value, dict):
        value = next((value[key] for key in _IDS if value.get(key)), None)
    is_id = isinstance(value, (str, int)) and not isinstance(value, bool)
    return storable(text_of(value)) if is_id else ""


def _reason(value: object) -> str:
    """The product's own words for a failure, in one line that can be shown."""
    if not isinstance(value, dict):
        return ""
    for key in _REASONS:
        told = value.get(key)
        if isinstance(told, dict):
            told = next((told[name] for name in ("message", *_REASONS, "code") if told.get(name)), None)
        if isinstance(told, str) and told.strip():
            return shown(" ".join(told.split())[:_LONGEST])
    return ""
