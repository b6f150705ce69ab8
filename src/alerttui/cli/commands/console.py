"""Running the console: session and settings from the workplace, then the application."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from alerttui.cli.options import GlobalOptions
from alerttui.cli.output import say
from alerttui.cli.workplace import now_ms, open_workplace
from alerttui.config.paths import find_places, private_folder
from alerttui.config.schema import Settings
from alerttui.domain.showable import shown


def run_console(options: GlobalOptions, query: str | None) -> int:
    """Run the console on the active profile; returns the exit code."""
    from alerttui.domain.query_text import parse
    from alerttui.triage.session import Session
    from alerttui.tui.app import ConsoleApp
    from alerttui.tui.screens.desk import ConsoleSettings

    places = find_places(os.environ)
    first_query = parse("is:open" if query is None else query)
    with open_workplace(options) as workplace:
        trouble = log_to(places.state_folder)
        active = workplace.active
        session = Session(
            workplace.store,
            workplace.backend,
            me=active.me,
            clock=now_ms,
            profile=active.profile.name,
            read_only=active.read_only,
        )
        settings = ConsoleSettings(
            auto_advance=workplace.settings.auto_advance,
            confirm_above=workplace.settings.confirm_above,
            drafts_folder=None if trouble else places.state_folder / "drafts",
            product_note=trouble,
            profile_banner="$background on $banner-background" if active.profile.banner else "",
        )
        app = ConsoleApp(session, first_query, settings, theme=theme_name(workplace.settings.theme))
        app.run(mouse=wants_mouse(workplace.settings))
        drafts = 0 if trouble else app.unsent_drafts
    if app.return_code:
        say(f"alerttui: an error in alerttui itself ended the console; the log is {places.log_file}.")
    if drafts:
        say(f"alerttui: {drafts} unsent comment(s) are kept as drafts; n on the alert goes on writing.")
    return app.return_code or 0


def theme_name(word: str) -> str:
    """The theme behind the setting: dark, light, or a theme's own name."""
    return f"alerttui-{word}" if word in ("dark", "light") else word


def wants_mouse(settings: Settings) -> bool:
    """Whether the mouse is on: by default not over SSH, so that the terminal can select text."""
    if settings.mouse == "auto":
        return not any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    return settings.mouse


def log_to(folder: Path) -> str:
    """Write the log into the state folder, readable by its owner only; why it cannot be, empty if it can."""
    try:
        private_folder(folder)
        descriptor = os.open(folder / "alerttui.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        return f"{folder} cannot be written ({error.strerror}): no log, and drafts end with the console."
    handler = logging.StreamHandler(os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace"))
    handler.setFormatter(ShownFormatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("alerttui")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return ""


class ShownFormatter(logging.Formatter):
    """Log lines may quote alerts, so they pass the same gate as all text that terminals show."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, shown; a traceback keeps its lines."""
        return shown(super().format(record), multiline=True)


def is_terminal() -> bool:
    """True where there is a terminal on both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()
