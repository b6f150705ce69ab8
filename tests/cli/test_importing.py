"""Files into the store by command: what is said, what is counted, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerttui.cli.progress import ProgressLine, progress_text
from alerttui.ingest.importer import Progress
from tests.cli.conftest import Run


def record(alert_id: str) -> str:
    """One record of our own format."""
    alert = {"id": alert_id, "title": "T", "status": "OPEN", "phase": "OPEN", "created_ms": 1}
    whole = {"alerttui": 1, "source": "made", "nativeId": alert_id, "alert": alert}
    return json.dumps(whole, separators=(",", ":")) + "\n"


def test_files_and_stdin_are_taken_in_and_counted(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(record("one") + record("two"))
    result = run("import", str(file), "-", input=record("two") + record("three"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"{file}: 2 added, 0 known already [alerttui].\n-: 1 added, 1 known already [alerttui].\n"
    )
    ids = [json.loads(line)["id"] for line in run("list", "--jsonl").stdout.splitlines()]
    assert sorted(ids) == ["one", "three", "two"]


def test_a_bad_record_is_named_and_kept_and_ends_with_one(run: Run, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.jsonl"
    result = run("import", "-", "--rejects", str(rejects), "--json", input=record("one") + "{oops\n")
    assert result.exit_code == 1
    (report,) = json.loads(result.stdout)["results"]
    assert (report["file"], report["added"], report["rejected"], report["dryRun"]) == ("-", 1, 1, False)
    assert report["problems"][0]["line"] == 2
    assert result.stderr.startswith("-, line 2: ")
    assert f"1 rejected (kept in {rejects})" in result.stderr
    assert b"{oops" in rejects.read_bytes()


def test_a_dry_run_writes_nothing_not_even_a_store(run: Run, home: Path) -> None:
    result = run("import", "-", "--dry-run", input=record("one"))
    assert result.exit_code == 0
    assert result.stderr == "-: dry run, 1 alert would be read, nothing was written [alerttui].\n"
    assert list(home.rglob("*.db")) == []


def test_a_file_that_fails_does_not_keep_the_next_from_being_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(record("one"))
    result = run("import", str(tmp_path / "nope"), str(file), "--json")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)["results"]
    assert "error" in first
    assert second["added"] == 1


@pytest.mark.parametrize("arguments", [["-", "--format", "bogus"], ["-", "-"], []])
def test_wrong_use_ends_with_two(run: Run, arguments: list[str]) -> None:
    result = run("import", *arguments, input=record("one"))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_a_named_store_is_made(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sub" / "new.db"
    assert run("import", "-", "--db", str(file), input=record("one")).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_progress_tells_records_share_and_rejects(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(bytes_read=50, total_bytes=200, read=1200, rejected=3)
    assert progress_text(progress) == "1,200 records, 25%, 3 rejected"
    assert progress_text(Progress(bytes_read=1, total_bytes=None, read=1, rejected=0)) == "1 records"
    import sys

    with ProgressLine(sys.stderr) as line:
        assert not line.is_visible
        line.show(progress)
    assert capsys.readouterr().err == f"\r{progress_text(progress)}\r{' ' * 30}\r"
