"""A backend that goes no further than a test lets it, refuses alerts, or can do more than the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from alerttui.backends.sqlite.backend import SqliteBackend
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.patch import KEEP
from tests.tui.driver import Console


class Steered(SqliteBackend):
    """The local store behind a gate."""

    def __init__(self, under: SqliteBackend) -> None:
        super().__init__(under.store, under._me)
        self.told: Capabilities = under.capabilities
        self.refusing: Mapping[str, str] = {}
        """Alerts whose edits are refused, with the reason."""
        self.without_comment: frozenset[str] = frozenset()
        """Alerts that get their values but not the comment."""
        self.steps: Sequence[int] = ()
        """How many edits are told as made, before the gate."""
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[Change] = []

    @property
    def capabilities(self) -> Capabilities:
        """What the test says it can do."""
        return self.told

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        """Tell the steps, wait for the gate, and do what is neither refused nor beyond the store."""
        self.asked.append(change)
        for done in self.steps:
            if on_progress is not None:
                on_progress(done, len(change.edits))
        await self.gate.wait()
        edits = tuple(each for each in change.edits if each.alert_id not in self.refusing)
        edits = tuple(
            replace(each, patch=replace(each.patch, severity=KEEP, malice=KEEP), expected=None)
            if each.patch.severity is not KEEP or each.patch.malice is not KEEP
            else each
            for each in edits
        )
        done_by_id = {
            each.alert_id: each for each in await super().apply(replace(change, edits=edits), on_progress)
        }
        return [
            self._told(done_by_id[each.alert_id])
            if each.alert_id in done_by_id
            else Outcome(
                alert_id=each.alert_id, state=OutcomeState.REFUSED, reason=self.refusing[each.alert_id],
                comment_added=False if change.comment else None,
            )
            for each in change.edits
        ]  # fmt: skip

    def _told(self, outcome: Outcome) -> Outcome:
        is_silent = outcome.alert_id in self.without_comment and outcome.comment_added
        return replace(outcome, comment_added=False) if is_silent else outcome


def steered(console: Console) -> Steered:
    """Put the gate before the console's store."""
    under = console.session.backend
    assert isinstance(under, SqliteBackend)
    console.session.backend = backend = Steered(under)
    return backend
