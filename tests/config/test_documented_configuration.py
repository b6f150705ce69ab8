"""The page about the configuration tells the truth: its example loads, and names every setting."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Final

from alerttui.config.load import load_settings
from alerttui.config.profile_table import PROFILE_READERS
from alerttui.config.schema import Settings
from alerttui.triage.keymap import make_keymap
from tests.places import ROOT

PAGE: Final = ROOT / "docs" / "configuration.md"

PROFILES_PAGE: Final = ROOT / "docs" / "profiles.md"

NOT_KEYS: Final = {"origins", "keys_preset"}
"""Fields of the settings that are no keys of the file; the preset stands among the keys."""


def example() -> str:
    """The configuration that the page shows."""
    found = re.search(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_of_the_page_is_a_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(example(), "utf-8")
    settings = load_settings(file, {})
    keymap = make_keymap(settings.keys_preset, settings.keys)
    assert keymap.labels("alert.close") == ("x", "c")
    assert [macro.key for macro in settings.macros] == ["f"]
    assert settings.profiles["lab"].banner == "LAB"


def test_the_example_names_every_setting() -> None:
    named = set(re.findall(r"^\[?([a-z_]+)", example(), re.MULTILINE))
    assert {each.name for each in fields(Settings)} - NOT_KEYS <= named


def test_the_page_about_profiles_names_every_key() -> None:
    page = PROFILES_PAGE.read_text("utf-8")
    missing = [key for key in PROFILE_READERS if f"`{key}`" not in page]
    assert missing == []


def test_the_page_names_every_variable() -> None:
    page = PAGE.read_text("utf-8")
    source = (ROOT / "src" / "alerttui" / "config" / "load.py").read_text("utf-8")
    for variable in set(re.findall(r'"(ALERTTUI_[A-Z_]+)"', source)):
        assert f"`{variable}`" in page, variable
