"""Where the analyst left off: the view and the filter that come back at the next start."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerttui.config.private_file import write_private

LOG: Final = logging.getLogger("alerttui")

MAX_BYTES: Final = 200_000
"""A larger file is none of ours."""


@dataclass(frozen=True, slots=True)
class LastPlace:
    """A view by name, and the filter that was in force."""

    view: str = ""
    """The view last gone to; empty for none. Its filter may have been changed since."""
    filter: str | None = None
    """The text of the filter; None where nothing was kept."""


def read_last_place(folder: Path | None, profile: str) -> LastPlace:
    """Where a profile was left; nothing of it where the file is not there or broken."""
    if folder is None:
        return LastPlace()
    path = _path(folder, profile)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return LastPlace()
    except OSError as error:
        LOG.warning("%s: cannot be read: %s", path, error.strerror)
        return LastPlace()
    return _parsed(data, path)


def keep_last_place(folder: Path | None, profile: str, place: LastPlace) -> None:
    """Keep where a profile is left; what cannot be written is logged and forgotten."""
    if folder is None:
        return
    import json

    path = _path(folder, profile)
    record = {"view": place.view, "filter": place.filter}
    try:
        write_private(path, json.dumps(record).encode("ascii"))
    except OSError as error:
        LOG.warning("%s: cannot be written: %s", path, error.strerror)


def _parsed(data: bytes, path: Path) -> LastPlace:
    import json

    from alerttui.domain.errors import QueryError
    from alerttui.domain.query_text import parse

    try:
        if len(data) > MAX_BYTES:
            raise ValueError("it is too large")
        record = json.loads(data)
        view, text = record["view"], record["filter"]
        if not isinstance(view, str) or not isinstance(text, str):
            raise TypeError("a view and a filter are expected")
        parse(text)
    except (ValueError, KeyError, TypeError, RecursionError, QueryError) as error:
        LOG.warning("%s is ignored: %s: %s", path, type(error).__name__, error)
        return LastPlace()
    return LastPlace(view, text)


def _path(folder: Path, profile: str) -> Path:
    return folder / f"last-place-{profile}.json"
