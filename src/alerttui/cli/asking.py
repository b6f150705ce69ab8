"""Asking in a terminal: on stderr, because stdout is data; where there is none, nothing is asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from alerttui.domain.errors import ConfigError


def can_ask() -> bool:
    """True where somebody can read a question and answer it."""
    return all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr))


def is_answered(question: str, *, yes: bool) -> bool:
    """Whether the answer is yes; without a terminal only where that was said beforehand."""
    if yes:
        return True
    if not can_ask():
        raise ConfigError("there is no terminal to ask in; nothing was done. --yes says yes beforehand.")
    return click.confirm(question, default=False, err=True)


def asked(question: str, default: str = "") -> str:
    """A line of text; an empty answer is the default."""
    answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
    return answer.strip()


def asked_word(question: str, words: Sequence[str], default: str) -> str:
    """One of these words."""
    answer: str = click.prompt(question, type=click.Choice(list(words)), default=default, err=True)
    return answer


def asked_secret(question: str) -> str:
    """A line that is not shown while it is typed."""
    from getpass import getpass

    try:
        return getpass(f"{question}: ", stream=sys.stderr)
    except EOFError:
        raise click.Abort from None
