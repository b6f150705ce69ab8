"""A store that is open for reading only, while another process folds its log into the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.store import SqliteStore, open_store
from alerttui.domain.errors import StoreError, Unavailable
from alerttui.domain.query import EVERYTHING
from tests.backends.samples import NOW, samples

Disturb = Callable[[str, Callable[[], None]], None]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of three alerts without a log, open for reading only."""
    writer = open_store(tmp_path / "alerts.db")
    writer.add(samples(3))
    writer.close()
    store = open_store(tmp_path / "alerts.db", read_only=True)
    yield store
    store.close()


@pytest.fixture
def disturb(monkeypatch: pytest.MonkeyPatch) -> Disturb:
    """Lets something happen within each read of a kind, until it is over."""

    def patch(name: str, happens: Callable[[], None]) -> None:
        original: Callable[..., AbstractContextManager[sqlite3.Connection]] = getattr(Connections, name)

        @contextmanager
        def disturbed(self: Connections, *arguments: Any) -> Iterator[sqlite3.Connection]:
            with original(self, *arguments) as connection:
                yield connection
                if self.read_only:
                    happens()

        monkeypatch.setattr(Connections, name, disturbed)

    return patch


def _writes(path: Path, *, times: int, damage: bool = False) -> Callable[[], None]:
    """Adds two alerts and folds the log in, so many times; then nothing."""
    left = list(range(times))

    def happens() -> None:
        if left:
            first = 10 * (1 + left.pop())
            with_log = open_store(path)
            with_log.add(samples(2, first=first))
            with_log.close()
            if damage:
                raise _corruption()

    return happens


def _corruption() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorname = "SQLITE_CORRUPT"
    return error


def _listed(store: SqliteStore) -> int:
    return sum(len(each) for each in store.rowids(EVERYTHING, NOW, chunk=2))


def _counted(store: SqliteStore) -> int:
    return store.count(EVERYTHING, NOW)


KINDS = pytest.mark.parametrize(("kind", "read"), [("stepping", _listed), ("reading", _counted)])


@KINDS
@pytest.mark.parametrize("damage", [False, True])
def test_what_was_written_while_it_was_read_is_read_again(
    reader: SqliteStore, disturb: Disturb, kind: str, read: Callable[[SqliteStore], int], damage: bool
) -> None:
    disturb(kind, _writes(reader.path, times=1, damage=damage))
    assert read(reader) == 5


@KINDS
def test_a_file_that_is_written_again_and_again_is_told_as_busy(
    reader: SqliteStore, disturb: Disturb, kind: str, read: Callable[[SqliteStore], int]
) -> None:
    disturb(kind, _writes(reader.path, times=9, damage=True))
    with pytest.raises(Unavailable, match="was written while"):
        read(reader)


@KINDS
def test_damage_in_a_file_that_nobody_writes_is_told_as_damage(
    reader: SqliteStore, disturb: Disturb, kind: str, read: Callable[[SqliteStore], int]
) -> None:
    def happens() -> None:
        raise _corruption()

    disturb(kind, happens)
    with pytest.raises(StoreError, match="damaged"):
        read(reader)
