"""How a store says it is: whole, busy, damaged, unsearchable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alerttui.backends.sqlite import health
from alerttui.backends.sqlite.schema import SCHEMA_VERSION
from alerttui.backends.sqlite.store import open_store
from alerttui.domain.patch import AlertPatch, Set
from tests.backends.samples import NOW_MS, change, samples


def filled(path: Path, alerts: int = 30) -> Path:
    """A store with alerts, closed."""
    store = open_store(path)
    store.add(samples(alerts))
    store.close()
    return path


@pytest.mark.parametrize("whole", [False, True])
def test_a_good_store_tells_its_version_and_what_is_in_it(tmp_path: Path, whole: bool) -> None:
    store = open_store(filled(tmp_path / "alerts.db"))
    store.commit(change("c-1", AlertPatch(status=Set("TRIAGED")), "alert-1"))
    found = store.health(whole=whole)
    assert (found.schema_version, found.journal_mode, found.alerts) == (SCHEMA_VERSION, "wal", 30)
    assert (found.changes, found.unsettled, found.last_change_ms) == (1, 0, NOW_MS)
    assert (found.damage, found.unsearchable, found.is_checked_whole) == ((), 0, True)
    assert found.size_bytes > found.log_bytes > 0
    store.close()


def test_a_look_at_a_store_leaves_its_folder_as_it_was(tmp_path: Path) -> None:
    path = filled(tmp_path / "alerts.db")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    store = open_store(path, read_only=True)
    found = store.health()
    assert (found.alerts, found.journal_mode) == (30, "wal")
    store.close()
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_damaged_pages_are_told_and_not_raised(tmp_path: Path) -> None:
    path = filled(tmp_path / "alerts.db", 200)
    content = bytearray(path.read_bytes())
    page_bytes = int.from_bytes(content[16:18], "big")
    for page in range(60, len(content) // page_bytes):
        content[page * page_bytes : page * page_bytes + 200] = b"\xa5" * 200
    path.write_bytes(content)
    store = open_store(path, read_only=True)
    found = store.health()
    store.close()
    assert found.damage
    assert len(found.damage) <= health.MOST_DAMAGES


def test_alerts_that_the_search_lost_are_counted(tmp_path: Path) -> None:
    path = filled(tmp_path / "alerts.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM search_documents WHERE rowid IN (SELECT min(rowid) FROM alerts)")
    store = open_store(path, read_only=True)
    assert store.health().unsearchable == 1
    store.close()


def test_a_check_that_runs_out_of_time_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "alerts.db", 200)
    monkeypatch.setattr(health, "CHECK_S", -1.0)
    monkeypatch.setattr(health, "STEPS_BETWEEN_LOOKS", 10)
    store = open_store(path, read_only=True)
    found = store.health()
    assert (found.is_checked_whole, found.damage, found.alerts) == (False, (), 200)
    assert store.health(whole=True).is_checked_whole
    store.close()
