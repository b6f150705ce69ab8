"""A backend of another package: tickets in a JSON file that some tool writes and reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alerttui.backends.contract import BackendSettings, Identity
from alerttui.backends.refusing import Refusing
from alerttui.domain.alert import Actor, Alert, Event
from alerttui.domain.capabilities import AssignBy, Capabilities, CommentRule, FieldRule, RetrySafety
from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import ConfigError, Invalid, NotFound
from alerttui.domain.listing import Page
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId, Phase, Severity, StatusWord

CAPABILITIES = Capabilities(
    backend="ticket-box",
    needs_token=False,
    statuses=(
        StatusWord("todo", "To do", "To do", Phase.OPEN, "t"),
        StatusWord("doing", "Doing", "Doing", Phase.ACTIVE, "d"),
        StatusWord("done", "Done", "Done", Phase.CLOSED, "x"),
    ),
    closing_targets=("done",),
    active_target="doing",
    fields={"status": FieldRule(clear_refusal="A ticket always has a status.")},
    assign_by=AssignBy.NONE,
    comments=CommentRule(
        read_refusal="Tickets have no comments.", write_refusal="Tickets have no comments.", notes=True
    ),
    events_paged=False,
    history_refusal="Tickets have no history.",
    related_refusal="Tickets are not related.",
    statistics_refusal="Tickets are not counted.",
    page_limit=100,
    retry={"apply": RetrySafety.SETTLE},
)


class TicketBox(Refusing):
    """`options.file` is a list of objects with id, title, status, severity and created (milliseconds)."""

    name = "ticket-box"
    capabilities = CAPABILITIES

    def __init__(self, settings: BackendSettings) -> None:
        if "file" not in settings.options:
            raise ConfigError('ticket-box needs a file: [profiles.NAME.options] file = "tickets.json"')
        self._file = Path(settings.options["file"])
        self._me = Actor(settings.me) if settings.me else None

    async def identity(self) -> Identity:
        return Identity(me=self._me, server=str(self._file))

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        # Narrowing nothing is always right: the mirror decides which alerts match.
        tickets = sorted(self._read(), key=lambda each: (-int(each["created"]), str(each["id"])))
        if cursor is not None:  # the last ticket of the page before
            if not any(each["id"] == cursor for each in tickets):
                raise Invalid("cursor", cursor, "the `next` of the page before is expected")
            tickets = tickets[[each["id"] for each in tickets].index(cursor) + 1 :]
        following = str(tickets[limit - 1]["id"]) if len(tickets) > limit else None
        return Page([_alert(each) for each in tickets[:limit]], following)

    async def alert(self, alert_id: AlertId) -> Alert:
        return _alert(self._one(alert_id))

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        return Page([Event(sequence=0, body=json.dumps(self._one(alert_id)))])

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        for edit in change.edits:
            self.capabilities.check(edit.patch)
        return [self._apply(edit.alert_id, edit.patch) for edit in change.edits]

    def _apply(self, alert_id: AlertId, patch: AlertPatch) -> Outcome:
        tickets = self._read()
        ticket = next((each for each in tickets if each["id"] == alert_id), None)
        if ticket is None:
            reason = f"No such ticket: {alert_id}"
            return Outcome(alert_id=alert_id, state=OutcomeState.MISSING, reason=reason)
        before = AlertPatch(status=Set(str(ticket["status"])))
        if isinstance(patch.status, Set):
            ticket["status"] = patch.status.value
        self._file.write_text(json.dumps(tickets))
        return Outcome(alert_id=alert_id, state=OutcomeState.CONFIRMED, before=before, after=patch)

    def _one(self, alert_id: AlertId) -> dict[str, object]:
        for each in self._read():
            if each["id"] == alert_id:
                return each
        raise NotFound([alert_id])

    def _read(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._file.read_text())
        return found


def _alert(ticket: dict[str, object]) -> Alert:
    status, severity = str(ticket["status"]), str(ticket["severity"])
    return Alert(
        id=AlertId(str(ticket["id"])),
        title=str(ticket["title"]),
        status=status,
        phase=CAPABILITIES.phase(status),
        severity=Severity.from_word(severity),
        severity_word=severity,
        created_ms=int(str(ticket["created"])),
        assignee_known=False,
        source="ticket-box",
        raw=json.dumps(ticket).encode(),
    )
