"""alerttui's own export, read back without loss."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Actor, Comment, Event
from alerttui.domain.change import HistoryEntry
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import to_json
from alerttui.ingest.native import from_record, to_record

from .collecting_store import FIXTURES, imported, imported_bytes

WHOLE = replace(
    imported(FIXTURES / "panther.json")[0][0],
    history=(
        HistoryEntry(at_ms=5, by=Actor("ana"), field="status", before="OPEN", after="TRIAGED", why="mine"),
    ),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def line_of(new: NewAlert) -> bytes:
    return to_json(to_record(new)).encode()


@pytest.mark.parametrize("file", sorted(FIXTURES.iterdir()), ids=lambda file: file.name)
def test_every_format_survives_export_and_import(file: Path, tmp_path: Path) -> None:
    before = imported(file)[0]
    after, report = imported_bytes(b"\n".join(line_of(new) for new in before), tmp_path)
    assert report.format == "alerttui"
    assert after == before


def test_comments_and_history_come_along(tmp_path: Path) -> None:
    assert imported_bytes(line_of(WHOLE), tmp_path)[0] == [WHOLE]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(raw=st.binary(), body=TEXTS, comment=TEXTS, title=TEXTS)
def test_any_bytes_and_texts_come_back(raw: bytes, body: str, comment: str, title: str) -> None:
    new = replace(
        WHOLE,
        raw=raw,
        alert=replace(WHOLE.alert, title=title),
        events=(Event(sequence=0, body=body),),
        comments=(Comment(id="c", author=None, body=comment),),
    )
    assert from_record(json.loads(line_of(new))) == new


def test_a_large_export_record_is_still_read_in_full(tmp_path: Path) -> None:
    large = replace(WHOLE, raw=b"x" * 2_000_000)
    assert imported_bytes(line_of(large), tmp_path)[0] == [large]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"alerttui": 2}, "alerttui"),
        ({"source": ""}, "source"),
        ({"nativeId": None}, "nativeId"),
        ({"colour": "red"}, "colour"),
        ({"events": {}}, "events"),
        ({"events": [{"sequence": "0", "body": ""}]}, "events[0].sequence"),
        ({"rawBase64": "!"}, "rawBase64"),
        ({"alert": []}, "alert."),
    ],
)
def test_a_record_that_is_not_ours_is_refused_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        from_record({**to_record(WHOLE), **change})
    assert refusal.value.field == field


def test_a_bad_export_record_is_a_line_of_the_report(tmp_path: Path) -> None:
    bad = to_json({**to_record(WHOLE), "nativeId": 7}).encode()
    alerts, report = imported_bytes(line_of(WHOLE) + b"\n" + bad, tmp_path)
    assert len(alerts) == 1
    assert (report.problems[0].line, "nativeId" in report.problems[0].reason) == (2, True)


def test_lone_surrogates_smuggled_into_an_export_are_made_storable(tmp_path: Path) -> None:
    record = line_of(WHOLE).replace(b'"title":"', b'"title":"\\ud800')
    imported_bytes(record, tmp_path)[0][0].alert.title.encode("utf-8")
