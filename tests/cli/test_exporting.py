"""Exports: lossless, Panther-shaped, for a spreadsheet, for people, raw."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import click.testing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.json_text import JsonNumber
from alerttui.triage.export import _csv_line
from alerttui.triage.markdown_text import code_span
from alerttui.triage.panther_json import json_line, parsed
from tests.cli.alerts import HOSTILE, plain
from tests.cli.conftest import Run
from tests.cli.golden import expect_golden

pytestmark = pytest.mark.usefixtures("store_file")


@pytest.mark.parametrize("kind", ["alerttui", "jsonl", "csv", "md", "raw"])
def test_output_is_as_documented(run: Run, kind: str) -> None:
    result = run("export", "-o", "-", "--format", kind)
    assert result.exit_code == 0
    expect_golden(f"export.{kind}", result.stdout_bytes)


def test_our_own_format_is_taken_in_again_without_loss(run: Run, tmp_path: Path) -> None:
    run("set", "a-1", "--status", "triaged", "--comment", "why")
    file, other = tmp_path / "all.jsonl", tmp_path / "other.db"
    assert run("export", "-o", str(file)).stderr == f"3 alerts written to {file}.\n"
    assert run("import", str(file), "--db", str(other)).exit_code == 0
    again = run("export", "-o", "-", "--db", str(other))
    assert again.stdout_bytes == file.read_bytes()
    for kind in ("raw", "jsonl", "csv", "md"):
        one, two = (run("export", "-o", "-", "--format", kind, *more) for more in ([], ["--db", str(other)]))
        assert one.stdout_bytes == two.stdout_bytes


def test_raw_is_the_very_bytes(run: Run) -> None:
    assert run("export", "id:a-1", "-o", "-", "--format", "raw").stdout_bytes == plain().raw + b"\n"
    none = run("export", "id:a-3", "-o", "-", "--format", "raw")
    assert (none.stdout_bytes, none.stderr) == (
        b"",
        "0 alerts written to stdout; 1 came from no record and are not in it.\n",
    )


@pytest.mark.parametrize("kind", ["alerttui", "csv", "raw", "md"])
def test_a_terminal_is_shown_what_it_would_otherwise_obey(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    terminal = type("Terminal", (click.testing._NamedTextIOWrapper,), {"isatty": lambda self: True})
    monkeypatch.setattr(click.testing, "_NamedTextIOWrapper", terminal)
    text = run("export", "-o", "-", "--format", kind).stdout
    assert text
    assert text.replace("\n", "").isprintable()


def test_a_file_is_private_and_replaced_as_a_whole(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("before")
    file.chmod(0o644)
    run("export", "-o", str(file), "--format", "csv", "id:a-1")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().count(b"\r\n") == 2
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".out")] == []


def test_a_failed_export_leaves_what_was_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    file = tmp_path / "out.csv"
    file.write_text("before")
    result = run("export", "-o", str(file))
    assert (result.exit_code, result.stderr) == (
        1,
        f"alerttui: {file} was not written: No space left on device\n",
    )
    assert file.read_text() == "before"
    assert [each.name for each in tmp_path.glob(".*.part")] == []


def test_a_folder_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    result = run("export", "-o", str(tmp_path / "no" / "x"))
    assert (result.exit_code, "was not written: No such file" in result.stderr) == (1, True)


def test_a_spreadsheet_runs_nothing_and_reads_the_rest_back_exactly(run: Run) -> None:
    text = run("export", "-o", "-", "--format", "csv").stdout_bytes.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == ["a-3", "a-1", "a-2"]
    assert rows[0]["title"] == HOSTILE
    assert rows[0]["description"] == f"'=cmd()\n```\n{HOSTILE}"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(start: str) -> None:
    (row,) = csv.reader(io.StringIO(_csv_line([f"{start}1", "1="]).decode(), newline=""))
    assert row == [f"'{start}1", "1="]


@given(st.text())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_code_span_of_the_report_holds_its_text_whatever_it_is(text: str) -> None:
    from markdown_it import MarkdownIt

    from alerttui.domain.showable import shown

    span = code_span(text)
    if not shown(text).strip():
        return
    (inline,) = [each for each in MarkdownIt("commonmark").parse(f"- x: {span}\n") if each.type == "inline"]
    kinds = [child.type for child in inline.children or []]
    assert kinds == ["text", "code_inline"]


def test_numbers_keep_their_digits_and_terminals_see_no_controls() -> None:
    assert json_line({"a": JsonNumber("1.10"), "b": "\x7f\x9b\u202e\U000e0041", "c": []}) == (
        '{"a":1.10,"b":"\\u007f\\u009b\\u202e\\udb40\\udc41","c":[]}'
    )


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANY_JSON)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_line_of_json_means_what_was_written(value: object) -> None:
    line = json_line(value)
    assert json.loads(line) == value
    assert "\n" not in line
    line.encode("utf-8")


@pytest.mark.parametrize(
    "text", ["{", '{"a":1,"a":2}', "[NaN]", '{"a":{"b":-Infinity}}', "[" * 500 + "]" * 500]
)
def test_json_whose_value_would_not_be_the_same_stays_text(text: str) -> None:
    assert parsed(text) == text


def test_json_that_only_speaks_of_nan_is_parsed() -> None:
    assert parsed('{"NaN":"Infinity"}') == {"NaN": "Infinity"}
    assert parsed("") is None
