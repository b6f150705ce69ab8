"""Pure planning of changes: which edit each alert gets, what it will lead to, and how to say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Actor
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, ChangeKind, Edit, JournalEntry, Outcome, OutcomeState
from alerttui.domain.errors import Invalid
from alerttui.domain.listing import AlertRow
from alerttui.domain.patch import (
    CLEAR,
    KEEP,
    AlertPatch,
    Clearable,
    Set,
    TagEdit,
    difference,
    narrowed,
    value_text,
)
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity
from alerttui.triage.people import person_labels


def rows_by_id(store: AlertStore, ids: Sequence[AlertId]) -> dict[AlertId, AlertRow]:
    """The present rows of these alerts; a missing one is absent."""
    rowids = store.rowids_of(ids)
    rows = store.rows(list(rowids.values()))
    return {alert_id: rows[rowid] for alert_id, rowid in rowids.items() if rowid in rows}


def row_values(row: AlertRow) -> AlertPatch:
    """The values that a row tells, as a patch that would restore them."""
    return AlertPatch(
        status=Set(row.status),
        quality=Set(Quality(row.quality)) if row.quality else CLEAR,
        tags=Set(row.tags) if row.tags else CLEAR,
        assignee=Set(row.assignee_id) if row.assignee_id else CLEAR,
        verdict=Set(row.verdict) if row.verdict else CLEAR,
        severity=Set(row.severity_word),
    )


def edits_of(
    store: AlertStore,
    ids: Sequence[AlertId],
    patch: AlertPatch,
    tags: TagEdit,
    seen: Mapping[AlertId, AlertPatch],
    capabilities: Capabilities,
) -> tuple[list[Edit], list[Outcome]]:
    """An edit per alert that relies on what was seen of it, and a refusal where a rule forbids it; blocks."""
    unique = list(dict.fromkeys(ids))
    expected = {each: narrowed(values, patch) for each, values in seen.items()}
    refused: list[Outcome] = []
    if capabilities.assigns_into and isinstance(patch.assignee, Set) and patch.status is KEEP:
        refused = _unassignable(rows_by_id(store, unique), capabilities)
        unique = [each for each in unique if each not in {outcome.alert_id for outcome in refused}]
    if not tags:
        return [Edit(alert_id=each, patch=patch, expected=expected.get(each)) for each in unique], refused
    edits, more = tag_edits(unique, rows_by_id(store, unique), patch, tags, expected, capabilities)
    return edits, [*refused, *more]


def _unassignable(rows: Mapping[AlertId, AlertRow], capabilities: Capabilities) -> list[Outcome]:
    """Alerts that have not the status in which they could be assigned."""
    reason = f"{capabilities.assigning_refusal.rstrip('.')}; set that too."
    return [
        Outcome(alert_id=row.id, state=OutcomeState.REFUSED, reason=reason)
        for row in rows.values()
        if row.status != capabilities.assigns_into
    ]


def outcomes_foreseen(store: AlertStore, edits: Sequence[Edit]) -> list[Outcome]:
    """What these edits would lead to on the alerts as they are now; blocks."""
    rows, called = rows_by_id(store, [edit.alert_id for edit in edits]), person_labels(store)
    return [foreseen(edit, rows.get(edit.alert_id), called) for edit in edits]


def unexpected(present: AlertPatch, expected: AlertPatch) -> AlertPatch:
    """The expected values that the alert no longer has, of those that `present` tells."""
    return difference(present, narrowed(expected, present))


def tag_edits(
    ids: Sequence[AlertId],
    rows: Mapping[AlertId, AlertRow],
    patch: AlertPatch,
    tags: TagEdit,
    seen: Mapping[AlertId, AlertPatch],
    capabilities: Capabilities,
) -> tuple[list[Edit], list[Outcome]]:
    """An edit per alert with its own tag list, and a refusal for each whose tags would break the rules."""
    edits: list[Edit] = []
    refused: list[Outcome] = []
    for alert_id in ids:
        row = rows.get(alert_id)
        try:
            resolved = tags.resolve(row.tags, capabilities.checked_tags) if row else KEEP
        except Invalid as error:
            refused.append(Outcome(alert_id=alert_id, state=OutcomeState.REFUSED, reason=error.rule))
            continue
        expected = seen.get(alert_id, AlertPatch())
        if row and resolved is not KEEP:
            expected = narrowed(row_values(row), AlertPatch(tags=CLEAR)).over(expected)
        edits.append(
            Edit(alert_id=alert_id, patch=AlertPatch(tags=resolved).over(patch), expected=expected or None)
        )
    return edits, refused


def foreseen(edit: Edit, row: AlertRow | None, called: Mapping[str, str] | None = None) -> Outcome:
    """What an edit would lead to on the alert as it is now; people are told as they are `called`, by id."""
    if row is None:
        return Outcome(alert_id=edit.alert_id, state=OutcomeState.MISSING, reason="no such alert")
    present = row_values(row)
    before = narrowed(present, edit.patch)
    others = unexpected(present, edit.expected) if edit.expected is not None else AlertPatch()
    if others:
        told = present
        if isinstance(present.assignee, Set) and called:
            told = replace(present, assignee=Set(called.get(present.assignee.value, present.assignee.value)))
        now = ", ".join(f"{name} is now {patch_text(told, name)}" for name, _ in others.changed())
        return Outcome(
            alert_id=edit.alert_id, state=OutcomeState.CONFLICT, before=before, after=before, reason=now
        )
    state = OutcomeState.CONFIRMED if difference(present, edit.patch) else OutcomeState.UNCHANGED
    return Outcome(alert_id=edit.alert_id, state=state, before=before, after=edit.patch)


def overlaid(row: AlertRow, patch: AlertPatch, capabilities: Capabilities) -> AlertRow:
    """The row as a patch will leave it."""
    return row._replace(
        status=_patched(patch.status, row.status),
        severity=Severity.from_word(patch.severity.value)
        if isinstance(patch.severity, Set)
        else row.severity,
        severity_word=_patched(patch.severity, row.severity_word),
        phase=capabilities.phase(patch.status.value) if isinstance(patch.status, Set) else row.phase,
        quality=_patched(patch.quality, row.quality),
        verdict=_patched(patch.verdict, row.verdict),
        assignee_id=_patched(patch.assignee, row.assignee_id),
        tags=patch.tags.value if isinstance(patch.tags, Set) else () if patch.tags is CLEAR else row.tags,
    )


def _patched(value: Clearable[str] | Clearable[Quality], present: str) -> str:
    if isinstance(value, Set):
        return value.value.value if isinstance(value.value, Quality) else value.value
    return "" if value is CLEAR else present


def in_order(ids: Sequence[AlertId], outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes in the order in which the alerts were named."""
    position = {alert_id: index for index, alert_id in enumerate(ids)}
    return tuple(sorted(outcomes, key=lambda outcome: position.get(outcome.alert_id, len(position))))


