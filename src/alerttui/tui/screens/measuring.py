"""Measuring: the alerts of the filter in figures, and a product's own figures beside them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from alerttui.domain.errors import AlertTuiError
from alerttui.domain.query import AlertQuery
from alerttui.domain.query_text import print_query
from alerttui.tui.dialogs.statistics_panel import StatisticsPanel
from alerttui.tui.render.statistics import OwnFigures
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.viewing import EVERY_ALERT

if TYPE_CHECKING:
    from alerttui.triage.mirror.mirror import Mirror

SOON_S: Final = 0.1
"""Counting that is done by then is in the panel's first picture; the panel does not wait longer."""

FAILED: Final = "Something failed; the log has the details."


@dataclass(slots=True)
class Measuring:
    """Opens the panel; what takes its time is worked out beside the keys and put into it."""

    desk: Desk
    queue: Queue

    async def show(self) -> None:
        """Show the statistics of the present filter until the analyst backs out."""
        session, query = self.desk.session, self.queue.query
        mirror = session.mirror
        tells = mirror is not None and not mirror.figures_refusal
        own = OwnFigures(mirror.product) if mirror is not None and tells else None
        title = f"Statistics of {print_query(query) or EVERY_ALERT}"
        panel = StatisticsPanel(title, session.capabilities.statuses, own)
        counted = asyncio.Event()
        self.desk.run(partial(self._count, panel, query, counted), "counting", exclusive=True)
        if mirror is not None and own is not None:
            self.desk.run(partial(self._ask, panel, mirror), "own figures", exclusive=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON_S):
                await counted.wait()
        await self.desk.ask(panel)

    async def _count(self, panel: StatisticsPanel, query: AlertQuery, counted: asyncio.Event) -> None:
        session, problem = self.desk.session, FAILED
        try:
            statistics = await asyncio.to_thread(session.store.statistics, query, session.query_context())
            holding = await session.mirror.running.holding(query) if session.mirror is not None else None
            panel.show_counted(statistics, holding.missing if holding is not None else "")
            problem = ""
        except AlertTuiError as error:
            problem = f"The alerts could not be counted: {error}"
        finally:
            if problem:
                panel.show_problem(problem)
            counted.set()

    async def _ask(self, panel: StatisticsPanel, mirror: Mirror) -> None:
        own = OwnFigures(mirror.product, problem=FAILED)
        try:
            own = OwnFigures(mirror.product, await mirror.figures())
        except AlertTuiError as error:
            own = OwnFigures(mirror.product, problem=str(error))
        finally:
            panel.show_own(own)
