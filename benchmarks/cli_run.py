"""A headless command from start to end beside a Python that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.programs import places
from benchmarks.report import Figure, put_table
from benchmarks.stores import store_file


def run_cli(folder: Path, home: Path, alerts: int, repetitions: int) -> None:
    """Run each command in turn, so that what disturbs one disturbs all; the first round is thrown away."""
    store = str(store_file(folder, alerts))
    program = str(Path(sys.executable).with_name("alerttui"))
    commands: dict[str, Sequence[str]] = {
        "bare python": (sys.executable, "-c", "pass"),
        "alerttui --version": (program, "--version"),
        "alerttui list --json": (program, "--db", store, "list", "--json"),
        "alerttui list --json, 1 alert": (program, "--db", store, "list", "--json", "--limit", "1"),
        "alerttui stats --json": (program, "--db", store, "stats", "--json"),
    }
    samples: dict[str, list[float]] = {name: [] for name in commands}
    environment = {**os.environ, **places(home)}
    for round_ in range(repetitions + 1):
        for name, command in commands.items():
            before = time.perf_counter()
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=60)
            if round_:
                samples[name].append((time.perf_counter() - before) * 1000)
    base = Figure(what="bare python", samples=samples.pop("bare python"))
    figures = [Figure(what=name, samples=each, against=base) for name, each in samples.items()]
    put_table(f"commands, {alerts:,} alerts", [base, *figures])
