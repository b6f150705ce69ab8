"""The options of tmux that alerttui feels: asked of the tmux that alerttui runs in."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Final

PATIENCE_S: Final = 0.5
"""tmux answers within some milliseconds, or it hangs."""

_OPTIONS: Final = {
    "escape-time": "-gvs",
    "set-clipboard": "-gvs",
    "allow-passthrough": "-gvw",
    "prefix": "-gv",
}
"""Each option, and how it is asked for: of the server, of windows, of sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TmuxOptions:
    """What tmux says; empty where it says nothing, or there is none."""

    escape_ms: int | None = None
    """How long it waits behind esc for the rest of a key."""
    set_clipboard: str = ""
    """"on" passes copies on to the terminal."""
    allow_passthrough: str = ""
    prefix: str = ""
    """The key that tmux keeps to itself: C-b."""

    def as_text(self) -> str:
        """One line."""
        said = {
            "escape-time": "" if self.escape_ms is None else str(self.escape_ms),
            "set-clipboard": self.set_clipboard,
            "allow-passthrough": self.allow_passthrough,
        }
        return ", ".join(f"{name} {value}" for name, value in said.items() if value)


def ask_tmux() -> TmuxOptions:
    """The options of the tmux around; nothing where there is none or it does not answer."""
    said = {name: _option(name, where) for name, where in _OPTIONS.items()}
    return TmuxOptions(
        escape_ms=int(said["escape-time"]) if said["escape-time"].isdigit() else None,
        set_clipboard=said["set-clipboard"],
        allow_passthrough=said["allow-passthrough"],
        prefix=said["prefix"],
    )


def _option(name: str, where: str) -> str:
    command = ["tmux", "show-options", where, name]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
