"""The facts of an alert as lines: what an analyst reads first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from alerttui.domain.alert import Actor, Alert, Delivery, Detection, Indicator
from alerttui.domain.defanged import defang
from alerttui.domain.moments import format_age, format_moment
from alerttui.domain.query import NONE
from alerttui.domain.vocabulary import StatusWord, VerdictWord
from alerttui.tui.render.alert_row import SEVERITY_GLYPHS
from alerttui.tui.render.document import DocLine, fact, facts, joined, labelled
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.styles import PHASE_STYLES, SEVERITY_STYLES
from alerttui.tui.render.text import content, wrap

SHOWN_INDICATORS: Final = 12
"""Indicators in the detail pane; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a connection's own words are shown."""

    status: Callable[[str], StatusWord]
    verdict: Callable[[str], VerdictWord]
    person: Callable[[str], str]
    """The name behind a user id, or the id."""
    has: Callable[[str], bool] = lambda field: True
    """Whether alerts of the connection can have a quality, or tags: by the name of the patch field."""


def head_lines(alert: Alert, words: Words, width: int, now_ms: int) -> list[DocLine]:
    """Severity and title, then state, age, assignee and id."""
    severity = SEVERITY_STYLES[alert.severity]
    word = alert.severity.name if alert.severity else (alert.severity_word or "UNKNOWN")
    glyph = content(f"{SEVERITY_GLYPHS[alert.severity]} {word}", f"bold {severity}")
    title = glyph + Content("  ") + content(alert.title, "bold")
    state = joined(
        [
            content(words.status(alert.status).label, PHASE_STYLES[alert.phase]),
            format_age(now_ms - alert.created_ms),
            _assignee(alert, words),
            _quality(alert, words),
            content(f"verdict {words.verdict(alert.verdict).label}") if alert.verdict else "",
            content(alert.id, DIM),
        ]
    )
    lines = [DocLine(each, value=alert.title, field="title") for each in wrap(title, width)]
    return lines + [DocLine(each, value=alert.id, field="id") for each in wrap(state, width)]


def state_lines(alert: Alert, words: Words, width: int) -> list[DocLine]:
    """What the head tells in one line, a line each: for copying and for filters."""
    word = alert.severity_word or alert.severity.name
    status = words.status(alert.status).label
    lines = labelled(
        "Severity",
        content(word, SEVERITY_STYLES[alert.severity]),
        width,
        raw=alert.severity.name.lower(),
        field="severity",
    )
    native = f"  {alert.status}" if status.casefold() != alert.status.casefold() else ""
    lines += labelled(
        "Status", content(status) + content(native, DIM), width, raw=alert.status, field="status"
    )
    who = _assignee(alert, words, untold="not told")
    if who:
        lines += labelled("Assignee", who, width, raw=_assignee_value(alert), field=_of(alert))
    quality = alert.quality.value if alert.quality else NONE
    if alert.quality or words.has("quality"):
        said = content("not set" if quality == NONE else quality)
        lines += labelled("Quality", said, width, raw=quality, field="quality")
    if alert.verdict:
        verdict = content(words.verdict(alert.verdict).label)
        lines += labelled("Verdict", verdict, width, raw=alert.verdict, field="verdict")
    return lines + fact("Id", alert.id, width, field="id")


def _quality(alert: Alert, words: Words) -> Content | str:
    if alert.quality:
        return content(f"quality {alert.quality.value}")
    return content("quality not set") if words.has("quality") else ""


def _assignee_value(alert: Alert) -> str:
    return alert.assignee.id if alert.assignee else (NONE if alert.assignee_known else "")


def _of(alert: Alert) -> str:
    """The field of the assignee; none where the backend does not tell who has the alert."""
    return "assignee" if alert.assignee_known else ""


def _assignee(alert: Alert, words: Words, untold: str = "assignee not told") -> Content:
    if alert.assignee:
        return content(_actor(alert.assignee, words))
    if alert.assignee_known:
        return content("unassigned")
    return content(untold if words.has("assignee") else "")


