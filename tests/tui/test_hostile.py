"""Alerts whose every text attacks the terminal, the markup or the eye of the analyst."""

from __future__ import annotations

import json
from typing import Final

import pytest

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import (
    Actor,
    Alert,
    Comment,
    Delivery,
    Detection,
    Document,
    Event,
    Finding,
    Indicator,
    Person,
    RelatedAlert,
    Risk,
    SystemFault,
)
from alerttui.domain.change import HistoryEntry
from alerttui.domain.vocabulary import AlertId, Phase, Severity
from tests.alerts import ANA, NOW_MS, an_alert, some_alerts, with_alert
from tests.tui.driver import MEDIUM, NARROW, Console, running

ATTACKS: Final = (
    "\x1b]0;owned\x07",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b]8;;http://evil.example\x1b\\text\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[1;1H",
    "\x1bP1$r\x1b\\",
    "\x9b31m\x9d0;x\x9c",
    "\x00\x08\x7f\r\n\t\x0b\x0c\x85",
    "\u202egnp.exe\u2066x\u2069\u200f",
    "z\u200bw\u200cn\u200dj\u2060\ufeff\xad",
    "\U000e0041\U000e007f\ufff9\ufffb\u2028\u2029",
    "[/]",
    "[/x]",
    "[@click=app.quit]click[/]",
    "[bold red]loud[/bold red]",
    "_SERVER[REMOTE_ADDR]",
    "[link=http://x",
    "a\\[b",
    "$(id) `id` {0} %s",
    "<script>alert(1)</script>",
)
HOSTILE: Final = " ".join(ATTACKS)
LITERAL: Final = (
    "[/]",
    "[/x]",
    "[@click=app.quit]click[/]",
    "_SERVER[REMOTE_ADDR]",
    "[bold red]loud[/bold red]",
)
VILLAIN: Final = Actor(HOSTILE, "user", HOSTILE)
JSON: Final = json.dumps({HOSTILE: HOSTILE, "list": [HOSTILE, {HOSTILE: None}], "raw": "\ud800"})
SIZES: Final = [NARROW, MEDIUM]


def hostile_alert() -> NewAlert:
    """Every text that an alert can carry is an attack."""
    alert = Alert(
        id=AlertId(f"id {HOSTILE}"),
        title=HOSTILE,
        status=HOSTILE,
        phase=Phase.UNKNOWN,
        severity=Severity.HIGH,
        severity_word=HOSTILE,
        verdict=HOSTILE,
        rule_tags=(HOSTILE,),
        assignee=VILLAIN,
        created_ms=NOW_MS - 60_000,
        first_event_ms=NOW_MS - 70_000,
        updated_ms=NOW_MS,
        updated_by=VILLAIN,
        acknowledged_ms=NOW_MS,
        acknowledged_by=VILLAIN,
        closed_ms=NOW_MS,
        closed_by=VILLAIN,
        event_count=2,
        duplicate_count=3,
        fingerprint=HOSTILE,
        detection=hostile_detection(),
        type=HOSTILE,
        sub_type=HOSTILE,
        source=HOSTILE,
        log_types=(HOSTILE,),
        log_sources=(HOSTILE,),
        resource_types=(HOSTILE,),
        system_error=SystemFault(
            kind=HOSTILE, source_id=HOSTILE, source_kind=HOSTILE, detection=hostile_detection()
        ),
        description=HOSTILE,
        runbook=f"# {HOSTILE}\n\n- {HOSTILE}\n\n[text {HOSTILE}](http://evil.example)\n\n```\n{HOSTILE}\n```\n",
        reference=HOSTILE,
        context=JSON,
        deliveries=(
            Delivery(dispatched_ms=NOW_MS, label=HOSTILE, message=HOSTILE, output_id=HOSTILE, status_code=500,
                     success=False),
        ),
        indicators=(
            Indicator(kind=HOSTILE, value=HOSTILE, malice=HOSTILE, malice_origin=HOSTILE, score=1,
                      note=HOSTILE, enrichment=JSON),
        ),
        enrichment=HOSTILE,
        enrichment_status=HOSTILE,
        risk=Risk(level=HOSTILE, score=1, origin=HOSTILE, override=HOSTILE, override_by=HOSTILE),
        findings=(Finding(origin=HOSTILE, summary=HOSTILE, score=1, body=JSON),),
        documents=(Document(title=HOSTILE, kind=HOSTILE, body=HOSTILE),),
        related=(RelatedAlert(id=HOSTILE, title=HOSTILE, reason=HOSTILE),),
        extras=JSON,
    )  # fmt: skip
    return NewAlert(
        alert=alert,
        source=HOSTILE,
        native_id="hostile",
        raw=HOSTILE.encode(),
        events=[Event(sequence=0, body=JSON, occurred_ms=NOW_MS), Event(sequence=1, body=HOSTILE)],
        comments=[
            Comment(id=f"c{kind}", author=VILLAIN, body=HOSTILE, format=kind, created_ms=NOW_MS)
            for kind in ("PLAIN_TEXT", "HTML", "MARKDOWN", HOSTILE)
        ],
        history=[
            HistoryEntry(at_ms=NOW_MS, by=VILLAIN, field=HOSTILE, before=HOSTILE, after=HOSTILE, why=HOSTILE,
                         through=HOSTILE)
        ],
    )  # fmt: skip


