"""A session: one analyst, one store, one backend. Every change of console and commands goes through it.

A change is journalled, applied and told apart per alert; undo and redo are changes themselves, read from the
same journal, so they work across restarts and on many alerts at once.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from alerttui.backends.contract import Backend
from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Actor, Alert, Comment, Event
from alerttui.domain.capabilities import AssignBy, Capabilities
from alerttui.domain.change import (
    Change,
    ChangeKind,
    Edit,
    JournalEntry,
    OnProgress,
    Outcome,
    OutcomeState,
)
from alerttui.domain.errors import Invalid, NotSupported, ReadOnly
from alerttui.domain.listing import AlertRow, Page
from alerttui.domain.patch import AlertPatch, Set, TagEdit
from alerttui.domain.query import QueryContext
from alerttui.domain.vocabulary import AlertId
from alerttui.triage import planning
from alerttui.triage.change_result import ChangeResult, UndoPlan
from alerttui.triage.notes import Notes, notes_of
from alerttui.triage.open_alert import OpenAlert
from alerttui.triage.people import assignee_of, person_meant
from alerttui.triage.reversing import possible_reversal

if TYPE_CHECKING:
    from alerttui.domain.indicators import IndicatorReport
    from alerttui.domain.related import RelatedCases
    from alerttui.triage.actions import Action
    from alerttui.triage.clashes import Clash
    from alerttui.triage.mirror.mirror import Mirror


__all__ = ["ChangeResult", "OpenAlert", "Session", "UndoPlan"]


class Session:
    """What an analyst does, bound to one connection; no method blocks the event loop."""

    def __init__(
        self,
        store: AlertStore,
        backend: Backend,
        *,
        me: Actor | None,
        clock: Callable[[], int],
        profile: str = "local",
        read_only: bool = False,
        mirror: Mirror | None = None,
    ) -> None:
        self.store = store
        self.backend = backend
        self.me = me
        self.clock = clock
        self.profile = profile
        self.mirror = mirror
        """The backend of a remote profile, which has more to tell than any backend; None for a local one."""
        self.read_only = read_only or store.read_only
        self._writing = asyncio.Lock()
        """One change at a time: an undo must see the change that was made just before it."""

    @property
    def capabilities(self) -> Capabilities:
        """What the connection can do at present."""
        return self.backend.capabilities

    def query_context(self) -> QueryContext:
        """The present time and who "me" is, for the meaning of a query."""
        return QueryContext(now_ms=self.clock(), me=self.me.id if self.me else "")

    def refusal(self) -> str:
        """Why nothing can be changed at all; empty if it can."""
        return self._read_only_refusal() or self.capabilities.read_only_reason

    def refusal_of(self, action: Action) -> str:
        """Why an action cannot be done over this connection; empty if it can."""
        return action.why_not(self.capabilities, self._read_only_refusal())

    def _read_only_refusal(self) -> str:
        return f"The profile {self.profile} is read-only; nothing was changed." if self.read_only else ""

    # -- reading

    async def open(self, alert_id: AlertId) -> OpenAlert:
        """Everything that the panes show first; raises `NotFound`."""
        alert = await self.backend.alert(alert_id)
        events = await self.backend.events(alert_id)
        comments = await self.backend.comments(alert_id, limit=200)
        history = await self.backend.history(alert_id)
        return OpenAlert(alert=alert, events=events, comments=comments, history=tuple(history))

    async def more_events(self, alert_id: AlertId, cursor: str) -> Page[Event]:
        """The next page of an alert's events."""
        return await self.backend.events(alert_id, cursor)

    async def indicators(self, alert: Alert, is_wanted: Callable[[], bool]) -> IndicatorReport:
        """What an alert and its events name; given up once it is no longer wanted."""
        from alerttui.triage.related import indicators_of

        return await asyncio.to_thread(indicators_of, self.store, alert, is_wanted)

    async def related(self, alert: Alert, is_wanted: Callable[[], bool]) -> RelatedCases:
        """What became of the alerts that have to do with this one; raises `NotFound`."""
        from alerttui.triage.related import related_of

        if self.mirror is not None:
            known = {each.id for each in alert.related}
            told = [each for each in await self.mirror.told_related(alert.id) if each.id not in known]
            alert = replace(alert, related=(*alert.related, *told))
        context, notes = self.query_context(), notes_of(self.notes)
        return await asyncio.to_thread(related_of, self.store, alert, context, is_wanted, notes)

    # -- local notes

    @property
    def notes(self) -> Notes | None:
        """The local notes of this profile; None where its product has comments."""
        return self.mirror.notes_in_use if self.mirror else None

    def note_refusal(self) -> str:
        """Why no local note can be kept; empty if it can."""
        if self.read_only or self.notes:
            return self._read_only_refusal()
        return f"The profile {self.profile} has comments of its own, so no local note was kept."

    async def add_note(self, ids: Sequence[AlertId], body: str) -> Sequence[Comment]:
        """Keep a local note on each alert, on this machine only; on none where it raises, as `NotFound`."""
        notes = self.notes
        if notes is None or self.read_only:
            raise (ReadOnly if self.read_only else NotSupported)(self.note_refusal())
        self.capabilities.comments.check_text(body)
        await self.recognize_me()
        return await asyncio.to_thread(notes.keep, self.store, ids, body, self.me, self.clock())

    # -- changing

    async def change(
        self,
        ids: Sequence[AlertId],
        patch: AlertPatch,
        *,
        tags: TagEdit | None = None,
        comment: str = "",
        actions: Sequence[str] = (),
        label: str = "",
        seen: Mapping[AlertId, AlertPatch] | None = None,
        on_progress: OnProgress | None = None,
    ) -> ChangeResult:
        """Apply a patch, tags to add or remove, and a comment to alerts, as one change.

        `actions` are what was done to resolve the alerts, for a closing of a backend that lists them.

        `seen` are the values on which the analyst decided: an alert in which somebody changed the same field
        since is left alone and told as a conflict. Raises `Invalid`, `NotSupported` or `ReadOnly` before
        anything is written, and `Stopped` where `on_progress` does.
        """
        edits, refused = await self._edits(ids, patch, tags or TagEdit(), comment, seen, actions)
        name = label or planning.label(patch, tags, await asyncio.to_thread(assignee_of, self.store, patch))
        return await self._make(
            ids, edits, refused, comment=comment, actions=actions, label=name, on_progress=on_progress
        )

    async def change_each(
        self, edits: Sequence[Edit], *, comment: str = "", label: str, on_progress: OnProgress | None = None
    ) -> ChangeResult:
        """Make a change that differs from alert to alert."""
        self._check_writable()
        for patch in {edit.patch for edit in edits}:
            self.capabilities.check(patch)
        ids = [edit.alert_id for edit in edits]
        return await self._make(ids, edits, (), comment=comment, label=label, on_progress=on_progress)

    async def preview(
        self,
        ids: Sequence[AlertId],
        patch: AlertPatch,
        *,
        tags: TagEdit | None = None,
        comment: str = "",
        seen: Mapping[AlertId, AlertPatch] | None = None,
    ) -> tuple[Outcome, ...]:
        """What `change` would do, with the same checks; nothing is written."""
        edits, refused = await self._edits(ids, patch, tags or TagEdit(), comment, seen)
        outcomes = await asyncio.to_thread(planning.outcomes_foreseen, self.store, edits)
        return planning.in_order(ids, (*outcomes, *refused))

    async def clashes(
        self,
        ids: Sequence[AlertId],
        patch: AlertPatch,
        *,
        tags: TagEdit | None = None,
        seen: Mapping[AlertId, AlertPatch] | None = None,
    ) -> tuple[Clash, ...]:
        """What somebody else changed since it was seen, and such a change would meet; with its checks."""
        edits, _ = await self._edits(ids, patch, tags or TagEdit(), "", seen)
        return await self.clashes_of(edits)

    async def clashes_of(self, edits: Sequence[Edit]) -> tuple[Clash, ...]:
        """What somebody else changed since, and these edits would meet."""
        from alerttui.triage import clashes

        return await asyncio.to_thread(clashes.clashes, self.store, edits)

    async def take(self, ids: Sequence[AlertId]) -> planning.TakePlan:
        """What taking these alerts would mean: assign to me and make active, closed ones left alone.

        Raises `NotSupported` where "me" is unknown or the backend cannot assign.
        """
        self._check_writable()
        if self.me is None:
            raise NotSupported("Nothing was taken: the configuration does not say who you are (set me).")
        await self.recognize_me()
        if self.mirror is not None and "@" in self.me.id and self.capabilities.assign_by is AssignBy.ID:
            raise NotSupported(
                f"Nothing was taken: {self.mirror.product} has not told which user {self.me.id} is; "
                "try again in a moment, or set me to the user id."
            )
        refusal = self.capabilities.refusal("assignee")
        if refusal:
            raise NotSupported(refusal)
        rows = await self._rows(ids)
        return planning.take_plan(ids, rows, self.me, self.capabilities)

    # -- undo and redo

    async def foresee_undo(self) -> UndoPlan | None:
        """What `undo` would do, conflicts included; None where there is nothing to take back."""
        return await self._foresee(self.store.undoable)

    async def foresee_redo(self) -> UndoPlan | None:
        """What `redo` would do, conflicts included; None where there is nothing to make again."""
        return await self._foresee(self.store.redoable)

    async def undo(
        self,
        *,
        overwrite: bool = False,
        plan: UndoPlan | None = None,
        on_progress: OnProgress | None = None,
    ) -> ChangeResult | None:
        """Take back my latest change, or the one of a plan; None where there is none.

        An alert whose field somebody changed since is left alone and told as a conflict, unless `overwrite`.
        """
        plan = plan or await self.foresee_undo()
        return await self._reverse(plan.entry, ChangeKind.UNDO, overwrite, on_progress) if plan else None

    async def redo(
        self,
        *,
        overwrite: bool = False,
        plan: UndoPlan | None = None,
        on_progress: OnProgress | None = None,
    ) -> ChangeResult | None:
        """Make again what my latest undo took back, or the undo of a plan; None where there is nothing."""
        plan = plan or await self.foresee_redo()
        return await self._reverse(plan.entry, ChangeKind.REDO, overwrite, on_progress) if plan else None

    async def _foresee(self, find: Callable[[Actor], JournalEntry | None]) -> UndoPlan | None:
        self._check_writable()
        async with self._writing:
            entry = await asyncio.to_thread(find, self._actor())
            if entry is None:
                return None
            found = await asyncio.to_thread(possible_reversal, entry, self.capabilities, overwrite=False)
            edits = found.edits
            outcomes = await asyncio.to_thread(planning.outcomes_foreseen, self.store, edits)
            latest = await asyncio.to_thread(self.store.journal, 1)
        skips = bool(latest) and planning.is_comment_only(latest[0].change, self._actor())
        return UndoPlan(
            entry=entry, edits=edits, outcomes=tuple(outcomes), skips_comment=skips, kept=found.kept
        )

    async def _reverse(
        self, entry: JournalEntry, kind: ChangeKind, overwrite: bool, on_progress: OnProgress | None
    ) -> ChangeResult:
        self._check_writable()
        found = await asyncio.to_thread(possible_reversal, entry, self.capabilities, overwrite=overwrite)
        edits = found.edits
        if not edits and found.kept:
            raise NotSupported(f"Nothing was changed; {'; '.join(found.kept)}")
        label = planning.reversal_label(entry, kind)
        change = self._compose(edits, label=label, kind=kind, reverses=entry.change.id)
        comment_stays = ["the comment stays"] if entry.change.comment and kind is ChangeKind.UNDO else []
        note = "; ".join([*comment_stays, *(each.rstrip(".") for each in found.kept)])
        async with self._writing:
            foreseen = await asyncio.to_thread(planning.outcomes_foreseen, self.store, edits)
            if foreseen and all(outcome.state is OutcomeState.CONFLICT for outcome in foreseen):
                return ChangeResult(change=change, outcomes=tuple(foreseen))
            outcomes = await self.backend.apply(change, on_progress)
        return ChangeResult(change=change, outcomes=tuple(outcomes), note=note)

    async def _rows(self, ids: Sequence[AlertId]) -> dict[AlertId, AlertRow]:
        return await asyncio.to_thread(planning.rows_by_id, self.store, ids)

    # -- how a change is made

    async def _edits(
        self,
        ids: Sequence[AlertId],
        patch: AlertPatch,
        tags: TagEdit,
        comment: str,
        seen: Mapping[AlertId, AlertPatch] | None,
        actions: Sequence[str] = (),
    ) -> tuple[list[Edit], list[Outcome]]:
        self._check_writable()
        if not patch and not tags and not comment:
            raise Invalid("change", "", "nothing to change was given")
        patch = await self._with_person(patch)
        self.capabilities.check(patch)
        self.capabilities.check_words(patch, comment, actions)
        if tags:
            self.capabilities.checked_tags(tags.add)
            refusal = self.capabilities.refusal("tags")
            if refusal:
                raise NotSupported(refusal)
        return await asyncio.to_thread(
            planning.edits_of, self.store, ids, patch, tags, seen or {}, self.capabilities
        )

    async def recognize_me(self) -> None:
        """Know by which id the system knows me, where the configuration names an e-mail or a name."""
        if self.me is not None and not self.me.name:
            person = await asyncio.to_thread(person_meant, self.store, self.me.id)
            if person is not None:
                self.me = Actor(id=person.id, name=person.name)

    async def _with_person(self, patch: AlertPatch) -> AlertPatch:
        """The patch with the id of whoever is meant by an e-mail or a name; as it is for somebody unknown."""
        if not isinstance(patch.assignee, Set):
            return patch
        person = await asyncio.to_thread(person_meant, self.store, patch.assignee.value)
        return replace(patch, assignee=Set(person.id)) if person else patch

    async def _make(
        self,
        ids: Sequence[AlertId],
        edits: Sequence[Edit],
        refused: Sequence[Outcome],
        *,
        comment: str,
        label: str,
        on_progress: OnProgress | None,
        actions: Sequence[str] = (),
    ) -> ChangeResult:
        change = self._compose(edits, label=label, comment=comment, actions=actions)
        async with self._writing:
            outcomes = await self.backend.apply(change, on_progress) if edits else ()
        return ChangeResult(change=change, outcomes=planning.in_order(ids, (*outcomes, *refused)))

    def _compose(
        self,
        edits: Sequence[Edit],
        *,
        label: str,
        comment: str = "",
        actions: Sequence[str] = (),
        kind: ChangeKind = ChangeKind.CHANGE,
        reverses: str = "",
    ) -> Change:
        return Change(
            id=uuid.uuid4().hex,
            at_ms=self.clock(),
            by=self._actor(),
            label=label,
            edits=tuple(edits),
            comment=comment,
            actions=tuple(actions),
            kind=kind,
            reverses=reverses,
            through=self.backend.name,
        )

    def _actor(self) -> Actor:
        return self.me or Actor(id="unknown", kind="unknown")

    def _check_writable(self) -> None:
        refusal = self.refusal()
        if refusal:
            raise ReadOnly(refusal)
