"""Making: how a decided change is made: asked about where it must be, shown at once, told, undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final

from alerttui.domain.change import ChangeKind, Outcome, OutcomeState
from alerttui.domain.errors import NotFound
from alerttui.domain.patch import AlertPatch, Set, TagEdit
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import Phase
from alerttui.triage import planning
from alerttui.triage.session import ChangeResult, UndoPlan
from alerttui.tui.screens.aim import Aim, sample
from alerttui.tui.screens.desk import BAD, GOOD, WARN, Desk
from alerttui.tui.screens.menu import MenuScreen, Option, confirm
from alerttui.tui.screens.queue import Queue

HELD_FOR: Final = 200
"""Keys wait for a change of so many alerts, to act where the cursor goes; larger ones run beside."""

NAMED_FAILURES: Final = 3
"""How many alerts that were not changed are named on the status line."""


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


@dataclass(slots=True)
class Making:
    """Makes changes through the session, and keeps list, panes and status line in step with them."""

    desk: Desk
    queue: Queue
    reopen: Callable[[], None]
    """Reads the alert in the panes anew."""
    last: Repeatable | None = None

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
        if not await self._agreed(aim, label):
            return None
        overwrite = await self._overwrites(aim, patch, tags)
        if overwrite is None:
            return None
        work = self.desk.session.change(
            aim.ids, patch, tags=tags, comment=comment, label=label, seen=None if overwrite else aim.seen
        )
        result = await self._finish(aim, work, patch)
        self.last = again or Repeatable(patch, tags, comment, label)
        return result

    async def take(self, aim: Aim, plan: planning.TakePlan) -> None:
        """Make what taking these alerts means."""
        if await self._agreed(aim, "take"):
            await self._finish(aim, self.desk.session.change_each(plan.edits, label="taken"), AlertPatch())
            self.last = TAKEN

    async def _agreed(self, aim: Aim, label: str) -> bool:
        """True if the change concerns few alerts, or the analyst agrees to change many."""
        if len(aim.rows) <= self.desk.settings.confirm_above:
            return True
        title = f"Change {len(aim.rows):,} alerts: {label}?"
        answer = await self.desk.ask(confirm(title, "go on", above=sample(aim.rows)))
        return answer is True

    async def _overwrites(self, aim: Aim, patch: AlertPatch, tags: TagEdit | None) -> bool | None:
        """Whether to overwrite what somebody changed since the analyst saw it; None to leave everything."""
        if not patch:
            return False
        foreseen = await self.desk.session.preview(aim.ids, patch, tags=tags, seen=aim.seen)
        return await self._conflicts_answer(foreseen)

    async def _conflicts_answer(self, foreseen: Sequence[Outcome]) -> bool | None:
        conflicts = [outcome for outcome in foreseen if outcome.state is OutcomeState.CONFLICT]
        if not conflicts:
            return False
        title = f"{len(conflicts):,} of {len(foreseen):,} changed since you saw it" + await self._by(
            conflicts[0]
        )
        options = [
            Option("s", "skip what was changed, do the rest", "skip"),
            Option("o", "overwrite what was changed", "overwrite"),
        ]
        answer = await self.desk.ask(MenuScreen(title, options))
        return None if answer is None else answer == "overwrite"

    async def _by(self, conflict: Outcome) -> str:
        """Who made the latest change of an alert, as the end of a sentence."""
        try:
            history = await self.desk.session.backend.history(conflict.alert_id)
        except NotFound:
            return ""
        return (
            f", last by {history[-1].by.name or self.desk.person_label(history[-1].by.id)}" if history else ""
        )

    async def _finish(
        self, aim: Aim, work: Coroutine[Any, Any, ChangeResult], patch: AlertPatch
    ) -> ChangeResult:
        if len(aim.rows) > HELD_FOR:
            self.desk.is_deciding = False
        capabilities = self.desk.session.capabilities
        listing = self.queue.listing
        listing.overlay(aim.rowids, lambda row: planning.overlaid(row, patch, capabilities))
        self.queue.view.pending = listing.pending
        self.queue.view.repaint(frozenset(aim.rowids))
        try:
            result = await work
        finally:
            self.queue.changed(aim.rowids)
        self._tell(result, "" if aim.marked else shown(aim.rows[0].title))
        if aim.marked and not result.failed:
            self.queue.marks.clear()
            self.queue.view.rows_changed()
        self._move_on(aim, patch, result)
        self.desk.is_deciding = False
        self.reopen()
        return result

    def _move_on(self, aim: Aim, patch: AlertPatch, result: ChangeResult) -> None:
        capabilities = self.desk.session.capabilities
        closes = isinstance(patch.status, Set) and capabilities.phase(patch.status.value) == Phase.CLOSED
        if closes and not aim.marked and not result.failed and self.desk.settings.auto_advance:
            self.queue.advance(frozenset(aim.rowids))

    def _tell(self, result: ChangeResult, title: str) -> None:
        sentence = result.summary() + (f": {title}" if title else "")
        failed = result.failed
        if failed:
            names = "; ".join(f"{each.alert_id}: {each.reason}" for each in failed[:NAMED_FAILURES])
            more = f"; and {len(failed) - NAMED_FAILURES:,} more" if len(failed) > NAMED_FAILURES else ""
            self.desk.say(f"{sentence} - {names}{more}", BAD)
        else:
            self.desk.say(sentence, GOOD)
        self.desk.can_undo = bool(result.changed) and result.change.kind is not ChangeKind.UNDO

    # -- undo and redo

    async def undo(self) -> None:
        """Take back my last change; a comment cannot be taken back, so then it is asked first."""
        session = self.desk.session
        plan = await session.foresee_undo()
        if plan is not None and plan.skips_comment:
            title = (
                f"A comment cannot be taken back. Take back what was before it: {plan.entry.change.label}?"
            )
            if not await self.desk.ask(confirm(title, "take it back")):
                return
        await self._walk(plan, session.undo, "Nothing to undo.")

    async def redo(self) -> None:
        """Make again what undo took back."""
        session = self.desk.session
        await self._walk(await session.foresee_redo(), session.redo, "Nothing to redo.")

    async def _walk(
        self,
        plan: UndoPlan | None,
        walk: Callable[..., Coroutine[Any, Any, ChangeResult | None]],
        nothing: str,
    ) -> None:
        if plan is None:
            self.desk.say(nothing, WARN)
            return
        if len(plan.outcomes) > self.desk.settings.confirm_above:
            title = f"Walk back over {plan.entry.change.label} on {len(plan.outcomes):,} alerts?"
            if not await self.desk.ask(confirm(title, "go on")):
                return
        overwrite = await self._conflicts_answer(plan.outcomes)
        if overwrite is None:
            return
        result = await walk(overwrite=overwrite, plan=plan)
        if result is None:
            return
        ids = [each.alert_id for each in result.outcomes]
        rowids = tuple((await asyncio.to_thread(self.desk.session.store.rowids_of, ids)).values())
        self.queue.changed(rowids)
        rows = self.queue.listing.rows_of(rowids)
        self._tell(result, shown(rows[0].title) if len(rows) == 1 else "")
        if len(rowids) == 1:
            self.queue.go_to(rowids[0])
        self.reopen()
