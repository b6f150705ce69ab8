"""What became of the alerts that have to do with one: how such an alert was handled before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerttui.domain.alert import Alert, Comment, RelatedAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCase:
    """One related alert, and the alert itself where the store has it."""

    related: RelatedAlert
    alert: Alert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedIndicator:
    """A value that this alert has in common with others."""

    value: str
    cases: tuple[RelatedCase, ...] = ()
    """The newest alerts that hold it, but for those of the same rule."""
    more: int = 0
    """Further ones that hold it."""
    is_common: bool = False
    """True if so many alerts hold it that it tells nothing: they are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCases:
    """Everything that the RELATED pane shows."""

    same_rule: tuple[RelatedCase, ...] = ()
    """The newest other alerts of the same rule, newest first."""
    has_older: bool = False
    """True if the rule has more alerts than these."""
    last_closed: RelatedCase | None = None
    """The one of these that was closed last."""
    last_comment: Comment | None = None
    """The last thing that was said on it: mostly why it was closed."""
    shared: tuple[SharedIndicator, ...] = ()
    told: tuple[RelatedCase, ...] = ()
    """What the product itself relates to it."""

    def all(self) -> Sequence[RelatedCase]:
        """Every case, in the order of the pane."""
        return (*self.told, *(case for each in self.shared for case in each.cases), *self.same_rule)

    @property
    def count(self) -> int:
        """How many different alerts there are."""
        return len({case.related.id for case in self.all()})
