"""What is written to a terminal: no line that stands there already, and never less than what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from alerttui.tui.terminal_lines import Changes, TerminalLines
from tests.tui.terminal import Terminal, clean_environment, demo_command

WIDTH: Final = 8
ROWS: Final = 3
LEFT: Final = 3
"""Columns of the left one of two widgets side by side."""

STYLES: Final = tuple(
    map(Style.parse, ("", "red", "red on blue", "bold on blue", "on blue", "underline", "reverse", "green"))
)

CONSOLE: Final = Console(color_system="truecolor", force_terminal=True, width=WIDTH)

MENU_BYTES: Final = 2_400
"""The lines of a menu's panel at 80x24, written once, are less than this."""
PANEL_BYTES: Final = 4_600
"""Those of a panel of 14 lines are less than this."""

Look = tuple[object, ...]


class Emulator:
    """A terminal of a few cells."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(WIDTH, ROWS)
        self._stream = pyte.Stream(self._screen)

    def write(self, text: str) -> None:
        """Draw."""
        self._stream.feed(text)

    def looks(self) -> list[Look]:
        """What each cell looks like; of a blank one only the ground is to be seen."""
        return [_look(self._screen.buffer[row][column]) for row in range(ROWS) for column in range(WIDTH)]


def _look(cell: pyte.screens.Char) -> Look:
    if cell.data == " " and not (cell.underscore or cell.reverse):
        return (" ", cell.bg)
    return (cell.data, cell.fg, cell.bg, cell.bold, cell.underscore, cell.reverse)


def _strip(text: str, looks: Sequence[int]) -> Strip:
    return Strip([Segment(sign, STYLES[look]) for sign, look in zip(text, looks, strict=True)])


def strips(width: int) -> st.SearchStrategy[Strip]:
    """Strips of a width, a look for every cell."""
    looks = st.lists(st.integers(0, len(STYLES) - 1), min_size=width, max_size=width)
    return st.builds(_strip, st.text("  ab─", min_size=width, max_size=width), looks)


PAGES: Final = st.lists(st.tuples(strips(LEFT), strips(WIDTH - LEFT)), min_size=ROWS, max_size=ROWS)
DIRTY: Final = st.lists(
    st.tuples(st.integers(0, ROWS - 1), st.booleans()), min_size=1, unique_by=lambda each: each[0]
)


def _page(page: Sequence[tuple[Strip, Strip]]) -> LayoutUpdate:
    return LayoutUpdate([list(line) for line in page], Region(0, 0, WIDTH, ROWS))


def _parts(page: Sequence[tuple[Strip, Strip]], dirty: Sequence[tuple[int, bool]]) -> ChopsUpdate:
    chops = [{0: left, LEFT: right} for left, right in page]
    spans = [(row, 0 if is_left else LEFT, LEFT if is_left else WIDTH) for row, is_left in sorted(dirty)]
    return ChopsUpdate(chops, spans, [[LEFT, WIDTH] for _ in page])


def _written(lines: TerminalLines, update: LayoutUpdate | ChopsUpdate) -> str:
    changes = lines.only_changes(update)
    assert isinstance(changes, Changes)
    return changes.render_segments(CONSOLE)


@given(PAGES, st.lists(st.tuples(PAGES, st.none() | DIRTY), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_terminal_shows_the_same_as_if_everything_were_written(
    first: Sequence[tuple[Strip, Strip]],
    paints: Sequence[tuple[Sequence[tuple[Strip, Strip]], Sequence[tuple[int, bool]] | None]],
) -> None:
    lines, spared, full = TerminalLines(), Emulator(), Emulator()
    for page, dirty in [(first, None), *paints]:
        update = _page(page) if dirty is None else _parts(page, dirty)
        full.write(update.render_segments(CONSOLE))
        spared.write(_written(lines, update))
        assert spared.looks() == full.looks()
        assert _written(lines, update) == ""


def _line(text: str, look: str = "") -> list[Strip]:
    return [Strip([Segment(text, Style.parse(look))])]


def _one_line(text: str, look: str = "") -> LayoutUpdate:
    return LayoutUpdate([_line(text.ljust(WIDTH), look)], Region(0, 0, WIDTH, 1))


def test_what_is_forgotten_is_written_again() -> None:
    lines = TerminalLines()
    first = _written(lines, _one_line("alert"))
    lines.forget()
    assert _written(lines, _one_line("alert")) == first != ""


def test_another_width_is_another_terminal() -> None:
    lines = TerminalLines()
    _written(lines, _one_line("alert"))
    wider = LayoutUpdate([_line("alert".ljust(WIDTH + 4))], Region(0, 0, WIDTH + 4, 1))
    assert _written(lines, wider)
    assert _written(lines, _one_line("alert"))


def test_what_could_not_be_told_from_other_output_is_forgotten() -> None:
    lines = TerminalLines()
    _written(lines, _one_line("alert"))
    assert lines.only_changes("something else") == "something else"
    assert _written(lines, _one_line("alert"))


def test_a_line_is_unknown_once_half_of_a_wide_character_is_written_over() -> None:
    lines = TerminalLines()
    _written(lines, _one_line("a界b    "[: WIDTH - 1]))
    _written(lines, ChopsUpdate([{0: Strip([Segment("xy")])}], [(0, 0, 2)], [[2, WIDTH]]))
    assert _written(lines, _one_line("xy b"))


NOISE: Final = b"\x1b[2J\x1b[3;1Hline noise"
"""What another program may write over the console."""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Terminal]:
    """The demo at 80x24, in a home of its own."""
    try:
        terminal = Terminal(demo_command(), clean_environment(tmp_path), 80, 24)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")
    yield terminal
    terminal.close()


def test_a_dialog_writes_its_lines_once_and_leaves_the_console_as_it_was(demo: Terminal) -> None:
    demo.wait_for("? keys")
    console = demo.wait_for_look()
    for key, bound in ((b"s", MENU_BYTES), (b"c", MENU_BYTES), (b"n", MENU_BYTES), (b":", PANEL_BYTES)):
        place = demo.press(key)
        demo.wait_for_look(unlike=console)
        assert len(demo.written) - place < bound, f"{key!r} opens"
        place = demo.press(b"\x1b")
        demo.wait_for_look(like=console)
        assert len(demo.written) - place < bound, f"{key!r} closes"


def test_what_something_else_wrote_over_is_written_anew_by_its_key(demo: Terminal) -> None:
    demo.wait_for("? keys")
    console = demo.wait_for_look()
    demo.press(b"s")
    dialog = demo.wait_for_look(unlike=console)
    demo.scribble(NOISE)
    demo.press(b"\x0c")
    demo.wait_for_look(like=dialog)
    demo.press(b"\x1b")
    demo.wait_for_look(like=console)
    demo.scribble(NOISE)
    place = demo.press(b"\x0c")
    demo.wait_for("? keys", place)
    assert demo.wait_for_look()[:20] == console[:20]


def test_another_size_and_back_leave_no_line_unwritten(demo: Terminal) -> None:
    demo.wait_for("? keys")
    console = demo.wait_for_look()
    demo.resize(100, 30)
    demo.wait_for("? keys", len(demo.written))
    demo.wait_for_look(unlike=console)
    demo.resize(80, 24)
    demo.wait_for_look(like=console)
