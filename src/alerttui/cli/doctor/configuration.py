"""The doctor looks at the configuration: every value with its origin, keys, themes, views and profiles."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from alerttui.cli.doctor.connection import problem_of
from alerttui.cli.doctor.report import Fact, Problem, Section
from alerttui.cli.remote_workplace import tokenless
from alerttui.config.active import ActiveProfile
from alerttui.config.look import Look, choose_look
from alerttui.config.paths import Places
from alerttui.config.profile_choice import profile_choices
from alerttui.config.profile_table import PROFILE_READERS
from alerttui.config.schema import Layer, Profile, Settings
from alerttui.config.terminal import TerminalFacts, is_ssh
from alerttui.config.tokens import read_token, token_source
from alerttui.domain.errors import AlertTuiError, ConfigError, QueryError

_TABLES: Final = frozenset({"profiles", "keys", "views", "macros", "origins"})
"""Settings that are tables, which have lines of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What was read, and from where."""

    settings: Settings
    active: ActiveProfile
    places: Places
    environ: Mapping[str, str]
    terminal: TerminalFacts


def look_at_configuration(found: Configuration) -> Section:
    """The values that hold, each with where it was said."""
    problems = [*_theme_problems(found), *_key_problems(found.settings), *_view_problems(found)]
    return Section("Configuration", list(_facts(found)), problems)


def look_at_profiles(found: Configuration) -> Section:
    """Every profile: whether it can be opened, and where its token is, never which it is."""
    facts: list[Fact] = []
    problems: list[Problem] = []
    for choice in profile_choices(found.settings, found.places, found.active):
        profile = found.settings.profiles[choice.name]
        notes = ["in use" if choice.is_active else "", choice.refusal]
        if not profile.is_local:
            source = token_source(profile)
            notes.append(f"token in {source}" if source else "no token")
            if not choice.is_active:  # that one is looked at more closely
                problems += _token_problems(profile, found.environ)
        note = ", ".join(filter(None, notes))
        facts.append(Fact(choice.name, f"{choice.backend} {choice.where}".rstrip(), note))
    return Section("Profiles", facts, problems)


def _token_problems(profile: Profile, environ: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with a token that will be needed one day; a keyring is left locked for that."""
    if profile.keyring or profile.sign_in:
        return
    try:
        if token_source(profile):
            read_token(profile, environ)
        else:
            tokenless(profile)
    except ConfigError as error:
        yield replace(problem_of(f"profile {profile.name}", error), is_wrong=False)


def _facts(found: Configuration) -> Iterator[Fact]:
    settings, active = found.settings, found.active
    yield Fact("profile", active.profile.name, str(active.profile_origin))
    yield Fact("me", active.me.id if active.me else "nobody", str(active.me_origin))
    yield Fact("read only", "yes" if active.read_only else "no", str(active.read_only_origin))
    for each in fields(Settings):
        if each.name not in _TABLES and each.name not in ("me", "default_profile"):
            text = _value_text(getattr(settings, each.name)) + _consequence(each.name, found)
            yield Fact(each.name.replace("_", " "), text, str(settings.origin(each.name)))
    yield from _profile_facts(settings, active.profile)
    yield Fact("keys", _counted_own(len(settings.keys)), _first_origin(settings, "keys"))
    yield Fact("views", _counted_own(len(settings.views)), _first_origin(settings, "views"))
    yield Fact("macros", _counted_own(len(settings.macros)), _first_origin(settings, "macros"))
    yield Fact("themes", ", ".join(_theme_names(found.places)))
    variables = [name for name in sorted(found.environ) if name.startswith("ALERTTUI_")]
    if variables:
        yield Fact("environment", ", ".join(variables))


def _profile_facts(settings: Settings, profile: Profile) -> Iterator[Fact]:
    """What the configuration says about the active profile; of options only the names."""
    for key in PROFILE_READERS:
        origin = settings.origin(f"profiles.{profile.name}.{key}")
        if origin.layer is Layer.FILE:
            value = getattr(profile, key)
            text = ", ".join(value) if isinstance(value, Mapping) else _value_text(value)
            yield Fact(f"{profile.name}.{key}", text, str(origin))


def _value_text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _consequence(setting: str, found: Configuration) -> str:
    """What a setting comes to here, where it depends on more than itself."""
    if setting == "clipboard":
        return f": {_clipboard_text(found)}"
    if setting == "theme" and _look(found).theme != found.settings.theme:
        return f": {_look(found).theme} here"
    if setting == "glyphs" and found.settings.glyphs == "auto":
        return ": ascii" if _look(found).is_ascii else ": unicode"
    if setting == "mouse" and found.settings.mouse == "auto":
        return ": off, because of SSH" if is_ssh(found.environ) else ": on"
    return ""


def _look(found: Configuration) -> Look:
    """How the console looks on this terminal."""
    return choose_look(found.settings.theme, found.settings.glyphs, found.terminal)


def _clipboard_text(found: Configuration) -> str:
    """The ways that a copy tries."""
    from alerttui.tui.clipboard.ways import find_ways

    path = found.environ.get("PATH")
    ways = find_ways(
        found.environ, sys.platform, lambda name: shutil.which(name, path=path), found.settings.clipboard
    )
    tried = ["the terminal (OSC 52)"] if ways.wrap is not None else []
    return ", then ".join([*tried, *(tool.name for tool in ways.tools), "a file"])


def _counted_own(number: int) -> str:
    return f"{number} of your own" if number else "none of your own"


def _first_origin(settings: Settings, table: str) -> str:
    places = [str(origin) for name, origin in settings.origins.items() if name.startswith(f"{table}.")]
    return places[0] if places else str(settings.origin(table))


def _theme_names(places: Places) -> list[str]:
    from alerttui.tui.theme import theme_files

    return list(theme_files(places.config_file.parent / "themes"))


def _theme_problems(found: Configuration) -> Iterator[Problem]:
    from alerttui.tui.theme import find_theme, read_theme, theme_files

    folder = found.places.config_file.parent / "themes"
    files = [each for each in theme_files(folder).values() if not each.is_shipped]
    for file in files:
        try:
            read_theme(file)
        except AlertTuiError as error:
            yield Problem("theme", str(error), f"correct the file, or remove it: {file.path}", is_wrong=False)
    try:
        find_theme(found.settings.theme, str(found.settings.origin("theme")), folder)
    except AlertTuiError as error:
        yield Problem("theme", str(error), "name one of these, or put the file where it is looked for")


def _key_problems(settings: Settings) -> Iterator[Problem]:
    from alerttui.cli.preferences import keymap_of

    try:
        clashes = keymap_of(settings).clashes
    except AlertTuiError as error:
        yield Problem("keys", str(error), "correct the line; `alerttui keys --list` shows every action")
        return
    for clash in clashes:
        yield Problem("keys", clash, "fine if you meant it; `alerttui keys --list` shows all", is_wrong=False)


def _view_problems(found: Configuration) -> Iterator[Problem]:
    from alerttui.config.view_file import ViewFile
    from alerttui.domain.query_text import parse

    file = ViewFile.beside(found.places.config_file)
    try:
        own = file.read()
    except AlertTuiError as error:
        yield Problem("views", str(error), f"correct the file, or remove it: {file.path}")
        own = {}
    for name, text in {**own, **found.settings.views}.items():
        try:
            parse(text)
        except QueryError as error:
            place = found.settings.origin(f"views.{name}")
            where = place.place if place.layer is Layer.FILE else str(file.path)
            yield Problem(f"view {name}", f"its filter does not parse: {error.reason}", f"correct {where}")
