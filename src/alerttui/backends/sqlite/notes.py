"""Local notes in a SQLite file of their own: made with the first note, refused untouched if not ours."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from alerttui.backends.sqlite.connections import as_ours, connect
from alerttui.backends.sqlite.opening import has_log
from alerttui.backends.sqlite.rows import column_integer, column_text, exact_text, read_text
from alerttui.config.paths import private_folder
from alerttui.domain.alert import Actor, Comment
from alerttui.domain.errors import StoreError, Unavailable
from alerttui.domain.vocabulary import AlertId

APPLICATION_ID: Final = 0x616C6E74
"""Marks a SQLite file as local notes of alerttui ("alnt")."""

VERSION: Final = 1

FILE_MODE: Final = 0o600
"""Notes are case data."""

_HEADER_BYTES: Final = 100
_MAGIC: Final = b"SQLite format 3\x00"

_TABLES: Final = (
    (
        "CREATE TABLE notes (profile TEXT NOT NULL, alert_id TEXT NOT NULL, id TEXT NOT NULL UNIQUE, "
        "at_ms INTEGER NOT NULL, author_id TEXT NOT NULL, author_name TEXT NOT NULL, body BLOB NOT NULL)"
    ),
    "CREATE INDEX notes_by_alert ON notes (profile, alert_id, at_ms)",
)
_INSERT: Final = (
    "INSERT INTO notes (profile, alert_id, id, at_ms, author_id, author_name, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class SqliteNotes:
    """The notes of every profile in one file; a connection lives as long as one call, on any thread.

    So a file that was moved away or put back meanwhile does no harm, and many processes may use it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(
        self, profile: str, alert_ids: Sequence[AlertId], body: str, by: Actor | None, at_ms: int
    ) -> Sequence[Comment]:
        """Keep a note on each of these alerts, all in one transaction."""
        kept = [
            Comment(id=uuid.uuid4().hex, author=by, body=body, created_ms=at_ms, local=True)
            for _ in alert_ids
        ]
        author_id, author_name = (by.id, by.name) if by else ("", "")
        with self._writing(make=True) as connection:
            connection.executemany(
                _INSERT,
                [
                    (
                        column_text(profile), column_text(alert_id), note.id, column_integer(at_ms),
                        column_text(author_id), column_text(author_name), exact_text(body),
                    )
                    for alert_id, note in zip(alert_ids, kept, strict=True)
                ],
            )  # fmt: skip
        return kept

    def notes(self, profile: str, alert_id: AlertId) -> Sequence[Comment]:
        """The notes on an alert, oldest first."""
        if not self._is_there():
            return []
        with self._open() as connection:
            found = connection.execute(
                "SELECT id, author_id, author_name, body, at_ms FROM notes "
                "WHERE profile = ? AND alert_id = ? ORDER BY at_ms, rowid",
                (column_text(profile), column_text(alert_id)),
            ).fetchall()
        return [_note(*row) for row in found]

    def count(self, profile: str) -> int:
        """How many notes a profile has."""
        if not self._is_there():
            return 0
        with self._open() as connection:
            (number,) = connection.execute(
                "SELECT count(*) FROM notes WHERE profile = ?", (column_text(profile),)
            ).fetchone()
        return int(number)

    def remove_all(self, profile: str) -> int:
        """Remove every note of a profile; gives how many there were."""
        if not self._is_there():
            return 0
        with self._writing() as connection:
            connection.execute("PRAGMA secure_delete = 1")
            return connection.execute("DELETE FROM notes WHERE profile = ?", (column_text(profile),)).rowcount

    # -- the file

    def _is_there(self) -> bool:
        """False where no note was ever kept; an empty file is one that is just being made."""
        with self._translated():
            try:
                return self.path.stat().st_size > 0
            except FileNotFoundError:
                return False

    @contextmanager
    def _writing(self, *, make: bool = False) -> Iterator[sqlite3.Connection]:
        """One write transaction, rolled back on any error."""
        if make and not self._is_there():
            self._make()
        with self._open(make=make) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _open(self, *, make: bool = False) -> Iterator[sqlite3.Connection]:
        with self._translated():
            self._check_header()
            with closing(connect(self.path)) as connection:
                if make:
                    _create_tables(connection)
                self._check(connection)
                yield connection

    def _make(self) -> None:
        with self._translated():
            private_folder(self.path.parent)
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, FILE_MODE))
            self.path.chmod(FILE_MODE)

    def _check_header(self) -> None:
        """Refuse another program's file before SQLite touches it.

        Where a transaction is open or was cut off, only a real connection sees what the file holds.
        """
        with self.path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
        if not header or has_log(self.path):
            return
        is_ours = int.from_bytes(header[68:72], "big") == APPLICATION_ID
        if not header.startswith(_MAGIC) or not is_ours:
            raise self._foreign()

    def _check(self, connection: sqlite3.Connection) -> None:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        if application_id != APPLICATION_ID:
            raise self._foreign()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StoreError(
                f"The local notes {self.path} were written by a newer alerttui (version {version}; this one "
                f"knows {VERSION}); the file was left untouched. Update alerttui."
            )

    def _foreign(self) -> StoreError:
        return StoreError(
            f"{self.path} holds no local notes of alerttui; it was left untouched. "
            "Restore the notes from a backup, or move the file away."
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's errors and the system's as ours; here they mean notes, not alerts."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._as_ours(error) from error
        except OSError as error:
            raise StoreError(
                f"The local notes {self.path} cannot be used: {error.strerror or error}. "
                "Check the file, its folder and their rights."
            ) from error

    def _as_ours(self, error: sqlite3.Error) -> StoreError | Unavailable:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return StoreError(
                f"The local notes {self.path} are damaged ({error}). "
                "Restore the file from a backup, or move it away."
            )
        return as_ours(self.path, error)


def _create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in a file that has none; another process may be first."""
    connection.execute("BEGIN IMMEDIATE")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        for statement in _TABLES:
            connection.execute(statement)
    connection.execute("COMMIT")


def _note(note_id: str, author_id: str, author_name: str, body: str | bytes, at_ms: int) -> Comment:
    author = Actor(author_id, "user", author_name) if author_id or author_name else None
    return Comment(id=note_id, author=author, body=read_text(body), created_ms=at_ms, local=True)
