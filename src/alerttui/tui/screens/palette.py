"""The command palette: type a few letters of what you want; it says which key does it without typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from alerttui.triage.command_search import Command, Match, find_commands
from alerttui.tui.render.document import DocLine, LazyLines
from alerttui.tui.render.style_names import DIM, WARNING
from alerttui.tui.render.text import cells_of, content, crop
from alerttui.tui.screens.menu import Dialog
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
        self._found: Sequence[Match] = ()

    def compose(self) -> ComposeResult:
        """Title, what is typed, the commands, and a line about the one under the cursor."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(placeholder="type to find", id="wanted")
            commands = DocumentView(id="commands")
            commands.can_focus = False
            commands.styles.height = SHOWN_COMMANDS
            yield commands
            about = DocumentView(id="about-command")
            about.can_focus = False
            about.styles.height = 1
            yield about

    def on_mount(self) -> None:
        """Every command, until something is typed."""
        self._narrow("")
        self.query_one("#wanted", LineField).focus()

    @on(Input.Changed, "#wanted")
    def narrow(self, event: Input.Changed) -> None:
        """Show which commands are meant."""
        self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        self._found = find_commands(typed, self._commands, self._recent)
        self._draw(keep_place=False)

    def action_move(self, lines: int) -> None:
        """Move the cursor among the commands."""
        self.query_one("#commands", DocumentView).move_by(lines)

    @on(LineView.CursorMoved, "#commands")
    def follow_cursor(self) -> None:
        """The mark, and the line below, follow the cursor."""
        self._draw(keep_place=True)

    @on(LineView.LineOpened, "#commands")
    def action_take(self) -> None:
        """Do the command under the cursor; one that cannot be done now says why instead.

        Enter is a binding and comes before the field: a key typed right behind it finds the palette closed.
        """
        command = self._chosen()
        if command is None:
            return
        if command.refusal:
            self._tell(command.refusal, WARNING)
            return
        self.dismiss(None)
        self._do(command)

    def _chosen(self) -> Command | None:
        cursor = self.query_one("#commands", DocumentView).cursor
        return self._found[cursor].command if cursor < len(self._found) else None

    def _draw(self, *, keep_place: bool) -> None:
        view = self.query_one("#commands", DocumentView)
        if self._found:
            view.show(
                lambda width: CommandLines(self._found, view.cursor if keep_place else 0, width),
                keep_place=keep_place,
            )
        else:
            view.show_message("no command is called so; fewer letters find more")
        command = self._chosen()
        self._tell(command.help if command else "", DIM)

    def _tell(self, text: str, style: str) -> None:
        line = content(text, style)
        self.query_one("#about-command", DocumentView).show(lambda width: [DocLine(crop(line, width))])


class CommandLines(LazyLines):
    """Commands that were found, with a mark on the one that enter does."""

    def __init__(self, found: Sequence[Match], cursor: int, width: int) -> None:
        self._found = found
        self._cursor = cursor
        self._width = width

    def __len__(self) -> int:
        return len(self._found)

    def line(self, at: int) -> DocLine:
        """One command: mark, label, key, and what it does or why it cannot."""
        match, is_chosen = self._found[at], at == self._cursor
        command = match.command
        mark = Content.styled("▌ " if is_chosen else "  ", "bold $accent")
        key = _padded(content(command.key, DIM if command.refusal else "bold $accent"), KEY_CELLS)
        about = content(command.refusal or command.help, DIM)
        line = (
            mark + _padded(crop(_label(match, is_chosen=is_chosen), LABEL_CELLS), LABEL_CELLS) + key + about
        )
        return DocLine(crop(line, self._width), value=command.label)


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
