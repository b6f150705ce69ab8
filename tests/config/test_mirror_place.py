"""Where a mirror lies: by its system and not by its profile, on disk or in memory that is really memory."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.config.mirror_place import (
    FolderFacts,
    MemoryPlaces,
    Mount,
    companions,
    kind_of,
    made_folder,
    memory_folder,
    mirror_file,
    mirror_name,
    read_mounts,
)
from alerttui.config.paths import Places
from alerttui.config.schema import Profile
from alerttui.domain.errors import ConfigError

PLACES = Places(config_file=Path("/c/config.toml"), data_folder=Path("/d"), state_folder=Path("/s"))
PROD = Profile(name="prod", backend="panther", url="https://api.acme.example", token_env="T")

ME = 1000
OURS = FolderFacts(is_folder=True, owner=ME, rights=0o700)
SHARED = FolderFacts(is_folder=True, owner=0, rights=0o1777)
RUNTIME = Path("/run/user/1000")
OWN = Path("/dev/shm/alerttui-1000")
MOUNTS = (
    Mount(Path("/"), "ext4"),
    Mount(Path("/run"), "tmpfs"),
    Mount(Path("/run/user/1000"), "tmpfs"),
    Mount(Path("/dev/shm"), "tmpfs"),
)


def found(
    folders: dict[Path, FolderFacts], *, runtime: str = str(RUNTIME), mounts: tuple[Mount, ...] = MOUNTS
) -> MemoryPlaces:
    """A system with these folders."""
    return MemoryPlaces(user=ME, runtime_folder=runtime, mounts=mounts, look_at=folders.get)


def test_a_mirror_on_disk_is_named_by_backend_host_and_address() -> None:
    assert mirror_file(PROD, PLACES, {}) == Path("/d/mirrors/panther-api.acme.example-179c47f3.db")


def test_two_profiles_of_one_system_have_one_mirror_and_others_have_their_own() -> None:
    name = mirror_name(PROD)
    assert mirror_name(replace(PROD, name="other", me="mara", token_env="U")) == name
    others = [
        replace(PROD, backend="chad"),
        replace(PROD, url="https://api.acme.example:8443"),
        replace(PROD, url="https://api.acme.example/v2"),
        replace(PROD, options={"tenant": "blue"}),
    ]
    assert len({name, *map(mirror_name, others)}) == 5


def test_a_name_holds_nothing_that_means_something_in_a_path() -> None:
    odd = Profile(name="x", backend="../ä c", url="http://[::1]:8642")
    assert mirror_name(odd).startswith("c-1-")
    long = Profile(name="x", backend="chad", url="https://" + "a" * 63 + "." + "b" * 63 + ".example")
    assert len(mirror_name(long)) < 100


def test_what_lies_beside_a_mirror() -> None:
    names = [each.name for each in companions(Path("/d/x.db"))]
    assert names == ["x.db", "x.db-wal", "x.db-shm", "x.db.lock", "x.db.held"]


# -- in memory


def test_the_runtime_folder_comes_first() -> None:
    assert memory_folder(found({RUNTIME: OURS, Path("/dev/shm"): SHARED})) == RUNTIME / "alerttui"


def test_without_a_runtime_folder_shared_memory_is_used_by_user() -> None:
    for runtime in ("", "relative/folder"):
        assert memory_folder(found({Path("/dev/shm"): SHARED}, runtime=runtime)) == OWN


def test_a_folder_of_ours_that_is_there_already_is_used_again() -> None:
    assert memory_folder(found({Path("/dev/shm"): SHARED, OWN: OURS}, runtime="")) == OWN


@pytest.mark.parametrize(
    ("folders", "mounts", "reason"),
    [
        ({}, MOUNTS, "there is no folder /run/user/1000; there is no folder /dev/shm"),
        ({RUNTIME: OURS, Path("/dev/shm"): SHARED}, (Mount(Path("/"), "ext4"),), "does not lie in memory"),
        ({RUNTIME: OURS, Path("/dev/shm"): SHARED}, (), "does not lie in memory"),
        ({RUNTIME: OURS._replace(rights=0o755)}, MOUNTS, "others can look into /run/user/1000"),
        ({RUNTIME: OURS._replace(owner=7)}, MOUNTS, "others can look into /run/user/1000"),
        ({RUNTIME: OURS._replace(is_folder=False)}, MOUNTS, "there is no folder /run/user/1000"),
        ({Path("/dev/shm"): SHARED, OWN: OURS._replace(owner=7)}, MOUNTS, f"{OWN} is no folder of yours"),
        ({Path("/dev/shm"): SHARED, OWN: OURS._replace(rights=0o755)}, MOUNTS, f"{OWN} is no folder of"),
        ({Path("/dev/shm"): SHARED, OWN: OURS._replace(is_folder=False)}, MOUNTS, f"{OWN} is no folder"),
    ],
)
def test_where_there_is_no_such_place_memory_is_refused_with_the_reasons(
    folders: dict[Path, FolderFacts], mounts: tuple[Mount, ...], reason: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        memory_folder(found(folders, mounts=mounts))
    assert reason in str(caught.value)
    assert 'cache = "disk"' in str(caught.value)


def test_a_disk_that_is_mounted_over_memory_is_a_disk() -> None:
    over = (*MOUNTS, Mount(Path("/dev/shm"), "ext4"))
    assert (kind_of(OWN, MOUNTS), kind_of(OWN, over)) == ("tmpfs", "ext4")
    deeper = (*MOUNTS, Mount(OWN, "nfs"))
    folders = {Path("/dev/shm"): SHARED, OWN: OURS}
    with pytest.raises(ConfigError, match=f"{OWN} does not lie in memory"):
        memory_folder(found(folders, runtime="", mounts=deeper))


def test_the_systems_list_is_read_with_its_escapes(tmp_path: Path) -> None:
    file = tmp_path / "mounts"
    file.write_text("tmpfs /run\\040here tmpfs rw 0 0\nbroken\n/dev/sda1 / ext4 rw 0 0\n")
    assert read_mounts(file) == (Mount(Path("/run here"), "tmpfs"), Mount(Path("/"), "ext4"))
    assert read_mounts(tmp_path / "absent") == ()


def test_a_folder_is_made_for_its_owner_and_one_that_others_look_into_is_refused(tmp_path: Path) -> None:
    mirror = tmp_path / "new" / "mirrors" / "x.db"
    assert made_folder(mirror).stat().st_mode & 0o777 == 0o700
    mirror.parent.chmod(0o755)
    with pytest.raises(ConfigError, match="no mirror was put there"):
        made_folder(mirror)
    mirror.parent.rmdir()
    mirror.parent.symlink_to(tmp_path)
    with pytest.raises(ConfigError, match="no mirror was put there"):
        made_folder(mirror)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no shared memory here")
def test_this_systems_shared_memory_is_found() -> None:
    folder = memory_folder(MemoryPlaces.of_this_system({}))
    assert folder == Path(f"/dev/shm/alerttui-{os.getuid()}")
