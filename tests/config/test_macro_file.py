"""Macros in the configuration: what they may say, and how they are refused at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alerttui.config.load import load_settings
from alerttui.config.macro_file import MACRO_READERS, Macro, check_letters, make_macro
from alerttui.domain.errors import ConfigError
from alerttui.domain.patch import TagEdit


def refuse(reason: str) -> ConfigError:
    """A refusal without file and line."""
    return ConfigError(reason)


def macro(**values: Any) -> Macro:
    """The macro of these values."""
    return make_macro(
        "scanner", {name: MACRO_READERS[name](value, refuse) for name, value in values.items()}, refuse
    )


def test_a_macro_names_its_letter_and_what_it_does() -> None:
    assert macro(key="f", status="CLOSED", quality="noise", verdict="", assignee="me", comment="ours") == (
        Macro(
            name="scanner", key="f", status="CLOSED", quality="NOISE", verdict="", assignee="me",
            comment="ours",
        )
    )  # fmt: skip


def test_tags_with_signs_are_edited_and_without_them_replaced() -> None:
    edited = macro(key="f", tags=["+scanner", "-new", "+x"])
    assert (edited.tags, edited.tag_edit) == (None, TagEdit(add=("scanner", "x"), remove=("new",)))
    assert macro(key="f", tags=["a", "b", "a"]).tags == ("a", "b")
    assert macro(key="f", tags=[]).tags == ()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "CLOSED"}, "a letter is missing"),
        ({"key": "f"}, "it changes nothing"),
        ({"key": "ff", "status": "X"}, "one letter is expected"),
        ({"key": " ", "status": "X"}, "one letter is expected"),
        ({"key": 1, "status": "X"}, "a text in quotes is expected"),
        ({"key": "f", "status": ""}, "cannot be cleared"),
        ({"key": "f", "comment": " "}, "cannot be cleared"),
        ({"key": "f", "quality": "fine"}, "one of USEFUL, NOISE"),
        ({"key": "f", "tags": ["+a", "b"]}, "either every tag has"),
        ({"key": "f", "tags": ["+"]}, "a tag without spaces"),
        ({"key": "f", "tags": ["a b"]}, "a tag without spaces"),
        ({"key": "f", "tags": "a"}, "a list of tags"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        macro(**values)


def test_two_macros_with_one_letter_are_refused() -> None:
    macros = [Macro(name="a", key="f", status="X"), Macro(name="b", key="f", status="Y")]
    with pytest.raises(ConfigError, match="b: 'f' is the letter of a already"):
        check_letters(macros, lambda name, reason: ConfigError(f"{name}: {reason}"))
    check_letters(macros[:1], lambda name, reason: ConfigError(name))


IN_FILE = """\
[macros.scanner]
key = "f"
status = "CLOSED"
tags = ["+scanner", "-new"]

[macros.mine]
key = "i"
assignee = "me"
"""


def test_macros_are_read_from_the_configuration_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(IN_FILE)
    scanner, mine = load_settings(file, {}).macros
    assert scanner == macro(key="f", status="CLOSED", tags=["+scanner", "-new"])
    assert (mine.name, mine.assignee) == ("mine", "me")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("status =", "statuss =", "line 3: macros.scanner.statuss: no such key; did you mean status"),
        ('key = "f"', 'key = "ff"', "line 2: macros.scanner.key: one letter is expected"),
        ('key = "i"', 'key = "f"', "line 7: macros.mine.key: 'f' is the letter of scanner already"),
        ('key = "i"\n', "", "line 6: macros.mine: a letter is missing"),
        ('["+scanner", "-new"]', '["+scanner", "new"]', "line 4: macros.scanner.tags: either every tag"),
        ("[macros.mine]", "[macros]\nmine = 1\n[macros.other]", "macros.mine: a table is expected"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, before: str, after: str, words: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(IN_FILE.replace(before, after))
    with pytest.raises(ConfigError) as caught:
        load_settings(file, {})
    assert words in str(caught.value)
