"""`alerttui show`: one alert in full."""

from __future__ import annotations

from collections.abc import Iterator

import click

from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options, json_options
from alerttui.cli.output import cells, put_json, put_line, put_text
from alerttui.cli.workplace import open_workplace
from alerttui.domain.alert import Actor, Alert
from alerttui.domain.json_layout import laid_out
from alerttui.domain.moments import format_moment
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId

SHOWN_RELATED = 10
"""Related alerts that are listed; JSON has all of them."""


@click.command(name="show")
@click.argument("alert_id", metavar="ID", shell_complete=offering("alert_ids"))
@json_options
@global_options(filters=False)
def command(alert_id: str, as_json: bool, as_jsonl: bool) -> None:
    """Show the alert ID: its facts, description, runbook and context."""
    options = current_options(filters=False)
    with open_workplace(options) as place:
        place.freshen_alert(AlertId(alert_id), "full", "related")
        alert = place.alert(AlertId(alert_id))
    if as_json or as_jsonl:
        from alerttui.triage.panther_json import alert_json

        put_json(alert_json(alert))
    else:
        _put_alert(alert)


def _put_alert(alert: Alert) -> None:
    put_line(shown(alert.title))
    put_line()
    facts = [(name, text) for name, text in _facts(alert) if text]
    width = max(cells(name) for name, _ in facts)
    for name, text in facts:
        put_line(f"{name.ljust(width)}  {shown(text)}")
    for heading, text in _texts(alert):
        if text:
            put_line()
            put_line(heading)
            put_text(text, indent="  ")


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "id", alert.id
    yield "severity", alert.severity_word or alert.severity.name
    yield "status", alert.status
    yield "quality", alert.quality.value if alert.quality else ""
    yield "verdict", alert.verdict
    yield "tags", ", ".join(alert.tags)
    yield "assignee", _who(alert.assignee)
    yield "rule", alert.detection.id
    yield "rule name", alert.detection.name if alert.detection.name != alert.detection.id else ""
    yield "rule tags", ", ".join(alert.rule_tags)
    yield "techniques", ", ".join((*alert.detection.mitre_tactics, *alert.detection.mitre_techniques))
    yield "type", " ".join(each for each in (alert.type, alert.sub_type) if each)
    yield "source", alert.source
    yield "log types", ", ".join(alert.log_types)
    yield "log sources", ", ".join(alert.log_sources)
    yield "resource types", ", ".join(alert.resource_types)
    yield "events", "" if alert.event_count is None else str(alert.event_count)
    yield "duplicates", "" if alert.duplicate_count is None else str(alert.duplicate_count)
    yield from _times(alert)
    yield "risk", _risk(alert)
    yield "enrichment", alert.enrichment_status
    yield "reference", alert.reference
    for indicator in alert.indicators:
        words = (indicator.kind, indicator.value, indicator.malice, indicator.note)
        yield "indicator", " ".join(each for each in words if each)
    for delivery in alert.deliveries:
        sent = "delivered" if delivery.success else "not delivered"
        yield "delivery", " ".join(each for each in (sent, delivery.label, delivery.message) if each)
    for finding in alert.findings:
        yield "finding", f"{finding.origin} says: {finding.summary}"
    for related in alert.related[:SHOWN_RELATED]:
        yield "related", "  ".join(each for each in (related.id, related.title, related.reason) if each)


def _times(alert: Alert) -> Iterator[tuple[str, str]]:
    for label, name, by in (
        ("created", "created_ms", None),
        ("first event", "first_event_ms", None),
        ("last event", "last_event_ms", None),
        ("acknowledged", "acknowledged_ms", alert.acknowledged_by),
        ("closed", "closed_ms", alert.closed_by),
        ("updated", "updated_ms", alert.updated_by),
    ):
        moment_ms: int | None = getattr(alert, name)
        if moment_ms is None:
            continue
        who = f" by {_who(by)}" if by else ""
        observed = " (seen by alerttui)" if name in alert.observed else ""
        yield label, f"{format_moment(moment_ms)}{who}{observed}"


def _risk(alert: Alert) -> str:
    if alert.risk is None:
        return ""
    risk = alert.risk
    score = "" if risk.score is None else str(risk.score)
    told = " ".join(each for each in (risk.override or risk.level, score, risk.origin) if each)
    by = f" by {risk.override_by}" if risk.override_by else ""
    return f"{told} (overridden{by})" if risk.override else told


def _texts(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "Description", alert.description
    yield "Runbook", alert.runbook
    yield "Context", laid_out(alert.context)
    yield "Enrichment", laid_out(alert.enrichment)
    yield "More fields", laid_out(alert.extras)
    if alert.system_error:
        yield "System error", " ".join((alert.system_error.kind, alert.system_error.source_id)).strip()
    yield "Rule documentation", alert.detection.documentation
    for document in alert.documents:
        yield document.title or "Document", document.body


def _who(actor: Actor | None) -> str:
    return actor.label if actor else ""
