"""What is asked before a change is made: whether so many are meant, and what to do about others' changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerttui.domain.change import Edit
from alerttui.domain.patch import AlertPatch, TagEdit
from alerttui.domain.vocabulary import AlertId
from alerttui.tui.dialogs.menu import confirm
from alerttui.tui.screens.aim import Aim, sample
from alerttui.tui.screens.desk import Desk


@dataclass(slots=True)
class AskingFirst:
    """The questions that may come between a key and its change."""

    desk: Desk

    async def agreed(self, aim: Aim, label: str) -> bool:
        """True if the change concerns few alerts, or the analyst agrees to change many."""
        count = len(aim.rows)
        if count <= self.desk.settings.confirm_above and not (aim.is_all and count > 1):
            return True
        above = ["all that matched the filter when they were marked"] if aim.is_all else []
        title = f"Change {count:,} alerts: {label}?"
        question = confirm(title, "go on", above=[*above, *sample(aim.rows)])
        answer = await self.desk.ask(question, is_foreseen=False)
        return answer is True

    async def overwrites(
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
