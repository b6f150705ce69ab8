"""The INDICATORS and RELATED panes as lines: disarmed, labelled, counted, honest about what is left out."""

from __future__ import annotations

from dataclasses import replace

from alerttui.domain.alert import Alert, Indicator, RelatedAlert
from alerttui.domain.indicators import FoundIndicator, IndicatorReport, find_indicators
from alerttui.domain.related import RelatedCase, RelatedCases, SharedIndicator
from alerttui.domain.vocabulary import Phase, Quality, StatusWord, Verdict, VerdictWord
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.facts import Words
from alerttui.tui.render.indicators import indicator_pane
from alerttui.tui.render.related import related_pane
from tests.alerts import ANA, NOW_MS, an_alert

WORDS = Words(
    status=lambda word: StatusWord(word, word.capitalize(), word, Phase.ACTIVE, "t"),
    verdict=lambda word: VerdictWord(word, word.replace("_", " ").capitalize(), Verdict.BENIGN, "b"),
    person=lambda person: person.capitalize(),
)


def plain(lines: list[DocLine]) -> list[str]:
    return [line.content.plain for line in lines]


def test_an_indicator_is_disarmed_on_screen_and_bare_behind() -> None:
    alert = replace(
        an_alert(title="to http://evil.top/a from 203.0.113.9").alert,
        indicators=(
            Indicator(kind="ip", value="203.0.113.9", malice="malicious", score=91, malice_origin="Feed"),
        ),
    )
    lines = indicator_pane(find_indicators(alert), 100)
    text = "\n".join(plain(lines))
    assert "hxxp://evil[.]top/a" in text
    assert "evil.top" not in text
    assert "203[.]0[.]113[.]9  documentation  malicious score 91  says Feed  title" in text
    assert "1 given by the source" in text
    assert {line.value for line in lines if line.value} == {"203.0.113.9", "evil.top", "http://evil.top/a"}
    assert not any(line.field for line in lines)


def test_no_indicators_is_a_sentence() -> None:
    assert "No indicators" in plain(indicator_pane(find_indicators(an_alert().alert), 200))[0]


def test_what_was_not_looked_through_is_said() -> None:
    found = (FoundIndicator(kind="ip", value="8.8.8.8", written="8.8.8.8", count=3),)
    text = "\n".join(
        plain(indicator_pane(IndicatorReport(found=found, left_out=7, events_read=5, events_total=9), 200))
    )
    assert "Only 5 of 9 events were looked through." in text
    assert "7 further sightings are left out" in text
    assert "8[.]8[.]8[.]8  3×" in text


def test_lines_are_no_wider_than_the_pane_and_hostile_text_is_revealed() -> None:
    bad = FoundIndicator(kind="file", value="C:\\x\u202efdp.exe" * 20, written="C:\\x\u202efdp.exe" * 20)
    shared = SharedIndicator(value="\u202eevil.top" * 30, cases=(case("a-1", "\x1b[2Jtitle"),))
    for width in (20, 40, 100):
        lines = indicator_pane(IndicatorReport(found=(bad,)), width)
        lines += related_pane(RelatedCases(shared=(shared,)), "R", WORDS, NOW_MS, width)
        assert all(line.content.cell_length <= width for line in lines)
        assert not any("\u202e" in line.content.plain or "\x1b" in line.content.plain for line in lines)


def case(alert_id: str, title: str = "title", **values: object) -> RelatedCase:
    """A related alert, in the store."""
    alert: Alert = replace(an_alert(alert_id, title).alert, **values)  # type: ignore[arg-type]  # by field name
    related = RelatedAlert(id=alert_id, title=title, created_ms=alert.created_ms, reason="same rule")
    return RelatedCase(related=related, alert=alert)


def closed(alert_id: str, verdict: str) -> RelatedCase:
    return case(
        alert_id,
        status="CLOSED",
        phase=Phase.CLOSED,
        verdict=verdict,
        quality=Quality.NOISE,
        closed_by=ANA,
        closed_ms=NOW_MS,
    )


def test_the_first_line_tells_how_it_was_handled_before() -> None:
    cases = [closed(f"c-{number}", "benign") for number in range(3)]
    cases += [closed("c-9", "true_positive"), case("o-1"), case("t-1", status="TRIAGED", phase=Phase.ACTIVE)]
    lines = related_pane(RelatedCases(same_rule=tuple(cases), has_older=True), "R", WORDS, NOW_MS, 200)
    assert plain(lines)[:2] == [
        "Last 6 of this rule: 3 closed as Benign, 1 closed as True positive, 1 Triaged, 1 open.",
        "Rated 4 noise.",
    ]
    assert any(text.startswith("Of the same rule  the newest; there are more") for text in plain(lines))
    row = next(line for line in lines if line.value == "c-9")
    assert row.field == "id"
    assert "Closed · True positive · noise" in row.content.plain
    assert "Ana 2026-11-20 10:51" in row.content.plain


def test_a_rule_without_other_alerts_says_so() -> None:
    assert plain(related_pane(RelatedCases(), "R", WORDS, NOW_MS, 80)) == [
        "No other alert of this rule is in the store."
    ]
    assert plain(related_pane(RelatedCases(), "", WORDS, NOW_MS, 80)) == ["This alert names no rule."]


def test_what_the_product_relates_is_shown_even_where_the_store_has_it_not() -> None:
    told = RelatedCase(related=RelatedAlert(id="X-9", title="elsewhere", reason="same campaign"))
    text = "\n".join(plain(related_pane(RelatedCases(told=(told,)), "R", WORDS, NOW_MS, 120)))
    assert "Related by the product" in text
    assert all(part in text for part in ("not in this store", "same campaign", "elsewhere", "X-9"))


def test_a_value_in_very_many_alerts_is_named_and_not_listed() -> None:
    shared = (
        SharedIndicator(value="8.8.8.8", is_common=True),
        SharedIndicator(value="evil.top", cases=(case("a-1"),), more=4),
    )
    text = plain(related_pane(RelatedCases(shared=shared), "R", WORDS, NOW_MS, 120))
    assert "Not looked for, because very many alerts hold it: 8[.]8[.]8[.]8." in text
    assert "Also hold evil[.]top  and 4 more" in text
