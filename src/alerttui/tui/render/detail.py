"""The detail pane: one alert in full, the decisive facts first."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from alerttui.domain.alert import Alert, Finding
from alerttui.domain.moments import format_moment
from alerttui.tui.render.document import Chained, DocLine, fact, heading, joined, section, text_lines
from alerttui.tui.render.facts import (
    Words,
    delivery_lines,
    detection_lines,
    head_lines,
    indicator_lines,
    risk_lines,
    rule_lines,
    source_lines,
    state_lines,
    time_lines,
)
from alerttui.tui.render.json_document import Folds
from alerttui.tui.render.markdown_lines import markdown_lines
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, wrap


def detail_lines(alert: Alert, words: Words, folds: Folds, now_ms: int, width: int) -> Sequence[DocLine]:
    """Every property of the alert that has a value, in the order in which an analyst needs them."""
    parts: list[Sequence[DocLine]] = [
        head_lines(alert, words, width, now_ms),
        [DocLine(Content(""))],
        rule_lines(alert, words, width),
        risk_lines(alert, width),
        section("Indicators", indicator_lines(alert.indicators, width), str(len(alert.indicators))),
        section("Description", text_lines(alert.description, width) if alert.description else []),
        section("Runbook", _markdown(alert.runbook, width)),
        section("Reference", text_lines(alert.reference, width) if alert.reference else []),
    ]
    parts += _json_section("Context", alert.context, folds, width)
    for finding in alert.findings:
        parts += _finding_parts(finding, folds, width)
    for document in alert.documents:
        parts.append(section(f"Document: {document.title}", _markdown(document.body, width), document.kind))
    parts.append(section("State", state_lines(alert, words, width)))
    parts.append(section("Source", source_lines(alert, width)))
    parts.append(section("Times", time_lines(alert, words, width)))
    parts.append(section("Deliveries", delivery_lines(alert.deliveries, width)))
    parts.append(section("Rule", detection_lines(alert.detection, width)))
    if alert.detection.documentation:
        parts.append(section("Rule documentation", _markdown(alert.detection.documentation, width)))
    parts.append(section("Related", _related_lines(alert, width)))
    parts += _json_section("Enrichment", alert.enrichment, folds, width)
    parts += _indicator_enrichment(alert, folds, width)
    parts += _json_section("Further fields", alert.extras, folds, width)
    return Chained(parts)


def _markdown(text: str, width: int) -> list[DocLine]:
    return [DocLine(line, value=text) for line in markdown_lines(text, width)] if text.strip() else []


def _json_section(title: str, text: str, folds: Folds, width: int) -> list[Sequence[DocLine]]:
    if not text:
        return []
    return [[DocLine(Content("")), heading(title)], folds.lines(title, text, width)]


def _finding_parts(finding: Finding, folds: Folds, width: int) -> list[Sequence[DocLine]]:
    score = f"score {finding.score}" if finding.score is not None else ""
    head = joined([f"{content(finding.origin).plain} says (not a person)", score])
    parts: list[Sequence[DocLine]] = [section(head.plain, text_lines(finding.summary, width))]
    if finding.body:
        parts.append(folds.lines(f"finding {finding.origin} {finding.summary[:40]}", finding.body, width))
    return parts


def _indicator_enrichment(alert: Alert, folds: Folds, width: int) -> list[Sequence[DocLine]]:
    parts: list[Sequence[DocLine]] = []
    for indicator in alert.indicators:
        if indicator.enrichment:
            name = f"{indicator.kind} {indicator.value}"
            parts.append(fact("Enriched", name, width))
            parts.append(folds.lines(f"indicator {name}", indicator.enrichment, width))
    return parts


def _related_lines(alert: Alert, width: int) -> list[DocLine]:
    lines: list[DocLine] = []
    for each in alert.related:
        when = format_moment(each.created_ms) if each.created_ms is not None else ""
        parts = [content(when, DIM), content(each.title), content(each.reason, DIM), content(each.id, DIM)]
        line = joined(parts, "  ")
        lines += [DocLine(part, value=each.id, field="id") for part in wrap(line, width)]
    return lines
