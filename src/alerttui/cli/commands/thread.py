"""`alerttui events`, `comments` and `history`: what belongs to one alert, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options, json_options, page_options
from alerttui.cli.output import output_width, put_json, put_line, put_table, put_text, say
from alerttui.cli.workplace import open_workplace
from alerttui.domain.alert import COMMENT_STATES, Comment, Event
from alerttui.domain.change import HistoryEntry
from alerttui.domain.json_layout import laid_out
from alerttui.domain.listing import Page
from alerttui.domain.moments import format_moment
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId

T = TypeVar("T")


@click.command(name="events")
@click.argument("alert_id", metavar="ID", shell_complete=offering("alert_ids"))
@page_options(default=25)
@json_options
@global_options(filters=False)
def events(alert_id: str, limit: int, cursor: str | None, as_json: bool, as_jsonl: bool) -> None:
    """Show the events of the alert ID, in order."""
    with open_workplace(current_options(filters=False)) as place:
        place.freshen_alert(AlertId(alert_id), "full", "events")
        page = place.events(AlertId(alert_id), cursor, limit)
    if as_json or as_jsonl:
        from alerttui.triage.panther_json import event_json

        _put_records([event_json(each) for each in page.results], page.next, lines=as_jsonl)
    else:
        _put_page(page, _put_event, "event")
    _say_next(page.next, as_json)


@click.command(name="comments")
@click.argument("alert_id", metavar="ID", shell_complete=offering("alert_ids"))
@page_options(default=25)
@json_options
@global_options(filters=False)
def comments(alert_id: str, limit: int, cursor: str | None, as_json: bool, as_jsonl: bool) -> None:
    """Show the comments on the alert ID, oldest first; local notes where the product has none."""
    with open_workplace(current_options(filters=False)) as place:
        rule = place.backend.capabilities.comments
        place.freshen_alert(AlertId(alert_id), "full", "comments")
        page = place.comments(AlertId(alert_id), cursor, limit)
    if as_json or as_jsonl:
        from alerttui.triage.panther_json import comment_json

        _put_records([comment_json(each) for each in page.results], page.next, lines=as_jsonl)
    else:
        if rule.read_caveat or (rule.read_refusal and not rule.notes):
            say(rule.read_refusal or rule.read_caveat)
        _put_page(page, _put_comment, "local note" if rule.notes else "comment")
    _say_next(page.next, as_json)


@click.command(name="history")
@click.argument("alert_id", metavar="ID", shell_complete=offering("alert_ids"))
@json_options
@global_options(filters=False)
def history(alert_id: str, as_json: bool, as_jsonl: bool) -> None:
    """Show who changed the alert ID, when, from what to what, and why; oldest first."""
    with open_workplace(current_options(filters=False)) as place:
        place.freshen_alert(AlertId(alert_id), "full", "history")
        entries = place.history(AlertId(alert_id))
    if as_json or as_jsonl:
        from alerttui.triage.panther_json import history_json

        _put_records([history_json(each) for each in entries], None, lines=as_jsonl)
    elif entries:
        _put_history(entries)
    else:
        say("No change has been recorded.")


def _put_records(records: Sequence[object], following: str | None, *, lines: bool) -> None:
    if lines:
        for record in records:
            put_json(record)
        return
    put_json({"results": records, **({"next": following} if following else {})})


def _put_page(page: Page[T], put_one: Callable[[T], None], noun: str) -> None:
    """Every record of a page, and how much of the whole that is."""
    for each in page.results:
        put_one(each)
    here, total = len(page.results), page.total
    if not here:
        say(f"No {noun}s.")
    elif total is not None and total > here:
        say(f"{here:,} of {total:,} {noun}s.")


def _put_event(event: Event) -> None:
    moment = "" if event.occurred_ms is None else f"  {format_moment(event.occurred_ms)}"
    put_line(f"#{event.sequence + 1}{moment}")
    put_text(laid_out(event.body), indent="  ")


def _put_comment(comment: Comment) -> None:
    moment = "" if comment.created_ms is None else format_moment(comment.created_ms)
    author = comment.author.label if comment.author else "unknown"
    note = "local note" if comment.local else COMMENT_STATES.get(comment.state, comment.state)
    put_line("  ".join(filter(None, (moment, shown(author), f"({note})" if note else ""))))
    put_text(comment.body, indent="  ")


def _put_history(entries: Sequence[HistoryEntry]) -> None:
    rows = [
        (
            format_moment(entry.at_ms),
            entry.by.label,
            entry.field,
            entry.before or "-",
            entry.after or "-",
            entry.why,
        )
        for entry in entries
    ]
    put_table(("WHEN", "WHO", "FIELD", "FROM", "TO", "WHY"), rows, width=output_width())


def _say_next(following: str | None, as_json: bool) -> None:
    if following and not as_json:
        say(f"There are more: repeat with --cursor {following}")
