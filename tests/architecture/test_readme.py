"""What the README says is what happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

README = (ROOT / "README.md").read_text("utf-8")
PICTURES = {
    "console": ("120x36", "j,j,j"),
    "close": ("80x24", "j,j,j,c,f,tab,'Travel was announced.'"),
    "related": ("80x24", "j,r"),
    "filter": ("80x24", "/,'rule:'"),
}
"""The README's pictures: size, and the keys that are pressed first."""


def commands() -> list[str]:
    """The README's set-up commands: each is one line."""
    return [line for line in README.splitlines() if line.startswith("python3 -m venv")]


def test_one_command_runs_the_demo_and_one_runs_the_tests() -> None:
    demo, tests = commands()
    assert demo.endswith("&& .venv/bin/alerttui demo")
    assert tests.endswith("&& .venv/bin/python -m tests")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert commands()[1] in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_demo_photographs(name: str, tmp_path: Path) -> None:
    size, keys = PICTURES[name]
    picture = ROOT / "docs" / "pictures" / f"{name}.svg"
    fresh = tmp_path / picture.name
    subprocess.run(
        [
            sys.executable,
            "-m",
            "alerttui",
            "demo",
            "--screenshot",
            str(fresh),
            "--size",
            size,
            "--press",
            keys,
        ],
        check=True,
        env={"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
    )
    renew = f"alerttui demo --screenshot docs/pictures/{name}.svg --size {size} --press {keys!r}"
    assert fresh.read_bytes() == picture.read_bytes(), f"look at it, then renew it: {renew}"


def test_the_readme_shows_its_pictures() -> None:
    for name in PICTURES:
        assert f"](docs/pictures/{name}.svg)" in README


def test_pictures_fetch_nothing() -> None:
    for picture in sorted((ROOT / "docs" / "pictures").glob("*.svg")):
        text = picture.read_text("utf-8")
        assert "url(" not in text.replace("url(#", "")
        assert "@font-face" not in text
