"""The wheel is complete: installed into a fresh environment, the app finds its styles and starts."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.places import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this checkout, without going to the network."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_styles_formats_and_types_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "alerttui/styles/console.tcss" in names
    assert "alerttui/styles/themes/dark.toml" in names
    assert "alerttui/ingest/formats/suricata.toml" in names
    assert "alerttui/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]


def test_an_installed_wheel_starts_the_app(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    # The dependencies come from the environment that runs the tests; alerttui itself must not.
    site = next((environment / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    picture = tmp_path / "picture.svg"
    options = ["--screenshot", str(picture), "--alerts", "20", "--size", "80x24"]
    done = subprocess.run(
        [str(environment / "bin" / "alerttui"), "demo", *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": "", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert "alerttui" in picture.read_text("utf-8")
