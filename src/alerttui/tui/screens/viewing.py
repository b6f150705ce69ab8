"""Viewing: going from view to view, what each of them counts, and making views of filters."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from alerttui.domain.errors import ConfigError
from alerttui.domain.query import AlertQuery
from alerttui.domain.query_text import print_query
from alerttui.domain.view import View
from alerttui.triage.last_place import LastPlace, keep_last_place
from alerttui.triage.views import ViewBook
from alerttui.tui.render.views_line import ViewTab
from alerttui.tui.screens.desk import BAD, Desk
from alerttui.tui.screens.filtering import Filtering
from alerttui.tui.screens.queue import Queue

COUNT_EVERY_S: Final = 3.0
"""Views are counted again at most this often while somebody writes."""

COUNT_SHARE: Final = 10
"""Counting takes at most one part in so many of the time, however large the store is."""

NO_VIEW: Final = "(filter)"
"""What stands in the place of a view for a filter that is none."""

EVERY_ALERT: Final = "all alerts"


@dataclass(slots=True)
class Viewing:
    """The view keys, and the views with their counts for the top line."""

    desk: Desk
    queue: Queue
    filtering: Filtering
    book: ViewBook
    _base: str = ""
    """The view gone to last: a filter that narrows it is told as that view with a *."""
    _counts: dict[str, int] = field(default_factory=dict)
    """By the text of the view's filter."""
    _counted_version: int = -1
    _next_count_s: float = 0.0
    """When views may be counted again, on the clock that never jumps."""
    _is_counting: bool = False
    _is_due: bool = False
    """True while a timer waits until views may be counted again."""
    _kept: LastPlace = field(default_factory=LastPlace)

    def begin(self, view: str = "") -> None:
        """After the first frame: read own views, and count; `view` is what the console starts with."""
        self._base = view
        try:
            self.book.reload()
        except ConfigError as error:
            self.desk.say(str(error), BAD)
        base = None if self.present else self.base
        if base is not None:
            self.filtering.before = self.book.query_of(base)
        self.follow()

    # -- going

    def next(self) -> None:
        """Go to the next view."""
        self._step(1)

    def previous(self) -> None:
        """Go to the previous view."""
        self._step(-1)

    def last(self) -> None:
        """Go back to the view or filter before; again to come back."""
        if not self.filtering.back():
            self.desk.say("There was no other view or filter before this one.")

    def go(self, view: View) -> None:
        """List what a view asks for; the cursor keeps its alert where that is listed, marks stay."""
        query = self.book.query_of(view)
        if query is None:
            self.desk.say(self.book.problem_of(view), BAD)
            return
        self._base = view.name
        self.filtering.show(query)

    def go_named(self, name: str) -> None:
        """List what the view of this name asks for, if it is still there."""
        view = self.book.find(name)
        if view is not None:
            self.go(view)

    def _step(self, step: int) -> None:
        views = self.book.views
        present = self.present or self.base
        if present is not None:
            self.go(views[(views.index(present) + step) % len(views)])
        else:
            self.go(views[0] if step > 0 else views[-1])

    # -- what is told

    @property
    def present(self) -> View | None:
        """The view that is listed; None for a filter that is no view."""
        gone_to = self.book.find(self._base) if self._base else None
        if gone_to is not None and self.book.query_of(gone_to) == self.queue.query:
            return gone_to  # another view may list the same
        return self.book.matching(self.queue.query)

    @property
    def base(self) -> View | None:
        """The view that the present filter narrows; None where it narrows none that was gone to."""
        view = self.book.find(self._base) if self._base else None
        query = self.book.query_of(view) if view else None
        if query is None or not query.terms:
            return None
        return view if set(query.terms) <= set(self.queue.query.terms) else None

    def tabs(self) -> tuple[ViewTab, ...]:
        """Every view with its count; the listed one, or the filter that is none, is the active one."""
        present = self.present
        base = None if present else self.base
        tabs = [
            ViewTab(view.name, self._counts.get(view.text)) if view != (present or base)
            else self._active(view.name if present else f"{view.name}*")
            for view in self.book.views
        ]  # fmt: skip
        if present is None and base is None:
            name = NO_VIEW if self.queue.query.terms else EVERY_ALERT
            return (self._active(name), *tabs)
        return tuple(tabs)

    def _active(self, name: str) -> ViewTab:
        listing = self.queue.listing
        return ViewTab(name, len(listing), active=True, is_more=not listing.complete)

    # -- following what happens

    def follow(self) -> None:
        """The filter may be another, somebody may have written: keep the place, and count again in time."""
        present = self.present
        if present is not None:
            self._base = present.name
        self._keep_place()
        if self.queue.staleness.since_ms is not None:
            return
        if self.desk.session.store.data_version() == self._counted_version or self._is_counting:
            return
        wait_s = self._next_count_s - time.monotonic()
        if wait_s <= 0:
            self._start_counting()
        elif not self._is_due:
            self._is_due = True
            later = partial(self.desk.attempt, self._count_later, "views")
            self.desk.screen.set_timer(wait_s, later, name="views")

    def _count_later(self) -> None:
        self._is_due = False
        self.follow()

    def _start_counting(self) -> None:
        self._is_counting = True
        self._counted_version = self.desk.session.store.data_version()
        self.desk.run(self._count, "view counts")

    async def _count(self) -> None:
        started_s = time.monotonic()
        try:
            counts = await asyncio.to_thread(self._read_counts)
        finally:
            self._is_counting = False
            now_s = time.monotonic()
            self._next_count_s = now_s + max(COUNT_EVERY_S, COUNT_SHARE * (now_s - started_s))
        self._counts = counts
        self.queue.tell()

    def _read_counts(self) -> dict[str, int]:
        store, context = self.desk.session.store, self.desk.session.query_context()
        with suppress(ConfigError):  # was told at the start, and is told where views are changed
            self.book.reload()  # other consoles make views too
        counts = {}
        for view in self.book.views:
            query = self.book.query_of(view)
            if query is not None and view.text not in counts:
                counts[view.text] = store.count(query, context)
        return counts

    @property
    def place(self) -> LastPlace:
        """Where the analyst is, for the next start."""
        return LastPlace(self._base, print_query(self.queue.query))

    def _keep_place(self) -> None:
        if self.desk.settings.state_folder is None or self.place == self._kept:
            return
        self._kept = self.place
        self.desk.run(partial(asyncio.to_thread, self._write_place), "place")

    def _write_place(self) -> None:
        keep_last_place(self.desk.settings.state_folder, self.desk.session.profile, self._kept)

    # -- the menu

    async def menu(self) -> None:
        """Choose a view to go to, or make, rename, change and remove own ones."""
        from alerttui.tui.dialogs.view_menu import Verb, ViewLine, ViewMenu

        self.book.reload()
        present = self.present or self.base
        lines = [ViewLine(view, self._counts.get(view.text)) for view in self.book.views]
        listed = print_query(self.queue.query) or EVERY_ALERT
        choice = await self.desk.ask(ViewMenu(lines, listed=listed, present=present))
        if choice is None:
            return
        match choice.verb:
            case Verb.GO if choice.view is not None:
                self.go(choice.view)
            case Verb.SAVE:
                await self._save()
            case Verb.RENAME if choice.view is not None:
                await self._rename(choice.view)
            case Verb.CHANGE if choice.view is not None:
                await self._change(choice.view)
            case Verb.REMOVE if choice.view is not None:
                await self._remove(choice.view)

    async def _save(self) -> None:
        from alerttui.tui.dialogs.menu import confirm
        from alerttui.tui.dialogs.view_menu import NameScreen

        query = self.queue.query
        title = f"Keep as a view: {print_query(query) or EVERY_ALERT}"
        name = await self.desk.ask(NameScreen(title, "", self.book.naming_problem))
        if name is None:
            return
        replaced = self.book.replaced_by(name)
        if replaced is not None:
            question = f"{replaced.name} is built in ({replaced.text}). Replace it?"
            if not await self.desk.ask(confirm(question, "replace it; removing yours brings it back")):
                return
        view = await asyncio.to_thread(self.book.add, name, query)
        self._took(view.name, f"{view.name} is a view now; {self._menu_key} lists the views.")

    async def _rename(self, view: View) -> None:
        from alerttui.tui.dialogs.view_menu import NameScreen

        problem_of = partial(self.book.naming_problem, of=view.name)
        name = await self.desk.ask(NameScreen(f"Rename the view {view.name}", view.name, problem_of))
        if name is None or name == view.name:
            return
        renamed = await asyncio.to_thread(self.book.rename, view, name)
        base = renamed.name if self._base == view.name else self._base
        self._took(base, f"{view.name} is now called {renamed.name}.")

    async def _change(self, view: View) -> None:
        query: AlertQuery = self.queue.query
        changed = await asyncio.to_thread(self.book.change, view, query)
        note = f"{view.name} lists {changed.text or EVERY_ALERT} now; before: {view.text or EVERY_ALERT}"
        self._took(view.name, note)

    async def _remove(self, view: View) -> None:
        from alerttui.tui.dialogs.menu import confirm

        question = confirm(f"Remove the view {view.name} ({view.text or EVERY_ALERT})?", "remove it")
        if not await self.desk.ask(question):
            return
        await asyncio.to_thread(self.book.remove, view)
        self._took("" if self._base == view.name else self._base, f"{view.name} is removed.")

    def _took(self, base: str, note: str) -> None:
        """Own views are others now."""
        self._base = base
        self.desk.say(note)
        self._start_counting()
        self.queue.tell()

    @property
    def _menu_key(self) -> str:
        return self.desk.keymap.label("view.menu")