def reversal_label(entry: JournalEntry, kind: ChangeKind) -> str:
    """What an undo or redo is called: the name of the change that it walks over."""
    verb = "undo" if kind is ChangeKind.UNDO else "redo"
    return f"{verb}: {walked_label(entry)}"


def walked_label(entry: JournalEntry) -> str:
    """The name of the change that an undo or redo walks over, also where it is itself an undo or redo."""
    return entry.change.label.removeprefix("undo: ").removeprefix("redo: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePlan:
    """What "take it" would do: the edits, the closed alerts that stay closed, whom it takes over from."""

    edits: tuple[Edit, ...]
    closed: tuple[AlertId, ...] = ()
    taken_from: tuple[tuple[AlertId, str], ...] = ()
    """Alert and the id of the colleague who has it now."""
    missing: tuple[AlertId, ...] = ()


def take_plan(
    ids: Sequence[AlertId], rows: Mapping[AlertId, AlertRow], me: Actor, capabilities: Capabilities
) -> TakePlan:
    """Assign to me and make active, in one change; a closed alert is never reopened by it."""
    target = capabilities.active_target
    edits: list[Edit] = []
    for alert_id in dict.fromkeys(ids):
        row = rows.get(alert_id)
        if row is None or row.phase == Phase.CLOSED:
            continue
        activate = bool(target) and row.phase != Phase.ACTIVE and not capabilities.refusal("status")
        patch = AlertPatch(assignee=Set(me.id), status=Set(target) if activate else KEEP)
        expected = narrowed(row_values(row), AlertPatch(assignee=CLEAR, status=Set(target)))
        edits.append(Edit(alert_id=alert_id, patch=patch, expected=expected))
    present = [rows[each] for each in dict.fromkeys(ids) if each in rows]
    return TakePlan(
        edits=tuple(edits),
        closed=tuple(row.id for row in present if row.phase == Phase.CLOSED),
        taken_from=tuple(
            (row.id, row.assignee_id)
            for row in present
            if row.phase != Phase.CLOSED and row.assignee_id not in ("", me.id)
        ),
        missing=tuple(each for each in dict.fromkeys(ids) if each not in rows),
    )


def is_comment_only(change: Change, by: Actor) -> bool:
    """True if this actor's change did nothing but comment."""
    return change.by.id == by.id and bool(change.comment) and not any(edit.patch for edit in change.edits)


def label(patch: AlertPatch, tags: TagEdit | None = None, assignee: str = "") -> str:
    """What a change is called where its maker gave it no name: "status RESOLVED, +scanner".

    `assignee` is what people call the one whom the patch names by id, where that is known.
    """
    parts = [
        f"{name} {(assignee if name == 'assignee' else '') or value_text(value, 'none')}"
        for name, value in patch.changed()
    ]
    if tags:
        parts += [f"+{tag}" for tag in tags.add] + [f"-{tag}" for tag in tags.remove]
    return ", ".join(parts) or "comment"


def patch_text(patch: AlertPatch, name: str) -> str:
    """One field of a patch in words; empty where the field is left alone."""
    value = getattr(patch, name)
    return "" if value is KEEP else value_text(value, "none")


def summary(change: Change, outcomes: Sequence[Outcome]) -> str:
    """One sentence on what came of a change, with a count for each way it ended."""
    if outcomes and all(outcome.comment_added and not outcome.after for outcome in outcomes):
        return "comment added" if len(outcomes) == 1 else f"comment added to {len(outcomes):,}"
    counts = [
        (OutcomeState.CONFIRMED, "changed"),
        (OutcomeState.UNCHANGED, "already so"),
        (OutcomeState.QUEUED, "queued"),
        (OutcomeState.REFUSED, "refused"),
        (OutcomeState.CONFLICT, "changed by somebody else, left alone"),
        (OutcomeState.MISSING, "missing"),
        (OutcomeState.UNDECIDED, "not known to be made"),
        (OutcomeState.CANCELLED, "taken back before it was sent"),
    ]
    if len(outcomes) == 1 and outcomes[0].comment_added is not False:
        if outcomes[0].state is OutcomeState.CONFIRMED:
            return change.label
        if outcomes[0].state is OutcomeState.QUEUED:
            return f"{change.label}, queued"
        if outcomes[0].state is OutcomeState.UNCHANGED:
            also = "; comment added" if outcomes[0].comment_added else ""
            return f"{change.label}: it was so already{also}"
    parts = []
    for state, words in counts:
        number = sum(outcome.state is state for outcome in outcomes)
        if number:
            parts.append(f"{number:,} {words}")
    unsent = sum(outcome.ok and outcome.comment_added is False for outcome in outcomes)
    if unsent:
        parts.append(f"comment not sent to {unsent:,}")
    told = ", ".join(parts) or "nothing to do"
    is_done = any(each.ok for each in outcomes) or not outcomes
    return f"{change.label}: {told}" if is_done else f"not done ({change.label}): {told}"
