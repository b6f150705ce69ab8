"""`alerttui profile`: the profiles, with what each reaches and what waits in its mirror."""

from __future__ import annotations

import os

import click

from alerttui.cli.asking import can_ask
from alerttui.cli.commands.profile_add import add
from alerttui.cli.commands.profile_login import login
from alerttui.cli.commands.profile_remove import remove
from alerttui.cli.doctor.report import Report, size_text
from alerttui.cli.mirror_state import MirrorState, mirror_state, unsent_text
from alerttui.cli.offering import offering
from alerttui.cli.options import GlobalOptions, current_options, global_options
from alerttui.cli.output import output_width, put_json, put_line, put_table, say
from alerttui.cli.workplace import read_settings
from alerttui.config.load import load_settings
from alerttui.config.paths import find_places
from alerttui.config.schema import Profile
from alerttui.config.token_holder import TokenHolder
from alerttui.config.tokens import token_source


@click.group(name="profile")
@global_options(filters=False)
def command() -> None:
    """Add, list, test and remove profiles, and sign in to them: the places where alerts live.

    \b
    alerttui profile add prod --backend panther --url https://api.acme.example --token-env PANTHER_API_TOKEN
    alerttui profile test prod
    alerttui --profile prod
    """


command.add_command(add)
command.add_command(login)
command.add_command(remove)


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
def list_profiles(as_json: bool) -> None:
    """List the profiles: backend, address, where the token is, and what has not been sent."""
    places = find_places(os.environ)
    settings = load_settings(places.config_file, os.environ)
    states = {
        each.name: MirrorState() if each.is_local else mirror_state(each, places, os.environ)
        for each in settings.profiles.values()
    }
    if as_json:
        records = [
            _record(each, states[each.name], is_default=each.name == settings.default_profile)
            for each in settings.profiles.values()
        ]
        put_json({"results": records})
        return
    rows = [
        (
            f"{each.name} *" if each.name == settings.default_profile else each.name,
            each.backend,
            _mirror_text(states[each.name]) if not each.is_local else "",
            str(token_source(each) or ""),
            each.url or (str(each.path) if each.path else ""),
        )
        for each in settings.profiles.values()
    ]
    put_table(("NAME", "BACKEND", "MIRROR", "TOKEN", "WHERE"), rows, width=output_width())
    for name, state in states.items():
        if state.problem:
            say(f"alerttui: {name}: {state.problem}")


@command.command(name="test")
@click.argument("name", shell_complete=offering("profile_names"))
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
def test(name: str, as_json: bool) -> int:
    """Ask the server of the profile NAME who we are and what we may do; nothing is changed.

    The exit code is 3 where it cannot be reached or does not let us read.
    """
    report, exit_code = _tested(name, current_options(filters=False))
    if as_json:
        put_json(report.as_json())
    else:
        for line in report.lines(output_width()):
            put_line(line)
    return exit_code


def _tested(name: str, options: GlobalOptions) -> tuple[Report, int]:
    from dataclasses import replace

    from alerttui.cli.doctor.connection import look_at_connection
    from alerttui.cli.doctor.report import Fact, Section

    settings, active = read_settings(replace(options, profile=name, db=""))
    home = os.environ.get("HOME", "")
    if active.profile.is_local:
        where = Fact("store", str(active.store_file), "a local profile: nothing is sent anywhere")
        return Report([Section("Way to the store", [where])], home), 0
    holder = _signed_in(active.profile)
    sections, found = look_at_connection(settings, active, os.environ, holder)
    return Report(sections, home), found.error.exit_code if found.error else 0


def _signed_in(profile: Profile) -> TokenHolder:
    """What has the token; asked for once where only that gives one."""
    from alerttui.cli.remote_workplace import is_asked_for
    from alerttui.cli.signing_in import token_by_signing_in

    holder = TokenHolder(profile, os.environ)
    if is_asked_for(profile) and can_ask():
        holder.take(token_by_signing_in(profile))
    return holder


def _mirror_text(state: MirrorState) -> str:
    if state.size_bytes is None:
        return "not yet" if state.file else "nowhere"
    about = "?" if state.counts is None else unsent_text(state.counts)
    return ", ".join(filter(None, (size_text(state.size_bytes), about)))


def _record(profile: Profile, state: MirrorState, *, is_default: bool) -> dict[str, object]:
    source = token_source(profile)
    record: dict[str, object] = {
        "name": profile.name,
        "backend": profile.backend,
        "default": is_default,
        "url": profile.url or None,
        "token": {"kind": source.kind.value, "name": source.name} if source else None,
        "mirror": None,
    }
    if not profile.is_local:
        record["mirror"] = {
            "file": str(state.file) if state.file else None,
            "cache": profile.cache,
            "bytes": state.size_bytes,
            "unsent": None if state.counts is None else state.counts.queued,
            "held": None if state.counts is None else state.counts.held,
            **({"error": state.problem} if state.problem else {}),
        }
    return record
