"""Records that are made to stall, crash or deceive: imported as they are, or refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerttui.domain.vocabulary import Severity

from .collecting_store import NOW_MS, imported_bytes

ALERT = '{"id": "a1", "type": "RULE", "title": %s, "status": "OPEN", "severity": "HIGH", "context": %s}'


def with_context(context: str, title: str = '"t"') -> bytes:
    return (ALERT % (title, context)).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("name", "context", "why"),
    [
        ("deep", "[" * 100_000 + "]" * 100_000, "nested 100,001 levels deep"),
        ("long number", "9" * 5_000, "a number of more than 4,000 digits"),
        ("large", '"' + "x" * 1_100_000 + '"', "bytes"),
    ],
)
def test_a_record_that_could_stall_us_is_kept_as_text(
    name: str, context: str, why: str, tmp_path: Path
) -> None:
    data = with_context(context, '"the \\u0041 title"')
    good = with_context("1")
    alerts, report = imported_bytes(good + b"\n" + data + b"\n" + data, tmp_path)
    assert (report.added, report.oversized, report.rejected) == (3, 2, 0)
    large = alerts[1]
    assert large.alert.title.startswith("Record too large to read (")
    assert why in large.alert.title
    assert large.alert.title.endswith(": the A title")
    assert large.alert.severity is Severity.UNKNOWN
    assert large.alert.created_ms == NOW_MS
    assert large.raw == data
    assert len(large.events[0].body) <= 262_144
    assert data.decode().startswith(large.events[0].body)


def test_a_file_of_one_large_record_needs_its_format_named(tmp_path: Path) -> None:
    data = with_context('"' + "x" * 1_100_000 + '"')
    assert imported_bytes(data, tmp_path, format_name="panther")[1].added == 1


def test_numbers_are_given_back_as_they_were_written(tmp_path: Path) -> None:
    written = '{"a":1.10,"b":1E400,"c":NaN,"d":-Infinity,"e":90071992547409931,"f":-0.0}'
    alerts, _ = imported_bytes(with_context(written), tmp_path)
    assert alerts[0].alert.context == written


def test_of_duplicate_keys_the_last_is_read_and_all_are_kept_in_the_raw_record(tmp_path: Path) -> None:
    data = b'{"id":"a1","title":"first","title":"second","status":"OPEN","type":"RULE"}'
    alerts, _ = imported_bytes(data, tmp_path)
    assert alerts[0].alert.title == "second"
    assert alerts[0].raw == data


def test_lone_surrogates_become_what_a_file_can_hold(tmp_path: Path) -> None:
    alerts, _ = imported_bytes(with_context('{"k\\udc80": "\\ud800"}', '"odd \\ud800 title"'), tmp_path)
    alert = alerts[0].alert
    assert alert.title == "odd \\ud800 title"
    alert.context.encode("utf-8")
    assert json.loads(alert.context) == {"k\udc80": "\ud800"}


def test_control_bytes_and_line_breaks_inside_strings_are_read(tmp_path: Path) -> None:
    data = b"[" + with_context('"\x00\x02\x19\x7f\r\n\t"', '"bell \x07 [red]"') + b"]"
    alerts, report = imported_bytes(data, tmp_path)
    assert report.rejected == 0
    assert alerts[0].alert.title == "bell \x07 [red]"


def test_bytes_that_are_no_text_are_kept_and_said(tmp_path: Path) -> None:
    data = b'{"id":"a1","type":"RULE","status":"OPEN","title":"caf\xe9 \xff"}'
    alerts, report = imported_bytes(data, tmp_path)
    assert alerts[0].alert.title == "caf\ufffd \ufffd"
    assert alerts[0].raw == data
    assert report.mended == 1
    assert "no UTF-8" in report.notes[0]


@pytest.mark.parametrize(
    "odd", ["[]", "{}", "true", "1e999", '"\\u202e"', "null", '[[{"id":1}]]', '{"type":{"id":2}}']
)
@pytest.mark.parametrize(
    "key",
    ["id", "title", "severity", "status", "createdAt", "assignee", "contextTags", "detection", "deliveries",
     "systemError", "events", "comments", "eventCount", "quality", "updatedBy", "lastReceivedEventAt"],
)  # fmt: skip
def test_no_value_in_any_place_stops_the_import(key: str, odd: str, tmp_path: Path) -> None:
    record = '{"id":"a","title":"t","status":"OPEN","type":"RULE","severity":"LOW","%s":%s}' % (key, odd)  # noqa: UP031
    _, report = imported_bytes(record.encode(), tmp_path, format_name="panther")
    assert (report.added, report.rejected) == (1, 0)


def test_an_array_that_is_cut_off_gives_its_whole_records(tmp_path: Path) -> None:
    whole = b"[" + with_context("1") + b", " + with_context("2").replace(b"a1", b"a2")
    _, report = imported_bytes(whole[:-20], tmp_path)
    assert (report.added, report.rejected) == (1, 1)
    assert report.problems[0].reason == "the file ends inside this record"


def test_an_id_that_could_deceive_is_not_shown_as_the_id(tmp_path: Path) -> None:
    alerts, _ = imported_bytes(with_context("1").replace(b"a1", b"a\\u202e1"), tmp_path)
    assert alerts[0].native_id == "a\u202e1"
    assert alerts[0].alert.id.startswith("panther-")
