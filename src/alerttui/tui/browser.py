"""A browser on the analyst's own desktop, or the reason why none is opened; never one on the terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from alerttui.config.terminal import is_ssh
from alerttui.domain.errors import AlertTuiError

TEXT_BROWSERS: Final = frozenset(
    {"lynx", "w3m", "links", "links2", "elinks", "browsh", "carbonyl", "chawan", "cha", "edbrowse",
     "www-browser", "retawq", "netrik"}
)  # fmt: skip
"""Programs that would take over the terminal, and load what the attacker wrote on the jump host."""

FAILS_WITHIN_S: Final = 1.0
"""An opener that fails says so at once; one that runs on has opened the page, or is the browser."""

Find = Callable[[str], str | None]
"""Finds a program: its path, or None; `shutil.which`."""


class NoBrowser(AlertTuiError):
    """Nothing is opened here; the text is the reason."""


def browser_command(
    environ: Mapping[str, str], platform: str = sys.platform, find: Find = shutil.which
) -> tuple[str, ...]:
    """What opens a URL that is put behind it; raises `NoBrowser`."""
    if is_ssh(environ):
        raise NoBrowser("over SSH it would open on the far host")
    if platform == "darwin":
        return ("open",)
    in_windows = find("wslview") if environ.get("WSL_DISTRO_NAME") else None
    if in_windows is not None:
        return (in_windows,)
    if not (environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY")):
        raise NoBrowser("there is no desktop (DISPLAY is not set)")
    named = environ.get("BROWSER", "").split(os.pathsep)[0]
    if named:
        return _named(named, find)
    opener = find("xdg-open")
    if opener is None:
        raise NoBrowser("xdg-open is not installed, and BROWSER names nothing else")
    return (opener,)


def _named(named: str, find: Find) -> tuple[str, ...]:
    """The command of BROWSER, whose %s is where the URL stands."""
    try:
        words = [word for word in shlex.split(named) if word != "%s"]
    except ValueError:
        words = []
    if not words or any("%" in word for word in words):
        raise NoBrowser(f"BROWSER={named} is no plain command")
    path = find(words[0])
    if path is None:
        raise NoBrowser(f"{words[0]}, which BROWSER names, is not there")
    if {Path(words[0]).name, Path(path).resolve().name} & TEXT_BROWSERS:
        raise NoBrowser(f"{words[0]}, which BROWSER names, would take over this terminal")
    return (path, *words[1:])


def open_page(command: tuple[str, ...], url: str) -> str:
    """Start the browser apart from this terminal; the reason if it fails at once, else empty.

    Blocks for up to a second: it belongs beside the keys.
    """
    try:
        process = subprocess.Popen(
            (*command, url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return error.strerror or str(error)
    try:
        code = process.wait(FAILS_WITHIN_S)
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, daemon=True, name="browser").start()
        return ""
    return f"it ended with {code}" if code else ""
