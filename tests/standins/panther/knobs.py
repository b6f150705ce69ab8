"""What may be set on the stand-in: everything the contract leaves open, and every release it knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.standins.panther.refusals import Absence


@dataclass
class Knobs:
    """Each default is the plainest reading of the published document."""

    # Paging.
    scan_rows: int | None = None
    """A page looks at most at this many stored rows, so a filtered page may be short or empty."""
    short_pages: int | None = None
    """A page holds at most this many rows, whatever limit says."""
    empty_pages: frozenset[int] = frozenset()
    """Numbers of pages (the first is 1) that are empty and lead on."""
    trailing_empty_page: bool = False
    """The last rows still come with a next, which leads to an empty page."""
    last_next: Absence = "absent"
    cursor_binds_limit: bool = True
    """A cursor is refused with another limit than the one it was given for."""

    # Listing alerts.
    thin_rows: bool = False
    """List rows leave out context, runbook and deliveries."""
    window_inclusive: bool = True
    window_with_detection_id: bool = True
    """The window of 30 days also applies when a detection id is given."""
    name_contains_ignores_case: bool = True
    context_tags_all: bool = False
    """An alert needs every context-tag asked for, not one of them."""
    refuse_unknown_parameters: bool = True
    longest_query: int | None = None
    """A longer query string is answered 414."""

    # Reading alerts.
    actors: Literal["plain", "swapped", "bare", "untyped"] = "plain"
    unassigned_as: Literal["absent", "null", "empty", "blank_id"] = "absent"
    no_quality_as: Absence = "absent"
    no_tags_as: Absence = "absent"

    # Changing alerts.
    old_release: bool = False
    """A release without quality, context tags, their filters and their catalogue; it ignores the fields."""
    blank_assignee: Literal["unassigns", "ignored", "refused"] = "unassigns"
    empty_tags: Literal["clears", "ignored", "refused"] = "clears"
    unknown_tag: Literal["creates", "accepts", "refuses"] = "creates"
    unknown_assignee: Literal["refused", "accepted"] = "refused"
    ignored_ids: set[str] = field(default_factory=set)
    """Alerts whose changes are accepted and not made."""
    refuse_unknown_fields: bool = True
    patch_status: int = 200
    patch_answers_alert: bool = False
    """A single PATCH answers with the alert instead of nothing."""

    # Changing several alerts.
    bulk_status: int = 204
    bulk_unknown_id: Literal["none_applied", "part_applied", "skipped"] = "none_applied"
    bulk_limit: int | None = None
    """More ids are answered 413."""
    bulk_breaks_after: int | None = None
    """After this many alerts of one call the answer is 500; these stay changed."""

    # Reading one's own writes.
    lag_reads: int = 0
    """So many reads after a change still show the alert as it was."""
    lag_seconds: float = 0.0
    comment_lag_reads: int = 0
    """So many lists after it was written still lack a comment."""

    # Comments.
    comment_status: int = 200
    comment_order: Literal["oldest", "newest", "mixed"] = "newest"
    longest_comment: int | None = None

    # The rest.
    catalogue_status: int = 200
    """Any other status than 200 is answered for the tag catalogue."""
    self_status: int = 200
    """Any other status than 200 is answered for a token asking about itself."""
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds before an operation is carried out, by operation; "*" stands for every other one."""
