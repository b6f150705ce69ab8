"""Decisions: the change keys, from the question they ask to the sentence that tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import Invalid
from alerttui.domain.patch import CLEAR, KEEP, AlertPatch, Set, TagEdit, checked_tags
from alerttui.domain.vocabulary import Phase, Quality
from alerttui.triage import planning
from alerttui.triage.session import ChangeResult
from alerttui.tui.screens.aim import Aim, sample
from alerttui.tui.screens.desk import BAD, GOOD, WARN, Desk
from alerttui.tui.screens.menu import MenuScreen, Option, confirm
from alerttui.tui.screens.queue import Queue

TakeAim = Callable[[], Coroutine[Any, Any, Aim | None]]
"""Finds out on what a change acts, asking where that is not plain; None to leave everything."""

NAMED_FAILURES: Final = 3
"""How many alerts that were not changed are named on the status line."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    """The last change, as it would be made again."""

    patch: AlertPatch
    tags: TagEdit | None
    comment: str
    label: str


@dataclass(slots=True)
class Decisions:
    """Every verb that changes alerts."""

    desk: Desk
    queue: Queue
    take_aim: TakeAim
    reopen: Callable[[], None]
    """Reads the alert in the panes anew."""
    _last: Repeatable | None = None

    # -- one verb each

    async def status(self) -> None:
        """Ask for one of the backend's own words, and set it."""
        aim = await self.take_aim()
        if aim is None:
            return
        statuses = self.desk.session.capabilities.statuses
        present = {row.status for row in aim.rows}
        options = [
            Option(each.key, each.label, each.word, "now" if present == {each.word} else "")
            for each in statuses
        ]
        word = await self.desk.ask(MenuScreen(f"Status of {aim.name}", options))
        if word:
            label = f"status {self.desk.session.capabilities.status(word).label}"
            await self.make(aim, AlertPatch(status=Set(word)), label=label)

    async def quality(self) -> None:
        """Rate the detection, or clear the rating."""
        aim = await self.take_aim()
        if aim is None:
            return
        options: list[Option[Set[Quality] | None]] = [
            Option("u", "Useful", Set(Quality.USEFUL)),
            Option("n", "Noise", Set(Quality.NOISE)),
        ]
        clears = not self.desk.session.capabilities.refusal("quality", clear=True)
        clear_option: Option[Any] = Option("x", "Clear the rating", CLEAR)
        picked: Any = await self.desk.ask(
            MenuScreen(f"Quality of {aim.name}", [*options, *([clear_option] if clears else [])])
        )
        if picked is not None:
            label = "quality cleared" if picked is CLEAR else f"quality {picked.value.value}"
            await self.make(aim, AlertPatch(quality=picked), label=label)

    async def close(self) -> None:
        """Close with target, verdict and comment as one change."""
        from alerttui.tui.screens.close import CloseScreen

        aim = await self.take_aim()
        if aim is None:
            return
        capabilities = self.desk.session.capabilities
        closing = await self.desk.ask(CloseScreen(f"Close {aim.name}", capabilities))
        if closing is None:
            return
        verdict = Set(closing.verdict) if closing.verdict else KEEP
        label = f"closed as {capabilities.status(closing.status).label}"
        if closing.verdict:
            label += f", {capabilities.verdict(closing.verdict).label}"
        patch = AlertPatch(status=Set(closing.status), verdict=verdict)
        await self.make(aim, patch, comment=closing.comment.strip(), label=label)

    async def take(self) -> None:
        """Assign to me and make active; a colleague is named before his alert is taken over."""
        aim = await self.take_aim()
        if aim is None:
            return
        plan = await self.desk.session.take(aim.ids)
        if plan.taken_from:
            people = sorted({self.desk.person_label(owner) for _, owner in plan.taken_from})
            count = f"{len(plan.taken_from):,} alerts" if len(plan.taken_from) > 1 else "it"
            title = f"Take {count} over from {', '.join(people)}?"
            if not await self.desk.ask(confirm(title, "take over")):
                return
        if not plan.edits:
            self.desk.say("Nothing was taken: a closed alert stays closed until its status is set.", WARN)
            return
        await self._finish(aim, self.desk.session.change_each(plan.edits, label="taken"), AlertPatch())

    async def assign(self) -> None:
        """Assign to somebody, or to nobody."""
        from alerttui.tui.screens.picker import Candidate, PersonScreen

        aim = await self.take_aim()
        if aim is None:
            return
        session = self.desk.session
        clears = not session.capabilities.refusal("assignee", clear=True)

        def find(text: str) -> list[Candidate]:
            me = session.me.id if session.me else ""
            people = sorted(session.store.people(text), key=lambda each: (each.id != me, each.label.lower()))
            found = [Candidate(each.id, each.label, "me" if each.id == me else each.email) for each in people]
            if clears and text in ("", "-", "none", "nobody"):
                found.append(Candidate("", "nobody", "clears the assignee"))
            if text and not any(each.value == text for each in found):
                found.append(Candidate(text, text, "as typed"))
            return found

        picked = await self.desk.ask(PersonScreen(f"Assign {aim.name} to", find))
        if picked is not None:
            label = f"assigned to {self.desk.person_label(picked)}" if picked else "unassigned"
            await self.make(aim, AlertPatch(assignee=Set(picked) if picked else CLEAR), label=label)

    async def tags(self) -> None:
        """Edit the tags of one alert as a whole, or add to and remove from those of many."""
        from alerttui.tui.screens.picker import Candidate, TagsScreen

        aim = await self.take_aim()
        if aim is None:
            return
        store = self.desk.session.store
        is_single = len(aim.rows) == 1

        def find(text: str) -> list[Candidate]:
            return [Candidate(each.value, each.value, f"{each.alerts}") for each in store.tags(text, 12)]

        typed = await self.desk.ask(
            TagsScreen(
                f"Tags of {aim.name}",
                "".join(f"{tag} " for tag in aim.rows[0].tags) if is_single else "",
                find=find,
                problem_of=tag_problem if is_single else tag_edit_problem,
                help_text="enter replaces the list" if is_single else "tag or +tag adds, -tag removes",
            )
        )
        if typed is None:
            return
        if is_single:
            tags = tuple(typed.split())
            label = f"tags {' '.join(tags)}" if tags else "tags cleared"
            await self.make(aim, AlertPatch(tags=Set(tags) if tags else CLEAR), label=label)
        else:
            edit = tag_edit(typed)
            await self.make(aim, AlertPatch(), tags=edit, label=planning.label(AlertPatch(), edit))

    async def comment(self) -> None:
        """Write a comment on one alert, or the same one on many."""
        from alerttui.tui.screens.composer import ComposerScreen

        aim = await self.take_aim()
        if aim is None:
            return
        session, drafts, first = self.desk.session, self.desk.drafts, aim.ids[0]
        stored_as = session.capabilities.comments.formats[0].lower().replace("_", " ")
        text = await self.desk.ask(
            ComposerScreen(
                f"Comment on {aim.name}",
                drafts.get(first),
                keep=lambda draft: drafts.keep(first, draft),
                stored_as=stored_as,
            )
        )
        if text is None:
            kept = "Nothing was sent; the draft is kept." if drafts.get(first).strip() else ""
            self.desk.say(kept)
            return
        if len(aim.ids) == 1:
            await session.comment(first, text)
            self.queue.changed(aim.rowids)
            self.reopen()
            self.desk.say("comment added", GOOD)
        else:
            await self.make(aim, AlertPatch(), comment=text, label="comment")
        drafts.drop(first)

    async def repeat(self) -> None:
        """Make the last change again on what is aimed at now."""
        if self._last is None:
            self.desk.say("Nothing to repeat yet: no change was made since the start.", WARN)
            return
        aim = await self.take_aim()
        if aim is not None:
            again = self._last
            await self.make(aim, again.patch, tags=again.tags, comment=again.comment, label=again.label)

    # -- undo and redo

    async def undo(self) -> None:
        """Take back my last change."""
        session = self.desk.session
        await self._walk(await session.foresee_undo(), session.undo, "Nothing to undo.")

    async def redo(self) -> None:
        """Make again what undo took back."""
        session = self.desk.session
        await self._walk(await session.foresee_redo(), session.redo, "Nothing to redo.")

    async def _walk(
        self,
        foreseen: tuple[Outcome, ...] | None,
        walk: Callable[..., Coroutine[Any, Any, ChangeResult | None]],
        nothing: str,
    ) -> None:
        if foreseen is None:
            self.desk.say(nothing, WARN)
            return
        overwrite = False
        conflicts = sum(outcome.state is OutcomeState.CONFLICT for outcome in foreseen)
        if conflicts:
            title = f"{conflicts:,} of {len(foreseen):,} changed since"
            options = [
                Option("s", "skip them, take back the others", "skip"),
                Option("o", "overwrite what was changed since", "overwrite"),
            ]
            answer = await self.desk.ask(MenuScreen(title, options))
            if answer is None:
                return
            overwrite = answer == "overwrite"
        result = await walk(overwrite=overwrite)
        if result is not None:
            self._told(result)
            rowids = await asyncio.to_thread(
                self.desk.session.store.rowids_of, [each.alert_id for each in result.outcomes]
            )
            self.queue.changed(tuple(rowids.values()))
            self.reopen()

    # -- how a change is made

    async def make(
        self,
        aim: Aim,
        patch: AlertPatch,
        *,
        tags: TagEdit | None = None,
        comment: str = "",
        label: str = "",
    ) -> None:
        """Make one change, show it at once, and tell what came of it."""
        work = self.desk.session.change(aim.ids, patch, tags=tags, comment=comment, label=label)
        if await self._finish(aim, work, patch):
            self._last = Repeatable(patch, tags, comment, label)

    async def _finish(
        self, aim: Aim, work: Coroutine[Any, Any, ChangeResult], patch: AlertPatch
    ) -> ChangeResult | None:
        capabilities = self.desk.session.capabilities
        listing = self.queue.listing
        listing.overlay(aim.rowids, lambda row: planning.overlaid(row, patch, capabilities))
        self.queue.view.pending = listing.pending
        self.queue.view.rows_changed()
        try:
            result = await work
        finally:
            self.queue.changed(aim.rowids)
        self._told(result)
        if aim.marked and not result.failed:
            self.queue.marks.clear()
            self.queue.view.rows_changed()
        self._move_on(aim, patch)
        self.reopen()
        return result

    def _move_on(self, aim: Aim, patch: AlertPatch) -> None:
        capabilities = self.desk.session.capabilities
        closes = isinstance(patch.status, Set) and capabilities.phase(patch.status.value) == Phase.CLOSED
        if closes and not aim.marked and self.desk.settings.auto_advance:
            self.queue.advance(frozenset(aim.rowids))

    def _told(self, result: ChangeResult) -> None:
        sentence = result.summary()
        self.desk.can_undo = self.desk.can_undo or bool(result.changed)
        failed = result.failed
        if failed:
            names = "; ".join(f"{each.alert_id}: {each.reason}" for each in failed[:NAMED_FAILURES])
            more = f"; and {len(failed) - NAMED_FAILURES:,} more" if len(failed) > NAMED_FAILURES else ""
            self.desk.say(f"{sentence} - {names}{more}", BAD)
        else:
            self.desk.say(sentence, GOOD)


