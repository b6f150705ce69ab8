"""The options that every command takes, before the subcommand's name or after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click

from alerttui.cli.offering import offering

F = TypeVar("F", bound=Callable[..., Any])

_META_KEY: Final = "alerttui.options"


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalOptions:
    """What was said on the command line about where to work."""

    profile: str = ""
    db: str = ""
    view: str = ""
    """Name of a saved view."""
    query: str | None = None
    """A filter given with --query; None where none was given."""
    read_only: bool = False
    cached: bool = False
    """Answer from the mirror of a remote profile, and ask nothing."""


_OPTIONS: Final[dict[str, Any]] = {
    "profile": {"metavar": "P", "help": "Profile to work with.", "shell_complete": offering("profile_names")},
    "db": {
        "metavar": "FILE",
        "help": "Store to work with, in place of the profile's own.",
        "shell_complete": offering("file_names"),
    },
    "view": {"metavar": "V", "help": "Saved view to start from.", "shell_complete": offering("view_names")},
    "query": {"metavar": "Q", "help": 'Filter, such as "is:open severity>=high".'},
    "cached": {"is_flag": True, "default": None, "help": "Ask a remote system nothing."},
    "read_only": {"is_flag": True, "default": None, "help": "Change nothing."},
}


def global_options(*, filters: bool = True, remote: bool = True) -> Callable[[F], F]:
    """Give a command the global options; without `filters`, it refuses --view and --query.

    A command that works on local stores only (`remote` is False) has no --cached.
    """

    def decorate(function: F) -> F:
        for name, attributes in reversed(_OPTIONS.items()):
            if not filters and name in ("view", "query"):
                continue
            if not remote and name == "cached":
                continue
            flag = "--" + name.replace("_", "-")
            function = click.option(flag, name, expose_value=False, callback=_remember, **attributes)(
                function
            )
        return function

    return decorate


def _remember(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """Keep what was given on the root context; what stands after the subcommand comes later and wins."""
    if value is not None:
        _given(context)[str(option.name)] = value
    return value


def _given(context: click.Context) -> dict[str, Any]:
    given: dict[str, Any] = context.find_root().meta.setdefault(_META_KEY, {})
    return given


def options_given(context: click.Context) -> GlobalOptions:
    """The options on the command line so far; nothing is refused."""
    return GlobalOptions(**_given(context))


def current_options(*, filters: bool = True) -> GlobalOptions:
    """The options of the running command; raises a usage error for a filter where none is meant."""
    context = click.get_current_context()
    options = GlobalOptions(**_given(context))
    if options.view and options.query is not None:
        raise click.UsageError("--view and --query exclude each other.", context)
    if not filters and (options.view or options.query is not None):
        raise click.UsageError(f"--view and --query mean nothing to {context.info_name}.", context)
    return options


def json_options(function: F) -> F:
    """Give a reading command --json and --jsonl."""
    function = click.option("--jsonl", "as_jsonl", is_flag=True, help="One JSON record a line.")(function)
    return click.option("--json", "as_json", is_flag=True, help="JSON.")(function)


def page_options(default: int) -> Callable[[F], F]:
    """Give a command --limit and --cursor."""

    def decorate(function: F) -> F:
        function = click.option("--cursor", metavar="C", help="Continue after an earlier page.")(function)
        return click.option(
            "--limit",
            metavar="N",
            type=click.IntRange(min=1),
            default=default,
            show_default=True,
            help="How many at most.",
        )(function)

    return decorate
