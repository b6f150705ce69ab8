"""Making: how a decided change is made: asked about where it must be, shown at once, told, undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from alerttui.domain.change import Change, ChangeKind, Edit, OnProgress
from alerttui.domain.errors import Stopped
from alerttui.domain.patch import AlertPatch, Set, TagEdit
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId, Phase
from alerttui.triage import planning
from alerttui.triage.progress import Progress
from alerttui.triage.session import ChangeResult, UndoPlan
from alerttui.tui.dialogs.menu import confirm
from alerttui.tui.screens.aim import Aim, sample
from alerttui.tui.screens.desk import BAD, GOOD, WARN, Desk
from alerttui.tui.screens.queue import Queue

HELD_FOR: Final = 200
"""Keys wait for a change of so many alerts, to act where the cursor goes; larger ones run beside."""

NAMED_FAILURES: Final = 3
"""How many alerts that were not changed are named on the status line."""


BUSY_AFTER_S: Final = 1.0
"""A small change that takes longer waits for another writer."""

SAID_AFTER_S: Final = 0.3
"""After so long a silence it is said what is being read."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    """The last change, as it would be made again."""

    patch: AlertPatch
    tags: TagEdit | None
    comment: str
    label: str
    is_take: bool = False
    """True if it was "take it", which means something else for every alert."""


TAKEN: Final = Repeatable(AlertPatch(), None, "", "taken", is_take=True)

Work = Callable[[OnProgress | None], Coroutine[Any, Any, ChangeResult | None]]
"""Makes a change, telling how far it has come where that is worth it."""


@dataclass(frozen=True, slots=True)
class Made:
    """The latest change, undo or redo of this session: for the list of its outcomes, and to retry it."""

    result: ChangeResult
    again: Repeatable | None = None
    """What was asked of every alert; None where each alert got an edit of its own."""
    seen: Mapping[AlertId, AlertPatch] = field(default_factory=dict)
    """The values on which it was decided."""


@dataclass(slots=True)
class Making:
    """Makes changes through the session, and keeps list, panes and status line in step with them."""

    desk: Desk
    queue: Queue
    reopen: Callable[[], None]
    """Reads the alert in the panes anew."""
    last: Repeatable | None = None
    latest: Made | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the change that is being made: the next one waits its turn."""
    _waiting: list[dict[AlertId, AlertPatch]] = field(default_factory=list)
    """What was seen by the changes that wait their turn."""
    _made_here: set[str] = field(default_factory=set)
    """Ids of the changes that this console made."""
    _since_ms: int = field(init=False)
    """When this console began."""
    _progress: Progress | None = None
    """Of the bulk change that runs beside the keys, if one does."""

    def __post_init__(self) -> None:
        self._since_ms = self.desk.session.clock()

    async def make(
        self,
        aim: Aim,
        patch: AlertPatch,
        *,
        tags: TagEdit | None = None,
        comment: str = "",
        label: str = "",
        again: Repeatable | None = None,
    ) -> ChangeResult | None:
        """Make one change and tell what came of it; None where the analyst thought better of it.

        `again` is what "repeat" makes of it, where that differs from the change itself.
        """
        from alerttui.triage.change_words import doing

        if not await self._agreed(aim, label):
            return None
        session, seen, waits = self.desk.session, aim.seen, self._waits()
        verb = doing(patch, tags, comment, session.capabilities)
        if len(aim.rows) > HELD_FOR and not waits:
            self.desk.say(f"{verb} {len(aim.rows):,}: looking whether somebody else changed them...")
        self._waiting.append(seen)
        async with self.turn:
            self._waiting.remove(seen)
            # after a wait no question comes up under keys that are meant for something else
            overwrite = False if waits else await self._overwrites(aim, patch, tags, seen)
            if overwrite is None:
                return None
            result = await self._finish(
                aim,
                lambda on_progress: session.change(
                    aim.ids, patch, tags=tags, comment=comment, label=label,
                    seen=None if overwrite else seen, on_progress=on_progress,
                ),
                patch,
                verb,
            )  # fmt: skip
        if result is not None:
            self.latest = Made(result, Repeatable(patch, tags, comment, label), seen)
            self.last = again or self.latest.again
        return result

    async def take(self, aim: Aim, plan: planning.TakePlan) -> None:
        """Make what taking these alerts means."""
        if await self._agreed(aim, "take"):
            self._waits()
            async with self.turn:
                if await self.make_each(aim, plan.edits, "taken", "taking") is not None:
                    self.last = TAKEN

    async def make_each(self, aim: Aim, edits: Sequence[Edit], label: str, doing: str) -> ChangeResult | None:
        """Make a change that differs from alert to alert, in the turn that the caller has."""
        result = await self._finish(
            aim,
            lambda on_progress: self.desk.session.change_each(edits, label=label, on_progress=on_progress),
            AlertPatch(),
            doing,
        )
        if result is not None:
            self.latest = Made(result)
        return result

    def stop(self) -> bool:
        """Give up the bulk change that runs, as long as it is not made; False if none runs."""
        if self._progress is None:
            return False
        self._progress.stop()
        self.desk.say("Stopping...", WARN)
        return True

    def _waits(self) -> bool:
        """True if another change is still being made; then says so, and lets the keys go on meanwhile."""
        if self.turn.locked():
            self.desk.let_keys_go()
            self.desk.say("This waits until the change before it is made.")
        return self.turn.locked()

    def _let_waiting_see(self, result: ChangeResult) -> None:
        """What was changed here is no surprise to the change that the analyst made after it."""
        for seen in self._waiting:
            for outcome in result.changed:
                if outcome.alert_id in seen:
                    seen[outcome.alert_id] = outcome.after.over(seen[outcome.alert_id])

    # -- what is asked first

    async def _agreed(self, aim: Aim, label: str) -> bool:
        """True if the change concerns few alerts, or the analyst agrees to change many."""
        count = len(aim.rows)
        if count <= self.desk.settings.confirm_above and not (aim.is_all and count > 1):
            return True
        above = ["all that matched the filter when they were marked"] if aim.is_all else []
        title = f"Change {count:,} alerts: {label}?"
        question = confirm(title, "go on", above=[*above, *sample(aim.rows)])
        answer = await self.desk.ask(question, is_foreseen=False)
        return answer is True

    async def _overwrites(
        self, aim: Aim, patch: AlertPatch, tags: TagEdit | None, seen: Mapping[AlertId, AlertPatch]
    ) -> bool | None:
        """Whether to overwrite what somebody changed since the analyst saw it; None to leave everything."""
        if not patch:
            return False
        found = await self.desk.session.clashes(aim.ids, patch, tags=tags, seen=seen)
        if not found:
            return False
        from alerttui.tui.screens.comparing import ask_about

        return await ask_about(self.desk, found, len(aim.rows))

    async def overwrites_by(self, edits: Sequence[Edit]) -> bool | None:
        """The same, where every alert gets an edit of its own."""
        found = await self.desk.session.clashes_of(edits)
        if not found:
            return False
        from alerttui.tui.screens.comparing import ask_about

        return await ask_about(self.desk, found, len(edits))

    # -- how it is made

    async def _finish(self, aim: Aim, work: Work, patch: AlertPatch, doing: str) -> ChangeResult | None:
        self.queue.staleness.check_file()
        if len(aim.rows) > HELD_FOR:
            self.desk.let_keys_go()
        capabilities = self.desk.session.capabilities
        listing = self.queue.listing
        listing.overlay(aim.rowids, lambda row: planning.overlaid(row, patch, capabilities))
        self.queue.view.pending = listing.pending
        self.queue.view.repaint(frozenset(aim.rowids))
        try:
            result = await self._watched(work, len(aim.rows), doing)
        finally:
            self.queue.changed(aim.rowids)
        if result is None:
            return None
        self._made_here.add(result.change.id)
        self._let_waiting_see(result)
        is_one = len(aim.rows) == 1 and not aim.marked
        self._tell(result, shown(aim.rows[0].title) if is_one else "")
        if aim.marked and not result.failed:
            self.queue.marks.clear()
            self.queue.view.rows_changed()
        if is_one:
            self._move_on(aim, patch, result)
        if len(aim.rows) <= HELD_FOR:
            self.desk.let_keys_go()
        self.reopen()
        return result

    async def _watched(self, work: Work, count: int, doing: str) -> ChangeResult | None:
        """Do the work; a large one tells how far it has come, and can be stopped: None if it was."""
        if count <= HELD_FOR:
            busy = self.desk.screen.set_timer(
                BUSY_AFTER_S, lambda: self.desk.say("Waiting: another process is writing the store...")
            )
            try:
                return await work(None)
            finally:
                busy.stop()
        esc = self.desk.keymap.label("back")

        def tell(done: int, total: int) -> None:
            stops = f" ({esc} stops it)" if done < total else ""
            self.desk.say(f"{doing} {done:,} of {total:,}...{stops}")

        self._progress = Progress(tell)
        try:
            return await work(self._progress)
        except Stopped as stopped:
            self.desk.say(str(stopped), WARN)
            return None
        finally:
            self._progress = None

    def _move_on(self, aim: Aim, patch: AlertPatch, result: ChangeResult) -> None:
        capabilities = self.desk.session.capabilities
        closes = isinstance(patch.status, Set) and capabilities.phase(patch.status.value) == Phase.CLOSED
        if closes and not result.failed and self.desk.settings.auto_advance:
            self.queue.advance(frozenset(aim.rowids))

    def _tell(self, result: ChangeResult, title: str) -> None:
        sentence = result.summary() + (f": {title}" if title else "")
        failed = result.failed
        if failed:
            if len(result.outcomes) > 1:  # first, so that a narrow line has it
                key = self.desk.keymap.label("change.outcomes")
                sentence = f"{len(failed):,} not done ({key} shows which) - {sentence}"
            names = "; ".join(f"{each.alert_id}: {each.reason}" for each in failed[:NAMED_FAILURES])
            more = f"; and {len(failed) - NAMED_FAILURES:,} more" if len(failed) > NAMED_FAILURES else ""
            self.desk.say(f"{sentence} - {names}{more}", BAD)
        else:
            self.desk.say(sentence, GOOD)
        self.desk.change_note = self.desk.note
        is_undo = result.change.kind is ChangeKind.UNDO
        self.desk.can_undo = bool(result.changed) and not is_undo
        self.desk.can_redo = bool(result.changed) and is_undo

    # -- undo and redo

    async def undo(self) -> None:
        """Take back my last change; a comment cannot be taken back, so then it is asked first."""
        session = self.desk.session
        if self._is_refused("undo"):
            return
        plan = await self._foreseen(session.foresee_undo)
        is_asked_anyway = plan is not None and len(plan.edits) > self.desk.settings.confirm_above
        if plan is not None and not is_asked_anyway and self._is_from_elsewhere(plan.entry.change):
            title = f"Undo what you did elsewhere: {plan.entry.change.label}, on {_alerts(len(plan.edits))}?"
            if not await self.desk.ask(confirm(title, "undo it"), is_foreseen=False):
                return
        if plan is not None and plan.skips_comment:
            question = confirm(
                "Take back what was before the comment?", "take it back",
                above=["A comment cannot be taken back. Before it:", *await self._told(plan)],
            )  # fmt: skip
            if not await self.desk.ask(question, is_foreseen=False):
                return
        await self._walk(plan, session.undo, "undoing", "Nothing to undo.")

    async def _told(self, plan: UndoPlan) -> list[str]:
        """What an undo takes back, and of which alerts."""
        ids = [each.alert_id for each in plan.edits]
        rows = await asyncio.to_thread(planning.rows_by_id, self.desk.session.store, ids)
        of_which = (
            sample(tuple(rows.values())) if len(rows) > 1 else [shown(row.title) for row in rows.values()]
        )
        return [f"  {shown(plan.entry.change.label)}", *of_which, *map(shown, plan.kept)]

    def _is_from_elsewhere(self, change: Change) -> bool:
        """True if I made it with another program while this console ran: nobody expects it from here."""
        return change.at_ms > self._since_ms and change.id not in self._made_here

    async def redo(self) -> None:
        """Make again what undo took back."""
        session = self.desk.session
        if not self._is_refused("redo"):
            plan = await self._foreseen(session.foresee_redo)
            await self._walk(plan, session.redo, "redoing", "Nothing to redo.")

    async def _foreseen(self, foresee: Callable[[], Coroutine[Any, Any, UndoPlan | None]]) -> UndoPlan | None:
        """What would be walked over; where that takes a while to read, it is said."""
        slow = self.desk.screen.set_timer(
            SAID_AFTER_S, lambda: self.desk.say("Reading what the change did to each alert...")
        )
        try:
            return await foresee()
        finally:
            slow.stop()

    def _is_refused(self, verb: str) -> bool:
        """True while a change is being made: what it would walk over is not known yet."""
        if self.turn.locked():
            self.desk.say(f"A change is still being made; {verb} once it is told.", WARN)
        return self.turn.locked()

    async def _walk(
        self,
        plan: UndoPlan | None,
        walk: Callable[..., Coroutine[Any, Any, ChangeResult | None]],
        doing: str,
        nothing: str,
    ) -> None:
        if plan is None:
            self.desk.say(nothing, WARN)
            return
        ids = [each.alert_id for each in plan.edits]
        if len(ids) > self.desk.settings.confirm_above:
            rows = await asyncio.to_thread(planning.rows_by_id, self.desk.session.store, ids)
            verb = "Undo" if doing == "undoing" else "Make again"
            title = f"{verb}: {plan.entry.change.label}, on {len(ids):,} alerts?"
            question = confirm(title, "go on", above=[*sample(tuple(rows.values())), *map(shown, plan.kept)])
            if not await self.desk.ask(question, is_foreseen=False):
                return
        elif plan.kept and plan.edits and not plan.skips_comment:
            question = confirm("Not all of it can be taken back.", "go on", above=[*map(shown, plan.kept)])
            if not await self.desk.ask(question, is_foreseen=False):
                return
        async with self.turn:
            overwrite = await self.overwrites_by(plan.edits)
            if overwrite is None:
                return
            self.queue.staleness.check_file()
            if len(ids) > HELD_FOR:
                self.desk.let_keys_go()
            result = await self._watched(
                lambda on_progress: walk(overwrite=overwrite, plan=plan, on_progress=on_progress),
                len(ids),
                doing,
            )
        if result is not None:
            self._made_here.add(result.change.id)
            self.latest = Made(result)
            await self._show_walked(result)

    async def _show_walked(self, result: ChangeResult) -> None:
        ids = [each.alert_id for each in result.outcomes]
        rowids = tuple((await asyncio.to_thread(self.desk.session.store.rowids_of, ids)).values())
        self.queue.changed(rowids)
        rows = self.queue.listing.rows_of(rowids) if len(rowids) == 1 else ()
        self._tell(result, shown(rows[0].title) if len(rows) == 1 else "")
        if len(rowids) == 1:
            self.queue.go_to(rowids[0])
        self.reopen()


def _alerts(count: int) -> str:
    return "1 alert" if count == 1 else f"{count:,} alerts"
