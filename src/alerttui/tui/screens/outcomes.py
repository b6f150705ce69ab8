"""Outcomes: what the latest change did to each alert, the failed ones first, and what to do about those."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from alerttui.domain.change import Outcome
from alerttui.domain.listing import AlertRow
from alerttui.domain.vocabulary import AlertId
from alerttui.triage import planning
from alerttui.triage.change_words import InWords, what_happened
from alerttui.tui.dialogs.lines_panel import LinesPanel
from alerttui.tui.render.document import DocLine, LazyLines
from alerttui.tui.render.style_names import DIM, ERROR, SUCCESS
from alerttui.tui.render.text import content, crop
from alerttui.tui.screens.desk import CHANGES, WARN
from alerttui.tui.screens.field_words import in_words
from alerttui.tui.screens.making import Making
from alerttui.tui.screens.retrying import retry

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
        severity = crop(content(row.severity_label if row else "?", DIM), SEVERITY_CELLS - 1)
        severity += Content(" " * (SEVERITY_CELLS - severity.cell_length))
        room = max(8, (self._width - 2 - SEVERITY_CELLS) // 2)
        title = crop(content(row.title if row else outcome.alert_id), room)
        gap = Content(" " * (room - title.cell_length + 1))
        told = content(what_happened(outcome, self._words), "" if is_failed(outcome) else DIM)
        return DocLine(crop(sign + severity + title + gap + told, self._width), value=outcome.alert_id)


class OutcomesScreen(LinesPanel[Asked]):
    """A list of outcomes; below it all that is known of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go to it", show=False),
        Binding("r", "wish('retry')", "retry", show=False),
        Binding("m", "wish('mark')", "mark", show=False),
        Binding("exclamation_mark", "back_out", "back", show=False),
    ]

    def __init__(
        self, title: str, outcomes: Sequence[Outcome], rows: Mapping[AlertId, AlertRow], words: InWords
    ) -> None:
        super().__init__(title, len(outcomes))
        self._outcomes = sorted(outcomes, key=lambda outcome: not is_failed(outcome))
        self._failed = sum(is_failed(outcome) for outcome in outcomes)
        self._rows = rows
        self._words = words

    def lines(self, width: int) -> OutcomeLines:
        """One line per alert."""
        return OutcomeLines(self._outcomes, self._rows, self._words, width)

    def told(self, at: int) -> tuple[Content, Content]:
        """The alert, and what happened to it."""
        outcome = self._outcomes[at]
        row = self._rows.get(outcome.alert_id)
        head = content(outcome.alert_id, "bold") + Content("  ")
        head += content(row.title if row else "no longer in the store", "" if row else DIM)
        return head, content(what_happened(outcome, self._words), ERROR if is_failed(outcome) else "")

    def keys(self, at: int) -> Sequence[tuple[str, str]]:
        """What can be done about failed ones, and where enter goes."""
        failed = f"the failed {self._failed:,}" if self._failed > 1 else "the failed one"
        about = [("r", f"retry {failed}"), ("m", f"mark {failed}")] if self._failed else []
        return [*about, ("enter", "go to the alert")]

    def action_go(self) -> None:
        """Leave, and go to the alert."""
        self.action_wish(Wish.GO.value)

    def action_wish(self, wish: str) -> None:
        """Leave with a wish; one about failed alerts needs some."""
        if self._failed or wish == Wish.GO.value:
            self.dismiss(Asked(Wish(wish), self._outcomes[self.at].alert_id))


async def show_outcomes(making: Making) -> None:
    """Show the outcomes of the latest change, and do what the analyst wishes about them."""
    desk, made = making.desk, making.latest
    if making.turn.locked():
        desk.say("A change is still being made; its outcomes come with it.", WARN)
        return
    if made is None or not made.result.outcomes:
        desk.say("Nothing was changed here since the start.", WARN)
        return
    if desk.session.mirror is not None:
        made = replace(made, result=await desk.session.mirror.brought_up(made.result))
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
