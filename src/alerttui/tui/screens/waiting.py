"""Waiting: what is not sent to the remote system yet, and what waits for the analyst; decided here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from alerttui.domain.listing import AlertRow
from alerttui.domain.moments import format_age
from alerttui.domain.pending import Decision, EditKey, PendingEdit, Stage
from alerttui.domain.vocabulary import AlertId
from alerttui.triage import planning
from alerttui.tui.dialogs.lines_panel import LinesPanel
from alerttui.tui.render.document import DocLine, LazyLines
from alerttui.tui.render.style_names import DIM, WARNING
from alerttui.tui.render.text import content, crop
from alerttui.tui.screens.desk import GOOD, WARN, Desk
from alerttui.tui.screens.queue import Queue

STATE_CELLS: Final = 11

SHOWN_AT_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Decided:
    """What the analyst wants done with which of them; no decision goes to the alert instead."""

    keys: tuple[EditKey, ...]
    decision: Decision | None
    """None to give up what was never sent, or to go to the alert."""
    goes_to: AlertId | None = None


def is_held(edit: PendingEdit) -> bool:
    """True if it waits for the analyst, and not for the connection."""
    return Stage.HELD in (edit.stage, edit.comment_stage)


def is_sending(edit: PendingEdit) -> bool:
    """True if the server may have it already."""
    return Stage.SENDING in (edit.stage, edit.comment_stage)


def is_unsent(edit: PendingEdit) -> bool:
    """True if it was never sent and waits for its turn."""
    return not is_held(edit) and not is_sending(edit)


def state_word(edit: PendingEdit) -> str:
    """How far it has come."""
    if is_held(edit):
        return "to decide"
    return "being sent" if is_sending(edit) else "unsent"


class WaitingLines(LazyLines):
    """One line per edit: state, title, what was asked for, and why it waits."""

    def __init__(
        self, edits: Sequence[PendingEdit], rows: Mapping[AlertId, AlertRow], width: int, now_ms: int
    ) -> None:
        self._edits, self._rows, self._width, self._now_ms = edits, rows, width, now_ms

    def __len__(self) -> int:
        return len(self._edits)

    def line(self, at: int) -> DocLine:
        """The line of one edit."""
        edit = self._edits[at]
        row = self._rows.get(edit.alert_id)
        style = WARNING if is_held(edit) else DIM
        state = content(state_word(edit).ljust(STATE_CELLS), style)
        age = content(f"{format_age(self._now_ms - edit.at_ms):>3}  ", DIM)
        room = max(8, (self._width - STATE_CELLS - 5) // 2)
        title = crop(content(row.title if row else edit.alert_id), room)
        gap = Content(" " * (room - title.cell_length + 1))
        what = content(edit.label if edit.stage is not Stage.SETTLED else "comment")
        why = content(f"  {edit.reason}", DIM) if edit.reason else Content("")
        return DocLine(crop(state + age + title + gap + what + why, self._width), value=edit.alert_id)


class WaitingScreen(LinesPanel[Decided]):
    """What waits, what is held first; below it all that is known of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go to it", show=False),
        Binding("o", "decide('send', False)", "send mine", show=False),
        Binding("O", "decide('send', True)", "send all mine", show=False),
        Binding("s", "decide('skip', False)", "leave theirs", show=False),
        Binding("S", "decide('skip', True)", "leave all theirs", show=False),
        Binding("d", "drop(False)", "give up", show=False),
        Binding("D", "drop(True)", "give up all", show=False),
        Binding("w", "back_out", "back", show=False),
    ]

    def __init__(self, edits: Sequence[PendingEdit], rows: Mapping[AlertId, AlertRow], now_ms: int) -> None:
        held = sum(map(is_held, edits))
        parts = [f"{held:,} to decide"] if held else []
        parts += [f"{len(edits) - held:,} unsent"] if len(edits) > held else []
        super().__init__(", ".join(parts), len(edits))
        self._edits, self._rows, self._now_ms = edits, rows, now_ms

    def lines(self, width: int) -> WaitingLines:
        """One line per edit."""
        return WaitingLines(self._edits, self._rows, width, self._now_ms)

    def told(self, at: int) -> tuple[Content, Content]:
        """The alert and what was asked for; why it waits."""
        edit = self._edits[at]
        return content(edit.alert_id, "bold") + content(f"  {edit.label}"), content(
            edit.reason or "Waits its turn."
        )

    def keys(self, at: int) -> Sequence[tuple[str, str]]:
        """What can be decided about this one."""
        edit, go = self._edits[at], ("enter", "go to the alert")
        if not is_held(edit):
            if is_sending(edit):
                return [go]
            all_of_them = [("D", "all that is unsent")] if sum(map(is_unsent, self._edits)) > 1 else []
            return [("d", "give it up"), *all_of_them, go]
        is_comment = edit.comment_stage is Stage.HELD
        send, skip = ("send again", "give it up") if is_comment else ("send mine", "leave theirs")
        all_of_them = [("O S", "all of them")] if sum(map(is_held, self._edits)) > 1 else []
        return [("o", send), ("s", skip), *all_of_them, go]

    def action_go(self) -> None:
        """Leave, and go to the alert."""
        self.dismiss(Decided((), None, self._edits[self.at].alert_id))

    def action_decide(self, word: str, takes_all: bool) -> None:
        """Decide on the one under the cursor, or on all that are held."""
        chosen = self._edits if takes_all else [self._edits[self.at]]
        keys = tuple(each.key for each in chosen if is_held(each))
        if keys:
            self.dismiss(Decided(keys, Decision(word)))

    def action_drop(self, takes_all: bool) -> None:
        """Give up the one under the cursor, or all that the server cannot have yet."""
        chosen = self._edits if takes_all else [self._edits[self.at]]
        keys = tuple(each.key for each in chosen if is_unsent(each))
        if keys:
            self.dismiss(Decided(keys, None))


