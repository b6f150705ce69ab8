"""Adding and removing profiles as text: everything else stays byte for byte, or the file is left alone."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.config.profile_writing import change_file, with_profile, without_profile
from alerttui.domain.errors import ConfigError

FILE = """\
# Ana's configuration
default_profile = "lab"   # at home

[profiles.lab]            # mine
path = "lab.db"
# banner = "LAB"

# views of the night shift
[views]
"Night" = "is:open"
"""

PROD = {"backend": "panther", "url": "https://api.acme.example", "token_env": "T"}


def test_a_profile_is_added_at_the_end() -> None:
    added = with_profile(FILE, "prod", PROD)
    assert added == FILE + (
        '\n[profiles.prod]\nbackend = "panther"\nurl = "https://api.acme.example"\ntoken_env = "T"\n'
    )


def test_an_empty_file_gets_the_profile_alone() -> None:
    added = with_profile("", "prod", PROD)
    assert added is not None
    assert added.startswith("[profiles.prod]\n")


def test_a_file_without_an_end_of_its_last_line_gets_one() -> None:
    added = with_profile('me = "ana"', "prod", PROD)
    assert added is not None
    assert added.startswith('me = "ana"\n\n[profiles.prod]\n')


def test_lines_end_as_those_of_the_file_do() -> None:
    added = with_profile(FILE.replace("\n", "\r\n"), "prod", PROD, is_default=True)
    assert added is not None
    assert "\n" not in added.replace("\r\n", "")


def test_the_default_profile_is_named_where_it_was_named_before() -> None:
    added = with_profile(FILE, "prod", PROD, is_default=True)
    assert added is not None
    assert added.splitlines()[:2] == ["# Ana's configuration", 'default_profile = "prod"   # at home']
    first = with_profile('[views]\nA = "x"\n', "prod", PROD, is_default=True)
    assert first is not None
    assert first.startswith('default_profile = "prod"\n[views]\n')


def test_options_make_a_table_of_their_own() -> None:
    added = with_profile(FILE, "prod", {**PROD, "options": {"tenant": "blue"}})
    assert added is not None
    assert added.endswith('[profiles.prod.options]\ntenant = "blue"\n')
    assert without_profile(added, "prod") == FILE


def test_a_profile_goes_with_its_lines_and_nothing_else() -> None:
    assert without_profile(FILE, "lab") == (
        '# Ana\'s configuration\n\n# views of the night shift\n[views]\n"Night" = "is:open"\n'
    )


def test_what_was_added_goes_again_without_a_trace() -> None:
    added = with_profile(FILE, "prod", PROD)
    assert added is not None
    assert without_profile(added, "prod") == FILE


@pytest.mark.parametrize(
    "text",
    [
        'profiles = { lab = { path = "lab.db" } }\n',
        'profiles.lab.path = "lab.db"\n',
        '[profiles]\nlab.path = "lab.db"\n',
        '[profiles]\nlab = { path = "lab.db" }\n',
    ],
)
def test_a_profile_that_is_written_in_another_way_is_left_to_people(text: str) -> None:
    assert without_profile(text, "lab") is None


def test_a_file_to_which_no_table_can_be_added_is_left_to_people() -> None:
    assert with_profile('profiles = { lab = { path = "lab.db" } }\n', "prod", PROD) is None
    assert with_profile(FILE, "lab", PROD) is None
    assert with_profile("\"default_profile\" = '''lab'''\n[profiles.lab]\n", "p", {}, is_default=True) is None


def test_text_that_only_looks_like_a_table_is_no_table() -> None:
    text = '[views]\nA = """\n[profiles.prod]\n"""\n\n[profiles.prod]\nme = "a"\n'
    kept = without_profile(text, "prod")
    assert kept is None or tomllib.loads(kept) == {"views": {"A": "[profiles.prod]\n"}}


NAMES = st.sampled_from(["prod", "lab", "a-b", "x_1"])
WORDS = st.text("aZ0 #[]{}\"'\\=.,\n\té", max_size=12)
TABLES = st.fixed_dictionaries(
    {},
    optional={
        "me": WORDS,
        "views": st.dictionaries(WORDS, WORDS, max_size=3),
        "profiles": st.dictionaries(NAMES, st.dictionaries(st.sampled_from(["me", "banner"]), WORDS)),
    },
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(tables=TABLES, name=NAMES, values=st.dictionaries(st.sampled_from(["me", "url"]), WORDS, min_size=1))
def test_whatever_the_file_says_it_says_it_still(
    tables: dict[str, Any], name: str, values: dict[str, str]
) -> None:
    text = tomli_w.dumps(tables)
    added = with_profile(text, name, values)
    if added is not None:
        assert tomllib.loads(added).get("profiles", {})[name] == values
        assert added.startswith(text)
    kept = without_profile(text, name)
    if kept is not None:
        expected = {**tables, "profiles": dict(tables["profiles"])}
        del expected["profiles"][name]
        found = tomllib.loads(kept)
        assert {**found, "profiles": found.get("profiles", {})} == expected


def test_the_file_is_written_for_its_owner_only_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "config.toml"
    real.parent.mkdir()
    real.write_text(FILE)
    real.chmod(0o644)
    file = tmp_path / "config.toml"
    file.symlink_to(real)
    assert change_file(file, {}, lambda text: with_profile(text, "prod", PROD))
    assert file.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert real.read_text().startswith(FILE)


def test_what_would_be_no_configuration_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(FILE)
    with pytest.raises(ConfigError, match="no such key"):
        change_file(file, {}, lambda text: with_profile(text, "prod", {"urll": "x"}))
    with pytest.raises(ConfigError, match="line 1: not TOML"):
        change_file(file, {}, lambda text: "x" + text.replace("#", "", 1))
    assert not change_file(file, {}, lambda _: None)
    assert file.read_text() == FILE


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="nothing was changed"):
        change_file(tmp_path / "file" / "config.toml", {}, lambda _: "")
