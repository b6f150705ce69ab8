"""`alerttui profile add`: from options and answers to a connection that was tried, then to the file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from alerttui.cli.asking import asked_secret, can_ask, is_answered
from alerttui.cli.commands.profile_questions import complete
from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import put_bytes, say
from alerttui.config.load import load_settings
from alerttui.config.nearest import nearest
from alerttui.config.paths import Places, at_home, find_places
from alerttui.config.profile_table import KeyRefusal, read_profile
from alerttui.config.profile_writing import change_file, profile_lines, with_profile
from alerttui.config.schema import BANNER_COLOURS, Profile, Settings
from alerttui.config.tokens import checked_token, read_token, token_source
from alerttui.domain.alert import Actor
from alerttui.domain.errors import AlertTuiError, ConfigError
from alerttui.domain.showable import shown

EXIT_FAILED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was said beside the profile's own values."""

    name: str
    is_default: bool
    is_tested: bool
    token_stdin: bool


@click.command(name="add")
@click.argument("name")
@click.option("--backend", metavar="B", help="panther, chad...", shell_complete=offering("backend_kinds"))
@click.option("--url", metavar="URL", help="Where the product's API is.")
@click.option("--token-env", metavar="V", help="The variable that holds the token; for scripts too.")
@click.option(
    "--token-file",
    metavar="F",
    help="The file that holds it, with rights for you alone; for scripts too.",
    shell_complete=offering("file_names"),
)
@click.option("--keyring", is_flag=True, default=None, help="It is in the keyring, or is put there now.")
@click.option("--sign-in", is_flag=True, default=None, help="Ask for e-mail and password to get it.")
@click.option("--token-stdin", is_flag=True, help="Read the token for the keyring from stdin.")
@click.option("--me", metavar="ID", help="Your user id or e-mail there.")
@click.option("--window", metavar="30d", help="How far back the mirror reaches.")
@click.option("--cache", type=click.Choice(["disk", "memory"]), help="Where the mirror lies.")
@click.option("--requests-per-minute", metavar="N", type=int, help="The most that is asked of the server.")
@click.option("--option", "options", metavar="NAME=VALUE", multiple=True, help="What only the backend reads.")
@click.option("--banner", metavar="W", help="A word that the console shows all the time.")
@click.option("--banner-colour", type=click.Choice(BANNER_COLOURS), help="Its colour.")
@click.option("--ca-file", metavar="F", help="Your own certificates.", shell_complete=offering("file_names"))
@click.option("--allow-http", is_flag=True, default=None, help="Let the token cross the network in clear.")
@click.option("--default", "is_default", is_flag=True, help="Make it the profile that alerttui opens.")
@click.option("--test/--no-test", "is_tested", default=True, help="Try the connection first (the default).")
@global_options(filters=False)
def add(name: str, is_default: bool, is_tested: bool, token_stdin: bool, **given: Any) -> int:
    """Add the profile NAME, after a try of its connection; what is missing is asked for.

    \b
    alerttui profile add prod --backend panther --url https://api.acme.example --token-env PANTHER_API_TOKEN

    The token itself is never an argument: name where it is, or have it put into the keyring.
    """
    wish = Wish(name=name, is_default=is_default, is_tested=is_tested, token_stdin=token_stdin)
    places = find_places(os.environ)
    settings = load_settings(places.config_file, os.environ)
    _refuse_known(wish, settings, places)
    given["read_only"] = current_options(filters=False).read_only or None
    is_cache_said = bool(given["cache"]) or can_ask()
    values = complete(_values(given, token_stdin=token_stdin))
    profile = read_profile(name, values, places.config_file.parent, _refusal(name))
    values["url"] = profile.url
    _check_places(profile, places)
    new_token = _new_token(profile, wish)
    if wish.is_tested:
        tried = _try(profile, new_token)
        new_token = tried.new_token
        if tried.exit_code:
            say("alerttui: nothing was written; --no-test adds the profile all the same.")
            return tried.exit_code
        if tried.me is None and tried.assigns and not (profile.me or settings.me):
            say('alerttui: Alerts cannot be taken before it says who you are: me = "..." in the profile.')
        _keep_me(values, tried.me, settings)
    exit_code = _write(wish, profile, values, new_token, places)
    if not (is_cache_said or profile.is_local):
        say("alerttui: its mirror will lie on disk; --cache memory would keep it in memory only.")
    return exit_code


def _refuse_known(wish: Wish, settings: Settings, places: Places) -> None:
    if wish.name in settings.profiles:
        raise ConfigError(
            f"there is a profile {wish.name} already; nothing was changed. Take another name, or edit "
            f"{places.config_file}."
        )


def _values(given: dict[str, Any], *, token_stdin: bool) -> dict[str, Any]:
    """What was said, as the file has it; files by their whole path, because the file lies elsewhere."""
    values = {key: value for key, value in given.items() if value is not None}
    for key in ("token_file", "ca_file"):
        if key in values:
            values[key] = str(Path(at_home(values[key])).absolute())
    if token_stdin:
        values["keyring"] = True
    if options := dict(map(_option, values.pop("options"))):
        values["options"] = options
    return values


