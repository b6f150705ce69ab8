"""CHAD's API as its published documents have it: pages, and a comment that goes along with the status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from alerttui.backends.remote.asking import Request
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.capabilities import DOCUMENTED
from alerttui.backends.remote.chad.current import SLACK_MS, moment
from alerttui.backends.remote.chad.dialect import Parameters, Said, Stretch, Wanted, failures

MOST: Final = 100
"""Rows of a page at most."""

SMALL: Final = 50
"""Pages are chosen from sizes up to this where fewer are wanted: very few sizes may all end too early."""


class Documented:
    """The form of the published documents."""

    form = DOCUMENTED
    carries_comments = True
    keeps_comments_apart = False
    can_assign = False

    def stretch(
        self, position: int, limit: int, most: int, reach: int, *, overlaps: bool = True
    ) -> Stretch | None:
        """The page that reaches furthest of those that begin with a row that is known."""
        most = min(most or MOST, MOST)
        if not position:
            return _page(0, min(limit, most))
        best: Stretch | None = None
        for size in range(1, min(max(limit, SMALL) + 1, most) + 1):
            start = (position - 1) // size * size
            end = start + size
            if position < end <= reach and (best is None or end > best.start + best.size):
                best = _page(start, size)
        return best

    def filters(self, wanted: Wanted, *, with_key: bool) -> Parameters:
        """One status, one severity, one rule, and the earliest creation."""
        found: Parameters = []
        if len(wanted.statuses) == 1:
            found.append(("status", wanted.statuses[0]))
        if wanted.severity:
            found.append(("severity", wanted.severity))
        if wanted.rule:
            found.append(("rule_id", wanted.rule))
        if wanted.created.least is not None:
            found.append(("created_after", moment(wanted.created.least - SLACK_MS)))
        return found

    def set_status(self, alert_id: str, status: str, comment: str) -> Request:
        """PATCH /api/alerts/{id}."""
        path = ("api", "alerts", wire.checked(alert_id))
        body = _with_comment({"status": status}, comment)
        return wire.set_values("PATCH", path, body, alert_id, has_comment=bool(comment))

    def set_statuses(self, ids: Sequence[str], status: str, comment: str) -> Request:
        """POST /api/alerts/bulk/status by `ids`."""
        body = _with_comment({"ids": list(ids), "status": status}, comment)
        return wire.set_many(body, len(ids), has_comment=bool(comment))

    def said_of_one(self, value: object, status: str) -> Said:
        """The new status, and whether the comment was added."""
        if not isinstance(value, dict):
            return Said(None)
        added = value.get("comment_added")
        is_made = value.get("status") == status
        return Said(True if is_made else None, comment_added=added if isinstance(added, bool) else None)

    def said_of_many(self, value: object, ids: Sequence[str]) -> Sequence[Said]:
        """`{updated, failed}`: it names none that was made, so it is believed where the numbers add up."""
        told = value if isinstance(value, dict) else {}
        failed, updated = failures(told.get("failed")), told.get("updated")
        adds_up = updated == len(ids) - len(failed) and failed.keys() <= set(ids)
        if not adds_up or isinstance(updated, bool):
            return [Said(None)] * len(ids)
        return [
            Said(False, failed[each]) if each in failed else Said(True, comment_added=True) for each in ids
        ]

    def comment_body(self, text: str) -> Mapping[str, object]:
        """`{text}`."""
        return {"text": text}


def _page(start: int, size: int) -> Stretch:
    page = start // size + 1
    return Stretch(start, size, [("page", str(page)), ("page_size", str(size))], page)


def _with_comment(body: dict[str, object], comment: str) -> dict[str, object]:
    return {**body, "comment": comment} if comment else body
