"""Outcomes: what the latest change did to each alert, the failed ones first, and what to do about those."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from alerttui.domain.change import Outcome
from alerttui.domain.listing import AlertRow
from alerttui.domain.vocabulary import AlertId
from alerttui.triage import planning
from alerttui.triage.change_words import InWords, what_happened
from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine, LazyLines
from alerttui.tui.render.style_names import DIM, ERROR, SUCCESS
from alerttui.tui.render.text import content, crop, wrap
from alerttui.tui.screens.desk import CHANGES, WARN
from alerttui.tui.screens.field_words import in_words
from alerttui.tui.screens.making import Making
from alerttui.tui.screens.retrying import retry
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView

TOLD_LINES: Final = 3
"""Lines under the list for the whole of what happened to the alert under the cursor."""

ROOM: Final = 0.8
"""Share of the terminal's height that the panel may take, as the style sheet has it."""

SEVERITY_CELLS: Final = 9


class Wish(Enum):
    """What the analyst wants to do about the outcomes."""

    RETRY = "retry"
    MARK = "mark"
    GO = "go"


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, and the alert under the cursor when it was made."""

    wish: Wish
    alert_id: AlertId


def is_failed(outcome: Outcome) -> bool:
    """True if the alert did not get all that was asked for it."""
    return not outcome.ok or outcome.comment_added is False


class OutcomeLines(LazyLines):
    """One line per alert: severity, title, and what happened, as far as there is room."""

    def __init__(
        self,
        outcomes: Sequence[Outcome],
        rows: Mapping[AlertId, AlertRow],
        words: InWords,
        width: int,
    ) -> None:
        self._outcomes = outcomes
        self._rows = rows
        self._words = words
        self._width = width

    def __len__(self) -> int:
        return len(self._outcomes)

    def line(self, at: int) -> DocLine:
        """The line of one alert."""
        outcome = self._outcomes[at]
        row = self._rows.get(outcome.alert_id)
        sign = content("✗ ", ERROR) if is_failed(outcome) else content("✓ ", SUCCESS)
        severity = content((row.severity_label if row else "?").ljust(SEVERITY_CELLS)[:SEVERITY_CELLS], DIM)
        room = max(8, (self._width - 2 - SEVERITY_CELLS) // 2)
        title = crop(content(row.title if row else outcome.alert_id), room)
        gap = Content(" " * (room - title.cell_length + 1))
        told = content(what_happened(outcome, self._words), "" if is_failed(outcome) else DIM)
        return DocLine(crop(sign + severity + title + gap + told, self._width), value=outcome.alert_id)


class OutcomesScreen(Dialog[Asked]):
    """A list of outcomes; below it all that is known of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "move(-1000000)", "top", show=False),
        Binding("G,end", "move(1000000)", "bottom", show=False),
        Binding("pagedown,space,ctrl+d", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False),
        Binding("enter", "wish('go')", "go to it", show=False),
        Binding("r", "wish('retry')", "retry", show=False),
        Binding("m", "wish('mark')", "mark", show=False),
        Binding("q,exclamation_mark", "back_out", "back", show=False),
    ]

    def __init__(
        self, title: str, outcomes: Sequence[Outcome], rows: Mapping[AlertId, AlertRow], words: InWords
    ) -> None:
        super().__init__(title)
        self._outcomes = sorted(outcomes, key=lambda outcome: not is_failed(outcome))
        self._failed = sum(is_failed(outcome) for outcome in outcomes)
        self._rows = rows
        self._words = words

    def compose(self) -> ComposeResult:
        """Title, the list, all of one outcome, the keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            listed = DocumentView(id="outcomes")
            listed.show(lambda width: OutcomeLines(self._outcomes, self._rows, self._words, width))
            yield listed
            told = DocumentView(id="outcome-told")
            told.can_focus = False
            yield told
            keys = DocumentView(id="outcome-keys")
            keys.can_focus = False
            keys.show(lambda width: [DocLine(crop(self._keys(), width))])
            keys.styles.height = 1
            yield keys

    def on_mount(self) -> None:
        """The list has the focus."""
        self._fit()
        self._tell()
        self.query_one("#outcomes").focus()

    def on_resize(self) -> None:
        """The list takes what room there is."""
        self._fit()

    def _fit(self) -> None:
        others = TOLD_LINES + 3  # the border, the title, the keys
        room = max(1, int(self.app.size.height * ROOM) - others)
        self.query_one("#outcomes").styles.height = max(1, min(len(self._outcomes), room))
        self.query_one("#outcome-told").styles.height = TOLD_LINES

    @on(LineView.CursorMoved, "#outcomes")
    def tell_moved(self) -> None:
        """The lines below follow the cursor."""
        self._tell()

    def _tell(self) -> None:
        outcome = self._under_cursor()
        row = self._rows.get(outcome.alert_id)
        head = content(outcome.alert_id, "bold") + Content("  ")
        head += content(row.title if row else "no longer in the store", "" if row else DIM)
        told = content(what_happened(outcome, self._words), ERROR if is_failed(outcome) else "")
        self.query_one("#outcome-told", DocumentView).show(
            lambda width: [
                DocLine(each) for each in (crop(head, width), *wrap(told, width)[: TOLD_LINES - 1])
            ]
        )

    def _under_cursor(self) -> Outcome:
        return self._outcomes[self.query_one("#outcomes", DocumentView).cursor]

    def _keys(self) -> Content:
        failed = f"the failed {self._failed:,}" if self._failed > 1 else "the failed one"
        hints = [("r", f"retry {failed}"), ("m", f"mark {failed}")] if self._failed else []
        hints += [("enter", "go to the alert"), ("esc", "back")]
        return Content("  ").join(content(key, "bold $accent") + content(f" {label}") for key, label in hints)

    def action_move(self, lines: int) -> None:
        """Move by lines."""
        self.query_one("#outcomes", DocumentView).move_by(lines)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self.query_one("#outcomes", DocumentView).scroll_page(pages)

    def action_wish(self, wish: str) -> None:
        """Leave with a wish; one about failed alerts needs some."""
        if self._failed or wish == Wish.GO.value:
            self.dismiss(Asked(Wish(wish), self._under_cursor().alert_id))

    @on(LineView.LineOpened, "#outcomes")
    def go_clicked(self) -> None:
        """A click on the cursor's line goes to its alert."""
        self.action_wish(Wish.GO.value)


