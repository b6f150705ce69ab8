"""The command palette: type a few letters of what you want; it says which key does it without typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Input

from alerttui.triage.command_search import Command, Match, find_commands
from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM, WARNING
from alerttui.tui.render.text import cells_of, content, crop, to_strip
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView
from alerttui.tui.widgets.text_fields import LineField

SHOWN_COMMANDS: Final = 10
"""Lines of commands under what is typed."""

LABEL_CELLS: Final = 22
KEY_CELLS: Final = 8


class PaletteScreen(Dialog[None]):
    """Commands narrowed by typing; enter closes the palette and does the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "do it", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", "down", show=False),
        Binding("up,ctrl+p", "move(-1)", "up", show=False),
        Binding("pagedown", f"move({SHOWN_COMMANDS})", "page down", show=False),
        Binding("pageup", f"move(-{SHOWN_COMMANDS})", "page up", show=False),
    ]

    def __init__(
        self, commands: Sequence[Command], do: Callable[[Command], None], recent: Sequence[str] = ()
    ) -> None:
        super().__init__("Commands   (enter does it, esc closes)")
        self._commands = commands
        self._do = do
        self._recent = recent

    def compose(self) -> ComposeResult:
        """Title, what is typed, the commands, and a line about the one under the cursor."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(placeholder="type to find", id="wanted")
            commands = CommandList(id="commands")
            commands.found = find_commands("", self._commands, self._recent)
            commands.can_focus = False
            commands.styles.height = SHOWN_COMMANDS
            commands.styles.overflow_y = "scroll"  # a scrollbar that comes and goes repaints everything
            yield commands
            about = DocumentView(id="about-command")
            about.can_focus = False
            about.styles.height = 1
            about.show(lambda _: [DocLine(content(commands.found[0].command.help, DIM))])
            yield about

    def on_mount(self) -> None:
        """The keys go into the field."""
        self.query_one("#wanted", LineField).focus()

    @on(Input.Changed, "#wanted")
    def narrow(self, event: Input.Changed) -> None:
        """Show which commands are meant."""
        self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        self.query_one("#commands", CommandList).show(find_commands(typed, self._commands, self._recent))
        self.follow_cursor()

    def action_move(self, lines: int) -> None:
        """Move the cursor among the commands."""
        self.query_one("#commands", CommandList).move_by(lines)

    @on(LineView.CursorMoved, "#commands")
    def follow_cursor(self) -> None:
        """The line below is about the command under the cursor."""
        command = self.query_one("#commands", CommandList).chosen
        self._tell(command.help if command else "No command is called so; fewer letters find more.", DIM)

    @on(LineView.LineOpened, "#commands")
    def action_take(self) -> None:
        """Do the command under the cursor; one that cannot be done now says why instead.

        Enter is a binding and comes before the field: a key typed right behind it finds the palette closed.
        """
        command = self.query_one("#commands", CommandList).chosen
        if command is None:
            return
        if command.refusal:
            self._tell(command.refusal, WARNING)
            return
        self.dismiss(None)
        self._do(command)

    def _tell(self, text: str, style: str) -> None:
        line = content(text, style)
        self.query_one("#about-command", DocumentView).show(lambda width: [DocLine(crop(line, width))])


class CommandList(LineView):
    """Commands that were found; a move of the cursor repaints two lines."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.found: Sequence[Match] = ()

    def show(self, found: Sequence[Match]) -> None:
        """Show commands, with the cursor on the first."""
        self.found = found
        self.cursor = 0
        self.lines_changed()
        self.scroll_to(y=0, animate=False)

    @property
    def chosen(self) -> Command | None:
        """The command under the cursor."""
        return self.found[self.cursor].command if self.cursor < len(self.found) else None

    def line_count(self) -> int:
        """How many were found."""
        return len(self.found)

    def strip_at(self, line: int, width: int) -> Strip:
        """One command; the one under the cursor stands out although the field has the focus."""
        is_chosen = line == self.cursor
        base = self.visual_style
        if is_chosen:
            base += self.style("$foreground on $cursor-background")
        return to_strip(command_line(self.found[line], is_chosen=is_chosen), width, base, self.style)


def command_line(match: Match, *, is_chosen: bool) -> Content:
    """One command: mark, label, key, and what it does or why it cannot."""
    command = match.command
    mark = Content.styled("▌ " if is_chosen else "  ", "bold $accent")
    label = crop(_label(match, is_chosen=is_chosen), LABEL_CELLS)
    key = content(command.key, DIM if command.refusal else "bold $accent")
    about = content(command.refusal or command.help, DIM)
    return mark + _padded(label, LABEL_CELLS) + _padded(key, KEY_CELLS) + about


def _label(match: Match, *, is_chosen: bool) -> Content:
    """The label with the letters that were typed underlined."""
    command = match.command
    label = content(command.label, DIM if command.refusal else "bold" if is_chosen else "")
    if len(label.plain) == len(command.label):
        for place in match.places:
            label = label.stylize("underline", place, place + 1)
    return label


def _padded(text: Content, cells: int) -> Content:
    """The text in at least so many cells, and a gap behind it."""
    return text + Content(" " * max(0, cells - cells_of(text.plain))) + Content("  ")
