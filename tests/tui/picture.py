"""Pictures of the console, compared by pytest-textual-snapshot and written anew with `--snapshot-update`.

They are our own photographs, because what we publish embeds no remote font.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Protocol

from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]  # it has no stubs
from syrupy.assertion import SnapshotAssertion

from alerttui.tui.photograph import screenshot
from tests.places import ROOT
from tests.tui.driver import Console

PICTURES: Final = Path(__file__).parent / "pictures"
REPORT: Final = ROOT / ".cache" / "pictures"
"""Where a picture that differs is put, under the name of the one that was expected."""


class ExpectPicture(Protocol):
    """Sees that the console looks as in the picture of this name, at rest or while something is under way."""

    async def __call__(self, console: Console, name: str, *, at_rest: bool = True) -> None: ...


class PictureFile(SVGImageExtension):  # type: ignore[misc]  # the plugin is not typed
    """A picture in the folder of pictures, by the names of its test and its own."""

    @classmethod
    def dirname(cls, *, test_location: Any) -> str:
        """The folder of the pictures of one module of tests."""
        return str(PICTURES / test_location.basename)


def expecting(snapshot: SnapshotAssertion) -> ExpectPicture:
    """What a test is given to compare pictures with."""
    pictures = snapshot.use_extension(PictureFile)

    async def expect(console: Console, name: str, *, at_rest: bool = True) -> None:
        if at_rest:
            await console.settle()
        svg = screenshot(console.app)
        if svg != pictures(name=name):
            REPORT.mkdir(parents=True, exist_ok=True)
            (REPORT / f"{name}.svg").write_text(svg, "utf-8")
            raise AssertionError(
                f"{name} looks different: compare {REPORT / name}.svg with the one in {PICTURES}, "
                "and run pytest with --snapshot-update if the new one is right"
            )

    return expect
