"""Where the mirror of a remote system lies: one file for each system, whichever profile reaches it.

Nothing is created here but by `made_folder`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from alerttui.config.address import Address
from alerttui.config.paths import APP_NAME, FOLDER_MODE, Places, private_folder
from alerttui.config.schema import Profile
from alerttui.domain.errors import ConfigError

MOUNTS_FILE: Final = Path("/proc/self/mounts")
SHARED_MEMORY: Final = Path("/dev/shm")
MEMORY_KINDS: Final = frozenset({"tmpfs", "ramfs"})
"""File systems that lie in memory and are gone after a restart."""

TENANT_OPTION: Final = "tenant"
"""The option that tells apart systems under one address."""

_DIGEST_LETTERS: Final = 8
_HOST_LETTERS: Final = 64
_LOCK: Final = ".lock"
_COMPANIONS: Final = ("", "-wal", "-shm", _LOCK, ".held")
_ESCAPE: Final = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """One line of the system's list of mounted file systems."""

    folder: Path
    kind: str


class FolderFacts(NamedTuple):
    """What a folder is, without following a link."""

    is_folder: bool
    owner: int
    rights: int


LookAt = Callable[[Path], FolderFacts | None]
"""Tells the facts of a path; None where there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPlaces:
    """What decides where in memory a mirror can lie."""

    user: int
    runtime_folder: str
    """XDG_RUNTIME_DIR; empty where it is not set."""
    mounts: tuple[Mount, ...]
    look_at: LookAt

    @classmethod
    def of_this_system(cls, environ: Mapping[str, str]) -> MemoryPlaces:
        """What this system has."""
        runtime_folder = environ.get("XDG_RUNTIME_DIR", "")
        return cls(user=os.getuid(), runtime_folder=runtime_folder, mounts=read_mounts(), look_at=facts_of)


def mirror_file(profile: Profile, places: Places, environ: Mapping[str, str]) -> Path:
    """The mirror of a remote profile; raises `ConfigError` where it is to lie in memory and cannot."""
    if profile.cache == "memory":
        return memory_folder(MemoryPlaces.of_this_system(environ)) / mirror_name(profile)
    return places.mirrors_folder / mirror_name(profile)


def mirror_name(profile: Profile) -> str:
    """The name of the mirror's file: equal for two profiles of one system, and for no others."""
    host = Address(profile.url).host
    tenant = profile.options.get(TENANT_OPTION, "")
    identity = "\n".join(filter(None, (profile.url, tenant)))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:_DIGEST_LETTERS]
    return f"{_plain(profile.backend)}-{_plain(host)[:_HOST_LETTERS]}-{digest}.db"


def companions(mirror: Path) -> tuple[Path, ...]:
    """The mirror's file and those that come to lie beside it."""
    return tuple(mirror.with_name(mirror.name + each) for each in _COMPANIONS)


def lock_file(mirror: Path) -> Path:
    """The file whose lock says which process sends and syncs."""
    return mirror.with_name(mirror.name + _LOCK)


def memory_folder(found: MemoryPlaces) -> Path:
    """A folder in memory that nobody else can look into; raises `ConfigError` with what stands in the way."""
    reasons = []
    for folder, parent in _candidates(found):
        problem = _problem(folder, parent, found)
        if not problem:
            return folder
        reasons.append(problem)
    raise ConfigError(
        f'cache = "memory" cannot be kept here: {"; ".join(reasons)}. Nothing was written; '
        'write cache = "disk", or log in so that XDG_RUNTIME_DIR is set.'
    )


def made_folder(mirror: Path) -> Path:
    """The folder of a mirror, made for its owner only; raises `ConfigError` where it is somebody else's."""
    try:
        folder = private_folder(mirror.parent)
    except OSError as error:
        raise ConfigError(f"{mirror.parent}: the folder cannot be made: {error.strerror}") from error
    facts = facts_of(folder)
    if facts is None or facts.owner != os.getuid() or facts.rights & 0o077:
        raise ConfigError(
            f"{folder}: others can look into this folder, or own it; no mirror was put there. "
            f"Look at it with ls -ld, then chmod {FOLDER_MODE:o} it or remove it."
        )
    return folder


def read_mounts(file: Path = MOUNTS_FILE) -> tuple[Mount, ...]:
    """The mounted file systems; none where the system does not list them."""
    try:
        lines = file.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ()
    fields = (line.split(" ") for line in lines)
    return tuple(Mount(Path(_unescaped(each[1])), each[2]) for each in fields if len(each) > 2)


def kind_of(folder: Path, mounts: Iterable[Mount]) -> str:
    """The file system that a folder lies on: the last of the deepest mounts above it."""
    kind, depth = "", -1
    for mount in mounts:
        if folder.is_relative_to(mount.folder) and len(mount.folder.parts) >= depth:
            kind, depth = mount.kind, len(mount.folder.parts)
    return kind


def facts_of(path: Path) -> FolderFacts | None:
    """What a path is, without following a link; None where there is nothing to be seen."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return FolderFacts(stat.S_ISDIR(status.st_mode), status.st_uid, stat.S_IMODE(status.st_mode))


def _candidates(found: MemoryPlaces) -> list[tuple[Path, Path]]:
    """Folders that would do, the best one first, each with the one that has to be there already."""
    runtime = Path(found.runtime_folder)
    shared = (SHARED_MEMORY / f"{APP_NAME}-{found.user}", SHARED_MEMORY)
    return [*([(runtime / APP_NAME, runtime)] if runtime.is_absolute() else []), shared]


def _problem(folder: Path, parent: Path, found: MemoryPlaces) -> str:
    above = found.look_at(parent)
    if above is None or not above.is_folder:
        return f"there is no folder {parent}"
    if kind_of(parent, found.mounts) not in MEMORY_KINDS:
        return f"{parent} does not lie in memory"
    if parent != SHARED_MEMORY and (above.owner != found.user or above.rights & 0o077):
        return f"others can look into {parent}"
    own = found.look_at(folder)
    if own is None:
        return ""
    if not own.is_folder or own.owner != found.user or own.rights & 0o077:
        return f"{folder} is no folder of yours alone"
    return "" if kind_of(folder, found.mounts) in MEMORY_KINDS else f"{folder} does not lie in memory"


def _plain(name: str) -> str:
    """A name without what could mean something in a path."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")


def _unescaped(field: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), field)
