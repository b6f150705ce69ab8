"""The file of a store: who may open it, and that what is not ours stays as it is."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from alerttui.backends.sqlite import opening
from alerttui.backends.sqlite.connections import connect
from alerttui.backends.sqlite.schema import APPLICATION_ID, SCHEMA_VERSION
from alerttui.backends.sqlite.store import open_store
from alerttui.domain.alert import Person
from alerttui.domain.errors import ReadOnly, StoreError
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.samples import ANA, NOW, NOW_MS, change, samples


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _everything_in(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


def test_a_new_store_and_its_folders_are_private(tmp_path: Path) -> None:
    path = tmp_path / "share" / "alerttui" / "alerts.db"
    store = open_store(path)
    store.add(samples(1))
    assert _mode(path) == 0o600
    assert _mode(path.with_name("alerts.db-wal")) == 0o600
    assert _mode(path.parent) == _mode(path.parent.parent) == 0o700
    store.close()


def test_a_file_that_another_process_makes_ready_is_waited_for(tmp_path: Path) -> None:
    class Contended(sqlite3.Connection):
        """SQLite answers so, at once, while another connection turns the file to WAL."""

        refusals = 2

        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            if "journal_mode" in sql and self.refusals:
                self.refusals -= 1
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorname = "SQLITE_BUSY"
                raise error
            return super().execute(sql, parameters)

    with closing(sqlite3.connect(tmp_path / "new.db", factory=Contended)) as connection:
        opening.use_wal(connection)
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        assert super(Contended, connection).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_folder_that_was_there_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    open_store(folder / "alerts.db").close()
    assert _mode(folder) == 0o755


def test_a_private_store_is_gone_when_it_is_closed() -> None:
    store = open_store(None)
    path = store.path
    store.add(samples(1))
    assert path.exists()
    store.close()
    assert not path.parent.exists()


def test_a_store_that_is_not_there_is_not_made_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    with pytest.raises(StoreError, match="no store at"):
        open_store(path, create=False)
    with pytest.raises(StoreError, match="no store at"):
        open_store(path, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_the_file_says_whose_it_is_and_how_new(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    open_store(path).close()
    header = path.read_bytes()[:100]
    assert int.from_bytes(header[68:72], "big") == APPLICATION_ID
    assert int.from_bytes(header[60:64], "big") == SCHEMA_VERSION


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00", b"x" * 5000, b"{}\n" * 100])
def test_a_file_that_is_no_database_is_refused_untouched(
    tmp_path: Path, content: bytes, read_only: bool
) -> None:
    path = tmp_path / "alerts.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"alerts\.db"):
        open_store(path, read_only=read_only)
    assert _everything_in(tmp_path) == {"alerts.db": content}


@pytest.mark.parametrize("read_only", [False, True])
def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alerts (id)")
        connection.commit()
    before = _everything_in(tmp_path)
    with pytest.raises(StoreError, match="another program"):
        open_store(path, read_only=read_only)
    assert _everything_in(tmp_path) == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_store_is_refused_untouched(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "alerts.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = _everything_in(tmp_path)
    with pytest.raises(StoreError, match="newer"):
        open_store(path, read_only=read_only)
    assert _everything_in(tmp_path) == before


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("damage", ["cut", "schema"])
def test_a_damaged_store_is_refused_untouched(tmp_path: Path, damage: str, read_only: bool) -> None:
    path = tmp_path / "alerts.db"
    store = open_store(path)
    store.add(samples(200))
    store.close()
    content = path.read_bytes()
    path.write_bytes(
        content[: len(content) // 2] if damage == "cut" else content[:100] + b"\xff" * 4000 + content[4100:]
    )
    before = _everything_in(tmp_path)
    with pytest.raises(StoreError, match="damaged"):
        open_store(path, read_only=read_only)
    assert _everything_in(tmp_path) == before


def test_a_store_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    store = open_store(path)
    store.add(samples(1))
    assert _mode(path) == 0o600
    store.close()


def test_a_folder_in_place_of_the_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="directory"):
        open_store(tmp_path)


def test_damage_that_shows_only_later_is_said_and_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    store = open_store(path)
    store.add(samples(500))
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 4 :] = b"\xee" * (len(content) - 4096 * 4)
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=r"alerts\.db"):
        damaged = open_store(path)
        try:
            damaged.page(EVERYTHING, NOW, None, 500)
        finally:
            damaged.close()


def test_an_older_store_is_led_to_the_present_version_step_by_step(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    open_store(path).close()
    steps = {
        SCHEMA_VERSION + 1: "CREATE TABLE first (x); INSERT INTO first VALUES ('a;b');",
        SCHEMA_VERSION + 2: "ALTER TABLE first ADD COLUMN y;\nCREATE INDEX first_y ON first (y)",
    }
    with closing(connect(path)) as connection:
        opening.migrate(connection, path, steps, SCHEMA_VERSION + 2)
        assert connection.execute("SELECT x, y FROM first").fetchall() == [("a;b", None)]
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION + 2,)


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    open_store(path).close()
    steps = {SCHEMA_VERSION + 1: "CREATE TABLE first (x); INSERT INTO nowhere VALUES (1);"}
    with closing(connect(path)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            opening.migrate(connection, path, steps, SCHEMA_VERSION + 1)
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'first'").fetchone() == (
            0,
        )


def test_reading_only_writes_nothing_not_even_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    store = open_store(path)
    store.add(samples(3))
    store.close()
    before = _everything_in(tmp_path)
    reader = open_store(path, read_only=True)
    assert reader.read_only
    assert reader.count(EVERYTHING, NOW) == 3
    assert len(reader.first_rows(EVERYTHING, NOW, 10)) == 3
    assert sum(len(each) for each in reader.rowids(EVERYTHING, NOW)) == 3
    assert reader.data_version() == reader.data_version()
    assert _everything_in(tmp_path) == before
    reader.close()
    assert _everything_in(tmp_path) == before


def test_reading_only_refuses_every_write(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    open_store(path).close()
    reader = open_store(path, read_only=True)
    with pytest.raises(ReadOnly):
        reader.add(samples(1))
    with pytest.raises(ReadOnly):
        reader.add_person(Person("x"))
    with pytest.raises(ReadOnly):
        reader.commit(change("c", AlertPatch(status=Set("CLOSED")), "alert-1"))
    with pytest.raises(ReadOnly):
        reader.add_comment(AlertId("alert-1"), "hello", ANA, NOW_MS)
    reader.close()


def test_reading_only_sees_what_another_console_writes(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    open_store(path).close()
    reader = open_store(path, read_only=True)
    assert reader.count(EVERYTHING, NOW) == 0
    version = reader.data_version()
    writer = open_store(path)
    writer.add(samples(2))
    assert reader.count(EVERYTHING, NOW) == 2
    assert reader.data_version() != version
    version = reader.data_version()
    writer.add(samples(2, first=10))
    assert reader.data_version() != version
    writer.close()
    assert reader.count(EVERYTHING, NOW) == 4
    reader.close()


def test_a_closed_store_says_that_it_is_closed(tmp_path: Path) -> None:
    store = open_store(tmp_path / "alerts.db")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.count(EVERYTHING, NOW)
