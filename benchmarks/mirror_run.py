"""The mirror of a remote system: what its lists tell taken over, and changes queued, begun and settled."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from alerttui.backends.mirror import MirrorIdentity, MirrorStore, Observed, Settlement
from alerttui.backends.registry import open_local, open_mirror
from alerttui.demo import generate
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, Edit, Outcome, OutcomeState
from alerttui.domain.patch import AlertPatch, Set
from benchmarks.report import Figure, put_table
from benchmarks.stores import NOW_MS, SEED

PAGE: Final = 50
"""Alerts of one list request."""

ME: Final = Actor("ana", "user", "Ana")


def run_mirror(folder: Path, alerts: int, repetitions: int) -> None:
    """Fill new mirrors, tell them the same again, then something new; and change half of the alerts."""
    rates: dict[str, list[float]] = {}
    for _ in range(repetitions):
        with tempfile.TemporaryDirectory(dir=folder) as name:
            _one(Path(name), alerts, rates)
    figures = [Figure(what=what, samples=samples, unit="rows/s") for what, samples in rates.items()]
    put_table(f"mirror, {alerts:,} alerts (more is better)", figures)


def _one(folder: Path, alerts: int, rates: dict[str, list[float]]) -> None:
    local, backend = open_local(None)
    mirror = open_mirror(folder / "mirror.db")
    mirror.bind(MirrorIdentity(backend="made up", url="https://made.up.example"), backend.capabilities)
    first = [
        Observed(new=replace(new, native_id=new.alert.id, comments=(), history=()), requested_ms=NOW_MS)
        for new in generate(alerts, SEED, NOW_MS)
    ]
    again = [replace(each, requested_ms=NOW_MS + 60_000) for each in first]
    other = [_with_another_count(each) for each in again]

    def rate(what: str, rows: int, work: Callable[[], object]) -> None:
        before = time.perf_counter()
        work()
        rates.setdefault(what, []).append(rows / (time.perf_counter() - before))

    rate("observe: new alerts", alerts, lambda: _observe(mirror, first))
    rate("observe: nothing new", alerts, lambda: _observe(mirror, again))
    rate("observe: every alert changed", alerts, lambda: _observe(mirror, other))
    half = first[: alerts // 2]
    rate("enqueue: one change of half of them", len(half), lambda: _enqueue(mirror, half))
    rate("begin and settle, 25 at a time", len(half), lambda: _send(mirror))
    mirror.close()
    local.close()


def _with_another_count(each: Observed) -> Observed:
    alert = replace(each.new.alert, event_count=(each.new.alert.event_count or 0) + 1)
    return replace(each, new=replace(each.new, alert=alert), requested_ms=each.requested_ms + 60_000)


def _observe(mirror: MirrorStore, seen: Sequence[Observed]) -> None:
    for start in range(0, len(seen), PAGE):
        mirror.observe(seen[start : start + PAGE])


def _enqueue(mirror: MirrorStore, seen: Sequence[Observed]) -> None:
    patch = AlertPatch(assignee=Set(ME.id))
    edits = tuple(Edit(alert_id=each.new.alert.id, patch=patch) for each in seen)
    mirror.enqueue(Change(id="change", at_ms=NOW_MS, by=ME, label="assign", edits=edits))


def _send(mirror: MirrorStore) -> None:
    while waiting := mirror.pending(25):
        mirror.begin_sending([each.key for each in waiting])
        mirror.settle(
            [
                Settlement(
                    key=each.key,
                    outcome=Outcome(alert_id=each.alert_id, state=OutcomeState.CONFIRMED),
                    at_ms=NOW_MS + 120_000,
                )
                for each in waiting
            ]
        )
