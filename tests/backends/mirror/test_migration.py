"""A store of version 1 becomes one of the present version, and loses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from alerttui.backends.sqlite.connections import connect
from alerttui.backends.sqlite.opening import migrate, statements
from alerttui.backends.sqlite.schema import APPLICATION_ID, INDEXES, SCHEMA_VERSION, TABLES
from alerttui.backends.sqlite.store import open_store
from alerttui.domain.errors import StoreError
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.pending import Stage
from alerttui.domain.vocabulary import AlertId, Quality
from tests.backends.samples import ANA, NOW_MS, change, commented, samples

VERSION_1 = Path(__file__).with_name("version_1.sql")
"""The tables of version 1, as they were."""


def as_version_1(path: Path) -> Path:
    """A store with content, in the form in which version 1 had it."""
    store = open_store(path)
    store.add([commented(new, ["said"]) for new in samples(4)])
    store.commit(change("c-1", AlertPatch(status=Set("RESOLVED")), "alert-1", "alert-2", comment="why"))
    store.commit(change("c-2", AlertPatch(quality=Set(Quality.NOISE)), "alert-3", at_ms=NOW_MS + 1))
    store.add_comment(AlertId("alert-0"), "a note", ANA, NOW_MS)
    store.close()
    old = path.with_name("old.db")
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        for statement in statements(VERSION_1.read_text("utf-8")):
            connection.execute(statement)
        connection.execute("ATTACH ? AS new", (str(path),))
        for (table,) in connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%'"
        ).fetchall():
            names = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
            listed = ", ".join(names)
            connection.execute(f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM new.{table}")
        connection.execute("INSERT INTO main.search_documents SELECT * FROM new.search_documents")
        connection.execute("INSERT INTO search (search) VALUES ('rebuild')")
        connection.commit()
    path.unlink()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return old.rename(path)


def content(path: Path) -> list[object]:
    """Everything that a store tells."""
    store = open_store(path)
    found: list[object] = [store.journal()]
    for number in range(4):
        alert_id = AlertId(f"alert-{number}")
        found += [
            store.alert(alert_id), store.raw(alert_id), store.events(alert_id).results,
            store.comments(alert_id).results, store.history(alert_id),
        ]  # fmt: skip
    found.append(store.undoable(ANA))
    health = store.health(whole=True)
    found.append((health.damage, health.unsearchable, health.unsettled, health.schema_version))
    store.close()
    return found


def test_nothing_is_lost(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    old = as_version_1(tmp_path / "alerts.db")
    store = open_store(fresh)
    store.add([commented(new, ["said"]) for new in samples(4)])
    store.commit(change("c-1", AlertPatch(status=Set("RESOLVED")), "alert-1", "alert-2", comment="why"))
    store.commit(change("c-2", AlertPatch(quality=Set(Quality.NOISE)), "alert-3", at_ms=NOW_MS + 1))
    store.add_comment(AlertId("alert-0"), "a note", ANA, NOW_MS)
    store.close()
    assert content(old) == content(fresh)
    assert content(old)[-1] == ((), 0, 0, SCHEMA_VERSION)


def test_the_result_is_what_a_fresh_store_has(tmp_path: Path) -> None:
    def shape(fill: Callable[[sqlite3.Connection], None]) -> set[tuple[object, ...]]:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            fill(connection)
            names = [
                (kind, name)
                for kind, name in connection.execute("SELECT type, name FROM sqlite_master")
                if not name.startswith(("sqlite_", "search_"))
            ]
            columns = [
                (name, *column[1:])
                for kind, name in names
                if kind == "table"
                for column in connection.execute(f"PRAGMA table_info({name})")
            ]
            indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
            return {*names, *columns, *indexes}

    def fresh(connection: sqlite3.Connection) -> None:
        for statement in statements(TABLES + INDEXES):
            connection.execute(statement)

    def led_on(connection: sqlite3.Connection) -> None:
        for statement in statements(VERSION_1.read_text("utf-8")):
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 1")
        migrate(connection, tmp_path)

    assert shape(led_on) == shape(fresh)


def test_rows_of_the_old_journal_are_settled(tmp_path: Path) -> None:
    path = as_version_1(tmp_path / "alerts.db")
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT DISTINCT stage, comment_stage, sends FROM change_rows").fetchall()
    assert found == [(Stage.SETTLED.value, Stage.NONE.value, "{}")]


def test_reading_only_refuses_an_older_store(tmp_path: Path) -> None:
    path = as_version_1(tmp_path / "alerts.db")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=f"version 1, now {SCHEMA_VERSION}"):
        open_store(path, read_only=True)
    assert path.read_bytes() == before


def test_two_may_lead_it_on_at_once(tmp_path: Path) -> None:
    path = as_version_1(tmp_path / "alerts.db")

    def lead_on(_number: int) -> int:
        with closing(connect(path)) as connection:
            migrate(connection, path)
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lead_on, range(4))) == {SCHEMA_VERSION}
    assert content(path)[-1] == ((), 0, 0, SCHEMA_VERSION)
