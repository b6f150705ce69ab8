"""Where things lie, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src" / "alerttui"
REAL_ALERTS: Final = ROOT.parent / "shared" / "data"
"""Real alerts to try imports on, where they are at hand; tests that need them skip otherwise."""
