"""`alerttui pending`: what was asked for in a remote profile and is not settled; send it, or give it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.mirror_state import unsent_text
from alerttui.cli.options import current_options, global_options
from alerttui.cli.outcomes import say_told
from alerttui.cli.output import counted, output_width, put_json, put_table, say
from alerttui.cli.workplace import Workplace, open_workplace
from alerttui.domain.errors import NotFound, NotSupported, ReadOnly, Unavailable
from alerttui.domain.moments import format_age, format_moment
from alerttui.domain.patch import to_wire
from alerttui.domain.pending import Decision, PendingEdit, Stage
from alerttui.domain.showable import shown

if TYPE_CHECKING:
    from alerttui.triage.mirror.running import Running
    from alerttui.triage.mirror.sender import Told

HEADER = ("CHANGE", "ALERT", "AGE", "STATE", "WHAT", "WHY IT WAITS")

MOST = 100_000


@click.group(name="pending")
@global_options(filters=False)
def pending() -> None:
    """What waits to be sent to a remote system, or to be decided by you."""


@pending.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
def list_pending(as_json: bool) -> int:
    """List what is queued, being sent, or held because somebody else changed the same."""
    with _mirrored() as (place, running):
        found = _everything(running)
        now_ms = place.context().now_ms
    if as_json:
        put_json({"results": [_json(each) for each in found]})
    elif found:
        put_table(
            HEADER, [_row(each, now_ms) for each in found], width=output_width(), right_aligned=("AGE",)
        )
    else:
        say("Nothing is pending.")
    return 0


@pending.command(name="send")
@click.argument("changes", nargs=-1, metavar="[CHANGE]...")
@global_options(filters=False)
def send_pending(changes: Sequence[str]) -> int:
    """Send what is queued now; with CHANGEs, also what of those is held, over what others did."""
    with _mirrored(changes=True) as (place, running):
        if not running.turn.take():
            say("Another alerttui has the turn on this mirror; it sends what is queued.")
            return EXIT_FAILED
        if changes and not _of(_everything(running), changes):
            return _say_unknown(changes)
        held = [each.key for each in _of(running.store.pending(MOST, held=True), changes)]
        if held:
            place.run(running.decide(held, Decision.SEND))
        place.admit()
        told: list[Told] = []
        running.on_told.append(told.extend)
        try:
            place.run(running.send())
        except Unavailable as error:
            say_told(told)
            say(f"alerttui: {unsent_text(running.store.pending_counts())}: {error}")
            return error.exit_code
        rest = running.store.pending_counts()
    failed = say_told(told)
    waits = unsent_text(rest)
    sent = counted(len(told) - failed, "change")
    say(f"{sent} sent{f'; {waits}: alerttui pending list' if waits else ''}.")
    is_left = rest.queued or (rest.held and not changes)
    return EXIT_FAILED if is_left or failed else 0


def _say_unknown(changes: Sequence[str]) -> int:
    say(f"alerttui: no pending change is called {', '.join(changes)}; nothing was done.")
    return NotFound.exit_code


@pending.command(name="drop")
@click.argument("changes", nargs=-1, metavar="CHANGE...")
@click.option("--all", "drops_all", is_flag=True, help="Everything that is queued or held.")
@global_options(filters=False)
def drop_pending(changes: Sequence[str], drops_all: bool) -> int:
    """Give up CHANGEs that are queued or held: the system never hears of them."""
    if bool(changes) == drops_all:
        raise click.UsageError("Which changes? Name them as the list does, or say --all.")
    with _mirrored(changes=True) as (place, running):
        found = _everything(running)
        wanted = found if drops_all else _of(found, changes)
        if not found and drops_all:
            say("Nothing is pending.")
            return 0
        if not wanted:
            return _say_unknown(changes)
        count = place.run(running.drop([each.key for each in wanted]))
    being_sent = len(wanted) - count
    say(f"{counted(count, 'change')} given up{f'; {being_sent} may be there already' if being_sent else ''}.")
    return EXIT_FAILED if being_sent or not count else 0


@contextmanager
def _mirrored(*, changes: bool = False) -> Iterator[tuple[Workplace, Running]]:
    with open_workplace(current_options(filters=False)) as place:
        if place.freshening is None:
            name = place.active.profile.name
            raise NotSupported(f"{name} is a local store: changes are made at once, and nothing waits.")
        if changes and place.active.read_only:
            raise ReadOnly(f"The profile {place.active.profile.name} is read-only; nothing was done.")
        yield place, place.freshening.mirror.running


def _everything(running: Running) -> list[PendingEdit]:
    return [*running.store.pending(MOST), *running.store.pending(MOST, held=True)]


def _of(found: Sequence[PendingEdit], changes: Sequence[str]) -> list[PendingEdit]:
    """Those of these changes, by the beginning of their ids."""
    return [each for each in found if any(each.key.change_id.startswith(given) for given in changes)]


def _state(edit: PendingEdit) -> str:
    words = {Stage.QUEUED: "queued", Stage.SENDING: "being sent", Stage.HELD: "to be decided"}
    return words.get(edit.stage) or f"comment {words.get(edit.comment_stage, 'waits')}"


def _row(edit: PendingEdit, now_ms: int) -> tuple[str, ...]:
    return (
        edit.key.change_id[:8],
        shown(edit.alert_id),
        format_age(now_ms - edit.at_ms),
        _state(edit),
        shown(edit.label),
        shown(edit.reason),
    )


def _json(edit: PendingEdit) -> dict[str, object]:
    return {
        "change": edit.key.change_id,
        "id": edit.alert_id,
        "at": format_moment(edit.at_ms),
        "by": edit.by.id,
        "label": edit.label,
        "state": _state(edit),
        "patch": to_wire(edit.patch),
        **({"comment": edit.comment} if edit.comment else {}),
        **({"reason": edit.reason} if edit.reason else {}),
    }
