"""What comes back at the next start: the last place, and earlier filters."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest

from alerttui.triage.filter_history import KEPT, FilterHistory
from alerttui.triage.last_place import LastPlace, keep_last_place, read_last_place


def test_the_last_place_of_each_profile_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    keep_last_place(folder, "prod", LastPlace("Mine", "is:mine tag:x"))
    keep_last_place(folder, "lab", LastPlace("", ""))
    assert read_last_place(folder, "prod") == LastPlace("Mine", "is:mine tag:x")
    assert read_last_place(folder, "lab") == LastPlace("", "")
    assert read_last_place(folder, "other") == LastPlace()
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_without_a_folder_nothing_is_kept() -> None:
    keep_last_place(None, "prod", LastPlace("Mine", "is:mine"))
    assert read_last_place(None, "prod") == LastPlace()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"view": 1, "filter": ""}', '{"view": ""}', '{"view": "", "filter": "severity:purple"}',
     "[" * 100_000, '"' + "x" * 300_000 + '"'],
)  # fmt: skip
def test_a_broken_last_place_is_ignored_and_logged(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    keep_last_place(tmp_path, "prod", LastPlace("Mine", "is:mine"))
    (path,) = tmp_path.iterdir()
    path.write_text(text, "utf-8")
    with caplog.at_level(logging.WARNING, logger="alerttui"):
        assert read_last_place(tmp_path, "prod") == LastPlace()
    assert "is ignored" in caplog.text


def test_what_cannot_be_written_is_logged_and_nothing_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with caplog.at_level(logging.WARNING, logger="alerttui"):
        keep_last_place(tmp_path / "file", "prod", LastPlace("", "x"))
        FilterHistory(tmp_path / "file").add("tag:x")
    assert "cannot be written" in caplog.text


def test_filters_are_remembered_once_with_the_latest_last(tmp_path: Path) -> None:
    first, second = FilterHistory(tmp_path), FilterHistory(tmp_path)
    first.add("a")
    second.add("b")
    first.add("a")
    first.add("  ")
    second.load()
    assert list(second.texts) == ["b", "a"]
    assert stat.S_IMODE((tmp_path / "filters.json").stat().st_mode) == 0o600


def test_only_the_latest_filters_are_kept(tmp_path: Path) -> None:
    (tmp_path / "filters.json").write_text(json.dumps([f"tag:{n}" for n in range(KEPT)]), "utf-8")
    history = FilterHistory(tmp_path)
    history.add("new")
    assert len(history.texts) == KEPT
    assert (history.texts[0], history.texts[-1]) == ("tag:1", "new")


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[1]"])
def test_a_broken_history_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "filters.json").write_text(text, "utf-8")
    history = FilterHistory(tmp_path)
    history.load()
    assert list(history.texts) == []
    history.add("a")
    assert list(FilterHistory(tmp_path).texts) == []
    history.load()
    assert list(history.texts) == ["a"]
