"""What every backend must do about comments, people, tags, numbers and history."""

from __future__ import annotations

import re

import pytest

from alerttui.domain.capabilities import AssignBy
from alerttui.domain.errors import Invalid, NotFound, NotSupported
from alerttui.domain.patch import (
    AlertPatch,
    Set,
)
from alerttui.domain.query import EVERYTHING
from tests.backends.contract_subject import (
    MISSING,
    Subject,
    closing,
    is_refused,
    status_word,
)
from tests.backends.samples import ANA, NOW, NOW_MS, change, commented, sample, samples


class TalkingContract:
    """Comments, and what is known beside alerts."""

    # -- comments

    async def test_comments_are_kept_in_order_or_refused(self, subject: Subject) -> None:
        alert_id = await subject.one()
        rule = subject.backend.capabilities.comments
        if rule.write_refusal:
            with pytest.raises(NotSupported, match=re.escape(rule.write_refusal)):
                await subject.backend.add_comment(alert_id, "hello", ANA, NOW_MS)
            return
        for body in ("first", "second\nline", "[red]third[/red]"):
            comment = await subject.backend.add_comment(alert_id, body, ANA, NOW_MS)
            assert comment is None or comment.body == body
        if not rule.read_refusal:
            page = await subject.backend.comments(alert_id)
            assert [each.body for each in page.results] == ["first", "second\nline", "[red]third[/red]"]

    async def test_comments_come_in_pages_without_loss(self, subject: Subject) -> None:
        rule = subject.backend.capabilities.comments
        if rule.read_refusal:
            alert_id = await subject.one()
            with pytest.raises(NotSupported, match=re.escape(rule.read_refusal)):
                await subject.backend.comments(alert_id)
            return
        bodies = [f"note {number}" for number in range(7)]
        (alert_id,) = await subject.seed([commented(sample(1), bodies)])
        found: list[str] = []
        cursor = None
        while True:
            page = await subject.backend.comments(alert_id, cursor, 3)
            found += [comment.body for comment in page.results]
            cursor = page.next
            if cursor is None:
                break
        assert found == bodies

    async def test_an_empty_or_too_long_comment_is_refused(self, subject: Subject) -> None:
        rule = subject.backend.capabilities.comments
        if rule.write_refusal:
            assert rule.write_refusal.endswith(".")
            return
        alert_id = await subject.one()
        for body in ("", " \n", "x" * (rule.max_length + 1)):
            with pytest.raises(Invalid):
                await subject.backend.add_comment(alert_id, body, ANA, NOW_MS)

    async def test_a_comment_on_a_missing_alert_names_it(self, subject: Subject) -> None:
        if subject.backend.capabilities.comments.write_refusal:
            return
        await subject.one()
        with pytest.raises(NotFound, match=MISSING):
            await subject.backend.add_comment(MISSING, "hello", ANA, NOW_MS)

    # -- who, tags, numbers

    async def test_identity_names_the_server(self, subject: Subject) -> None:
        identity = await subject.backend.identity()
        assert identity.server

    async def test_people_are_found_by_a_part_of_their_id(self, subject: Subject) -> None:
        if subject.backend.capabilities.assign_by is AssignBy.NONE:
            assert subject.backend.capabilities.refusal("assignee")
            return
        found = await subject.backend.people(subject.person[:2])
        assert subject.person in [value for each in found for value in (each.id, each.email)]
        assert list(await subject.backend.people("nobody is called this")) == []

    async def test_tags_in_use_come_with_counts_most_used_first_or_uncounted(self, subject: Subject) -> None:
        if is_refused(subject, "tags"):
            return
        ids = await subject.seed(samples(3))
        await subject.backend.apply(change("t1", AlertPatch(tags=Set(("rare", "common"))), ids[0]))
        await subject.backend.apply(change("t2", AlertPatch(tags=Set(("common",))), ids[1]))
        refusal = subject.backend.capabilities.tag_counts_refusal
        found = [each.value for each in await subject.backend.tags()]
        if refusal:
            assert refusal.endswith(".")
            assert {"common", "rare"} <= set(found)
        else:
            assert found.index("common") < found.index("rare")
        assert [each.value for each in await subject.backend.tags("rar")] == ["rare"]

    async def test_statistics_add_up_or_are_refused(self, subject: Subject) -> None:
        ids = await subject.seed(samples(10))
        refusal = subject.backend.capabilities.statistics_refusal
        if refusal:
            with pytest.raises(NotSupported, match=re.escape(refusal)):
                await subject.backend.statistics(EVERYTHING, NOW)
            return
        await subject.backend.apply(change("close", closing(subject), *ids[:4]))
        statistics = await subject.backend.statistics(EVERYTHING, NOW)
        assert statistics.total == 10
        assert sum(statistics.by_status.values()) == 10
        assert sum(statistics.by_severity.values()) == 10

    async def test_history_tells_who_changed_what_or_is_refused(self, subject: Subject) -> None:
        alert_id = await subject.one()
        before = await subject.backend.alert(alert_id)
        patch = closing(subject)
        await subject.backend.apply(change("close", patch, alert_id))
        refusal = subject.backend.capabilities.history_refusal
        if refusal:
            with pytest.raises(NotSupported, match=re.escape(refusal)):
                await subject.backend.history(alert_id)
            return
        lines = [each for each in await subject.backend.history(alert_id) if each.field == "status"]
        assert [(line.before, line.after) for line in lines] == [(before.status, status_word(patch))]

    async def test_a_live_stream_is_there_or_refused_with_a_reason(self, subject: Subject) -> None:
        refusal = subject.backend.capabilities.live_refusal
        if refusal:
            with pytest.raises(NotSupported, match=re.escape(refusal)):
                subject.backend.live()
        else:
            assert subject.backend.live() is not None
