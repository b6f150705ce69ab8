"""Backends by name: built-in ones imported when they are asked for, others by entry point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from alerttui.backends.contract import Backend, BackendSettings
from alerttui.backends.store import AlertStore
from alerttui.domain.errors import ConfigError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from alerttui.backends.mirror import MirrorStore
    from alerttui.backends.notes import NoteStore

__all__ = [
    "BackendFactory",
    "BackendSettings",
    "connect",
    "kinds",
    "open_local",
    "open_mirror",
    "open_notes",
    "reading_from",
]

ENTRY_POINT_GROUP: Final = "alerttui.backends"
"""Where other packages name their factories: `name = "package.module:factory"`."""

BUILT_IN: Final[Mapping[str, str]] = {
    "sqlite": "alerttui.backends.sqlite.backend",
    "panther": "alerttui.backends.remote.panther",
    "chad": "alerttui.backends.remote.chad",
    "calseta": "alerttui.backends.remote.calseta",
    "sentinelnerd": "alerttui.backends.remote.sentinelnerd",
}
"""The module of each kind; its `connect(settings)` makes the backend."""


BackendFactory: TypeAlias = Callable[[BackendSettings], Backend]
"""What a built-in module's `connect` and an entry point are; may raise `ConfigError`."""


def kinds() -> list[str]:
    """Every backend that a profile can name."""
    return sorted({*BUILT_IN, *_entry_points()})


def connect(kind: str, settings: BackendSettings) -> Backend:
    """Make the backend of this kind; raises `ConfigError` for an unknown or broken one."""
    return _factory(kind)(settings)


def open_local(path: Path | None, read_only: bool = False) -> tuple[AlertStore, Backend]:
    """Open the local store, which is both the store and the backend of a local profile.

    None opens a private store that is gone when it is closed.
    """
    from alerttui.backends.sqlite.backend import SqliteBackend
    from alerttui.backends.sqlite.store import open_store

    store = open_store(path, read_only=read_only)
    return store, SqliteBackend(store)


def open_mirror(path: Path, read_only: bool = False) -> MirrorStore:
    """Open the mirror of a remote system, made if it is not there."""
    from alerttui.backends.sqlite.mirror.store import open_mirror as open_file

    return open_file(path, read_only=read_only)


def open_notes(path: Path) -> NoteStore:
    """The store of local notes at this path; nothing is opened, or made, before it is needed."""
    from alerttui.backends.sqlite.notes import SqliteNotes

    return SqliteNotes(path)


def reading_from(store: AlertStore) -> Backend:
    """A backend that reads from an open store, off the event loop."""
    from alerttui.backends.sqlite.backend import SqliteBackend

    return SqliteBackend(store)


def _factory(kind: str) -> BackendFactory:
    if kind in BUILT_IN:
        try:
            return cast(BackendFactory, import_module(BUILT_IN[kind]).connect)
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"The backend {kind!r} is not part of this installation: {error}") from error
    others = _entry_points()
    if kind not in others:
        raise _unknown(kind, [*BUILT_IN, *others])
    return _loaded(kind, others[kind])


def _loaded(kind: str, entry_point: EntryPoint) -> BackendFactory:
    broken = f"The backend {kind!r} ({entry_point.value}) could not be loaded"
    try:
        factory = entry_point.load()
    except Exception as error:  # foreign code may raise anything; the plug-in loader reports it
        raise ConfigError(f"{broken}: {type(error).__name__}: {error}") from error
    if not callable(factory):
        raise ConfigError(f"{broken}: it names no function that takes settings.")
    return cast(BackendFactory, factory)


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # 8 ms, only for others

    return {each.name: each for each in entry_points(group=ENTRY_POINT_GROUP) if each.name not in BUILT_IN}


def _unknown(kind: str, known: list[str]) -> ConfigError:
    near = get_close_matches(kind.lower(), known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else "Known are " + ", ".join(sorted(known)) + "."
    return ConfigError(f"There is no backend {kind!r}. {hint}")
