"""The INDICATORS pane: what the alert names, by kind, disarmed, with what is said of it and where it is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from textual.content import Content

from alerttui.domain.alert import Indicator
from alerttui.domain.defanged import defang
from alerttui.domain.indicators import FoundIndicator, IndicatorReport
from alerttui.domain.moments import format_moment
from alerttui.tui.render.document import DocLine, blank, heading, joined
from alerttui.tui.render.facts import malice_style
from alerttui.tui.render.style_names import DIM, WARNING
from alerttui.tui.render.text import content, wrap

HANGING: Final = 4
"""Cells by which the later lines of an indicator stand in."""

TITLES: Final[Mapping[str, str]] = {
    "ip": "Addresses",
    "domain": "Domains",
    "url": "URLs",
    "email": "E-mail addresses",
    "hash": "Hashes",
    "cve": "Vulnerabilities",
    "user": "Users",
    "host": "Hosts",
    "process": "Processes",
    "file": "Files",
}


def indicator_pane(report: IndicatorReport, width: int) -> list[DocLine]:
    """What was found and how far it was looked, then every indicator under its kind."""
    lines = _head(report, width)
    for kind, group in groupby(report.found, key=lambda each: each.kind):
        found = list(group)
        lines += [blank(), heading(TITLES.get(kind, kind), f"{len(found):,}")]
        for each in found:
            lines += _indicator(each, width)
    return lines


def _head(report: IndicatorReport, width: int) -> list[DocLine]:
    if not report.found:
        looked = (
            "title, description, context or events" if report.events_read else "title, description or context"
        )
        text = f"No indicators: the source gave none, and none was found in {looked}."
        lines = [DocLine(line) for line in wrap(content(text, DIM), width)]
    else:
        given = sum(each.given is not None for each in report.found)
        head = joined(
            [
                content(f"{len(report.found):,} indicator{'s' if len(report.found) > 1 else ''}", "bold"),
                content(f"{given:,} given by the source" if given else "none given by the source"),
                content(f"{len(report.found) - given:,} found in the text"),
            ]
        )
        lines = [DocLine(line) for line in wrap(head, width)]
    for warning in _limits(report):
        lines += [DocLine(line) for line in wrap(content(warning, WARNING), width)]
    return lines


def _limits(report: IndicatorReport) -> list[str]:
    limits = []
    if report.events_read < report.events_total:
        limits.append(f"Only {report.events_read:,} of {report.events_total:,} events were looked through.")
    elif report.is_cut:
        limits.append("Only the first part of its text was looked through: there is very much of it.")
    if report.left_out:
        limits.append(f"{report.left_out:,} further sightings are left out: there are too many.")
    return limits


def _indicator(found: FoundIndicator, width: int) -> list[DocLine]:
    times = f"{found.count:,}×" if found.count > 1 else ""
    more = f" +{found.more_places:,}" if found.more_places else ""
    places = ", ".join(found.places) + more if found.places else ""
    line = joined(
        [
            content(defang(found.written), "bold"),
            content(found.note, "italic"),
            *(_said(found.given) if found.given else ()),
            content(times),
            content(places, DIM),
        ],
        "  ",
    )
    return [DocLine(part, value=found.written) for part in wrap(line, width, hanging=HANGING)]


def _said(given: Indicator) -> tuple[Content, ...]:
    """What the source says, labelled with whose word it is."""
    opinion = " ".join(each for each in (given.malice, _score(given)) if each)
    origin = f"says {given.malice_origin or 'the source'}" if opinion else "given"
    first, last = given.first_seen_ms, given.last_seen_ms
    seen = [
        f"first seen {format_moment(first)}" if first is not None else "",
        f"last seen {format_moment(last)}" if last is not None else "",
    ]
    return (
        content(opinion, malice_style(given.malice)),
        content(origin, DIM),
        content(given.note),
        content(", ".join(each for each in seen if each), DIM),
    )


def _score(given: Indicator) -> str:
    return "" if given.score is None else f"score {given.score:,}"
