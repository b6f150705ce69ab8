"""Marks are rowids."""

from __future__ import annotations

from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.triage.marks import Marks

ROWIDS = st.lists(st.integers(0, 20), max_size=30)


def test_marks_keep_the_order_in_which_they_were_made() -> None:
    marks = Marks()
    for rowid in (3, 1, 2, 1):
        marks.toggle(rowid)
    assert marks.all() == (3, 2)
    assert 3 in marks
    assert 1 not in marks


def test_hidden_counts_what_a_listing_does_not_have() -> None:
    marks = Marks()
    marks.add(array("q", [1, 2, 3]))
    assert marks.hidden(array("q", [2, 9]), 1) == 2
    assert Marks().hidden([], 1) == 0


def test_clearing_ends_a_range_too() -> None:
    marks = Marks()
    marks.add([1])
    marks.anchor = 1
    marks.clear()
    assert len(marks) == 0
    assert marks.all() == ()
    assert vars(marks)["anchor"] is None


@settings(derandomize=True, deadline=None)
@given(marked=ROWIDS, listed=st.lists(st.integers(0, 20), unique=True))
def test_inverting_twice_changes_nothing(marked: list[int], listed: list[int]) -> None:
    marks = Marks()
    marks.add(marked)
    marks.invert(listed)
    assert {each for each in listed if each in marks} == set(listed) - set(marked)
    marks.invert(listed)
    assert set(marks.all()) == set(marked)
