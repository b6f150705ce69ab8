"""The menu of views: a digit, or the cursor and enter, goes to one; letters make, rename, change, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Input

from alerttui.domain.view import View, ViewOrigin
from alerttui.tui.dialogs.menu import MIN_OPTIONS, Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import cells_of, content
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView
from alerttui.tui.widgets.text_fields import LineField


class Verb(Enum):
    """What is done with a view."""

    GO = "enter"
    SAVE = "s"
    RENAME = "r"
    CHANGE = "c"
    REMOVE = "d"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the analyst wants."""

    verb: Verb
    view: View | None = None


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view as the menu shows it."""

    view: View
    count: int | None = None


DIGITS: Final = "123456789"

KEYS: Final = (
    ("enter", "go"),
    ("s", "keep this filter as a view"),
    ("r", "rename"),
    ("c", "change to this filter"),
    ("d", "remove"),
    ("/", "search"),
)

PADDING_CELLS: Final = 2
"""What a panel leaves free at its sides."""


class ViewMenu(Dialog[Choice]):
    """Every view; what cannot be done with the one under the cursor says why."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "pick", show=False),
        Binding("down,ctrl+n", "move(1)", "down", show=False),
        Binding("up,ctrl+p", "move(-1)", "up", show=False),
    ]

    def __init__(self, lines: Sequence[ViewLine], *, listed: str, present: View | None) -> None:
        super().__init__("Views")
        self._lines = lines
        self._matching = list(lines)
        self._listed = listed
        self._present = present
        self._note = ""

    def compose(self) -> ComposeResult:
        """Title, views, the keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(placeholder="part of a name or filter", id="wanted")
            yield DocumentView(id="options")
            yield DocumentView(id="view-keys")

    def on_mount(self) -> None:
        """The views have the focus; the search opens when it is asked for."""
        self.query_one("#wanted").display = False
        keys = self.query_one("#view-keys", DocumentView)
        keys.can_focus = False
        self._show_keys()
        options = self.query_one("#options", DocumentView)
        views = [line.view for line in self._lines]
        options.show(self._build)
        options.cursor = views.index(self._present) if self._present in views else 0
        keys_and_search = len(self._key_lines(self.app.size.width - PADDING_CELLS)) + 1
        options.styles.height = min(len(self._lines), max(MIN_OPTIONS, self.panel_room() - keys_and_search))
        options.focus()
        self.call_after_refresh(options.move_by, 0)

    def _show_keys(self) -> None:
        keys = self.query_one("#view-keys", DocumentView)
        keys.show(lambda width: [DocLine(line) for line in self._key_lines(width)])
        keys.styles.height = len(self._key_lines(self.app.size.width - PADDING_CELLS))

    def _key_lines(self, width: int) -> list[Content]:
        """The keys in as many lines as they take; or, in their first line, why one of them did nothing."""
        lines = [Content("")]
        for key, label in KEYS:
            drawn = content(key, "bold $accent") + content(f" {label}  ", DIM)
            if len(lines[-1]) and lines[-1].cell_length + drawn.cell_length > width:
                lines.append(Content(""))
            lines[-1] += drawn
        return [content(self._note, ERROR), *lines[1:]] if self._note else lines

    def _build(self, width: int) -> list[DocLine]:
        if not self._matching:
            return [DocLine(Content.styled("  no view matches", DIM))]
        name_cells = max(cells_of(line.view.name) for line in self._matching) + 1
        return [DocLine(self._line(line, name_cells)) for line in self._matching]

    def _line(self, line: ViewLine, name_cells: int) -> Content:
        place = self._lines.index(line)
        digit = DIGITS[place] if place < len(DIGITS) else " "
        name = content(line.view.name, "bold" if line.view == self._present else "")
        count = "" if line.count is None else f"{line.count:,}"
        origin = "" if line.view.origin is ViewOrigin.BUILT_IN else f"  {line.view.origin.value}"
        return (
            content(f" {digit} ", "bold $accent")
            + name
            + Content(" " * (name_cells - name.cell_length))
            + content(f"{count:>7}  ")
            + content(line.view.text, DIM)
            + content(origin, "$secondary")
        )

    # -- keys

    def on_key(self, event: Key) -> None:
        """A digit goes to its view; a letter does something with the one under the cursor."""
        if isinstance(self.focused, LineField) or event.character is None:
            return
        if event.character in DIGITS and int(event.character) <= len(self._lines):
            event.stop()
            self.dismiss(Choice(Verb.GO, self._lines[int(event.character) - 1].view))
        elif event.character == "/":
            event.stop()
            self._search()
        elif event.character in ("j", "k"):
            event.stop()
            self.action_move(1 if event.character == "j" else -1)
        elif event.character in (Verb.SAVE.value, Verb.RENAME.value, Verb.CHANGE.value, Verb.REMOVE.value):
            event.stop()
            self._do(Verb(event.character))

    def _do(self, verb: Verb) -> None:
        if verb is Verb.SAVE:
            self.dismiss(Choice(verb))
            return
        view = self._under_cursor()
        if view is None:
            return
        if view.is_own:
            self.dismiss(Choice(verb, view))
            return
        where = (
            "is built in: s keeps another"
            if view.origin is ViewOrigin.BUILT_IN
            else "is in the configuration"
        )
        self._note = f"{view.name} {where}."
        self._show_keys()

    def _under_cursor(self) -> View | None:
        cursor = self.query_one("#options", DocumentView).cursor
        return self._matching[cursor].view if cursor < len(self._matching) else None

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self.query_one("#options", DocumentView).move_by(lines)

    @on(LineView.LineOpened, "#options")
    @on(Input.Submitted, "#wanted")
    def action_pick(self) -> None:
        """Go to the view under the cursor."""
        view = self._under_cursor()
        if view is not None:
            self.dismiss(Choice(Verb.GO, view))

    # -- search

    def _search(self) -> None:
        field = self.query_one("#wanted", LineField)
        field.display = True
        field.focus()

    @on(Input.Changed, "#wanted")
    def narrow(self, event: Input.Changed) -> None:
        """Show the views whose name or filter contains what is typed."""
        wanted = event.value.strip().casefold()
        self._matching = [
            line for line in self._lines if wanted in f"{line.view.name}\n{line.view.text}".casefold()
        ]
        self.query_one("#options", DocumentView).show(self._build)

    def action_back_out(self) -> None:
        """Leave the search, then the menu."""
        field = self.query_one("#wanted", LineField)
        if field.display:
            field.put("")
            field.display = False
            self.query_one("#options").focus()
        else:
            self.dismiss(None)


class NameScreen(Dialog[str]):
    """Asks for a view's name; what is wrong with it is said while it is typed."""

    def __init__(self, title: str, name: str, problem_of: Callable[[str], str]) -> None:
        super().__init__(title)
        self._first_name = name
        self._problem_of = problem_of

    def compose(self) -> ComposeResult:
        """Title, the name, what is wrong with it."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(self._first_name, placeholder="name", id="name")
            yield DocumentView(id="name-problem")

    def on_mount(self) -> None:
        """The cursor stands behind the name."""
        problem = self.query_one("#name-problem", DocumentView)
        problem.can_focus = False
        problem.styles.height = 1
        field = self.query_one("#name", LineField)
        field.focus()
        field.cursor_position = len(field.value)
        self._tell("")

    @on(Input.Changed, "#name")
    def check(self, event: Input.Changed) -> None:
        """Say what is wrong with the name."""
        self._tell(self._problem_of(event.value) if event.value else "")

    def _tell(self, problem: str) -> None:
        line = content(problem, ERROR) if problem else Content.styled("enter keeps it, esc leaves", DIM)
        self.query_one("#name-problem", DocumentView).show(lambda _: [DocLine(line)])

    @on(Input.Submitted, "#name")
    def take(self, event: Input.Submitted) -> None:
        """Take the name, unless something is wrong with it."""
        problem = self._problem_of(event.value)
        if problem:
            self._tell(problem)
        else:
            self.dismiss(event.value.strip())
