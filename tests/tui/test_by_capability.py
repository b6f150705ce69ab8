"""The console follows what a connection can do: what closing needs, how it assigns, what an undo leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.domain.capabilities import AssignBy, Capabilities, FieldRule
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId, Verdict, VerdictWord
from tests.triage.mirror.remote import CAPABILITIES, MUTE, Clock, FakeRemote
from tests.tui.driver import MEDIUM, NARROW
from tests.tui.mirrored_console import MirroredConsole, mirrored_console
from tests.tui.picture import ExpectPicture

R0 = AlertId("r-0")
NO_ASSIGNEE = "The fake has no assignee; set a tag instead."
NO_CLEARING = "The fake cannot clear a verdict."
STRICT = replace(
    CAPABILITIES,
    fields={**CAPABILITIES.fields, "verdict": FieldRule(clear_refusal=NO_CLEARING)},
    closing_targets=("RESOLVED",),
    verdicts=(
        VerdictWord("benign", "Benign", Verdict.BENIGN, "b"),
        VerdictWord("bad", "Truly bad", Verdict.TRUE_POSITIVE, "t"),
    ),
    verdict_required=True,
)
BY_EMAIL = replace(
    CAPABILITIES,
    fields={**CAPABILITIES.fields, "assignee": FieldRule(clear_refusal="Nobody is unassigned here.")},
    assign_by=AssignBy.EMAIL,
    assigns_into="TRIAGED",
)

NOBODY = replace(
    CAPABILITIES,
    fields={**CAPABILITIES.fields, "assignee": FieldRule(set_refusal=NO_ASSIGNEE, clear_refusal=NO_ASSIGNEE)},
    assign_by=AssignBy.NONE,
)


def a_remote(capabilities: Capabilities, count: int = 3) -> FakeRemote:
    """A remote with open alerts, of a product that can do this."""
    remote = FakeRemote(Clock(), capabilities=capabilities)
    remote.fill(count, open_first=count)
    return remote


async def ready(console: MirroredConsole) -> None:
    """The first alert is there."""
    await console.until_shown("Remote alert 0")


async def test_a_status_that_closes_asks_for_the_verdict_that_goes_with_it(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(STRICT), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("s", "r")
        assert "Verdict" in console.screen_text()
        await console.press("enter")
        assert "A verdict is needed to close; pick one." in console.screen_text()
        await console.press("t", "enter")
        await console.until_sent()
        assert console.remote.writes == [(R0, AlertPatch(status=Set("RESOLVED"), verdict=Set("bad")))]


async def test_actions_taken_are_listed_a_line_each(tmp_path: Path, expect_picture: ExpectPicture) -> None:
    remote = a_remote(replace(STRICT, actions_refusal=""))
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("c", "t", "tab")
        await console.type("Blocked at the edge")
        await console.press("tab")
        await console.type("Blocked 10.0.0.1")
        await console.press("enter")
        await console.type("Reset the password")
        await expect_picture(console, "close-actions-80x24")
        await console.press("ctrl+s")
        await console.until_sent()
        (change,) = remote.changes_seen
        assert change.actions == ("Blocked 10.0.0.1", "Reset the password")
        assert [each.body for each in remote.comments_of[R0]] == ["Blocked at the edge"]


async def test_an_undo_says_beforehand_what_stays(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(STRICT), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("c", "b", "enter")
        await console.until_sent()
        await console.press("z")
        await console.until_shown("Not all of it can be taken back.")
        assert NO_CLEARING in console.screen_text().replace("\n", " ")
        await console.press("y")
        await console.until_sent()
        assert console.remote.writes[-1] == (R0, AlertPatch(status=Set("OPEN")))


async def test_where_assigning_brings_a_status_along_a_closed_alert_is_not_reopened_by_it(
    tmp_path: Path,
) -> None:
    remote = a_remote(BY_EMAIL)
    remote.change("r-1", status="RESOLVED")
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("0")
        await console.until_shown("Remote alert 1")
        await console.press("j", "A")
        await console.until_shown("assigns only together with the status Triaged. It is closed: set")
        await console.press("space", "space")
        await console.until_shown("2 marked")
        await console.press("A")
        await console.until_shown("Triaged. 1 of 2 is")
        assert console.remote.writes == []


async def test_where_assigning_brings_a_status_along_it_is_asked(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(BY_EMAIL), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("A")
        await console.type("eve@soc.example")
        await console.press("enter")
        await console.until_shown("The alert becomes Triaged")
        await console.press("y")
        await console.until_sent()
        asked = AlertPatch(status=Set("TRIAGED"), assignee=Set("eve@soc.example"))
        assert console.remote.writes == [(R0, asked)]


@pytest.mark.parametrize(
    ("query", "is_told"),
    [
        ("is:open is:assigned", True), ("is:mine", True), ("assignee:ada", True),
        ("-is:unassigned status:closed", True), ("status:closed", False),
    ],
)  # fmt: skip
async def test_an_empty_list_by_assignee_says_that_there_are_none(
    tmp_path: Path, query: str, is_told: bool
) -> None:
    """An empty view of one's own alerts must not look like work that is done."""
    async with mirrored_console(a_remote(NOBODY), tmp_path / "m.db", size=NARROW, query=query) as console:
        await console.until_shown("No alert matches")
        assert (NO_ASSIGNEE in console.screen_text()) is is_told


