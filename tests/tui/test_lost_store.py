"""A store that was lost under the console: nothing is decided into a file that nobody will read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.alerts import some_alerts
from tests.tui.driver import Console, running

SAVED = "elsewhere.db"


def decided(path: Path) -> list[tuple[object, ...]]:
    """How many comments and changes a store's file holds, and the status of every alert."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as store:
        comments = store.execute("SELECT count(*) FROM comments").fetchall()
        changes = store.execute("SELECT count(*) FROM changes").fetchall()
        return [*comments, *changes, *store.execute("SELECT native_id, status FROM alerts ORDER BY 1")]


def lose(path: Path, how: str) -> Path:
    """Take the file away under the console; where it is now."""
    moved = path.rename(path.with_name(SAVED))
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(path.with_name(SAVED + ending))
    if how == "replaced":
        path.write_bytes(moved.read_bytes())
    return moved


async def look(console: Console) -> None:
    """Have the console look at its store, as it does each second."""
    console.screen.desk.attempt(console.screen.queue._look, "watch")
    await console.settle()


@pytest.mark.parametrize("how", ["deleted", "replaced"])
async def test_a_change_key_is_refused_once_the_file_is_known_to_be_lost(tmp_path: Path, how: str) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        await console.do("alert.take")
        moved = lose(path, how)
        await look(console)
        before = decided(moved)
        for action in ("alert.take", "alert.status", "alert.comment", "change.undo", "alert.repeat"):
            await console.do(action)
            assert not console.has_dialog, action
            assert console.note.startswith("Nothing was changed: "), (action, console.note)
        assert decided(moved) == before


@pytest.mark.parametrize("how", ["deleted", "replaced"])
@pytest.mark.parametrize(
    "keys", ["a", "s t", "c b enter", "t x enter", "n w ctrl+s", "z", ".", "A B enter"], ids=str
)
async def test_a_change_is_refused_though_nobody_has_looked_since_the_file_was_lost(
    tmp_path: Path, how: str, keys: str
) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        await console.press("j", "u", "u", "k")
        moved = lose(path, how)
        before = decided(moved)
        await console.press(*keys.split())
        assert "is gone" in console.note or "was replaced" in console.note
        assert decided(moved) == before


async def test_what_was_written_is_kept_where_the_file_was_lost_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(1), path=path) as console:
        await console.press("n")
        await console.type("long thoughts")
        moved = lose(path, "deleted")
        await console.press("ctrl+s")
        assert "is gone" in console.note
        moved.rename(path)
        for ending in ("-wal", "-shm"):
            if moved.with_name(moved.name + ending).exists():
                moved.with_name(moved.name + ending).rename(path.with_name(path.name + ending))
        await look(console)
        await console.until(lambda: "as of" in console.top_text)
        await console.press("n")
        assert "long thoughts" in console.screen_text()
        await console.press("ctrl+s")
        assert console.comments("a-0") == ["long thoughts"]
