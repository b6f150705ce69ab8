"""The RELATED pane: how such alerts were handled before, in the first line, then the alerts themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from textual.content import Content

from alerttui.domain.alert import Alert
from alerttui.domain.defanged import defang
from alerttui.domain.moments import format_age, format_moment
from alerttui.domain.related import RelatedCase, RelatedCases, SharedIndicator
from alerttui.domain.vocabulary import Phase
from alerttui.tui.render.document import DocLine, blank, heading, joined, section
from alerttui.tui.render.facts import Words
from alerttui.tui.render.html_text import html_to_text
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.styles import PHASE_STYLES
from alerttui.tui.render.text import content, crop, wrap

MOST_SAID: Final = 2_000
"""Characters of the last comment that are read for its line."""

LAST_CLOSED_LINES: Final = 3
"""Lines that the alert which was closed last may fill; opening it shows all."""


def related_pane(cases: RelatedCases, rule: str, words: Words, now_ms: int, width: int) -> list[DocLine]:
    """What became of the rule's earlier alerts, what is shared with others, and all of them."""
    lines = _head(cases, rule, words, width)
    lines += section("Related by the product", _case_lines(cases.told, words, now_ms, width))
    for shared in cases.shared:
        if shared.cases:
            note = f"and {shared.more:,} more" if shared.more else ""
            title = heading(f"Also hold {defang(shared.value)}", note).content
            lines += [blank(), DocLine(crop(title, width), value=shared.value)]
            lines += _case_lines(shared.cases, words, now_ms, width)
    note = "the newest; there are more" if cases.has_older else ""
    return lines + section("Of the same rule", _case_lines(cases.same_rule, words, now_ms, width), note)


def _head(cases: RelatedCases, rule: str, words: Words, width: int) -> list[DocLine]:
    sentence = f"{_outcome_sentence(cases.same_rule, words)}." if cases.same_rule else _no_other(rule)
    lines = [DocLine(line) for line in wrap(content(sentence, "bold" if cases.same_rule else DIM), width)]
    lines += _last_closed_lines(cases, words, width)
    quality = _quality_sentence(cases.same_rule)
    for text in (quality, _shared_sentence(cases.shared)):
        if text:
            lines += [DocLine(line) for line in wrap(content(text, DIM), width)]
    return lines


def _last_closed_lines(cases: RelatedCases, words: Words, width: int) -> list[DocLine]:
    """Who closed the last one, and what was said there; enter goes to it."""
    case, comment = cases.last_closed, cases.last_comment
    if case is None or case.alert is None:
        return []
    line = joined([content("Last closed:"), _state(case.alert, words), _by(case.alert, words)], "  ")
    if comment is not None:
        body = html_to_text(comment.body) if comment.format == "HTML" else comment.body
        line += Content.styled("  local note", "$warning") if comment.local else Content("")
        line += content("  ") + content(f'"{" ".join(body[:MOST_SAID].split())}"')
    lines = wrap(line, width, max_lines=LAST_CLOSED_LINES)
    return [DocLine(each, value=case.related.id, field="id") for each in lines]


def _no_other(rule: str) -> str:
    return "No other alert of this rule is in the store." if rule else "This alert names no rule."


def _outcome_sentence(cases: Sequence[RelatedCase], words: Words) -> str:
    """Last 20 of this rule: 14 closed as Benign, 3 closed as True positive, 3 open."""
    endings: Counter[str] = Counter()
    order: dict[str, int] = {}
    for alert in (case.alert for case in cases):
        if alert is not None:
            ending = _ending(alert, words)
            endings[ending] += 1
            order.setdefault(ending, -alert.phase)
    told = sorted(endings, key=lambda each: (order[each], -endings[each]))
    count = f"Last {len(cases):,} of this rule" if len(cases) > 1 else "The only other alert of this rule"
    return f"{count}: " + ", ".join(f"{endings[each]:,} {each}" for each in told)


def _ending(alert: Alert, words: Words) -> str:
    status = words.status(alert.status).label
    if alert.phase is not Phase.CLOSED:
        return status.lower() if alert.phase is Phase.OPEN else status
    return f"closed as {words.verdict(alert.verdict).label if alert.verdict else status}"


def _quality_sentence(cases: Sequence[RelatedCase]) -> str:
    rated = Counter(case.alert.quality.value for case in cases if case.alert and case.alert.quality)
    if not rated:
        return ""
    return "Rated " + ", ".join(f"{count:,} {word.lower()}" for word, count in rated.most_common()) + "."


def _shared_sentence(shared: Sequence[SharedIndicator]) -> str:
    common = [defang(each.value) for each in shared if each.is_common]
    if not common:
        return ""
    return f"Not looked for, because very many alerts hold it: {', '.join(common)}."


def _case_lines(cases: Sequence[RelatedCase], words: Words, now_ms: int, width: int) -> list[DocLine]:
    states = [_state(case.alert, words) for case in cases]
    cells = min(max((state.cell_length for state in states), default=0), width // 3)
    return [
        DocLine(crop(_case(case, state, cells, words, now_ms), width), value=case.related.id, field="id")
        for case, state in zip(cases, states, strict=True)
    ]


def _state(alert: Alert | None, words: Words) -> Content:
    """Status, verdict and quality."""
    if alert is None:
        return content("not in this store", DIM)
    return joined(
        [
            content(words.status(alert.status).label, PHASE_STYLES[alert.phase]),
            content(words.verdict(alert.verdict).label, "bold") if alert.verdict else "",
            content(alert.quality.value.lower()) if alert.quality else "",
        ]
    )


def _case(case: RelatedCase, state: Content, state_cells: int, words: Words, now_ms: int) -> Content:
    related, alert = case.related, case.alert
    age = format_age(now_ms - related.created_ms) if related.created_ms is not None else ""
    padding = " " * max(0, state_cells - state.cell_length)
    head = content(f"{age.rjust(3)}  ", DIM) + state + content(padding)
    if alert is None:
        return joined(
            [head, content(related.reason, DIM), content(related.title), content(related.id, DIM)], "  "
        )
    reason = related.reason if related.reason not in ("same rule", "same indicator") else ""
    return joined([head, _by(alert, words), content(reason, DIM), content(alert.title)], "  ")


def _by(alert: Alert, words: Words) -> Content:
    """Who has it, or who closed it and when."""
    if alert.phase is Phase.CLOSED:
        closed_by, at = alert.closed_by, alert.closed_ms
        actor = closed_by or alert.assignee
        name = (actor.name or words.person(actor.id)) if actor else ""
        when = format_moment(at)[:16].replace("T", " ") if at is not None else ""
        return content(" ".join(each for each in (name, when) if each), DIM)
    if alert.assignee is None:
        return content("unassigned" if alert.assignee_known else "", DIM)
    return content(alert.assignee.name or words.person(alert.assignee.id), DIM)
