"""How the console looks with few colours or none, in ASCII, and while one chooses a theme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from alerttui.demo import DEMO_ME, demo_people, generate
from alerttui.tui.glyphs import ASCII
from alerttui.tui.screens import theming
from alerttui.tui.screens.desk import ConsoleSettings
from alerttui.tui.terminal_colours import COLOURED, COLOURLESS, plain_style
from alerttui.tui.theme import ANSI, DARK, LIGHT, MONO, PREFIX, SHIPPED
from tests.alerts import NOW_MS
from tests.places import SOURCE
from tests.tui.driver import NARROW, WIDE, Console, running
from tests.tui.terminal import Terminal, clean_environment, demo_command

SGR: Final = re.compile(rb"\x1b\[([0-9;:]*)m")
ATTRIBUTES: Final = {0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29}
SIXTEEN: Final = {*range(30, 38), 39, *range(40, 48), 49, *range(90, 98), *range(100, 108)}

WALK: Final = (b"j", b" ", b"s", b"\x1b", b"c", b"\x1b", b"A", b"\x1b", b"n", b"\x1b", b"\t", b"\t", b"?")
"""Keys past the list, a menu, every kind of dialog and field, the panes and the help."""


def styles_written(terminal: Terminal) -> set[int]:
    """The codes of every style that a program set."""
    codes = (each.replace(b":", b";").split(b";") for each in SGR.findall(terminal.written))
    return {int(code or b"0") for each in codes for code in each}


@pytest.fixture
def walked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    """The demo after a walk past everything, with these options and variables."""
    options, variables = request.param
    try:
        terminal = Terminal(demo_command(*options), clean_environment(tmp_path, **variables), 80, 24)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")
    terminal.wait_for("? keys")
    for key in WALK:
        terminal.press(key)
        terminal.wait_until_still()
    yield terminal
    terminal.close()


@pytest.mark.parametrize(
    "walked",
    [(("--theme", "mono"), {}), ((), {"NO_COLOR": "1", "ALERTTUI_THEME": "light"})],
    indirect=True,
    ids=["mono", "no-color-over-a-theme"],
)
def test_without_colours_no_code_of_a_colour_is_written(walked: Terminal) -> None:
    codes = styles_written(walked)
    assert codes <= ATTRIBUTES
    assert {1, 2, 7} <= codes, "bold, dim and reverse tell what colours do elsewhere"


@pytest.mark.parametrize(
    "walked",
    [((), {"TERM": "screen"}), (("--theme", "ansi"), {"COLORTERM": "truecolor"})],
    indirect=True,
    ids=["sixteen-colours", "ansi-on-truecolor"],
)
def test_in_the_terminals_colours_only_those_are_written(walked: Terminal) -> None:
    codes = styles_written(walked)
    assert codes <= ATTRIBUTES | SIXTEEN
    assert codes & set(range(31, 38)), "there are colours"


# -- attributes in place of colours


def mono(text: str) -> Style:
    """What becomes of a style without colours."""
    return plain_style(Style.parse(text), False)


@pytest.mark.parametrize(
    ("style", "plain"),
    [
        ("color(7) on color(1)", "reverse"),
        ("on color(7)", "reverse"),
        ("bold color(1) on color(7)", "bold reverse"),
        ("color(8)", "dim"),
        ("color(8) on color(7)", "reverse"),
        ("color(8) reverse", "dim reverse"),
        ("color(15)", "bold"),
        ("on color(8)", "underline"),
        ("default on default", ""),
        ("#ff0000 on #00ff00", ""),
        ("italic strike color(3)", "italic strike"),
    ],
)
def test_without_colours_attributes_tell_what_colours_meant(style: str, plain: str) -> None:
    assert mono(style) == Style.parse(plain)


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("bold color(1)", "bold color(1)"),
        ("color(1) on color(7)", "reverse"),
        ("bold color(1) on color(3)", "not bold color(0) on color(3)"),
        ("color(8)", "dim"),
        ("color(2) on color(8)", "underline color(2)"),
        ("#ff0000 on #00ff00", ""),
    ],
)
def test_the_terminals_colours_stay_where_they_can_be_read(style: str, kept: str) -> None:
    assert plain_style(Style.parse(style), True) == Style.parse(kept)


# -- ASCII


def test_every_sign_in_our_sources_has_a_stand_in() -> None:
    drawn = [SOURCE / "tui", SOURCE / "domain" / "showable.py", SOURCE / "triage"]
    files = [path for place in drawn for path in (place.rglob("*.py") if place.is_dir() else [place])]
    letters = "ßςÄ"  # the folding of letters for search speaks of these
    missing = {
        (path.name, sign)
        for path in files
        for sign in path.read_text("utf-8")
        if sign > "\x7f" and ord(sign) not in ASCII and sign not in letters
    }
    assert not missing


ASCII_TOUR: Final = (
    "alert.status", "alert.close", "alert.quality", "alert.assign", "alert.tags", "alert.comment",
    "alert.macro", "alert.links", "alert.export", "value.copy", "value.pivot", "find.open", "filter.edit",
    "view.menu", "console.profile", "console.theme", "console.palette", "console.help",
)  # fmt: skip
"""Actions that open something over the console."""


@pytest.mark.parametrize(("size", "tour"), [(NARROW, ASCII_TOUR), (WIDE, ASCII_TOUR[:2])])
async def test_in_ascii_mode_nothing_of_ours_is_anything_else(
    size: tuple[int, int], tour: Sequence[str]
) -> None:
    alerts = [each for each in generate(80, 1, NOW_MS) if repr(each).isascii()]
    assert len(alerts) > 20
    people = [each for each in demo_people() if each.label.isascii()]
    async with running(alerts, size=size, me=DEMO_ME, people=people, is_ascii=True) as console:
        await console.do("mark.toggle", "mark.toggle", "move.bottom")
        expect_ascii(console)
        for pane in ("detail", "events", "comments", "history", "indicators", "related", "list"):
            await console.do(f"pane.{pane}")
            expect_ascii(console)
        for action in tour:
            await console.do(action)
            expect_ascii(console)
            await console.press("esc", "esc")
        assert not console.has_dialog


def expect_ascii(console: Console) -> None:
    """Every character on screen is printable ASCII."""
    for line in console.lines():
        foreign = re.search(r"[^ -~]", line)
        assert foreign is None, f"{foreign.group()!r} in {line!r}"


# -- choosing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder with room for themes."""
    (tmp_path / "themes").mkdir()
    return tmp_path


