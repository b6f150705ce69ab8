"""SentinelNerd's own statistics of all alerts, in a range of time where it takes one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.decoding import LISTED, value_of
from alerttui.backends.remote.record import Record
from alerttui.backends.remote.sentinelnerd import wire
from alerttui.backends.remote.sentinelnerd.wire import Parameters
from alerttui.domain.errors import BadAnswer, Rejected, Unavailable
from alerttui.domain.json_text import storable, text_of
from alerttui.domain.listing import Statistics
from alerttui.domain.moments import format_moment

RANGE: Final = "time range"
OWN_RANGE: Final = "of SentinelNerd's own choosing"

NO_ALERTS: Final = (("from", "1970-01-01T00:00:00Z"), ("to", "1970-01-02T00:00:00Z"))
"""A time of which there are no alerts."""


async def read_statistics(requester: Requester, now_ms: int, window_ms: int) -> Statistics:
    """The counts and times that the product tells; `window_ms` is how far back, 0 for its own range.

    Its page speaks of a time range and names no parameter: which range the figures are of is told only where
    it is seen that from and to have an effect.
    """
    if window_ms:
        since = format_moment(now_ms - window_ms)
        try:
            found = await _ask(requester, (("from", since), ("to", format_moment(now_ms))))
        except Rejected:
            pass  # it knows no such parameters
        else:
            is_kept_to = not found.total or await _keeps_to_ranges(requester)
            return _with_range(found, f"since {since}" if is_kept_to else OWN_RANGE)
    return _with_range(await _ask(requester, ()), OWN_RANGE)


async def _keeps_to_ranges(requester: Requester) -> bool:
    try:
        return not (await _ask(requester, NO_ALERTS)).total
    except (Rejected, Unavailable):
        return False  # the figures are here; of which time they are stays open


async def _ask(requester: Requester, parameters: Parameters) -> Statistics:
    answer = await requester.ask(wire.statistics(parameters))
    return statistics_of(await value_of(requester, answer, LISTED))


def _with_range(found: Statistics, words: str) -> Statistics:
    return replace(found, told={RANGE: words} | dict(found.told))


def statistics_of(value: object) -> Statistics:
    """The statistics that a JSON value holds; figures in words are told as they stand."""
    data = value.get("data", value) if isinstance(value, dict) else value
    if not isinstance(data, dict):
        raise BadAnswer("SentinelNerd's answer holds no statistics: an object as data is expected.")
    rest = Record(data)
    by_status, by_severity = _counts(rest, "by_status"), _counts(rest, "by_severity")
    total = rest.count("total")
    words = {storable(name).replace("_", " "): storable(text_of(each)) for name, each in rest.left.items()}
    return Statistics(
        total=sum(by_status.values()) if total is None else total,
        by_status=by_status,
        by_severity=by_severity,
        told=words,
    )


def _counts(rest: Record, key: str) -> dict[str, int]:
    """The numbers by word; what is no number stays where it was."""
    counted = Record(rest.object(key))
    found = {
        storable(word): number for word in list(counted.left) if (number := counted.count(word)) is not None
    }
    if counted.left:
        rest.left[key] = counted.left
    return found
