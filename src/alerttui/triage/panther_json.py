"""Alerts and what belongs to them as JSON in Panther's field names, plus what only alerttui knows.

Scripts read this: from `list --json` and from exports. Every alert has the same first fields; what is unset
is absent.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from alerttui.domain.alert import (
    Actor,
    Alert,
    Comment,
    Delivery,
    Detection,
    Event,
    Finding,
    Indicator,
    RelatedAlert,
    Risk,
    SystemFault,
)
from alerttui.domain.change import HistoryEntry
from alerttui.domain.json_text import JsonNumber, JsonRefused, exact_json, parse_json
from alerttui.domain.moments import format_moment

JsonObject = dict[str, Any]
"""JSON on its way out; its shape is described by the function that makes it."""

_RISKY: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_NOT_A_NUMBER: Final = ("NaN", "Infinity", "-Infinity")


def json_line(value: object) -> str:
    """A value as one line of JSON, with the digits that numbers came with; nothing in it acts on a terminal.

    C1 controls, bidi and invisible characters are written as `\\uXXXX`, which means the same to every reader.
    """
    return harmless_json(exact_json(value))


def harmless_json(text: str) -> str:
    """A JSON text that means the same and in which nothing acts on a terminal."""
    return text if text.isascii() and "\x7f" not in text else _RISKY.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1] if match.group() > "\x7f" else "\\u007f"


def alert_json(alert: Alert) -> JsonObject:
    """One alert: Panther's fields, then ours."""
    return {**_panther_fields(alert), **_own_fields(alert)}


def _panther_fields(alert: Alert) -> JsonObject:
    return {
        "id": alert.id,
        "title": alert.title,
        "severity": alert.severity.name if alert.severity else alert.severity_word,
        "status": alert.status,
        "type": alert.type,
        "contextTags": list(alert.tags),
        "createdAt": format_moment(alert.created_ms),
        **_present(
            quality=alert.quality.value if alert.quality else "",
            assignee=actor_json(alert.assignee),
            firstEventOccurredAt=_moment(alert.first_event_ms),
            lastReceivedEventAt=_moment(alert.last_event_ms),
            eventCount=alert.event_count,
            detection=_detection(alert.detection),
            runbook=alert.runbook,
            context=parsed(alert.context),
            deliveries=[_delivery(each) for each in alert.deliveries],
            updatedBy=actor_json(alert.updated_by),
            systemError=_system_fault(alert.system_error),
        ),
    }


def _own_fields(alert: Alert) -> JsonObject:
    return {
        "phase": alert.phase.name.lower(),
        **_present(
            verdict=alert.verdict,
            severityNative="" if alert.severity_word in ("", alert.severity.name) else alert.severity_word,
            subType=alert.sub_type,
            source=alert.source,
            ruleTags=list(alert.rule_tags),
            logTypes=list(alert.log_types),
            logSources=list(alert.log_sources),
            resourceTypes=list(alert.resource_types),
            assigneeUnknown=not alert.assignee_known or None,
            updatedAt=_moment(alert.updated_ms),
            acknowledgedAt=_moment(alert.acknowledged_ms),
            acknowledgedBy=actor_json(alert.acknowledged_by),
            closedAt=_moment(alert.closed_ms),
            closedBy=actor_json(alert.closed_by),
            observed=sorted(_OBSERVED.get(name, name) for name in alert.observed),
            duplicateCount=alert.duplicate_count,
            fingerprint=alert.fingerprint,
            description=alert.description,
            reference=alert.reference,
            indicators=[_indicator(each) for each in alert.indicators],
            enrichment=parsed(alert.enrichment),
            enrichmentStatus=alert.enrichment_status,
            enrichedAt=_moment(alert.enriched_ms),
            risk=_risk(alert.risk),
            findings=[_finding(each) for each in alert.findings],
            documents=[
                {"title": each.title, **_present(kind=each.kind, body=each.body)} for each in alert.documents
            ],
            related=[_related(each) for each in alert.related],
            native=parsed(alert.extras),
        ),
    }


_OBSERVED: Final = {
    "created_ms": "createdAt",
    "first_event_ms": "firstEventOccurredAt",
    "last_event_ms": "lastReceivedEventAt",
    "updated_ms": "updatedAt",
    "acknowledged_ms": "acknowledgedAt",
    "closed_ms": "closedAt",
    "enriched_ms": "enrichedAt",
}
"""Time fields under the names that they have in JSON."""


