"""The doctor looks at versions and places: what is there, who may read it, how much room is left."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

from alerttui import __version__
from alerttui.cli.doctor.report import Fact, Problem, Section, mode_text, rights_of, size_text
from alerttui.config.paths import Places

OTHERS: Final = 0o077
"""What nobody but the owner may do with case data."""

OTHERS_WRITE: Final = 0o022

LEAST_FREE_BYTES: Final = 200_000_000
"""Less room than this is soon used up by an import."""


def look_at_versions() -> Section:
    """What is installed."""
    import sqlite3

    package = Path(__file__).parents[2]
    return Section(
        "Versions",
        [
            Fact("alerttui", __version__, str(package)),
            Fact("Python", platform.python_version()),
            Fact("Textual", _version("textual")),
            Fact("SQLite", sqlite3.sqlite_version),
            Fact("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ],
    )


def look_at_places(places: Places, store_file: Path) -> Section:
    """Where alerttui keeps its things."""
    wanted = (
        ("configuration", places.config_file, OTHERS_WRITE),
        ("data", places.data_folder, OTHERS),
        ("store", store_file, OTHERS),
        ("state", places.state_folder, OTHERS),
        ("log", places.log_file, OTHERS),
    )
    facts = [_fact(name, path) for name, path, _ in wanted]
    problems = [problem for name, path, never in wanted for problem in _rights_problems(name, path, never)]
    folder = _nearest_folder(store_file.parent)
    free_bytes = _free_bytes(folder)
    if free_bytes is not None:
        facts.append(Fact("free", size_text(free_bytes), f"where the store is: {folder}"))
        if free_bytes < LEAST_FREE_BYTES:
            problems.append(
                Problem(
                    "free",
                    f"{size_text(free_bytes)} are left for the store",
                    f"make room on the disk of {folder}",
                )
            )
    return Section("Places", facts, problems)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _fact(name: str, path: Path) -> Fact:
    rights = rights_of(path)
    return Fact(name, str(path), "not there yet" if rights is None else mode_text(rights))


def _rights_problems(name: str, path: Path, never: int) -> Iterator[Problem]:
    rights = rights_of(path)
    if rights is None:
        return
    if rights & never:
        right = 0o700 if path.is_dir() else 0o600
        does = "read or changed" if never == OTHERS else "changed"
        yield Problem(
            name,
            f"{path} can be {does} by others ({mode_text(rights)})",
            f"chmod {right:o} {path}",
            is_wrong=not path.is_dir(),
        )
    if not os.access(path, os.R_OK):
        yield Problem(name, f"{path} cannot be read by you", f"look who owns it: ls -ld {path}")


def _nearest_folder(folder: Path) -> Path:
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
