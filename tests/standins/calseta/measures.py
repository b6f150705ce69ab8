"""GET /v1/metrics/alerts and /v1/metrics/summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from tests.standins.calseta.shapes import one
from tests.standins.calseta.world import Call, HeldAlert, World, written

WINDOW = timedelta(days=30)


def alert_metrics(call: Call) -> Response:
    """The window is on created_at, and both its ends must be given or neither counts."""
    since, until = call.inputs.moment("from_time"), call.inputs.moment("to_time")
    call.inputs.done()
    now = call.world.now()
    if since is None or until is None:
        since, until = now - WINDOW, now
    alerts = _created(call.world, since, until)
    days = Counter(str(alert.fields["created_at"])[:10] for alert in alerts)
    rules = Counter(alert.rule for alert in alerts if alert.rule in call.world.rules)
    return one(
        {
            "period_from": written(since),
            "period_to": written(until),
            "total_alerts": len(alerts),
            "alerts_by_status": _count(alerts, "status"),
            "alerts_by_severity": _count(alerts, "severity"),
            "alerts_by_source": _count(alerts, "source_name"),
            "alerts_over_time": [{"date": day, "count": days[day]} for day in sorted(days)],
            "false_positive_rate": _false_positives(alerts),
            "mean_time_to_enrich": _mean(alerts, "ingested_at", "enriched_at"),
            "mean_time_to_detect": _mean(alerts, "occurred_at", "created_at"),
            "mean_time_to_acknowledge": _mean(alerts, "created_at", "acknowledged_at"),
            "mean_time_to_triage": _mean(alerts, "created_at", "triaged_at"),
            "mean_time_to_conclusion": _mean(alerts, "created_at", "closed_at"),
            "active_alerts_by_severity": _count(_active(alerts), "severity"),
            "top_detection_rules": [
                {"uuid": uuid, "name": call.world.rules[str(uuid)]["name"], "count": count}
                for uuid, count in rules.most_common(10)
            ],
            "enrichment_coverage": _share(alerts, lambda alert: bool(alert.fields["is_enriched"])),
        }
    )


def summary_metrics(call: Call) -> Response:
    """Always the last 30 days, under other names."""
    now = call.world.now()
    alerts = _created(call.world, now - WINDOW, now)
    return one(
        {
            "period": "last_30_days",
            "alerts": {
                "total": len(alerts),
                "active": len(_active(alerts)),
                "by_status": _count(alerts, "status"),
                "by_severity": _count(alerts, "severity"),
                "false_positive_rate": _false_positives(alerts),
                "mttd_seconds": _mean(alerts, "occurred_at", "created_at"),
                "mtta_seconds": _mean(alerts, "created_at", "acknowledged_at"),
                "mttt_seconds": _mean(alerts, "created_at", "triaged_at"),
                "mttc_seconds": _mean(alerts, "created_at", "closed_at"),
            },
            "workflows": {
                "total_configured": 0,
                "executions": 0,
                "success_rate": 0.0,
                "estimated_time_saved_hours": 0.0,
            },
            "approvals": {
                "pending": 0,
                "approved_last_30_days": 0,
                "approval_rate": 0.0,
                "median_response_time_minutes": None,
            },
        }
    )


def _created(world: World, since: datetime, until: datetime) -> list[HeldAlert]:
    first, end = written(since), written(until)
    return [alert for alert in world.alerts.values() if first <= str(alert.fields["created_at"]) < end]


def _active(alerts: Sequence[HeldAlert]) -> list[HeldAlert]:
    return [alert for alert in alerts if alert.fields["status"] != "Closed"]


def _count(alerts: Sequence[HeldAlert], name: str) -> dict[str, int]:
    """How many have each value; a value that none has is left out."""
    return dict(Counter(str(alert.fields[name]) for alert in alerts))


def _false_positives(alerts: Sequence[HeldAlert]) -> float:
    """Their share of the closed alerts."""
    closed = [alert for alert in alerts if alert.fields["status"] == "Closed"]
    return _share(
        closed, lambda alert: str(alert.fields["close_classification"]).startswith("False Positive")
    )


def _share(alerts: Sequence[HeldAlert], holds: Callable[[HeldAlert], bool]) -> float:
    return sum(map(holds, alerts)) / len(alerts) if alerts else 0.0


def _mean(alerts: Sequence[HeldAlert], start: str, end: str) -> float | None:
    """Seconds between two stamps, over the alerts that have both."""

    def seconds(fields: dict[str, Any]) -> float:
        spent = datetime.fromisoformat(fields[end]) - datetime.fromisoformat(fields[start])
        return spent.total_seconds()

    spans = [seconds(alert.fields) for alert in alerts if alert.fields[end] and alert.fields[start]]
    return sum(spans) / len(spans) if spans else None
