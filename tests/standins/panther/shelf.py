"""The alerts the stand-in holds, in the order of their creation, also by status."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

Place = tuple[int, str]
"""When an alert was created, in microseconds, and its id."""

_TABS = {
    "RULE_ERROR": "DETECTION_ERROR",
    "SCHEDULED_RULE_ERROR": "DETECTION_ERROR",
    "CORRELATION_RULE_ERROR": "DETECTION_ERROR",
    "SYSTEM_ERROR": "SYSTEM_ERROR",
}


def tab_of(alert_type: object) -> str:
    """Which of the three lists holds an alert of a type; any word without a list of its own is an ALERT."""
    return _TABS.get(str(alert_type), "ALERT")


@dataclass
class HeldAlert:
    """One alert: the fields it is answered with, and what only filters see."""

    id: str
    created: int
    tab: str
    fields: dict[str, Any]
    log_sources: frozenset[str] = frozenset()
    log_types: frozenset[str] = frozenset()
    resource_types: frozenset[str] = frozenset()
    events: list[Any] | None = None
    """None: events are made up, as many as eventCount says."""

    @property
    def place(self) -> Place:
        return (self.created, self.id)


@dataclass
class Earlier:
    """How an alert was before a change that reads do not show yet."""

    fields: dict[str, Any]
    reads_left: int
    until: int


@dataclass
class Shelf:
    """Alerts by id and in order."""

    by_id: dict[str, HeldAlert] = field(default_factory=dict)
    lagging: dict[str, Earlier] = field(default_factory=dict)
    _order: dict[tuple[str, str | None], list[Place]] = field(default_factory=dict)
    """Places by tab and status; status None stands for all."""

    def add(self, alert: HeldAlert) -> None:
        if alert.id in self.by_id:
            raise ValueError(f"alert {alert.id!r} is already held")
        self.by_id[alert.id] = alert
        for row in self._rows(alert):
            insort(self._order.setdefault(row, []), alert.place)

    def add_many(self, alerts: list[HeldAlert]) -> None:
        """Sorts each list once, however many alerts come."""
        touched = set()
        for alert in alerts:
            self.by_id[alert.id] = alert
            for row in self._rows(alert):
                self._order.setdefault(row, []).append(alert.place)
                touched.add(row)
        for row in touched:
            self._order[row].sort()

    def change(self, alert: HeldAlert, fields: dict[str, Any]) -> None:
        """Replaces the fields of an alert."""
        before, alert_status = alert.fields, fields.get("status")
        if before.get("status") != alert_status:
            self._take_out(alert, (alert.tab, str(before.get("status"))))
            insort(self._order.setdefault((alert.tab, str(alert_status)), []), alert.place)
        alert.fields = fields

    def remove(self, alert: HeldAlert) -> None:
        for row in self._rows(alert):
            self._take_out(alert, row)
        del self.by_id[alert.id]
        self.lagging.pop(alert.id, None)

    def walk(
        self,
        tab: str,
        statuses: Collection[str],
        bounds: tuple[int, int],
        *,
        newest_first: bool,
        behind: Place | None,
    ) -> Iterator[HeldAlert]:
        """Alerts created within bounds, both inclusive, behind a place; no statuses means all."""
        rows = [self._order.get((tab, status), []) for status in statuses or (None,)]
        runs = [_run(row, bounds, newest_first=newest_first, behind=behind) for row in rows]
        for _, alert_id in heapq.merge(*runs, reverse=newest_first):
            yield self.by_id[alert_id]

    def stale_fields(self, alert_id: str, now: int) -> dict[str, Any] | None:
        """What one read shows instead of the present fields; it counts as a read."""
        earlier = self.lagging.get(alert_id)
        if earlier is None:
            return None
        if earlier.reads_left <= 0 and now >= earlier.until:
            del self.lagging[alert_id]
            return None
        earlier.reads_left -= 1
        return earlier.fields

    def _rows(self, alert: HeldAlert) -> tuple[tuple[str, str | None], ...]:
        return ((alert.tab, None), (alert.tab, str(alert.fields.get("status"))))

    def _take_out(self, alert: HeldAlert, row: tuple[str, str | None]) -> None:
        places = self._order[row]
        del places[bisect_left(places, alert.place)]


def _run(
    places: list[Place], bounds: tuple[int, int], *, newest_first: bool, behind: Place | None
) -> Iterator[Place]:
    start = bisect_left(places, (bounds[0], ""))
    stop = bisect_left(places, (bounds[1] + 1, ""))
    if newest_first:
        if behind is not None:
            stop = min(stop, bisect_left(places, behind))
        return (places[index] for index in range(stop - 1, start - 1, -1))
    if behind is not None:
        start = max(start, bisect_right(places, behind))
    return (places[index] for index in range(start, stop))
