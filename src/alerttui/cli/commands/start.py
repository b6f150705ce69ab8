"""`alerttui` and `alerttui console`: the console, where there is a terminal for it."""

from __future__ import annotations

import click

from alerttui.cli.commands.console import is_terminal, run_console
from alerttui.cli.group import EXIT_USAGE
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import say
from alerttui.cli.workplace import filter_text


@click.command(name="console")
@global_options()
def console() -> int:
    """The console."""
    return start_console()


def start_console() -> int:
    """Run the console with the options of the command line; returns the exit code."""
    options = current_options()
    if not is_terminal():
        say("alerttui: the console needs a terminal; without one, use `alerttui list` and its companions.")
        return EXIT_USAGE
    return run_console(options, filter_text(options))
