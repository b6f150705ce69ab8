"""Writing a token into the file that a profile names: all or nothing, and never over somebody else's."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from alerttui.config.paths import private_folder
from alerttui.domain.errors import ConfigError


def check_token_file(path: Path) -> None:
    """Raise `ConfigError` unless the file is absent, or an ordinary one of ours."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(f"{path}: it cannot be looked at: {error.strerror}; nothing was written.") from None
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(f"{path}: no ordinary file; no token is written there. Name the file itself.")
    if status.st_uid != os.getuid():
        raise ConfigError(f"{path}: the file is somebody else's; no token is written there.")


def write_token_file(path: Path, token: str) -> None:
    """Put the token in the file's place, for its owner's eyes only; raises `ConfigError`.

    It is written under a name that nobody can foresee, so that nobody can have made it before.
    """
    check_token_file(path)
    fresh = ""
    try:
        descriptor, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=private_folder(path.parent))
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{token}\n")
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).replace(path)
    except OSError as error:
        if fresh:
            with suppress(OSError):
                Path(fresh).unlink()
        raise ConfigError(
            f"{path}: the token file cannot be written: {error.strerror}; it is as it was."
        ) from None
