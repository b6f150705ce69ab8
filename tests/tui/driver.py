"""A fluent driver of the console: it presses actions, reads the screen, and lets nothing hostile pass."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from textual import _wait
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget

from alerttui.backends.registry import open_local
from alerttui.backends.store import AlertStore, NewAlert
from alerttui.domain.alert import Actor, Alert, Person
from alerttui.domain.change import HistoryEntry
from alerttui.domain.listing import AlertRow
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.actions import Pane
from alerttui.triage.session import Session
from alerttui.tui.app import ConsoleApp
from alerttui.tui.photograph import KEY_NAMES
from alerttui.tui.screens import queue, reading
from alerttui.tui.screens.console import ConsoleScreen
from alerttui.tui.screens.desk import CHANGES, ConsoleSettings
from alerttui.tui.screens.switching import SwitchTo
from alerttui.tui.theme import DARK
from tests.alerts import ANA, NOW_MS
from tests.tui.rest import come_about, come_to_rest

NARROW: Final = (80, 24)
MEDIUM: Final = (120, 40)
WIDE: Final = (200, 50)

PAUSE_S: Final = 0.002
"""How long the pilot lets others run at each look; its own 20 ms would make these tests slow."""

PARSED: Final[dict[object, list[RuleSet]]] = {}
"""Style sheets, and the variables of the theme, to the rules in them."""

FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
    "|(?<![^\x00-\u02ff])[\u200c\u200d\ufe00-\ufe0f]"
    "|(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
)
"""What must never be on screen: controls, bidi, tags, zero-width (joiners only behind letters and emoji)."""


class Console:
    """One running console, and what can be seen of it."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[SwitchTo], session: Session) -> None:
        self.app = app
        self.pilot = pilot
        self.session = session

    # -- acting

    async def do(self, *action_ids: str) -> Console:
        """Press the first key of each action."""
        for action_id in action_ids:
            await self.press(self.screen.desk.keymap.keys(action_id)[0])
        return self

    async def press(self, *keys: str) -> Console:
        """Press keys as people write them, letting everything come to rest after each."""
        for key in keys:
            self.strike(key)
            await self.settle()
        return self

    async def type(self, text: str) -> Console:
        """Type a text into whatever has the focus."""
        return await self.burst(*text)

    async def burst(self, *keys: str) -> Console:
        """Press keys without any pause between them, as a slow connection delivers them."""
        for key in keys:
            self.strike(key)
        return await self.settle()

    def strike(self, key: str) -> None:
        """Press a key, and wait for nothing."""
        name = _character_to_key(key) if len(key) == 1 else KEY_NAMES.get(key, key)
        self.app.post_message(Key(name, key if len(key) == 1 else None))

    async def paste(self, text: str) -> Console:
        """Paste a text, as a terminal with bracketed paste does."""
        self.app.post_message(Paste(text))
        return await self.settle()

    async def resize(self, width: int, height: int) -> Console:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        return await self.settle()

    async def settle(self) -> Console:
        """Wait for rest; what is on screen then has been seen."""
        await come_to_rest(self.app)
        if self.app.is_running:
            self.lines()
            await come_to_rest(self.app)  # what a pane shows may be worked out once it is drawn
        return self

    def _paint_cursor(self) -> None:
        """Paint the line that a change acts on: one that nobody saw is refused."""
        view = self.screen.queue.view
        if not self.has_dialog and view.is_on_screen and len(self.screen.queue.listing):
            view.strip_at(view.cursor, view.size.width)

    async def until(self, is_so: Callable[[], bool]) -> Console:
        """Wait for a condition that comes about by itself, and for rest."""
        await self.sees(is_so)
        return await self.settle()

    async def sees(self, is_so: Callable[[], bool]) -> Console:
        """Wait for a condition that comes about while work is under way, which a test may hold back."""
        assert await come_about(self.app, is_so), f"it never came about; the screen:\n{self.screen_text()}"
        return self

    async def press_at_work(self, *keys: str) -> Console:
        """Press keys while a change hangs: for everything else each is waited for."""
        for key in keys:
            self.strike(key)
            await come_to_rest(self.app, self._is_only_changing)
            self._paint_cursor()
        return self

    def _is_only_changing(self) -> bool:
        work = {worker.group for worker in self.app.workers if not worker.is_finished}
        return self.app._gate.is_idle and not self.screen.reading.is_waiting and work <= {CHANGES}

    # -- reading

    @property
    def screen(self) -> ConsoleScreen:
        """The console itself, under any dialog."""
        return self.app.console_screen

    @property
    def store(self) -> AlertStore:
        """The store under it."""
        return self.session.store

    @property
    def has_dialog(self) -> bool:
        """Whether a dialog lies over the console."""
        return len(self.app.screen_stack) > 1

    @property
    def dialog(self) -> str:
        """The name of the dialog's class; empty where there is none."""
        return type(self.app.screen).__name__ if self.has_dialog else ""

    @property
    def note(self) -> str:
        """The latest thing that was said."""
        return self.screen.desk.note[0]

    @property
    def focused(self) -> Pane:
        """The pane that has the focus."""
        return self.screen.arrangement.focused

    @property
    def top_text(self) -> str:
        """The first line."""
        return self.lines()[0]

    @property
    def hints_text(self) -> str:
        """The last line."""
        return self.lines()[-1]

    def is_editing(self) -> bool:
        """Whether the filter's input is open."""
        return self.screen.filter_bar.is_editing

    def row(self) -> AlertRow:
        """The alert under the cursor."""
        row = self.screen.queue.view.row_under_cursor
        assert row is not None, "no alert is under the cursor"
        return row

    @property
    def cursor(self) -> str:
        """The id of the alert under the cursor."""
        return self.row().id

    def titles(self) -> list[str]:
        """The titles that are listed, in order."""
        listing = self.screen.queue.listing
        return [row.title for row in listing.window(0, len(listing)) if row is not None]

    def ids(self) -> list[str]:
        """The ids that are listed, in order."""
        listing = self.screen.queue.listing
        return [row.id for row in listing.window(0, len(listing)) if row is not None]

    def marked(self) -> set[str]:
        """The ids of the marked alerts."""
        marks = self.screen.queue.marks
        return {row.id for row in self.screen.queue.listing.rows_of(marks.all())}

    def opened(self) -> str:
        """The id of the alert in the panes; empty where there is none."""
        return self.screen.reading.alert_id or ""

    def pane_text(self, name: str) -> str:
        """Every line of a view of the panes, also those out of sight: detail, event-list, event..."""
        view = self.screen.query_one(f"#{name}")
        lines: Iterable[object] = view._lines  # type: ignore[attr-defined]  # a DocumentView's document
        return "\n".join(line.content.plain for line in lines)  # type: ignore[attr-defined]  # DocLine

    def visible(self, name: str) -> bool:
        """Whether a view is on screen."""
        widget: Widget = self.screen.query_one(f"#{name}")
        return widget.display and widget.size.area > 0 and widget.is_on_screen

    def lines(self) -> list[str]:
        """The lines as they are on screen; no control, bidi or zero-width character is in any of them."""
        lines = [strip.text for strip in self.app.screen._compositor.render_strips()]
        for number, line in enumerate(lines):
            found = FORBIDDEN.search(line)
            assert found is None, f"line {number} holds {found.group()!r}: {line!r}"
        return lines

    def screen_text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines())

    def stored(self, alert_id: str) -> Alert:
        """The alert as it is in the store."""
        return self.store.alert(AlertId(alert_id))

    def history(self, alert_id: str) -> list[HistoryEntry]:
        """What was changed on it, oldest first."""
        return self.store.history(AlertId(alert_id))

    def comments(self, alert_id: str) -> list[str]:
        """The words of its comments, oldest first."""
        return [comment.body for comment in self.store.comments(AlertId(alert_id), limit=200).results]

    def snapshot(self) -> Mapping[str, object]:
        """Everything that triage can change, to see that nothing was."""
        return {alert_id: (self.stored(alert_id), len(self.comments(alert_id))) for alert_id in self.ids()}


