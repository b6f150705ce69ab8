"""SentinelNerd's own statistics of all alerts, in a range of time where it takes one."""

from __future__ import annotations

from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.decoding import LISTED, value_of
from alerttui.backends.remote.record import Record
from alerttui.backends.remote.sentinelnerd import wire
from alerttui.backends.remote.sentinelnerd.wire import Parameters
from alerttui.domain.errors import BadAnswer, Rejected
from alerttui.domain.json_text import storable, text_of
from alerttui.domain.listing import Statistics
from alerttui.domain.moments import format_moment

RANGE: Final = "time range"
OWN_RANGE: Final = "of SentinelNerd's own choosing"


async def read_statistics(requester: Requester, now_ms: int, window_ms: int) -> Statistics:
    """The counts and times that the product tells; `window_ms` is how far back, 0 for its own range.

    Its page speaks of a time range and names no parameter: where from and to are refused, it chooses itself.
    """
    asked: Parameters = []
    if window_ms:
        asked = [("from", format_moment(now_ms - window_ms)), ("to", format_moment(now_ms))]
    told: dict[str, str] = {}
    try:
        answer = await requester.ask(wire.statistics(asked))
    except Rejected:
        if not asked:
            raise
        answer = await requester.ask(wire.statistics(()))
        told[RANGE] = OWN_RANGE
    return statistics_of(await value_of(requester, answer, LISTED), told)


def statistics_of(value: object, told: dict[str, str]) -> Statistics:
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
        told=told | words,
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
