"""How the mirror of a profile is: its file, its size, and what in it has not been sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alerttui.config.mirror_place import mirror_file
from alerttui.config.paths import Places
from alerttui.config.schema import Profile
from alerttui.domain.errors import AlertTuiError
from alerttui.domain.pending import PendingCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorState:
    """What can be told of a mirror without changing it."""

    file: Path | None = None
    """None where it cannot lie anywhere."""
    size_bytes: int | None = None
    """None where it was not made yet."""
    counts: PendingCounts | None = None
    """None where that cannot be told."""
    problem: str = ""
    """Why something cannot be told; empty where everything can."""


def mirror_state(profile: Profile, places: Places, environ: Mapping[str, str]) -> MirrorState:
    """How the mirror of a remote profile is; it is opened for reading only."""
    try:
        file = mirror_file(profile, places, environ)
    except AlertTuiError as error:
        return MirrorState(problem=str(error))
    try:
        size_bytes = file.stat().st_size
    except OSError:
        return MirrorState(file=file, counts=PendingCounts())
    try:
        return MirrorState(file=file, size_bytes=size_bytes, counts=unsent(file))
    except AlertTuiError as error:
        return MirrorState(file=file, size_bytes=size_bytes, problem=str(error))


def unsent(mirror: Path) -> PendingCounts:
    """How much of what was asked for has not reached its system; raises `StoreError`."""
    from alerttui.backends.registry import open_mirror

    store = open_mirror(mirror, read_only=True)
    try:
        return store.pending_counts()
    finally:
        store.close()


def unsent_text(counts: PendingCounts) -> str:
    """What is unsent, in words; empty where nothing is."""
    parts = [
        f"{counts.queued:,} unsent" if counts.queued else "",
        f"{counts.held:,} to be decided" if counts.held else "",
    ]
    return ", ".join(filter(None, parts))
