"""Copying: what is under the cursor, its alert or the filter, onto the analyst's clipboard."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from alerttui.domain.defanged import defang
from alerttui.domain.query_text import print_query
from alerttui.domain.showable import marks, shown
from alerttui.domain.vocabulary import AlertId
from alerttui.tui.clipboard.copier import Copier
from alerttui.tui.dialogs.menu import MenuScreen, Option, confirm
from alerttui.tui.screens.desk import GOOD, WARN, Desk
from alerttui.tui.screens.pointing import Pointed, Pointing
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.screens.target import opened_alert

PREVIEW_CHARACTERS: Final = 200
"""More never fits beside an option."""

LABEL_CELLS: Final = 16

NEWLINE_MARKS: Final = "␤␍"
"""What is left of line ends at the end of a shown value."""

MOST_NAMED: Final = 6
"""Characters that are named before raw text is copied."""

Make = Callable[[], Coroutine[Any, Any, str | None]]
"""Makes the text to copy; None if the analyst backed out."""


@dataclass(slots=True)
class Copying:
    """Asks what to copy, and copies it."""

    desk: Desk
    pointing: Pointing
    reading: Reading
    queue: Queue

    async def copy(self) -> None:
        """Ask by one letter what is meant, and say where it went."""
        pointed = self.pointing.value()
        row = self.queue.view.row_under_cursor
        alert_id = pointed.alert_id if pointed and pointed.alert_id else row.id if row else None
        options = [
            *(self._value_options(pointed) if pointed else ()),
            *(self._alert_options(alert_id) if alert_id else ()),
            *self._marked_options(),
            self._option("q", "command line", self.command_line(), self._as_is),
        ]
        make = await self.desk.ask(MenuScreen("Copy", options))
        text = await make() if make is not None else None
        if text:
            await copy_text(self.desk, text)

    # -- what can be copied

    def _value_options(self, pointed: Pointed) -> list[Option[Make]]:
        value = shown(pointed.text).rstrip(NEWLINE_MARKS)
        options = [self._option("v", pointed.label or "value", value, self._as_is)]
        defanged = shown(defang(pointed.text))
        if defanged != shown(pointed.text):
            options.append(self._option("d", "defanged", defanged, self._as_is))
        raw = pointed.text.rstrip("\r\n")
        note = "the same" if raw == value else "as it came, with what acts or hides"
        options.append(Option("r", "raw".ljust(LABEL_CELLS), partial(self._raw, raw), note))
        return options

    def _alert_options(self, alert_id: AlertId) -> list[Option[Make]]:
        options: list[Option[Make]] = [
            self._option("i", "id", shown(alert_id), self._as_is),
            Option(
                "j", "alert as JSON".ljust(LABEL_CELLS), partial(self._json, alert_id), "Panther's fields"
            ),
            Option("m", "as Markdown".ljust(LABEL_CELLS), partial(self._markdown, alert_id), "a hand-over"),
        ]
        if self._may_have_links(alert_id):
            links = partial(self._links, alert_id)
            options.append(Option("l", "its links".ljust(LABEL_CELLS), links, "one a line"))
        return options

    def _marked_options(self) -> list[Option[Make]]:
        marked = self.queue.marks.all()
        if not marked:
            return []
        label = f"ids of {len(marked):,} marked"
        return [Option("I", label.ljust(LABEL_CELLS), partial(self._ids, marked), "one a line")]

    def _option(
        self, key: str, label: str, text: str, make: Callable[[str], Coroutine[Any, Any, str | None]]
    ) -> Option[Make]:
        return Option(key, label.ljust(LABEL_CELLS), partial(make, text), text[:PREVIEW_CHARACTERS])

    # -- making it

    async def _as_is(self, text: str) -> str | None:
        return text

    async def _raw(self, text: str) -> str | None:
        """The text as it came, once the analyst knows what is in it."""
        dangers = raw_dangers(text)
        if not dangers:
            return text
        question = confirm("Copy it raw?", "copy what came, as it came", above=dangers)
        if await self.desk.ask(question):
            return text
        self.desk.say("Nothing was copied.")
        return None

    async def _ids(self, marked: Sequence[int]) -> str | None:
        rows = await asyncio.to_thread(self.desk.session.store.rows, marked)
        return "\n".join(shown(rows[each].id) for each in marked if each in rows)

    async def _json(self, alert_id: AlertId) -> str | None:
        from alerttui.triage.panther_json import alert_json, json_line

        return json_line(alert_json((await opened_alert(self.desk, self.reading, alert_id)).alert))

    async def _markdown(self, alert_id: AlertId) -> str | None:
        from alerttui.triage.alert_markdown import alert_markdown

        opened = await opened_alert(self.desk, self.reading, alert_id)
        statuses = self.desk.session.capabilities
        return alert_markdown(
            opened.alert,
            opened.comments.results,
            status_label=lambda word: statuses.status(word).label,
            person_label=self.desk.person_label,
        )

    async def _links(self, alert_id: AlertId) -> str | None:
        from alerttui.domain.links import found_links

        opened = await opened_alert(self.desk, self.reading, alert_id)
        parts = (opened.alert, opened.events.results, opened.comments.results)
        found = await asyncio.to_thread(found_links, *parts)
        if not found:
            self.desk.say("This alert has no links.")
        return "\n".join(shown(each.url) for each in found)

    def _may_have_links(self, alert_id: AlertId) -> bool:
        """Whether it is worth offering; an alert that is not read yet may have some."""
        from alerttui.domain.links import may_have_links

        opened = self.reading.open
        if opened is None or opened.alert.id != alert_id:
            return True
        return may_have_links(opened.alert, opened.events.results, opened.comments.results)

    def command_line(self) -> str:
        """The command that lists what the console lists."""
        words = ["alerttui"]
        profile = self.desk.session.profile
        if profile != "local":
            words += ["--profile", profile]
        words.append("list")
        query = print_query(self.queue.query)
        if query:
            words += ["--", query] if query.startswith("-") else [query]
        return shown(shlex.join(words))


def raw_dangers(text: str) -> list[str]:
    """What is in a text that acts or hides once it is pasted, one sentence each."""
    dangers = []
    revealed = shown(text, multiline=True)
    found = list(dict.fromkeys(revealed[start:end] for start, end in marks(revealed)))
    if found:
        more = " ..." if len(found) > MOST_NAMED else ""
        dangers.append(f"It holds characters that act or hide: {' '.join(found[:MOST_NAMED])}{more}")
    lines = text.count("\n") + 1
    if lines > 1:
        dangers.append(f"It has {lines:,} lines: a shell runs each line that is pasted into it.")
    return dangers


async def copy_text(desk: Desk, text: str) -> None:
    """Put a text on the clipboard, and say which way it went; raises `NotCopied`."""
    copied = await copier_of(desk).copy(text)
    desk.say(copied.sentence, WARN if copied.reasons else GOOD)


def copier_of(desk: Desk) -> Copier:
    """The way from this console to the clipboard: its own terminal, and the user's settings."""
    driver = desk.screen.app._driver  # what draws the console; there is no public way to write beside it
    return Copier(
        write=driver.write if driver is not None else lambda _: None,
        environ=os.environ,
        folder=desk.settings.state_folder,
        setting=desk.settings.clipboard,
    )
