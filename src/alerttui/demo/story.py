"""A story: a scenario with its cast, ready to be told at any time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from alerttui.demo.cast import event_cast, new_cast
from alerttui.demo.dice import between, pick
from alerttui.demo.scenario import Json, Scenario
from alerttui.demo.world import VIPS
from alerttui.domain.alert import Detection, Indicator, Risk, SystemFault
from alerttui.domain.json_text import to_json
from alerttui.domain.vocabulary import Severity

_NAME: Final = re.compile(r'"\$=([a-z0-9_]+)"|\$([a-z0-9_]+)')

_INDICATOR_FIELDS: Final = {
    "ip": "p_any_ip_addresses",
    "domain": "p_any_domain_names",
    "host": "p_any_domain_names",
    "hash": "p_any_sha256_hashes",
    "user": "p_any_usernames",
    "email": "p_any_emails",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One alert but for its time, its id and what analysts did with it.

    Texts have the marks of `cast` where times and ids go.
    """

    scenario: Scenario
    cast: dict[str, str]
    title: str
    severity: Severity
    severity_word: str
    detection: Detection
    context: str
    event_bodies: tuple[str, ...]
    event_lags_ms: tuple[int, ...]
    """How long before the last event each one happened; the last is 0."""
    indicators: tuple[Indicator, ...]
    enrichment: str
    risk: Risk | None
    fault: SystemFault | None
    concerns_vip: bool
    record_head: str
    """JSON members that do not change, to be followed by those that do."""
    record_tail: str


def new_story(scenario: Scenario, dice: Random, given: dict[str, str] | None = None) -> Story:
    """A story of this scenario with a new cast; `given` overrides what the cast would be."""
    cast = {**new_cast(dice, scenario.people), **event_cast(dice, 0), **(given or {})}
    word = (given or {}).get("severity") or pick(dice, scenario.severities)
    title = filled(scenario.title, cast)
    context = filled(_context_template(scenario), cast)
    bodies, lags = _events(scenario, dice, cast)
    detection = _detection(scenario, word)
    indicators = tuple(
        Indicator(
            kind=clue.kind, value=filled(clue.value, cast), malice=clue.malice,
            malice_origin="intel" if clue.malice else "", score=clue.score, note=filled(clue.note, cast),
        )
        for clue in scenario.clues
    )  # fmt: skip
    return Story(
        scenario=scenario,
        cast=cast,
        title=title,
        severity=Severity.from_word(word),
        severity_word=word,
        detection=detection,
        context=context,
        event_bodies=bodies,
        event_lags_ms=lags,
        indicators=indicators,
        enrichment=_enrichment(cast, context),
        risk=_risk(indicators),
        fault=_fault(scenario),
        concerns_vip=cast["login"] in VIPS and any(cast[name] in title for name in ("login", "user", "host")),
        record_head=_record_head(scenario, word, title),
        record_tail=_record_tail(scenario),
    )


def filled(template: str, cast: dict[str, str]) -> str:
    """The template with the values of the cast; a name that is not in it stays as it is.

    No value of a cast needs escaping in JSON, so texts and JSON are filled alike.
    """
    return _NAME.sub(lambda name: cast.get(name[1] or name[2], name[0]), template)


@cache
def _context_template(scenario: Scenario) -> str:
    return to_json(scenario.context)


@cache
def _event_templates(scenario: Scenario) -> tuple[str, ...]:
    common: Json = {
        "p_event_time": "$event_clock",
        "p_parse_time": "$parse_clock",
        "p_row_id": "$row_id",
        "p_source_label": scenario.log_source,
        "p_rule_id": scenario.rule,
        "p_alert_id": "$alert_id",
    }
    return tuple(
        to_json(
            {
                **event,
                **common,
                "p_log_type": scenario.log_types[min(position, len(scenario.log_types) - 1)],
                **_observed(scenario, event),
            }
        )
        for position, event in enumerate(scenario.events)
    )


def _observed(scenario: Scenario, event: Json) -> Json:
    """The clues that occur in this very event, in the fields in which Panther collects them."""
    text = to_json(event)
    found: dict[str, list[str]] = {}
    for clue in scenario.clues:
        name = _INDICATOR_FIELDS.get(clue.kind)
        if name and re.search(re.escape(clue.value) + r"(?![a-z0-9_])", text):
            found.setdefault(name, []).append(clue.value)
    return found


def _events(
    scenario: Scenario, dice: Random, cast: dict[str, str]
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    count = between(dice, scenario.least_events, scenario.most_events)
    templates = _event_templates(scenario)
    bodies = tuple(
        filled(templates[position % len(templates)], {**cast, **event_cast(dice, position)})
        for position in range(count)
    )
    pace_ms = scenario.pace_s * 1000
    if not pace_ms:
        pace_ms = min(scenario.span_s, int(cast["minutes"]) * 60) * 1000 // max(count - 1, 1)
    lags = [(count - 1 - position) * pace_ms + between(dice, 0, 900) for position in range(count - 1)]
    return bodies, (*sorted(lags, reverse=True), 0)[-count:] if count else ()


@cache
def _detection(scenario: Scenario, word: str) -> Detection:
    if not scenario.rule:
        return Detection()
    return Detection(
        id=scenario.rule,
        kind=scenario.kind,
        name=scenario.name,
        severity=word,
        source="demo pack",
        mitre_tactics=scenario.tactics,
        mitre_techniques=scenario.techniques,
        data_sources=scenario.log_types,
        author="ACME detection engineering",
        run_frequency="every 15 minutes" if scenario.kind == "SCHEDULED_RULE" else "",
        active=True,
        references=(scenario.reference,) if scenario.reference else (),
    )


def _enrichment(cast: dict[str, str], context: str) -> str:
    if cast["src_ip"] not in context:
        return ""
    location = {"city": cast["src_city"], "country": cast["src_country"]}
    network = {"asn": cast["src_asn"], "organisation": cast["src_org"]}
    return to_json({"ipinfo": {cast["src_ip"]: {"location": location, "network": network}}})


def _risk(indicators: tuple[Indicator, ...]) -> Risk | None:
    rated = [each for each in indicators if each.malice in ("malicious", "suspicious") and each.score]
    if not rated:
        return None
    worst = max(rated, key=lambda each: each.score or 0)
    return Risk(level=worst.malice, score=worst.score, origin="intel")


@cache
def _fault(scenario: Scenario) -> SystemFault | None:
    if scenario.fault is None:
        return None
    fault = scenario.fault
    return SystemFault(kind=fault.kind, source_id=fault.source_id, source_kind=fault.source_kind)


def _record_head(scenario: Scenario, word: str, title: str) -> str:
    head: dict[str, object] = {"type": scenario.sub_type or scenario.kind}
    if word:
        head["severity"] = word
    return to_json({**head, "title": title})[1:-1]


@cache
def _record_tail(scenario: Scenario) -> str:
    tail: dict[str, object] = {"runbook": scenario.runbook, "description": scenario.description}
    if scenario.rule:
        tail["detection"] = {"id": scenario.rule, "type": scenario.kind}
    if scenario.reference:
        tail["reference"] = scenario.reference
    if scenario.fault:
        fault = scenario.fault
        tail["systemError"] = {
            "type": fault.kind,
            "sourceId": fault.source_id,
            "sourceType": fault.source_kind,
        }
    return to_json(tail)[1:-1]
