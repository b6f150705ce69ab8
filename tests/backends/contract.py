"""What every backend must do, whatever it speaks to.

A test module subclasses `BackendContract` and gives a fixture `subject`. Capabilities decide which half of a
test applies: what a backend can do must work, what it cannot do must be refused with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pytest

from alerttui.backends.contract import Backend
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Alert
from alerttui.domain.capabilities import AssignBy
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import Invalid, NotFound, NotSupported
from alerttui.domain.patch import (
    CLEAR,
    PATCH_FIELDS,
    AlertPatch,
    Set,
    TagEdit,
    checked_tags,
    narrowed,
    values_of,
)
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, Term
from alerttui.domain.vocabulary import AlertId, Phase, Quality
from tests.backends.samples import ANA, NOW, NOW_MS, change, commented, sample, samples

MISSING: Final = AlertId("no-such-alert")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A backend under test and a way to put alerts where it reads them."""

    backend: Backend
    seed: Callable[[Sequence[NewAlert]], Awaitable[list[AlertId]]]
    """Puts alerts in; the ids by which the backend knows them, in the same order."""
    person: str = "bob"
    """Whom alerts can be assigned to."""
    sends_narrowing: bool = True
    """True if `page` decides by itself which alerts match; False if it only leaves out what it safely can."""

    async def one(self) -> AlertId:
        """Seed a single alert."""
        return (await self.seed([sample(0)]))[0]

    def settable(self, field: str) -> AlertPatch:
        """A patch that sets one field to a value that the backend knows."""
        capabilities = self.backend.capabilities
        match field:
            case "status":
                closing = capabilities.closing_targets[0]
                return AlertPatch(status=Set(capabilities.active_target or closing))
            case "quality":
                return AlertPatch(quality=Set(Quality.NOISE))
            case "tags":
                return AlertPatch(tags=Set(("one", "two")))
            case "assignee":
                return AlertPatch(assignee=Set(self.person))
            case "verdict":
                words = capabilities.verdicts
                return AlertPatch(verdict=Set(words[0].word if words else "true_positive"))
            case "severity":
                return AlertPatch(
                    severity=Set(capabilities.severities[0] if capabilities.severities else "HIGH")
                )
            case _:
                return AlertPatch(malice=Set("Malicious"))


def cleared(field: str) -> AlertPatch:
    """A patch that clears one field."""
    return AlertPatch(**{field: CLEAR})  # type: ignore[arg-type]  # the field's own type has CLEAR


CLEARABLE: Final = ("quality", "tags", "assignee", "verdict", "malice")


