"""Completion in the filter bar: fields, operators and closed words by rule, values with live counts."""

from __future__ import annotations

from alerttui.domain.query import EVERYTHING
from alerttui.domain.query_complete import complete
from alerttui.triage.session import Session

OFFERED = 8
"""How many candidates the status line offers."""


def said(text: str, position: int) -> str:
    """What could come at this place, for the status line."""
    completion = complete(text, position)
    return "  ".join(candidate.text for candidate in completion.candidates[:OFFERED])


def completed(text: str, position: int, session: Session) -> tuple[str, int] | None:
    """The text with its first completion put in, and the cursor behind it; None where there is none."""
    completion = complete(text, position)
    words = [candidate.text for candidate in completion.candidates]
    typed = text[completion.start : completion.end]
    if completion.field is not None:
        facets = session.store.facets(completion.field, EVERYTHING, session.query_context(), 50)
        words += [facet.value for facet in facets if facet.value.lower().startswith(typed.lower())]
    words = [word for word in words if word and word != typed]
    if not words:
        return None
    replaced = text[: completion.start] + words[0] + text[completion.end :]
    return replaced, completion.start + len(words[0])
