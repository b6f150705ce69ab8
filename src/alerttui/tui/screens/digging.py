"""Digging: the panes that are worked out only once somebody looks at them, beside the keys."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from alerttui.domain.alert import RelatedAlert
from alerttui.domain.errors import AlertTuiError, NotFound
from alerttui.triage.actions import Pane
from alerttui.triage.session import OpenAlert
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.facts import Words
from alerttui.tui.render.style_names import ERROR
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.panes import Panes
from alerttui.tui.widgets.document_view import DocumentView

if TYPE_CHECKING:
    from alerttui.domain.related import RelatedCases

Dig = Callable[[OpenAlert, bool], Coroutine[Any, Any, None]]
"""Works out one pane for an alert; True keeps the place."""


def _nobody_asks() -> None:
    """What is told where nobody wants to know."""


@dataclass(slots=True)
class Digging:
    """Fills INDICATORS and RELATED of the open alert; what comes too late for it is dropped."""

    desk: Desk
    panes: Panes
    words: Words
    clock: Callable[[], int]
    """The moment as of which ages are told."""
    when_dug: Callable[[], None] = _nobody_asks
    """Called when something was worked out: counts changed."""
    _open: OpenAlert | None = None
    _cases: RelatedCases | None = None
    _counts: dict[Pane, int] = field(default_factory=dict)

    @property
    def counts(self) -> Mapping[Pane, int]:
        """How many entries were found, pane by pane, where it was looked."""
        return self._counts

    def take(self, opened: OpenAlert, *, keep_place: bool) -> None:
        """Another alert is open, or the same one with new values: work it out once its pane is in view."""
        self._open = opened
        if not keep_place:
            self._cases = None
            self._counts.clear()
            self.panes.indicators.show_message("Reading the indicators...")
            self.panes.related.show_message("Looking for related alerts...")
        self._await(self.panes.indicators, self._dig_indicators, opened, keep_place)
        self._await(self.panes.related, self._dig_related, opened, keep_place)

    def clear(self) -> None:
        """No alert is open."""
        self._open, self._cases = None, None
        self._counts.clear()

    def related_under_cursor(self) -> RelatedAlert | None:
        """The related alert that the cursor is on."""
        line = self.panes.related.line_under_cursor
        if line is None or self._cases is None or line.field != "id":
            return None
        return next((case.related for case in self._cases.all() if case.related.id == line.value), None)

    def _await(
        self, view: DocumentView, dig: Dig, opened: OpenAlert, keep_place: bool, *, anew: bool = False
    ) -> None:
        guarded = partial(self._guarded, view, dig, opened, keep_place)
        view.when_in_view(partial(self.desk.run, guarded, view.id or "", exclusive=True), anew=anew)

    async def _guarded(self, view: DocumentView, dig: Dig, opened: OpenAlert, keep_place: bool) -> None:
        if self._open is not opened:
            return
        try:
            await dig(opened, keep_place)
        except NotFound:
            if self._open is opened:
                refresh = self.desk.keymap.label("list.refresh")
                view.show_message(
                    f"This alert is no longer in the store. {refresh} refreshes the list.", ERROR
                )
        except AlertTuiError as error:
            if self._open is opened:
                view.show_message(f"It could not be read: {error} Going there again tries again.", ERROR)
                self._await(view, dig, opened, keep_place, anew=True)
            raise

    async def _dig_indicators(self, opened: OpenAlert, keep_place: bool) -> None:
        from alerttui.tui.render.indicators import indicator_pane

        report = await self.desk.session.indicators(opened.alert, lambda: self._open is opened)
        if self._open is not opened:
            return
        self._counts[Pane.INDICATORS] = len(report.found)
        self.panes.indicators.show(
            lambda width: indicator_pane(report, width), keep_place=keep_place, begin_at=_has_value
        )
        self.when_dug()

    async def _dig_related(self, opened: OpenAlert, keep_place: bool) -> None:
        from alerttui.tui.render.related import related_pane

        cases = await self.desk.session.related(opened.alert, lambda: self._open is opened)
        if self._open is not opened:
            return
        self._cases = cases
        self._counts[Pane.RELATED] = cases.count
        words, now_ms, rule = self.words, self.clock(), opened.alert.detection.id
        self.panes.related.show(
            lambda width: related_pane(cases, rule, words, now_ms, width),
            keep_place=keep_place,
            begin_at=_leads_on,
        )
        self.when_dug()


def _has_value(line: DocLine) -> bool:
    return bool(line.value)


def _leads_on(line: DocLine) -> bool:
    return line.field == "id"
