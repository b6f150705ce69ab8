"""Themes: what is shipped can be read, what an analyst writes is taken or refused in words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console as RichConsole
from textual.color import Color
from textual.theme import Theme

from alerttui.config.look import Look, choose_look
from alerttui.config.terminal import read_terminal
from alerttui.domain.errors import ConfigError
from alerttui.tui.contrast import ENOUGH, GROUNDS, OTHER_PAIRS, TEXTS, pairs, ratio, weakest
from alerttui.tui.theme import (
    ANSI,
    COLOURS,
    LIGHT,
    MONO,
    PREFIX,
    SHIPPED,
    find_theme,
    read_theme,
    shipped_themes,
    theme_files,
    theme_named,
)
from tests.places import ROOT, SOURCE

STYLES: Final = ROOT / "styles"
EXACT: Final = [name for name in SHIPPED if name not in ("ansi", "mono")]
"""The themes whose colours are theirs, not the terminal's."""

NO_TEXTS: Final = {"rule", "scrollbar"}
"""Variables that paint lines and bars, which nobody reads."""


def variables_used() -> set[str]:
    """The theme variables in the style sheets and in the style words of the console."""
    texts = [path.read_text("utf-8") for path in (SOURCE / "tui").rglob("*.py")]
    texts += [path.read_text("utf-8") for path in STYLES.glob("*.tcss")]
    strings = [word for text in texts for word in re.findall(r"\"[^\"\n]*\"|^[^\"`]*;$", text, re.M)]
    return {name for word in strings for name in re.findall(r"\$([a-z]+(?:-[a-z]+)*)", word)}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


# -- what is shipped


@pytest.mark.parametrize("name", EXACT)
def test_every_text_of_a_shipped_theme_can_be_read_on_every_ground(name: str) -> None:
    hard = [str(pair) for pair in pairs(theme_named(name)) if pair.ratio < ENOUGH]
    assert not hard


@pytest.mark.parametrize("name", ["high-contrast", "high-contrast-light"])
def test_a_high_contrast_theme_keeps_what_it_is_called(name: str) -> None:
    assert min(pair.ratio for pair in pairs(theme_named(name))) >= 7


def test_the_measured_colours_are_all_that_the_console_uses() -> None:
    measured = {*TEXTS, *GROUNDS, *(name for pair in OTHER_PAIRS for name in pair)}
    assert {"accent", "foreground-muted", "cursor-background"} <= variables_used()
    assert variables_used() - measured - NO_TEXTS == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_theme_says_every_colour(name: str) -> None:
    values = tomllib.loads((STYLES / "themes" / f"{name}.toml").read_text("utf-8"))
    assert set(COLOURS) <= values.keys()
    assert values["variables"].keys() == theme_values("dark")["variables"].keys()


def theme_values(name: str) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = tomllib.loads((STYLES / "themes" / f"{name}.toml").read_text("utf-8"))
    return values


def test_contrast_is_measured_as_wcag_does() -> None:
    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    assert ratio(black, white) == pytest.approx(21)
    assert ratio(white, white) == 1
    assert ratio(Color.parse("#777777"), white) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", [ANSI, MONO])
def test_the_terminals_themes_have_the_terminals_colours_only(name: str) -> None:
    theme = theme_named(name)
    values = [*theme.variables.values(), *(str(getattr(theme, key)) for key in COLOURS)]
    assert {value.partition("_")[0] for value in values} == {"ansi"}


def test_no_text_in_the_terminals_colours_is_dark_on_dark_or_like_its_ground() -> None:
    """Grounds are the terminal's own or become its reverse and underline; the banner has black text."""
    theme = theme_named(ANSI)
    values = theme.variables | {key: str(getattr(theme, key)) for key in COLOURS}
    for text in TEXTS:
        if not text.startswith("text-"):
            assert values[text] not in ("ansi_black", "ansi_blue", "ansi_white", "ansi_bright_white"), text
    assert {values[ground] for ground in GROUNDS} == {"ansi_default", "ansi_white", "ansi_bright_black"}
    assert values["banner-background"] not in ("ansi_black", "ansi_bright_black", "ansi_blue")