def _actor(actor: Actor, words: Words) -> str:
    name = actor.name or words.person(actor.id)
    return name if actor.kind.lower() in ("", "user") else f"{actor.kind} {name}"


def rule_lines(alert: Alert, words: Words, width: int) -> list[DocLine]:
    """Which rule fired, and the tags."""
    detection = alert.detection
    lines: list[DocLine] = []
    if detection.id or detection.name:
        is_by_name = bool(detection.id) and detection.label == detection.name != detection.id
        says_more = detection.id and detection.name not in (detection.label, alert.title)
        rule = joined(
            [
                content(detection.label),
                content(detection.name) if says_more else "",
                content(" ".join(detection.mitre_techniques), "$accent"),
                content(detection.id, DIM) if is_by_name else "",
            ],
            "  ",
        )
        lines += labelled("Rule", rule, width, raw=detection.id or detection.name, field="rule")
    if alert.tags:
        return lines + facts("Tags", alert.tags, width, "$tag", field="tag")
    if not words.has("tags"):
        return lines
    return lines + labelled("Tags", Content.styled("none", DIM), width, raw=NONE, field="tag")


def source_lines(alert: Alert, width: int) -> list[DocLine]:
    """What kind of alert it is, and where it came from."""
    lines = _kind_lines(alert, width)
    for label, values, field in (
        ("Rule tags", alert.rule_tags, "rule-tag"),
        ("Log types", alert.log_types, "log-type"),
        ("Log sources", alert.log_sources, "log-source"),
        ("Resources", alert.resource_types, "resource-type"),
        ("Tactics", alert.detection.mitre_tactics, ""),
        ("Techniques", alert.detection.mitre_techniques, ""),
    ):
        lines += facts(label, values, width, field=field)
    return lines


def _kind_lines(alert: Alert, width: int) -> list[DocLine]:
    lines: list[DocLine] = []
    for label, value, field in (
        ("Type", alert.type, "type"),
        ("Sub-type", alert.sub_type, "sub-type"),
        ("Source", alert.source, "source"),
    ):
        lines += facts(label, (value,) if value else (), width, field=field)
    fault = alert.system_error
    if fault:
        text = " ".join(each for each in (fault.kind, fault.source_kind) if each)
        lines += facts("Fault", (text,) if text else (), width, "$error")
        lines += facts("Fault in", (fault.source_id,) if fault.source_id else (), width)
        if fault.detection and fault.detection.id:
            rule = joined([content(fault.detection.id), content(fault.detection.kind, DIM)], "  ")
            lines += labelled("Fault rule", rule, width, raw=fault.detection.id, field="rule")
    return lines


def time_lines(alert: Alert, words: Words, width: int) -> list[DocLine]:
    """Every time that is known, who did it, and the counts."""
    lines: list[DocLine] = []
    for label, name, moment_ms, actor, field in (
        ("Created", "created_ms", alert.created_ms, None, "created"),
        ("First event", "first_event_ms", alert.first_event_ms, None, "first"),
        ("Last event", "last_event_ms", alert.last_event_ms, None, "last"),
        ("Handled", "acknowledged_ms", alert.acknowledged_ms, alert.acknowledged_by, "acknowledged"),
        ("Closed", "closed_ms", alert.closed_ms, alert.closed_by, "closed"),
        ("Updated", "updated_ms", alert.updated_ms, alert.updated_by, ""),
        ("Enriched", "enriched_ms", alert.enriched_ms, None, ""),
    ):
        if moment_ms is None and actor is None:
            continue
        moment = format_moment(moment_ms) if moment_ms is not None else "time not told"
        by = f" by {_actor(actor, words)}" if actor else ""
        observed = " (observed by alerttui)" if name in alert.observed else ""
        value = content(moment) + content(by) + content(observed, DIM)
        lines += labelled(label, value, width, raw=moment, field=field if moment_ms is not None else "")
    for label, count, field in (
        ("Events", alert.event_count, "events"),
        ("Duplicates", alert.duplicate_count, ""),
    ):
        if count is not None:
            lines += labelled(label, content(f"{count:,}"), width, raw=str(count), field=field)
    if alert.fingerprint:
        lines += fact("Fingerprint", alert.fingerprint, width)
    return lines


