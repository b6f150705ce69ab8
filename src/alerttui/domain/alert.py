"""An alert and its parts, as every backend and every screen speaks of them.

Times are milliseconds since 1970 in UTC. JSON of unknown shape is carried as its text, so that nothing
in it is changed by having been parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did or owns something: a user, an API token, or the system itself."""

    id: str
    kind: str = "user"
    name: str = ""
    """How people call them; empty where only the id is known."""

    @property
    def label(self) -> str:
        """The name if there is one, else the id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody an alert can be assigned to."""

    id: str
    email: str = ""
    name: str = ""
    enabled: bool = True

    @property
    def label(self) -> str:
        """The shortest thing that a colleague would recognise."""
        return self.name or self.email or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The rule that fired, with what its product tells of it."""

    id: str = ""
    kind: str = ""
    """RULE, CORRELATION_RULE, POLICY, SCHEDULED_RULE or the product's own word."""
    name: str = ""
    severity: str = ""
    source: str = ""
    mitre_tactics: tuple[str, ...] = ()
    mitre_techniques: tuple[str, ...] = ()
    """Techniques and sub-techniques, T1078 or T1078.004."""
    data_sources: tuple[str, ...] = ()
    author: str = ""
    run_frequency: str = ""
    documentation: str = ""
    active: bool | None = None
    references: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What people call the rule: its id, or the name where the id is one that nobody reads."""
        return self.name if self.name and _UUID.fullmatch(self.id) else self.id or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to deliver the alert to a channel (Panther's AlertAPI.Delivery)."""

    dispatched_ms: int | None
    label: str
    message: str
    output_id: str
    status_code: int | None
    success: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFault:
    """Why a system alert exists (Panther's AlertAPI.SystemError)."""

    kind: str = ""
    source_id: str = ""
    source_kind: str = ""
    detection: Detection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One observable in the alert with what enrichment says of it."""

    kind: str
    """ip, domain, url, hash, email, user, host, file or the product's own word."""
    value: str
    malice: str = ""
    malice_origin: str = ""
    score: int | None = None
    note: str = ""
    """What enrichment adds, in one line."""
    first_seen_ms: int | None = None
    last_seen_ms: int | None = None
    enrichment: str = ""
    """JSON text of the sources' answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Risk or malice of the whole alert; level and score are never converted into each other."""

    level: str = ""
    score: int | None = None
    origin: str = ""
    override: str = ""
    override_by: str = ""
    override_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an agent or a model says; always labelled as such on screen."""

    origin: str
    summary: str
    score: int | None = None
    body: str = ""
    """JSON text of the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A context document or runbook attached by the product."""

    title: str
    kind: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedAlert:
    """Another alert that the backend or the store relates to this one, and why."""

    id: str
    title: str
    created_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert in full. Native words are kept beside the common ones, unknown words as they came."""

    id: AlertId
    title: str
    status: str
    phase: Phase
    severity: Severity = Severity.UNKNOWN
    severity_word: str = ""
    quality: Quality | None = None
    verdict: str = ""
    """The backend's own word; empty while there is none."""
    verdict_known: bool = True
    """False where the backend does not tell the verdict: that is not the same as none."""
    tags: tuple[str, ...] = ()
    """Context tags that the analyst may edit, in order."""
    rule_tags: tuple[str, ...] = ()
    """The rule's own tags, read-only."""
    assignee: Actor | None = None
    assignee_known: bool = True
    """False where the backend does not tell who has the alert: that is not the same as unassigned."""

    created_ms: int
    first_event_ms: int | None = None
    last_event_ms: int | None = None
    updated_ms: int | None = None
    updated_by: Actor | None = None
    acknowledged_ms: int | None = None
    acknowledged_by: Actor | None = None
    closed_ms: int | None = None
    closed_by: Actor | None = None
    observed: frozenset[str] = frozenset()
    """Names of time fields that only alerttui observed; the screen labels them so."""

    event_count: int | None = None
    duplicate_count: int | None = None
    fingerprint: str = ""
    detection: Detection = field(default_factory=Detection)
    type: str = ""
    sub_type: str = ""
    source: str = ""
    """Which product or feed the alert came from."""
    log_types: tuple[str, ...] = ()
    log_sources: tuple[str, ...] = ()
    resource_types: tuple[str, ...] = ()
    system_error: SystemFault | None = None

    description: str = ""
    runbook: str = ""
    reference: str = ""
    context: str = ""
    """JSON text; empty where there is none."""
    deliveries: tuple[Delivery, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    enrichment: str = ""
    """JSON text of what the product's enrichment adds."""
    enrichment_status: str = ""
    enriched_ms: int | None = None
    risk: Risk | None = None
    findings: tuple[Finding, ...] = ()
    documents: tuple[Document, ...] = ()
    related: tuple[RelatedAlert, ...] = ()
    extras: str = ""
    """JSON text of native fields that have no place above."""
    raw: bytes = field(default=b"", repr=False, compare=False)
    """The exact record, on the way from a remote system into the store, which keeps it apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One log event of an alert, exactly as it came."""

    sequence: int
    """Position within the alert, from 0."""
    body: str
    """JSON text, or plain text where it was not JSON or too large to parse."""
    occurred_ms: int | None = None


COMMENT_STATES: Final = {
    "queued": "not sent yet",
    "sending": "being sent",
    "held": "not known whether it was sent",
    "waiting": "not sent: its change is to be decided",
}
"""What a comment of ours says of itself on its way to a remote system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment in an alert's thread."""

    id: str
    author: Actor | None
    body: str
    format: str = "PLAIN_TEXT"
    """PLAIN_TEXT, HTML, MARKDOWN, or the product's own word."""
    created_ms: int | None = None
    updated_ms: int | None = None
    local: bool = False
    """True for a note that stays on this machine and is never sent."""
    state: str = ""
    """Empty where its thread has it, else how far it is on its way: see `COMMENT_STATES`."""
