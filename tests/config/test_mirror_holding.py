"""A mirror in memory goes with the last process that has it open, and none goes beneath one."""

from __future__ import annotations

from pathlib import Path

from alerttui.config.mirror_holding import holding, is_held, remove_mirror
from alerttui.config.mirror_place import companions


def made(mirror: Path) -> list[Path]:
    """Put a mirror and its companions there, and tell which there are."""
    for each in companions(mirror):
        each.touch(0o600)
    return there(mirror)


def there(mirror: Path) -> list[Path]:
    """What of a mirror is there."""
    return [each for each in companions(mirror) if each.exists()]


def test_a_mirror_in_memory_is_removed_at_the_end(tmp_path: Path) -> None:
    mirror = tmp_path / "mirrors" / "x.db"
    with holding(mirror, is_kept=False):
        assert len(made(mirror)) == 5
    assert list(mirror.parent.iterdir()) == []


def test_a_mirror_on_disk_stays(tmp_path: Path) -> None:
    mirror = tmp_path / "mirrors" / "x.db"
    with holding(mirror, is_kept=True):
        made(mirror)
    assert mirror in there(mirror)


def test_what_must_not_be_lost_can_be_kept_after_all(tmp_path: Path) -> None:
    mirror = tmp_path / "mirrors" / "x.db"
    with holding(mirror, is_kept=False) as hold:
        made(mirror)
        hold.is_kept = True
    assert mirror.exists()


def test_the_last_of_two_removes_it(tmp_path: Path) -> None:
    mirror = tmp_path / "mirrors" / "x.db"
    with holding(mirror, is_kept=False):
        made(mirror)
        with holding(mirror, is_kept=False):
            assert is_held(mirror)
        assert mirror.exists()
    assert not mirror.exists()


def test_an_open_mirror_is_not_removed(tmp_path: Path) -> None:
    mirror = tmp_path / "mirrors" / "x.db"
    with holding(mirror, is_kept=True):
        made(mirror)
        assert not remove_mirror(mirror)
        assert mirror.exists()
    assert not is_held(mirror)
    assert remove_mirror(mirror)
    assert there(mirror) == []
    assert remove_mirror(tmp_path / "absent" / "x.db")
