"""Shares, durations and lines of statistics: pure, at every width."""

from __future__ import annotations

import pytest

from alerttui.domain.listing import Spread, Statistics
from alerttui.domain.vocabulary import Phase, StatusWord
from alerttui.tui.render.statistics import (
    OwnFigures,
    duration_words,
    own_lines,
    percent,
    statistics_lines,
)

STATUSES = (StatusWord("NEW", "Just come in, and long", "New", Phase.OPEN, "n"),)
COUNTED = Statistics(
    total=1_000_000,
    by_status={"NEW": 999_999, "漢字" * 20: 1},
    by_severity={"CRITICAL": 1, "HIGH": 999_999},
    by_quality={"none": 999_998, "NOISE": 2},
    by_rule={f"Rule.{'x' * 300}.{number}": 7 for number in range(12)},
    time_to_acknowledge=Spread(median=59.4, p90=86_340.0),
    told={"mean " * 30: "so long " * 30, "": ""},
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (3_599.9, "1 h"), (8_100, "2 h 15 min"), (3_659, "1 h"),
        (86_340, "23 h 59 min"), (86_460, "1 d"), (270_000, "3 d 3 h"), (86_400 * 1_200, "1,200 d"),
    ],
)  # fmt: skip
def test_a_duration_is_told_in_its_two_greatest_units(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("alerts", "total", "words"),
    [(0, 9, "0%"), (0, 0, "0%"), (1, 1_000, "<1%"), (1, 3, "33%"), (999, 1_000, "99%"), (9, 9, "100%")],
)
def test_a_share_never_claims_nothing_or_everything_that_is_not_so(
    alerts: int, total: int, words: str
) -> None:
    assert percent(alerts, total) == words


@pytest.mark.parametrize("width", [57, 58, 76, 77, 78, 118, 198])
def test_no_line_is_wider_than_its_room(width: int) -> None:
    lines = statistics_lines(COUNTED, STATUSES, width, lacks="alerts before 2026-11-02")
    lines += own_lines(OwnFigures("Fake", COUNTED), STATUSES, width)
    widest = max(line.content.cell_length for line in lines)
    assert widest <= width


def test_a_rule_with_an_id_that_nobody_reads_is_told_by_its_name() -> None:
    odd = "0c6f3c1e-2f0b-4c0e-9a5f-9c41b0f4a111"
    names = {odd: "Brute\x1b force", "AWS.Root": "Root login"}
    counted = Statistics(total=4, by_rule={odd: 3, "AWS.Root": 1}, rule_names=names)
    text = "\n".join(line.content.plain for line in statistics_lines(counted, (), 80))
    assert "Brute␛ force" in text and "AWS.Root" in text
    assert odd not in text and "Root login" not in text


def test_numbers_and_shares_stand_under_each_other() -> None:
    lines = [line.content.plain for line in statistics_lines(COUNTED, STATUSES, 60)]
    shares = [each for each in lines if "%" in each and "within" not in each and "Rule." not in each]
    assert len({each.index("%") for each in shares if "漢" not in each}) == 1


def test_a_product_that_tells_nothing_is_said_to() -> None:
    lines = [line.content.plain for line in own_lines(OwnFigures("Fake", Statistics()), (), 80)]
    assert lines[-1] == "It told none."


def test_while_it_is_asked_and_where_it_refuses_that_is_all_there_is() -> None:
    assert own_lines(OwnFigures("Fake"), (), 80)[-1].content.plain == "reading…"
    refused = own_lines(OwnFigures("Fake", problem="No\x1b[2J."), (), 80)[-1].content.plain
    assert refused == "No␛[2J."