def risk_lines(alert: Alert, width: int) -> list[DocLine]:
    """Risk or malice of the whole alert, and how far enrichment got."""
    lines: list[DocLine] = []
    risk = alert.risk
    if risk:
        parts = [risk.level, f"score {risk.score}" if risk.score is not None else "", risk.origin]
        lines += fact("Risk", " · ".join(each for each in parts if each), width, "$warning")
        if risk.override:
            by = f" by {risk.override_by}" if risk.override_by else ""
            at = f" at {format_moment(risk.override_ms)}" if risk.override_ms is not None else ""
            lines += fact("Override", f"{risk.override}{by}{at}", width)
    if alert.enrichment_status:
        lines += fact("Enrichment", alert.enrichment_status, width)
    return lines


def indicator_lines(indicators: tuple[Indicator, ...], width: int) -> list[DocLine]:
    """Indicators, defanged, with what enrichment says of them."""
    shown_ones = indicators[:SHOWN_INDICATORS]
    kind_cells = max((min(len(each.kind), 9) for each in shown_ones), default=0) + 2
    lines: list[DocLine] = []
    for each in shown_ones:
        opinion = " ".join(
            part
            for part in (each.malice, str(each.score) if each.score is not None else "", each.malice_origin)
            if part
        )
        seen = f"last seen {format_moment(each.last_seen_ms)}" if each.last_seen_ms is not None else ""
        value = joined(
            [
                content(defang(each.value)),
                content(each.note, DIM),
                content(opinion, malice_style(each.malice)),
                content(seen, DIM),
            ],
            "  ",
        )
        head = content(each.kind[:9].ljust(kind_cells), DIM)
        wrapped = wrap(value, max(8, width - kind_cells))
        margin = Content(" " * kind_cells)
        for index, part in enumerate(wrapped):
            lines.append(DocLine((margin if index else head) + part, value=each.value))
    if len(indicators) > SHOWN_INDICATORS:
        lines.append(DocLine(Content.styled(f"and {len(indicators) - SHOWN_INDICATORS:,} more", DIM)))
    return lines


def malice_style(malice: str) -> str:
    """The colour of an opinion; its word is always beside it."""
    word = malice.lower()
    if word in ("malicious", "bad"):
        return "$error"
    return "$warning" if word == "suspicious" else DIM


def delivery_lines(deliveries: tuple[Delivery, ...], width: int) -> list[DocLine]:
    """Where the alert was delivered, and whether it arrived."""
    lines: list[DocLine] = []
    for each in deliveries:
        style = "$success" if each.success else "$error"
        value = joined(
            [
                content(each.label, style),
                content(each.message),
                f"status {each.status_code}" if each.status_code is not None else "",
                content(format_moment(each.dispatched_ms) if each.dispatched_ms is not None else "", DIM),
                content(each.output_id, DIM),
            ]
        )
        lines += labelled("delivered" if each.success else "failed", value, width, raw=each.label)
    return lines


def detection_lines(detection: Detection, width: int) -> list[DocLine]:
    """What the product tells of the rule beyond its name."""
    lines: list[DocLine] = []
    for label, value in (
        ("Name", detection.name if detection.id else ""),
        ("Type", detection.kind),
        ("Severity", detection.severity),
        ("Author", detection.author),
        ("Source", detection.source),
        ("Runs", detection.run_frequency),
        ("Active", "" if detection.active is None else "yes" if detection.active else "no"),
    ):
        lines += facts(label, (value,) if value else (), width)
    lines += facts("Data", detection.data_sources, width)
    return lines + facts("References", detection.references, width)
