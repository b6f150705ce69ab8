"""Importing a file of Panther alerts beside reading the same lines with `json.loads`."""

from __future__ import annotations

import json
import time
from pathlib import Path

from alerttui.backends.registry import open_local
from alerttui.demo import generate
from alerttui.ingest.importer import import_file
from alerttui.triage.panther_json import alert_json
from benchmarks.report import Figure, put, put_table
from benchmarks.stores import NOW_MS, SEED


def run_import(folder: Path, alerts: int, repetitions: int) -> None:
    """Import the same generated file into new stores, and parse it, in turn."""
    path = folder / f"panther-{alerts}.jsonl"
    if not path.exists():
        _write(path, alerts)
    put(f"{path.name}: {path.stat().st_size / alerts:,.0f} bytes a line")
    bare: list[float] = []
    imported: list[float] = []
    for _ in range(repetitions):
        bare.append(alerts / _parse(path))
        imported.append(alerts / _import(path, alerts))
    base = Figure(what="bare json.loads", samples=bare, unit="rows/s")
    put_table(
        f"import, {alerts:,} alerts (more is better)",
        [base, Figure(what="import_file", samples=imported, unit="rows/s", against=base)],
    )


def _write(path: Path, alerts: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for new in generate(alerts, SEED, NOW_MS):
            file.write(json.dumps(alert_json(new.alert)) + "\n")


def _parse(path: Path) -> float:
    before = time.perf_counter()
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - before


def _import(path: Path, alerts: int) -> float:
    store, _ = open_local(None)
    try:
        before = time.perf_counter()
        report = import_file(path, store, now_ms=NOW_MS)
        took_s = time.perf_counter() - before
    finally:
        store.close()
    if report.added != alerts:
        raise RuntimeError(f"Of {alerts} alerts {report.added} were added; {report.problems[:1]}")
    return took_s
