"""Patches as the journal keeps them: the documented JSON, read back without the rules for new values."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from alerttui.domain.json_text import to_json
from alerttui.domain.patch import CLEAR, WIRE_NAMES, AlertPatch, Set, to_wire
from alerttui.domain.vocabulary import Quality


@lru_cache(maxsize=256)  # a bulk change writes the same few patches over and over
def patch_text(patch: AlertPatch) -> str:
    """The patch as one line of JSON."""
    return to_json(to_wire(patch))


@lru_cache(maxsize=4096)  # and is read back four patches an alert
def read_patch(text: str) -> AlertPatch:
    """The patch of `patch_text`.

    An imported alert may have had tags or a status that no one could set, so nothing is checked here.
    """
    body: dict[str, Any] = json.loads(text)
    values = {name: _read(name, body[wire]) for name, wire in WIRE_NAMES.items() if wire in body}
    return AlertPatch(**values)


def _read(name: str, value: Any) -> Any:
    if name == "quality":
        return Set(Quality(value)) if value else CLEAR
    if name == "tags":
        return Set(tuple(value)) if value else CLEAR
    return CLEAR if value == "" and name not in ("status", "severity") else Set(value)
