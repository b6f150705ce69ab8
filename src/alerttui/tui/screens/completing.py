"""Completion in the filter bar: fields, operators and closed words by rule, values with live counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.listing import Facet
from alerttui.domain.query import EVERYTHING, QUERY_FIELDS, FieldKind
from alerttui.domain.query_complete import Completion, complete
from alerttui.domain.query_text import print_value
from alerttui.domain.showable import shown
from alerttui.triage.session import Session

OFFERED: Final = 8
"""How many candidates the status line offers."""

FACET_VALUES: Final = 1_000
"""Values of one field that are considered; the most frequent ones."""

COUNTED: Final = frozenset(name for name, kind in QUERY_FIELDS.items() if kind is FieldKind.WORD) - {"id"}
"""Fields whose values are completed from the alerts at hand."""


@dataclass(slots=True)
class Completer:
    """Completes what is typed; the values of a field are read once while the filter is open."""

    session: Session
    _facets: dict[str, list[Facet]] = field(default_factory=dict)
    _cycle: tuple[str, ...] = ()
    _cycled: str = ""
    _place: int = 0

    def said(self, text: str, position: int) -> str:
        """What could come at this place, for the status line."""
        words = self._words(complete(text, position), with_counts=True)
        return "  ".join(shown(word) for word in words[:OFFERED])

    def completed(self, text: str, position: int) -> tuple[str, int] | None:
        """The text with a completion put in and the cursor behind it; pressed again, with the next one."""
        completion = complete(text, position)
        if text != self._cycled:
            words = self._words(completion)
            self._cycle, self._place = tuple(words), 0
        elif self._cycle:
            self._place = (self._place + 1) % len(self._cycle)
        if not self._cycle:
            return None
        word = self._cycle[self._place]
        replaced = text[: completion.start] + word + text[completion.end :]
        self._cycled = replaced
        return replaced, completion.start + len(word)

    def _words(self, completion: Completion, *, with_counts: bool = False) -> list[str]:
        """Candidates in the order in which tab goes through them: values at hand before words by rule."""
        typed = completion.typed.lower()
        words: list[str] = []
        for facet in self._values(completion.field):
            if facet.value.lower().startswith(typed) and facet.value.lower() != typed:
                value = print_value(facet.value)
                words.append(f"{value} {facet.alerts:,}" if with_counts else value)
        closed = [candidate.text for candidate in completion.candidates if candidate.text.lower() != typed]
        closed.sort(key=lambda word: word == "none")
        have = {word.split(" ")[0].lower() for word in words}
        return words + [word for word in closed if word.lower() not in have]

    def _values(self, name: str | None) -> list[Facet]:
        if name not in COUNTED:
            return []
        if name not in self._facets:
            context = self.session.query_context()
            found = self.session.store.facets(name, EVERYTHING, context, FACET_VALUES)
            self._facets[name] = [facet for facet in found if facet.value != "none"]
        return self._facets[name]
