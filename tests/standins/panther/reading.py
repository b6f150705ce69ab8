"""GET /alerts, /alerts/{id} and /alerts/{id}/events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.panther.paging import Key, Paging, Rows, rows_of
from tests.standins.panther.query import Query
from tests.standins.panther.refusals import Refused, bad_request, not_found
from tests.standins.panther.shelf import HeldAlert
from tests.standins.panther.tags import check_tag
from tests.standins.panther.times import micros, read_bound
from tests.standins.panther.world import Call, World

TABS = ("ALERT", "DETECTION_ERROR", "SYSTEM_ERROR")
STATUSES = ("OPEN", "CLOSED", "TRIAGED", "RESOLVED")
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")
QUALITIES = ("NOISE", "USEFUL")
SUB_TYPES = (
    "RULE",
    "RULE_ERROR",
    "SCHEDULED_RULE",
    "SCHEDULED_RULE_ERROR",
    "POLICY",
    "SYSTEM_ERROR",
    "CORRELATION_RULE",
    "CORRELATION_RULE_ERROR",
)
SUB_TYPES_OF = {
    "ALERT": {"RULE", "SCHEDULED_RULE", "POLICY", "CORRELATION_RULE"},
    "DETECTION_ERROR": {"RULE_ERROR", "SCHEDULED_RULE_ERROR", "CORRELATION_RULE_ERROR"},
    "SYSTEM_ERROR": set[str](),
}
NEW_PARAMETERS = ("quality", "context-tag")
PARAMETERS = (
    *("type", "sub-type", "cursor", "limit", "created-after", "created-before", "detection-id", "sort-dir"),
    *("name-contains", "log-source", "log-type", "resource-type", "status", "severity", "assignee"),
    *("event-count-min", "event-count-max", *NEW_PARAMETERS),
)
WINDOW = timedelta(days=30)
ALERT_PAGES = Paging(default=25, largest=50)
Test = Callable[[HeldAlert, dict[str, Any]], bool]


@dataclass(frozen=True)
class Listing:
    """What one list call asks for."""

    tab: str
    statuses: frozenset[str]
    bounds: tuple[int, int]
    newest_first: bool
    tests: tuple[Test, ...]

    def keeps(self, alert: HeldAlert, fields: dict[str, Any]) -> bool:
        if self.statuses and fields.get("status") not in self.statuses:
            return False
        return all(test(alert, fields) for test in self.tests)


def list_alerts(world: World, call: Call) -> Response:
    knobs, query = world.knobs, call.query
    if knobs.longest_query is not None and len(call.raw_query) > knobs.longest_query:
        raise Refused(414, {"message": "Request-URI Too Large"})
    if knobs.refuse_unknown_parameters:
        query.only(PARAMETERS)
    listing = _listing(world, query)
    now = world.now_micros()
    stale = {name: old for name in list(world.shelf.lagging) if (old := world.shelf.stale_fields(name, now))}

    def behind(after: Key | None) -> Rows[dict[str, Any]]:
        place = None if after is None else (int(after[0]), str(after[1]))
        indexed = listing.statuses if not stale and knobs.scan_rows is None else frozenset[str]()
        walk = world.shelf.walk(
            listing.tab, indexed, listing.bounds, newest_first=listing.newest_first, behind=place
        )
        for alert in walk:
            fields = stale.get(alert.id, alert.fields)
            yield alert.place, shown(world, fields) if listing.keeps(alert, fields) else None

    rows, rest = ALERT_PAGES.answer(query, knobs, "alerts", behind)
    if knobs.thin_rows:
        heavy = {"context", "runbook", "deliveries"}
        rows = [{name: value for name, value in row.items() if name not in heavy} for row in rows]
    return JSONResponse({"results": rows, **rest})


def get_alert(world: World, call: Call) -> Response:
    alert = held(world, call.parts[1])
    fields = world.shelf.stale_fields(alert.id, world.now_micros()) or alert.fields
    return JSONResponse(shown(world, fields))


def list_events(world: World, call: Call) -> Response:
    if world.knobs.refuse_unknown_parameters:
        call.query.only(("cursor", "limit"))
    alert = held(world, call.parts[1])
    rows: list[tuple[Key, Any]] = [((index,), (event,)) for index, event in enumerate(events_of(alert))]
    boxed, rest = ALERT_PAGES.answer(call.query, world.knobs, f"events of {alert.id}", rows_of(rows))
    return JSONResponse({"results": [event for (event,) in boxed], **rest})


def held(world: World, alert_id: str) -> HeldAlert:
    alert = world.shelf.by_id.get(alert_id)
    if alert is None:
        raise not_found("alert", alert_id)
    return alert


def events_of(alert: HeldAlert) -> list[Any]:
    """Events given, or as many as the alert counts, made up from its id."""
    if alert.events is not None:
        return alert.events
    return [
        {
            "p_row_id": f"{alert.id}-{number}",
            "p_alert_id": alert.id,
            "p_event_time": alert.fields.get("createdAt"),
            "p_log_type": min(alert.log_types, default="Custom.Log"),
            "p_any_ip_addresses": [f"192.0.2.{number % 250}"],
            "number": number,
        }
        for number in range(int(alert.fields.get("eventCount") or 0))
    ]


def shown(world: World, fields: dict[str, Any]) -> dict[str, Any]:
    """An alert as it is answered: what has no value, and actors, as the knobs say."""
    knobs = world.knobs
    row = dict(fields)
    nothing: dict[str, dict[str, Any]] = {
        "assignee": {"null": None, "empty": {}, "blank_id": {"id": "", "type": ""}},
        "quality": {"null": None, "empty": ""},
        "contextTags": {"null": None, "empty": []},
    }
    ways = (knobs.unassigned_as, knobs.no_quality_as, knobs.no_tags_as)
    for (name, forms), way in zip(nothing.items(), ways, strict=True):
        if name not in row and way in forms:
            row[name] = forms[way]
    for name in ("assignee", "updatedBy"):
        if name in row:
            row[name] = world.actor(row[name])
    if knobs.old_release:
        row.pop("quality", None)
        row.pop("contextTags", None)
    return row


def _listing(world: World, query: Query) -> Listing:
    tab = query.one("type", TABS) or "ALERT"
    sub_types = query.many("sub-type", SUB_TYPES)
    for word in sorted(sub_types - SUB_TYPES_OF[tab]):
        raise bad_request(f"sub-type {word} is not valid for type {tab}")
    return Listing(
        tab,
        query.many("status", STATUSES),
        _bounds(world, query),
        query.one("sort-dir", ("asc", "desc")) != "asc",
        tuple(_tests(world, query, sub_types)),
    )


def _bounds(world: World, query: Query) -> tuple[int, int]:
    """The window in microseconds, both ends inclusive."""
    found: dict[str, int | None] = {}
    for name in ("created-after", "created-before"):
        text = query.one(name)
        bound = None if text is None else read_bound(text)
        if text is not None and bound is None:
            raise bad_request(f"invalid value {text!r} for {name}, must be a date and time")
        found[name] = None if bound is None else micros(bound)
    edge = 0 if world.knobs.window_inclusive else 1
    after, before = found["created-after"], found["created-before"]
    if after is not None:
        first = after + edge
    elif query.one("detection-id") is not None and not world.knobs.window_with_detection_id:
        first = 0
    else:
        first = micros(world.now() - WINDOW)
    return first, world.now_micros() if before is None else before - edge


def _tests(world: World, query: Query, sub_types: frozenset[str]) -> list[Test]:
    tests: list[Test] = []

    def needs(wanted: frozenset[str], values: Callable[[HeldAlert, dict[str, Any]], object]) -> None:
        if wanted:
            tests.append(lambda alert, fields: values(alert, fields) in wanted)

    def overlaps(name: str, values: Callable[[HeldAlert], frozenset[str]]) -> None:
        if wanted := query.many(name):
            tests.append(lambda alert, fields: bool(wanted & values(alert)))

    needs(sub_types, lambda alert, fields: fields.get("type"))
    needs(query.many("severity", SEVERITIES), lambda alert, fields: fields.get("severity"))
    needs(query.many("assignee"), lambda alert, fields: _id_in(fields.get("assignee")))
    detection = query.one("detection-id")
    detections: frozenset[str] = frozenset() if detection is None else frozenset({detection})
    needs(detections, lambda alert, fields: _id_in(fields.get("detection")))
    overlaps("log-source", lambda alert: alert.log_sources)
    overlaps("log-type", lambda alert: alert.log_types)
    overlaps("resource-type", lambda alert: alert.resource_types)
    least, most = query.number("event-count-min"), query.number("event-count-max")
    if least is not None:
        tests.append(lambda alert, fields: (fields.get("eventCount") or 0) >= least)
    if most is not None:
        tests.append(lambda alert, fields: (fields.get("eventCount") or 0) <= most)
    if text := query.one("name-contains"):
        fold = str.casefold if world.knobs.name_contains_ignores_case else str
        tests.append(lambda alert, fields: fold(text) in fold(str(fields.get("title") or "")))
    if not world.knobs.old_release:
        needs(query.many("quality", QUALITIES), lambda alert, fields: fields.get("quality"))
        tests.extend(_tag_tests(world, query))
    return tests


def _tag_tests(world: World, query: Query) -> list[Test]:
    wanted = query.many("context-tag")
    for tag in sorted(wanted):
        check_tag(tag, "context-tag")
    if not wanted:
        return []
    if world.knobs.context_tags_all:
        return [lambda alert, fields: wanted <= set(fields.get("contextTags") or ())]
    return [lambda alert, fields: bool(wanted & set(fields.get("contextTags") or ()))]


def _id_in(value: object) -> object:
    """The id of an actor or a detection, in whichever form it is held."""
    if isinstance(value, dict):
        found = value.get("id")
        return found if isinstance(found, str) else None
    return value if isinstance(value, str) else None
