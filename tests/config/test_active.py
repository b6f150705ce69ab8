"""Which profile, which store, who I am: and where that was said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.config.active import ActiveProfile, choose_profile
from alerttui.config.paths import Places, find_places, private_folder
from alerttui.config.schema import Profile, Settings
from alerttui.domain.alert import Actor
from alerttui.domain.errors import ConfigError

PLACES = Places(config_file=Path("/c/config.toml"), data_folder=Path("/d"), state_folder=Path("/s"))


def settings(me: str = "", default: str = "local", **profiles: Profile) -> Settings:
    """Settings with these profiles beside the local one."""
    return Settings(me=me, default_profile=default, profiles={"local": Profile(name="local"), **profiles})


def choose(chosen: Settings, environ: dict[str, str] | None = None, **flags: str) -> ActiveProfile:
    """The active profile in an empty environment unless one is given."""
    return choose_profile(chosen, PLACES, environ or {}, **flags)  # type: ignore[arg-type]  # text flags only


def test_the_local_profile_uses_the_usual_store() -> None:
    active = choose(settings())
    assert active.store_file == Path("/d/alerts.db")
    assert str(active.store_origin) == "default"


def test_another_local_profile_has_a_store_of_its_own() -> None:
    assert choose(settings(lab=Profile(name="lab")), profile_flag="lab").store_file == Path("/d/lab.db")


def test_a_profiles_own_path_is_used() -> None:
    lab = Profile(name="lab", path=Path("/x/lab.db"))
    assert choose(settings(lab=lab, default="lab")).store_file == Path("/x/lab.db")


def test_a_file_on_the_command_line_outweighs_the_environment() -> None:
    active = choose(settings(), {"ALERTTUI_DB": "/e.db"}, db_flag="/f.db")
    assert (active.store_file, str(active.store_origin)) == (Path("/f.db"), "flag --db")


def test_a_profile_on_the_command_line_outweighs_a_store_in_the_environment() -> None:
    lab = Profile(name="lab", path=Path("/x/lab.db"))
    active = choose(settings(lab=lab), {"ALERTTUI_DB": "/e.db"}, profile_flag="lab")
    assert active.store_file == Path("/x/lab.db")


def test_a_named_file_is_local_even_where_the_default_profile_is_remote() -> None:
    prod = Profile(name="prod", backend="panther", me="ana@acme.example", read_only=True)
    active = choose(settings(prod=prod, default="prod", me="ana"), db_flag="/f.db")
    assert (active.profile.backend, active.profile.name) == ("sqlite", "local")
    assert (active.me, active.read_only) == (Actor(id="ana"), False)


def test_me_comes_from_the_profile_then_the_settings_then_the_environment() -> None:
    lab = Profile(name="lab", me="lab-ana")
    environ = {"ALERTTUI_ME": "env-ana"}
    assert choose(settings(lab=lab, me="ana"), environ, profile_flag="lab").me == Actor(id="lab-ana")
    assert choose(settings(lab=lab, me="ana"), environ).me == Actor(id="ana")
    assert choose(settings(lab=lab), environ).me == Actor(id="env-ana")


def test_without_any_word_the_system_user_is_me_locally(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "mara")
    active = choose(settings())
    assert (active.me, str(active.me_origin)) == (Actor(id="mara"), "system user name")


def test_a_remote_profile_never_takes_the_system_user_for_me(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "mara")
    prod = Profile(name="prod", backend="panther")
    assert choose(settings(prod=prod), profile_flag="prod").me is None


def test_a_system_without_user_names_leaves_me_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert choose(settings()).me is None


def test_an_unknown_profile_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"no profile 'locl' \(flag --profile\); did you mean local"):
        choose(settings(), profile_flag="locl")


def test_read_only_is_said_by_profile_or_variable() -> None:
    lab = Profile(name="lab", read_only=True)
    assert choose(settings(lab=lab), profile_flag="lab").read_only
    active = choose(settings(), {"ALERTTUI_READ_ONLY": "yes"})
    assert (active.read_only, str(active.read_only_origin)) == (True, "environment ALERTTUI_READ_ONLY")
    with pytest.raises(ConfigError, match="ALERTTUI_READ_ONLY=maybe"):
        choose(settings(), {"ALERTTUI_READ_ONLY": "maybe"})


def test_xdg_variables_are_obeyed_and_nothing_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    places = find_places({})
    assert places.config_file == tmp_path / "config/alerttui/config.toml"
    assert places.store_file == tmp_path / "data/alerttui/alerts.db"
    assert places.log_file == tmp_path / "state/alerttui/alerttui.log"
    assert list(tmp_path.iterdir()) == []


def test_without_xdg_variables_the_home_folder_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.delenv(f"XDG_{kind}_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/ana")
    places = find_places({})
    assert places.config_file == Path("/home/ana/.config/alerttui/config.toml")
    assert places.store_file == Path("/home/ana/.local/share/alerttui/alerts.db")
    assert places.state_folder == Path("/home/ana/.local/state/alerttui")


def test_another_configuration_file_can_be_named() -> None:
    assert find_places({"ALERTTUI_CONFIG": "/x/y.toml"}).config_file == Path("/x/y.toml")


def test_a_private_folder_is_for_its_owner_only_and_leaves_others_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = private_folder(tmp_path / "a" / "b")
    assert [each.stat().st_mode & 0o777 for each in (folder, folder.parent, tmp_path)] == [
        0o700,
        0o700,
        0o755,
    ]


PROD = Profile(name="prod", backend="panther", url="https://api.acme.example", token_env="T")


def test_the_store_of_a_remote_profile_is_its_mirror() -> None:
    active = choose(settings(prod=PROD), profile_flag="prod")
    assert active.store_file.parent == Path("/d/mirrors")
    assert active.profile.path is None


def test_a_mirror_that_cannot_lie_in_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.config.mirror_place.read_mounts", lambda: ())
    memory = replace(PROD, cache="memory")
    with pytest.raises(ConfigError, match='cache = "memory" cannot be kept here'):
        choose(settings(prod=memory), profile_flag="prod")