@dataclass(slots=True)
class Waiting:
    """Shows what waits, and does what the analyst decides."""

    desk: Desk
    queue: Queue
    reopen: Callable[[], None]

    async def show(self) -> None:
        """Show it until nothing is left to decide, or the analyst backs out."""
        mirror = self.desk.session.mirror
        if mirror is None:
            return
        edits = await asyncio.to_thread(self._edits)
        if not edits:
            self.desk.say("Everything is sent; nothing waits for you.", GOOD)
        while edits:
            ids = [each.alert_id for each in edits]
            rows = await asyncio.to_thread(planning.rows_by_id, self.desk.session.store, ids)
            decided = await self.desk.ask(WaitingScreen(edits, rows, self.desk.session.clock()))
            if decided is None:
                return
            if decided.goes_to is not None:
                self._go(rows.get(decided.goes_to))
                return
            await self._do(decided)
            edits = await asyncio.to_thread(self._edits)

    def _edits(self) -> list[PendingEdit]:
        mirror = self.desk.session.mirror
        assert mirror is not None
        held = mirror.store.pending(SHOWN_AT_MOST, held=True)
        return [*held, *mirror.store.pending(SHOWN_AT_MOST)]

    async def _do(self, decided: Decided) -> None:
        mirror = self.desk.session.mirror
        assert mirror is not None
        if decided.decision is None:
            count = await mirror.running.drop(decided.keys)
        else:
            count = await mirror.running.decide(decided.keys, decided.decision)
        told = {Decision.SEND: "to be sent", Decision.SKIP: "left as the server has it", None: "given up"}
        self.desk.say(f"{count:,} {told[decided.decision]}.", GOOD if count else WARN)
        self.queue.changed(())
        self.reopen()

    def _go(self, row: AlertRow | None) -> None:
        if row is None:
            self.desk.say("That alert is no longer in the mirror.", WARN)
        elif self.queue.listing.position(row.rowid) is None:
            self.desk.say(f"{row.id} is not in this list; the filter leaves it out.", WARN)
        else:
            self.queue.view.focus()
            self.queue.go_to(row.rowid)