class Unpainted:
    """Stands for what would be written to a terminal: there is none, and painting takes half of the time."""


def leave_unpainted(patch: pytest.MonkeyPatch) -> None:
    """Have the console note as painted what is to be painted; the lines are drawn when a test reads them.

    What a photograph asks for is drawn, the whole of it at once, and what a dialog lies over.
    """
    render_update = Compositor.render_update

    def unpainted(compositor: Compositor, full: bool = False, **kwargs: Any) -> object:
        if full or kwargs.get("screen_stack"):
            return render_update(compositor, full, **kwargs)
        is_dirty = bool(compositor._dirty_regions)
        compositor._dirty_regions.clear()
        return Unpainted() if is_dirty else None

    patch.setattr(Compositor, "render_update", unpainted)


def make_cheap(patch: pytest.MonkeyPatch) -> None:
    """Leave out of a console what no test looks at, and share what is the same for all."""
    patch.setattr(_wait, "SLEEP_GRANULARITY", PAUSE_S)
    leave_unpainted(patch)
    parse_styles_once(patch)


def parse_styles_once(patch: pytest.MonkeyPatch) -> None:
    """Have all consoles of a process share what was read from the same style sheets with the same theme."""
    parse_rules = Stylesheet._parse_rules

    def parsed(stylesheet: Stylesheet, *sheet: Any, **more: Any) -> list[RuleSet]:
        key = (sheet, tuple(more.items()), frozenset(stylesheet._variables.items()))
        if key not in PARSED:
            PARSED[key] = parse_rules(stylesheet, *sheet, **more)
        return PARSED[key]

    patch.setattr(Stylesheet, "_parse_rules", parsed)


@asynccontextmanager
async def running(
    alerts: Iterable[NewAlert] = (),
    *,
    size: tuple[int, int] = MEDIUM,
    query: str = "",
    me: Actor | None = ANA,
    read_only: bool = False,
    settings: ConsoleSettings | None = None,
    path: Path | None = None,
    people: Iterable[Person] = (),
    now_ms: int = NOW_MS,
    watch_s: float = 3600.0,
    rest_s: float = 0.001,
    theme: str = DARK,
    is_ascii: bool = False,
) -> AsyncIterator[Console]:
    """A console on these alerts, in a private store or in a file; its clock stands still.

    `watch_s` is how often it looks for writes of others: not at all, unless a test is about that.
    """
    store, backend = open_local(path)
    store.add(alerts)
    for person in people:
        store.add_person(person)
    session = Session(store, backend, me=me, clock=lambda: now_ms, profile="test", read_only=read_only)
    app = ConsoleApp(session, parse(query), settings, theme=theme, is_ascii=is_ascii)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "WATCH_S", watch_s)
        patch.setattr(reading, "REST_S", rest_s)
        make_cheap(patch)
        try:
            async with app.run_test(size=size) as pilot:
                console = Console(app, pilot, session)
                await console.settle()
                yield console
                if app.is_running:
                    console.lines()
        finally:
            store.close()
