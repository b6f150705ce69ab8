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
        **_ways_out(parts),
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
        "back": navigation.back,
    }


def _decisions(parts: Parts) -> Routes:
    decisions, making = parts.decisions, parts.making
    return {
        "alert.take": partial(decisions.on_aim, decisions.take),
        "alert.assign": partial(decisions.on_aim, decisions.assign),
        "alert.status": partial(decisions.on_aim, decisions.status),
        "alert.close": partial(decisions.on_aim, decisions.close),
        "alert.quality": partial(decisions.on_aim, decisions.quality),
        "alert.tags": partial(decisions.on_aim, decisions.tags),
        "alert.comment": partial(decisions.on_aim, decisions.comment),
        "alert.repeat": decisions.repeat,
        "change.undo": making.undo,
        "change.redo": making.redo,
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
    return {
        "filter.edit": parts.filtering.edit,
        "filter.clear": parts.filtering.clear,
        "list.refresh": parts.queue.let_in,
    }


def _ways_out(parts: Parts) -> Routes:
    return {}
