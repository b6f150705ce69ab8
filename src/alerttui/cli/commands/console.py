"""Running the console: session and settings from the workplace, then the application with its log."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Final, Protocol

from alerttui.cli.options import GlobalOptions
from alerttui.cli.output import say
from alerttui.cli.preferences import keymap_of, theme_of
from alerttui.cli.workplace import open_workplace
from alerttui.config.paths import find_places, private_folder
from alerttui.config.schema import Settings
from alerttui.domain.showable import shown

LOGGER: Final = logging.getLogger("alerttui")


class Application(Protocol):
    """What is needed of the console to run it."""

    @property
    def return_code(self) -> int | None:
        """0 or None for a good end."""

    def run(self, *, mouse: bool = True) -> object:
        """Run on the terminal until the analyst leaves."""


def run_console(options: GlobalOptions, query: str | None) -> int:
    """Run the console on the active profile; returns the exit code."""
    from alerttui.domain.query_text import parse
    from alerttui.tui.app import ConsoleApp
    from alerttui.tui.screens.desk import ConsoleSettings

    places = find_places(os.environ)
    state_folder = places.state_folder
    first_query = parse("is:open" if query is None else query)
    with open_workplace(options) as workplace:
        theme = theme_of(workplace.settings)
        keymap = keymap_of(workplace.settings)
        log, trouble = open_log(state_folder)
        settings = ConsoleSettings(
            auto_advance=workplace.settings.auto_advance,
            confirm_above=workplace.settings.confirm_above,
            drafts_folder=None if trouble else state_folder / "drafts",
            product_note=trouble or " ".join(keymap.clashes),
            banner_word=workplace.active.profile.banner,
            keymap=keymap,
            state_folder=None if trouble else state_folder,
            config_folder=places.config_file.parent,
        )
        app = ConsoleApp(workplace.session(), first_query, settings, theme=theme)
        exit_code = run_app(app, workplace.settings, log)
        drafts = 0 if trouble else app.unsent_drafts
    if drafts:
        say(f"alerttui: {drafts} unsent comment(s) are kept as drafts; n on the alert goes on writing.")
    return exit_code


def run_app(app: Application, settings: Settings, log: PrivateLog | None) -> int:
    """Run the console to its end, and say so if an error ended it; returns the exit code."""
    with logging_to(log):
        app.run(mouse=wants_mouse(settings))
    if app.return_code:
        where = f"the log is {log.baseFilename}" if log else "no log was written"
        say(f"alerttui: an error in alerttui itself ended the console; {where}.")
    return app.return_code or 0


def wants_mouse(settings: Settings) -> bool:
    """Whether the mouse is on: by default not over SSH, so that the terminal can select text."""
    if settings.mouse == "auto":
        return not any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    return settings.mouse


class PrivateLog(logging.FileHandler):
    """A log that only its owner can read."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", errors="backslashreplace")
        self.setFormatter(ShownFormatter("%(asctime)s %(levelname)s %(message)s"))

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding, errors=self.errors)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging calls it so
        """Do nothing: a full disk is not to be told by a traceback across the console."""


class ShownFormatter(logging.Formatter):
    """Log lines may quote alerts, so they pass the same gate as all text that terminals show."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, shown; a traceback keeps its lines."""
        return shown(super().format(record), multiline=True)


def open_log(folder: Path) -> tuple[PrivateLog | None, str]:
    """The log in the state folder; or none, and why."""
    try:
        return PrivateLog(private_folder(folder) / "alerttui.log"), ""
    except OSError as error:
        return (
            None,
            f"{folder} cannot be written ({error.strerror}): no log, and drafts end with the console.",
        )


@contextmanager
def logging_to(log: PrivateLog | None) -> Iterator[None]:
    """Send what is logged meanwhile there, or nowhere; never to stderr, which is the console's screen."""
    handler = log or logging.NullHandler()
    before = LOGGER.level, LOGGER.propagate
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(before[0])
        LOGGER.propagate = before[1]
        with suppress(OSError):  # a full disk again
            handler.close()


def is_terminal() -> bool:
    """True where there is a terminal on both ends."""
    return all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))
