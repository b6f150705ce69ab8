"""Calseta's own figures over the alerts of a range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerttui.backends.remote.record import whole_number
from alerttui.domain.json_text import storable, text_of
from alerttui.domain.listing import Statistics
from alerttui.domain.moment_reading import moment_of
from alerttui.domain.moments import format_moment

_MEANS: Final = {
    "mean_time_to_detect": "mean time to detect",
    "mean_time_to_enrich": "mean time to enrich",
    "mean_time_to_acknowledge": "mean time to acknowledge",
    "mean_time_to_triage": "mean time to triage",
    "mean_time_to_conclusion": "mean time to close",
}
_COUNTS: Final = {
    "alerts_by_source": "alerts by source",
    "active_alerts_by_severity": "active alerts by severity",
}
MOST_DAYS: Final = 10
"""Days of which the alerts are told one by one."""

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def statistics_of(data: Mapping[str, object]) -> Statistics:
    """Counts, and the rest in words: what was not measured is left out."""
    by_status = _counts(data.get("alerts_by_status"))
    total = whole_number(data.get("total_alerts"))
    return Statistics(
        total=sum(by_status.values()) if total is None else total,
        by_status=by_status,
        by_severity=_counts(data.get("alerts_by_severity")),
        by_rule=_rules(data.get("top_detection_rules")),
        told=_told(data),
    )


def _told(data: Mapping[str, object]) -> dict[str, str]:
    told = _period(data)
    means = {label: _number(data, name) for name, label in _MEANS.items()}
    told |= {label: _duration(seconds) for label, seconds in means.items() if seconds is not None}
    rate, coverage = _number(data, "false_positive_rate"), _number(data, "enrichment_coverage")
    if rate is not None:
        told["false positives"] = f"{_percent(rate)} of the closed alerts"
    if coverage is not None:
        told["enrichment coverage"] = f"{_percent(coverage)} of the alerts"
    if by_day := _by_day(data.get("alerts_over_time")):
        told["alerts by day"] = by_day
    for name, label in _COUNTS.items():
        if counts := _counts(data.get(name)):
            told[label] = ", ".join(f"{word} {count:,}" for word, count in counts.items())
    return told


def _period(data: Mapping[str, object]) -> dict[str, str]:
    """Over which alerts the figures are; nothing where that is not told."""
    ends = [moment_of(data.get(name)) for name in ("period_from", "period_to")]
    words = [format_moment(each)[:16].replace("T", " ") for each in ends if each is not None]
    return {"alerts created": " to ".join(words)} if len(words) == len(ends) else {}


def _by_day(value: object) -> str:
    """How many alerts were created on each day that has some, newest first; the earliest days together."""
    days: dict[str, int] = {}
    for each in value if isinstance(value, list) else ():
        day, count = (
            (each.get("date"), whole_number(each.get("count"))) if isinstance(each, dict) else ("", None)
        )
        if isinstance(day, str) and day and count is not None:
            days[storable(day)] = count
    newest = sorted(days, reverse=True)
    words = [f"{day} {days[day]:,}" for day in newest[:MOST_DAYS]]
    if earlier := newest[MOST_DAYS:]:
        words.append(f"and {sum(days[day] for day in earlier):,} on {len(earlier)} earlier days")
    return ", ".join(words)


def _number(data: Mapping[str, object], name: str) -> float | None:
    """A number from 0 on that is one; None for anything else."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < 1e12 else None


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def _duration(seconds: float) -> str:
    """The two greatest units of a duration: `2 h 15 min`; with a fraction below a minute: `4.2 s`."""
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    left = round(seconds)
    parts: list[tuple[int, str]] = []
    for size, unit in _UNITS:
        if left >= size or parts:
            parts.append((left // size, unit))
            left %= size
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count)


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    numbers = {storable(word): whole_number(each) for word, each in value.items()}
    return {word: count for word, count in numbers.items() if count is not None}


def _rules(value: object) -> dict[str, int]:
    """The rules that fired most, by their names."""
    found: dict[str, int] = {}
    for each in value if isinstance(value, list) else ():
        if not isinstance(each, dict):
            continue
        name = storable(text_of(each.get("name")) or text_of(each.get("uuid")))
        count = whole_number(each.get("count"))
        if name and count is not None:
            found[name] = found.get(name, 0) + count
    return found
