"""Aiming: finds out on which alerts a change acts, and refuses where that is not what the analyst saw."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from alerttui.domain.patch import values_of
from alerttui.triage.actions import Pane
from alerttui.tui.dialogs.menu import MenuScreen, Option
from alerttui.tui.screens.aim import Aim
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading


@dataclass(slots=True)
class Aiming:
    """Takes the aim at the key press: marks, the alert under the cursor, or the one that is open."""

    desk: Desk
    queue: Queue
    reading: Reading
    arrangement: Arrangement

    async def take(self) -> Aim | None:
        """The alerts that a change acts on, taken now."""
        marked = self.queue.marks.all()
        if self.arrangement.focused is Pane.LIST and marked:
            hidden = self.queue.hidden_marks()
            is_all = self.queue.marks.is_all
            shown = {each: row for each in marked if (row := self.queue.listing.shown(each))}
            fresh = await asyncio.to_thread(
                self.desk.session.store.rows, [each for each in marked if each not in shown]
            )
            rows = fresh | shown  # what the list showed is what the analyst decided on
            aim = Aim(
                tuple(rows[each] for each in marked if each in rows),
                marked=True,
                hidden=hidden,
                is_all=is_all,
            )
            return await self._agreed(aim)
        return self._list_aim() if self.arrangement.focused is Pane.LIST else self._open_aim()

    def _list_aim(self) -> Aim | None:
        """The alert under the cursor, if it has been on screen."""
        view = self.queue.view
        row = view.row_under_cursor
        if row is None:
            return self._refused("No alert is under the cursor; nothing was changed.")
        if view.painted_cursor != row.rowid:
            return self._refused("The key came before its alert was on screen; nothing was changed.")
        return Aim((row,), marked=False)

    def _open_aim(self) -> Aim | None:
        """The alert that the panes show, unless the cursor has gone on to another meanwhile."""
        row, opened = self.reading.row, self.reading.open
        if row is None or opened is None:
            return self._refused("No alert is open here; nothing was changed.")
        under_cursor = self.queue.view.row_under_cursor
        if self.reading.is_waiting or under_cursor is None or under_cursor.rowid != row.rowid:
            return self._refused("The key came before its alert was on screen; nothing was changed.")
        fresh = self.queue.listing.rows_of((row.rowid,))
        return Aim(tuple(fresh) or (row,), marked=False, pane_values=values_of(opened.alert))

    def _refused(self, reason: str) -> Aim | None:
        """Say why nothing is aimed at, and forget the keys that were typed ahead for it."""
        self.desk.say(reason, WARN)
        self.desk.keys.drop()
        return None

    async def _agreed(self, aim: Aim) -> Aim | None:
        """The aim, after asking about marks that are out of sight."""
        if not aim.hidden:
            return aim
        visible = len(aim.rows) - aim.hidden
        title = f"{aim.hidden:,} of {len(aim.rows):,} marked are not in this list"
        options = [Option("a", f"act on all {len(aim.rows):,}", True), Option("n", "act on none", False)]
        above = [f"{visible:,} listed here"]
        question = MenuScreen(title, options, above=above, cursor=1)
        return aim if await self.desk.ask(question, is_foreseen=False) else None
