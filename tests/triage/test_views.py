"""The views at hand, in which order they stand, and what may be done with which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.config.view_file import ViewFile
from alerttui.domain.errors import Invalid
from alerttui.domain.query_text import parse, print_query
from alerttui.domain.view import BUILT_IN_VIEWS, ViewOrigin
from alerttui.triage.views import ViewBook
from tests.triage.mirror.remote import CAPABILITIES


def names(book: ViewBook) -> list[str]:
    return [view.name for view in book.views]


BUILT_IN = [view.name for view in BUILT_IN_VIEWS]


def test_every_built_in_view_parses_and_is_in_its_normal_form() -> None:
    for view in BUILT_IN_VIEWS:
        assert print_query(parse(view.text)) == view.text


def test_built_in_views_come_first_then_configured_then_own_ones() -> None:
    book = ViewBook({"Vip": "tag:vip"})
    book.add("Zoo", parse("tag:zoo"))
    assert names(book) == [*BUILT_IN, "Vip", "Zoo"]


def test_a_view_of_the_same_name_takes_the_place_of_a_built_in_one() -> None:
    book = ViewBook({"mine": "assignee:ana"})
    book.add("OPEN", parse("phase:open"))
    assert names(book) == ["OPEN", "mine", *BUILT_IN[2:]]
    found = book.find("open")
    assert found is not None
    assert (found.text, found.origin) == ("phase:open", ViewOrigin.OWN)


def test_views_of_what_a_product_lacks_are_left_out_until_somebody_makes_them_himself() -> None:
    book = ViewBook({"Hers": "assignee:eve"})
    book.suit(replace(CAPABILITIES, no_assignee_reason="The fake has no assignee."))
    assert names(book) == ["Open", "Critical", "Closed 24h", "Hers"]
    assert book.why_withheld("unassigned") == "The fake has no assignee."
    assert book.why_withheld("Critical") == book.why_withheld("Mime") == ""
    book.add("Mine", parse("tag:mine"))
    assert names(book) == ["Open", "Mine", "Critical", "Closed 24h", "Hers"]
    book.suit(CAPABILITIES)
    assert names(book) == [*BUILT_IN, "Hers"]
    assert book.why_withheld("Unassigned") == ""


def test_what_the_configuration_names_wins_over_an_own_view() -> None:
    book = ViewBook({"Vip": "tag:vip"})
    assert "in the configuration" in book.naming_problem("vip")
    with pytest.raises(Invalid, match="in the configuration"):
        book.add("VIP", parse("is:open"))


def test_a_view_is_found_by_what_it_lists_however_it_is_written() -> None:
    book = ViewBook({"Broken": "severity:purple", "Vip": "Tag:vip   IS:open"})
    found = book.matching(parse("tag:vip is:open"))
    assert found is not None
    assert found.name == "Vip"
    assert book.matching(parse("tag:other")) is None


def test_a_view_that_does_not_parse_says_why() -> None:
    book = ViewBook({"Broken": "severity:purple"})
    broken = book.find("broken")
    assert broken is not None
    assert book.query_of(broken) is None
    assert "Broken" in book.problem_of(broken)
    assert "purple" in book.problem_of(broken)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "needs a name"),
        ("   ", "needs a name"),
        ("n" * 31, "at most 30"),
        ("a\x1bb", "ordinary characters"),
        ("VIP", "already"),
        ("conf", "configuration"),
        ("Open", ""),
        ("other", ""),
    ],
)
def test_a_name_is_refused_with_a_reason(name: str, problem: str) -> None:
    book = ViewBook({"Conf": "is:open"})
    book.add("vip", parse("tag:vip"))
    found = book.naming_problem(name)
    assert problem in found
    assert bool(problem) == bool(found)


def test_own_views_are_changed_renamed_and_removed(tmp_path: Path) -> None:
    file = ViewFile(tmp_path / "views.toml")
    book = ViewBook({}, file)
    view = book.add("  Big   one ", parse("events>=10"))
    assert view.name == "Big one"
    view = book.change(view, parse("events>=100"))
    view = book.rename(view, "big ONE")
    assert file.read() == {"big ONE": "events>=100"}
    assert view == book.find("Big One")
    book.remove(view)
    assert file.read() == {}
    assert names(book) == BUILT_IN


def test_views_that_are_not_own_ones_cannot_be_changed() -> None:
    book = ViewBook({"Conf": "is:open"})
    for view in (book.views[0], book.views[-1]):
        for change in (lambda: book.remove(view), lambda: book.rename(view, "x")):  # noqa: B023
            with pytest.raises(Invalid, match=r"built in|in the configuration"):
                change()


def test_a_change_starts_from_what_another_console_wrote(tmp_path: Path) -> None:
    file = ViewFile(tmp_path / "views.toml")
    book, other = ViewBook({}, file), ViewBook({}, ViewFile(file.path))
    view = other.add("Theirs", parse("tag:t"))
    book.add("Mine too", parse("tag:m"))
    assert names(book)[-2:] == ["Theirs", "Mine too"]
    with pytest.raises(Invalid, match="already"):
        book.add("theirs", parse("tag:x"))
    book.remove(view)
    with pytest.raises(Invalid, match="gone from the file; nothing was changed"):
        other.rename(view, "x")
