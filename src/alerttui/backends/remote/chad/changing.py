"""How CHAD is asked for changes: a status, an assignee, a comment, in the form that the server speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.applying import Answered, Told
from alerttui.backends.remote.asking import Answer, Request, Requester
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.capabilities import BULK_CHUNK
from alerttui.backends.remote.chad.connection import Connection
from alerttui.backends.remote.chad.detecting import Forms
from alerttui.backends.remote.chad.dialect import Dialect, Said
from alerttui.backends.remote.chad.reading import comment_of, comments_of
from alerttui.backends.remote.chad.records import Records
from alerttui.backends.remote.comparing import has
from alerttui.backends.remote.tasks import Task
from alerttui.domain.alert import Alert, Comment
from alerttui.domain.change import Change
from alerttui.domain.errors import (
    BadAnswer,
    NotFound,
    NotPermitted,
    Rejected,
    ServerDown,
    Unavailable,
    Unreachable,
)
from alerttui.domain.patch import KEEP, AlertPatch, Set, difference, narrowed, values_of
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId

_BULK_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What an id must look like that is named among many; one that does not refuses them all."""

CREATED: Final = 201

SKEW_MS: Final = 60_000
"""So much earlier than a comment was written here the server may say that it was made."""

UNREASONED: Final = "CHAD did not change it and gives no reason"
KEPT: Final = "CHAD accepted the request but kept the status"

ASSIGNED_ONLY: Final = "The assignee was changed, the status was not:"


