"""From a story to an alert: the time, the id, the deliveries, and the record as Panther would give it."""

from __future__ import annotations

import json
from random import Random
from typing import Final

from alerttui.backends.store import NewAlert
from alerttui.demo.cast import ALERT_ID, EVENT_CLOCK, EVENT_TIME, PARSE_CLOCK, ROW_ID
from alerttui.demo.clock import iso, panther_clock
from alerttui.demo.decisions import Decisions, decide
from alerttui.demo.dice import between, chance, digits
from alerttui.demo.story import Story
from alerttui.domain.alert import Actor, Alert, Delivery, Event
from alerttui.domain.vocabulary import AlertId

SOURCE: Final = "demo"

_SLACK: Final = ("#soc-alerts", "1f7f0a52-91f4-4b52-9e52-5b1b0c8f0a01")
_PAGER: Final = ("SOC primary", "2a4c1be7-0d56-4a6b-8a5f-77c1f2f0aa02")
_JIRA: Final = ("SEC", "3b9e6f10-6c1d-4f0e-9d55-0e4be1d9cc03")


def tell(
    story: Story,
    alert_id: str,
    created_ms: int,
    now_ms: int,
    dice: Random,
    *,
    most_events: int,
    undelivered: bool,
) -> NewAlert:
    """The alert that this story is when it was created then."""
    last_ms = created_ms - between(dice, 4_000, 40_000)
    first_ms = last_ms - story.event_lags_ms[0] if story.event_lags_ms else None
    events = _events(story, alert_id, created_ms, last_ms, dice, most_events)
    made = decide(story, created_ms, now_ms, dice)
    deliveries = _deliveries(story.severity_word, created_ms, undelivered or chance(dice, 1))
    span = (first_ms, last_ms)
    alert = _alert(story, alert_id, created_ms, span, made, deliveries)
    return NewAlert(
        alert=alert,
        source=SOURCE,
        native_id=alert_id,
        raw=_record(story, alert, made).encode("utf-8"),
        events=events,
        comments=made.comments,
        history=made.history,
    )


def _alert(
    story: Story,
    alert_id: str,
    created_ms: int,
    span: tuple[int | None, int],
    made: Decisions,
    deliveries: tuple[Delivery, ...],
) -> Alert:
    scenario = story.scenario
    return Alert(
        id=AlertId(alert_id),
        title=story.title,
        status=made.status,
        phase=made.phase,
        severity=story.severity,
        severity_word=story.severity_word,
        quality=made.quality,
        verdict=made.verdict,
        tags=made.tags,
        rule_tags=scenario.rule_tags,
        assignee=made.assignee,
        created_ms=created_ms,
        first_event_ms=span[0],
        last_event_ms=span[1] if story.event_lags_ms else None,
        updated_ms=made.updated_ms,
        updated_by=made.updated_by,
        acknowledged_ms=made.acknowledged_ms,
        acknowledged_by=made.assignee,
        closed_ms=made.closed_ms,
        closed_by=made.closed_by,
        event_count=len(story.event_bodies),
        detection=story.detection,
        type=scenario.type,
        sub_type=scenario.sub_type or scenario.kind,
        source=SOURCE,
        log_types=scenario.log_types,
        log_sources=(scenario.log_source,),
        resource_types=scenario.resource_types,
        system_error=story.fault,
        description=scenario.description,
        runbook=scenario.runbook,
        reference=scenario.reference,
        context=story.context.replace(EVENT_TIME, iso(span[1])),
        deliveries=deliveries,
        indicators=story.indicators,
        enrichment=story.enrichment,
        enrichment_status="complete" if story.enrichment else "",
        enriched_ms=created_ms + 9_000 if story.enrichment else None,
        risk=story.risk,
    )


def _events(
    story: Story, alert_id: str, created_ms: int, last_ms: int, dice: Random, most: int
) -> tuple[Event, ...]:
    parsed = panther_clock(iso(created_ms))
    told: list[Event] = []
    for body, lag_ms in zip(story.event_bodies[:most], story.event_lags_ms, strict=False):
        occurred_ms = last_ms - lag_ms
        time = iso(occurred_ms)
        told.append(
            Event(
                sequence=len(told),
                body=body.replace(EVENT_TIME, time)
                .replace(EVENT_CLOCK, panther_clock(time))
                .replace(PARSE_CLOCK, parsed)
                .replace(ROW_ID, digits(dice, 32))
                .replace(ALERT_ID, alert_id),
                occurred_ms=occurred_ms,
            )
        )
    return tuple(told)


def _deliveries(severity: str, created_ms: int, undelivered: bool) -> tuple[Delivery, ...]:
    sent: list[Delivery] = []
    if severity in ("CRITICAL", "HIGH", "MEDIUM"):
        sent.append(_delivery(_SLACK, created_ms + 1_400, "", 200))
    if severity == "CRITICAL":
        sent.append(_delivery(_PAGER, created_ms + 1_900, "", 202))
    if undelivered:
        failure = "jira: 500 Internal Server Error: upstream timed out after 30 s"
        sent.append(_delivery(_JIRA, created_ms + 32_000, failure, 500))
    return tuple(sent)


def _delivery(output: tuple[str, str], at_ms: int, message: str, code: int) -> Delivery:
    label, output_id = output
    return Delivery(
        dispatched_ms=at_ms,
        label=label,
        message=message or "delivered",
        output_id=output_id,
        status_code=code,
        success=code < 300,
    )


def _record(story: Story, alert: Alert, made: Decisions) -> str:
    parts = [
        f'{{"id":"{alert.id}",{story.record_head},"status":"{alert.status}","createdAt":"{iso(alert.created_ms)}"'
    ]
    if alert.first_event_ms is not None and alert.last_event_ms is not None:
        parts.append(f'"firstEventOccurredAt":"{iso(alert.first_event_ms)}"')
        parts.append(f'"lastReceivedEventAt":"{iso(alert.last_event_ms)}"')
    parts.append(f'"eventCount":{alert.event_count}')
    if made.assignee:
        parts.append(f'"assignee":{_actor(made.assignee)}')
    if made.updated_by:
        parts.append(f'"updatedBy":{_actor(made.updated_by)}')
    if made.quality:
        parts.append(f'"quality":"{made.quality.value}"')
    if made.tags:
        parts.append(f'"contextTags":{json.dumps(made.tags, separators=(",", ":"))}')
    parts.append(f'"context":{alert.context}')
    parts.append(f'"deliveries":[{",".join(map(_delivery_record, alert.deliveries))}]')
    parts.append(story.record_tail + "}")
    return ",".join(parts)


def _actor(actor: Actor) -> str:
    return f'{{"id":"{actor.id}","type":"{actor.kind}"}}'


def _delivery_record(delivery: Delivery) -> str:
    return (
        f'{{"dispatchedAt":"{iso(delivery.dispatched_ms or 0)}","label":"{delivery.label}",'
        f'"message":"{delivery.message}","outputId":"{delivery.output_id}",'
        f'"statusCode":{delivery.status_code},"success":{"true" if delivery.success else "false"}}}'
    )
