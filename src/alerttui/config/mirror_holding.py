"""Who has a mirror open: each process holds it, and the last one may remove it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerttui.config.mirror_place import companions, made_folder
from alerttui.config.private_file import FILE_MODE
from alerttui.domain.errors import ConfigError

HELD: Final = ".held"


@dataclass(slots=True)
class Holding:
    """One process's hold on a mirror."""

    mirror: Path
    is_kept: bool
    """False if the mirror goes when the last process lets go of it."""


@contextmanager
def holding(mirror: Path, *, is_kept: bool) -> Iterator[Holding]:
    """Hold a mirror while it is open; afterwards it is removed unless it is kept or others hold it.

    Raises `ConfigError` where its folder cannot be made, or is not ours alone.
    """
    made_folder(mirror)
    descriptor = _held(mirror, fcntl.LOCK_SH)
    hold = Holding(mirror, is_kept)
    try:
        yield hold
    finally:
        try:
            if not hold.is_kept and _is_last(descriptor):
                _remove(mirror)
        finally:
            os.close(descriptor)


def remove_mirror(mirror: Path) -> bool:
    """Remove a mirror with all that lies beside it; False where other processes have it open."""
    if not mirror.parent.is_dir():
        return True
    descriptor = _held(mirror, fcntl.LOCK_SH)
    try:
        if not _is_last(descriptor):
            return False
        _remove(mirror)
    finally:
        os.close(descriptor)
    return True


def is_held(mirror: Path) -> bool:
    """True if a process has this mirror open."""
    try:
        descriptor = os.open(mirror.with_name(mirror.name + HELD), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _is_last(descriptor)
    finally:
        os.close(descriptor)


def _held(mirror: Path, kind: int) -> int:
    """The open file by whose lock the mirror is held; another one if that was removed while we waited."""
    path = mirror.with_name(mirror.name + HELD)
    try:
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
            fcntl.flock(descriptor, kind)
            if _is_same(descriptor, path):
                return descriptor
            os.close(descriptor)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be made or locked: {error.strerror}; nothing was changed."
        ) from error


def _is_same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _is_last(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(mirror: Path) -> None:
    """Remove the files, that by whose lock we are alone last."""
    for each in companions(mirror):
        each.unlink(missing_ok=True)
