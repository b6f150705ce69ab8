"""`alerttui set`: change alerts, by id or by filter, as one change that can be undone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.outcomes import exit_code_of, put_outcomes
from alerttui.cli.output import counted, say
from alerttui.cli.stdin import read_stdin
from alerttui.cli.workplace import Workplace, filter_text, open_workplace, parse_filter
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import NotSupported
from alerttui.domain.patch import (
    CLEAR,
    KEEP,
    AlertPatch,
    Clearable,
    Set,
    Settable,
    TagEdit,
    checked_quality,
)
from alerttui.domain.query import AlertQuery
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.triage.people import person_labels

HELD = (OutcomeState.CONFLICT, OutcomeState.UNDECIDED)
"""What waits in the journal of a remote profile for a decision."""

SAMPLE = 5
"""Alerts that the question before a large change names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The change as the command line says it, before it is checked; None leaves a field alone."""

    status: str | None
    quality: str | None
    assignee: str | None
    tags: str | None
    add_tag: tuple[str, ...]
    remove_tag: tuple[str, ...]
    verdict: str | None
    severity: str | None
    malice: str | None
    comment: str | None
    action: tuple[str, ...]


@click.command(name="set")
@click.argument("ids", nargs=-1, metavar="ID...", shell_complete=offering("alert_ids"))
@click.option(
    "--status",
    metavar="WORD",
    help="A status of the backend, in any case.",
    shell_complete=offering("status_words"),
)
@click.option(
    "--quality",
    metavar="WORD",
    help='useful or noise; "" or none clears it.',
    shell_complete=offering("quality_words"),
)
@click.option(
    "--assignee",
    metavar="USER",
    help='A user id, or me; "" takes it from everybody.',
    shell_complete=offering("user_ids"),
)
@click.option("--tags", metavar="A,B", help='Replaces the whole list; "" empties it.')
@click.option(
    "--add-tag",
    metavar="TAG",
    multiple=True,
    help="May be given again.",
    shell_complete=offering("tag_names"),
)
@click.option(
    "--remove-tag",
    metavar="TAG",
    multiple=True,
    help="May be given again.",
    shell_complete=offering("tag_names"),
)
@click.option(
    "--verdict",
    metavar="WORD",
    help='A verdict of the backend, in any case; "" or none clears it.',
    shell_complete=offering("verdict_words"),
)
@click.option("--severity", metavar="WORD", help="A severity of the backend, in any case.")
@click.option(
    "--malice", metavar="WORD", help='A malice or risk that overrides the computed one; "" takes it away.'
)
@click.option(
    "--action",
    metavar="TEXT",
    multiple=True,
    help="What was done to resolve it, where the backend lists that. May be given again.",
)
@click.option("--comment", metavar="TEXT", help="Why; added also where an alert has the values already.")
@click.option("--dry-run", is_flag=True, help="Say what would be changed, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask, however many alerts a filter matches.")
@click.option("--queue", is_flag=True, help="Leave the change for later; remote profiles only.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options()
def command(
    ids: Sequence[str], dry_run: bool, yes: bool, queue: bool, as_json: bool, **fields: object
) -> int:
    """Change the alerts with these IDs (- reads them from stdin), or all that match --query.

    \b
    alerttui set a-1 a-2 --status resolved --quality noise --comment "scanner, see wiki"
    alerttui set --query "rule:Port.Scan is:open" --add-tag scanner --yes
    """
    options, context = current_options(), click.get_current_context()
    wish = Wish(**fields)  # type: ignore[arg-type]  # click passes the options that are declared above
    text = filter_text(options)
    _check_aim(ids, text)
    if not any(value not in (None, ()) for value in fields.values()):
        raise click.UsageError("What should change? Give at least one field or --comment.", context)
    with open_workplace(options, waits=not queue) as place:
        if queue and place.freshening is None:
            raise click.UsageError(
                "--queue is for remote profiles; a local store takes a change at once.", context
            )
        _check_comment(wish.comment, place)
        patch, tags = _patch(wish, place), _tag_edit(wish)
        aimed = _named(place, ids) if text is None else _matching(place, parse_filter(text))
        if not aimed:
            say("No alert matches; nothing was changed.")
            return 0
        if text is not None and not (yes or dry_run or _is_confirmed(place, aimed)):
            say("Not confirmed; nothing was changed.")
            return EXIT_FAILED
        return _make(place, aimed, patch, tags, wish, dry_run=dry_run, as_json=as_json)


def _make(
    place: Workplace,
    ids: Sequence[AlertId],
    patch: AlertPatch,
    tags: TagEdit,
    wish: Wish,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    session, comment = place.session(), wish.comment or ""
    if dry_run:
        outcomes = place.run(session.preview(ids, patch, tags=tags, comment=comment))
        put_outcomes(outcomes, person_labels(place.store), as_json=as_json)
        say(f"Dry run over {counted(len(outcomes), 'alert')}: nothing was changed.")
    else:
        with place.telling_earlier():
            change = session.change(ids, patch, tags=tags, comment=comment, actions=wish.action)
            result = place.run(change)
        outcomes = result.outcomes
        put_outcomes(outcomes, person_labels(place.store), as_json=as_json)
        say(f"{result.summary()}. Taken back by: alerttui undo" if result.changed else f"{result.summary()}.")
        if place.freshening is not None and any(each.state in HELD for each in outcomes):
            say("To be decided: alerttui pending list")
    return exit_code_of(outcomes)


def _check_aim(ids: Sequence[str], text: str | None) -> None:
    if ids and text is not None:
        raise click.UsageError("Give ids or a filter, not both.", click.get_current_context())
    if not ids and text is None:
        raise click.UsageError("Which alerts? Give ids, - or --query.", click.get_current_context())
    if text is not None and not text.strip():
        raise click.UsageError(
            "An empty filter is every alert; if that is meant, say so with created>99y.",
            click.get_current_context(),
        )


def _check_comment(comment: str | None, place: Workplace) -> None:
    """Refuse a comment where only local notes can be kept, before anything is asked or read."""
    rule = place.backend.capabilities.comments
    if comment and rule.notes:
        raise NotSupported(
            f"{rule.write_refusal} Nothing was changed; `alerttui comment --local` keeps a local note."
        )


def _ids(arguments: Sequence[str]) -> list[AlertId]:
    words: list[str] = []
    for argument in arguments:
        words += read_stdin().split() if argument == "-" else [argument]
    return [AlertId(word) for word in dict.fromkeys(words)]


def _named(place: Workplace, arguments: Sequence[str]) -> list[AlertId]:
    ids = _ids(arguments)
    place.know(ids)
    return ids


def _matching(place: Workplace, query: AlertQuery) -> list[AlertId]:
    ids: list[AlertId] = []
    place.freshen(query)
    for chunk in place.store.rowids(query, place.context()):
        rows = place.store.rows(chunk)
        ids += [rows[rowid].id for rowid in chunk if rowid in rows]
    return ids


def _is_confirmed(place: Workplace, ids: Sequence[AlertId]) -> bool:
    """Ask before a filter changes many alerts; a usage error where nobody can be asked."""
    limit = place.settings.confirm_above
    if len(ids) <= limit:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError(
            f"This changes {len(ids):,} alerts, more than {limit}: repeat with --yes; nothing was changed.",
            click.get_current_context(),
        )
    rowids = list(place.store.rowids_of(ids[:SAMPLE]).values())
    rows = place.store.rows(rowids)
    say(f"This changes {len(ids):,} alerts, among them:")
    for row in [rows[rowid] for rowid in rowids if rowid in rows]:
        say(f"  {row.id}  {row.status}  {row.title}")
    sys.stderr.write("Change them all? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _patch(wish: Wish, place: Workplace) -> AlertPatch:
    capabilities = place.backend.capabilities
    return AlertPatch(
        status=_word(wish.status, [each.word for each in capabilities.statuses]),
        quality=_quality(wish.quality),
        tags=_tags(wish.tags, capabilities),
        assignee=_assignee(wish.assignee, place),
        verdict=_clearable(wish.verdict, [each.word for each in capabilities.verdicts]),
        severity=_word(wish.severity, capabilities.severities),
        malice=_clearable(wish.malice, capabilities.malices),
    )


def _word(given: str | None, words: Sequence[str]) -> Settable[str]:
    return KEEP if given is None else Set(_native(given, words))


def _clearable(given: str | None, words: Sequence[str]) -> Clearable[str]:
    if given is None:
        return KEEP
    return CLEAR if given.lower() in ("", "none") else Set(_native(given, words))


def _quality(given: str | None) -> Clearable[Quality]:
    if given is None:
        return KEEP
    return CLEAR if given.lower() in ("", "none") else Set(checked_quality(given))


def _tags(given: str | None, capabilities: Capabilities) -> Clearable[tuple[str, ...]]:
    if given is None:
        return KEEP
    return Set(capabilities.checked_tags(_words(given))) if _words(given) else CLEAR


def _assignee(given: str | None, place: Workplace) -> Clearable[str]:
    if given is None:
        return KEEP
    if not given:
        return CLEAR
    if given.lower() != "me":
        return Set(given)
    me = place.me()
    if me is None:
        raise NotSupported("Nobody is configured as me, so nothing was changed: set me or ALERTTUI_ME.")
    return Set(me.id)


def _tag_edit(wish: Wish) -> TagEdit:
    add = tuple(word for each in wish.add_tag for word in _words(each))
    remove = tuple(word for each in wish.remove_tag for word in _words(each))
    if wish.tags is not None and (add or remove):
        raise click.UsageError("--tags replaces the list; it excludes --add-tag and --remove-tag.")
    return TagEdit(add=add, remove=remove)


def _words(given: str) -> list[str]:
    return [word.strip() for word in given.split(",") if word.strip()]


def _native(given: str, words: Sequence[str]) -> str:
    """The backend's word that was meant in whatever case; as given where there is none, to be refused."""
    return next((word for word in words if word.casefold() == given.casefold()), given)
