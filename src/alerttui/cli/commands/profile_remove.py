"""`alerttui profile remove`: what would be lost is told first; then lines, mirror, notes and token go."""

from __future__ import annotations

import os
from collections.abc import Mapping

import click

from alerttui.cli.asking import is_answered
from alerttui.cli.mirror_state import MirrorState, mirror_state, unsent_text
from alerttui.cli.offering import offering
from alerttui.cli.options import global_options
from alerttui.cli.output import counted, put_line, say
from alerttui.config.load import load_settings
from alerttui.config.nearest import nearest
from alerttui.config.paths import Places, find_places
from alerttui.config.profile_writing import change_file, without_profile
from alerttui.config.schema import LOCAL_PROFILE, Profile, Settings
from alerttui.domain.errors import AlertTuiError, ConfigError

EXIT_FAILED = 1


@click.command(name="remove")
@click.argument("name", shell_complete=offering("configured_profiles"))
@click.option("--yes", is_flag=True, help="Ask nothing.")
@global_options(filters=False)
def remove(name: str, yes: bool) -> int:
    """Remove the profile NAME, its mirror, its local notes, and its token from the keyring.

    What would be lost is told first: what its mirror has not sent yet, and how many notes there are.
    The store of a local profile is never removed.
    """
    places = find_places(os.environ)
    settings = load_settings(places.config_file, os.environ)
    profile = _named(name, settings)
    state = MirrorState() if profile.is_local else mirror_state(profile, places, os.environ)
    is_shared = _is_shared(profile, state, settings, places, os.environ)
    _refuse_open(profile, state, is_shared=is_shared)
    _tell(profile, state, is_shared=is_shared)
    _tell_notes(name, places)
    if not is_answered(f"Remove the profile {name}?", yes=yes):
        say("alerttui: nothing was removed.")
        return EXIT_FAILED
    if not change_file(places.config_file, os.environ, lambda text: without_profile(text, name)):
        _say_how(name, places)
        return EXIT_FAILED
    say(f"alerttui: the profile {name} is removed from {places.config_file}.")
    if name == settings.default_profile:
        say(f"alerttui: it was the default profile; that is {LOCAL_PROFILE} now.")
    if not is_shared:
        _remove_mirror(state)
    _remove_notes(name, places)
    if profile.keyring:
        _forget_token(name)
    return 0


def _named(name: str, settings: Settings) -> Profile:
    profile = settings.profiles.get(name)
    if profile is None:
        raise ConfigError(f"no profile {name!r}; {nearest(name, settings.profiles)}. Nothing was removed.")
    if name == LOCAL_PROFILE:
        raise ConfigError("the profile local is always there; its lines, if any, are yours to delete.")
    return profile


def _is_shared(
    profile: Profile, state: MirrorState, settings: Settings, places: Places, environ: Mapping[str, str]
) -> bool:
    """Whether another profile reaches the same system, and so has the same mirror."""
    others = [each for each in settings.profiles.values() if not each.is_local and each.name != profile.name]
    return state.file is not None and any(
        mirror_state(each, places, environ).file == state.file for each in others
    )


def _refuse_open(profile: Profile, state: MirrorState, *, is_shared: bool) -> None:
    from alerttui.config.mirror_holding import is_held

    if state.file and not is_shared and is_held(state.file):
        raise ConfigError(
            f"the mirror of the profile {profile.name} is open in another alerttui; nothing was removed. "
            "Leave that one first."
        )


def _tell(profile: Profile, state: MirrorState, *, is_shared: bool) -> None:
    if profile.is_local:
        say("alerttui: its store stays where it is.")
        return
    if is_shared:
        say("alerttui: another profile has the same mirror, which stays with what is unsent in it.")
        return
    if state.counts is None:
        say(f"alerttui: what is unsent in its mirror cannot be told: {state.problem}")
    elif state.counts:
        say(f"alerttui: its mirror has changes that would be lost: {unsent_text(state.counts)}.")
        say(f"alerttui: `alerttui pending list --profile {profile.name}` shows them.")
    else:
        say("alerttui: nothing is unsent in its mirror.")


def _tell_notes(name: str, places: Places) -> None:
    from alerttui.backends.registry import open_notes

    try:
        count = open_notes(places.notes_file).count(name)
    except AlertTuiError as error:
        say(f"alerttui: how many local notes it has cannot be told: {error}")
        return
    if count:
        say(f"alerttui: it has {counted(count, 'local note')} that would be lost: they are nowhere else.")


def _remove_notes(name: str, places: Places) -> None:
    from alerttui.backends.registry import open_notes

    try:
        count = open_notes(places.notes_file).remove_all(name)
    except AlertTuiError as error:
        say(f"alerttui: its local notes, if it has any, stay: {error}")
        return
    if count:
        say(f"alerttui: {counted(count, 'local note')} removed.")


def _say_how(name: str, places: Places) -> None:
    say(f"alerttui: no lines can be taken out of {places.config_file} as it is written; it was left alone.")
    say("alerttui: its mirror stays too. Delete by hand what makes this profile:")
    put_line(f"profiles.{name}")


def _remove_mirror(state: MirrorState) -> None:
    from alerttui.config.mirror_holding import remove_mirror

    if state.file is None or state.size_bytes is None:
        return
    if remove_mirror(state.file):
        say(f"alerttui: its mirror {state.file} is removed.")
    else:
        say(f"alerttui: its mirror {state.file} was opened meanwhile and stays; delete it afterwards.")


def _forget_token(name: str) -> None:
    from alerttui.config.keyring_entry import forget_token

    try:
        if forget_token(name):
            say("alerttui: its token is removed from the keyring.")
    except AlertTuiError as error:
        say(f"alerttui: its token is still in the keyring: {error}")
