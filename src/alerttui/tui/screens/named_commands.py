"""Commands that are named by what they go to: views and themes, for the palette."""

from __future__ import annotations

from functools import partial

from alerttui.triage.command_search import Command
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.viewing import Viewing


def view_commands(desk: Desk, viewing: Viewing) -> list[Command]:
    """Going to each view."""
    return [
        Command(
            id=f"view:{view.name}",
            label=f"view: {view.name}",
            help=f"List {view.text or 'every alert'}.",
            key=desk.keymap.label("view.menu"),
            refusal=viewing.book.problem_of(view),
            run=partial(viewing.go, view),
        )
        for view in viewing.book.views
    ]


def theme_commands(desk: Desk) -> list[Command]:
    """Putting on each theme."""
    from alerttui.tui.screens.theming import Theming

    theming = Theming(desk)
    refusal = "" if desk.settings.has_colours else "NO_COLOR is set."
    return [
        Command(
            id=f"theme:{name}",
            label=f"theme: {name}",
            help=f"Show the console in the theme {name}.",
            key=desk.keymap.label("console.theme"),
            refusal=refusal,
            run=partial(theming.choose_named, name),
        )
        for name in theming.names()
    ]
