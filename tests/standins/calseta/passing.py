"""What sources send in, and what is handed on to providers and agents."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from tests.standins.calseta.changing import writable
from tests.standins.calseta.inputs import mapping, optional, text
from tests.standins.calseta.refusals import Refused, not_found
from tests.standins.calseta.shapes import one
from tests.standins.calseta.words import SEVERITIES, SOURCES
from tests.standins.calseta.world import Call, HeldAlert, plain, written

SAME_ALERT_WITHIN = timedelta(hours=24)


def ingest(call: Call) -> Response:
    body = call.inputs.body({"source_name": text(), "payload": mapping()}, ("source_name", "payload"))
    call.inputs.done()
    return _taken_in(call, body["source_name"], body["payload"])


def ingest_from(call: Call) -> Response:
    payload = call.inputs.body({"title": optional(text())})
    call.inputs.done()
    return _taken_in(call, call.parts[2], payload)


def _taken_in(call: Call, source: str, payload: dict[str, Any]) -> Response:
    """The plainest payload: a title and, if it likes, a severity in any case."""
    world, key = call.world, call.key
    if source not in SOURCES:
        raise Refused(404, "UNKNOWN_SOURCE", f"Unknown source '{source}'.")
    if key.allowed_sources is not None and source not in key.allowed_sources:
        raise Refused(403, "SOURCE_NOT_ALLOWED", f"This key may not ingest from '{source}'.")
    title = payload.get("title")
    if not isinstance(title, str) or not title:
        raise Refused(422, "INVALID_PAYLOAD", "The payload has no title.")
    since = written(world.now() - SAME_ALERT_WITHIN)
    mark = hashlib.md5(f"{title}\0{source}\0".encode(), usedforsecurity=False).hexdigest()
    same = [
        alert
        for alert in world.alerts.values()
        if alert.fields["fingerprint"] == mark and alert.fields["created_at"] >= since
    ]
    alert = same[-1] if same else HeldAlert(world.next_number("alert"), {})
    if same:
        count = alert.fields["duplicate_count"] + 1
        seen = {"duplicate_count": count, "last_seen_at": world.now_text()}
        alert.fields = alert.fields | seen
        world.note("alert_deduplicated", {"fingerprint": mark, "duplicate_count": count}, alert=alert)
    else:
        levels = {level.casefold(): level for level in SEVERITIES}
        severity = levels.get(str(payload.get("severity")).casefold(), "Pending")
        given = {"title": title, "source_name": source, "severity": severity, "fingerprint": mark}
        alert.fields = plain(world.next_uuid("ingested"), world.now_text()) | given
        alert.fields["raw_payload"] = payload
        world.alerts[alert.uuid] = alert
        told = {"source_name": source, "severity": severity, "title": title}
        world.note("alert_ingested", told, alert=alert, prefix=key.prefix)
    answer = {
        "alert_uuid": alert.uuid,
        "status": "deduplicated" if same else "queued",
        "is_duplicate": bool(same),
        "duplicate_count": alert.fields["duplicate_count"],
    }
    return one(answer, status=202)


def enrich(call: Call) -> Response:
    writable(call)
    return one({"message": "Enrichment queued"}, status=202)


def trigger_agents(call: Call) -> Response:
    writable(call)
    names = [agent["name"] for agent in call.world.agents.values() if agent["is_active"]]
    return one({"queued_agent_count": len(names), "agent_names": names}, status=202)


def dispatch_agent(call: Call) -> Response:
    name = call.inputs.required_uuid("agent_uuid")
    alert = writable(call)
    agent = call.world.agents.get(name)
    if agent is None:
        raise not_found("Agent not found.")
    if not agent["is_active"]:
        raise Refused(422, "AGENT_INACTIVE", f"Agent '{agent['name']}' is inactive.")
    answer = {"agent_uuid": name, "agent_name": agent["name"], "alert_uuid": alert.uuid}
    return one(answer, status=202)
