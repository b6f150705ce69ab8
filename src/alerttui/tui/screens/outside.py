"""Outside: parts of an alert in the analyst's pager or editor, and alerttui set aside for the shell."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from alerttui.domain.json_layout import laid_out
from alerttui.domain.showable import marks, shown
from alerttui.domain.vocabulary import AlertId
from alerttui.tui.dialogs.menu import MenuScreen, Option
from alerttui.tui.render.document import DocLine
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.screens.target import opened_alert, target_row

UNFOLDED: Final = 10**9
"""More lines than any value has: a pager folds nothing."""

LABEL_CELLS: Final = 14


class Part(Enum):
    """What of an alert is looked at outside."""

    RAW = "raw record"
    DETAIL = "the alert"
    EVENT = "event"
    COMMENTS = "comments"
    HISTORY = "history"
    RAW_IN_EDITOR = "raw record in the editor"


OPTIONS: Final = (
    ("r", Part.RAW, "the record as it came"),
    ("d", Part.DETAIL, "all of the detail as text"),
    ("v", Part.EVENT, "the one in view"),
    ("c", Part.COMMENTS, ""),
    ("h", Part.HISTORY, ""),
)


@dataclass(slots=True)
class Outside:
    """Hands the terminal to other programs, and takes it back."""

    desk: Desk
    reading: Reading
    queue: Queue

    async def open(self) -> None:
        """Ask what to look at; what a pager gets is shown text, never the raw bytes."""
        from alerttui.tui import outside_program

        row = target_row(self.desk, self.queue)
        if row is None:
            return
        options = [
            Option(key, self._name(part).ljust(LABEL_CELLS), part, note) for key, part, note in OPTIONS
        ]
        editor = Option(
            "e",
            "raw record".ljust(LABEL_CELLS),
            Part.RAW_IN_EDITOR,
            "in the editor: a copy, which changes nothing",
        )
        part = await self.desk.ask(MenuScreen("Look at it in the pager", [*options, editor]))
        if part is None:
            return
        if part in (Part.RAW, Part.RAW_IN_EDITOR):
            raw = self.desk.session.store.raw(row.id)
            if not raw:
                self.desk.say("This alert came from no record.", WARN)
            elif part is Part.RAW:
                text = raw.decode("utf-8", "backslashreplace")
                outside_program.page(self.desk.screen.app, pager_text(text, self._raw_hint()))
            else:
                outside_program.look_at(self.desk.screen.app, raw, "raw-record.txt")
            return
        text = await self._text(part, row.id)
        if not text.strip():
            self.desk.say(f"There is nothing to show: no {self._name(part)}.", WARN)
            return
        shown_text = pager_text(text, self._raw_hint(), is_shown=part is not Part.EVENT)
        outside_program.page(self.desk.screen.app, shown_text)

    def _name(self, part: Part) -> str:
        has_notes = part is Part.COMMENTS and self.desk.session.capabilities.comments.notes
        return "local notes" if has_notes else part.value

    def _raw_hint(self) -> str:
        return f"{self.desk.keymap.label('alert.export')}, then raw, writes the very bytes"

    async def _text(self, part: Part, alert_id: AlertId) -> str:
        """A part as plain text, in lines of the terminal's width."""
        from alerttui.tui.render.detail import detail_lines
        from alerttui.tui.render.json_document import Folds
        from alerttui.tui.render.thread import comment_lines, history_lines

        opened = await opened_alert(self.desk, self.reading, alert_id)
        width, person = self.desk.screen.app.size.width, self.desk.person_label
        if part is Part.EVENT:
            return self._event_text(alert_id)
        if part is Part.COMMENTS:
            page = opened.comments
            more = (page.total or 0) - len(page.results)
            return plain(comment_lines(page.results, person, width, more=more))
        if part is Part.HISTORY:
            own = self.desk.session.backend.name
            return plain(history_lines(opened.history, person, width, own=own))
        now_ms = self.desk.session.clock()
        return plain(detail_lines(opened.alert, self.reading.words, Folds(UNFOLDED), now_ms, width))

    def _event_text(self, alert_id: AlertId) -> str:
        """The event in view, whole: laid out, but its digits and keys as they came."""
        loaded = self.reading.showing.events.loaded
        position = self.reading.panes.event_list.cursor
        if self.reading.alert_id != alert_id or not loaded:
            return ""
        return laid_out(loaded[min(position, len(loaded) - 1)].body)

    # -- the shell

    def suspend(self) -> None:
        """Set alerttui aside until the shell brings it back with `fg`."""
        app = self.desk.screen.app
        refusal = suspend_refusal()
        driver = app._driver  # what Textual itself asks; there is no public name for it
        if refusal or driver is None or not driver.can_suspend:
            self.desk.say(refusal or "This terminal cannot be handed back to a shell.", WARN)
            return
        app.app_suspend_signal.publish(app)
        os.killpg(os.getpgrp(), signal.SIGTSTP)


def suspend_refusal() -> str:
    """Why alerttui cannot be set aside; empty if it can.

    Where its group leads the session, no shell waits behind it: it would stop for good.
    """
    if sys.platform == "win32":
        return "Windows has no shell to come back from."
    if os.getpgrp() == os.getsid(0):
        return "No shell waits behind alerttui here: it would stop and nobody could bring it back."
    return ""


def pager_text(text: str, hint: str, *, is_shown: bool = False) -> str:
    """The text as a terminal may show it; where something was revealed, the first line says so."""
    revealed = shown(text, multiline=True)
    if not marks(revealed) or (revealed == text and not is_shown):
        return revealed
    note = "alerttui shows control and invisible characters as marks, such as ␛ and <U+202E>"
    return f"[{note}; {hint}]\n{revealed}"


def plain(lines: Sequence[DocLine]) -> str:
    """Lines of a pane as text, each of them shown already."""
    return "\n".join(line.content.plain.rstrip() for line in lines) + "\n" if lines else ""
