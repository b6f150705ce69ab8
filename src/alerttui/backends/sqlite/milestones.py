"""When an alert was acknowledged and closed, and by whom; moved by its phase, put back by an undo."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.sqlite.rows import actor_text
from alerttui.domain.alert import Actor
from alerttui.domain.json_text import to_json
from alerttui.domain.vocabulary import Phase

MILESTONE_COLUMNS: Final = "acknowledged_ms, acknowledged_by, closed_ms, closed_by, first_closed_ms, observed"
"""The columns of `Milestones`, in the order of its fields."""

_HANDLED: Final = (Phase.ACTIVE, Phase.CLOSED)


@dataclass(frozen=True, slots=True)
class Milestones:
    """The moments of one alert, as its columns hold them."""

    acknowledged_ms: int | None
    acknowledged_by: str
    closed_ms: int | None
    closed_by: str
    first_closed_ms: int | None
    observed: str

    @classmethod
    def from_text(cls, text: str) -> Milestones:
        """Read what `text` wrote."""
        return cls(*json.loads(text))

    def _values(self) -> tuple[int | str | None, ...]:
        return (
            self.acknowledged_ms, self.acknowledged_by, self.closed_ms, self.closed_by,
            self.first_closed_ms, self.observed,
        )  # fmt: skip

    def text(self) -> str:
        """The moments in one column of the journal."""
        return to_json(self._values())

    def columns(self) -> dict[str, object]:
        """The moments by column."""
        return dict(zip(MILESTONE_COLUMNS.split(", "), self._values(), strict=True))

    def moved(self, before: Phase, after: Phase, by: Actor, at_ms: int) -> Milestones:
        """The moments after a change of phase.

        Leaving the open phase for the first time counts as acknowledging, which only alerttui observed.
        """
        moments = self
        if self.acknowledged_ms is None and before not in _HANDLED and after in _HANDLED:
            observed = " ".join(sorted({*self.observed.split(), "acknowledged_ms"}))
            moments = replace(
                moments, acknowledged_ms=at_ms, acknowledged_by=actor_text(by), observed=observed
            )
        if after is Phase.CLOSED and before is not Phase.CLOSED:
            first = at_ms if self.first_closed_ms is None else self.first_closed_ms
            return replace(moments, closed_ms=at_ms, closed_by=actor_text(by), first_closed_ms=first)
        if before is Phase.CLOSED and after is not Phase.CLOSED:
            return replace(moments, closed_ms=None, closed_by="")
        return moments
