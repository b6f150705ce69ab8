"""Where alerttui keeps its things: the XDG folders, on every Unix alike.

Nothing is created by asking; `private_folder` creates, and only for its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerttui.domain.errors import ConfigError

APP_NAME: Final = "alerttui"

FOLDER_MODE: Final = 0o700
"""Folders hold case data: nobody else looks into them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders and files of one user."""

    config_file: Path
    data_folder: Path
    """Stores and mirrors."""
    state_folder: Path
    """Drafts, local notes and the log."""

    @property
    def store_file(self) -> Path:
        """The store of the profile `local`."""
        return self.data_folder / "alerts.db"

    @property
    def mirrors_folder(self) -> Path:
        """The mirrors of remote systems that lie on disk."""
        return self.data_folder / "mirrors"

    @property
    def notes_file(self) -> Path:
        """Local notes of every profile whose product has no comments; made with the first one."""
        return self.state_folder / "notes.db"

    @property
    def log_file(self) -> Path:
        """Where an unexpected error leaves its traceback."""
        return self.state_folder / "alerttui.log"


def find_places(environ: Mapping[str, str]) -> Places:
    """The user's places as XDG variables say; ALERTTUI_CONFIG names another configuration file.

    Raises `ConfigError` where that one lies in the home of an unknown user.
    """
    from platformdirs.unix import Unix

    folders = Unix(APP_NAME, appauthor=False)
    named = environ.get("ALERTTUI_CONFIG", "")
    return Places(
        config_file=named_file("ALERTTUI_CONFIG", named)
        if named
        else Path(folders.user_config_dir, "config.toml"),
        data_folder=Path(folders.user_data_dir),
        state_folder=Path(folders.user_state_dir),
    )


def named_file(variable: str, given: str) -> Path:
    """The file that an environment variable names; raises `ConfigError`."""
    try:
        return at_home(given)
    except ConfigError as error:
        raise ConfigError(f"environment variable {variable}={given}: {error}") from None


def at_home(given: str) -> Path:
    """The file, with a leading ~ or ~user as that user's home; raises `ConfigError` where there is none."""
    try:
        return Path(given).expanduser()
    except RuntimeError:
        raise ConfigError(
            f"the home folder {Path(given).parts[0]} is not known; write the whole path"
        ) from None


def private_folder(folder: Path) -> Path:
    """The folder, created with its missing parents for its owner only."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=FOLDER_MODE, exist_ok=True)
        folder = each
    return folder
