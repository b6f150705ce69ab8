"""What the console is given at its start: settings from the configuration, and where it was left."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alerttui.cli.options import GlobalOptions
from alerttui.cli.preferences import keymap_of, look_of, theme_note
from alerttui.cli.workplace import Workplace, named_view, view_book
from alerttui.config.address import Address
from alerttui.config.look import Look
from alerttui.config.paths import Places
from alerttui.config.profile_choice import profile_choices
from alerttui.config.schema import Settings
from alerttui.config.terminal import read_terminal
from alerttui.triage.last_place import LastPlace, read_last_place

if TYPE_CHECKING:
    from alerttui.tui.screens.desk import ConsoleSettings

FIRST_VIEW: Final = "Open"
"""The view of the first start."""


def look_here(settings: Settings, places: Places) -> Look:
    """How the console looks on this terminal; raises `ConfigError` for a theme that does not exist."""
    columns, lines = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding if sys.stdout else "") or ""
    terminal = read_terminal(os.environ, encoding=encoding, size=(columns, lines))
    return look_of(settings, terminal, places.config_file.parent / "themes")


def first_place(
    options: GlobalOptions, query: str | None, state_folder: Path | None, profile: str
) -> LastPlace:
    """The view and the filter to start with: what was asked for, else where the console was left."""
    if query is not None:
        name = named_view(view_book(options), options.view).name if options.view else ""
        return LastPlace(name, query)
    left = read_last_place(state_folder, profile)
    if left.filter is not None:
        return left
    view = named_view(view_book(options), FIRST_VIEW)
    return LastPlace(view.name, view.text)


def console_settings(
    workplace: Workplace, places: Places, state_folder: Path | None, look: Look
) -> ConsoleSettings:
    """What the console follows; `state_folder` is None where nothing can be kept."""
    from alerttui.config.view_file import ViewFile
    from alerttui.triage.views import ViewBook
    from alerttui.tui.screens.desk import ConsoleSettings

    settings, active = workplace.settings, workplace.active
    keymap = keymap_of(settings)
    notes = [*keymap.clashes, theme_note(look, places.config_file.parent / "themes")]
    return ConsoleSettings(
        auto_advance=settings.auto_advance,
        confirm_above=settings.confirm_above,
        drafts_folder=state_folder / "drafts" if state_folder else None,
        banner_word=active.profile.banner,
        banner_colour=active.profile.banner_colour,
        is_in_clear=Address(active.profile.url).is_in_clear,
        keymap=keymap,
        state_folder=state_folder,
        config_folder=places.config_file.parent,
        views=ViewBook(settings.views, ViewFile.beside(places.config_file)),
        macros=settings.macros,
        profiles=profile_choices(settings, places, active),
        clipboard=settings.clipboard,
        has_colours=look.has_colours,
        product_note=" ".join(filter(None, notes)),
    )
