"""Expected output, byte for byte, in files beside the tests."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def expect_golden(name: str, output: bytes) -> None:
    """Compare with the file of this name; UPDATE_GOLDEN=1 writes it anew, to be read before it is kept."""
    file = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        file.write_bytes(output)
    assert output == file.read_bytes()
