"""`alerttui demo`: the console on made-up alerts in a store that is gone afterwards."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from alerttui.cli.commands.console import is_terminal, run_app
from alerttui.cli.console_log import logging_to
from alerttui.cli.console_settings import FIRST_VIEW, look_here
from alerttui.cli.group import EXIT_USAGE
from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import say
from alerttui.cli.preferences import keymap_of, known_theme
from alerttui.cli.workplace import filter_text, now_ms
from alerttui.config.load import load_settings
from alerttui.config.look import Look
from alerttui.config.paths import Places, find_places
from alerttui.config.schema import Settings
from alerttui.domain.errors import Invalid
from alerttui.domain.moments import parse_moment

if TYPE_CHECKING:
    from alerttui.tui.app import ConsoleApp

DEMO_ALERTS: Final = 200
DEMO_SEED: Final = 1
FIRST_NOTE: Final = "Made-up alerts: try every key, nothing is kept. ? shows the keys."

Close = Callable[[], None]

PICTURE_NOW: Final = "2026-11-20T10:51:02Z"
"""The time in photographs where none is given: they must not depend on when they are made."""


@click.command(name="demo")
@global_options()
@click.option("--alerts", type=click.IntRange(0, 2_000_000), default=DEMO_ALERTS, show_default=True)
@click.option("--seed", type=int, default=DEMO_SEED, show_default=True, help="Which made-up shift.")
@click.option("--now", metavar="T", default="", help="The time in it (ISO 8601); as it is by default.")
@click.option("--screenshot", metavar="F.svg", default="", help="Photograph the console into a file.")
@click.option("--size", metavar="COLSxROWS", default="120x40", show_default=True, help="Of the photograph.")
@click.option("--press", metavar="KEYS", default="", help="Keys to press first: j,j,s or /,'tag:vip',enter.")
@click.option(
    "--theme", default="", help="As it is set; dark in photographs.", shell_complete=offering("theme_names")
)
@click.option("--glyphs", type=click.Choice(["unicode", "ascii"]), default=None, help="Our own signs.")
def command(
    alerts: int, seed: int, now: str, screenshot: str, size: str, press: str, theme: str, glyphs: str | None
) -> int:
    """The console on a made-up shift; nothing is kept."""
    frozen_ms = _moment(now or (PICTURE_NOW if screenshot else ""))
    if not screenshot and not is_terminal():
        say("alerttui: the demo needs a terminal; without one, use `alerttui demo --screenshot FILE.svg`.")
        return EXIT_USAGE
    places = find_places(os.environ)
    settings = Settings() if screenshot else load_settings(places.config_file, os.environ)
    look = Look() if screenshot else look_here(settings, places)
    if theme:
        named = known_theme(theme, "--theme", places.config_file.parent / "themes")
        look = replace(look, theme=named, has_colours=True)  # what is asked for here goes above NO_COLOR
    if glyphs:
        look = replace(look, is_ascii=glyphs == "ascii")
    app, close = _demo_app(alerts, seed, frozen_ms, settings, look, places)
    try:
        return _photograph(app, screenshot, size, press) if screenshot else run_app(app, settings, None)
    finally:
        close()


def _moment(text: str) -> int | None:
    if not text:
        return None
    moment_ms = parse_moment(text)
    if moment_ms is None:
        raise Invalid("now", text, "a time such as 2026-11-20T10:51:02Z")
    return moment_ms


def _demo_app(
    alerts: int, seed: int, frozen_ms: int | None, settings: Settings, look: Look, places: Places
) -> tuple[ConsoleApp, Close]:
    from alerttui.backends.registry import open_local
    from alerttui.demo import DEMO_ME, demo_people, generate
    from alerttui.domain.query_text import parse
    from alerttui.triage.session import Session
    from alerttui.tui.app import ConsoleApp
    from alerttui.tui.screens.desk import ConsoleSettings

    query = filter_text(current_options())
    started_ms = now_ms() if frozen_ms is None else frozen_ms
    store, backend = open_local(None)
    store.add(generate(alerts, seed, started_ms))
    for person in demo_people():
        store.add_person(person)
    clock = now_ms if frozen_ms is None else lambda: started_ms
    session = Session(store, backend, me=DEMO_ME, clock=clock, profile="demo")
    note = "" if frozen_ms is not None else FIRST_NOTE
    console = ConsoleSettings(
        auto_advance=settings.auto_advance,
        confirm_above=settings.confirm_above,
        keymap=keymap_of(settings),
        macros=settings.macros,
        clipboard=settings.clipboard,
        config_folder=places.config_file.parent,
        has_colours=look.has_colours,
        first_view="" if query else FIRST_VIEW,
        product_note=note,
    )
    first = parse("is:open" if query is None else query)
    return ConsoleApp(session, first, console, theme=look.theme, is_ascii=look.is_ascii), store.close


def _photograph(app: ConsoleApp, file_name: str, size: str, press: str) -> int:
    from alerttui.triage.export import ExportFailed
    from alerttui.tui.photograph import parse_keys, parse_size, photograph

    with logging_to(None):
        svg = asyncio.run(photograph(app, parse_size(size), parse_keys(press)))
    try:
        Path(file_name).write_text(svg, encoding="utf-8")
    except OSError as error:
        raise ExportFailed(f"{file_name} was not written: {error.strerror or error}") from error
    say(f"alerttui: {file_name} shows the console at {size}.")
    return 0
