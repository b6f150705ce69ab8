"""Alerts that share an indicator with another one, as Calseta's graph has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from alerttui.backends.remote.calseta import wire
from alerttui.backends.remote.calseta.reading import id_of
from alerttui.backends.remote.record import Record, whole_number
from alerttui.domain.alert import RelatedAlert
from alerttui.domain.json_text import storable, text_of

MAX_VALUE: Final = 80
"""Characters of an indicator in a reason."""

MAX_REASONS: Final = 3


def related_of(graph: Mapping[str, object], alert_id: str) -> list[RelatedAlert]:
    """The other alerts of a graph, newest first, each once; its reason names the indicators.

    The graph tells when something occurred, not when its alert was created: that stands for it here.
    """
    nodes: dict[str, Record] = {}
    shared: dict[str, list[str]] = {}
    for indicator, sibling in _siblings(graph):
        name = id_of(sibling)
        if not name or name.lower() == alert_id.lower():
            continue
        nodes.setdefault(name, Record(sibling))
        reasons = shared.setdefault(name, [])
        if indicator and indicator not in reasons:
            reasons.append(indicator)
    found = [
        RelatedAlert(
            id=name,
            title=node.text("title"),
            created_ms=node.moment("occurred_at"),
            reason=_reason(shared[name]),
        )
        for name, node in nodes.items()
    ]
    return sorted(found, key=lambda each: each.created_ms or 0, reverse=True)


def _siblings(graph: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Each indicator in words with each alert that has it, of which the graph gives a few only."""
    indicators = graph.get("indicators")
    for indicator in indicators if isinstance(indicators, list) else ():
        if not isinstance(indicator, dict):
            continue
        siblings = indicator.get("sibling_alerts")
        for sibling in siblings if isinstance(siblings, list) else ():
            if isinstance(sibling, dict):
                yield _words(indicator), sibling


def _words(indicator: Mapping[str, object]) -> str:
    value = storable(text_of(indicator.get("value")))
    short = value if len(value) <= MAX_VALUE else value[: MAX_VALUE - 1] + "…"
    words = f"{storable(text_of(indicator.get('type')))} {short}".strip()
    others = whole_number(indicator.get("total_alert_count")) or 0
    return f"{words} (in {others:,} other alerts)" if others > wire.MAX_SIBLINGS else words


def _reason(indicators: list[str]) -> str:
    more = f" and {len(indicators) - MAX_REASONS} more" if len(indicators) > MAX_REASONS else ""
    return f"shares {', '.join(indicators[:MAX_REASONS])}{more}" if indicators else "shares an indicator"
