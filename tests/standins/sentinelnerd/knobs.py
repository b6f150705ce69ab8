"""What may be set on the stand-in: every shape and behaviour that the published pages leave open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ErrorForm = Literal["object", "string", "message", "detail", "errors", "text", "html", "nothing"]
"""The documented error object, or a body as some gateway or older release may have it."""
ChangeAnswer = Literal["empty", "status", "bare", "alert", "ok", "empty_object", "text"]
"""204; data with id and status; these bare; the alert as it is read; a word of success; {}; plain text."""


@dataclass
class TimelineShape:
    """How an alert's timeline reads."""

    key: Literal["timeline", "activity", "history", "timeline_events"] | None = "timeline"
    """None: an alert is read without a timeline."""
    time: Literal["timestamp", "created_at", "at", "time"] = "timestamp"
    kind: Literal["type", "event", "action", "kind"] = "type"
    actor: Literal["user", "actor", "author", "created_by", "by"] = "user"
    actor_as: Literal["email", "object"] = "email"
    text: Literal["body", "comment", "message", "text", "description", "details"] = "comment"
    newest_first: bool = False


@dataclass
class BulkShape:
    """How a bulk call is taken and answered."""

    answer: Literal["empty", "counts", "lists", "results"] = "lists"
    bare: bool = False
    """The answer is not within data."""
    count_key: Literal["updated", "succeeded", "processed", "count"] = "updated"
    success_key: Literal["success", "updated", "succeeded"] = "succeeded"
    failed_key: Literal["failed", "errors"] = "failed"
    failed_as: Literal["strings", "objects"] = "objects"
    id_key: Literal["id", "alert_id"] = "id"
    reason_key: Literal["error", "message", "reason"] = "error"
    result_as: Literal["status", "success", "ok", "error", "new_status"] = "status"
    """What tells a result: success or error, a truth, an error or null, or the alert's status itself."""
    partial_status: int = 207
    """The answer's status where some or all ids failed."""
    unknown_id: Literal["reported", "skipped", "none_applied"] = "reported"
    """skipped: no part of the answer tells of it. none_applied: 404 for the whole call."""
    limit: int | None = None
    """A call with more ids is refused."""
    limit_status: int = 413
    breaks_after: int | None = None
    """After this many alerts of one call the answer is 500; these stay changed."""


@dataclass
class Knobs:
    """Each default is the plainest reading of the published pages."""

    # Access and failure.
    scopes: dict[str, str] = field(default_factory=dict)
    """Another scope than the assumed one, by operation."""
    outage: int | None = None
    """Every call is answered with this status."""
    refused_ids: dict[str, int] = field(default_factory=dict)
    """The status with which any change of an alert is refused, by id."""
    ignored_ids: set[str] = field(default_factory=set)
    """Alerts whose changes are accepted and not made."""
    rate_limit: int | None = None
    """So many calls are answered within rate_seconds, any other is told to wait."""
    rate_seconds: float = 60.0
    retry_after: Literal["seconds", "date", "absent"] = "seconds"
    error_form: ErrorForm = "object"
    invalid_status: int = 400
    """How a wrong parameter or body is answered."""
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds before an operation is carried out, by operation; "*" stands for every other one."""

    # Listing alerts.
    meta: bool = True
    """Answers other than lists of alerts carry meta."""
    list_meta: bool = False
    pagination: bool = True
    """A list tells its total, page, per_page and total_pages."""
    per_page_maximum: int | None = None
    over_maximum: Literal["lowered", "refused"] = "lowered"
    page_beyond: Literal["empty", "last_again", "refused"] = "empty"
    empty_total_pages: int = 0
    """total_pages of a list without rows."""
    order: Literal["newest", "oldest", "arbitrary", "last_changed"] = "newest"
    status_comma: Literal["understood", "refused", "matches_nothing", "ignored"] = "understood"
    """What a comma list in status does; in severity it is documented."""
    repeated: Literal["last", "first", "refused"] = "last"
    """What counts of a parameter that is given more than once."""
    name_match: Literal["exact", "substring"] = "exact"
    """How rule_name and source are compared."""
    range_field: Literal["created_at", "first_event_at", "last_event_at"] = "created_at"
    to_inclusive: bool = True
    unknown_parameters: Literal["refused", "ignored"] = "refused"
    rows_tell_people: bool = False
    """Rows tell assignee and resolution as the single alert does."""

    # Reading one alert.
    single: Literal["data", "data_alert", "alert", "bare"] = "data"
    extras_beside: bool = False
    """Under data_alert and alert: events, timeline and comments stand beside the alert, not in it."""
    events_key: Literal["related_events", "events", "matched_events"] | None = "related_events"
    timeline: TimelineShape = field(default_factory=TimelineShape)
    comments: Literal["list", "timeline", "nowhere"] = "timeline"
    """list: under comments as well. nowhere: the timeline tells that there was one and not its text."""
    assignee_key: Literal["assignee", "assigned_to", "owner"] | None = "assignee"
    assignee_as: Literal["email", "object"] = "email"
    unassigned_as: Literal["null", "absent"] = "null"
    resolution_key: Literal["resolution", "resolution_type", "resolved_as"] | None = "resolution"

    # Changing alerts.
    transitions: Literal["free", "strict"] = "free"
    """strict: no acknowledging or resolving of what is resolved, no reopening of what is open."""
    conflict_status: int = 409
    reacknowledge: Literal["applies", "keeps_assignee", "conflict"] = "applies"
    """What acknowledging an acknowledged alert again does to its assignee."""
    reopen_keeps_resolution: bool = False
    people: frozenset[str] | None = None
    """The addresses that may be assigned; None: any."""
    unknown_fields: Literal["refused", "ignored"] = "refused"
    longest_comment: int | None = None
    change_answer: ChangeAnswer = "status"
    comment_answer: Literal["empty", "comment", "bare", "ok", "empty_object", "text"] = "comment"
    comment_status: int = 201
    bulk: BulkShape = field(default_factory=BulkShape)

    # Statistics.
    stats_range: Literal["honoured", "ignored", "refused"] = "honoured"
    """What from and to do; the page speaks of a time range and lists no parameter."""
    stats_zeros: bool = False
    """Severities that no alert has are told as 0 and not left out."""
    stats_texts: dict[str, object] = field(default_factory=dict)
    """Members of the answer that are told as they stand here."""
