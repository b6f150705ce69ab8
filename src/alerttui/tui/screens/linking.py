"""Linking: an alert's links, each shown whole before anything is done with it; nothing opens by itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.domain.alert import Event
from alerttui.domain.links import FoundLink, LinkRefused, checked_link, found_links, urls_in
from alerttui.domain.showable import shown
from alerttui.triage.session import OpenAlert
from alerttui.tui.browser import NoBrowser, browser_command, open_page
from alerttui.tui.dialogs.links import LinkAnswer, LinkListScreen, LinkQuestion
from alerttui.tui.screens.desk import GOOD, WARN, Desk
from alerttui.tui.screens.pointing import Pointing
from alerttui.tui.screens.reading import Reading
from alerttui.tui.screens.target import opened_alert, target_row

QUICK_CHARACTERS: Final = 100_000
"""So much text is searched within a few milliseconds."""


@dataclass(slots=True)
class Linking:
    """Lists the links of the alert under the cursor, and copies or opens one."""

    desk: Desk
    pointing: Pointing
    reading: Reading

    async def links(self) -> None:
        """Ask which link, then what to do with it."""
        pointed = self.pointing.value()
        row = target_row(self.desk, self.pointing.queue)
        if row is None:
            return
        alert_id = pointed.alert_id if pointed and pointed.alert_id else row.id
        opened = await opened_alert(self.desk, self.reading, alert_id)
        events = opened.events.results
        loaded = self.reading.showing.events.loaded
        if opened is self.reading.open and loaded:
            events = loaded
        found = await self._found(opened, events)
        if pointed is not None:
            found = with_pointed(found, pointed.text, pointed.label or "line")
        if not found:
            self.desk.say("This alert has no links.")
            return
        picked: FoundLink | None = found[0]
        if len(found) > 1:
            picked = await self.desk.ask(LinkListScreen(f"Links: {len(found):,}", found))
        if picked is not None:
            await self._ask_about(picked)

    async def _found(self, opened: OpenAlert, events: Sequence[Event]) -> tuple[FoundLink, ...]:
        """The links; at once where that is quick, so that the next key finds the dialog."""
        comments = opened.comments.results
        size = sum(map(len, (opened.alert.context, *(event.body for event in events))))
        if size <= QUICK_CHARACTERS:
            return found_links(opened.alert, events, comments)
        return await asyncio.to_thread(found_links, opened.alert, events, comments)

    async def _ask_about(self, found: FoundLink) -> None:
        refusal, no_browser, link = "", "", None
        command: tuple[str, ...] = ()
        try:
            link = checked_link(found.url)
            command = browser_command(os.environ)
        except LinkRefused as error:
            refusal = str(error)
        except NoBrowser as error:
            no_browser = str(error)
        answer = await self.desk.ask(LinkQuestion(found, link, refusal, no_browser))
        if answer is LinkAnswer.COPY or (answer is LinkAnswer.OPEN and no_browser):
            await self._copy(found.url, no_browser if answer is LinkAnswer.OPEN else "")
        elif answer is LinkAnswer.OPEN and link is not None:
            problem = await asyncio.to_thread(open_page, command, link.opened_url)
            if problem:
                await self._copy(found.url, f"the browser did not open it: {problem}")
            else:
                self.desk.say(f"opened {link.host_ascii} in the browser", GOOD)

    async def _copy(self, url: str, why_not_opened: str) -> None:
        from alerttui.tui.screens.copying import copier_of

        copied = await copier_of(self.desk).copy(shown(url))
        not_opened = f"Not opened: {why_not_opened}; " if why_not_opened else ""
        style = WARN if why_not_opened or copied.reasons else GOOD
        self.desk.say(not_opened + copied.sentence, style)


def with_pointed(found: tuple[FoundLink, ...], text: str, label: str) -> tuple[FoundLink, ...]:
    """The links with those first that stand under the cursor."""
    under = list(dict.fromkeys(urls_in(text)))
    if not under:
        return found
    known = {each.url: each for each in found}
    first = [known.get(url, FoundLink(url=url, where=label, is_from_data=True)) for url in under]
    here = [replace(each, where=f"{each.where}, under the cursor") for each in first]
    return (*here, *(each for each in found if each.url not in under))
