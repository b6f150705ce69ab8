"""How a store's file is: its version, its size, what is in it, and whether its pages hold together."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from typing import Final

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror_tables import UNSETTLED
from alerttui.backends.sqlite.text_search import phrase
from alerttui.backends.store import StoreHealth

CHECK_S: Final = 2.0
"""How long the check of the pages may take, unless the whole of it is wanted: a store can have gigabytes."""

STEPS_BETWEEN_LOOKS: Final = 10_000
"""Steps of SQLite's machine between two looks at the clock: some tenths of a millisecond."""

MOST_DAMAGES: Final = 5
"""Lines of damage that are told; a broken file has thousands."""


def health(connections: Connections, *, whole: bool = False) -> StoreHealth:
    """How the file is; where it is damaged, counts that cannot be read are 0."""
    path = connections.path
    log_bytes = 0
    with suppress(FileNotFoundError):
        log_bytes = path.with_name(path.name + "-wal").stat().st_size
    with connections.reading() as connection:
        damage, is_whole = _damage(connection, whole=whole)
        figures = _Figures(connection)
        alerts = figures.number("SELECT count(*) FROM alerts")
        return StoreHealth(
            schema_version=figures.number("PRAGMA user_version"),
            journal_mode=_journal_mode(figures, connections),
            size_bytes=path.stat().st_size + log_bytes,
            log_bytes=log_bytes,
            alerts=alerts,
            events=figures.number("SELECT count(*) FROM events"),
            comments=figures.number("SELECT count(*) FROM comments"),
            changes=figures.number("SELECT count(*) FROM changes"),
            unsettled=figures.number(f"SELECT count(*) FROM change_rows WHERE {UNSETTLED}"),
            last_change_ms=figures.moment("SELECT max(at_ms) FROM changes"),
            unsearchable=_unsearchable(figures, alerts),
            damage=tuple(dict.fromkeys((*damage, *figures.damage)))[:MOST_DAMAGES],
            is_checked_whole=is_whole,
        )


_MODE_BYTE: Final = 18
"""Where the header of a database says how it is written; 2 is by a write-ahead log."""


class _Figures:
    """Answers of one number each, and what went wrong on the way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.damage: list[str] = []

    def value(self, sql: str, *parameters: object) -> object:
        """The first value of the first row; None where it cannot be read."""
        try:
            row = self._connection.execute(sql, parameters).fetchone()
        except sqlite3.DatabaseError as error:
            if is_passing(error):
                raise
            self.damage.append(str(error))
            return None
        return row[0] if row else None

    def number(self, sql: str, *parameters: object) -> int:
        """The number; 0 where it cannot be read."""
        found = self.value(sql, *parameters)
        return found if isinstance(found, int) else 0

    def moment(self, sql: str) -> int | None:
        """The time; None where there is none."""
        found = self.value(sql)
        return found if isinstance(found, int) else None


def _damage(connection: sqlite3.Connection, *, whole: bool) -> tuple[list[str], bool]:
    """What SQLite's own check finds, and whether it came to its end."""
    kind = "integrity_check" if whole else "quick_check"
    latest_s = time.monotonic() + CHECK_S
    if not whole:
        connection.set_progress_handler(lambda: int(time.monotonic() > latest_s), STEPS_BETWEEN_LOOKS)
    try:
        found = [str(text) for (text,) in connection.execute(f"PRAGMA {kind}({MOST_DAMAGES})")]
    except sqlite3.DatabaseError as error:
        if _name(error) == "SQLITE_INTERRUPT":
            return [], False
        if is_passing(error):
            raise
        return [str(error)], True
    finally:
        connection.set_progress_handler(None, 0)
    lines = [line for text in found for line in text.splitlines()]
    return [line for line in lines if line != "ok" and not line.startswith("***")], True


def _journal_mode(figures: _Figures, connections: Connections) -> str:
    """The mode; SQLite says "delete" of any file that is read as one that never changes."""
    said = str(figures.value("PRAGMA journal_mode") or "")
    if said != "delete" or not connections.read_only:
        return said
    with connections.path.open("rb") as file:  # where no lock is held: closing would give it up
        return "wal" if file.read(_MODE_BYTE + 1)[_MODE_BYTE:] == b"\x02" else said


def is_passing(error: sqlite3.DatabaseError) -> bool:
    """True for an error that says nothing about the file: it is in use, or being closed."""
    return _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_INTERRUPT"))


def _name(error: sqlite3.DatabaseError) -> str:
    return getattr(error, "sqlite_errorname", "") or ""


def _unsearchable(figures: _Figures, alerts: int) -> int:
    """Alerts without a text to search in, and of a few samples those that the index does not find."""
    missing = max(0, alerts - figures.number("SELECT count(*) FROM search_documents"))
    lost = 0
    for place in ("min", "max"):
        rowid = figures.number(f"SELECT {place}(rowid) FROM search_documents")
        looked_up = phrase(
            str(figures.value(f"SELECT title FROM search_documents WHERE rowid = {rowid}") or "")
        )
        if looked_up is not None:
            found = figures.number(
                "SELECT count(*) FROM search WHERE search MATCH ? AND rowid = ?", looked_up, rowid
            )
            lost += found == 0
    return missing + lost
