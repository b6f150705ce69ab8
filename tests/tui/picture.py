"""Pictures: the console as SVG files that are compared letter by letter.

Written anew with `--update-files`. We keep files of our own, because our pictures embed no remote font.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alerttui.tui.photograph import screenshot
from tests.places import ROOT
from tests.tui.driver import Console

PICTURES: Final = Path(__file__).parent / "pictures"
REPORT: Final = ROOT / ".cache" / "pictures"
"""Where a picture that differs is put, under the name of the one that was expected."""


async def expect_picture(console: Console, name: str, update: bool) -> None:
    """The console looks as in the picture of this name."""
    await console.settle()
    svg = screenshot(console.app)
    expected = PICTURES / f"{name}.svg"
    if update:
        PICTURES.mkdir(exist_ok=True)
        expected.write_text(svg, "utf-8")
        return
    if expected.exists() and expected.read_text("utf-8") == svg:
        return
    REPORT.mkdir(parents=True, exist_ok=True)
    actual = REPORT / expected.name
    actual.write_text(svg, "utf-8")
    raise AssertionError(
        f"{name} looks different: compare {actual} with {expected}, "
        "and run pytest with --update-files if the new one is right"
    )
