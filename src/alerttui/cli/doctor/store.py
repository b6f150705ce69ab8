"""The doctor looks at the store: whether it opens, what is in it, whether it holds together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from alerttui.backends.store import StoreHealth
from alerttui.cli.doctor.report import Fact, Problem, Section, rights_of, size_text
from alerttui.cli.output import counted
from alerttui.config.active import ActiveProfile
from alerttui.config.schema import Layer
from alerttui.domain.errors import AlertTuiError
from alerttui.domain.moments import format_moment

LARGE_LOG_BYTES: Final = 256_000_000
"""A log grows so large only where some reader keeps it from being folded in."""

PROCESSES: Final = Path("/proc")


def look_at_store(active: ActiveProfile, *, whole: bool) -> Section:
    """How the store of the active profile is; it is opened for reading only."""
    path = active.store_file
    facts = [Fact("file", str(path), str(active.store_origin))]
    if rights_of(path) is None:
        return Section("Store", [*facts, Fact("check", "not made yet")], list(_missing(active)))
    others = processes_using(path)
    try:
        health, mirror = _looked_into(active, whole=whole)
    except AlertTuiError as error:
        return Section("Store", facts, [Problem("store", *_split(str(error)))])
    facts += [*_facts(health, others, whole=whole), *mirror.facts]
    return Section("Store", facts, [*_problems(health, path), *mirror.problems])


def _looked_into(active: ActiveProfile, *, whole: bool) -> tuple[StoreHealth, Section]:
    """How the file is, and what only a mirror has to tell; raises `StoreError`."""
    from alerttui.backends import registry

    nothing = Section("Mirror", [])
    if active.profile.is_local:
        with closing(registry.open_local(active.store_file, read_only=True)[0]) as store:
            return store.health(whole=whole), nothing
    from alerttui.cli.doctor.mirror import look_at_mirror

    with closing(registry.open_mirror(active.store_file, read_only=True)) as mirror:
        health = mirror.health(whole=whole)
        # what is on its way is told by the mirror, and no sign of damage
        return replace(health, unsettled=0), look_at_mirror(mirror, active.profile.name)


def processes_using(path: Path) -> list[int] | None:
    """Ids of this user's other processes that have the file open; None where the system does not tell."""
    if not PROCESSES.joinpath("self", "fd").is_dir():
        return None
    wanted, found = str(path.resolve()), []
    for process in PROCESSES.iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        with suppress(OSError):
            for each in process.joinpath("fd").iterdir():
                with suppress(OSError):
                    if str(each.readlink()) == wanted:
                        found.append(int(process.name))
                        break
    return sorted(found)


def _missing(active: ActiveProfile) -> Iterator[Problem]:
    if active.profile.is_local and active.store_origin.layer is not Layer.DEFAULT:
        path = active.store_file
        yield Problem("store", f"there is no store at {path}", f"alerttui import FILE --db {path} makes one")


def _facts(health: StoreHealth, others: list[int] | None, *, whole: bool) -> Iterator[Fact]:
    checked = "every page and every index" if whole else "every page; --full also compares the indexes"
    if not health.is_checked_whole:
        checked = "as far as there was time; --full reads all of it"
    yield Fact("check", "damaged" if health.damage else "fine", checked)
    yield Fact("version", str(health.schema_version), f"journal {health.journal_mode}")
    log = f"{size_text(health.log_bytes)} of it in the log" if health.log_bytes else ""
    yield Fact("size", size_text(health.size_bytes), log)
    held = (
        counted(health.alerts, "alert"),
        counted(health.events, "event"),
        counted(health.comments, "comment"),
        counted(health.changes, "change"),
    )
    yield Fact("holds", ", ".join(held))
    last = "none yet" if health.last_change_ms is None else format_moment(health.last_change_ms)
    yield Fact("last change", last)
    if others is not None:
        yield Fact("open elsewhere", ", ".join(f"process {each}" for each in others) or "no")


def _problems(health: StoreHealth, path: Path) -> Iterator[Problem]:
    for line in health.damage:
        yield Problem(
            "store",
            f"{path} is damaged: {line}",
            "close alerttui, keep a copy of the file, restore a backup; or import again into another file",
        )
    if health.unsearchable and not health.damage:
        yield Problem(
            "store",
            f"the search does not find {counted(health.unsearchable, 'alert')}",
            "keep a copy of the file and report this; filters without free text are not concerned",
        )
    if health.journal_mode != "wal":
        yield Problem(
            "store",
            f"the journal mode is {health.journal_mode}, not wal: two consoles would block each other",
            "open the store once without --read-only; on a network drive, move it to a local disk",
        )
    if health.unsettled:
        yield Problem(
            "store",
            f"{counted(health.unsettled, 'edit')} of the journal neither made nor refused",
            "look at the history of what you changed last",
        )
    if health.log_bytes > LARGE_LOG_BYTES:
        yield Problem(
            "store",
            f"the log beside the store has {size_text(health.log_bytes)}",
            "close every alerttui once: the last one folds it in",
            is_wrong=False,
        )


def _split(text: str) -> tuple[str, str]:
    """What an error says is wrong, and what it says to do."""
    what, _, remedy = text.rstrip(".").rpartition(". ")
    return (what, remedy) if what else (remedy, "name another file with --db")
