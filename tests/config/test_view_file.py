"""views.toml: own views, strict in what it takes, safe against other consoles."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from alerttui.config.view_file import ViewFile
from alerttui.domain.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> ViewFile:
    return ViewFile.beside(tmp_path / "new folder" / "config.toml")


def test_views_come_back_in_the_order_in_which_they_were_made(file: ViewFile) -> None:
    file.put("Zeta", "is:open")
    file.put('My "own"', 'title:"a b"')
    assert list(file.read().items()) == [("Zeta", "is:open"), ('My "own"', 'title:"a b"')]


def test_the_file_is_private_and_nothing_else_is_left_in_the_folder(file: ViewFile) -> None:
    file.put("A", "is:open")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.path.parent.iterdir()] == ["views.toml"]


def test_two_consoles_do_not_lose_each_others_views(file: ViewFile) -> None:
    other = ViewFile(file.path)
    file.put("A", "tag:a")
    other.put("B", "tag:b")
    file.rename("A", "First")
    other.remove("B")
    file.put("C", "tag:c")
    assert other.read() == {"First": "tag:a", "C": "tag:c"}


def test_a_view_that_another_console_removed_is_not_renamed(file: ViewFile) -> None:
    file.put("A", "tag:a")
    ViewFile(file.path).remove("A")
    with pytest.raises(ConfigError, match="no view 'A' any more; nothing was changed"):
        file.rename("A", "B")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[views]\nA = 1\n", "line 2: views.A: a filter in quotes is expected, not 1"),
        ("[view]\n", r"line 1: view: no such key; views stand under \[views\]"),
        ("\n[views]\n\" \" = 'is:open'\n", "line 3: views. : A view needs a name."),
        ("[views\n", "line 1: not TOML"),
        ("views = 'x'\n", "line 1: views: a table of names and filters is expected"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "views.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=complaint) as caught:
        ViewFile(path).read()
    assert str(path) in str(caught.value)
    with pytest.raises(ConfigError, match=complaint):
        ViewFile(path).put("B", "is:open")
    assert path.read_text("utf-8") == text


def test_a_file_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ConfigError, match=r"cannot be written: .*; nothing was changed"):
        ViewFile(tmp_path / "file" / "views.toml").put("A", "is:open")


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "views.toml"
    target.parent.mkdir()
    target.write_text("", "utf-8")
    link = tmp_path / "views.toml"
    link.symlink_to(target)
    ViewFile(link).put("A", "is:open")
    assert link.is_symlink()
    assert ViewFile(target).read() == {"A": "is:open"}
