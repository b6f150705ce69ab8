"""What a configuration file may say, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerttui.config.load import load_settings
from alerttui.config.schema import Layer, Profile, Settings
from alerttui.domain.errors import ConfigError

FULL = """\
default_profile = "prod"
me = "ana"
auto_advance = false
confirm_above = 5
mouse = true
theme = "light"

[profiles.prod]
backend = "panther"
url = "https://api.acme.example"
token_env = "PANTHER_API_TOKEN"
me = "ana@acme.example"
window = "30d"                       # how far back the mirror reaches
cache = "memory"
banner = "PROD"
read_only = true

[profiles.lab]
path = "lab.db"

[keys]
"alert.close" = ["c", "ctrl+x"]
"alert.take" = "a"

[views]
grave = "is:open severity>=high"
"""


def load(tmp_path: Path, text: str, **environ: str) -> Settings:
    """The settings of a file with this text."""
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environ)


def refusal(tmp_path: Path, text: str, **environ: str) -> str:
    """How the text is refused, without the file's name, which is checked here."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **environ)
    words, name = str(caught.value), f"{tmp_path}/config.toml, "
    assert environ or words.startswith(name)
    return words.removeprefix(name)


def test_no_file_means_defaults_and_a_local_profile(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "absent.toml", {})
    assert settings == Settings()
    assert settings.profiles == {"local": Profile(name="local")}
    assert settings.origin("theme").layer is Layer.DEFAULT


def test_every_key_of_the_documented_file_is_read(tmp_path: Path) -> None:
    settings = load(tmp_path, FULL)
    assert settings.profiles["prod"] == Profile(
        name="prod",
        backend="panther",
        url="https://api.acme.example",
        token_env="PANTHER_API_TOKEN",
        me="ana@acme.example",
        window="30d",
        cache="memory",
        banner="PROD",
        read_only=True,
    )
    assert (settings.default_profile, settings.me, settings.confirm_above) == ("prod", "ana", 5)
    assert (settings.auto_advance, settings.mouse, settings.theme) == (False, True, "light")
    assert settings.keys == {"alert.close": ("c", "ctrl+x"), "alert.take": ("a",)}
    assert settings.views == {"grave": "is:open severity>=high"}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[keys]\nalert.close = 'x, Q'\n", {"alert.close": ("x", "Q")}),
        ("[keys.alert]\nclose = 'x'\ntake = ''\n", {"alert.close": ("x",), "alert.take": ()}),
        ("[keys]\nback = ','\n", {"back": (",",)}),
    ],
)
def test_keys_are_given_to_actions_in_every_form_of_toml(
    tmp_path: Path, text: str, keys: dict[str, tuple[str, ...]]
) -> None:
    settings = load(tmp_path, text)
    assert settings.keys == keys
    assert all(str(settings.origin(f"keys.{each}")).startswith("file") for each in keys)


def test_a_preset_of_keys_is_chosen_among_the_keys(tmp_path: Path) -> None:
    settings = load(tmp_path, "[keys]\npreset = 'arrows'\nalert.close = 'x'\n")
    assert (settings.keys_preset, settings.keys) == ("arrows", {"alert.close": ("x",)})


def test_a_relative_store_lies_beside_the_file(tmp_path: Path) -> None:
    assert load(tmp_path, FULL).profiles["lab"].path == tmp_path / "lab.db"


def test_a_tilde_in_a_stores_path_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    assert load(tmp_path, "[profiles.a]\npath = '~/x.db'\n").profiles["a"].path == Path("/home/ana/x.db")


def test_each_value_remembers_file_and_line(tmp_path: Path) -> None:
    settings = load(tmp_path, FULL)
    assert str(settings.origin("profiles.prod.url")) == f"file {tmp_path}/config.toml, line 10"
    assert str(settings.origin("keys.alert.close")) == f"file {tmp_path}/config.toml, line 22"


def test_a_variable_wins_over_the_file_and_is_remembered(tmp_path: Path) -> None:
    settings = load(tmp_path, FULL, ALERTTUI_THEME="mono", ALERTTUI_MOUSE="off", ALERTTUI_CONFIRM_ABOVE="9")
    assert (settings.theme, settings.mouse, settings.confirm_above) == ("mono", False, 9)
    assert str(settings.origin("theme")) == "environment ALERTTUI_THEME"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('theme = "dark"\nthem = 1\n', "line 2: them: no such key; did you mean theme"),
        ("# x\n\n[profiles.a]\nurll = 'x'\n", "line 4: profiles.a.urll: no such key; did you mean url"),
        ("[profiles.a]\nread_only = 1\n", "line 2: profiles.a.read_only: true or false is expected, not 1"),
        ("confirm_above = true\n", "line 1: confirm_above: a whole number from 0 is expected, not True"),
        ("confirm_above = -1\n", "line 1: confirm_above: a whole number from 0 is expected, not -1"),
        ("mouse = 1\n", 'line 1: mouse: "auto", true or false is expected, not 1'),
        ("me = 3\n", "line 1: me: a text in quotes is expected, not 3"),
        ("profiles = 3\n", "line 1: profiles: a table is expected, not 3"),
        ("[profiles]\na = 3\n", "line 2: profiles.a: a table of settings is expected"),
        ("[profiles.'../x']\n", "line 1: profiles.../x: a profile's name has letters, digits, _ and - only"),
        (
            "[profiles.a]\nwindow = 'x'\n",
            "line 2: profiles.a.window: a duration such as 30d, 12h or 2w is expected, not 'x'",
        ),
        (
            "[profiles.a]\ncache = 'x'\n",
            'line 2: profiles.a.cache: "disk" or "memory" is expected, not \'x\'',
        ),
        ("[profiles.a]\npath = ''\n", "line 2: profiles.a.path: the name of a file is expected"),
        (
            "[profiles.a]\npath = '~no-such-user/x'\n",
            "line 2: profiles.a.path: the home folder ~no-such-user is not known; write the whole path",
        ),
        (
            "default_profile = 'prd'\n[profiles.prod]\n",
            "line 1: default_profile: no profile 'prd'; did you mean prod",
        ),
        ("[keys]\n'alert.close' = 3\n", "line 2: keys.alert.close: a text in quotes is expected, not 3"),
        ("[profiles]\na = {urll = 'x'}\n", "line 2: profiles.a.urll: no such key; did you mean url"),
        ('me = "a"\ntheme = dark\n', "line 2: not TOML: Invalid value (at line 2, column 9)"),
    ],
)
def test_a_wrong_file_is_refused_with_file_line_and_key(tmp_path: Path, text: str, expected: str) -> None:
    assert refusal(tmp_path, text) == expected


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ALERTTUI_CONFIG=.*: there is no such file"):
        load_settings(tmp_path / "absent.toml", {"ALERTTUI_CONFIG": str(tmp_path / "absent.toml")})


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'me = "\xff"\n')
    with pytest.raises(ConfigError, match="not UTF-8 at byte 6"):
        load_settings(file, {})


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("variable", "given"), [("ALERTTUI_MOUSE", "maybe"), ("ALERTTUI_CONFIRM_ABOVE", "²")]
)
def test_a_wrong_variable_is_refused_by_name(tmp_path: Path, variable: str, given: str) -> None:
    assert refusal(tmp_path, "", **{variable: given}).startswith(f"environment variable {variable}={given}: ")
