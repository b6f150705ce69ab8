"""Where a list goes on, and what a part of it brings that is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.remote.chad.capabilities import LIST_LIMIT
from alerttui.backends.remote.chad.dialect import Stretch
from alerttui.backends.remote.chad.reading import id_of
from alerttui.backends.remote.cursors import digest
from alerttui.backends.remote.record import whole_number
from alerttui.domain.alert import Alert
from alerttui.domain.errors import BadAnswer

CLUSTERED: Final = (
    "CHAD answers clusters of alerts although single alerts were asked for; "
    "turn alert clustering off in its settings, or update it."
)

MOST_SKIPPED: Final = 3
"""So many rows in a row that CHAD cannot tell are passed over; where it fails on more, it is down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One answer of the list."""

    rows: Sequence[object]
    total: int | None = None
    size: int | None = None
    """How many rows the server meant to give, where it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a list goes on."""

    position: int = 0
    """Rows that lie before it."""
    most: int = 0
    """The largest part that the server gave when more was asked for; 0 while it gave all."""
    last_ms: int | None = None
    """Creation of the oldest alert so far; None where no alert told one."""
    given: tuple[str, ...] = ()
    """Digests of the ids of the part before."""
    is_ordered: bool = True
    until_ms: int | None = None
    """Only alerts that were created up to then are asked for; None for all."""
    skipped: int = 0
    """Rows right before it that the server cannot tell."""
    fails_before: int = 0
    """The position before which the server is known to fail, so that parts are smaller up to there."""

    def values(self) -> list[object]:
        """As JSON values, to be kept in a cursor."""
        return [
            self.position, self.most, self.last_ms, list(self.given), self.is_ordered, self.until_ms,
            self.skipped, self.fails_before,
        ]  # fmt: skip

    @classmethod
    def of(cls, values: object) -> Place | None:
        """Back from JSON values; None if they are none of these."""
        match values:
            case [
                int(position), int(most), int() | None as last_ms, list(given), bool(is_ordered),
                int() | None as until_ms, int(skipped), int(fails_before),
            ] if position >= 0 and most >= 0 and all(isinstance(each, str) for each in given):  # fmt: skip
                return cls(
                    position=position, most=most, last_ms=last_ms, given=tuple(given),
                    is_ordered=is_ordered, until_ms=until_ms, skipped=skipped, fails_before=fails_before,
                )  # fmt: skip
            case _:
                return None

    def around(self, stretch: Stretch) -> Place | None:
        """Where to go on after the server failed on a part: in smaller ones, then behind the row that fails.

        None where it fails on so many rows in a row that it is not about them.
        """
        overlap = self.position - stretch.start
        if stretch.size > overlap + 1:
            most = max(stretch.size // 4, overlap + 1)
            return replace(self, most=most, fails_before=stretch.start + stretch.size)
        if self.skipped >= MOST_SKIPPED:
            return None
        behind = self.position + 1
        return replace(self, position=behind, most=1, skipped=self.skipped + 1, fails_before=behind)


class Part:
    """One part of the list, asked for at a place, of which at most `limit` alerts are new ones."""

    def __init__(
        self, place: Place, stretch: Stretch, listed: Listed, alerts: Sequence[Alert], limit: int
    ) -> None:
        self._place = place
        self._listed = listed
        is_less = listed.size is not None and 0 < listed.size < stretch.size
        self._most = listed.size if is_less and listed.size is not None else place.most
        self._start = (stretch.page - 1) * self._most if is_less and stretch.page else stretch.start
        self._size = self._most if is_less else stretch.size
        self.fresh = [each for each in alerts if not self._is_known(each)]
        """What was not given before, in the order of the list."""
        begins_odd = bool(listed.rows) and not id_of(listed.rows[0])
        has_known = len(self.fresh) < len(alerts) or begins_odd
        self.has_gap = not has_known and 0 < self._start < place.position
        """True where the row is not there with which this part should begin: others have left the list."""
        self.is_stuck = False
        """True where the server has more and gives nothing of it."""
        self._taken = len(listed.rows)
        if len(self.fresh) > limit:
            self._taken = [id_of(row) for row in listed.rows].index(self.fresh[limit].id)
            left = {each.id for each in self.fresh[limit:]}
            alerts = [each for each in alerts if each.id not in left]
            del self.fresh[limit:]
        self._alerts = alerts
        moments = [each.created_ms for each in alerts if not each.observed]
        self.is_ordered = place.is_ordered and moments == sorted(moments, reverse=True)
        self._last_ms = min(moments, default=None)

    def _is_known(self, alert: Alert) -> bool:
        if digest(alert.id) in self._place.given:
            return True
        last_ms = self._place.last_ms
        if last_ms is None or not self._place.is_ordered or alert.observed:
            return False
        return alert.created_ms > last_ms

    def further_up(self, limit: int) -> Place:
        """The place to read again from, after a gap."""
        return replace(self._place, position=max(0, self._start - limit), most=self._most)

    def following(self, least_ms: int | None) -> Place | None:
        """Where the list goes on; None at its end, and where all that follows is older than wanted."""
        last = [each for each in (self._place.last_ms, self._last_ms) if each is not None]
        last_ms = min(last, default=None)
        is_past = self.is_ordered and least_ms is not None and last_ms is not None and last_ms < least_ms
        if is_past or not self._has_more():
            return None
        end = self._start + self._taken
        if end <= self._place.position:
            self.is_stuck = True
            return None
        most, fails_before = self._most, self._place.fails_before
        if fails_before:  # smaller parts up to there, of which one brings a row that is known and a new one
            most, fails_before = (max(2, most), fails_before) if end < fails_before else (0, 0)
        return Place(
            position=end,
            most=most,
            fails_before=fails_before,
            last_ms=last_ms,
            given=self._given(),
            is_ordered=self.is_ordered,
            until_ms=self._place.until_ms,
        )

    def _has_more(self) -> bool:
        rows, total = len(self._listed.rows), self._listed.total
        if self._taken < rows:
            return True
        if total is None or total == LIST_LIMIT:  # it may stand for more
            return rows >= self._size
        return rows > 0 and self._start + rows < total

    def _given(self) -> tuple[str, ...]:
        """By what the next part is known to follow; a part of known alerts adds but its last one."""
        digests = [digest(each.id) for each in self._alerts]
        return tuple(digests) if self.fresh else (*self._place.given, *digests[-1:])


def read_list(value: object) -> Listed:
    """The rows of a list in any of its envelopes; raises `BadAnswer` for what is none."""
    if isinstance(value, list):
        return Listed(rows=value)
    if not isinstance(value, dict):
        raise BadAnswer("CHAD's list of alerts is not what it documents: an object is expected.")
    rows = next((value[key] for key in ("alerts", "items") if isinstance(value.get(key), list)), None)
    if rows is None and "clusters" in value:
        raise BadAnswer(CLUSTERED)
    if not isinstance(rows, list):
        raise BadAnswer("CHAD's list of alerts is not what it documents: it has neither alerts nor items.")
    size = whole_number(value.get("page_size", value.get("limit")))
    return Listed(rows=rows, total=whole_number(value.get("total")), size=size)
