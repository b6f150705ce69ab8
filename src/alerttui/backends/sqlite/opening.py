"""Opening a store file: made if new, brought up to date if older, refused untouched if not ours."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from alerttui.backends.sqlite.connections import BUSY_TIMEOUT_MS, as_ours, connect, is_busy
from alerttui.backends.sqlite.schema import (
    APPLICATION_ID,
    INDEXES,
    MIGRATIONS,
    PAGE_BYTES,
    SCHEMA_VERSION,
    TABLES,
)
from alerttui.domain.errors import StoreError

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER_BYTES: Final = 100

WAL_AGAIN_S: Final = 0.01
"""How soon it is tried again where another process has the file for itself."""


def prepare(path: Path, *, read_only: bool, create: bool) -> None:
    """Make sure that `path` is a store of this version; raises `StoreError` and leaves it alone if not."""
    try:
        if not path.exists():
            _make(path, allowed=create and not read_only)
        elif path.stat().st_size == 0 and create and not read_only:
            path.chmod(0o600)
        else:
            _check_header(path)
            _check_body(path)
            if read_only:
                _refuse_older(path)
                return
        with closing(connect(path)) as connection:
            _create_tables(connection)
            migrate(connection, path)
            use_wal(connection)
    except sqlite3.Error as error:
        raise as_ours(path, error) from error
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened: {error.strerror or error}. Check the path and its rights."
        ) from error


def migrate(
    connection: sqlite3.Connection,
    path: Path,
    steps: Mapping[int, str] = MIGRATIONS,
    target: int = SCHEMA_VERSION,
) -> None:
    """Lead an older store to the target version, one transaction a step; two processes may try at once."""
    while (version := _user_version(connection)) < target:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _user_version(connection) == version:
                for statement in statements(steps[version + 1]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
    if _user_version(connection) > target:
        raise _newer(path, _user_version(connection))


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one, so that they can run inside a transaction."""
    pending = ""
    for piece in script.split(";"):
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            if pending.strip(" \n;"):
                yield pending
            pending = ""


def _make(path: Path, *, allowed: bool) -> None:
    if not allowed:
        raise StoreError(f"There is no store at {path}. Import alerts first: alerttui import FILE")
    for folder in reversed([each for each in path.absolute().parents if not each.exists()]):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _create_tables(connection: sqlite3.Connection) -> None:
    if _application_id(connection) == APPLICATION_ID:
        return
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("BEGIN IMMEDIATE")
    if _application_id(connection) != APPLICATION_ID:  # another process may have been first
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        for statement in statements(TABLES + INDEXES):
            connection.execute(statement)
    connection.execute("COMMIT")


def use_wal(connection: sqlite3.Connection) -> None:
    """Have readers and a writer not wait for each other; waits while another process opens the file too.

    SQLite's own timeout does not hold for this step.
    """
    until_s = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= until_s:
                raise
            time.sleep(WAL_AGAIN_S)
        else:
            return


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise StoreError(
            f"{path} is not a SQLite database; it was left untouched. "
            "Name another file for the store, or import this one: alerttui import FILE"
        )
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise StoreError(
            f"{path} is a SQLite database of another program; it was left untouched. Name another file."
        )
    version = int.from_bytes(header[60:64], "big")
    if version > SCHEMA_VERSION:
        raise _newer(path, version)
    _check_length(path, header)


def _check_length(path: Path, header: bytes) -> None:
    page_bytes = int.from_bytes(header[16:18], "big")
    page_bytes = 65_536 if page_bytes == 1 else page_bytes
    pages = int.from_bytes(header[28:32], "big")
    is_counted = header[24:28] == header[92:96]
    if is_counted and not has_log(path) and path.stat().st_size < pages * page_bytes:
        raise _damaged(path, "the file is cut off")


def _check_body(path: Path) -> None:
    if has_log(path):  # in use, or left by a crash: only a real connection sees its present state
        return
    try:
        with closing(connect(path, read_only=True, immutable=True)) as connection:
            connection.execute("SELECT name FROM sqlite_master").fetchall()
            connection.execute("SELECT 1 FROM alerts LIMIT 1").fetchall()
    except sqlite3.DatabaseError as error:
        raise _damaged(path, str(error)) from error


def _refuse_older(path: Path) -> None:
    with closing(connect(path, read_only=True, immutable=not has_log(path))) as connection:
        version = _user_version(connection)
    if version > SCHEMA_VERSION:
        raise _newer(path, version)
    if version < SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by an older alerttui (version {version}, now {SCHEMA_VERSION}). "
            "Open it once without --read-only to bring it up to date."
        )


def has_log(path: Path) -> bool:
    """True if a log with content lies beside the file: somebody uses it, or crashed while he did."""
    logs = [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]
    return any(log.exists() and log.stat().st_size > 0 for log in logs)


def _user_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _application_id(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA application_id").fetchone()[0])


def _newer(path: Path, version: int) -> StoreError:
    return StoreError(
        f"{path} was written by a newer alerttui (version {version}; this one knows {SCHEMA_VERSION}); "
        "it was left untouched. Update alerttui, or name another file."
    )


def _damaged(path: Path, detail: str) -> StoreError:
    return StoreError(
        f"{path} is damaged ({detail}); it was left untouched. "
        "Restore it from a backup, or name another file and import again."
    )