# -- what an analyst writes


def test_three_lines_make_a_theme(tmp_path: Path) -> None:
    write(tmp_path, "solar", 'inherits = "light"\nbackground = "#ffffff"\naccent = "#003f66"\n')
    theme, light = theme_named("solar", tmp_path), theme_named(LIGHT)
    assert (theme.name, theme.background, theme.accent) == (f"{PREFIX}solar", "#ffffff", "#003f66")
    assert (theme.dark, theme.foreground) == (False, light.foreground)
    assert theme.variables["rule"] == light.variables["rule"]
    assert theme.variables["scrollbar-background"] == theme.surface == "#ffffff"


def test_without_a_word_a_theme_inherits_the_dark_one_or_the_light_one(tmp_path: Path) -> None:
    write(tmp_path, "night", 'accent = "#ffffff"\n')
    write(tmp_path, "day", "dark = false\n")
    assert theme_named("night", tmp_path).panel == theme_named("dark").panel
    assert theme_named("day", tmp_path).panel == theme_named("light").panel


def test_own_themes_come_after_the_shipped_ones(tmp_path: Path) -> None:
    write(tmp_path, "b", "")
    write(tmp_path, "a", "")
    assert list(theme_files(tmp_path)) == [*SHIPPED, "a", "b"]
    assert list(theme_files(tmp_path / "none")) == list(SHIPPED)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('acent = "#fff"\n', "line 1: acent: no such key; did you mean accent"),
        ('\n[variables]\nrulle = "#fff"\n', "line 3: variables.rulle: no such key; did you mean rule"),
        ('[variables]\naccent = "#fff"\n', "line 2: variables.accent: no such key; known are banner-"),
        ('inherits = "drak"\n', "inherits: a theme of alerttui with colours is expected; did you mean dark"),
        ('inherits = "mono"\n', "inherits: a theme of alerttui with colours is expected; known are"),
        ('accent = "#12"\n', """line 1: accent: '#12' is no colour; write one such as "#7aa2f7\""""),
        ("accent = 12\n", "line 1: accent: a colour in quotes is expected, not 12"),
        ('accent = "#ffffff80"\n', "accent: '#ffffff80' is translucent; write the colour that it makes"),
        ('accent = "ansi_red"\n', "'ansi_red' cannot be used in this theme; write a colour such as"),
        ('inherits = "ansi"\naccent = "#ffffff"\n', "write the terminal's own colours, such as ansi_red"),
        ('accent = "$acent"\n', "line 1: accent: no such colour $acent; did you mean accent"),
        ('accent = "$accent"\n', "line 1: accent: no such colour $accent"),
        ('dark = "no"\n', "line 1: dark: true or false is expected, not 'no'"),
        ('variables = "x"\n', "line 1: variables: a table is expected"),
        ("accent = \n", "line 1: not TOML: "),
    ],
)
def test_a_wrong_theme_is_refused_with_file_line_key_and_reason(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, "mine", text)
    with pytest.raises(ConfigError) as refused:
        theme_named("mine", tmp_path)
    assert str(refused.value).startswith(str(path))
    assert said in str(refused.value)


def test_a_theme_that_is_no_utf8_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b'accent = "\xff"\n')
    found = find_theme("mine", "theme", tmp_path)
    with pytest.raises(ConfigError, match=r"mine\.toml: not UTF-8 at byte 10; save it as UTF-8"):
        read_theme(found)
    file.unlink()
    with pytest.raises(ConfigError, match=r"mine\.toml: cannot be read: No such file or directory"):
        read_theme(found)


def test_an_own_theme_cannot_take_the_name_of_a_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "dark", 'accent = "#ff0000"\n')
    assert theme_named("dark", tmp_path).accent == theme_named("dark").accent
    with pytest.raises(ConfigError, match="alerttui has a theme dark itself; give the file another name"):
        read_theme(theme_files(tmp_path)["dark.toml"])


def test_an_own_theme_has_a_plain_name(tmp_path: Path) -> None:
    write(tmp_path, "my theme", "")
    with pytest.raises(ConfigError, match="letters, digits, _ and - only"):
        theme_named("my theme", tmp_path)


