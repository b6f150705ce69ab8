"""Routing: which part of the console does which action; rare parts are imported when first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from alerttui.triage.actions import Pane
from alerttui.tui.screens.parts import Parts

Handler = Callable[[], Any]
"""What an action does: at once, or, where it is a coroutine function, as work beside the keys."""

Routes = dict[str, Handler]
"""Handlers by the id of their action."""


def routes(parts: Parts) -> Routes:
    """A handler for every action of the registry but those of the screen itself."""
    return {
        **_moves(parts),
        **_panes(parts),
        **_decisions(parts),
        **_marks(parts),
        **_filters(parts),
        **_finds(parts),
        **_ways_out(parts),
        **_console(parts),
    }


def _moves(parts: Parts) -> Routes:
    navigation, queue = parts.navigation, parts.queue
    return {
        "move.down": lambda: navigation.view.move_by(1),
        "move.up": lambda: navigation.view.move_by(-1),
        "move.top": lambda: navigation.view.move_to(0),
        "move.bottom": lambda: navigation.view.move_to(navigation.view.line_count() - 1),
        "move.half-down": lambda: navigation.view.scroll_page(0.5),
        "move.half-up": lambda: navigation.view.scroll_page(-0.5),
        "move.page-down": lambda: navigation.view.scroll_page(1),
        "move.page-up": lambda: navigation.view.scroll_page(-1),
        "alert.next": lambda: queue.view.move_by(1),
        "alert.previous": lambda: queue.view.move_by(-1),
    }


def _panes(parts: Parts) -> Routes:
    navigation = parts.navigation
    going: Routes = {f"pane.{pane.value}": partial(navigation.go, pane) for pane in Pane}
    return {
        **going,
        "pane.next": partial(navigation.step, 1),
        "pane.previous": partial(navigation.step, -1),
        "pane.open": navigation.open,
        "pane.full": navigation.full,
        "fold.all": parts.reading.toggle_all_folds,
        "list.larger": navigation.larger,
        "list.smaller": navigation.smaller,
        "back": navigation.back,
    }


def _decisions(parts: Parts) -> Routes:
    decisions, making = parts.decisions, parts.making

    async def pending() -> None:
        from alerttui.tui.screens.waiting import Waiting

        await Waiting(parts.desk, parts.queue, making.reopen).show()

    return {
        "alert.take": partial(decisions.on_aim, decisions.take),
        "alert.assign": partial(decisions.on_aim, decisions.assign),
        "alert.status": partial(decisions.on_aim, decisions.status),
        "alert.close": partial(decisions.on_aim, decisions.close),
        "alert.quality": partial(decisions.on_aim, decisions.quality),
        "alert.tags": partial(decisions.on_aim, decisions.tags),
        "alert.comment": partial(decisions.on_aim, decisions.comment),
        "alert.severity": partial(decisions.on_aim, decisions.severity),
        "alert.malice": partial(decisions.on_aim, decisions.malice),
        "alert.macro": partial(decisions.on_aim, decisions.macro),
        "alert.repeat": decisions.repeat,
        "change.undo": making.undo,
        "change.redo": making.redo,
        "change.outcomes": decisions.outcomes,
        "change.pending": pending,
    }


def _marks(parts: Parts) -> Routes:
    marking = parts.marking
    return {
        "mark.toggle": marking.toggle,
        "mark.range": marking.range,
        "mark.invert": marking.invert,
        "mark.all": marking.all,
    }


def _filters(parts: Parts) -> Routes:
    async def pivot() -> None:
        from alerttui.tui.screens.copying import copy_text
        from alerttui.tui.screens.pivoting import Pivoting

        await Pivoting(
            parts.desk, parts.pointing, parts.filtering, parts.queue, partial(copy_text, parts.desk)
        ).pivot()

    async def statistics() -> None:
        from alerttui.tui.screens.measuring import Measuring

        await Measuring(parts.desk, parts.queue).show()

    return {
        "filter.edit": parts.filtering.edit,
        "filter.clear": parts.filtering.clear,
        "view.next": parts.viewing.next,
        "view.previous": parts.viewing.previous,
        "view.last": parts.viewing.last,
        "view.menu": parts.viewing.menu,
        "view.statistics": statistics,
        "value.pivot": pivot,
        "list.refresh": parts.mirroring.hurry,
    }


def _ways_out(parts: Parts) -> Routes:
    desk, reading, queue, pointing = parts.desk, parts.reading, parts.queue, parts.pointing

    async def copy() -> None:
        from alerttui.tui.screens.copying import Copying

        await Copying(desk, pointing, reading, queue).copy()

    async def links() -> None:
        from alerttui.tui.screens.linking import Linking

        await Linking(desk, pointing, reading).links()

    async def outside() -> None:
        from alerttui.tui.screens.outside import Outside

        await Outside(desk, reading, queue).open()

    async def export() -> None:
        from alerttui.tui.screens.exporting import Exporting

        await Exporting(desk, queue, reading).export()

    def suspend() -> None:
        from alerttui.tui.screens.outside import Outside

        Outside(desk, reading, queue).suspend()

    return {
        "value.copy": copy,
        "alert.links": links,
        "alert.outside": outside,
        "alert.export": export,
        "console.suspend": suspend,
    }


def _finds(parts: Parts) -> Routes:
    finding = parts.finding
    return {"find.open": finding.open, "find.next": finding.next, "find.previous": finding.previous}


def _console(parts: Parts) -> Routes:
    desk = parts.desk

    async def theme() -> None:
        from alerttui.tui.screens.theming import Theming

        await Theming(desk).choose()

    async def sign_in() -> None:
        from alerttui.tui.screens.signing_in import SigningIn

        await SigningIn(desk).ask()

    def mouse() -> None:
        from alerttui.tui.screens.mouse import Mouse

        Mouse(desk).toggle()

    def redraw() -> None:
        desk.screen.app.call_later(desk.screen.app.run_action, "redraw")
        desk.say("The screen is written anew.")

    return {
        "sign_in": sign_in,
        "console.theme": theme,
        "console.mouse": mouse,
        "console.redraw": redraw,
    }
