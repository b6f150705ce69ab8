"""Comparing: what somebody else changed since the analyst saw it, and what is to become of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from alerttui.domain.moments import format_moment
from alerttui.domain.showable import shown
from alerttui.triage.clashes import TRACED, Clash, FieldClash
from alerttui.tui.dialogs.menu import Dialog, MenuScreen, Option
from alerttui.tui.render.document import DocLine, blank, labelled
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, wrap
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.field_words import in_words
from alerttui.tui.widgets.document_view import DocumentView

ROOM: Final = 0.8
"""Share of the terminal's height that the panel may take, as the style sheet has it."""


async def ask_about(desk: Desk, clashes: Sequence[Clash], total: int) -> bool | None:
    """Ask what is to become of alerts that were changed since: True overwrites, None leaves everything."""
    options = [
        Option("s", "skip what was changed, do the rest" if total > 1 else "leave it as it is now", "skip"),
        Option("o", "overwrite what was changed", "overwrite"),
        Option("l", "look at what was changed", "look"),
    ]
    is_foreseen = False
    while True:
        answer = await desk.ask(MenuScreen(question(desk, clashes, total), options), is_foreseen=is_foreseen)
        is_foreseen = True
        if answer != "look":
            return None if answer is None else answer == "overwrite"
        await desk.ask(ComparingScreen(desk, clashes))


def question(desk: Desk, clashes: Sequence[Clash], total: int) -> str:
    """What the question says: of one alert with one field, that field with its values."""
    first = clashes[0]
    if len(clashes) == total == len(first.fields) == 1:
        field = first.fields[0]
        now, seen = (in_words(desk, field.name, value) for value in (field.now, field.seen))
        return f"{field.name} is {now} now, you saw {seen}{_by(desk, field)}"
    latest = max((field for field in first.fields), key=lambda field: field.at_ms or 0)
    return f"{len(clashes):,} of {total:,} changed since you saw it{_by(desk, latest, ', last by ')}"


def _by(desk: Desk, field: FieldClash, joint: str = "; by ") -> str:
    """Who changed a field and when, as the end of a sentence."""
    if field.by is None:
        return ""
    moment = f" at {format_moment(field.at_ms)[11:16]}Z" if field.at_ms else ""
    return joint + shown(field.by.name or desk.person_label(field.by.id)) + moment


class ComparingScreen(Dialog[None]):
    """Field by field: what was seen, what it is now and by whom, what the change wants."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("pagedown,space,ctrl+d", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False),
        Binding("q,enter,l", "back_out", "back", show=False),
    ]

    def __init__(self, desk: Desk, clashes: Sequence[Clash]) -> None:
        super().__init__("What was changed   (esc goes back to the question)")
        self._desk = desk
        self._clashes = clashes

    def compose(self) -> ComposeResult:
        """Title and fields."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            view = DocumentView(id="compared")
            view.show(self._lines)
            yield view

    def on_mount(self) -> None:
        """The fields have the focus, for scrolling."""
        self.query_one("#compared").focus()

    def on_resize(self) -> None:
        """As many lines as there are, if they fit."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        view = self.query_one("#compared", DocumentView)
        view.styles.height = max(1, min(view.line_count(), int(self.app.size.height * ROOM) - 2))

    def _lines(self, width: int) -> list[DocLine]:
        lines: list[DocLine] = []
        for clash in self._clashes[:TRACED]:
            row = clash.row
            head = content(f"{row.severity_label or '?'}  {row.title}", "bold")
            head += Content("  ") + content(row.id, DIM)
            lines += [blank()] if lines else []
            lines += [DocLine(each, value=row.id) for each in wrap(head, width)]
            for field in clash.fields:
                lines += self._field_lines(field, width)
        if len(self._clashes) > TRACED:
            lines += [blank(), DocLine(content(f"and {len(self._clashes) - TRACED:,} more", DIM))]
        return lines

    def _field_lines(self, field: FieldClash, width: int) -> list[DocLine]:
        desk = self._desk
        seen, now, wanted = (
            in_words(desk, field.name, each) for each in (field.seen, field.now, field.wanted)
        )
        wish = content(wanted, "bold") if field.is_wanted else content("leaves it alone", DIM)
        told = content(now, "bold $warning") + content(_by(desk, field, "  by "), DIM)
        return [
            *labelled(field.name, content("you saw      ", DIM) + content(seen), width, raw=field.seen),
            *labelled("", content("now          ", DIM) + told, width, raw=field.now),
            *labelled("", content("this change  ", DIM) + wish, width, raw=field.wanted),
        ]

    def action_move(self, lines: int) -> None:
        """Move by lines."""
        self.query_one("#compared", DocumentView).move_by(lines)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self.query_one("#compared", DocumentView).scroll_page(pages)
