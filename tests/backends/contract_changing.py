"""What every backend must do when it is asked for a change."""

from __future__ import annotations

import pytest

from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import Invalid, NotSupported
from alerttui.domain.patch import (
    CLEAR,
    KEEP,
    PATCH_FIELDS,
    AlertPatch,
    Set,
    TagEdit,
    checked_tags,
    narrowed,
    values_of,
)
from alerttui.domain.vocabulary import Phase
from tests.backends.contract_subject import (
    CLEARABLE,
    MISSING,
    NATIVE,
    Subject,
    bad_tags,
    cleared,
    closing,
    is_refused,
    told_of,
)
from tests.backends.samples import change, sample, samples


class ChangingContract:
    """Capabilities, patches, outcomes."""

    # -- capabilities

    async def test_what_the_product_does_by_itself_is_not_refused(self, subject: Subject) -> None:
        assert subject.native <= set(NATIVE)
        refusals = {name: subject.refusal(name) for name in sorted(subject.native)}
        assert {name: why for name, why in refusals.items() if why} == {}

    async def test_what_the_product_does_not_do_is_refused_with_a_reason(self, subject: Subject) -> None:
        for name in set(NATIVE) - subject.native:
            refusal = subject.refusal(name)
            assert not refusal or refusal.endswith("."), name

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
                alert = await subject.backend.alert(alert_id)
                patch = told_of(patch, alert)
                assert narrowed(values_of(alert), patch) == patch

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
        await subject.backend.apply(change("status", closing(subject), alert_id))
        alert = await subject.backend.alert(alert_id)
        for field in names:
            wanted = getattr(told_of(subject.settable(field), alert), field)
            assert wanted in (KEEP, getattr(values_of(alert), field))

    async def test_an_unknown_status_is_refused_before_anything_is_written(self, subject: Subject) -> None:
        ids = await subject.seed(samples(2))
        before = [await subject.backend.alert(each) for each in ids]
        bad = change("bad", AlertPatch(status=Set("banana")), ids[1])
        good = change("bad", closing(subject), ids[0])
        mixed = change("bad", closing(subject), *ids)
        mixed = type(mixed)(
            id="mixed", at_ms=mixed.at_ms, by=mixed.by, label="mixed", edits=(*good.edits, *bad.edits)
        )
        with pytest.raises(Invalid, match="status") as refused:
            await subject.backend.apply(mixed)
        assert refused.value.value == "banana"
        after = [await subject.backend.alert(each) for each in ids]
        assert list(map(values_of, after)) == list(map(values_of, before))

    async def test_a_tag_list_is_replaced_as_a_whole_and_in_order(self, subject: Subject) -> None:
        if is_refused(subject, "tags"):
            return
        alert_id = await subject.one()
        for tags in (("b", "a"), ("c",), ("c", "b-1", "a_2")):
            patch = AlertPatch(tags=Set(tags))
            await subject.backend.apply(change("tags-" + "".join(tags), patch, alert_id))
            assert (await subject.backend.alert(alert_id)).tags == tags

    async def test_a_tag_that_breaks_the_rules_is_refused_before_anything_is_written(
        self, subject: Subject
    ) -> None:
        if is_refused(subject, "tags"):
            return
        alert_id = await subject.one()
        for tags in bad_tags(subject):
            with pytest.raises(Invalid) as refused:
                await subject.backend.apply(change("bad-tags", AlertPatch(tags=Set(tags)), alert_id))
            assert refused.value.rule
        assert (await subject.backend.alert(alert_id)).tags == ()

    async def test_adding_and_removing_tags_keeps_the_others(self, subject: Subject) -> None:
        if is_refused(subject, "tags"):
            return
        alert_id = await subject.one()
        await subject.backend.apply(change("t1", AlertPatch(tags=Set(checked_tags(["a", "b"]))), alert_id))
        tags = (await subject.backend.alert(alert_id)).tags
        resolved = TagEdit(add=("c",), remove=("a",)).resolve(tags)
        await subject.backend.apply(change("t2", AlertPatch(tags=resolved), alert_id))
        assert (await subject.backend.alert(alert_id)).tags == ("b", "c")

    async def test_a_missing_id_is_named_and_the_others_are_done(self, subject: Subject) -> None:
        ids = await subject.seed(samples(3))
        patch = closing(subject)
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
        outcomes = await subject.backend.apply(change("many", closing(subject), *ids))
        assert [each.alert_id for each in outcomes] == ids
        assert all(each.ok for each in outcomes)

    async def test_outcomes_tell_the_values_before_and_after(self, subject: Subject) -> None:
        alert_id = await subject.one()
        before = values_of(await subject.backend.alert(alert_id))
        patch = closing(subject)
        (outcome,) = await subject.backend.apply(change("close", patch, alert_id))
        assert outcome.before.status == before.status
        assert outcome.after == patch