def event_json(event: Event) -> object:
    """One event as Panther lists them: the very log record, or its text where that is no JSON."""
    return parsed(event.body)


def comment_json(comment: Comment) -> JsonObject:
    """One comment; `local` only where it stays on this machine, `state` only until its thread has it."""
    return {
        "id": comment.id,
        "body": comment.body,
        "format": comment.format,
        **_present(
            createdAt=_moment(comment.created_ms),
            createdBy=actor_json(comment.author),
            updatedAt=_moment(comment.updated_ms),
            local=comment.local or None,
            state=comment.state,
        ),
    }


def history_json(entry: HistoryEntry) -> JsonObject:
    """One line of history."""
    return {
        "at": format_moment(entry.at_ms),
        "by": actor_json(entry.by),
        "field": entry.field,
        "before": entry.before,
        "after": entry.after,
        **_present(why=entry.why, through=entry.through),
    }


def actor_json(actor: Actor | None) -> JsonObject | None:
    """Who, as Panther writes it, with the name where one is known."""
    return {"id": actor.id, "type": actor.kind, **_present(name=actor.name)} if actor else None


def parsed(text: str) -> object:
    """The value of a JSON text; None if empty.

    The text itself where a value would not be the same: no JSON, too deep or too large, a key twice in one
    object, or a NaN, which strict readers refuse.
    """
    if not text:
        return None
    try:
        value = parse_json(text, object_of=_object_of)
    except (JsonRefused, _Doubled):
        return text
    return text if ("NaN" in text or "Infinity" in text) and _has_no_number(value) else value


class _Doubled(Exception):
    """A key stands twice in one object."""


def _object_of(pairs: list[tuple[str, object]]) -> JsonObject:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise _Doubled
    return value


def _has_no_number(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_no_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_no_number, value))
    return isinstance(value, JsonNumber) and value.written in _NOT_A_NUMBER


def _present(**values: object) -> JsonObject:
    return {name: value for name, value in values.items() if value is not None and value not in ("", [])}


def _moment(moment_ms: int | None) -> str | None:
    return None if moment_ms is None else format_moment(moment_ms)


def _detection(detection: Detection | None) -> JsonObject | None:
    if detection is None:
        return None
    return (
        _present(
            id=detection.id,
            type=detection.kind,
            name=detection.name,
            severity=detection.severity,
            source=detection.source,
            mitreTactics=list(detection.mitre_tactics),
            mitreTechniques=list(detection.mitre_techniques),
            dataSources=list(detection.data_sources),
            author=detection.author,
            runFrequency=detection.run_frequency,
            documentation=detection.documentation,
            active=detection.active,
            references=list(detection.references),
        )
        or None
    )


def _delivery(delivery: Delivery) -> JsonObject:
    return {
        **_present(dispatchedAt=_moment(delivery.dispatched_ms)),
        "label": delivery.label,
        "message": delivery.message,
        "outputId": delivery.output_id,
        **_present(statusCode=delivery.status_code),
        "success": delivery.success,
    }


def _system_fault(fault: SystemFault | None) -> JsonObject | None:
    if fault is None:
        return None
    return _present(
        type=fault.kind,
        sourceId=fault.source_id,
        sourceType=fault.source_kind,
        detection=_detection(fault.detection),
    )


def _indicator(indicator: Indicator) -> JsonObject:
    return {
        "type": indicator.kind,
        "value": indicator.value,
        **_present(
            malice=indicator.malice,
            maliceOrigin=indicator.malice_origin,
            score=indicator.score,
            note=indicator.note,
            firstSeenAt=_moment(indicator.first_seen_ms),
            lastSeenAt=_moment(indicator.last_seen_ms),
            enrichment=parsed(indicator.enrichment),
        ),
    }


def _risk(risk: Risk | None) -> JsonObject | None:
    if risk is None:
        return None
    return _present(
        level=risk.level,
        score=risk.score,
        origin=risk.origin,
        override=risk.override,
        overrideBy=risk.override_by,
        overrideAt=_moment(risk.override_ms),
    )


def _finding(finding: Finding) -> JsonObject:
    return {
        "origin": finding.origin,
        "summary": finding.summary,
        **_present(score=finding.score, body=parsed(finding.body)),
    }


def _related(related: RelatedAlert) -> JsonObject:
    return {
        "id": related.id,
        "title": related.title,
        **_present(createdAt=_moment(related.created_ms), reason=related.reason),
    }
