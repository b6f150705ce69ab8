"""Drafts that no file takes: said as they are, and asked about before they are lost."""

from __future__ import annotations

from pathlib import Path

from alerttui.tui.screens.desk import ConsoleSettings
from tests.alerts import some_alerts
from tests.tui.driver import running


async def test_a_draft_that_could_not_be_written_is_asked_about_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("in the way", "utf-8")
    settings = ConsoleSettings(drafts_folder=tmp_path / "drafts")
    async with running(some_alerts(1), settings=settings) as console:
        await console.press("n")
        await console.type("words")
        await console.press("esc")
        assert console.note == "Nothing was sent; the draft is kept until the console ends, and in no file."
        await console.press("q")
        assert "Unsent comments would be lost: 1. Leave?" in console.screen_text()
        await console.press("n", "n")
        assert "words" in console.screen_text()
