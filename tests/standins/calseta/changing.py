"""Changing alerts, their findings and their indicators."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from tests.standins.calseta.inputs import mapping, optional, sequence, text, truth, word
from tests.standins.calseta.reading import held_indicator
from tests.standins.calseta.refusals import internal_error, unprocessable
from tests.standins.calseta.shapes import indicator, metadata, one, whole
from tests.standins.calseta.words import (
    CLASSIFICATIONS,
    CONFIDENCES,
    INDICATOR_TYPES,
    MALICE,
    SEVERITIES,
    STATUSES,
    worst,
)
from tests.standins.calseta.world import Call, HeldAlert, World

PATCH = {
    "status": optional(word(STATUSES)),
    "severity": optional(word(SEVERITIES)),
    "close_classification": optional(word(CLASSIFICATIONS)),
    "tags": optional(sequence(text())),
    "malice_override": optional(word(MALICE)),
    "reset_malice_override": truth,
}
FINDING = {
    "agent_name": text(1, 255),
    "summary": text(1, 50_000),
    "confidence": optional(word(CONFIDENCES)),
    "recommended_action": optional(text()),
    "evidence": optional(mapping()),
}
INDICATORS = {
    "indicators": sequence(mapping({"type": word(INDICATOR_TYPES), "value": text(1)}), 1, 100),
}


def patch_alert(call: Call) -> Response:
    world, body = call.world, call.inputs.body(PATCH)
    alert = writable(call)
    changes = {name: value for name, value in body.items() if value is not None}
    if changes.get("status") == "Closed" and "close_classification" not in changes:
        raise unprocessable("close_classification is required when setting status to Closed.")
    apply(world, alert, changes, call.key.prefix)
    return one(whole(world, alert, patched=True), metadata(world, alert, patched=True))


def apply(world: World, alert: HeldAlert, changes: dict[str, Any], prefix: str) -> None:
    """Makes a change and writes its events; `prefix` tells whose key it was."""
    if alert.uuid in world.knobs.ignored_ids:
        return
    before, now = alert.fields, world.now_text()
    plain = ("status", "severity", "tags", "close_classification")
    fields = before | {name: changes[name] for name in plain if name in changes}
    _stamp(fields, before["status"], changes.get("status"), now)
    if changes.get("reset_malice_override"):
        fields |= dict.fromkeys(("malice_override", "malice_override_source", "malice_override_at"))
    elif "malice_override" in changes:
        override = {"malice_override": changes["malice_override"], "malice_override_source": "analyst"}
        fields |= override | {"malice_override_at": now}
    if fields != before:
        fields["updated_at"] = now
    alert.fields = fields
    for event_type, references in _events(before, fields, reset=bool(changes.get("reset_malice_override"))):
        world.note(event_type, references, alert=alert, prefix=prefix)


def _stamp(fields: dict[str, Any], was: str, status: str | None, now: str) -> None:
    """Each stamp is written once and never cleared."""

    def first(name: str) -> None:
        fields[name] = fields.get(name) or now

    if status in ("Triaging", "Escalated") and was == "Open":
        first("acknowledged_at")
    if status == "Triaging":
        first("triaged_at")
    if status == "Closed" and fields.get("closed_at") is None:
        first("closed_at")
        first("acknowledged_at")


def _events(
    before: dict[str, Any], after: dict[str, Any], *, reset: bool
) -> list[tuple[str, dict[str, Any]]]:
    """What a change is remembered by; tags and a classification by itself are not."""
    found: list[tuple[str, dict[str, Any]]] = []
    if after["status"] != before["status"]:
        source = {"from_status": before["status"]}
        if after["status"] == "Closed":
            classification = {"close_classification": after["close_classification"]}
            found.append(("alert_closed", source | classification))
        else:
            found.append(("alert_status_updated", source | {"to_status": after["status"]}))
    if after["severity"] != before["severity"]:
        levels = {"from_severity": before["severity"], "to_severity": after["severity"]}
        found.append(("alert_severity_updated", levels))
    if after["malice_override"] != before["malice_override"]:
        levels = {"from_malice": before["malice_override"], "to_malice": after["malice_override"]}
        levels["malice_source"] = "reset" if reset else "analyst"
        found.append(("alert_malice_updated", levels))
    return found


def delete_alert(call: Call) -> Response:
    alert = writable(call)
    remove(call.world, alert)
    return Response(status_code=204)


def remove(world: World, alert: HeldAlert) -> None:
    """Its activity stays and no longer tells which alert it was."""
    del world.alerts[alert.uuid]
    for event in world.activity:
        if event["alert_id"] == alert.number:
            event["alert_id"] = None


def add_finding(call: Call) -> Response:
    body = call.inputs.body(FINDING, ("agent_name", "summary"))
    alert = writable(call)
    return one(write_finding(call.world, alert, body, call.key.prefix), status=201)


def write_finding(world: World, alert: HeldAlert, given: dict[str, Any], prefix: str) -> dict[str, Any]:
    finding = {"id": world.next_uuid("finding"), **{name: given.get(name) for name in FINDING}}
    finding["posted_at"] = world.now_text()
    findings = [*(alert.fields.get("agent_findings") or []), finding]
    alert.fields = alert.fields | {"agent_findings": findings, "updated_at": world.now_text()}
    summary = str(finding["summary"])
    references = {
        "finding_id": finding["id"],
        "agent_name": finding["agent_name"],
        "summary": summary if len(summary) <= 120 else summary[:120] + "...",
        "confidence": finding["confidence"],
    }
    world.note("alert_finding_added", references, alert=alert, prefix=prefix)
    return finding


def add_indicators(call: Call) -> Response:
    world, enrich = call.world, call.inputs.truth("enrich")
    body = call.inputs.body(INDICATORS, ("indicators",))
    alert = writable(call)
    given = [(each["type"], each["value"].strip()) for each in body["indicators"]]
    added = [link_indicator(world, alert, kind, value) for kind, value in given]
    requested = enrich is not False
    references = {
        "indicator_count": len(added),
        "indicators": [{"type": kind, "value": value} for kind, value in given],
        "enrich_requested": requested,
    }
    world.note("alert_indicators_added", references, alert=alert, prefix=call.key.prefix)
    shown = [indicator(each) for each in added]
    return one({"added_count": len(added), "indicators": shown, "enrich_requested": requested}, status=201)


def link_indicator(world: World, alert: HeldAlert, kind: str, value: str) -> dict[str, Any]:
    """An indicator is one for all alerts that have it."""
    now = world.now_text()
    fields = next(
        (each for each in world.indicators.values() if (each["type"], each["value"]) == (kind, value)), None
    )
    if fields is None:
        fields = {
            "uuid": world.next_uuid("indicator"),
            "type": kind,
            "value": value,
            "malice": "Pending",
            "malice_source": "enrichment",
            "malice_overridden_at": None,
            "first_seen": now,
            "is_enriched": False,
            "enrichment_results": None,
            "created_at": now,
        }
        world.indicators[fields["uuid"]] = fields
    fields |= {"last_seen": now, "updated_at": now}
    if fields["uuid"] not in alert.indicators:
        alert.indicators.append(fields["uuid"])
    return fields


def patch_indicator(call: Call) -> Response:
    """Null leaves the verdict to the providers again."""
    world = call.world
    body = call.inputs.body({"malice": optional(word(MALICE))})
    fields = held_indicator(call)
    before, malice, now = fields["malice"], body.get("malice"), world.now_text()
    if malice is None:
        results = (fields["enrichment_results"] or {}).values()
        told = [str((result.get("extracted") or {}).get("malice")) for result in results]
        fields |= {"malice": worst(told), "malice_source": "enrichment", "malice_overridden_at": None}
    else:
        fields |= {"malice": malice, "malice_source": "analyst", "malice_overridden_at": now}
    fields["updated_at"] = now
    references = {
        "from_malice": before,
        "to_malice": fields["malice"],
        "malice_source": fields["malice_source"],
    }
    linked = next((each for each in world.alerts.values() if fields["uuid"] in each.indicators), None)
    world.note("indicator_malice_updated", references, alert=linked, prefix=call.key.prefix)
    return one(indicator(fields, raw=True))


def writable(call: Call) -> HeldAlert:
    """The alert in the path of a call that changes it."""
    alert = call.alert()
    if alert.uuid in call.world.knobs.failing_ids:
        raise internal_error()
    return alert
