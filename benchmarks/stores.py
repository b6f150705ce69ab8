"""Stores of made-up alerts, made once and kept for later runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from alerttui.backends.registry import open_local
from alerttui.backends.store import AlertStore
from alerttui.demo import demo_people, generate
from benchmarks.report import put
from benchmarks.stretching import stretch

SEED: Final = 1
NOW_MS: Final = 1_795_171_862_000
"""The time in the made-up alerts: 2026-11-20T10:51:02Z."""

STRETCHED_FROM: Final = 100_000
"""Larger stores are this one repeated."""


def store_file(folder: Path, alerts: int) -> Path:
    """The file of a store with so many alerts, filled if it is not there; the time it took is said."""
    path = folder / f"alerts-{alerts}.db"
    if path.exists() and _count(path) == alerts:
        return path
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    took_s = fill(path, alerts) if is_filled(alerts) else _stretched(folder, path, alerts)
    put(f"filled {path.name}: {took_s:.1f} s, {alerts / took_s:,.0f} alerts/s, {_megabytes(path):,.0f} MB")
    return path


def is_filled(alerts: int) -> bool:
    """True for a store whose alerts were all added; a larger one is a smaller one repeated, without text."""
    return alerts <= STRETCHED_FROM


def _stretched(folder: Path, path: Path, alerts: int) -> float:
    source = store_file(folder, STRETCHED_FROM)
    before = time.perf_counter()
    stretch(source, path, alerts // STRETCHED_FROM)
    return time.perf_counter() - before


def fill(path: Path, alerts: int) -> float:
    """Generate alerts into a new store; returns the seconds of both together."""
    before = time.perf_counter()
    store, _ = open_local(path)
    try:
        store.add(generate(alerts, SEED, NOW_MS))
        for person in demo_people():
            store.add_person(person)
    finally:
        store.close()
    return time.perf_counter() - before


def opened(path: Path) -> AlertStore:
    """The store in this file."""
    store, _ = open_local(path)
    return store


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6


def _count(path: Path) -> int:
    from alerttui.domain.query import EVERYTHING, QueryContext

    store = opened(path)
    try:
        return store.count(EVERYTHING, QueryContext(now_ms=NOW_MS))
    finally:
        store.close()
