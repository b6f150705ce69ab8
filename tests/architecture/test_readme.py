"""What the README says is what happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

README = (ROOT / "README.md").read_text("utf-8")
PICTURE = ROOT / "docs" / "pictures" / "console.svg"
PRESSED = "j,j,j"


def commands() -> list[str]:
    """The README's set-up commands: each is one line."""
    return [line for line in README.splitlines() if line.startswith("python3 -m venv")]


def test_one_command_runs_the_demo_and_one_runs_the_tests() -> None:
    demo, tests = commands()
    assert demo.endswith("&& .venv/bin/alerttui demo")
    assert tests.endswith("&& .venv/bin/python -m tests")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert commands()[1] in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_picture_is_what_the_demo_photographs(tmp_path: Path) -> None:
    fresh = tmp_path / "console.svg"
    options = ["--screenshot", str(fresh), "--size", "120x36", "--press", PRESSED]
    subprocess.run(
        [sys.executable, "-m", "alerttui", "demo", *options],
        check=True,
        env={"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
    )
    renew = f"alerttui demo --screenshot docs/pictures/console.svg --size 120x36 --press {PRESSED}"
    assert fresh.read_bytes() == PICTURE.read_bytes(), f"look at it, then renew it: {renew}"


def test_pictures_fetch_nothing() -> None:
    for picture in sorted((ROOT / "docs" / "pictures").glob("*.svg")):
        text = picture.read_text("utf-8")
        assert "url(" not in text.replace("url(#", "")
        assert "@font-face" not in text
