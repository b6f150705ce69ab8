"""`alerttui doctor`: what is wrong and what to do about it, and everything a bug report needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from alerttui.cli.doctor.report import Problem, Report, Section
from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.options import GlobalOptions, current_options, global_options
from alerttui.cli.output import output_width, put_json, put_line
from alerttui.config.active import choose_profile
from alerttui.config.load import load_settings
from alerttui.config.paths import Places, find_places
from alerttui.config.schema import Settings
from alerttui.config.terminal import TerminalFacts, read_terminal
from alerttui.domain.errors import AlertTuiError, ConfigError


@click.command(name="doctor")
@click.option("--full", is_flag=True, help="Read every page of the store, however long that takes.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
def command(full: bool, as_json: bool) -> int:
    """Say what is wrong and what to do about it; then everything that a bug report needs.

    The report has no token and no alert in it, and ~ in place of your home folder.
    """
    report = make_report(current_options(filters=False), os.environ, full=full)
    if as_json:
        put_json(report.as_json())
    else:
        for line in report.lines(output_width()):
            put_line(line)
    return 0 if report.is_fine else EXIT_FAILED


def make_report(options: GlobalOptions, environ: Mapping[str, str], *, full: bool) -> Report:
    """Look at everything; what cannot be looked at is a problem in the report."""
    from alerttui.cli.doctor.places import look_at_versions

    sections = [_terminal(environ), look_at_versions(), *_settings_sections(options, environ, full=full)]
    return Report(sections, environ.get("HOME", ""))


def terminal_facts(environ: Mapping[str, str]) -> TerminalFacts:
    """What the environment says about the terminal of this process."""
    columns = lines = 0
    for stream in (sys.stdout, sys.stdin):
        if stream and stream.isatty():
            columns, lines = os.get_terminal_size(stream.fileno())
            break
    return read_terminal(environ, encoding=sys.stdout.encoding or "unknown", size=(columns, lines))


def _terminal(environ: Mapping[str, str]) -> Section:
    from alerttui.cli.doctor.terminal import look_at_terminal
    from alerttui.cli.terminal_answers import Answers, ask_terminal, askable_terminal
    from alerttui.cli.tmux_options import TmuxOptions, ask_tmux

    descriptor = askable_terminal(environ.get("TERM_PROGRAM", ""))
    answers = Answers()
    if descriptor is not None:
        try:
            answers = ask_terminal(descriptor)
        finally:
            os.close(descriptor)
    tmux = ask_tmux() if environ.get("TMUX") else TmuxOptions()
    return look_at_terminal(terminal_facts(environ), answers, tmux)


def _settings_sections(options: GlobalOptions, environ: Mapping[str, str], *, full: bool) -> list[Section]:
    from alerttui.cli.doctor.configuration import Configuration, look_at_configuration, look_at_profiles
    from alerttui.cli.doctor.connection import look_at_connection
    from alerttui.cli.doctor.places import look_at_places
    from alerttui.cli.doctor.store import look_at_store

    try:
        places = find_places(environ)
    except ConfigError as error:
        return [_refused(error)]
    settings, broken = _settings(places, environ)
    try:
        active = choose_profile(
            settings,
            places,
            environ,
            profile_flag=options.profile,
            db_flag=options.db,
            read_only_flag=options.read_only,
        )
    except AlertTuiError as error:
        return [*broken, _refused(error), look_at_places(places, places.store_file)]
    found = Configuration(
        settings=settings,
        active=active,
        places=places,
        environ=environ,
        terminal=terminal_facts(environ),
    )
    connection = [] if active.profile.is_local else look_at_connection(settings, active, environ)[0]
    return [
        look_at_places(places, active.store_file),
        look_at_store(active, whole=full),
        *connection,
        *(broken or [look_at_configuration(found)]),
        look_at_profiles(found),
    ]


def _settings(places: Places, environ: Mapping[str, str]) -> tuple[Settings, list[Section]]:
    """The settings; the defaults and what is wrong where they cannot be read."""
    try:
        return load_settings(places.config_file, environ), []
    except ConfigError as error:
        return Settings(), [_refused(error)]


def _refused(error: AlertTuiError) -> Section:
    remedy = "correct it; until then nothing starts, and the rest of this report is about the defaults"
    return Section("Configuration", [], [Problem("configuration", str(error), remedy)])