class BackendContract:
    """Inherit and supply `subject`."""

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
        assert await _all_ids(subject.backend, limit=5) == ids[::-1]

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
        found = await _all_ids(subject.backend, query)
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

    # -- capabilities

    async def test_every_field_either_works_or_is_refused_with_a_reason(self, subject: Subject) -> None:
        for number, field in enumerate(PATCH_FIELDS):
            (alert_id,) = await subject.seed([sample(number)])
            before = await subject.backend.alert(alert_id)
            patch = subject.settable(field)
            refusal = subject.backend.capabilities.refusal(field)
            if refusal:
                assert refusal.endswith("."), field
                with pytest.raises(NotSupported) as refused:
                    await subject.backend.apply(change(f"set-{field}", patch, alert_id))
                assert str(refused.value) == refusal
                assert values_of(await subject.backend.alert(alert_id)) == values_of(before)
            else:
                (outcome,) = await subject.backend.apply(change(f"set-{field}", patch, alert_id))
                assert outcome.ok
                assert narrowed(values_of(await subject.backend.alert(alert_id)), patch) == patch

    async def test_every_clearing_either_works_or_is_refused_with_a_reason(self, subject: Subject) -> None:
        capabilities = subject.backend.capabilities
        for number, field in enumerate(CLEARABLE):
            (alert_id,) = await subject.seed([sample(number)])
            if not capabilities.refusal(field):
                await subject.backend.apply(change(f"set-{field}", subject.settable(field), alert_id))
            refusal = capabilities.refusal(field, clear=True)
            if refusal:
                assert refusal.endswith("."), field
                with pytest.raises(NotSupported):
                    await subject.backend.apply(change(f"clear-{field}", cleared(field), alert_id))
            else:
                await subject.backend.apply(change(f"clear-{field}", cleared(field), alert_id))
                values = values_of(await subject.backend.alert(alert_id))
                assert getattr(values, field) is CLEAR

    async def test_targets_are_among_the_statuses_and_have_the_right_phase(self, subject: Subject) -> None:
        capabilities = subject.backend.capabilities
        for word in capabilities.closing_targets:
            assert capabilities.phase(word) is Phase.CLOSED
        if capabilities.active_target:
            assert capabilities.phase(capabilities.active_target) is Phase.ACTIVE

    async def test_letters_that_pick_a_word_are_unique(self, subject: Subject) -> None:
        capabilities = subject.backend.capabilities
        for keys in (
            [each.key for each in capabilities.statuses],
            [each.key for each in capabilities.verdicts],
        ):
            assert len(keys) == len(set(keys))
            assert all(len(key) == 1 for key in keys)
        assert all(len(each.short) <= 8 for each in capabilities.statuses)

    # -- changing

    async def test_fields_that_a_patch_leaves_out_stay_as_they_are(self, subject: Subject) -> None:
        alert_id = await subject.one()
        capabilities = subject.backend.capabilities
        names = [field for field in ("quality", "tags", "assignee") if not capabilities.refusal(field)]
        for field in names:
            await subject.backend.apply(change(f"set-{field}", subject.settable(field), alert_id))
        await subject.backend.apply(change("status", _closing(subject), alert_id))
        values = values_of(await subject.backend.alert(alert_id))
        for field in names:
            assert getattr(values, field) == getattr(subject.settable(field), field)

    async def test_an_unknown_status_is_refused_before_anything_is_written(self, subject: Subject) -> None:
        ids = await subject.seed(samples(2))
        before = [await subject.backend.alert(each) for each in ids]
        bad = change("bad", AlertPatch(status=Set("banana")), ids[1])
        good = change("bad", _closing(subject), ids[0])
        mixed = change("bad", _closing(subject), *ids)
        mixed = type(mixed)(
            id="mixed", at_ms=mixed.at_ms, by=mixed.by, label="mixed", edits=(*good.edits, *bad.edits)
        )
        with pytest.raises(Invalid, match="status") as refused:
            await subject.backend.apply(mixed)
        assert refused.value.value == "banana"
        after = [await subject.backend.alert(each) for each in ids]
        assert list(map(values_of, after)) == list(map(values_of, before))

    async def test_a_tag_list_is_replaced_as_a_whole_and_in_order(self, subject: Subject) -> None:
        if _refused(subject, "tags"):
            return
        alert_id = await subject.one()
        for tags in (("b", "a"), ("c",), ("c", "b-1", "a_2")):
            patch = AlertPatch(tags=Set(tags))
            await subject.backend.apply(change("tags-" + "".join(tags), patch, alert_id))
            assert (await subject.backend.alert(alert_id)).tags == tags

    async def test_a_tag_that_breaks_the_rules_is_refused_before_anything_is_written(
        self, subject: Subject
    ) -> None:
        if _refused(subject, "tags"):
            return
        alert_id = await subject.one()
        limit = subject.backend.capabilities.tag_limit
        for tags in (
            ("Upper",),
            ("with space",),
            ("x" * 31,),
            ("",),
            tuple(f"t{n}" for n in range(limit + 1)),
        ):
            with pytest.raises(Invalid) as refused:
                await subject.backend.apply(change("bad-tags", AlertPatch(tags=Set(tags)), alert_id))
            assert refused.value.rule
        assert (await subject.backend.alert(alert_id)).tags == ()

    async def test_adding_and_removing_tags_keeps_the_others(self, subject: Subject) -> None:
        if _refused(subject, "tags"):
            return
        alert_id = await subject.one()
        await subject.backend.apply(change("t1", AlertPatch(tags=Set(checked_tags(["a", "b"]))), alert_id))
        tags = (await subject.backend.alert(alert_id)).tags
        resolved = TagEdit(add=("c",), remove=("a",)).resolve(tags)
        await subject.backend.apply(change("t2", AlertPatch(tags=resolved), alert_id))
        assert (await subject.backend.alert(alert_id)).tags == ("b", "c")

    async def test_a_missing_id_is_named_and_the_others_are_done(self, subject: Subject) -> None:
        ids = await subject.seed(samples(3))
        patch = _closing(subject)
        outcomes = await subject.backend.apply(change("bulk", patch, ids[0], MISSING, ids[1]))
        assert [each.alert_id for each in outcomes] == [ids[0], MISSING, ids[1]]
        assert [each.state for each in outcomes] == [
            OutcomeState.CONFIRMED,
            OutcomeState.MISSING,
            OutcomeState.CONFIRMED,
        ]
        assert outcomes[1].reason
        assert [(await subject.backend.alert(each)).phase for each in ids] == [
            Phase.CLOSED,
            Phase.CLOSED,
            Phase.OPEN,
        ]

    async def test_many_alerts_change_at_once(self, subject: Subject) -> None:
        ids = await subject.seed(samples(60))
        outcomes = await subject.backend.apply(change("many", _closing(subject), *ids))
        assert [each.alert_id for each in outcomes] == ids
        assert all(each.ok for each in outcomes)

    async def test_outcomes_tell_the_values_before_and_after(self, subject: Subject) -> None:
        alert_id = await subject.one()
        before = values_of(await subject.backend.alert(alert_id))
        patch = _closing(subject)
        (outcome,) = await subject.backend.apply(change("close", patch, alert_id))
        assert outcome.before.status == before.status
        assert outcome.after == patch

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
            assert comment.body == body
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

    async def test_tags_in_use_come_with_counts_most_used_first(self, subject: Subject) -> None:
        if _refused(subject, "tags"):
            return
        ids = await subject.seed(samples(3))
        await subject.backend.apply(change("t1", AlertPatch(tags=Set(("rare", "common"))), ids[0]))
        await subject.backend.apply(change("t2", AlertPatch(tags=Set(("common",))), ids[1]))
        found = [each.value for each in await subject.backend.tags()]
        assert found.index("common") < found.index("rare")
        assert [each.value for each in await subject.backend.tags("rar")] == ["rare"]

    async def test_statistics_add_up_or_are_refused(self, subject: Subject) -> None:
        ids = await subject.seed(samples(10))
        refusal = subject.backend.capabilities.statistics_refusal
        if refusal:
            with pytest.raises(NotSupported, match=re.escape(refusal)):
                await subject.backend.statistics(EVERYTHING, NOW)
            return
        await subject.backend.apply(change("close", _closing(subject), *ids[:4]))
        statistics = await subject.backend.statistics(EVERYTHING, NOW)
        assert statistics.total == 10
        assert sum(statistics.by_status.values()) == 10
        assert sum(statistics.by_severity.values()) == 10

    async def test_history_tells_who_changed_what_or_is_refused(self, subject: Subject) -> None:
        alert_id = await subject.one()
        before = await subject.backend.alert(alert_id)
        patch = _closing(subject)
        await subject.backend.apply(change("close", patch, alert_id))
        refusal = subject.backend.capabilities.history_refusal
        if refusal:
            with pytest.raises(NotSupported, match=re.escape(refusal)):
                await subject.backend.history(alert_id)
            return
        lines = [each for each in await subject.backend.history(alert_id) if each.field == "status"]
        assert [(line.before, line.after) for line in lines] == [(before.status, _word(patch))]

    async def test_a_live_stream_is_there_or_refused_with_a_reason(self, subject: Subject) -> None:
        refusal = subject.backend.capabilities.live_refusal
        if refusal:
            with pytest.raises(NotSupported, match=re.escape(refusal)):
                subject.backend.live()
        else:
            assert subject.backend.live() is not None


def _closing(subject: Subject) -> AlertPatch:
    """A patch that closes, with a verdict where the backend wants one."""
    capabilities = subject.backend.capabilities
    status = capabilities.closing_targets[0]
    if capabilities.verdict_required:
        return AlertPatch(status=Set(status), verdict=Set(capabilities.verdicts[0].word))
    return AlertPatch(status=Set(status))


def _word(patch: AlertPatch) -> str:
    assert isinstance(patch.status, Set)
    return patch.status.value


def _refused(subject: Subject, field: str) -> bool:
    """True if the field cannot be set; the reason must be there."""
    refusal = subject.backend.capabilities.refusal(field)
    assert not refusal or refusal.endswith(".")
    return bool(refusal)


async def _all_ids(backend: Backend, query: AlertQuery = EVERYTHING, limit: int = 50) -> list[AlertId]:
    found: list[Alert] = []
    cursor = None
    while True:
        page = await backend.page(query, NOW, cursor, limit)
        assert len(page.results) <= limit
        found += page.results
        cursor = page.next
        if cursor is None:
            return [each.id for each in found]
