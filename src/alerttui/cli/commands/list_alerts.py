"""`alerttui list`: alerts that match a filter, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

import click

from alerttui.cli.options import current_options, global_options, json_options, page_options
from alerttui.cli.output import cells, clipped, output_width, put_json, put_table, say
from alerttui.cli.workplace import Workplace, filter_text, open_workplace, parse_filter
from alerttui.domain.alert import Alert
from alerttui.domain.listing import Page
from alerttui.domain.moments import format_age
from alerttui.domain.query import AlertQuery, QueryContext

RULE_CELLS = 32
"""Most cells of the rule's column on a terminal; piped, nothing is cut."""

TITLE_CELLS = 24
"""Fewest cells that a terminal keeps for the title; where rule and title have no room, the rule goes."""

GAP_CELLS = 2

HEADER: tuple[str, ...] = ("ID", "SEVERITY", "STATUS", "AGE", "RULE", "TITLE")


@click.command(name="list")
@click.argument("terms", nargs=-1, metavar="[QUERY]")
@page_options(default=50)
@json_options
@global_options()
def command(terms: Sequence[str], limit: int, cursor: str | None, as_json: bool, as_jsonl: bool) -> None:
    """List alerts that match QUERY, newest first unless it sorts; every alert without one.

    \b
    alerttui list is:open "severity>=high"
    alerttui list -- -tag:scanner        (a filter that begins with - goes after --)
    """
    options = current_options()
    wanted = parse_filter(filter_text(options, " ".join(terms)) or "")
    with open_workplace(options) as place:
        place.freshen(wanted)
        context = place.context()
        page = _page(place, wanted, context, cursor, limit)
    if as_json or as_jsonl:
        _put_json(page, lines=as_jsonl)
    else:
        _put_table(page.results, context.now_ms)
    if page.next and not as_json:
        say(f"There are more: repeat with --cursor {page.next}")


def _page(
    place: Workplace, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int
) -> Page[Alert]:
    """So many alerts, from as many of the store's pages as that takes."""
    alerts: list[Alert] = []
    while True:
        page = place.store.page(query, context, cursor, limit - len(alerts))
        alerts += page.results
        cursor = page.next
        if cursor is None or len(alerts) >= limit:
            return Page(alerts, cursor)


def _put_json(page: Page[Alert], *, lines: bool) -> None:
    from alerttui.triage.panther_json import alert_json

    records = [alert_json(alert) for alert in page.results]
    if lines:
        for record in records:
            put_json(record)
        return
    put_json({"results": records, **({"next": page.next} if page.next else {})})


def _put_table(alerts: Sequence[Alert], now: int) -> None:
    if not alerts:
        say("No alert matches.")
        return
    from alerttui.domain.showable import shown

    width = output_width()
    header = HEADER
    rows = [tuple(map(shown, _row(alert, now))) for alert in alerts]
    if width is not None:
        header, rows = _fitted(rows, width)
    put_table(header, rows, width=width, right_aligned=("AGE",))


def _fitted(rows: list[tuple[str, ...]], width: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows with the rule's column cut, or left out, so that the title keeps room."""
    before_rule = HEADER[:4]
    taken = sum(
        max(cells(name), *(cells(row[column]) for row in rows)) + GAP_CELLS
        for column, name in enumerate(before_rule)
    )
    rule_cells = min(RULE_CELLS, width - taken - GAP_CELLS - TITLE_CELLS)
    if rule_cells < cells("RULE") * 3:
        return (*before_rule, "TITLE"), [(*row[:4], row[5]) for row in rows]
    return HEADER, [(*row[:4], clipped(row[4], rule_cells), row[5]) for row in rows]


def _row(alert: Alert, now: int) -> tuple[str, ...]:
    return (
        alert.id,
        alert.severity_word or alert.severity.name,
        alert.status,
        format_age(now - alert.created_ms),
        alert.detection.label,
        alert.title,
    )
