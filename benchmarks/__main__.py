"""`python -m benchmarks store|start|keys|dialogs|idle|import|mirror|cli|server`: measure beside baselines."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from benchmarks.cli_run import run_cli
from benchmarks.dialogs_run import run_dialogs
from benchmarks.idle_run import run_idle
from benchmarks.import_run import run_import
from benchmarks.keys_run import run_keys
from benchmarks.mirror_run import run_mirror
from benchmarks.programs import Size
from benchmarks.report import put
from benchmarks.server_run import run_server
from benchmarks.start_run import run_start
from benchmarks.store_run import run_store

LARGE = 1_000_000


def main() -> None:
    """Run one benchmark."""
    chosen = _arguments()
    folder: Path = chosen.data
    folder.mkdir(parents=True, exist_ok=True)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    put(f"{os.cpu_count()} CPUs, load {load} before; data in {folder}")
    with tempfile.TemporaryDirectory(prefix="alerttui-home-") as home:
        _run(chosen, folder, Path(home))


def _run(chosen: argparse.Namespace, folder: Path, home: Path) -> None:
    sizes: list[int] = list(chosen.alerts or _usual(chosen.benchmark))
    if chosen.large and LARGE not in sizes:
        sizes.append(LARGE)
    repetitions: int = chosen.n
    if chosen.benchmark == "start":
        run_start(folder, home, sizes, repetitions or 7, chosen.size or (120, 40))
        return
    screens: list[Size] = [chosen.size] if chosen.size else [(120, 40), (80, 24)]
    for alerts in sizes:
        if chosen.benchmark == "store":
            run_store(folder, alerts, repetitions or 30)
        elif chosen.benchmark == "keys":
            for size in screens:
                run_keys(folder, home, alerts, repetitions or 60, size)
        elif chosen.benchmark == "dialogs":
            for size in screens:
                run_dialogs(folder, home, alerts, repetitions or 3, size)
        elif chosen.benchmark == "idle":
            run_idle(folder, home, alerts, 5.0, screens[0])
        elif chosen.benchmark == "import":
            run_import(folder, alerts, repetitions or 3)
        elif chosen.benchmark == "mirror":
            run_mirror(folder, alerts, repetitions or 3)
        elif chosen.benchmark == "server":
            run_server(folder, home, alerts, repetitions or 200)
        else:
            run_cli(folder, home, alerts, repetitions or 7)


def _usual(benchmark: str) -> tuple[int, ...]:
    return {
        "store": (10_000, 100_000),
        "start": (1_000, 100_000),
        "import": (20_000,),
        "mirror": (10_000,),
        "dialogs": (1_000,),
        "server": (10_000,),
    }.get(benchmark, (100_000,))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    choices = ("store", "start", "keys", "dialogs", "idle", "import", "mirror", "cli", "server")
    parser.add_argument("benchmark", choices=choices)
    parser.add_argument("--alerts", type=int, action="append", help="size of the store; may be given again")
    parser.add_argument("--large", action="store_true", help="a million alerts too; takes long to fill")
    parser.add_argument("--n", type=int, default=0, help="repetitions, starts, presses or requests")
    parser.add_argument("--size", type=_screen, help="of the screen, such as 120x40")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(tempfile.gettempdir()) / "alerttui-benchmarks",
        help="folder where filled stores are kept for the next run",
    )
    return parser.parse_args()


def _screen(text: str) -> Size:
    columns, rows = text.split("x")
    return int(columns), int(rows)


if __name__ == "__main__":
    main()
