"""Objects as they are answered, and the two envelopes around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.responses import JSONResponse, Response

from tests.standins.calseta.words import worst
from tests.standins.calseta.world import HeldAlert, World

Row = TypeVar("Row")
SUMMARY_FIELDS = (
    *("uuid", "title", "description", "severity", "status", "enrichment_status", "source_name"),
    *("occurred_at", "ingested_at", "is_enriched", "duplicate_count", "tags", "close_classification"),
    *("closed_at", "created_at", "updated_at"),
)


def one(data: Any, meta: dict[str, Any] | None = None, status: int = 200) -> Response:
    return JSONResponse({"data": data, "meta": meta or {}}, status)


def paged(
    rows: Sequence[Row],
    place: tuple[int, int],
    shown: Callable[[Row], Any],
    tied: Callable[[Row, Row], bool] | None = None,
) -> Response:
    """A page of rows in their order.

    With `tied`, a page that begins among rows of one sort value begins with the last row of the page
    before it, and its own first row shows nowhere: the order has no tie-break.
    """
    page, size = place
    start = (page - 1) * size
    found = list(rows[start : start + size])
    if tied is not None and start and found and tied(rows[start - 1], rows[start]):
        found[0] = rows[start - 1]
    pages = -(-len(rows) // size)
    meta = {"total": len(rows), "page": page, "page_size": size, "total_pages": pages}
    return JSONResponse({"data": [shown(row) for row in found], "meta": meta})


def summary(alert: HeldAlert) -> dict[str, Any]:
    """An alert in a list."""
    return {name: alert.fields.get(name) for name in SUMMARY_FIELDS}


def whole(world: World, alert: HeldAlert, *, patched: bool = False) -> dict[str, Any]:
    """An alert by itself; the answer of a change leaves its rule and documents out."""
    linked = world.linked(alert)
    rule = None if patched or alert.rule is None else world.rules.get(alert.rule)
    override = alert.fields.get("malice_override")
    return alert.fields | {
        "malice": override or worst([each["malice"] for each in linked]),
        "indicators": [indicator(each) for each in linked],
        "detection_rule": None if rule is None else shown_rule(rule),
        "context_documents": [] if patched else documents(world, alert),
        "agent_findings": alert.fields.get("agent_findings") or None,
    }


def metadata(world: World, alert: HeldAlert, *, patched: bool = False) -> dict[str, Any]:
    outcomes: dict[bool, set[str]] = {True: set(), False: set()}
    for each in world.linked(alert):
        for provider, result in (each["enrichment_results"] or {}).items():
            outcomes[bool(result.get("success"))].add(provider)
    enriched_at = alert.fields.get("enriched_at")
    return {
        "generated_at": world.now_text(),
        "alert_source": alert.fields["source_name"],
        "indicator_count": len(alert.indicators),
        "enrichment": {
            "succeeded": sorted(outcomes[True]),
            "failed": sorted(outcomes[False]),
            "enriched_at": None if enriched_at is None else str(enriched_at).replace("Z", "+00:00"),
        },
        "detection_rule_matched": alert.rule is not None,
        "context_documents_applied": 0 if patched else len(documents(world, alert)),
    }


def indicator(fields: dict[str, Any], *, raw: bool = False) -> dict[str, Any]:
    """An indicator; what providers sent word for word only shows with `raw`."""
    results = fields["enrichment_results"]
    if raw or not results:
        return dict(fields)
    slim = {
        provider: {name: value for name, value in result.items() if name != "raw"}
        for provider, result in results.items()
    }
    return fields | {"enrichment_results": slim}


def documents(world: World, alert: HeldAlert) -> list[dict[str, Any]]:
    """The context documents of an alert, global ones first."""
    fitting = [
        document.fields
        for document in world.documents
        if document.fields["is_global"] or document.alerts is None or alert.uuid in document.alerts
    ]
    return sorted(fitting, key=lambda fields: (not fields["is_global"], fields["document_type"]))


def shown_rule(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != "id"}


def node(alert: HeldAlert) -> dict[str, Any]:
    """An alert in a relationship graph."""
    names = ("uuid", "title", "severity", "status", "source_name", "occurred_at", "tags")
    return {name: alert.fields.get(name) for name in names}


def indicator_node(world: World, alert: HeldAlert, fields: dict[str, Any], most: int) -> dict[str, Any]:
    """An indicator in a relationship graph, with at most so many of the other alerts that have it."""
    others = world.sharing(fields["uuid"], alert.uuid)
    names = ("uuid", "type", "value", "malice", "first_seen", "last_seen", "is_enriched")
    return {name: fields[name] for name in names} | {
        "enrichment_summary": {
            provider: _verdict(result) for provider, result in (fields["enrichment_results"] or {}).items()
        },
        "total_alert_count": len(others),
        "sibling_alerts": [node(other) for other in others[:most]],
    }


def _verdict(result: dict[str, Any]) -> str:
    verdict = (result.get("extracted") or {}).get("malice")
    return str(verdict) if verdict else "enriched" if result.get("success") else "failed"
