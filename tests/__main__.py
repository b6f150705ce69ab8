"""`python -m tests`: everything that must hold before a change lands, cheapest first."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Two tests a core: those on a terminal or a server mostly wait.
CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "src", "tests", "benchmarks"),
    ("ruff", "format", "--check", "src", "tests", "benchmarks"),
    ("mypy",),
    ("importlinter",),
    ("pytest", "-n", str(2 * min(4, os.cpu_count() or 1)), "--dist", "worksteal", "-q"),
)


def environment() -> dict[str, str]:
    """Ours, but compiled modules are kept: the tests start hundreds of processes, which all load the same."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def command(check: tuple[str, ...]) -> list[str]:
    """The command line of a check, in this very environment."""
    if check[0] == "importlinter":
        return [str(Path(sys.executable).parent / "lint-imports")]
    return [sys.executable, "-m", *check]


def main() -> int:
    """Run every check in order; the first that fails ends it."""
    for check in CHECKS:
        started = time.monotonic()
        done = subprocess.run(command(check), cwd=ROOT, env=environment(), check=False)
        sys.stderr.write(f"-- {check[0]}: {time.monotonic() - started:.0f} s\n")
        if done.returncode:
            sys.stderr.write(f"-- {' '.join(check)} failed\n")
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
