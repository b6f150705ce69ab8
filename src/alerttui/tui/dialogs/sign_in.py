"""Signing in: e-mail and password, then a code where the server asks for one."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input
from textual.worker import Worker

from alerttui.domain.errors import AlertTuiError
from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import content, wrap
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.text_fields import LineField, SecretField

if TYPE_CHECKING:
    from alerttui.backends.contract import SignIn

LOG: Final = logging.getLogger("alerttui")

KEYS: Final = "enter signs in   tab other field   esc later: what you do waits until then"
CODE_KEYS: Final = "enter sends the code   esc later: what you do waits until then"
ASKING: Final = "Asking the server…"

PROBLEM_LINES: Final = 4
"""Of a server's words no more than so many are shown."""


class SignInScreen(Dialog[str]):
    """Ask until the server lets one in, or the analyst leaves; the answer is the token.

    After a refusal everything typed stays, but the password.
    """

    def __init__(self, title: str, attempt: SignIn, name: str) -> None:
        super().__init__(title)
        self._attempt = attempt
        self._email = name
        self._is_asking = False

    def compose(self) -> ComposeResult:
        """Title, the fields, what the server said."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield _line("E-mail", LineField(self._email, id="email"))
            yield _line("Password", SecretField(id="password"))
            yield _line("Code", LineField(id="code"))
            yield DocumentView(id="sign-in-note")

    def on_mount(self) -> None:
        """Begin with the first field that is empty."""
        self.query_one("#sign-in-note", DocumentView).can_focus = False
        self.query_one("#code-line").display = False
        self.query_one("#password" if self._email else "#email").focus()
        self._tell(KEYS)

    @on(Input.Submitted, "#email")
    def go_on(self) -> None:
        """From the e-mail to what is to be typed next."""
        is_code = self.query_one("#code-line").display
        self.query_one("#code" if is_code else "#password").focus()

    @on(Input.Submitted, "#password")
    def begin(self) -> None:
        """Sign in with what was typed."""
        if self.query_one("#email", LineField).value.strip():
            self._ask(self._begin)
        else:
            self.query_one("#email").focus()

    @on(Input.Submitted, "#code")
    def confirm(self) -> None:
        """Send the code."""
        self._ask(self._confirm)

    def _ask(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask the server beside the keys, one thing at a time; what was typed is taken only then."""
        if self._is_asking:
            return
        self._is_asking = True
        self._tell(ASKING)

        async def guarded() -> None:
            problem = ""
            try:
                await ask()
            except AlertTuiError as error:
                problem = str(error)
            except Exception as error:  # backends may be plug-ins; what they raise may quote what was typed
                LOG.error("signing in failed with %s", type(error).__name__)
                problem = f"Signing in failed with {type(error).__name__}; nothing was changed."
            self._is_asking = False
            if problem:
                self._tell(problem, is_problem=True)

        _: Worker[None] = self.run_worker(guarded, group="sign-in", exclusive=True)

    async def _begin(self) -> None:
        name = self.query_one("#email", LineField).value.strip()
        password = self.query_one("#password", SecretField).taken()
        if not password:
            self._tell(KEYS)
            return
        token = await self._attempt.begin(name, password)
        if token is not None:
            self.dismiss(token)
            return
        self.query_one("#password-line").display = False
        self.query_one("#code-line").display = True
        self.query_one("#code").focus()
        self._tell(CODE_KEYS)

    async def _confirm(self) -> None:
        field = self.query_one("#code", LineField)
        code = field.value.strip()
        if not code:
            self._tell(CODE_KEYS)
            return
        field.value = ""  # one that was refused is worth nothing, and the next one is typed in its place
        self.dismiss(await self._attempt.confirm(code))

    def _tell(self, words: str, *, is_problem: bool = False) -> None:
        note = self.query_one("#sign-in-note", DocumentView)
        said = content(words, ERROR if is_problem else DIM)
        note.show(lambda width: [DocLine(line) for line in wrap(said, width)[:PROBLEM_LINES]])
        note.styles.height = max(1, note.line_count())

    def on_resize(self) -> None:
        """Another width may need another number of lines, which is known once it is laid out."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        note = self.query_one("#sign-in-note", DocumentView)
        note.styles.height = max(1, note.line_count())


def _line(name: str, field: LineField) -> Horizontal:
    """A field with its name before it."""
    label = DocumentView(classes="dialog-label")
    label.can_focus = False
    line = DocLine(content(name, DIM))
    label.show(lambda _: [line])
    return Horizontal(label, field, classes="dialog-field", id=f"{field.id}-line")
