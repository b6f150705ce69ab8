"""Local notes in their file: by profile and alert, from many threads and processes, and beside damage."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from alerttui.backends.registry import open_local, open_notes
from alerttui.backends.sqlite import connections
from alerttui.backends.sqlite.notes import VERSION
from alerttui.domain.alert import Actor
from alerttui.domain.errors import StoreError, Unavailable
from alerttui.domain.vocabulary import AlertId

ANA = Actor("u-ana", "user", "Ana")
ONE, TWO = AlertId("a-1"), AlertId("a-2")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the notes lie, in a folder that is not there yet."""
    return tmp_path / "state" / "notes.db"


def bodies(file: Path, profile: str = "prod", alert_id: AlertId = ONE) -> list[str]:
    return [each.body for each in open_notes(file).notes(profile, alert_id)]


def keep_many(file: Path, name: str) -> None:
    """Keep twenty notes, one by one."""
    notes = open_notes(file)
    for number in range(20):
        notes.add("prod", [ONE], f"{name} {number}", ANA, number)


def test_looking_makes_no_file(file: Path) -> None:
    notes = open_notes(file)
    assert (list(notes.notes("prod", ONE)), notes.count("prod"), notes.remove_all("prod")) == ([], 0, 0)
    assert not file.parent.exists()


def test_a_note_is_kept_as_it_was_written_for_its_owner_alone(file: Path) -> None:
    (kept,) = open_notes(file).add("prod", [ONE], "two\nlines \udc80\x1b[2J\x00", ANA, 5)
    assert (kept.local, kept.author, kept.created_ms) == (True, ANA, 5)
    assert list(open_notes(file).notes("prod", ONE)) == [kept]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_a_note_of_nobody_known_has_no_author(file: Path) -> None:
    open_notes(file).add("prod", [ONE], "x", None, 5)
    assert open_notes(file).notes("prod", ONE)[0].author is None


def test_notes_come_oldest_first_and_those_of_one_moment_as_they_were_written(file: Path) -> None:
    notes = open_notes(file)
    for at_ms, body in ((7, "third"), (5, "first"), (5, "second")):
        notes.add("prod", [ONE], body, ANA, at_ms)
    assert bodies(file) == ["first", "second", "third"]


def test_each_of_many_alerts_gets_a_note_of_its_own(file: Path) -> None:
    kept = open_notes(file).add("prod", [ONE, TWO], "both", ANA, 5)
    assert len({each.id for each in kept}) == 2
    assert bodies(file, alert_id=ONE) == bodies(file, alert_id=TWO) == ["both"]


def test_profiles_do_not_see_each_others_notes_and_go_alone(file: Path) -> None:
    notes = open_notes(file)
    notes.add("prod", [ONE, TWO], "of prod", ANA, 5)
    notes.add("lab", [ONE], "of lab", ANA, 5)
    assert (notes.count("prod"), notes.count("lab")) == (2, 1)
    assert notes.remove_all("prod") == 2
    assert (bodies(file), bodies(file, "lab")) == ([], ["of lab"])
    assert b"of prod" not in file.read_bytes()


def test_threads_that_write_at_once_lose_nothing(file: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(keep_many, file, f"t{number}") for number in range(4)]:
            each.result()
    assert len(set(bodies(file))) == 80


def test_processes_that_write_at_once_lose_nothing(file: Path) -> None:
    context = get_context("spawn")
    others = [context.Process(target=keep_many, args=(file, f"p{number}")) for number in range(2)]
    for each in others:
        each.start()
    keep_many(file, "here")
    for each in others:
        each.join(30)
    assert [each.exitcode for each in others] == [0, 0]
    assert len(set(bodies(file))) == 60


def test_an_empty_file_is_one_that_is_just_being_made(file: Path) -> None:
    file.parent.mkdir()
    file.touch(0o644)
    assert bodies(file) == []
    open_notes(file).add("prod", [ONE], "x", ANA, 5)
    assert bodies(file) == ["x"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def refused(file: Path) -> str:
    """What is said of a file, whatever is asked of it; it is left as it is."""
    before = file.read_bytes()
    notes, said = open_notes(file), set()
    with pytest.raises(StoreError) as told:
        notes.add("prod", [ONE], "x", ANA, 5)
    said.add(str(told.value))
    with pytest.raises(StoreError) as told:
        notes.notes("prod", ONE)
    said.add(str(told.value))
    with pytest.raises(StoreError) as told:
        notes.remove_all("prod")
    said.add(str(told.value))
    assert file.read_bytes() == before
    assert [each for each in file.parent.iterdir() if each != file] == []
    (sentence,) = said
    assert str(file) in sentence
    return sentence


def test_a_file_that_is_no_database_is_refused_in_words(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"somebody's letters " * 300)
    assert "holds no local notes of alerttui; it was left untouched" in refused(file)


def test_the_database_of_another_program_is_refused_untouched(file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE notes (text TEXT)")
    assert "holds no local notes" in refused(file)


def test_a_store_of_alerts_holds_no_notes(tmp_path: Path) -> None:
    file = tmp_path / "alone" / "alerts.db"
    open_local(file)[0].close()
    assert "holds no local notes" in refused(file)


def test_notes_of_a_newer_version_are_refused_untouched(file: Path) -> None:
    open_notes(file).add("prod", [ONE], "x", ANA, 5)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert "written by a newer alerttui" in refused(file)


def test_a_damaged_file_is_told_as_damaged(file: Path) -> None:
    notes = open_notes(file)
    for number in range(200):
        notes.add("prod", [ONE], f"{number} " * 100, ANA, number)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * 8192 + content[12288:])
    with pytest.raises(StoreError, match="are damaged"):
        notes.notes("prod", ONE)
    with pytest.raises(StoreError, match="are damaged"):
        notes.add("prod", [ONE], "x", ANA, 5)


def test_notes_that_another_process_holds_are_told_as_busy(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = open_notes(file)
    notes.add("prod", [ONE], "x", ANA, 5)
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_MS", 1)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match="being written by another process"):
            notes.add("prod", [ONE], "y", ANA, 6)
        with pytest.raises(Unavailable):
            notes.notes("prod", ONE)
        other.rollback()
    assert bodies(file) == ["x"]


def test_a_folder_in_the_way_is_told(file: Path) -> None:
    (file / "inside").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be used: Is a directory"):
        open_notes(file).notes("prod", ONE)
