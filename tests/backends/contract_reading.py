"""What every backend must do when it is read."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from alerttui.domain.errors import Invalid, NotFound, NotSupported
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, Term
from alerttui.domain.vocabulary import AlertId, Phase
from tests.backends.contract_subject import (
    MISSING,
    Subject,
    all_ids,
)
from tests.backends.samples import NOW, sample, samples


class ReadingContract:
    """Alerts, events, related alerts; pages without loss."""

    # -- reading

    async def test_an_alert_reads_back_as_it_was_seeded(self, subject: Subject) -> None:
        new = sample(7)
        (alert_id,) = await subject.seed([new])
        alert = await subject.backend.alert(alert_id)
        assert alert.id == alert_id
        assert alert.title == new.alert.title
        assert alert.severity is new.alert.severity
        assert alert.created_ms == new.alert.created_ms
        assert alert.phase is Phase.OPEN

    async def test_a_missing_alert_is_named_by_every_reading_method(self, subject: Subject) -> None:
        backend = subject.backend
        await subject.one()
        readings: list[Callable[[AlertId], Awaitable[object]]] = [backend.alert, backend.events]
        if not backend.capabilities.comments.read_refusal:
            readings.append(backend.comments)
        if not backend.capabilities.history_refusal:
            readings.append(backend.history)
        if not backend.capabilities.related_refusal:
            readings.append(backend.related)
        for read in readings:
            with pytest.raises(NotFound, match=MISSING):
                await read(MISSING)

    async def test_pages_hold_every_alert_once_newest_first(self, subject: Subject) -> None:
        ids = await subject.seed(samples(23))
        assert await all_ids(subject.backend, limit=5) == ids[::-1]

    async def test_alerts_that_arrive_while_paging_neither_hide_nor_repeat_others(
        self, subject: Subject
    ) -> None:
        ids = await subject.seed(samples(12))
        first = await subject.backend.page(EVERYTHING, NOW, limit=5)
        await subject.seed(samples(3, first=100))
        found = [each.id for each in first.results]
        cursor = first.next
        while cursor is not None:
            page = await subject.backend.page(EVERYTHING, NOW, cursor, 5)
            found += [each.id for each in page.results]
            cursor = page.next
        assert [each for each in found if each in ids] == ids[::-1]

    async def test_a_cursor_that_is_none_is_refused(self, subject: Subject) -> None:
        await subject.seed(samples(3))
        with pytest.raises(Invalid):
            await subject.backend.page(EVERYTHING, NOW, "not a cursor", 2)

    async def test_a_page_of_nothing_is_empty_and_the_last(self, subject: Subject) -> None:
        page = await subject.backend.page(EVERYTHING, NOW)
        assert list(page.results) == []
        assert page.next is None

    async def test_narrowing_never_loses_an_alert_that_matches(self, subject: Subject) -> None:
        ids = await subject.seed(samples(10))
        query = AlertQuery((Term("severity", Operator.HAS, ("high",)),))
        found = await all_ids(subject.backend, query)
        matching = [alert_id for number, alert_id in enumerate(ids) if number % 5 == 3]
        assert set(matching) <= set(found)
        if subject.sends_narrowing and "severity" in subject.backend.capabilities.narrows:
            assert found == matching[::-1]

    async def test_every_narrowed_field_says_where_the_claim_comes_from(self, subject: Subject) -> None:
        assert all(subject.backend.capabilities.narrows.values())

    async def test_events_come_in_pages_without_loss(self, subject: Subject) -> None:
        if not subject.backend.capabilities.events_paged:
            (alert_id,) = await subject.seed([sample(1)])
            page = await subject.backend.events(alert_id)
            assert page.next is None
            return
        (alert_id,) = await subject.seed([sample(1, events=7)])
        bodies: list[str] = []
        cursor = None
        while True:
            page = await subject.backend.events(alert_id, cursor, 3)
            assert len(page.results) <= 3
            bodies += [event.body for event in page.results]
            cursor = page.next
            if cursor is None:
                break
        assert bodies == [event.body for event in sample(1, events=7).events]

    async def test_related_alerts_are_others_newest_first_or_refused(self, subject: Subject) -> None:
        ids = await subject.seed(samples(7))
        refusal = subject.backend.capabilities.related_refusal
        if refusal:
            with pytest.raises(NotSupported, match=re.escape(refusal)):
                await subject.backend.related(ids[0])
            return
        assert [each.id for each in await subject.backend.related(ids[0])] == [ids[6], ids[3]]