async def test_where_comments_may_be_untold_the_pane_says_so(tmp_path: Path) -> None:
    caveat = "The fake may have more comments than it tells."
    told = replace(CAPABILITIES, comments=replace(CAPABILITIES.comments, read_caveat=caveat))
    async with mirrored_console(a_remote(told), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("4")
        await console.until_shown(f"None is told. {caveat}")
        await console.press("n")
        await console.type("seen")
        await console.press("ctrl+s")
        await console.until_sent()
        await console.until_shown(caveat)
        assert "None is told" not in console.screen_text()


async def test_where_no_status_closes_the_close_key_says_so(tmp_path: Path) -> None:
    remote = a_remote(replace(CAPABILITIES, product="The Fake", closing_targets=()))
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("c")
        assert not console.has_dialog
        assert console.note == "The Fake has no status that closes an alert; set a status or a tag instead."


async def test_a_verdict_that_cannot_be_set_is_not_offered_while_closing(tmp_path: Path) -> None:
    remote = a_remote(replace(CAPABILITIES, verdicts=STRICT.verdicts))
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("c")
        assert "Resolved" in console.screen_text()
        assert "Verdict" not in console.screen_text()
        await console.press("b", "enter")
        await console.until_sent()
        assert console.remote.writes == [(R0, AlertPatch(status=Set("RESOLVED")))]


async def test_where_there_are_no_words_to_choose_from_the_key_says_so(tmp_path: Path) -> None:
    fields = {**CAPABILITIES.fields, "severity": FieldRule()}
    remote = a_remote(replace(CAPABILITIES, fields=fields, statuses=(), closing_targets=()))
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        for key, word in (("S", "severity"), ("s", "status")):
            await console.press(key)
            assert not console.has_dialog
            assert console.note == f"fake names no {word} to choose from."


async def test_a_malice_of_any_word_is_typed(tmp_path: Path) -> None:
    fields = {**CAPABILITIES.fields, "malice": FieldRule(clear_refusal="It stays.")}
    async with mirrored_console(
        a_remote(replace(CAPABILITIES, fields=fields)), tmp_path / "m.db", size=NARROW
    ) as console:
        await ready(console)
        await console.press("W", "w", "enter")
        assert "type a word" in console.screen_text()
        await console.type("Rotten")
        await console.press("enter")
        await console.until_sent()
        assert console.remote.writes == [(R0, AlertPatch(malice=Set("Rotten")))]


async def test_the_line_of_keys_has_what_the_product_has(tmp_path: Path) -> None:
    fields = {"status": FieldRule(), "severity": FieldRule()}
    able = replace(MUTE, fields=fields, severities=("HIGH", "LOW"))
    async with mirrored_console(a_remote(able), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        assert console.hints_text.split("space")[0].split("  ")[:5] == [
            "s status", "c close", "n local note", "S severity", "/ filter",
        ]  # fmt: skip


async def test_what_only_this_connection_may_not_change_stays_in_the_line_of_keys(tmp_path: Path) -> None:
    fields = {name: rule for name, rule in CAPABILITIES.fields.items() if name != "tags"}
    able = replace(CAPABILITIES, fields=fields).for_reading("This key is for reading only.")
    async with mirrored_console(a_remote(able), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        assert "a take  s status  c close  u quality  n comment" in console.hints_text


async def test_help_and_palette_call_a_local_note_by_its_name(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(MUTE), tmp_path / "m.db", size=MEDIUM) as console:
        await ready(console)
        await console.press(":")
        await console.type("local note")
        assert "Write a local note; it stays on this machine." in console.screen_text()
        await console.press("escape", "?", "pagedown")
        assert "Write a local note; it stays on this machine." in console.screen_text()
        assert "Write a comment" not in console.screen_text()


async def test_the_palette_begins_with_what_the_product_has(tmp_path: Path) -> None:
    fields = {name: CAPABILITIES.fields[name] for name in ("status", "tags")}
    remote = a_remote(replace(CAPABILITIES, fields=fields))
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press(":")
        listed = [line.split()[0] for line in console.lines()[-11:-1] if line.startswith("   ")]
        assert listed[:3] == ["close", "tags", "comment"]
        assert "cannot change" not in console.screen_text()


async def test_where_one_assigns_by_e_mail_nothing_else_is_taken(tmp_path: Path) -> None:
    remote = a_remote(BY_EMAIL)
    remote.people_known = ()
    async with mirrored_console(remote, tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("A")
        assert "type an e-mail address" in console.screen_text()
        await console.type("eve")
        assert "as typed" not in console.screen_text()
        await console.press("enter")
        assert console.dialog == "PersonScreen"
        await console.type("@soc.example")
        assert "as typed" in console.screen_text()


async def test_a_connection_without_signing_in_says_where_its_token_is(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(CAPABILITIES), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        await console.press("L")
        assert console.note == "Nobody signs in over this connection to fake: the profile names its token."


async def test_every_key_of_the_line_is_there_at_80_columns(tmp_path: Path) -> None:
    names = ("status", "tags", "severity", "malice")
    able = replace(MUTE, fields={name: FieldRule() for name in names}, severities=("HIGH",))
    async with mirrored_console(a_remote(able), tmp_path / "m.db", size=NARROW) as console:
        await ready(console)
        assert "W malice  / filter  ? keys" in console.hints_text
