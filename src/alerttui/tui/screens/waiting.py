"""Waiting: what is not sent to the remote system yet, and what waits for the analyst; decided here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from alerttui.domain.errors import AlertTuiError
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

FOLLOW_S: Final = 0.5
"""How often the store is looked at while the list is open."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What waits, what is held first, and the rows of its alerts."""

    edits: Sequence[PendingEdit] = ()
    rows: Mapping[AlertId, AlertRow] = field(default_factory=dict)
    now_ms: int = 0

    @property
    def title(self) -> str:
        """How much there is of what."""
        held, unsettled = sum(map(is_held, self.edits)), len(self.edits) - sum(map(is_settled, self.edits))
        parts = [f"{held:,} to decide"] if held else []
        parts += [f"{unsettled - held:,} unsent"] if unsettled > held else []
        return ", ".join(parts) or "Nothing waits any more"

    def keeping(self, edit: PendingEdit, at: int) -> Listed:
        """With an edit, as settled and at its old place if it waits no longer."""
        if any(each.key == edit.key for each in self.edits):
            return self
        settled = replace(edit, stage=Stage.SETTLED, comment_stage=Stage.NONE, reason="")
        return replace(self, edits=[*self.edits[:at], settled, *self.edits[at:]])


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
    return Stage.QUEUED in (edit.stage, edit.comment_stage) and not is_held(edit) and not is_sending(edit)


def is_settled(edit: PendingEdit) -> bool:
    """True if nothing of it waits."""
    return not is_held(edit) and not is_sending(edit) and not is_unsent(edit)


def state_word(edit: PendingEdit) -> str:
    """How far it has come."""
    if is_held(edit):
        return "to decide"
    if is_settled(edit):
        return "settled"
    return "being sent" if is_sending(edit) else "unsent"


class WaitingLines(LazyLines):
    """One line per edit: state, title, what was asked for, and why it waits."""

    def __init__(self, listed: Listed, width: int) -> None:
        self._listed, self._width = listed, width

    def __len__(self) -> int:
        return len(self._listed.edits)

    def line(self, at: int) -> DocLine:
        """The line of one edit."""
        edit = self._listed.edits[at]
        row = self._listed.rows.get(edit.alert_id)
        style = WARNING if is_held(edit) else DIM
        state = content(state_word(edit).ljust(STATE_CELLS), style)
        age = content(f"{format_age(self._listed.now_ms - edit.at_ms):>3}  ", DIM)
        room = max(8, (self._width - STATE_CELLS - 5) // 2)
        title = crop(content(row.title if row else edit.alert_id), room)
        gap = Content(" " * (room - title.cell_length + 1))
        is_comment = edit.stage is Stage.SETTLED and not is_settled(edit)
        what = content("comment" if is_comment else edit.label)
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

    def __init__(self, listed: Listed) -> None:
        super().__init__(listed.title, len(listed.edits))
        self._listed = listed

    @property
    def _edits(self) -> Sequence[PendingEdit]:
        return self._listed.edits

    def follow(self, listed: Listed) -> None:
        """Show what waits now; the cursor stays on its edit, which stays in the list until it is left."""
        if not self.is_current:
            return
        chosen = self._edits[self.at]
        self._listed = listed.keeping(chosen, min(self.at, len(listed.edits)))
        at = next(place for place, each in enumerate(self._edits) if each.key == chosen.key)
        self.show_anew(self._listed.title, len(self._edits), at)

    def lines(self, width: int) -> WaitingLines:
        """One line per edit."""
        return WaitingLines(self._listed, width)

    def told(self, at: int) -> tuple[Content, Content]:
        """The alert and what was asked for; why it waits."""
        edit = self._edits[at]
        why = "Waits its turn."
        if is_settled(edit):
            why = "It waits no longer; the alert's history tells more."
        elif is_sending(edit):
            why = "The server may have it already; where no answer comes, the alert is read again to see."
        return content(edit.alert_id, "bold") + content(f"  {edit.label}"), content(edit.reason or why)

    def keys(self, at: int) -> Sequence[tuple[str, str]]:
        """What can be decided about this one."""
        edit, go = self._edits[at], ("enter", "go to the alert")
        if not is_held(edit):
            if not is_unsent(edit):
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

    _version: int = -1
    _is_reading: bool = False

    async def show(self) -> None:
        """Show it until nothing is left to decide, or the analyst backs out."""
        if self.desk.session.mirror is None:
            return
        listed = await asyncio.to_thread(self._read)
        if not listed.edits:
            self.desk.say("Everything is sent; nothing waits for you.", GOOD)
        while listed.edits:
            decided = await self._ask(WaitingScreen(listed))
            if decided is None:
                return
            if decided.goes_to is not None:
                self._go(await asyncio.to_thread(self._row, decided.goes_to))
                return
            await self._do(decided)
            listed = await asyncio.to_thread(self._read)

    async def _ask(self, screen: WaitingScreen) -> Decided | None:
        """Ask, and let the list follow the store meanwhile."""
        look = partial(self.desk.attempt, partial(self._look, screen), "waiting")
        timer = self.desk.screen.set_interval(FOLLOW_S, look, name="waiting")
        try:
            return await self.desk.ask(screen)
        finally:
            timer.stop()

    def _look(self, screen: WaitingScreen) -> None:
        try:
            version = self.desk.session.store.data_version()
        except AlertTuiError:  # the queue looks as often, and tells of a store that is lost
            return
        if version != self._version and not self._is_reading:
            self._is_reading = True
            self.desk.run(partial(self._follow, screen), "waiting")

    async def _follow(self, screen: WaitingScreen) -> None:
        try:
            screen.follow(await asyncio.to_thread(self._read))
        finally:
            self._is_reading = False

    def _read(self) -> Listed:
        session = self.desk.session
        assert session.mirror is not None
        self._version = session.store.data_version()  # before it is read: nothing is overlooked
        held = session.mirror.store.pending(SHOWN_AT_MOST, held=True)
        edits = [*held, *session.mirror.store.pending(SHOWN_AT_MOST)]
        rows = planning.rows_by_id(session.store, [each.alert_id for each in edits])
        return Listed(edits, rows, session.clock())

    def _row(self, alert_id: AlertId) -> AlertRow | None:
        return planning.rows_by_id(self.desk.session.store, [alert_id]).get(alert_id)

    async def _do(self, decided: Decided) -> None:
        mirror = self.desk.session.mirror
        assert mirror is not None
        if decided.decision is None:
            count = await mirror.running.drop(decided.keys)
        else:
            count = await mirror.running.decide(decided.keys, decided.decision)
        told = {Decision.SEND: "to be sent", Decision.SKIP: "left as the server has it", None: "given up"}
        if count:
            self.desk.say(f"{count:,} {told[decided.decision]}.", GOOD)
        else:
            self.desk.say("Nothing was left to decide there: it is being sent, or settled by now.", WARN)
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
