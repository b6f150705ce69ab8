"""Running the console: session and settings from the workplace, then the application with its log."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Final, Protocol

from alerttui.cli.console_log import PrivateLog, logging_to, open_log
from alerttui.cli.console_settings import console_settings, first_place, look_here
from alerttui.cli.options import GlobalOptions
from alerttui.cli.output import say
from alerttui.cli.workplace import open_workplace, parse_filter
from alerttui.config.paths import find_places
from alerttui.config.schema import Settings
from alerttui.config.terminal import is_ssh
from alerttui.config.token_holder import TokenHolders
from alerttui.domain.errors import AlertTuiError

SIGNALLED: Final = 128
"""Exit codes from here on tell that a signal ended the console, in good order."""


class Application(Protocol):
    """What is needed of the console to run it."""

    @property
    def return_code(self) -> int | None:
        """0 or None for a good end."""

    def run(self, *, mouse: bool = True) -> object:
        """Run on the terminal until the analyst leaves."""


def run_console(options: GlobalOptions, query: str | None) -> int:
    """Run the console on the active profile, and on those that the analyst goes to; returns the exit code.

    A profile that cannot be opened leads back to the one before, which says why.
    """
    before: tuple[GlobalOptions, str | None] | None = None
    trouble, holders = "", TokenHolders(os.environ)
    while True:
        try:
            profile, exit_code = _run_once(options, query, trouble, holders)
        except AlertTuiError as error:
            if before is None:
                raise
            (options, query), before, trouble = before, None, str(error)
            continue
        if not profile:
            return exit_code
        before, trouble = (options, query), ""
        options, query = replace(options, profile=profile, db="", view="", query=None), None


def _run_once(options: GlobalOptions, query: str | None, note: str, holders: TokenHolders) -> tuple[str, int]:
    """One console from its start to its end: the profile to go to, if any, and the exit code."""
    from alerttui.tui.app import ConsoleApp

    places = find_places(os.environ)
    with (
        open_workplace(options, waits=False, holders=holders) as workplace,
        ExitStack() as ending,
    ):
        log, trouble = open_log(places.state_folder)
        if log:  # a refused configuration comes before what closes it otherwise
            ending.callback(log.close)
        state_folder = None if trouble else places.state_folder
        look = look_here(workplace.settings, places)
        start = first_place(options, query, state_folder, workplace.active.profile.name)
        settings = console_settings(workplace, places, state_folder, look)
        settings = replace(
            settings, first_view=start.view, product_note=note or trouble or settings.product_note
        )
        app = ConsoleApp(
            workplace.session(),
            parse_filter(start.filter or ""),
            settings,
            theme=look.theme,
            is_ascii=look.is_ascii,
        )
        exit_code = run_app(app, workplace.settings, log)
        drafts = 0 if trouble else app.unsent_drafts
        unsent = workplace.unsent()
    profile = app.return_value.profile if app.return_value else ""
    if drafts and not profile:
        key = settings.keymap.label("alert.comment")
        say(f"alerttui: {drafts} unsent comment(s) are kept as drafts; {key} on the alert goes on writing.")
    if unsent:
        name = workplace.active.profile.name
        say(f"alerttui: {unsent}; sent at the next start, or by alerttui pending send --profile {name}.")
    return profile, exit_code


def run_app(app: Application, settings: Settings, log: PrivateLog | None) -> int:
    """Run the console to its end, and say so if an error ended it; returns the exit code."""
    with logging_to(log):
        app.run(mouse=wants_mouse(settings))
    if app.return_code and app.return_code < SIGNALLED:
        where = f"the log is {log.baseFilename}" if log else "no log was written"
        say(f"alerttui: an error in alerttui itself ended the console; {where}.")
    return app.return_code or 0


def wants_mouse(settings: Settings) -> bool:
    """Whether the mouse is on: by default not over SSH, so that the terminal can select text."""
    if settings.mouse == "auto":
        return not is_ssh(os.environ)
    return settings.mouse


def is_terminal() -> bool:
    """True where there is a terminal on both ends."""
    return all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))
