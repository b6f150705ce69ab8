"""What CHAD's threat intelligence says of an alert: its indicators, its risk, and the rest as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerttui.backends.remote.record import Record, json_or_nothing, whole_number
from alerttui.domain.alert import Indicator, Risk
from alerttui.domain.json_text import JsonNumber, storable, text_of

MISP: Final = "MISP"
INTELLIGENCE: Final = "threat intelligence"

_MOST: Final = 100
"""The highest score there is."""


@dataclass(frozen=True, slots=True)
class Enriched:
    """What the enrichment of one alert comes to."""

    indicators: tuple[Indicator, ...] = ()
    risk: Risk | None = None
    enrichment: str = ""
    """JSON text of what has no other place."""
    status: str = ""


def enriched(rest: Record, log: Mapping[str, object]) -> Enriched:
    """Take the enrichment out of an alert; what came later lies in its log, which stays whole."""
    own = rest.object("enrichment")
    named = own or _object(rest.object("ti_enrichment")) or _object(log.get("ti_enrichment"))
    beside = rest.object("ti_enrichment") if own else {}
    left = Record(named)
    given = [*_listed(left, "iocs"), *_listed(left, "indicators")]
    indicators = [_of_intelligence(each) for each in given]
    matched = [_of_match(each) for each in _listed(rest, "ioc_matches")]
    risk = _risk(left) or _highest(given)
    more = {**left.left, **({"ti_enrichment": beside} if beside else {})}
    if not own and isinstance(log.get("enrichment"), dict):
        more["enrichment"] = log["enrichment"]
    return Enriched(
        indicators=tuple(each for each in (*indicators, *matched) if each.value),
        risk=risk,
        enrichment=json_or_nothing(more or None),
        status=rest.text("enrichment_status") or storable(text_of(log.get("enrichment_status"))),
    )


def score_of(value: object) -> int | None:
    """A score from 0 to 100, in whole points; None for anything else."""
    if isinstance(value, JsonNumber):
        return round(value) if 0 <= value <= _MOST else None
    number = whole_number(value)
    return number if number is not None and number <= _MOST else None


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _listed(record: Record, key: str) -> list[Mapping[str, object]]:
    """The objects of a list that say what they are about; whatever else is in it stays."""
    found = record.left.get(key)
    if not isinstance(found, list):
        return []
    record.take(key)
    others = [each for each in found if not isinstance(each, dict) or not _value_in(each)]
    if others:
        record.left[key] = others
    return [each for each in found if isinstance(each, dict) and _value_in(each)]


def _value_in(item: Mapping[str, object]) -> str:
    value = item.get("value") or item.get("indicator")
    return storable(value) if isinstance(value, str) else ""


def _of_intelligence(item: Mapping[str, object]) -> Indicator:
    """An indicator with the answers of the sources that were asked."""
    left = Record(item)
    value = left.text("value", "indicator")
    kind = left.text("type", "indicator_type", "ioc_type")
    malice = left.text("risk_level", "overall_risk_level")
    score = _score(left)
    origin = left.text("highest_risk_source")
    return Indicator(
        kind=kind,
        value=value,
        malice=malice,
        malice_origin=origin or (INTELLIGENCE if malice else ""),
        score=score,
        note=", ".join((*left.texts("all_categories"), *left.texts("all_tags"))),
        enrichment=left.rest(),
    )


def _of_match(item: Mapping[str, object]) -> Indicator:
    """A value of the log that a list of known indicators holds."""
    left = Record(item)
    malice = left.text("threat_level")
    value, kind = left.text("value"), left.text("ioc_type", "type")
    field = left.text("field_name")
    event = left.text("misp_event_info")
    return Indicator(
        kind=kind,
        value=value,
        malice=malice,
        malice_origin=MISP,
        note="; ".join(filter(None, (event, f"in {field}" if field else "", ", ".join(left.texts("tags"))))),
        enrichment=left.rest(),
    )


def _score(left: Record) -> int | None:
    """The score under either name; where it was rounded, the exact one stays."""
    for key in ("risk_score", "overall_risk_score"):
        score = score_of(left.left.get(key))
        if score is not None:
            if whole_number(left.left[key]) is not None:
                left.take(key)
            return score
    return None


def _risk(left: Record) -> Risk | None:
    """The risk of the whole alert, where CHAD names one."""
    word = left.text("risk_level", "overall_risk_level")
    score = _score(left)
    origin = left.text("highest_risk_source")
    if not word and score is None:
        return None
    return Risk(level=word, score=score, origin=origin or INTELLIGENCE)


def _highest(items: list[Mapping[str, object]]) -> Risk | None:
    """That of the indicator with the highest score: the server's own form names none for the alert."""
    scored = [
        (score, each) for each in items if (score := score_of(each.get("overall_risk_score"))) is not None
    ]
    if not scored:
        return None
    score, item = max(scored, key=lambda pair: pair[0])
    level = storable(text_of(item.get("overall_risk_level")))
    origin = storable(text_of(item.get("highest_risk_source")))
    return Risk(level=level, score=score, origin=origin or INTELLIGENCE)
