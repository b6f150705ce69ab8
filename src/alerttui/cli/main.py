"""The `alerttui` command: the console without a subcommand, the headless commands with one."""

from __future__ import annotations

from typing import Final

import click

from alerttui import __version__
from alerttui.cli import crash
from alerttui.cli.group import LazyCommand, LazyGroup
from alerttui.cli.options import global_options

_PACKAGE: Final = "alerttui.cli.commands"

COMMANDS: Final[dict[str, LazyCommand]] = {
    "console": LazyCommand(f"{_PACKAGE}.start", "console", "The console; also what runs without a command."),
    "demo": LazyCommand(f"{_PACKAGE}.demo", "command", "The console on a made-up shift; nothing is kept."),
    "import": LazyCommand(f"{_PACKAGE}.import_files", "command", "Take alerts from files into the store."),
    "list": LazyCommand(f"{_PACKAGE}.list_alerts", "command", "List alerts that match a filter."),
    "show": LazyCommand(f"{_PACKAGE}.show", "command", "Show one alert in full."),
    "events": LazyCommand(f"{_PACKAGE}.thread", "events", "Show an alert's events."),
    "comments": LazyCommand(f"{_PACKAGE}.thread", "comments", "Show an alert's comments."),
    "history": LazyCommand(f"{_PACKAGE}.thread", "history", "Show who changed an alert, when, and why."),
    "views": LazyCommand(f"{_PACKAGE}.views", "command", "List the views; add, rename and remove own ones."),
    "stats": LazyCommand(f"{_PACKAGE}.stats", "command", "Count alerts and measure times."),
    "export": LazyCommand(f"{_PACKAGE}.export", "command", "Write alerts to a file."),
    "set": LazyCommand(f"{_PACKAGE}.set_fields", "command", "Change alerts: status, assignee, tags..."),
    "comment": LazyCommand(f"{_PACKAGE}.comment", "command", "Add a comment to an alert."),
    "undo": LazyCommand(f"{_PACKAGE}.undo", "undo", "Take back the last change."),
    "redo": LazyCommand(f"{_PACKAGE}.undo", "redo", "Make again what undo took back."),
    "profile": LazyCommand(f"{_PACKAGE}.profile", "command", "Add, list, test and remove profiles; sign in."),
    "login": LazyCommand(
        f"{_PACKAGE}.profile_login", "login", "Sign in to a profile, as profile login does."
    ),
    "sync": LazyCommand(f"{_PACKAGE}.sync", "command", "Bring the mirror of a remote profile up to date."),
    "pending": LazyCommand(f"{_PACKAGE}.pending", "pending", "What waits to be sent, or to be decided."),
    "serve": LazyCommand(f"{_PACKAGE}.serve", "command", "The store as a REST API like Panther's."),
    "doctor": LazyCommand(f"{_PACKAGE}.doctor", "command", "Say what is wrong here, and what to do."),
    "keys": LazyCommand(f"{_PACKAGE}.keys", "command", "Show what your terminal sends, and every key."),
    "completion": LazyCommand(f"{_PACKAGE}.completion", "command", "Print a script that completes commands."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    name="alerttui",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 failed or partly failed, 2 wrong usage or configuration, "
    "3 cannot reach or not allowed, 4 not found.",
)
@global_options()
@click.version_option(__version__, prog_name="alerttui", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Triage security alerts: a console, and the same filters and changes as commands."""
    if context.invoked_subcommand is None:
        from alerttui.cli.commands.start import start_console

        return start_console()
    return None


def run() -> None:
    """Run the command line."""
    crash.install()
    cli.main(prog_name="alerttui")
