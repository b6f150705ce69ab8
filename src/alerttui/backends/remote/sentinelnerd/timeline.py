"""The parts of a single alert: its events, its timeline, and the comments in it.

Neither the names of these parts nor the form of their entries is documented: every likely one is understood,
and an entry of another kind is told as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.remote.cursors import digest
from alerttui.backends.remote.sentinelnerd.capabilities import ACKNOWLEDGED, MARKDOWN, OPEN, RESOLVED
from alerttui.backends.remote.sentinelnerd.reading import (
    COMMENTS_KEY,
    EVENT_KEYS,
    TIMELINE_KEYS,
    first_list,
    id_of,
    person_of,
)
from alerttui.domain.alert import Actor, Comment, Event
from alerttui.domain.change import HistoryEntry
from alerttui.domain.json_text import exact_json, storable
from alerttui.domain.moment_reading import moment_of

THROUGH: Final = "sentinelnerd"
NOBODY: Final = Actor("unknown", "unknown", "not told")
"""Who did what an entry names nobody for."""

_TIMES: Final = ("timestamp", "created_at", "at", "time")
_KINDS: Final = ("type", "event", "action", "kind")
_ACTORS: Final = ("user", "actor", "author", "created_by", "by")
_TEXTS: Final = ("body", "comment", "message", "text", "description", "details")
_ONLY_COMMENTS: Final = ("body", "comment")
"""A text under one of these was written by a person; under the others it may be the product's own."""

