"""CHAD's API as its server has it: limit and offset, a status alone, comments of their own, assignments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from alerttui.backends.remote.asking import Request
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.capabilities import CURRENT, STATUSES
from alerttui.backends.remote.chad.dialect import Parameters, Said, Stretch, Wanted, failures
from alerttui.domain.moments import format_moment

MOST: Final = 1_000
"""Rows of one answer at most."""

SLACK_MS: Final = 1_000
_LAST_MS: Final = 253_402_300_799_000


class Current:
    """The form of the server's source."""

    form = CURRENT
    carries_comments = False
    keeps_comments_apart = True
    can_assign = True

    def stretch(
        self, position: int, limit: int, most: int, reach: int, *, overlaps: bool = True
    ) -> Stretch | None:
        """Begins with the last row that is known."""
        start = max(0, position - 1) if overlaps else position
        size = min(limit + position - start, most or MOST, MOST, reach - start)
        if start + size <= position:
            return None
        return Stretch(start, size, [("limit", str(size)), ("offset", str(start))])

    def filters(self, wanted: Wanted, *, with_key: bool) -> Parameters:
        """One status, or all but some; a time range with a key only."""
        found: Parameters = []
        if len(wanted.statuses) == 1:
            found.append(("status", wanted.statuses[0]))
        elif wanted.statuses and not with_key:
            others = [each for each in STATUSES if each not in wanted.statuses]
            found += [("exclude_status", ",".join(others))] if others else []
        if wanted.severity:
            found.append(("severity", wanted.severity))
        if wanted.rule:
            found.append(("rule_id", wanted.rule))
        if with_key and wanted.created.least is not None:
            found.append(("start_time", moment(wanted.created.least - SLACK_MS)))
        if with_key and wanted.created.most is not None:
            found.append(("end_time", moment(wanted.created.most + SLACK_MS)))
        return found

    def set_status(self, alert_id: str, status: str, comment: str) -> Request:
        """PATCH /api/alerts/{id}/status, which takes no comment."""
        path = ("api", "alerts", wire.checked(alert_id), "status")
        return wire.set_values("PATCH", path, {"status": status}, alert_id)

    def set_statuses(self, ids: Sequence[str], status: str, comment: str) -> Request:
        """POST /api/alerts/bulk/status by `alert_ids`."""
        return wire.set_many({"alert_ids": list(ids), "status": status}, len(ids))

    def said_of_one(self, value: object, status: str) -> Said:
        """`{success, status}`."""
        is_made = isinstance(value, dict) and value.get("success") is True and value.get("status") == status
        return Said(True if is_made else None)

    def said_of_many(self, value: object, ids: Sequence[str]) -> Sequence[Said]:
        """`{success: [ids], failed: [{id, error}]}`."""
        told = value if isinstance(value, dict) else {}
        made = told.get("success")
        failed = failures(told.get("failed"))
        return [
            Said(False, failed[each])
            if each in failed
            else Said(True if isinstance(made, list) and each in made else None)
            for each in ids
        ]

    def comment_body(self, text: str) -> Mapping[str, object]:
        """`{content}`."""
        return {"content": text}


class Undecided(Current):
    """For reading where nothing told yet which form it is: both ways to ask for a part of a list at once."""

    form = ""

    def stretch(
        self, position: int, limit: int, most: int, reach: int, *, overlaps: bool = True
    ) -> Stretch | None:
        """A page that both forms count alike; it begins where the last one ended."""
        size = min(limit, most or 100, 100)
        start = position // size * size
        if start + size > reach:
            return None
        page = start // size + 1
        pages = [("page", str(page)), ("page_size", str(size))]
        return Stretch(start, size, [("limit", str(size)), ("offset", str(start)), *pages], page)

    def filters(self, wanted: Wanted, *, with_key: bool) -> Parameters:
        """What both forms have."""
        both = ("status", "severity", "rule_id")
        return [(name, text) for name, text in super().filters(wanted, with_key=with_key) if name in both]


def moment(moment_ms: int) -> str:
    """A time as a parameter, within the years that servers read."""
    return format_moment(max(0, min(moment_ms, _LAST_MS)))
