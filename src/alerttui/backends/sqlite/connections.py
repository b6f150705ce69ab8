"""Connections to one store, one per thread; here SQLite's errors become ours."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from alerttui.domain.errors import ReadOnly, StoreError, Unavailable

T = TypeVar("T")

BUSY_TIMEOUT_MS: Final = 15_000
"""How long a write waits for another writer; an import holds the lock for at most some 100 ms at a time."""

CACHE_KIB: Final = 4_096
"""Page cache of one connection."""


def connect(path: Path, *, read_only: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """Open a connection in autocommit; SQLite never creates a file here."""
    mode = "mode=ro" if read_only else "mode=rw"
    address = f"file:{quote(str(path.absolute()))}?{mode}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000
    )
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    if read_only:
        connection.execute("PRAGMA query_only = 1")
    else:
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def is_busy(error: sqlite3.Error) -> bool:
    """True if another connection holds a lock."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def as_ours(path: Path, error: sqlite3.Error) -> Unavailable | StoreError:
    """What an error of SQLite means to whoever uses the file."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if is_busy(error):
        return Unavailable(f"{path} is being written by another process; nothing was changed. Try again.")
    if name.startswith("SQLITE_FULL"):
        return StoreError(f"No room left on the disk for {path}; nothing was changed. Free some space.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreError(
            f"{path} is damaged ({error}). Restore it from a backup, or name another file and import again."
        )
    return StoreError(f"{path} cannot be used: {error}. Check the file, its folder and their rights.")


class FileChanged(Unavailable):
    """A file that was read without a lock was written meanwhile; what was read may belong to no one state."""


class _Lease:
    """A connection, the lock of whoever works on it, and what the file looked like when it was opened."""

    __slots__ = ("connection", "lock", "stamp")

    def __init__(self, connection: sqlite3.Connection, stamp: tuple[int, ...] | None) -> None:
        self.connection = connection
        self.lock = threading.RLock()
        self.stamp = stamp


class Connections:
    """Hands every thread its own connection to the file and closes them all."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._local = threading.local()
        self._guard = threading.Lock()
        self._leases: dict[_Lease, threading.Thread | None] = {}
        self._idle: list[_Lease] = []
        self._watching = threading.Lock()
        self._watcher: _Lease | None = None
        self._version = 0
        self._seen: tuple[object, ...] = ()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection; every statement sees what is committed when it starts."""
        lease = self._mine()
        with lease.lock, self._translated(lease):
            yield lease.connection

    def retried(self, read: Callable[[], T]) -> T:
        """What `read` gives; made once more where the file was written while it was read."""
        try:
            return read()
        except FileChanged:
            return read()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection with all statements seeing one state of the file."""
        with self.reading() as connection:
            is_nested = connection.in_transaction
            if not is_nested:
                connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if not is_nested and connection.in_transaction:
                    connection.execute("ROLLBACK")  # nothing was written

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One write transaction, rolled back on any error; `durable` waits until the disk has it."""
        if self.read_only:
            raise ReadOnly(f"{self.path} is open for reading only; nothing was changed.")
        with self.reading() as connection:
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def leased(self) -> Iterator[_Lease]:
        """A connection of its own for a read that stays open between calls, such as a listing.

        The thread's own connection would not do: a write on it fails while an older read is open.
        """
        with self._guard:
            lease = self._idle.pop() if self._idle and not self.read_only else None
        if lease is None:
            lease = self._open(None)
        try:
            yield lease
        finally:
            with self._guard:
                keep = not self._closed and not self.read_only and len(self._idle) < 2
                if keep:
                    self._idle.append(lease)
            if not keep:
                self._discard(lease)

    @contextmanager
    def stepping(self, lease: _Lease) -> Iterator[sqlite3.Connection]:
        """Work on a leased connection for one step."""
        with lease.lock, self._translated(lease):
            if self._closed:
                raise self._closed_error()
            yield lease.connection

    def data_version(self) -> int:
        """A number that changes whenever any connection of any process has committed."""
        with self._watching, self._translated():
            watcher = self._watcher
            if watcher is None or self._is_stale(watcher):
                watcher = self._open(None)
                if self._watcher is not None:
                    self._discard(self._watcher)
                self._watcher = watcher
            with watcher.lock:
                if self._closed:  # a connection that is closed under a statement ends the process
                    raise self._closed_error()
                (number,) = watcher.connection.execute("PRAGMA data_version").fetchone()
            seen = (number, watcher.stamp)
            if seen != self._seen:
                self._seen = seen
                self._version += 1
            return self._version

    def close(self) -> None:
        """Interrupt what runs and close every connection; a second call does nothing."""
        with self._guard:
            self._closed = True
            leases = list(self._leases)
            self._leases.clear()
            self._idle.clear()
        for lease in leases:
            if not lease.lock.acquire(blocking=False):
                lease.connection.interrupt()
                lease.lock.acquire()
            with suppress(sqlite3.Error):
                lease.connection.execute(
                    "SELECT 1"
                )  # else an interruption would keep the log from being folded in
            lease.connection.close()
            lease.lock.release()

    def _mine(self) -> _Lease:
        lease: _Lease | None = getattr(self._local, "lease", None)
        if self._closed:
            raise self._closed_error()
        if lease is not None and self._is_stale(lease):
            self._discard(lease)
            lease = None
        if lease is None:
            lease = self._local.lease = self._open(threading.current_thread())
        return lease

    def _open(self, thread: threading.Thread | None) -> _Lease:
        with self._translated():
            stamp = self._stamp() if self.read_only else None
            lease = _Lease(connect(self.path, read_only=self.read_only, immutable=stamp is not None), stamp)
        with self._guard:
            ended = [each for each, owner in self._leases.items() if owner and not owner.is_alive()]
            self._leases[lease] = thread
        if self._closed:
            self._discard(lease)
            raise self._closed_error()
        for each in ended:
            self._discard(each)
        return lease

    def _discard(self, lease: _Lease) -> None:
        with self._guard:
            self._leases.pop(lease, None)
        with lease.lock:
            lease.connection.close()

    def _stamp(self) -> tuple[int, ...] | None:
        """What a file without a write-ahead log looks like; None where there is one.

        SQLite would create the log even for a reader. Where there is none, nobody writes, and the file can
        be read as it is until it looks different.
        """
        log = self.path.with_name(self.path.name + "-wal")
        with suppress(FileNotFoundError):
            if log.stat().st_size:
                return None
        return self._file_stamp()

    def _file_stamp(self) -> tuple[int, ...]:
        present = self.path.stat()
        return present.st_ino, present.st_size, present.st_mtime_ns

    def _was_written(self, lease: _Lease | None) -> bool:
        """True if the file that a connection takes for unchanging is no longer the same.

        A log beside it does no harm until it is folded in.
        """
        if lease is None or lease.stamp is None:
            return False
        with suppress(FileNotFoundError):  # what is open can still be read
            return self._file_stamp() != lease.stamp
        return False

    def _is_stale(self, lease: _Lease) -> bool:
        if not self.read_only or lease.stamp is None or lease.connection.in_transaction:
            return False
        with self._translated():
            return self._stamp() != lease.stamp

    @contextmanager
    def _translated(self, lease: _Lease | None = None) -> Iterator[None]:
        try:
            yield
            if self._was_written(lease):
                raise self._changed_error()
        except sqlite3.Error as error:
            if self._closed:
                raise self._closed_error() from error
            if self._was_written(lease):
                raise self._changed_error() from error
            raise as_ours(self.path, error) from error
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read: {error.strerror or error}") from error

    def _changed_error(self) -> FileChanged:
        return FileChanged(f"{self.path} was written while it was read. Try again.")

    def _closed_error(self) -> StoreError:
        return StoreError(f"The store {self.path} is closed.")
