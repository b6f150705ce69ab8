"""A picker: type to narrow, enter takes; for assignees and for tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView
from alerttui.tui.widgets.text_fields import LineField

SHOWN_CANDIDATES: Final = 7
"""Lines of candidates under the input."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that can be picked."""

    value: str
    label: str
    note: str = ""


class PersonScreen(Dialog[str]):
    """Pick an assignee; the answer is a user id, or empty for nobody."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", "down", show=False),
        Binding("up,ctrl+p", "move(-1)", "up", show=False),
    ]

    def __init__(
        self, title: str, find: Callable[[str], Sequence[Candidate]], *, only_emails: bool = False
    ) -> None:
        super().__init__(title)
        self._find = find
        self._wanted = "e-mail" if only_emails else "name, e-mail or id"
        self._nobody = "nobody matches; type an e-mail address" if only_emails else "nobody matches"
        self._candidates: Sequence[Candidate] = ()

    def compose(self) -> ComposeResult:
        """Title, what is typed, who matches."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(placeholder=self._wanted, id="wanted")
            yield DocumentView(id="candidates")

    def on_mount(self) -> None:
        """Everybody, until something is typed."""
        self.query_one("#candidates").can_focus = False
        self._narrow("")
        field = self.query_one("#wanted", LineField)
        field.focus()

    @on(Input.Changed, "#wanted")
    def narrow(self, event: Input.Changed) -> None:
        """Show who matches what is typed."""
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        self._candidates = list(self._find(text.strip()))[:SHOWN_CANDIDATES]
        view = self.query_one("#candidates", DocumentView)
        view.show(lambda _: self._lines(view.cursor))
        view.styles.height = SHOWN_CANDIDATES

    def action_move(self, lines: int) -> None:
        """Move the cursor among the candidates."""
        view = self.query_one("#candidates", DocumentView)
        view.move_by(lines)
        view.show(lambda _: self._lines(view.cursor), keep_place=True)

    def _lines(self, cursor: int) -> list[DocLine]:
        return candidate_lines(self._candidates, cursor, self._nobody)

    @on(Input.Submitted, "#wanted")
    @on(LineView.LineOpened, "#candidates")
    def take(self) -> None:
        """Take the candidate under the cursor."""
        cursor = self.query_one("#candidates", DocumentView).cursor
        if cursor < len(self._candidates):
            self.dismiss(self._candidates[cursor].value)


def candidate_lines(
    candidates: Sequence[Candidate], cursor: int, nobody: str = "nobody matches"
) -> list[DocLine]:
    """Candidates with a mark on the one that enter takes; `nobody` says that there are none."""
    if not candidates:
        return [DocLine(content(f"  {nobody}", DIM))]
    lines = []
    for index, each in enumerate(candidates):
        mark = Content.styled("▌ " if index == cursor else "  ", "bold $accent")
        label = content(each.label, "bold" if index == cursor else "")
        lines.append(DocLine(mark + label + Content("  ") + content(each.note, DIM)))
    return lines


class TagsScreen(Dialog[str]):
    """Edit tags as text, with completion from tags in use and the broken rule shown."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "complete", show=False)]

    def __init__(
        self,
        title: str,
        text: str,
        *,
        find: Callable[[str], Sequence[Candidate]],
        problem_of: Callable[[str], str],
        help_text: str,
    ) -> None:
        super().__init__(title)
        self._text = text
        self._find = find
        self._problem_of = problem_of
        self._help = help_text
        self._candidates: Sequence[Candidate] = ()
        self._sought = ""

    def compose(self) -> ComposeResult:
        """Title, the tags, completions, the rule that is broken."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(self._text, id="tags")
            yield DocumentView(id="candidates")

    def on_mount(self) -> None:
        """The cursor stands behind the last tag."""
        self.query_one("#candidates").can_focus = False
        field = self.query_one("#tags", LineField)
        field.focus()
        field.cursor_position = len(self._text)
        self._tell(self._text)

    @on(Input.Changed, "#tags")
    def tell(self, event: Input.Changed) -> None:
        """Show completions and problems for what is typed."""
        self._tell(event.value)

    def _tell(self, text: str) -> None:
        self._sought = _last_word(text).lstrip("+-")
        self._candidates = [each for each in self._find(self._sought) if each.value not in text.split()]
        view = self.query_one("#candidates", DocumentView)
        problem = self._problem_of(text)
        view.show(lambda _: self._lines(problem))
        view.styles.height = 2

    def _lines(self, problem: str) -> list[DocLine]:
        parts = [content(f"{each.value} {each.note}", DIM) for each in self._candidates[:SHOWN_CANDIDATES]]
        completions = Content("tab  ").stylize("bold $accent", 0, 3) + Content("  ").join(parts)
        last = content(problem, "bold $text-error") if problem else content(self._help, DIM)
        others = f"no tag in use has {self._sought}" if self._sought else "no other tags in use"
        return [DocLine(completions if parts else content(others, DIM)), DocLine(last)]

    def action_complete(self) -> None:
        """Complete the last word with the most used tag that contains it."""
        field = self.query_one("#tags", LineField)
        if not self._candidates:
            return
        word = _last_word(field.value)
        sign = word[:1] if word[:1] in ("+", "-") else ""
        head = field.value[: len(field.value) - len(word)]
        field.put(f"{head}{sign}{self._candidates[0].value} ")

    @on(Input.Submitted, "#tags")
    def take(self, event: Input.Submitted) -> None:
        """Take what is typed, unless it breaks a rule."""
        if not self._problem_of(event.value):
            self.dismiss(event.value)


def _last_word(text: str) -> str:
    return "" if not text or text[-1].isspace() else text.split()[-1]
