"""Patches: which tags an edit may leave on an alert that came with tags of its own."""

from __future__ import annotations

import pytest

from alerttui.domain.errors import Invalid
from alerttui.domain.patch import CLEAR, KEEP, Set, TagEdit, checked_tags

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
