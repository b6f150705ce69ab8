"""What a parameter offers to the shell, said where it is declared; the work is in `completing`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], list["CompletionItem[str]"]]
"""Says what the shell may offer for the word that is being typed."""


def offering(name: str) -> Completer:
    """The completer with this name: no command pays for what only the shell asks."""

    def complete(context: click.Context, parameter: click.Parameter, word: str) -> list[CompletionItem[str]]:
        completer: Completer = getattr(import_module("alerttui.cli.completing"), name)
        return completer(context, parameter, word)

    return complete
