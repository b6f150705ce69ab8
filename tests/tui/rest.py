"""When a console has come to rest, seen in its queues: a slow machine is waited for, a fast one is not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from textual._queue import Queue
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from alerttui.tui.app import ConsoleApp

LOOKS: Final = 10
"""So often in a row nothing may be under way: what ends in one place may begin in another."""

TURNS: Final = 20
"""How often others have their turn at once, before it is waited for threads, processes and timers."""

STEP_S: Final = 0.002
PATIENCE: Final = 15_000
"""How often it is waited so: half a minute at least, however long a machine stands still meanwhile."""


async def come_to_rest(app: ConsoleApp, is_settled: Callable[[], bool] | None = None) -> None:
    """Wait until every message is handled, all is drawn, and no work or timer of the console is under way.

    With `is_settled`, that decides about work and timers: for a test that holds work back.
    """
    is_settled = is_settled or (lambda: app.is_settled and not app._exit)
    looks = 0
    for step in range(PATIENCE * TURNS):
        if not app.is_running:
            return
        await asyncio.sleep(0)
        looks = looks + 1 if not _is_under_way(app) and is_settled() else 0
        if looks == LOOKS:
            return
        if not looks and step % TURNS == TURNS - 1:
            await asyncio.sleep(STEP_S)
    raise AssertionError(f"the console does not come to rest: {_what_is_under_way(app)}")


async def come_about(app: ConsoleApp, is_so: Callable[[], bool]) -> bool:
    """Wait for a condition that comes about by itself; False where it does not."""
    for _ in range(PATIENCE):
        if is_so():
            return True
        await asyncio.sleep(STEP_S)
        if app.is_running:
            _draw(app)
    return False


def _is_under_way(app: ConsoleApp) -> bool:
    """True if a message waits or is being handled, or something is still to be drawn, which is done here."""
    if app._resize_event or app._resize_timer or not all(map(_waits_for_messages, _pumps(app))):
        return True
    if _has_to_draw(app.screen):
        _draw(app)
        return True
    return False


def _what_is_under_way(app: ConsoleApp) -> str:
    """What is waited for, for whoever reads why a test failed."""
    found = {
        "a resize": app._resize_event or app._resize_timer,
        "messages": [pump for pump in _pumps(app) if not _waits_for_messages(pump)],
        "drawing": _has_to_draw(app.screen) and (app.screen, app._batch_count, app.screen._dirty_widgets),
        "keys": not app._gate.is_idle,
        "reading": app.console_screen.reading.is_waiting,
        "work": [each.group for each in app.workers if not each.is_finished],
        "the end": app._exit,
    }
    return ", ".join(f"{name} {value}" for name, value in found.items() if value)


def _draw(app: ConsoleApp) -> None:
    """Draw now what would be drawn with the next frame; several consoles may run at once."""
    with app._context():
        app.screen._on_timer_update()


def _pumps(app: ConsoleApp) -> Iterator[MessagePump]:
    yield app
    for screen in app.screen_stack:
        yield from screen.walk_children(with_self=True)


def _waits_for_messages(pump: MessagePump) -> bool:
    messages: Queue[Message | None] = pump._message_queue
    listeners: deque[asyncio.Future[bool]] = messages.ready_event._waiters
    return not (messages.values or pump._next_callbacks) and any(not each.done() for each in listeners)


def _has_to_draw(screen: Screen[object]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
