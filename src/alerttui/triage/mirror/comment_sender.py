"""Comments on their way: each is sent at most once; one without an answer is looked for at the server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from alerttui.backends.contract import Backend
from alerttui.domain.alert import Actor, Comment
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import Invalid, NotFound, NotPermitted, NotSupported, Rejected, Unavailable
from alerttui.domain.listing import Page
from alerttui.domain.pending import PendingEdit, Stage
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.points import Point, Reach, nothing

LOOKS_AFTER_S: Final = (0.0, 1.0, 3.0)
"""When to look for a comment whose answer never came: a list may show it a little later."""

SKEW_MS: Final = 60_000
"""So much earlier than it was asked for here the server may say that it was made."""

PAGES: Final = 20
PAGE: Final = 50

ASK: Final = "It was sent and no answer came; the server does not show it. Send it again, or give it up."


@dataclass(slots=True)
class CommentSender:
    """Sends one comment at a time."""

    ground: Ground
    sleep: Callable[[float], Awaitable[None]]
    reach: Reach = nothing

    async def send(self, edit: PendingEdit) -> Outcome | None:
        """Send a queued comment, or see what became of one that was being sent; None where it must wait.

        Raises `Unavailable`; the comment then is queued again, unless it may have arrived.
        """
        if edit.comment_stage is Stage.SENDING:
            return await self._settle_left(edit)
        self.reach(Point.BEFORE_COMMENT)
        begun = await asyncio.to_thread(self.ground.store.begin_sending, [edit.key], comments=True)
        if not begun:
            return None
        self.reach(Point.AFTER_COMMENT_SENDING)
        try:
            comment = await self.ground.link.ask(
                lambda backend: backend.add_comment(edit.alert_id, edit.comment, edit.by, edit.at_ms)
            )
        except (NotFound, NotPermitted, Rejected, Invalid, NotSupported) as error:
            return await self._settle(edit, OutcomeState.REFUSED, None, str(error))
        except Unavailable as error:
            if not error.may_have_acted:
                await asyncio.to_thread(self.ground.store.requeue, [edit.key], str(error), comments=True)
            raise
        self.reach(Point.AFTER_COMMENT_SENT)
        outcome = await self._settle(edit, OutcomeState.CONFIRMED, comment)
        self.reach(Point.AFTER_COMMENT_SETTLED)
        return outcome

    async def _settle_left(self, edit: PendingEdit) -> Outcome:
        """Look for a comment that may have arrived; where it is not there, only the analyst can decide."""
        for wait_s in LOOKS_AFTER_S:
            await self.sleep(wait_s)
            try:
                found = await self._find(edit)
            except (NotFound, NotSupported, NotPermitted, Rejected):
                break
            if found is not None:
                return await self._settle(edit, OutcomeState.CONFIRMED, found)
        return await self._settle(edit, OutcomeState.UNDECIDED, None, ASK)

    async def _find(self, edit: PendingEdit) -> Comment | None:
        ours = await asyncio.to_thread(self.ground.store.sent_comments, edit.alert_id)
        me = await self._me(edit)
        cursor: str | None = None
        for _ in range(PAGES):
            page = await self.ground.link.ask(partial(_page, alert_id=edit.alert_id, cursor=cursor))
            for each in page.results:
                if each.id not in ours and is_same(each, edit, me):
                    return each
            cursor = page.next
            if cursor is None:
                break
        return None

    async def _me(self, edit: PendingEdit) -> frozenset[str]:
        """The ids under which the server may know who wrote it."""
        identity = await self.ground.link.ask(lambda backend: backend.identity())
        return frozenset(each.id for each in (edit.by, identity.me) if isinstance(each, Actor))

    async def _settle(
        self, edit: PendingEdit, state: OutcomeState, comment: Comment | None, reason: str = ""
    ) -> Outcome:
        outcome = Outcome(
            alert_id=edit.alert_id,
            state=state,
            reason=reason,
            comment_added=state is OutcomeState.CONFIRMED,
        )
        await asyncio.to_thread(
            self.ground.store.settle_comment, edit.key, outcome, comment, self.ground.now_ms
        )
        return outcome


async def _page(backend: Backend, *, alert_id: AlertId, cursor: str | None) -> Page[Comment]:
    return await backend.comments(alert_id, cursor, PAGE)


def is_same(comment: Comment, edit: PendingEdit, me: frozenset[str]) -> bool:
    """True if a comment of the server is what was sent: the same words, by us, no earlier than asked."""
    if comment.created_ms is not None and comment.created_ms < edit.at_ms - SKEW_MS:
        return False
    if comment.author is not None and comment.author.kind == "user" and comment.author.id not in me:
        return False
    return plain(comment.body) == plain(edit.comment)


_TAG: Final = re.compile(r"<[^<>]{0,200}>")


def plain(body: str) -> str:
    """The words of a comment, whatever the server made of its spaces and markup."""
    from html import unescape

    return " ".join(unescape(_TAG.sub(" ", body)).split())