_BECOMES: Final = {"acknowledge": ACKNOWLEDGED, "resolve": RESOLVED, "reopen": OPEN}
_EDITED: Final = ("updated_at", "edited_at")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline, or a comment, as far as it is understood."""

    value: object
    at_ms: int | None = None
    kind: str = ""
    actor: Actor | None = None
    text: str = ""
    text_key: str = ""

    @property
    def is_comment(self) -> bool:
        """True if its text was written by somebody to be read by others."""
        if not self.text:
            return False
        kind = self.kind.lower()
        is_named = "comment" in kind or "note" in kind or self.text_key in _ONLY_COMMENTS
        return is_named or (self.actor is not None and self.actor.kind == "user")

    @property
    def becomes(self) -> str:
        """The status that an alert got here; empty where it is about something else."""
        kind = self.kind.lower()
        return next((status for verb, status in _BECOMES.items() if kind.startswith(verb)), "")


def events_of(record: Mapping[str, object]) -> list[Event]:
    """The events of an alert in the order told: any JSON, a text as it is."""
    return [_event(value, number) for number, value in enumerate(first_list(record, EVENT_KEYS))]


def comments_of(
    record: Mapping[str, object], told_ids: Mapping[str, Sequence[str]] | None = None
) -> list[Comment]:
    """The comments of an alert, oldest first: from its list of them, else from its timeline.

    What the timeline has no id for gets one of its time, author and words; or one of `told_ids`, which are
    by their words the ids of comments that were made here.
    """
    listed = [_entry(each) for each in first_list(record, (COMMENTS_KEY,))]
    comments = [_comment(each, id_of(each.value)) for each in listed if each.text]
    if not comments:
        left = {body: list(ids) for body, ids in (told_ids or {}).items()}
        entries = _in_order([_entry(each) for each in first_list(record, TIMELINE_KEYS)])
        for each in [entry for entry in entries if entry.is_comment]:
            ours = left.get(each.text)
            comments.append(_comment(each, ours.pop(0) if ours else id_of(each.value)))
    return _named_apart(_oldest_first(comments), id_of(record))


def history_of(record: Mapping[str, object], created_ms: int) -> list[HistoryEntry]:
    """The timeline, oldest first; an entry without a time has that of the one before it."""
    lines: list[HistoryEntry] = []
    at_ms, status = created_ms, OPEN
    for each in _in_order([_entry(value) for value in first_list(record, TIMELINE_KEYS)]):
        at_ms = at_ms if each.at_ms is None else each.at_ms
        field, before, after, why = each.kind or "entry", "", each.text, ""
        if each.becomes not in ("", status):
            field, before, after, why = "status", status, each.becomes, each.text
            status = each.becomes
        elif each.is_comment and not each.becomes:
            field = "comment"
        elif not each.kind:
            after = _in_one_line(each.value)
        lines.append(
            HistoryEntry(
                at_ms=at_ms,
                by=each.actor or NOBODY,
                field=field,
                before=before,
                after=after,
                why=why,
                through=THROUGH,
            )
        )
    return lines


def comment_told(value: Mapping[str, object], body: str, by: Actor, at_ms: int) -> Comment | None:
    """The comment that an answer says was made of `body`; None where it does not tell its id."""
    comment_id = id_of(value)
    if not comment_id:
        return None
    told = _comment(_entry(value), comment_id)
    return replace(
        told,
        author=told.author or by,
        body=told.body or body,
        created_ms=at_ms if told.created_ms is None else told.created_ms,
    )


def _event(value: object, number: int) -> Event:
    body = value if isinstance(value, str) else exact_json(value)
    moment = _moment(value, _TIMES) if isinstance(value, dict) else None
    return Event(sequence=number, body=storable(body), occurred_ms=moment)


def _entry(value: object) -> Entry:
    if isinstance(value, str):
        return Entry(value, text=storable(value), text_key="text")
    if not isinstance(value, dict):
        return Entry(value)
    text, key = _text(value)
    return Entry(
        value,
        at_ms=_moment(value, _TIMES),
        kind=next((storable(word) for each in _KINDS if isinstance(word := value.get(each), str)), ""),
        actor=next((found for each in _ACTORS if (found := person_of(value.get(each))) is not None), None),
        text=text,
        text_key=key,
    )


def _moment(value: Mapping[str, object], keys: Sequence[str]) -> int | None:
    """The first time under one of these names."""
    return next((found for key in keys if (found := moment_of(value.get(key))) is not None), None)


def _text(value: Mapping[str, object]) -> tuple[str, str]:
    """The words of an entry, one level deeper too, and the name that they stand under."""
    for key in _TEXTS:
        found = value.get(key)
        if isinstance(found, str) and found.strip():
            return storable(found), key
    for key in _TEXTS:
        inner = value.get(key)
        if isinstance(inner, dict):
            for name in _TEXTS:
                if isinstance(found := inner.get(name), str) and found.strip():
                    return storable(found), name
    return "", ""


def _comment(entry: Entry, comment_id: str) -> Comment:
    value = entry.value if isinstance(entry.value, dict) else {}
    return Comment(
        id=comment_id,
        author=entry.actor,
        body=entry.text,
        format=MARKDOWN,
        created_ms=entry.at_ms,
        updated_ms=_moment(value, _EDITED),
    )


def _named_apart(comments: Sequence[Comment], alert_id: str) -> list[Comment]:
    """Each with an id of its own, which it has again when it is read the next time."""
    found: dict[str, Comment] = {}
    for each in comments:
        author = each.author.id if each.author else ""
        name = each.id or f"entry-{digest(repr((alert_id, each.created_ms, author, each.body)))}"
        number, unique = 1, name
        while unique in found:
            number += 1
            unique = f"{name}-{number}"
        found[unique] = replace(each, id=unique)
    return list(found.values())


def _oldest_first(comments: Sequence[Comment]) -> list[Comment]:
    """By time; those of the same moment as told, or the other way round where the whole list is."""
    dated = [each.created_ms for each in comments if each.created_ms is not None]
    ordered = list(reversed(comments)) if dated and dated[0] > dated[-1] else list(comments)
    return sorted(ordered, key=lambda each: (each.created_ms is None, each.created_ms or 0))


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Oldest first: a timeline may begin with the newest; entries without a time stay where they are."""
    ordered = list(reversed(entries)) if _is_newest_first(entries) else list(entries)
    placed: list[tuple[int, Entry]] = []
    latest = 0
    for each in ordered:
        latest = latest if each.at_ms is None else each.at_ms
        placed.append((latest, each))
    return [each for _, each in sorted(placed, key=lambda pair: pair[0])]


def _is_newest_first(entries: Sequence[Entry]) -> bool:
    """By their times, which may be whole seconds; else by the entry that tells that the alert was made."""
    dated = [each.at_ms for each in entries if each.at_ms is not None]
    if not dated or dated[0] != dated[-1]:
        return bool(dated) and dated[0] > dated[-1]
    is_first, is_last = (entries[end].kind.lower().startswith("creat") for end in (0, -1))
    return is_last and not is_first


def _in_one_line(value: object) -> str:
    return storable(value if isinstance(value, str) else exact_json(value))
