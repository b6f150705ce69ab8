"""Completion in the filter bar: fields, operators and closed words by rule, values with live counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from alerttui.domain.errors import QueryError
from alerttui.domain.listing import Facet
from alerttui.domain.query import (
    FLAGS,
    ME,
    NONE,
    QUERY_FIELDS,
    AlertQuery,
    FieldKind,
    Operator,
    QueryContext,
    Term,
)
from alerttui.domain.query_complete import Completion, complete, rest_of
from alerttui.domain.query_pivot import pivot_of
from alerttui.domain.query_text import parse, print_value, with_term
from alerttui.tui.render.candidates import Offer, Offers
from alerttui.tui.render.filter_line import is_unfinished
from alerttui.tui.screens.desk import Desk
from alerttui.tui.widgets.filter_bar import FilterBar

FACET_VALUES: Final = 1_000
"""Values of one field that are considered; the most frequent ones."""

VALUE_FIELDS: Final = frozenset(
    name for name, kind in QUERY_FIELDS.items() if kind in (FieldKind.WORD, FieldKind.RANK)
) - {"id"}
"""Fields whose values are counted among the alerts at hand."""

FLAG_FIELD: Final = "is"

GRACE_S: Final = 0.15
"""How long one waits for counts before the candidates are shown without them."""

Facets = dict[str, Facet]
"""Values in lower case, with their counts."""

Counted = tuple[str, AlertQuery]
"""A field, and the rest of the filter within which its values are counted."""


@dataclass(slots=True)
class Completer:
    """Offers what could come next while the filter is open; what was counted is kept as long."""

    desk: Desk
    bar: FilterBar
    _counts: dict[Counted, Facets] = field(default_factory=dict)
    _place: tuple[str, int] | None = None
    """The text and the place in it for which candidates are shown, or will be."""
    _wanted: Counted | None = None
    _is_counting: bool = False

    def offer(self, text: str, position: int) -> None:
        """Show what could come at this place, and what is wrong with the text.

        Where values are still to be counted it is shown with them; or, if that takes long, without.
        """
        self._place = (text, position)
        completion = complete(text, position)
        wanted = self._counted_by(completion, text, position)
        if wanted is None or wanted in self._counts:
            self._show(completion, self._counts.get(wanted) if wanted else None)
            return
        self._wanted = wanted
        if not self._is_counting:
            self._is_counting = True
            self.desk.run(self._count, "completion")
        later = partial(self.desk.attempt, partial(self._show_waiting, (text, position)), "completion")
        self.desk.screen.set_timer(GRACE_S, later, name="completion")

    def stop(self) -> None:
        """Show nothing more until something is typed."""
        self._place = None

    def _show(self, completion: Completion, facets: Facets | None, *, is_counting: bool = False) -> None:
        if self._place is None:
            return
        text, position = self._place
        items = tuple(self._items(completion, facets or {}))
        problem = "" if is_counting else _problem(text, bool(items))
        self.bar.offer(Offers(text, position, completion.start, completion.end, items, problem, is_counting))

    def _show_waiting(self, place: tuple[str, int]) -> None:
        """The values take their time: show the rest meanwhile."""
        if self._place != place or not self.bar.is_editing:
            return
        completion = complete(*place)
        if self._counted_by(completion, *place) not in self._counts:
            self._show(completion, None, is_counting=True)

    def _counted_by(self, completion: Completion, text: str, position: int) -> Counted | None:
        if completion.field in VALUE_FIELDS or completion.field == FLAG_FIELD:
            return completion.field, rest_of(text, position)
        return None

    async def _count(self) -> None:
        """Count what is wanted last until nothing is; one count at a time, however fast somebody types."""
        try:
            while self._wanted is not None and self.bar.is_editing:
                wanted, self._wanted = self._wanted, None
                facets = await asyncio.to_thread(partial(self._read, *wanted))
                self._counts[wanted] = {facet.value.lower(): facet for facet in facets}
                if place := self._present_place():
                    self.offer(*place)
        finally:
            self._is_counting = False

    def _present_place(self) -> tuple[str, int] | None:
        """The place for which candidates are wanted, unless somebody has gone on since."""
        return self._place if self.bar.is_editing and self._place == self.bar.typed else None

    def _read(self, name: str, rest: AlertQuery) -> Iterable[Facet]:
        store, context = self.desk.session.store, self.desk.session.query_context()
        if name == FLAG_FIELD:
            return [self._count_of_word(name, flag, rest, context) for flag in FLAGS]
        facets = store.facets(name, rest, context, FACET_VALUES)
        if any(facet.value == NONE for facet in facets):
            return facets
        return [*facets, self._count_of_word(name, NONE, rest, context)]  # a list of tags has no row for none

    def _count_of_word(self, name: str, word: str, rest: AlertQuery, context: QueryContext) -> Facet:
        query = with_term(rest, Term(name, Operator.HAS, (word,)))
        return Facet(word, self.desk.session.store.count(query, context))

    # -- from a completion to what is offered

    def _items(self, completion: Completion, facets: Facets) -> Iterable[Offer]:
        """Values at hand before words by rule, `none` last; those that begin with what is typed first."""
        typed = completion.typed.lower()
        taken = {other.lower() for other in completion.others}
        by_rule = {candidate.text.lower(): candidate for candidate in completion.candidates}
        for word, candidate in by_rule.items():
            if word not in (typed, NONE):
                yield Offer(candidate.text, candidate.help, self._count_of(word, completion, facets))
        at_hand = [
            facet
            for word, facet in facets.items()
            if typed in word and word not in taken and word not in by_rule and word not in (typed, NONE)
        ]
        if completion.field in VALUE_FIELDS and not self._is_closed(completion):
            for facet in sorted(at_hand, key=lambda each: not each.value.lower().startswith(typed)):
                if value := _typed_value(completion.field or "", facet.value):
                    yield Offer(value, "", facet.alerts)
        if NONE in by_rule and typed != NONE:
            yield Offer(NONE, by_rule[NONE].help, self._count_of(NONE, completion, facets))

    def _count_of(self, word: str, completion: Completion, facets: Facets) -> int | None:
        if not facets:
            return None
        me = self.desk.session.me
        if word == ME and completion.field == "assignee":
            word = me.id.lower() if me else ""
        facet = facets.get(word)
        return facet.alerts if facet else 0

    def _is_closed(self, completion: Completion) -> bool:
        return completion.field in ("severity", "phase", "quality")


def _typed_value(name: str, value: str) -> str:
    """A value as one would type it; empty for one that cannot be typed."""
    pivot = pivot_of(value, name)
    if pivot is None or not isinstance(pivot.term, Term):
        return ""
    return print_value(pivot.term.values[0])


def _problem(text: str, is_offering: bool) -> str:
    """What is wrong with a text; nothing while it is only not written to its end."""
    try:
        parse(text)
    except QueryError as error:
        if error.end >= len(text) and (is_offering or is_unfinished(text, error.end)):
            return ""
        return reason_at(error)
    return ""


def reason_at(error: QueryError) -> str:
    """What is wrong with a filter, with the place in it, named once."""
    place = error.text[error.start : error.end]
    is_named = not place or error.reason.startswith(place.rstrip(": "))
    return error.reason if is_named else f"{place}: {error.reason}"