async def checked_aim(aim: Aim, desk: Desk) -> Aim | None:
    """The aim, after asking about marks out of sight and about many alerts at once."""
    if aim.hidden:
        visible = len(aim.rows) - aim.hidden
        title = f"{aim.hidden:,} of {aim.name} are not in this list"
        options = [Option("a", f"act on all {len(aim.rows):,}", True), Option("n", "act on none", False)]
        if not await desk.ask(MenuScreen(title, options, above=[f"{visible:,} are listed here"], cursor=1)):
            return None
    if len(aim.rows) > desk.settings.confirm_above:
        title = f"Change {len(aim.rows):,} alerts?"
        if not await desk.ask(confirm(title, "go on", above=sample(aim.rows))):
            return None
    return aim


def tag_problem(text: str) -> str:
    """Which rule a typed list of tags breaks; empty if none."""
    try:
        checked_tags(text.split())
    except Invalid as error:
        return f"{error.value}: {error.rule}"
    return ""


def tag_edit(text: str) -> TagEdit:
    """What a typed edit of many alerts' tags means: tag or +tag adds, -tag removes."""
    words = text.split()
    add = tuple(word.lstrip("+") for word in words if not word.startswith("-"))
    return TagEdit(add=add, remove=tuple(word[1:] for word in words if word.startswith("-")))


def tag_edit_problem(text: str) -> str:
    """Which rule a typed edit breaks; empty if none."""
    edit = tag_edit(text)
    if not edit:
        return "type a tag to add, or -tag to remove"
    return tag_problem(" ".join((*edit.add, *edit.remove)))