def _option(said: str) -> tuple[str, str]:
    name, separator, value = said.partition("=")
    if not name or not separator:
        raise ConfigError("--option: NAME=VALUE is expected; nothing was written.")
    return name, value


def _refusal(name: str) -> KeyRefusal:
    def refuse(keys: tuple[str, ...], reason: str) -> ConfigError:
        about = "--" + keys[0].replace("_", "-") if keys else f"profile {name}"
        return ConfigError(f"{about}: {reason}; nothing was written.")

    return refuse


def _check_places(profile: Profile, places: Places) -> None:
    """Refuse what would only fail later: an unknown backend, no keyring, no place for the mirror."""
    from alerttui.backends.registry import kinds
    from alerttui.config.mirror_place import mirror_file

    if profile.backend not in kinds():
        known = nearest(profile.backend, kinds())
        raise ConfigError(f"--backend: no backend {profile.backend!r}; {known}; nothing was written.")
    if profile.keyring:
        from alerttui.config.keyring_entry import keyring_name

        keyring_name()
    if profile.sign_in or token_source(profile) is None:
        from alerttui.cli.remote_workplace import tokenless

        tokenless(profile)
    mirror_file(profile, places, os.environ)


def _new_token(profile: Profile, wish: Wish) -> str:
    """The token that is to be put into the keyring; empty where another is meant."""
    if wish.token_stdin:
        from alerttui.cli.stdin import read_stdin

        return checked_token(read_stdin(), "stdin")
    if profile.sign_in or not profile.keyring:
        return ""
    if not can_ask():
        return ""
    given = asked_secret(f"Token of {profile.name} (not shown; empty to use the one in the keyring)")
    return checked_token(given, "your answer") if given else ""


def _present_token(profile: Profile) -> str:
    from alerttui.cli.signing_in import token_by_signing_in

    if token_source(profile) is None:
        return ""
    return token_by_signing_in(profile) if profile.sign_in and can_ask() else read_token(profile, os.environ)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a connection."""

    exit_code: int
    """0 where it works, or is wanted all the same."""
    new_token: str = ""
    """The one that was given, or that signing in gave."""
    me: Actor | None = None
    """Who the server says that the token is."""
    assigns: bool = False
    """True if alerts can be assigned there."""


def _keep_me(values: dict[str, Any], me: Actor | None, settings: Settings) -> None:
    """Have the profile know who is at the keys, where the server tells and nobody else did."""
    if me is None or "me" in values or settings.me:
        return
    values["me"] = me.name if "@" in me.name else me.id
    say(f"alerttui: me = {shown(values['me'])} is written into the profile: so the server calls you.")


def _try(profile: Profile, new_token: str) -> Tried:
    """Try the connection."""
    from alerttui.backends.registry import connect
    from alerttui.cli.doctor.connection import problem_of
    from alerttui.cli.reaching import Reach, reach
    from alerttui.cli.remote_workplace import backend_settings

    say(f"alerttui: asking {profile.url} ...")
    try:
        token = new_token or _present_token(profile)
        new_token = token if profile.sign_in else new_token
        found = reach(connect(profile.backend, backend_settings(profile, token)))
    except AlertTuiError as error:
        found = Reach(error=error)
    if found.error is None:
        who = found.identity.me if found.identity else None
        may = ", ".join(found.identity.permissions) if found.identity else ""
        you_are = who.label if who else "not known"
        say(f"alerttui: it answers, in {found.fastest_ms or 0:.0f} ms; you are {you_are}.")
        if token:
            say(f"alerttui: the token may: {may or 'not told'}.")
        assigns = found.capabilities is not None and not found.capabilities.refusal("assignee")
        return Tried(0, new_token, who, assigns)
    problem = problem_of("connection", found.error)
    is_whole = problem.remedy in str(found.error)
    say(f"alerttui: {found.error if is_whole else f'{problem.what}: {problem.remedy}.'}")
    if can_ask() and is_answered("Add the profile all the same?", yes=False):
        return Tried(0, new_token)
    return Tried(found.error.exit_code)


def _write(wish: Wish, profile: Profile, values: dict[str, Any], new_token: str, places: Places) -> int:
    if new_token and profile.keyring:
        from alerttui.config.keyring_entry import keep_token

        keep_token(profile.name, new_token)
        say("alerttui: the token is in the keyring.")

    def added(text: str) -> str | None:
        return with_profile(text, wish.name, values, is_default=wish.is_default)

    if not change_file(places.config_file, os.environ, added):
        say(f"alerttui: no lines can be added to {places.config_file} as it is written; it was left alone.")
        say("alerttui: add this there:")
        put_bytes(profile_lines(wish.name, values).encode("utf-8"))
        return EXIT_FAILED
    opening = "alerttui" if wish.is_default else f"alerttui --profile {wish.name}"
    say(f"alerttui: the profile {wish.name} is in {places.config_file}.")
    source = token_source(profile)
    token = f"its token is in {source}" if source else "the product asks for no token"
    say(f"alerttui: {token}; `{opening}` opens it.")
    return 0
