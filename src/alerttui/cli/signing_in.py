"""Signing in from a terminal: e-mail, password, and a code where it is asked for; none of them is kept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

import click

from alerttui.cli.asking import asked, asked_secret
from alerttui.cli.output import say
from alerttui.domain.errors import AlertTuiError, NotLetIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerttui.backends.contract import SignIn
    from alerttui.cli.looping import Loop
    from alerttui.config.schema import Profile

T = TypeVar("T")

TRIES: Final = 3
"""How often a password, and then a code, may be wrong."""


def ask_token(sign_in: SignIn, profile: str, name: str, loop: Loop) -> str:
    """The token, by what somebody types; `name` is the e-mail that is proposed.

    Raises `NotLetIn` with the server's words after the last try, and `Unavailable` where none was answered.
    """
    say(f"alerttui: sign in to {profile}.")
    email = name

    def begin() -> str | None:
        nonlocal email
        email = _needed(asked("E-mail", email))
        return loop.run(sign_in.begin(email, _needed(asked_secret("Password (not shown)"))))

    def confirm() -> str:
        return loop.run(sign_in.confirm(_needed(asked("Code"))))

    try:
        token = _tried(begin)
        return _tried(confirm) if token is None else token
    finally:
        with suppress(AlertTuiError):  # what it gave is there, or the error that ended it
            loop.run(sign_in.close())


def token_by_signing_in(profile: Profile) -> str:
    """The token of a profile, by what somebody types; raises as `ask_token`, and `NotSupported`."""
    from alerttui.cli.looping import Loop
    from alerttui.cli.remote_workplace import sign_in_to
    from alerttui.config.tokens import checked_token

    attempt, loop = sign_in_to(profile), Loop()
    try:
        return checked_token(ask_token(attempt, profile.name, profile.me, loop), "the answer to signing in")
    finally:
        loop.close()


def sign_in_advice(profile: Profile) -> str:
    """The last words of an error about a token that is missing, expired or refused."""
    scripts = "" if profile.keyring or not profile.sign_in else "Scripts use token_env or token_file. "
    return f"{scripts}Sign in: alerttui profile login {profile.name}"


def _needed(typed: str) -> str:
    """What was typed; who types nothing wants to leave."""
    if not typed:
        raise click.Abort
    return typed


def _tried(attempt: Callable[[], T]) -> T:
    """What an attempt gives; after a refusal, whose words are said, there is another, up to a few."""
    for left in range(TRIES - 1, 0, -1):
        try:
            return attempt()
        except NotLetIn as error:
            say(f"alerttui: {str(error).rstrip('.')}. Try again ({left} of {TRIES} left).")
    return attempt()