async def show_outcomes(making: Making) -> None:
    """Show the outcomes of the latest change, and do what the analyst wishes about them."""
    desk, made = making.desk, making.latest
    if making.turn.locked():
        desk.say("A change is still being made; its outcomes come with it.", WARN)
        return
    if made is None or not made.result.outcomes:
        desk.say("Nothing was changed here since the start.", WARN)
        return
    result = made.result
    ids = [outcome.alert_id for outcome in result.outcomes]
    rows = await asyncio.to_thread(planning.rows_by_id, desk.session.store, ids)
    screen = OutcomesScreen(result.summary(), result.outcomes, rows, partial(in_words, desk))
    asked = await desk.ask(screen)
    if asked is None:
        return
    if asked.wish is Wish.RETRY:
        desk.run(partial(retry, making, made), CHANGES)
    elif asked.wish is Wish.MARK:
        _mark(making, [rows[each.alert_id].rowid for each in result.failed if each.alert_id in rows])
    else:
        _go(making, rows.get(asked.alert_id))


def _mark(making: Making, rowids: Sequence[int]) -> None:
    queue = making.queue
    queue.marks.clear()
    queue.marks.add(rowids)
    queue.view.rows_changed()
    making.desk.say(f"Marked the {len(rowids):,} that failed." if rowids else "None of them is in the store.")
    queue.tell()


def _go(making: Making, row: AlertRow | None) -> None:
    queue = making.queue
    if row is None:
        making.desk.say("That alert is no longer in the store.", WARN)
    elif queue.listing.position(row.rowid) is None:
        making.desk.say(f"{row.id} is not in this list; the filter leaves it out.", WARN)
    else:
        queue.view.focus()
        queue.go_to(row.rowid)