def worn(console: Console) -> str:
    return console.app.current_theme.name.removeprefix(PREFIX)


async def test_the_theme_under_the_cursor_shows_at_once_and_esc_takes_it_back() -> None:
    async with running(generate(5, 1, NOW_MS), size=NARROW) as console:
        await console.do("console.theme")
        await console.press("down")
        assert worn(console) == "light"
        await console.press("down", "down", "esc")
        assert worn(console) == "dark"


async def test_enter_keeps_a_theme_and_says_what_to_configure() -> None:
    async with running(generate(5, 1, NOW_MS), size=NARROW) as console:
        await console.do("console.theme")
        await console.press("down", "enter")
        assert worn(console) == "light"
        assert console.note == 'Theme light until you quit. To keep it, configure: theme = "light"'


async def test_every_theme_can_be_tried_and_nothing_of_the_one_before_stays() -> None:
    async with running(generate(20, 1, NOW_MS), size=NARROW) as console:
        await console.do("console.theme")
        for name in SHIPPED[1:]:
            await console.press("down")
            assert worn(console) == name
        assert colours_on_screen(console) == set(), "the console under the menu too"
        await console.press("enter")
        assert colours_on_screen(console) == set()


def colours_on_screen(console: Console) -> set[str]:
    strips = console.app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style]
    return {str(colour) for style in styles for colour in (style.color, style.bgcolor) if colour is not None}


async def test_own_themes_are_offered_and_a_file_written_anew_shows_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theming, "WATCH_S", 0.01)
    file = folder / "themes" / "solar.toml"
    file.write_text('inherits = "dark"\nbackground = "#000011"\n', encoding="utf-8")
    settings = ConsoleSettings(config_folder=folder)
    async with running(generate(5, 1, NOW_MS), size=NARROW, settings=settings) as console:
        await console.do("console.theme")
        await console.press("up", *["down"] * len(SHIPPED))
        assert worn(console) == "solar"
        assert "#000011" in background(console)
        file.write_text('inherits = "dark"\nbackground = "#110000"\n# longer\n', encoding="utf-8")
        await console.until(lambda: "#110000" in background(console))
        file.write_text('inherits = "dark"\nbackgroun = "#001100"\n# longer still\n', encoding="utf-8")
        await console.until(lambda: "did you mean background" in console.screen_text())
        assert "line 2: backgroun: no such key" in console.screen_text().replace("\n", "")
        assert "#110000" in background(console)
        await console.press("enter")
        assert console.has_dialog, "a theme that cannot be read is not kept"
        await console.press("esc")
        assert worn(console) == "dark"


def background(console: Console) -> str:
    return " ".join(sorted(colours_on_screen(console)))


async def test_a_theme_that_is_hard_to_read_says_so_while_it_is_tried(folder: Path) -> None:
    file = folder / "themes" / "dim.toml"
    file.write_text('inherits = "dark"\nforeground-muted = "#333333"\n'.replace("foreground-muted", "accent"))
    settings = ConsoleSettings(config_folder=folder)
    async with running(generate(5, 1, NOW_MS), size=NARROW, settings=settings) as console:
        await console.do("console.theme")
        await console.press(*["down"] * len(SHIPPED))
        assert "Hard to read: accent on" in console.screen_text()


async def test_where_no_color_is_set_no_theme_is_offered() -> None:
    settings = ConsoleSettings(has_colours=False)
    async with running(generate(5, 1, NOW_MS), size=NARROW, settings=settings, theme=MONO) as console:
        await console.do("console.theme")
        assert not console.has_dialog
        assert console.note.startswith("NO_COLOR is set")
        assert colours_on_screen(console) == set()


@pytest.mark.parametrize("theme", [DARK, LIGHT, ANSI, MONO])
async def test_the_cursor_the_choice_and_the_tab_are_set_off_in_every_theme(theme: str) -> None:
    async with running(generate(20, 1, NOW_MS), size=NARROW, theme=theme) as console:
        await console.do("alert.close")
        assert is_set_off(console, "2 Detail")
        assert is_set_off(console, "Resolved")
        await console.press("esc")
        assert is_set_off(console, console.row().title[:20])


def is_set_off(console: Console, text: str) -> bool:
    """Whether a text stands in reverse, or on the ground of the cursor."""
    ground = console.app.current_theme.variables["cursor-background"]
    strips = console.app.screen._compositor.render_strips()
    styles = [each.style for strip in strips for each in strip if text in each.text and each.style]
    return any(style.reverse or (style.bgcolor and style.bgcolor.name == ground) for style in styles)


def test_runs_that_look_the_same_without_colours_are_written_once() -> None:
    line = [Segment("a", Style.parse("color(1)")), Segment("b", Style.parse("color(2)")), Segment("c")]
    (run, bare) = COLOURLESS.apply(line, Color(0, 0, 0))
    assert (run.text, bare.text, bare.style) == ("ab", "c", None)
    assert [segment.text for segment in COLOURED.apply(line, Color(0, 0, 0))] == ["a", "b", "c"]
