"""Drafts survive, belong to one alert and one profile, and are readable by their owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from alerttui.domain.vocabulary import AlertId
from alerttui.triage.drafts import Drafts, DraftTrouble

FIRST, SECOND = AlertId("a-1"), AlertId("a-2")


def test_a_draft_survives_a_restart(tmp_path: Path) -> None:
    Drafts(tmp_path / "drafts", "prod").keep(FIRST, "half a thought\nand more")
    again = Drafts(tmp_path / "drafts", "prod")
    assert again.get(FIRST) == "half a thought\nand more"
    assert again.get(SECOND) == ""
    assert again.count() == 1


def test_drafts_of_two_profiles_are_apart(tmp_path: Path) -> None:
    Drafts(tmp_path, "prod").keep(FIRST, "for prod")
    other = Drafts(tmp_path, "lab")
    assert other.get(FIRST) == ""
    assert other.count() == 0


def test_files_and_folder_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "drafts"
    Drafts(folder, "prod").keep(FIRST, "secret")
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_alerts_id_never_becomes_a_path(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts", "prod")
    hostile = AlertId("../../../etc/passwd\x00\n" + "x" * 5000)
    drafts.keep(hostile, "words")
    (file,) = (tmp_path / "drafts").iterdir()
    assert len(file.name) < 60
    assert Drafts(tmp_path / "drafts", "prod").get(hostile) == "words"


@pytest.mark.parametrize("empty", ["", "  \n\t"])
def test_an_empty_draft_is_no_draft(tmp_path: Path, empty: str) -> None:
    drafts = Drafts(tmp_path, "prod")
    drafts.keep(FIRST, "words")
    drafts.keep(FIRST, empty)
    assert drafts.count() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_sent_draft_is_dropped(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, "prod")
    drafts.keep(FIRST, "one")
    drafts.keep(SECOND, "two")
    drafts.drop(FIRST)
    assert (drafts.get(FIRST), drafts.get(SECOND), drafts.count()) == ("", "two", 1)
    drafts.drop(FIRST)


def test_without_a_folder_drafts_live_in_memory() -> None:
    drafts = Drafts(None, "prod")
    drafts.keep(FIRST, "words")
    assert (drafts.get(FIRST), drafts.count()) == ("words", 1)
    drafts.drop(FIRST)
    assert drafts.count() == 0


def test_any_text_can_be_a_draft(tmp_path: Path) -> None:
    Drafts(tmp_path, "prod").keep(FIRST, "from a terminal: \udce4")
    assert Drafts(tmp_path, "prod").get(FIRST) == "from a terminal: \udce4"


def test_line_ends_of_a_draft_are_kept(tmp_path: Path) -> None:
    Drafts(tmp_path, "prod").keep(FIRST, "one\r\ntwo\rthree\n")
    assert Drafts(tmp_path, "prod").get(FIRST) == "one\r\ntwo\rthree\n"


def test_a_draft_that_no_file_takes_is_kept_in_memory_and_counted_as_not_written(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("in the way", "utf-8")
    drafts = Drafts(tmp_path / "drafts", "prod")
    assert drafts.get(FIRST) == ""
    with pytest.raises(DraftTrouble, match="kept in memory only"):
        drafts.keep(FIRST, "words")
    assert (drafts.get(FIRST), drafts.has_failed(FIRST), drafts.unwritten()) == ("words", True, 1)
    drafts.drop(FIRST)
    assert (drafts.has_failed(FIRST), drafts.unwritten()) == (False, 0)


def test_drafts_in_files_are_not_lost_at_the_end(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, "prod")
    drafts.keep(FIRST, "words")
    assert drafts.unwritten() == 0


def test_a_draft_whose_file_somebody_broke_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    Drafts(tmp_path, "prod").keep(FIRST, "words")
    next(tmp_path.iterdir()).write_bytes(b"wor\xff\xfeds")
    assert Drafts(tmp_path, "prod").get(FIRST) == "wor\ufffd\ufffdds"