class Changing:
    """Implements the engine's `Sending` over one connection."""

    def __init__(self, connection: Connection, forms: Forms, records: Records) -> None:
        self._connection = connection
        self._forms = forms
        self._records = records

    async def read(self, alert_id: AlertId) -> Alert:
        """One alert as it is now; raises `NotFound`."""
        return await self._records.read(alert_id)

    def units(self, tasks: Sequence[Task], change: Change) -> Iterator[Sequence[Task]]:
        """Alerts that get the same status and nothing else go out together, all others alone."""
        waiting: list[Task] = []
        for task in tasks:
            is_same = not waiting or waiting[0].patch == task.patch
            is_new = all(task.id != each.id for each in waiting)
            if waiting and not (_goes_with_many(task) and is_same and is_new and len(waiting) < BULK_CHUNK):
                yield waiting
                waiting = []
            if _goes_with_many(task):
                waiting.append(task)
            else:
                yield [task]
        if waiting:
            yield waiting

    def carries_comment(self, unit: Sequence[Task]) -> bool:
        """True where the comment goes along with a status."""
        return _dialect(self._forms).carries_comments and all(each.patch.status is not KEEP for each in unit)

    async def send(self, unit: Sequence[Task], change: Change) -> Sequence[Answered]:
        """Ask for what one unit wants."""
        if len(unit) == 1:
            return [await self._send_one(unit[0], change)]
        return await self._send_many(unit, change)

    async def comment(self, task: Task, change: Change) -> None:
        """Add the comment of the change to one alert."""
        await self.add_comment(task.id, change.comment)

    async def add_comment(self, alert_id: AlertId, body: str) -> Comment | None:
        """Add a comment, once; the alert must be known to be there, for not every server looks.

        None where the answer says that it was added, and not which one it became.
        """
        dialect = _dialect(self._forms)
        answer = await self._connection.ask(wire.create_comment(alert_id, dialect.comment_body(body)))
        value = _written(self._connection, answer)
        if not isinstance(value, dict) and answer.status != CREATED:
            told = "CHAD answers a comment with something else than it documents."
            raise BadAnswer(told, may_have_acted=True)
        comment = comment_of(value, "")
        return comment if comment is not None and comment.id else None

    # -- one

    async def _send_one(self, task: Task, change: Change) -> Answered:
        """Assign first: that is what may be refused, and then nothing was changed."""
        patch = _lacking(task)
        is_assigned = patch.assignee is not KEEP
        if is_assigned:
            await self._assign(task, patch.assignee.value if isinstance(patch.assignee, Set) else None)
        if not isinstance(patch.status, Set):
            return Answered(Told.MADE)
        if not is_assigned:
            return await self._set_status(task, patch.status.value, change)
        return await self._set_status_too(task, patch.status.value, change)

    async def _set_status_too(self, task: Task, status: str, change: Change) -> Answered:
        """Set the status of an alert that was assigned by the same change."""
        try:
            answered = await self._set_status(task, status, change)
        except (Rejected, NotPermitted) as error:
            return Answered(Told.REFUSED, f"{ASSIGNED_ONLY} {error}")
        except Unavailable as error:
            if error.may_have_acted:
                raise
            raise Unreachable(f"{ASSIGNED_ONLY} {error}", may_have_acted=True) from error
        if answered.told is Told.REFUSED:
            return replace(answered, reason=f"{ASSIGNED_ONLY} {answered.reason}")
        return answered

    async def _set_status(self, task: Task, status: str, change: Change) -> Answered:
        dialect = _dialect(self._forms)
        comment = change.comment if self.carries_comment([task]) else ""
        answer = await self._connection.ask(dialect.set_status(task.id, status, comment))
        if answer.status == wire.FAILED:
            said = Said(False, self._words_of_failure(task.id, answer))
            return await self._look_after(task, said, change if comment else None, may_have_acted=True)
        said = dialect.said_of_one(_written(self._connection, answer), status)
        if comment and (not said.made or said.comment_added is None):
            return await self._look_after(task, said, change, may_have_acted=True)
        return _answered(said)

    def _words_of_failure(self, alert_id: AlertId, answer: Answer) -> str:
        """CHAD's own words for why it failed; raises `ServerDown` in doubt where they are somebody else's."""
        words = wire.words_of(answer)
        try:
            value = self._connection.value(answer)
        except BadAnswer:
            value = None
        if not isinstance(value, dict) or not (value.get("detail") or value.get("error")):
            told = f"Could not change alert {shown(alert_id)}: CHAD failed (500): {words}."
            raise ServerDown(told, may_have_acted=True)
        return words

    async def _assign(self, task: Task, person: str | None) -> None:
        """Assign, or unassign for None; raises what CHAD says against it."""
        request = wire.assign(task.id, person)
        answer = await self._connection.ask(request)
        if answer.status in wire.REFUSED:
            await self._blame(request, answer)
        _written(self._connection, answer)

    async def _blame(self, request: Request, answer: Answer) -> None:
        """Raise what a refused assignment is about: the person, the role, else the alert."""
        words = wire.words_of(answer)
        told = f"Could not {shown(request.doing)}: {words}."
        if answer.status == wire.FORBIDDEN:
            if "permission" in words.lower():
                advice = f"Your role needs {wire.MANAGE_ALERTS}."
                raise NotPermitted(f"{told} {advice}", wire.MANAGE_ALERTS)
            raise Rejected(told)
        if "assignee" in words.lower() or "user" in words.lower():
            raise Rejected(told)
        await self._connection.rule_out_outage()
        raise NotFound([request.alert_id])

    # -- many

    async def _send_many(self, unit: Sequence[Task], change: Change) -> Sequence[Answered]:
        dialect = _dialect(self._forms)
        status = unit[0].patch.status
        assert isinstance(status, Set)
        comment = change.comment if self.carries_comment(unit) else ""
        ids = [task.id for task in unit]
        answer = await self._connection.ask(dialect.set_statuses(ids, status.value, comment))
        said = dialect.said_of_many(_written(self._connection, answer), ids)
        has_made = any(each.made is not False for each in said)
        answers = []
        for task, each in zip(unit, said, strict=True):
            if each.made is False or (each.made is None and comment):
                carried = change if comment else None
                answers.append(await self._look_after(task, each, carried, may_have_acted=has_made))
            else:
                answers.append(_answered(each))
        return answers

    async def _look_after(
        self, task: Task, said: Said, carried: Change | None, *, may_have_acted: bool
    ) -> Answered:
        """Look; raises `Unavailable`, and in doubt where something of the request may have been done.

        `carried` is the change whose comment travelled in the request, None where none did.
        """
        try:
            return await self._look(task, said, carried)
        except NotFound:
            return Answered(Told.MISSING)
        except Rejected as error:
            return Answered(Told.REFUSED, said.reason or str(error))
        except Unavailable as error:
            if may_have_acted and not error.may_have_acted:
                raise Unreachable(str(error), may_have_acted=True) from error
            raise

    async def _look(self, task: Task, said: Said, carried: Change | None) -> Answered:
        """Tell from the alert what an answer did not, or what lies behind a refusal."""
        alert, value = await self._records.read_whole(task.id)
        added = None
        if carried is not None:
            told = comments_of(value.get("comments"), task.id)
            added = said.comment_added or any(_is_comment_of(carried, each) for each in told)
        if has(alert, task.patch):
            return Answered(Told.MADE, comment_added=added)
        words = said.reason or (UNREASONED if said.made is False else KEPT)
        return Answered(Told.REFUSED, words.rstrip(".") + ".", added)


def _dialect(forms: Forms) -> Dialect:
    """How to speak, once that is known: a change is only begun then."""
    return forms.decided


def _written(requester: Requester, answer: Answer) -> object:
    """The JSON value of an answer to a change; None where it is empty. Raises `BadAnswer` in doubt."""
    if not answer.body.strip():
        return None
    try:
        return requester.value(answer)
    except BadAnswer as error:
        raise BadAnswer(str(error), may_have_acted=True) from None


def _answered(said: Said) -> Answered:
    told = Told.MADE if said.made else Told.TAKEN
    return Answered(told, said.reason, said.comment_added)


def _is_comment_of(change: Change, comment: Comment) -> bool:
    """Whether it can be the comment of the change: the same words may have been written before."""
    is_earlier = comment.created_ms is not None and comment.created_ms < change.at_ms - SKEW_MS
    return comment.body == change.comment and not is_earlier


def _goes_with_many(task: Task) -> bool:
    fields = [name for name, _ in task.patch.changed()]
    return fields == ["status"] and _BULK_ID.fullmatch(task.id) is not None


def _lacking(task: Task) -> AlertPatch:
    """Of what a task wants, what the alert does not have already, as far as it was read."""
    if task.seen is None:
        return task.patch
    return difference(narrowed(values_of(task.seen), task.patch), task.patch)
