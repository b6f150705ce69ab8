"""Making: how a decided change is made: asked about where it must be, shown at once, told, undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
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
from alerttui.tui.screens.asking_first import AskingFirst
from alerttui.tui.screens.desk import BAD, GOOD, WARN, Desk
from alerttui.tui.screens.made import TAKEN, Made, Repeatable
from alerttui.tui.screens.queue import Queue

HELD_FOR: Final = 200
"""Keys wait for a change of so many alerts, to act where the cursor goes; larger ones run beside."""

NAMED_FAILURES: Final = 3
"""How many alerts that were not changed are named on the status line."""

BUSY_AFTER_S: Final = 1.0
"""A small change that takes longer waits for another writer."""

SAID_AFTER_S: Final = 0.3
"""After so long a silence it is said what is being read."""


Work = Callable[[OnProgress | None], Coroutine[Any, Any, ChangeResult | None]]
"""Makes a change, telling how far it has come where that is worth it."""


@dataclass(slots=True)
class Making:
    """Makes changes through the session, and keeps list, panes and status line in step with them."""

    desk: Desk
    queue: Queue
    reopen: Callable[[], None]
    """Reads the alert in the panes anew."""
    first: AskingFirst = field(init=False)
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
    _is_note_latest: bool = False
    """True if the analyst's latest act here was a local note, which undo cannot take back."""
    _progress: Progress | None = None
    """Of the bulk change that runs beside the keys, if one does."""

    def __post_init__(self) -> None:
        self._since_ms = self.desk.session.clock()
        self.first = AskingFirst(self.desk)

    async def make(
        self,
        aim: Aim,
        patch: AlertPatch,
        *,
        tags: TagEdit | None = None,
        comment: str = "",
        label: str = "",
        again: Repeatable | None = None,
        note: str = "",
        actions: Sequence[str] = (),
    ) -> ChangeResult | None:
        """Make one change and tell what came of it; None where the analyst thought better of it.

        `again` is what "repeat" makes of it, where that differs from the change itself. A local `note` goes
        to each alert on which the change was made; raises `StoreError` where it cannot be kept. `actions` are
        what was done to resolve them, where the connection lists that.
        """
        from alerttui.triage.change_words import doing

        if not await self.first.agreed(aim, label):
            return None
        session, seen, waits = self.desk.session, aim.seen, self._waits()
        verb = doing(patch, tags, comment, session.capabilities)
        if len(aim.rows) > HELD_FOR and not waits:
            self.desk.say(f"{verb} {len(aim.rows):,}: looking whether somebody else changed them...")
        self._waiting.append(seen)
        async with self.turn:
            self._waiting.remove(seen)
            # after a wait no question comes up under keys that are meant for something else
            overwrite = False if waits else await self.first.overwrites(aim, patch, tags, seen)
            if overwrite is None:
                return None
            result = await self._finish(
                aim,
                lambda on_progress: session.change(
                    aim.ids, patch, tags=tags, comment=comment, actions=actions, label=label,
                    seen=None if overwrite else seen, on_progress=on_progress,
                ),
                patch,
                verb,
            )  # fmt: skip
        if result is not None:
            self.latest = Made(
                result, Repeatable(patch, tags, comment, label, False, note, tuple(actions)), seen
            )
            self.last = again or self.latest.again
            if note:
                from alerttui.tui.screens.noting import keep_beside

                await keep_beside(self.desk, result, note)
                self.reopen()
        return result

    async def note(self, aim: Aim, body: str) -> bool:
        """Keep a local note on each alert and say so; False where the analyst thought better of it."""
        if not await self.first.agreed(aim, "local note"):
            return False
        from alerttui.tui.screens.noting import keep

        async with self.turn:
            await keep(self.desk, aim, body)
        self.last, self._is_note_latest = Repeatable(AlertPatch(), None, "", "", note=body), True
        if aim.marked:
            self.queue.marks.clear()
            self.queue.view.rows_changed()
        self.reopen()
        return True

    async def take(self, aim: Aim, plan: planning.TakePlan) -> None:
        """Make what taking these alerts means."""
        if await self.first.agreed(aim, "take"):
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
        failed, self._is_note_latest = result.failed, False
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
        if plan is not None and (plan.skips_comment or self._is_note_latest):
            what = "local note" if self._is_note_latest else "comment"
            question = confirm(
                f"Take back what was before the {what}?", "take it back",
                above=[f"A {what} cannot be taken back. Before it:", *await self._told(plan)],
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
            title = f"{verb}: {planning.walked_label(plan.entry)}, on {len(ids):,} alerts?"
            question = confirm(title, "go on", above=[*sample(tuple(rows.values())), *map(shown, plan.kept)])
            if not await self.desk.ask(question, is_foreseen=False):
                return
        elif plan.kept and plan.edits and not plan.skips_comment:
            question = confirm("Not all of it can be taken back.", "go on", above=[*map(shown, plan.kept)])
            if not await self.desk.ask(question, is_foreseen=False):
                return
        async with self.turn:
            overwrite = await self.first.overwrites_by(plan.edits)
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
