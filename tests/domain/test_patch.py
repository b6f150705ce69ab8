"""Patches: leave alone, set and clear; and which tags an alert may keep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.domain.capabilities import Capabilities, FieldRule
from alerttui.domain.errors import Invalid
from alerttui.domain.patch import (
    CLEAR,
    KEEP,
    AlertPatch,
    Set,
    TagEdit,
    checked_tags,
    from_wire,
    to_wire,
)
from alerttui.domain.vocabulary import Quality

MANY = tuple(f"t{number}" for number in range(13))


def test_a_tag_that_nobody_could_set_stays_beside_an_added_one() -> None:
    assert TagEdit(add=("ok",)).resolve(("Imported Tag",)) == Set(("Imported Tag", "ok"))


def test_a_tag_is_removed_from_beside_one_that_nobody_could_set() -> None:
    assert TagEdit(remove=("ok",)).resolve(("Imported Tag", "ok")) == Set(("Imported Tag",))
    assert TagEdit(remove=("Imported Tag",)).resolve(("Imported Tag",)) == CLEAR
    assert TagEdit(remove=("other",)).resolve(("Imported Tag",)) == KEEP


def test_an_added_tag_keeps_the_rules() -> None:
    with pytest.raises(Invalid, match="Another Tag"):
        TagEdit(add=("Another Tag",)).resolve(("Imported Tag",))


def test_of_too_many_imported_tags_one_can_be_removed_but_none_added() -> None:
    assert TagEdit(remove=("t0",)).resolve(MANY) == Set(MANY[1:])
    with pytest.raises(Invalid, match="at most 10 tags"):
        TagEdit(add=("one-more",), remove=("t0",)).resolve(MANY)


def test_without_an_alert_every_tag_of_a_list_is_checked() -> None:
    with pytest.raises(Invalid, match="Imported Tag"):
        checked_tags(("ok", "Imported Tag"))
    assert checked_tags(("ok", "Imported Tag", "ok"), ("Imported Tag",)) == ("ok", "Imported Tag")


def test_a_connection_checks_by_its_own_rule() -> None:
    local = Capabilities(backend="x", statuses=(), closing_targets=(), fields={"tags": FieldRule()})
    strange = replace(local, tag_pattern="^[A-Z]+$", tag_limit=2)
    strange.check(AlertPatch(tags=Set(("VIP",))))
    with pytest.raises(Invalid, match="at most 2"):
        strange.check(AlertPatch(tags=Set(("A", "B", "C"))))
    with pytest.raises(Invalid, match="tags match"):
        strange.check(AlertPatch(tags=Set(("vip",))))


WIRE: list[tuple[AlertPatch, dict[str, object]]] = [
    (AlertPatch(), {}),
    (AlertPatch(status=Set("RESOLVED")), {"status": "RESOLVED"}),
    (AlertPatch(quality=Set(Quality.NOISE)), {"quality": "NOISE"}),
    (AlertPatch(quality=CLEAR), {"quality": ""}),
    (AlertPatch(tags=Set(("b", "a"))), {"contextTags": ["b", "a"]}),
    (AlertPatch(tags=CLEAR), {"contextTags": []}),
    (AlertPatch(assignee=CLEAR, verdict=Set("benign")), {"assignee": "", "verdict": "benign"}),
]


@pytest.mark.parametrize(("patch", "body"), WIRE)
def test_the_documented_json_says_leave_alone_set_and_clear(
    patch: AlertPatch, body: dict[str, object]
) -> None:
    assert to_wire(patch) == body
    assert from_wire(body) == patch
    assert bool(patch) == bool(body)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": ""}, "status"),
        ({"status": None}, "status"),
        ({"quality": "FINE"}, "quality"),
        ({"contextTags": "vip"}, "contextTags"),
        ({"contextTags": [1]}, "contextTags"),
        ({"contextTags": ["VIP"]}, "tags"),
        ({"assignee": 7}, "assignee"),
        ({"title": "x"}, "title"),
    ],
)
def test_a_body_that_breaks_the_document_is_refused_by_field(body: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_wire(body)
    assert refused.value.field == field
    assert refused.value.rule


def test_a_patch_over_another_keeps_what_only_the_earlier_one_changes() -> None:
    earlier = AlertPatch(status=Set("OPEN"), quality=CLEAR)
    later = AlertPatch(status=Set("CLOSED"))
    assert later.over(earlier) == AlertPatch(status=Set("CLOSED"), quality=CLEAR)
