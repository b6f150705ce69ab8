"""A group of commands whose modules are imported only when they are called, and how their errors end."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from alerttui.cli.output import say
from alerttui.domain.errors import AlertTuiError, QueryError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130
"""As a shell reports a program that ctrl+c ended."""
EXIT_PIPE_CLOSED: Final = 141
"""As a shell reports a program whose reader went away, `| head` for one."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""How a write fails where a file can grow no more, or its disk is gone."""


class LazyCommand(NamedTuple):
    """Where a command lives, and its line in the help text of the group."""

    module: str
    attribute: str
    summary: str


class LazyGroup(click.Group):
    """Commands by name that are imported one at a time."""

    def __init__(self, *args: Any, lazy: dict[str, LazyCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a shift rather than of the alphabet."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was named."""
        place = self.lazy.get(cmd_name)
        if place is None:
            return None
        command: click.Command = getattr(import_module(place.module), place.attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown name is refused with the nearest one."""
        is_unknown = bool(args) and args[0] not in self.lazy and not args[0].startswith("-")
        if is_unknown and not ctx.resilient_parsing:
            from alerttui.config.nearest import nearest

            raise click.UsageError(f"No such command {args[0]!r}; {nearest(args[0], self.lazy)}.", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and options that begin so, without importing any command."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=place.summary)
            for name, place in self.lazy.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in self.lazy.items()])

    def main(  # type: ignore[override]  # always ends by leaving, with one meaning of every exit code
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> None:
        """Run the command line and leave with its exit code; an error is one line on stderr."""
        extra.pop("standalone_mode", None)
        if not sys.stdout:
            say("alerttui: stdout is closed; point it at a file, or at /dev/null.")
            sys.exit(EXIT_USAGE)
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
            sys.stdout.flush()
        except click.UsageError as error:
            code = _say_usage(error)
        except click.ClickException as error:
            say(f"alerttui: {error.format_message()}")
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            code = EXIT_INTERRUPTED
        except OSError as error:
            code = _say_stdout(error)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; our own errors become one line and their exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except AlertTuiError as error:
            say(f"alerttui: {error_text(error)}")
            return error.exit_code
        except BrokenPipeError:
            _forget_stdout()
            return EXIT_PIPE_CLOSED
        return result


def error_text(error: AlertTuiError) -> str:
    """One line on what went wrong."""
    if isinstance(error, QueryError):
        place = f"character {error.start + 1} ({error.text[error.start : error.end]!r})"
        return f"the filter does not parse at {place}: {error.reason}"
    return str(error)


def _say_usage(error: click.UsageError) -> int:
    context = error.ctx
    path = context.command_path if context else "alerttui"
    message = error.format_message().rstrip(".")
    if isinstance(error, click.NoSuchOption) and context and _takes_filter(context.command):
        message += ". A filter that begins with - goes after --"
    say(f"{path}: {message}. See {path} --help.")
    return error.exit_code


def _say_stdout(error: OSError) -> int:
    """Say that stdout takes no more; the error again if it is about something else, as files are named."""
    if error.filename is not None or error.errno not in _FULL:
        raise error
    _forget_stdout()
    say(f"alerttui: stdout cannot be written: {error.strerror}; what was printed is incomplete.")
    return EXIT_FAILED


def _takes_filter(command: click.Command) -> bool:
    return any(isinstance(each, click.Argument) and each.name == "terms" for each in command.params)


def _forget_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain either."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:
        sys.stdout = None
