"""Severity and malice: by the connection's words, or greyed with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.domain.capabilities import Capabilities, FieldRule
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.tui.screens.decisions import menu_letters
from tests.alerts import some_alerts
from tests.tui.bulk_console import Steered, steered
from tests.tui.driver import Console, running

SEVERITIES = ("Pending", "Informational", "Low", "Medium", "High", "Critical")
MALICES = ("Pending", "Benign", "Suspicious", "Malicious")


def able(console: Console, *, clears: bool = True) -> Steered:
    """A connection that may override severity and malice."""
    backend = steered(console)
    told: Capabilities = backend.told
    no = "" if clears else "It cannot be taken away."
    rules = {**told.fields, "severity": FieldRule(clear_refusal="no"), "malice": FieldRule(clear_refusal=no)}
    backend.told = replace(told, severities=SEVERITIES, malices=MALICES, fields=rules)
    return backend


@pytest.mark.parametrize("action", ["alert.severity", "alert.malice"])
async def test_the_local_store_refuses_both_with_its_reason(action: str) -> None:
    async with running(some_alerts(1)) as console:
        await console.do(action)
        assert not console.has_dialog
        assert "An imported alert keeps the" in console.note


async def test_a_severity_is_picked_by_its_letter_on_all_marked() -> None:
    async with running(some_alerts(3)) as console:
        backend = able(console)
        await console.press("space", "space")
        await console.do("alert.severity")
        assert "Severity of 2 marked" in console.screen_text()
        assert " h  High" in console.screen_text()
        await console.press("h")
        (change,) = backend.asked
        assert [edit.patch for edit in change.edits] == [AlertPatch(severity=Set("High"))] * 2
        assert console.note == "severity High: 2 already so"


async def test_malice_is_overridden_and_the_override_taken_away() -> None:
    async with running(some_alerts(2)) as console:
        backend = able(console)
        await console.do("alert.malice")
        await console.press("m")
        await console.do("pane.detail", "alert.malice")
        await console.press("x")
        assert [change.edits[0].patch for change in backend.asked] == [
            AlertPatch(malice=Set("Malicious")),
            AlertPatch(malice=CLEAR),
        ]


async def test_where_an_override_cannot_be_taken_away_the_menu_does_not_offer_it() -> None:
    async with running(some_alerts(1)) as console:
        able(console, clears=False)
        await console.do("alert.malice")
        assert "Malicious" in console.screen_text()
        assert "Take the override away" not in console.screen_text()


def test_every_word_of_a_menu_has_a_letter_of_its_own() -> None:
    assert menu_letters(SEVERITIES) == ["p", "i", "l", "m", "h", "c"]
    assert menu_letters(("high", "higher", "hi", "hh", "")) == ["h", "i", "1", "2", "3"]