def test_an_unknown_theme_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    write(tmp_path, "solar", "")
    with pytest.raises(ConfigError, match="--theme: no theme 'solr'; did you mean solar"):
        find_theme("solr", "--theme", tmp_path)


def test_a_theme_that_is_hard_to_read_is_taken_and_its_worst_pair_is_named(tmp_path: Path) -> None:
    write(tmp_path, "dim", 'inherits = "dark"\naccent = "#3a4266"\n')
    worst = weakest(theme_named("dim", tmp_path))
    assert worst is not None
    assert str(worst).startswith("accent on ")
    assert [weakest(theme) for theme in shipped_themes()] == [None] * len(SHIPPED)


def test_an_own_theme_of_the_terminals_colours_is_one(tmp_path: Path) -> None:
    write(tmp_path, "sixteen", 'inherits = "ansi"\naccent = "ansi_green"\n')
    theme: Theme = theme_named("sixteen", tmp_path)
    assert theme.ansi
    assert weakest(theme) is None


def test_the_example_in_the_documentation_is_a_theme(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "themes.md").read_text("utf-8")
    (example,) = [each for each in re.findall(r"```toml\n(.*?)```", text, re.S) if "inherits" in each]
    assert len(example.splitlines()) == 5
    write(tmp_path, "mine", example)
    theme = theme_named("mine", tmp_path)
    assert weakest(theme) is None
    assert theme.variables["severity-low"] == theme.accent == "#ffb454"


def test_the_documentation_names_every_theme_and_every_colour() -> None:
    text = (ROOT / "docs" / "themes.md").read_text("utf-8")
    for name in (*SHIPPED, "auto", *COLOURS):
        assert re.search(rf"`(?:[a-z ]+ )?{name}(?: [a-z ]+)?`", text), name


# -- which look fits the terminal


@pytest.mark.parametrize(
    ("environ", "theme", "look"),
    [
        ({"TERM": "xterm-256color"}, "auto", Look("dark")),
        ({"TERM": "screen", "COLORTERM": "truecolor"}, "auto", Look("dark")),
        ({"TERM": "screen"}, "auto", Look("ansi")),
        ({"TERM": "xterm-kitty"}, "auto", Look("dark")),
        ({"TERM": "foot"}, "auto", Look("ansi")),
        ({"TERM": "foot", "COLORTERM": "truecolor"}, "auto", Look("dark")),
        ({"TERM": "linux"}, "auto", Look("ansi", is_ascii=True)),
        ({"TERM": "linux"}, "light", Look("light", is_ascii=True)),
        ({"TERM": "dumb"}, "auto", Look("mono")),
        ({"TERM": "dumb"}, "dark", Look("dark")),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "light", Look("mono", has_colours=False)),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "light", Look("light")),
    ],
)
def test_the_look_fits_the_terminal(environ: dict[str, str], theme: str, look: Look) -> None:
    assert choose_look(theme, "auto", read_terminal(environ, encoding="utf-8")) == look


@pytest.mark.parametrize(
    "kind", ["xterm", "foot", "alacritty", "xterm-kitty", "tmux-256color", "xterm-direct"]
)
def test_the_dark_theme_is_only_where_its_colours_are_really_drawn(kind: str) -> None:
    drawn = RichConsole(force_terminal=True, _environ={"TERM": kind}).color_system
    theme = choose_look("auto", "auto", read_terminal({"TERM": kind}, encoding="utf-8")).theme
    assert (theme == "dark") is (drawn == "256")


@pytest.mark.parametrize(
    ("glyphs", "encoding", "is_ascii"),
    [
        ("auto", "utf-8", False),
        ("auto", "ISO-8859-1", True),
        ("auto", "ascii", True),
        ("unicode", "ascii", False),
        ("ascii", "utf-8", True),
    ],
)
def test_ascii_is_for_terminals_that_cannot_write_our_signs(
    glyphs: str, encoding: str, is_ascii: bool
) -> None:
    terminal = read_terminal({"TERM": "xterm-256color"}, encoding=encoding)
    assert choose_look("dark", glyphs, terminal).is_ascii is is_ascii
