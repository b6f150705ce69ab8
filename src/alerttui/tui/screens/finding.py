"""Finding: looks for a text in the focused pane, goes from match to match, and unfolds what hides one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from alerttui.triage.actions import Pane
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.finding import (
    MOST_SPOTS,
    Needle,
    Spot,
    fold_key,
    lines_of,
    next_spot,
    spots_in,
)
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.reading import Reading
from alerttui.tui.widgets.document_view import DocumentView

LOOKING: Final = "looking"
"""The group of work that looks for a text: newer work replaces older."""

Tell = Callable[[str, str], None]
"""Says a sentence in a style."""


@dataclass(slots=True)
class Finding:
    """Knows what is looked for, and where it was found in the pane that was searched last."""

    desk: Desk
    reading: Reading
    arrangement: Arrangement
    _needle: Needle | None = None
    _view: DocumentView | None = None
    _searched: Sequence[DocLine] = ()
    """The lines in which the spots are; when the view shows others, they are looked for anew."""
    _spots: list[Spot] = field(default_factory=list)
    _current: int = -1

    async def open(self) -> None:
        """Ask what to find and go there while it is typed; esc goes back to where it was."""
        from alerttui.tui.dialogs.find import FindScreen

        view = self._focused()
        if view is None:
            return
        put_folds_back = self.reading.showing.remembered_folds(view)
        cursor, top = view.cursor, view.scroll_offset.y
        before = self._needle

        def tell(sentence: str, style: str) -> None:
            if screen.is_running:
                screen.tell(sentence, style)

        def typed(text: str) -> None:
            self._take(Needle.of(text) if text else None, view)
            self.desk.run(partial(self._look, view, cursor, tell), LOOKING, exclusive=True)

        def stepped(step: int) -> None:
            self.desk.run(partial(self._step, view, step, tell), LOOKING, exclusive=True)

        text = before.text if before else ""
        screen = FindScreen(self.arrangement.focused.value, text, typed=typed, stepped=stepped)
        answer = await self.desk.ask(screen)
        if answer is None:
            self._take(before if view is self._view else None, view)
            put_folds_back()
            view.move_to(cursor)
            view.scroll_to(y=top, animate=False)
            return
        self.desk.say(self._told() if answer else "")

    def next(self) -> None:
        """Go to the next match."""
        self._go(1)

    def previous(self) -> None:
        """Go to the match before."""
        self._go(-1)

    def clear(self) -> bool:
        """Set nothing off any more; False if nothing was."""
        was_set_off = self._needle is not None
        if self._view is not None:
            self._take(None, self._view)
        return was_set_off

    # -- which pane

    def _focused(self) -> DocumentView | None:
        view = self.desk.screen.focused
        if self.arrangement.focused is not Pane.LIST and isinstance(view, DocumentView):
            return view
        edit, find = (self.desk.keymap.label(each) for each in ("filter.edit", "find.open"))
        self.desk.say(f"{find} finds in the panes; in the list {edit} filters.", WARN)
        return None

    def _go(self, step: int) -> None:
        if self._needle is None:
            self.desk.say(f"Nothing is looked for yet: {self.desk.keymap.label('find.open')} asks.", WARN)
            return
        view = self._focused()
        if view is not None:
            if view is not self._view:
                self._take(self._needle, view)
            self.desk.run(partial(self._step, view, step, self.desk.say), LOOKING, exclusive=True)

    def _take(self, needle: Needle | None, view: DocumentView) -> None:
        """Look for this from now on, here."""
        for each in {id(known): known for known in (self._view, view) if known is not None}.values():
            for shown in self._views_of(each):
                shown.set_off(needle.set_off if needle is not None and each is view else None)
        self._needle, self._view = needle, view
        self._searched, self._spots, self._current = (), [], -1

    def _views_of(self, view: DocumentView) -> tuple[DocumentView, ...]:
        """The views in which it is set off: the event in view follows its list."""
        panes = self.reading.panes
        return (panes.event_list, panes.event) if view is panes.event_list else (view,)

    # -- looking and going

    async def _look(self, view: DocumentView, cursor: int, tell: Tell) -> None:
        """Find every match, and go to the first one at or below a line."""
        await self._search(view)
        if view.lines is not self._searched:
            return  # another alert has come meanwhile
        if not self._spots:
            view.move_to(cursor)
        else:
            self._visit(view, next_spot(lines_of(view.lines, self._spots), cursor - 1, -1, 1))
        tell(self._told(), "" if self._spots else WARN)

    async def _step(self, view: DocumentView, step: int, tell: Tell) -> None:
        """Go to the next match or the one before, around the ends."""
        if view.lines is not self._searched:
            await self._search(view)
        if view.lines is not self._searched:
            return  # another alert has come meanwhile
        if not self._spots:
            tell(self._told(), WARN)
            return
        spot_lines = lines_of(view.lines, self._spots)
        target = next_spot(spot_lines, view.cursor, self._current, step)
        was_at = self._current if spot_lines[self._current] == view.cursor else -1
        onward = target - was_at if was_at >= 0 else spot_lines[target] - view.cursor
        is_around = onward * step <= 0
        self._visit(view, target)
        end = "top" if step > 0 else "end"
        tell(self._told() + (f"; went on from the {end}" if is_around else ""), "")

    async def _search(self, view: DocumentView) -> None:
        needle, lines = self._needle, view.lines
        self._searched, self._spots, self._current = lines, [], -1
        if needle is None:
            return
        spots: list[Spot] = []
        for spot in spots_in(lines, needle):
            if spot is None:
                await asyncio.sleep(0)
            else:
                spots.append(spot)
                if len(spots) >= MOST_SPOTS:
                    break
        self._spots = spots

    def _visit(self, view: DocumentView, index: int) -> None:
        """Put the cursor on a match, after unfolding what hides it."""
        spot = self._spots[index]
        key = fold_key(view.lines, spot)
        if key is not None:
            self.reading.showing.unfold_to(view, key)
            self._searched = view.lines
        self._current = index
        view.move_to(lines_of(view.lines, [spot])[0])

    def _told(self) -> str:
        if self._needle is None:
            return ""
        if not self._spots:
            return f'"{self._needle.text}" is not in this pane{self._loaded_only()}.'
        count = len(self._spots)
        more = " or more" if count >= MOST_SPOTS else ""
        return f"match {self._current + 1:,} of {count:,}{more}{self._loaded_only()}"

    def _loaded_only(self) -> str:
        """What to add where only a part of the events is here."""
        events = self.reading.showing.events
        if self._view is not self.reading.panes.event_list or (events.total or 0) <= len(events.loaded):
            return ""
        return f" (in the {len(events.loaded):,} of {events.total:,} events that are loaded)"
