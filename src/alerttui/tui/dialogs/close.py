"""The close dialog: target, verdict and an optional comment, or local note, in one act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, TextArea

from alerttui.domain.capabilities import Capabilities
from alerttui.domain.vocabulary import StatusWord, VerdictWord
from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import LABEL_CELLS, DocLine, labelled
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.text_fields import LineField, TextField


@dataclass(frozen=True, slots=True)
class Closing:
    """How an alert is to be closed."""

    status: str
    verdict: str
    comment: str
    actions: tuple[str, ...] = ()
    """What was done to resolve it, a line each; none where the connection does not list that."""


class CloseScreen(Dialog[Closing]):
    """Letters pick target and verdict, tab goes to the comment, enter closes.

    Where the connection lists the actions taken, tab goes on to those, and ctrl+s closes from there too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "close", "close", show=False),
        Binding("ctrl+s", "close", "close", show=False, priority=True),
        Binding("tab", "switch(1)", "comment", show=False, priority=True),
        Binding("shift+tab", "switch(-1)", "comment", show=False),
    ]

    def __init__(
        self,
        title: str,
        capabilities: Capabilities,
        *,
        target: str = "",
        draft: str,
        keep: Callable[[str], None],
        actions: str = "",
        keep_actions: Callable[[str], None] = lambda text: None,
    ) -> None:
        super().__init__(title)
        self._targets = [capabilities.status(word) for word in capabilities.closing_targets]
        self._verdicts = () if capabilities.refusal("verdict") else capabilities.verdicts
        self._verdict_required = capabilities.verdict_required
        self._lists_actions = not capabilities.actions_refusal
        self._takes_note = capabilities.comments.notes
        self._comment_refusal = "" if self._takes_note else capabilities.comments.write_refusal
        self._draft = draft
        self._keep = keep
        self._actions_draft = actions
        self._keep_actions = keep_actions
        chosen = [each for each in self._targets if each.word == target]
        self._target: StatusWord = (chosen or self._targets)[0]
        self._target_chosen = bool(chosen)
        self._verdict: VerdictWord | None = None

    def compose(self) -> ComposeResult:
        """Title, the choices, the comment."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield DocumentView(id="choices")
            field = LineField(self._draft, placeholder=self._placeholder(), id="comment")
            field.disabled = bool(self._comment_refusal)
            yield field
            if self._lists_actions:
                yield self._actions_hint()
                yield TextField(self._actions_draft, id="actions")

    def _actions_hint(self) -> DocumentView:
        hint = DocumentView(id="actions-hint")
        hint.can_focus = False
        hint.show(lambda _: [DocLine(content("actions taken, one a line - ctrl+s closes", DIM))])
        return hint

    def on_mount(self) -> None:
        """The choices have the focus: letters pick."""
        self._show_choices()
        self.query_one("#choices").focus()

    def on_resize(self) -> None:
        """Another width may need another number of lines, which is known once it is laid out."""
        self.call_after_refresh(self._show_choices)

    def _placeholder(self) -> str:
        if self._takes_note:
            return "tab: why, as a local note (stays here) - enter closes"
        return self._comment_refusal or "tab: why (optional; a comment stays when undone) - enter closes"

    def _show_choices(self, problem: str = "") -> None:
        choices = self.query_one("#choices", DocumentView)
        choices.show(lambda width: self._choice_lines(width, problem), keep_place=True)
        choices.styles.height = max(2, choices.line_count())

    def _choice_lines(self, width: int, problem: str) -> list[DocLine]:
        targets = [_choice(each, each is self._target) for each in self._targets]
        verdicts = [_choice(each, each is self._verdict) for each in self._verdicts]
        lines = packed("Close as", targets, width) + packed("Verdict", verdicts, width)
        if problem:
            lines.append(DocLine(content(problem, "bold $text-error")))
        return lines

    def on_key(self, event: Key) -> None:
        """Letters pick while the comment has not the focus; they belong to this connection's words."""
        if isinstance(self.focused, (Input, TextArea)) or event.character is None:
            return
        for target in self._targets:
            if event.character == target.key:
                self._target, self._target_chosen = target, True
        for verdict in self._verdicts:
            if event.character == verdict.key:
                self._verdict = None if verdict is self._verdict else verdict
                self._follow_verdict(verdict)
        self._show_choices()

    def _follow_verdict(self, verdict: VerdictWord) -> None:
        """A verdict brings the target that goes with it, unless the analyst chose one."""
        if self._target_chosen:
            return
        for target in self._targets:
            if target.word == verdict.closes_as:
                self._target = target

    def action_switch(self, step: int) -> None:
        """From the choices to the comment, to the actions, and round."""
        fields = [each for each in self.query("#choices, #comment, #actions") if not each.disabled]
        place = fields.index(self.focused) if self.focused in fields else 0
        fields[(place + step) % len(fields)].focus()

    @on(Input.Changed)
    def keep_draft(self, event: Input.Changed) -> None:
        """Every keystroke is kept, so that esc loses no words."""
        self._keep(event.value)

    @on(TextArea.Changed)
    def keep_actions(self, event: TextArea.Changed) -> None:
        """The list of actions is kept like the comment."""
        self._keep_actions(event.text_area.text)

    @on(Input.Submitted)
    def close_from_comment(self) -> None:
        """Enter in the comment closes too."""
        self.action_close()

    def action_close(self) -> None:
        """Close with what is chosen."""
        if self._verdict_required and self._verdict is None:
            self._show_choices("A verdict is needed to close; pick one.")
            return
        comment = self.query_one("#comment", Input).value
        verdict = self._verdict.word if self._verdict else ""
        self.dismiss(Closing(self._target.word, verdict, comment, self._actions()))

    def _actions(self) -> tuple[str, ...]:
        if not self._lists_actions:
            return ()
        lines = self.query_one("#actions", TextArea).text.splitlines()
        return tuple(line.strip() for line in lines if line.strip())


def packed(label: str, choices: Sequence[Content], width: int) -> list[DocLine]:
    """Choices in as many lines as they need; none is broken in two."""
    rows: list[Content] = []
    for choice in choices:
        wider = rows[-1] + Content("  ") + choice if rows else choice
        if rows and wider.cell_length <= width - LABEL_CELLS:
            rows[-1] = wider
        else:
            rows.append(choice)
    lines: list[DocLine] = []
    for row in rows:
        lines += labelled("" if lines else label, row, width)
    return lines


def _choice(word: StatusWord | VerdictWord, is_chosen: bool) -> Content:
    key = content(word.key, "bold $accent")
    label = content(word.label, "bold underline $foreground on $cursor-background" if is_chosen else DIM)
    return key + Content(" ") + label
