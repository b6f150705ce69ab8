"""Importing a file into a store: counts, bad records, containers, importing again."""

from __future__ import annotations

import gzip
import io
import json
import stat
from pathlib import Path

import pytest

from alerttui.backends.registry import open_local
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, Edit
from alerttui.domain.errors import Invalid
from alerttui.domain.patch import AlertPatch, Set
from alerttui.ingest.errors import FileTrouble, FormatError
from alerttui.ingest.importer import ImportReport, Progress, import_file

from .collecting_store import FIXTURES, NOW_MS, CollectingStore, imported, imported_bytes

SURICATA = (FIXTURES / "suricata.ndjson").read_bytes()


def counted(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.read, report.added, report.known, report.skipped, report.rejected


@pytest.mark.parametrize("file", sorted(FIXTURES.iterdir()), ids=lambda file: file.name)
def test_importing_a_file_twice_adds_nothing(file: Path) -> None:
    store = CollectingStore()
    first = import_file(file, store.as_store, now_ms=NOW_MS)
    again = import_file(file, store.as_store, now_ms=NOW_MS + 1)
    assert first.added == first.alerts > 0
    assert (again.added, again.known) == (0, first.added)


@pytest.mark.parametrize("file", sorted(FIXTURES.iterdir()), ids=lambda file: file.name)
def test_the_counts_of_a_report_add_up_and_ids_are_unique(file: Path) -> None:
    alerts, report = imported(file)
    assert report.read == report.added + report.known + report.skipped + report.rejected
    assert len({new.alert.id for new in alerts}) == len(alerts)
    assert all(new.raw in file.read_bytes() for new in alerts)


def test_layout_escapes_and_key_order_do_not_make_another_alert(tmp_path: Path) -> None:
    records = [json.loads(line) for line in SURICATA.splitlines()]
    store = CollectingStore()
    import_file(io.BytesIO(SURICATA), store.as_store, now_ms=NOW_MS)
    pretty = json.dumps(records, indent=4, sort_keys=True).encode()
    assert import_file(io.BytesIO(pretty), store.as_store, now_ms=NOW_MS).added == 0


def test_decisions_survive_a_second_import(tmp_path: Path) -> None:
    store, _ = open_local(tmp_path / "alerts.db")
    file = FIXTURES / "guardduty.json"
    import_file(file, store, now_ms=NOW_MS)
    alert_id = store.alert(imported(file)[0][1].alert.id).id
    edit = Edit(alert_id=alert_id, patch=AlertPatch(status=Set("RESOLVED"), tags=Set(("mine",))))
    change = Change(id="c1", at_ms=NOW_MS, by=Actor("ana"), label="resolve", edits=(edit,))
    assert store.commit(change)[0].ok
    report = import_file(file, store, now_ms=NOW_MS + 1)
    assert (report.added, report.known) == (0, 2)
    assert (store.alert(alert_id).status, store.alert(alert_id).tags) == ("RESOLVED", ("mine",))
    assert store.raw(alert_id) == imported(file)[0][1].raw
    store.close()


def test_bad_records_are_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    data = SURICATA + b'not json\r\n{"event_type": 1}\n[1]\n{"half": '
    rejects = tmp_path / "rejects.json"
    _, report = imported_bytes(data, tmp_path, rejects=rejects)
    assert counted(report) == (8, 3, 0, 1, 4)
    named = {bad.line: bad.reason for bad in report.problems}
    assert named[5].startswith("not JSON")
    assert named[6] == "not a record of suricata: it has no timestamp"
    assert named[7] == "not an object but a number"
    assert named[8] == "the file ends inside this record"
    assert rejects.read_bytes() == b'not json\n{"event_type": 1}\n1\n{"half":\n'
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600


def test_rejects_are_appended_and_can_be_imported_when_mended(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.json"
    imported_bytes(SURICATA + b"{bad\n", tmp_path, rejects=rejects)
    imported_bytes(SURICATA + b"{worse\n", tmp_path, rejects=rejects)
    assert rejects.read_bytes() == b"{bad\n{worse\n"
    rejects.write_bytes(SURICATA.splitlines()[3])
    assert imported(rejects)[1].added == 1


def test_no_rejects_file_is_made_where_nothing_is_bad(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.json"
    imported_bytes(SURICATA, tmp_path, rejects=rejects)
    assert not rejects.exists()


def test_the_file_itself_cannot_take_its_rejects(tmp_path: Path) -> None:
    file = tmp_path / "alerts.json"
    with pytest.raises(Invalid, match="another file"):
        imported_bytes(SURICATA, tmp_path, rejects=file)


def test_a_dry_run_reads_everything_and_writes_nothing(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.json"
    store = CollectingStore()
    data = io.BytesIO(SURICATA + b"{bad\n")
    report = import_file(data, store.as_store, now_ms=NOW_MS, dry_run=True, rejects=rejects)
    assert (report.alerts, report.added, report.rejected, report.dry_run) == (3, 0, 1, True)
    assert store.calls == 0
    assert not rejects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gzip", gzip.compress(SURICATA)),
        ("several gzip members", gzip.compress(SURICATA[:300]) + gzip.compress(SURICATA[300:])),
        ("mark", b"\xef\xbb\xbf" + SURICATA),
        ("crlf", b"\r\n" + SURICATA.replace(b"\n", b"\r\n\r\n")),
        ("utf-16", SURICATA.decode().encode("utf-16")),
        ("utf-16 big end", "\ufeff".encode("utf-16-be") + SURICATA.decode().encode("utf-16-be")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_packing_marks_and_line_ends_change_nothing(name: str, data: bytes, tmp_path: Path) -> None:
    alerts, report = imported_bytes(data, tmp_path)
    assert counted(report) == (4, 3, 0, 1, 0)
    assert [new.raw for new in alerts] == [new.raw for new in imported(FIXTURES / "suricata.ndjson")[0]]


def test_a_gzip_file_that_is_cut_off_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    packed = gzip.compress(b"\n".join([SURICATA.splitlines()[0]] * 3000), compresslevel=1)
    _, report = imported_bytes(packed[:-30], tmp_path)
    assert report.added > 0
    assert "gzip" in report.problems[-1].reason
    assert report.read == report.added + report.known + report.rejected


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        buffer = io.BytesIO(SURICATA)

    monkeypatch.setattr("sys.stdin", Standard())
    assert import_file("-", CollectingStore().as_store, now_ms=NOW_MS).added == 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"colour": "red", "id": 1}', "The record at line 1 has colour, id"),
        (b'["a", "b"]', "line 1 is not an object but text"),
        (b"Jun  1 sshd[1]: no\n", "line 1 is not JSON"),
        (b"PK\x03\x04rest", "zip"),
        (b"id,title\n1,x\n", "line 1 is not JSON"),
        (SURICATA.splitlines()[0] + b'\n{"a":1}\n{"b":2}\n', "1 of the first 3 records look like suricata"),
    ],
)
def test_a_file_that_holds_no_alerts_is_refused_with_what_was_expected(
    data: bytes, says: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError) as refusal:
        imported_bytes(data, tmp_path)
    assert says in str(refusal.value)
    assert refusal.value.exit_code == 1


def test_a_named_format_takes_what_detection_would_not(tmp_path: Path) -> None:
    alerts, _ = imported_bytes(b'{"id": "only-this"}', tmp_path, format_name="panther")
    assert (alerts[0].alert.id, alerts[0].alert.title) == (
        "only-this",
        "Panther alert record without a title",
    )


def test_an_unknown_format_is_refused_with_the_nearest() -> None:
    with pytest.raises(Invalid, match="did you mean suricata"):
        imported(FIXTURES / "suricata.ndjson", format_name="surikata")


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FileTrouble, match="nowhere"):
        imported(Path("nowhere.json"))


@pytest.mark.parametrize("data", [b"", b"[]", b'{"results": []}', b"\n\n"])
def test_an_empty_file_is_no_error_but_said(data: bytes, tmp_path: Path) -> None:
    _, report = imported_bytes(data, tmp_path)
    assert (report.read, report.notes) == (0, ("The file holds no records.",))


def test_progress_ends_with_the_whole_file() -> None:
    seen: list[Progress] = []
    file = FIXTURES / "suricata.ndjson"
    import_file(file, CollectingStore().as_store, now_ms=NOW_MS, progress=seen.append)
    assert seen[-1].bytes_read == seen[-1].total_bytes == file.stat().st_size
    assert seen[-1].read == 4


def test_the_store_gets_batches_not_the_whole_file() -> None:
    store = CollectingStore()
    data = b"\n".join(
        b'{"id":"a%d","title":"t","status":"OPEN","severity":"LOW"}' % each for each in range(2_500)
    )
    assert import_file(io.BytesIO(data), store.as_store, now_ms=NOW_MS).added == 2_500
    assert store.calls == 3