def hostile_detection() -> Detection:
    """A rule whose author is against us."""
    return Detection(
        id=HOSTILE,
        kind=HOSTILE,
        name=HOSTILE,
        severity=HOSTILE,
        source=HOSTILE,
        mitre_tactics=(HOSTILE,),
        mitre_techniques=(HOSTILE,),
        data_sources=(HOSTILE,),
        author=HOSTILE,
        run_frequency=HOSTILE,
        documentation=HOSTILE,
        references=(HOSTILE,),
    )


async def read_through(console: Console, pane: str) -> str:
    """Go down a full-screen pane to its end, looking at every screen; what was on screen on the way."""
    seen = []
    await console.do(pane, "pane.full")
    for _ in range(40):
        seen.append(console.screen_text())
        before = console.screen_text()
        await console.press("pagedown")
        if console.screen_text() == before:
            break
    await console.press("esc")
    return "\n".join(seen)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("pane", ["pane.detail", "pane.events", "pane.comments", "pane.history"])
async def test_no_pane_lets_an_attack_act_or_vanish(size: tuple[int, int], pane: str) -> None:
    async with running(
        [hostile_alert(), an_alert()], size=size, people=[Person(HOSTILE, HOSTILE, HOSTILE)]
    ) as console:
        assert await read_through(console, pane)
        assert console.app.is_running


async def test_markup_stands_letter_for_letter_in_list_and_panes() -> None:
    async with running([hostile_alert()], size=(200, 50)) as console:
        await console.press("5")
        for name in ("detail", "event", "comments", "history"):
            text = "".join(console.pane_text(name).split())
            for literal in LITERAL:
                assert "".join(literal.split()) in text, f"{literal} is missing in {name}"
        assert "␛]0;owned␇" in console.screen_text()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    "action",
    [
        "alert.status",
        "alert.close",
        "alert.quality",
        "alert.assign",
        "alert.tags",
        "alert.comment",
        "console.help",
    ],
)
async def test_no_dialog_lets_an_attack_through(size: tuple[int, int], action: str) -> None:
    async with running([hostile_alert()], size=size, people=[Person(HOSTILE, HOSTILE, HOSTILE)]) as console:
        await console.do(action)
        assert console.has_dialog
        await console.press("esc")
        assert console.dialog == ""
        assert console.app.is_running


async def test_the_question_about_many_names_hostile_alerts_safely() -> None:
    async with running([hostile_alert(), *some_alerts(30)]) as console:
        await console.do("mark.all", "alert.status")
        await console.press("t")
        assert "Change 31 alerts: status Triaged?" in console.screen_text()
        assert "␛]0;owned␇" in console.screen_text()


async def test_a_hostile_alert_can_be_triaged_like_any_other() -> None:
    alert_id = AlertId(HOSTILE.replace("\x00", ""))
    new = with_alert(
        hostile_alert(), id=alert_id, status="OPEN", phase=Phase.OPEN, closed_ms=None, closed_by=None
    )
    async with running([new], people=[Person("ana", "", "Ana")]) as console:
        await console.do("alert.take")
        assert "Take it over from" in console.screen_text()
        await console.press("y", "c", "b", "enter")
        assert console.stored(alert_id).verdict == "benign"
        await console.do("change.undo", "change.undo")
        assert console.stored(alert_id).status == "OPEN"
        assert console.stored(alert_id).title == HOSTILE


async def test_hostile_values_in_the_history_of_the_filter_are_harmless() -> None:
    async with running([hostile_alert(), an_alert()], query='"\x1b]0;owned\x07"') as console:
        assert "␛]0;owned␇" in console.lines()[1]
        assert console.ids() == [hostile_alert().alert.id]


@pytest.mark.parametrize("action", ["filter.edit", "alert.tags", "alert.assign", "alert.comment"])
async def test_what_is_pasted_into_an_input_is_shown_harmless(action: str) -> None:
    async with running([an_alert()]) as console:
        await console.do(action)
        await console.paste("a\x1b[2Jb\x9bc\u202ed\u200be")


async def test_a_hostile_value_that_tab_completes_is_shown_harmless() -> None:
    hostile = an_alert(rule="Evil\x1b]0;owned\x07Rule")
    async with running([hostile]) as console:
        await console.do("filter.edit")
        await console.type("rule:Ev")
        await console.press("tab")


async def test_hostile_tags_that_came_with_an_alert_are_shown_harmless() -> None:
    async with running([an_alert(tags=("ok", "x\x1b[2Jy", "\u202ebad"))]) as console:
        await console.do("alert.tags")
        assert console.dialog == "TagsScreen"


async def test_a_hostile_draft_of_another_program_is_shown_harmless() -> None:
    async with running([an_alert()]) as console:
        assert console.session.me == ANA
        console.screen.desk.drafts.keep(AlertId("a-1"), "from elsewhere")
        await console.do("alert.comment")
        assert "from elsewhere" in console.screen_text()
