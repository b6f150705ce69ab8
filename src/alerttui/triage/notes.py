"""Local notes among the comments: where a product has none, what an analyst writes stays on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from alerttui.backends.contract import Backend
from alerttui.backends.notes import NoteStore
from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Actor, Comment
from alerttui.domain.errors import NotFound, StoreError, Unavailable
from alerttui.domain.listing import Page
from alerttui.domain.vocabulary import AlertId

NotesOf = Callable[[AlertId], Sequence[Comment]]
"""The local notes on an alert, oldest first."""

CURSOR: Final = "note."
"""A cursor that begins so goes on among the notes; the number behind it counts those before."""


@dataclass(slots=True)
class Notes:
    """The local notes of one profile."""

    store: NoteStore
    profile: str
    trouble: str = ""
    """Why they could not be read when they were last wanted; empty where they could."""

    def of(self, alert_id: AlertId) -> Sequence[Comment]:
        """The notes on an alert, oldest first; none where they cannot be read: `trouble` says why."""
        try:
            found = self.store.notes(self.profile, alert_id)
        except (StoreError, Unavailable) as error:
            self.trouble = str(error)
            return ()
        self.trouble = ""
        return found

    def keep(
        self, alerts: AlertStore, ids: Sequence[AlertId], body: str, by: Actor | None, at_ms: int
    ) -> Sequence[Comment]:
        """Keep a note on each of these alerts, or on none; raises `NotFound` with those that are not here.

        Also `StoreError` and `Unavailable` where the notes cannot be written.
        """
        here = alerts.rowids_of(ids)
        missing = [each for each in ids if each not in here]
        if missing:
            raise NotFound(missing)
        return self.store.add(self.profile, ids, body, by, at_ms)

    async def page_behind(
        self, backend: Backend, alert_id: AlertId, cursor: str | None, limit: int
    ) -> Page[Comment]:
        """One page of the backend's comments, the notes behind the last of them."""
        number = cursor.removeprefix(CURSOR) if cursor and cursor.startswith(CURSOR) else ""
        is_among_notes = number.isascii() and number.isdecimal()
        page = await backend.comments(alert_id, None if is_among_notes else cursor, limit)
        notes = await asyncio.to_thread(self.of, alert_id)
        total = None if page.total is None else page.total + len(notes)
        if page.next is not None and not is_among_notes:
            return Page(page.results, page.next, total)
        before = [] if is_among_notes else list(page.results)
        start = int(number) if is_among_notes else 0
        end = start + limit - len(before)
        following = f"{CURSOR}{end}" if end < len(notes) else None
        return Page([*before, *notes[start:end]], following, total)


def no_notes(alert_id: AlertId) -> Sequence[Comment]:
    """The notes where there are none."""
    return ()


def notes_of(notes: Notes | None) -> NotesOf:
    """What reads the notes on an alert, in a thread; nothing where the product has comments."""
    return notes.of if notes is not None else no_notes
