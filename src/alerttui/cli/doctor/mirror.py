"""The doctor looks into a mirror: what waits in it, and how much of the remote system it has."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final

from alerttui.backends.mirror import Coverage, MirrorStore, OpenCopies
from alerttui.cli.doctor.report import Fact, Problem, Section
from alerttui.cli.mirror_state import unsent_text
from alerttui.cli.output import counted
from alerttui.domain.moments import format_age, format_moment
from alerttui.domain.pending import PendingCounts

LONG_UNSENT_MS: Final = 3_600_000
"""Changes that are older than this are sent only after a question."""


def look_at_mirror(store: MirrorStore, profile: str) -> Section:
    """What is unsent, which time is covered and as of when, how old the copies of open alerts are."""
    now_ms = time.time_ns() // 1_000_000
    counts = store.pending_counts()
    facts = [
        Fact("unsent", unsent_text(counts) or "nothing", _since(counts)),
        _coverage(store.coverage("alerts"), now_ms),
        _copies(store.open_copies(), now_ms),
    ]
    return Section("Mirror", facts, list(_problems(counts, profile, now_ms)))


def _coverage(ranges: Sequence[Coverage], now_ms: int) -> Fact:
    if not ranges:
        return Fact("covers", "nothing yet")
    newest = ranges[0]
    until = "now" if newest.to_ms >= now_ms else format_moment(newest.to_ms)
    more = f", and {counted(len(ranges) - 1, 'older range')} with gaps" if len(ranges) > 1 else ""
    text = f"alerts created from {format_moment(newest.from_ms)} to {until}{more}"
    return Fact("covers", text, f"as of {format_moment(newest.as_of_ms)}")


def _copies(copies: OpenCopies, now_ms: int) -> Fact:
    note = ""
    if copies.oldest_as_of_ms is not None:
        note = f"the oldest copy is {format_age(now_ms - copies.oldest_as_of_ms)} old"
    return Fact("not closed", counted(copies.alerts, "alert"), note)


def _problems(counts: PendingCounts, profile: str, now_ms: int) -> Iterator[Problem]:
    """What in a mirror waits for the analyst."""
    if counts.held:
        yield Problem(
            "mirror",
            f"{counted(counts.held, 'change')} in it cannot be sent without your decision",
            f"open it with alerttui --profile {profile}, or alerttui pending list --profile {profile}",
            is_wrong=False,
        )
    unsent_ms = 0 if counts.oldest_ms is None else now_ms - counts.oldest_ms
    if unsent_ms > LONG_UNSENT_MS:
        yield Problem(
            "mirror",
            f"{counted(counts.queued, 'change')} unsent for up to {format_age(unsent_ms)}",
            f"alerttui pending send --profile {profile}",
            is_wrong=False,
        )


def _since(counts: PendingCounts) -> str:
    return "" if counts.oldest_ms is None else f"the oldest of {format_moment(counts.oldest_ms)}"
