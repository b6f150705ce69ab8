"""`alerttui profile login`: sign in, and keep the token where the profile says."""

from __future__ import annotations

import os

import click

from alerttui.cli.asking import can_ask
from alerttui.cli.offering import offering
from alerttui.cli.options import global_options
from alerttui.cli.output import say
from alerttui.cli.remote_workplace import tokenless
from alerttui.cli.signing_in import token_by_signing_in
from alerttui.config.load import load_settings
from alerttui.config.nearest import nearest
from alerttui.config.paths import find_places
from alerttui.config.schema import Profile
from alerttui.config.token_end import token_ends_ms
from alerttui.config.token_file import check_token_file, write_token_file
from alerttui.domain.errors import ConfigError, NotSupported
from alerttui.domain.moments import format_moment


@click.command(name="login")
@click.argument("name", shell_complete=offering("profile_names"))
@global_options(filters=False)
def login(name: str) -> None:
    """Sign in to the profile NAME by e-mail and password; its keyring or token file gets the token.

    Neither e-mail nor password is kept, and the token is shown nowhere.
    """
    settings = load_settings(find_places(os.environ).config_file, os.environ)
    profile = settings.profiles.get(name)
    if profile is None:
        raise ConfigError(f"no profile {name!r}; {nearest(name, settings.profiles)}")
    if profile.is_local:
        raise NotSupported(f"{name} is a local store: there is nothing to sign in to.")
    if not tokenless(profile).capabilities.signs_in:
        raise NotSupported(f"Nobody signs in to {profile.backend} by e-mail and password; nothing was done.")
    _check_place(profile)
    if not can_ask():
        raise ConfigError("there is no terminal to ask for e-mail and password in; nothing was done.")
    token = token_by_signing_in(profile)
    _keep(profile, token)
    ends_ms = token_ends_ms(token)
    until = f", until {format_moment(ends_ms)}" if ends_ms else ""
    where = "the keyring" if profile.keyring else profile.token_file
    say(f"alerttui: signed in to {name}{until}; the token is in {where}.")


def _check_place(profile: Profile) -> None:
    """Raise `ConfigError` where a token could not be kept, before anybody types a password."""
    if profile.keyring:
        from alerttui.config.keyring_entry import keyring_name

        keyring_name()
    elif profile.token_file:
        check_token_file(profile.token_file)
    elif profile.token_env:
        raise ConfigError(
            f"the token of {profile.name} is in the variable {profile.token_env}, which only your shell can "
            "set; nothing was done. With sign_in = true in place of token_env the console asks; with "
            "keyring = true beside it, or with token_file, this command keeps the token."
        )
    else:
        raise ConfigError(
            f"{profile.name} keeps its token in memory only, so signing in beforehand is no use; nothing was "
            "done. The console asks by itself, and so do commands in a terminal. keyring = true beside "
            "sign_in keeps the token; scripts use token_env or token_file."
        )


def _keep(profile: Profile, token: str) -> None:
    if profile.keyring:
        from alerttui.config.keyring_entry import keep_token

        keep_token(profile.name, token)
    elif profile.token_file:
        write_token_file(profile.token_file, token)
