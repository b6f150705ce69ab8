"""An alert as a short hand-over in Markdown, to be pasted into a ticket or a chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from alerttui.domain.alert import Alert, Comment, Indicator
from alerttui.domain.defanged import defang
from alerttui.domain.moments import format_moment
from alerttui.triage.markdown_text import code_block, code_span, escaped

TOLD_INDICATORS: Final = 20
"""A ticket wants those that matter; the export has them all."""

WordLabel = Callable[[str], str]
"""A native word as people say it."""


def alert_markdown(
    alert: Alert, comments: Sequence[Comment], *, status_label: WordLabel, person_label: WordLabel
) -> str:
    """Title, facts, indicators defanged, and what was said; without a line end behind it."""
    lines = [f"## {escaped(alert.title)}", ""]
    lines += [f"- {name}: {text}" for name, text in _facts(alert, status_label, person_label) if text]
    if alert.indicators:
        lines += ["- Indicators:", *(_indicator(each) for each in alert.indicators[:TOLD_INDICATORS])]
        more = len(alert.indicators) - TOLD_INDICATORS
        if more > 0:
            lines.append(f"  - and {more:,} more")
    if comments:
        lines.append("- Comments:")
        for comment in comments:
            lines += _comment(comment, person_label)
    return "\n".join(lines)


def _facts(alert: Alert, status_label: WordLabel, person_label: WordLabel) -> Iterator[tuple[str, str]]:
    yield "Severity", code_span(alert.severity_word or alert.severity.name)
    yield "Status", code_span(status_label(alert.status))
    yield "Verdict", code_span(alert.verdict)
    yield "Quality", code_span(alert.quality.value if alert.quality else "")
    yield (
        "Assignee",
        code_span(alert.assignee.name or person_label(alert.assignee.id) if alert.assignee else ""),
    )
    yield "Rule", _rule(alert)
    yield "Tags", code_span(" ".join(alert.tags))
    yield "Created", format_moment(alert.created_ms)
    yield "First event", _moment(alert.first_event_ms)
    yield "Last event", _moment(alert.last_event_ms)
    yield "Closed", _moment(alert.closed_ms)
    yield "Events", "" if alert.event_count is None else f"{alert.event_count:,}"
    yield "Id", code_span(alert.id)


def _rule(alert: Alert) -> str:
    rule = code_span(alert.detection.id)
    name = alert.detection.name
    return " ".join(filter(None, (rule, escaped(name) if name != alert.detection.id else "")))


def _indicator(indicator: Indicator) -> str:
    words = (code_span(indicator.kind), code_span(defang(indicator.value)), escaped(indicator.malice))
    return "  - " + " ".join(filter(None, words))


def _comment(comment: Comment, person_label: WordLabel) -> list[str]:
    author = comment.author
    who = code_span(author.name or person_label(author.id)) if author else "somebody"
    note = "(local note)" if comment.local else ""
    head = " ".join(filter(None, (_moment(comment.created_ms), who, note)))
    body = comment.body.strip("\r\n")
    if "\n" in body:
        return [f"  - {head}:", code_block(body, indent=4)]
    return [f"  - {head}: {code_span(body)}"]


def _moment(moment_ms: int | None) -> str:
    return "" if moment_ms is None else format_moment(moment_ms)
