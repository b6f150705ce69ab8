"""Where the files beside the code lie: `styles/` in a checkout, `alerttui/styles` in an installed wheel."""

from __future__ import annotations

from pathlib import Path


def styles() -> Path:
    """The folder of style sheets and themes; raises `FileNotFoundError` where the installation is broken."""
    package = Path(__file__).resolve().parent
    for folder in (package / "styles", package.parent.parent / "styles"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"alerttui's styles are missing beside {package}; install it again.")
