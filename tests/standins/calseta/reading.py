"""Everything that is only read, but for the metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from tests.standins.calseta.inputs import Inputs
from tests.standins.calseta.refusals import bad_sort, internal_error, not_found
from tests.standins.calseta.shapes import (
    documents,
    indicator,
    indicator_node,
    metadata,
    node,
    one,
    paged,
    shown_rule,
    summary,
    whole,
)
from tests.standins.calseta.words import rank
from tests.standins.calseta.world import Call, HeldAlert, World, written

SORTS = ("created_at", "occurred_at", "severity", "source_name", "status", "title")
RULE_SORTS = ("created_at", "name", "severity", "source_name")
LISTED = ("status", "severity", "source_name", "enrichment_status")
"""Filters that take one value or a list divided by commas."""


def list_alerts(call: Call) -> Response:
    world, inputs = call.world, call.inputs
    place, keeps = inputs.page(), _filters(world, inputs)
    tags = inputs.every("tags")
    inputs.done()
    order, newest_first = _order(inputs, SORTS, "occurred_at")
    if tags and world.knobs.tags_filter_broken:
        raise internal_error()

    def value(alert: HeldAlert) -> Any:
        field = alert.fields.get(order)
        return rank(field) if order == "severity" else str(field)

    rows = [
        alert
        for alert in world.alerts.values()
        if all(keep(alert) for keep in keeps) and set(tags) <= set(alert.fields["tags"] or ())
    ]
    rows.sort(key=value, reverse=newest_first)
    wander = world.knobs.ties_wander
    return paged(rows, place, summary, (lambda a, b: bool(value(a) == value(b))) if wander else None)


def get_alert(call: Call) -> Response:
    alert = call.alert()
    return one(whole(call.world, alert), metadata(call.world, alert))


def list_activity(call: Call) -> Response:
    """Newest first."""
    place = call.inputs.page()
    alert = call.alert()
    events = [event for event in call.world.activity if event["alert_id"] == alert.number]
    return paged(events[::-1], place, dict)


def list_findings(call: Call) -> Response:
    """Oldest first."""
    findings = call.alert().fields.get("agent_findings") or []
    return one(sorted(findings, key=lambda finding: str(finding["posted_at"])))


def list_indicators(call: Call) -> Response:
    return one([indicator(each) for each in call.world.linked(call.alert())])


def relationship_graph(call: Call) -> Response:
    most = call.inputs.integer("sibling_limit", 10, 1, 50)
    alert = call.alert()
    linked = call.world.linked(alert)
    nodes = [indicator_node(call.world, alert, each, most) for each in linked]
    return one({"alert": node(alert), "indicators": nodes})


def list_context(call: Call) -> Response:
    return one(documents(call.world, call.alert()))


def get_indicator(call: Call) -> Response:
    """The only place that tells what providers sent word for word."""
    return one(indicator(held_indicator(call), raw=True))


def held_indicator(call: Call) -> dict[str, Any]:
    name = call.inputs.path_uuid("indicator_uuid", call.parts[2])
    call.inputs.done()
    if name not in call.world.indicators:
        raise not_found("Indicator not found.")
    return call.world.indicators[name]


def list_rules(call: Call) -> Response:
    inputs = call.inputs
    place, active = inputs.page(), inputs.truth("is_active")
    inputs.done()
    order, newest_first = _order(inputs, RULE_SORTS, "created_at")
    rules = list(call.world.rules.values())
    for name in ("source_name", "severity"):
        if wanted := inputs.words(name):
            rules = [rule for rule in rules if rule[name] in wanted]
    if active is not None:
        rules = [rule for rule in rules if rule["is_active"] is active]
    ranked = order == "severity"
    rules.sort(key=lambda rule: rank(rule[order]) if ranked else str(rule[order]), reverse=newest_first)
    return paged(rules, place, shown_rule)


def get_rule(call: Call) -> Response:
    name = call.inputs.path_uuid("rule_uuid", call.parts[2])
    call.inputs.done()
    if name not in call.world.rules:
        raise not_found("Detection rule not found.")
    return one(shown_rule(call.world.rules[name]))


def list_sources(call: Call) -> Response:
    """Configured integrations: alerts have sources that are not among them."""
    place = call.inputs.page()
    call.inputs.done()
    return paged(call.world.sources, place, dict)


def list_agents(call: Call) -> Response:
    place = call.inputs.page()
    call.inputs.done()
    return paged(list(call.world.agents.values()), place, dict)


def list_keys(call: Call) -> Response:
    """For admins; any other key cannot even read its own scopes."""
    place = call.inputs.page()
    call.inputs.done()
    return paged(
        list(call.world.keys.values()),
        place,
        lambda key: {
            "name": key.name,
            "key_prefix": key.prefix,
            "key_type": key.key_type,
            "scopes": list(key.scopes),
            "allowed_sources": None if key.allowed_sources is None else list(key.allowed_sources),
            "expires_at": None if key.expires_at is None else written(key.expires_at),
        },
    )


def _filters(world: World, inputs: Inputs) -> list[Callable[[HeldAlert], bool]]:
    keeps: list[Callable[[HeldAlert], bool]] = []

    def among(name: str, wanted: frozenset[str]) -> None:
        if wanted:
            keeps.append(lambda alert: str(alert.fields.get(name)) in wanted)

    for name in LISTED:
        among(name, inputs.words(name))
    enriched, rule = inputs.truth("is_enriched"), inputs.uuid("detection_rule_uuid")
    since, until = inputs.moment("from_time"), inputs.moment("to_time")
    if enriched is not None:
        keeps.append(lambda alert: alert.fields["is_enriched"] is enriched)
    if rule is not None:
        keeps.append(lambda alert: alert.rule == rule)
    if since is not None:
        first = written(since)
        keeps.append(lambda alert: str(alert.fields["occurred_at"]) >= first)
    if until is not None:
        last = written(until)
        keeps.append(lambda alert: str(alert.fields["occurred_at"]) <= last)
    return keeps


def _order(inputs: Inputs, known: tuple[str, ...], usual: str) -> tuple[str, bool]:
    """The field to sort by, and whether the greatest comes first."""
    order, direction = inputs.text("sort_by") or usual, inputs.text("sort_order") or "desc"
    if order not in known:
        raise bad_sort(f"Invalid sort_by '{order}'. Must be one of: {list(known)}")
    if direction not in ("asc", "desc"):
        raise bad_sort(f"Invalid sort_order '{direction}'. Must be 'asc' or 'desc'.")
    return order, direction == "desc"
