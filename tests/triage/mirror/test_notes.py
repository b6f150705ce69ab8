"""Local notes on the mirror of a product without comments: shown among the comments, never sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerttui.backends.mirror import Part
from alerttui.domain.errors import Invalid, NotFound, NotSupported, ReadOnly, StoreError
from alerttui.domain.listing import Page
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.export import ExportFormat, records, records_of
from alerttui.triage.notes import notes_of
from alerttui.triage.session import Session
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.remote import ME, MUTE, Clock, FakeRemote, remote_alert

ONE, TWO = AlertId("r-0"), AlertId("r-1")


@pytest.fixture
async def noted(mirrored: OpenMirrored) -> Mirrored:
    """A mirror of a product without comments, with three alerts."""
    remote = FakeRemote(Clock(), capabilities=MUTE)
    remote.fill(3, open_first=3)
    here = mirrored(remote)
    await here.sync_for(1)
    return here


async def bodies(here: Mirrored, alert_id: AlertId = ONE) -> list[str]:
    opened = await here.session.open(alert_id)
    assert all(each.local for each in opened.comments.results)
    return [each.body for each in opened.comments.results]


async def test_a_note_is_read_among_the_comments_and_is_never_sent(noted: Mirrored) -> None:
    (kept,) = await noted.session.add_note([ONE], "ask the owner")
    noted.clock.now_ms += 1000
    await noted.session.add_note([ONE], "she says yes")
    await noted.send()
    await noted.sync_for(2)
    opened = await noted.session.open(ONE)
    assert opened.comments.results[0] == kept
    assert (kept.author, kept.local) == (ME, True)
    assert await bodies(noted) == ["ask the owner", "she says yes"]
    assert opened.comments.total == 2
    assert noted.store.journal() == []
    assert not {"apply", "add_comment", "comments"} & set(noted.remote.asked)


async def test_each_of_many_alerts_gets_the_note(noted: Mirrored) -> None:
    await noted.session.add_note([ONE, TWO], "same cause")
    assert await bodies(noted, ONE) == await bodies(noted, TWO) == ["same cause"]
    assert await bodies(noted, AlertId("r-2")) == []


async def test_if_one_alert_is_not_here_none_gets_the_note(noted: Mirrored) -> None:
    with pytest.raises(NotFound, match="No such alert: r-8, r-9"):
        await noted.session.add_note([ONE, AlertId("r-8"), AlertId("r-9")], "x")
    assert await bodies(noted) == []


@pytest.mark.parametrize("body", ["", " \n", "x" * 10_001], ids=["empty", "blank", "long"])
async def test_a_note_has_the_bounds_of_a_comment(noted: Mirrored, body: str) -> None:
    with pytest.raises(Invalid):
        await noted.session.add_note([ONE], body)


async def test_a_comment_is_refused_with_the_reason_of_the_product(noted: Mirrored) -> None:
    with pytest.raises(NotSupported, match="a local note can be kept instead"):
        await noted.session.change([ONE], AlertPatch(status=Set("RESOLVED")), comment="why")
    assert noted.store.journal() == []


async def test_where_there_are_comments_a_note_is_refused(mirrored: OpenMirrored) -> None:
    here = mirrored()
    here.remote.fill(1)
    await here.sync_for(1)
    assert here.session.note_refusal()
    with pytest.raises(NotSupported, match="has comments of its own, so no local note was kept"):
        await here.session.add_note([ONE], "x")


async def test_a_profile_for_reading_keeps_no_note(noted: Mirrored) -> None:
    reading = Session(
        noted.store, noted.mirror, me=ME, clock=noted.clock, profile="fake", read_only=True,
        mirror=noted.mirror,
    )  # fmt: skip
    with pytest.raises(ReadOnly):
        await reading.add_note([ONE], "x")


async def test_notes_are_read_page_by_page(noted: Mirrored) -> None:
    for number in range(5):
        await noted.session.add_note([ONE], f"n{number}")
    pages: list[Page[object]] = []
    cursor: str | None = None
    while cursor is not None or not pages:
        page = await noted.mirror.comments(ONE, cursor, 2)
        pages.append(Page([each.body for each in page.results], page.next, page.total))
        cursor = page.next
    assert [each.results for each in pages] == [["n0", "n1"], ["n2", "n3"], ["n4"]]
    assert {each.total for each in pages} == {5}


@pytest.mark.parametrize("cursor", ["note.", "note.x", "note.-1", "note.\N{SUPERSCRIPT TWO}", "odd"])
async def test_a_cursor_that_nobody_gave_is_refused(noted: Mirrored, cursor: str) -> None:
    with pytest.raises(Invalid):
        await noted.mirror.comments(ONE, cursor, 2)


async def test_notes_outlive_the_mirror(noted: Mirrored, tmp_path: Path, mirrored: OpenMirrored) -> None:
    await noted.session.add_note([ONE], "still here")
    noted.close()
    for each in tmp_path.glob("mirror.db*"):
        each.unlink()
    again = mirrored(noted.remote)
    await again.sync_for(1)
    assert await bodies(again) == ["still here"]


async def test_a_mirror_goes_on_without_notes_that_cannot_be_read(noted: Mirrored, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"nonsense " * 100)
    assert await bodies(noted) == []
    notes = noted.session.notes
    assert notes is not None
    assert "holds no local notes of alerttui" in notes.trouble
    with pytest.raises(StoreError, match="holds no local notes"):
        await noted.session.add_note([ONE], "x")
    (tmp_path / "notes.db").unlink()
    await noted.session.add_note([ONE], "again")
    assert await bodies(noted) == ["again"]
    assert notes.trouble == ""


async def test_nothing_is_made_before_the_first_note(noted: Mirrored, tmp_path: Path) -> None:
    await noted.session.open(ONE)
    await noted.session.change([ONE], AlertPatch(status=Set("RESOLVED")))
    assert not (tmp_path / "notes.db").exists()


async def test_comments_in_view_are_never_asked_of_a_product_that_has_none(mirrored: OpenMirrored) -> None:
    remote = FakeRemote(Clock(), capabilities=MUTE)
    remote.put(remote_alert(0))
    here = mirrored(remote)
    await here.mirror.read(ONE, [Part.COMMENTS])
    await here.mirror.read(ONE, [Part.FULL, Part.COMMENTS])
    assert "comments" not in remote.asked


def exported(here: Mirrored, kind: ExportFormat) -> str:
    context, notes = here.session.query_context(), notes_of(here.session.notes)
    return b"".join(records(here.store, EVERYTHING, context, kind, notes)).decode()


async def test_an_export_carries_notes_by_their_badge_only(noted: Mirrored) -> None:
    await noted.session.add_note([ONE], "ask the owner")
    lossless = [json.loads(line) for line in exported(noted, ExportFormat.ALERTTUI).splitlines()]
    (record,) = [each for each in lossless if "ask the owner" in json.dumps(each)]
    assert '"local": true' in json.dumps(record)
    report = exported(noted, ExportFormat.MD)
    assert "Local note by `Ana`" in report
    assert "Comment by" not in report
    for kind in (ExportFormat.JSONL, ExportFormat.CSV, ExportFormat.RAW):
        assert "ask the owner" not in exported(noted, kind)
    assert b"ask the owner" not in b"".join(records_of(noted.store, [ONE], ExportFormat.ALERTTUI))


async def test_a_related_case_tells_the_note_on_which_it_was_closed(noted: Mirrored) -> None:
    detection = noted.remote.alerts[ONE].detection
    assert detection.id == ""
    for number in (0, 1):
        noted.remote.change(f"r-{number}", detection=type(detection)(id="rule.x"))
    await noted.session.change([TWO], AlertPatch(status=Set("RESOLVED")))
    await noted.session.add_note([TWO], "a scanner")
    await noted.mirror.read(ONE, [Part.FULL])
    await noted.mirror.read(TWO, [Part.FULL])
    opened = await noted.session.open(ONE)
    cases = await noted.session.related(opened.alert, lambda: True)
    assert cases.last_comment is not None
    assert (cases.last_comment.body, cases.last_comment.local) == ("a scanner", True)
