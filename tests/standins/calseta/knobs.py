"""What may be set on the stand-in: its traps, its limits and its moods."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Knobs:
    """Each default is what the product does."""

    ties_wander: bool = True
    """Rows with equal sort values change their order from page to page: some show twice, some never."""
    tags_filter_broken: bool = True
    """Any use of the list's `tags` parameter is answered 500; False: it means "has all of"."""

    per_minute: dict[str, int] = field(default_factory=dict)
    """Calls a minute that one key may make of an operation; "*" stands for every other one."""
    retry_after: int = 60
    """Seconds that a refusal for the rate limit asks to wait."""

    outage: int | None = None
    """Every call is answered with this status: 500 by the product itself, any other by a gateway."""
    failing_ids: set[str] = field(default_factory=set)
    """Alerts of which any writing call is answered 500; nothing is changed."""
    ignored_ids: set[str] = field(default_factory=set)
    """Alerts whose changes are accepted and not made."""
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds before an operation is carried out, by operation; "*" stands for every other one."""
