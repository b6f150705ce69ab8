"""Small files of one user: readable by their owner only, and never half written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alerttui.config.paths import private_folder

FILE_MODE: Final = 0o600


def write_private(path: Path, data: bytes) -> None:
    """Put these bytes in the file's place, all or none; raises `OSError`.

    Where the file is a link, what it leads to is replaced, not the link.
    """
    target = path.resolve()
    fresh = private_folder(target.parent) / f".{target.name}.{os.getpid()}.new"
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Keep other writers of this file away between our reading and our writing; raises `OSError`."""
    import fcntl

    descriptor = os.open(private_folder(path.resolve().parent), os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
