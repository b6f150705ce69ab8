"""Reading without a screen: the table, the facts, JSON, and where a page ends."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.backends.registry import open_local
from alerttui.cli import output
from alerttui.domain.alert import Detection, Risk
from alerttui.domain.json_layout import laid_out
from tests.cli.alerts import HOSTILE, many
from tests.cli.conftest import Run
from tests.cli.golden import expect_golden


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list.txt", ["list"]),
        ("list.json", ["list", "--json"]),
        ("list.jsonl", ["list", "--jsonl"]),
        ("show-plain.txt", ["show", "a-1"]),
        ("show-full.txt", ["show", "a-2"]),
        ("show-hostile.txt", ["show", "a-3"]),
        ("show.json", ["show", "a-2", "--json"]),
        ("events.txt", ["events", "a-1"]),
        ("events.json", ["events", "a-1", "--json"]),
        ("events.jsonl", ["events", "a-1", "--jsonl"]),
        ("comments.txt", ["comments", "a-2"]),
        ("comments.json", ["comments", "a-2", "--json"]),
        ("comments-hostile.txt", ["comments", "a-3"]),
        ("stats.txt", ["stats"]),
        ("stats.json", ["stats", "--json"]),
    ],
)
@pytest.mark.usefixtures("store_file")
def test_output_is_as_documented(run: Run, name: str, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    expect_golden(name, result.stdout_bytes)


@pytest.mark.usefixtures("store_file")
def test_history_tells_who_when_from_to_and_why(run: Run) -> None:
    run("set", "a-1", "--status", "triaged", "--comment", "looking")
    expect_golden("history.txt", run("history", "a-1").stdout_bytes)
    expect_golden("history.json", run("history", "a-1", "--json").stdout_bytes)


@pytest.mark.usefixtures("store_file")
@pytest.mark.parametrize("command", ["list", "show a-3", "events a-3", "comments a-3", "stats"])
def test_nothing_that_a_terminal_would_obey_is_printed(run: Run, command: str) -> None:
    text = run(*command.split()).stdout
    bad = {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") and each != "\n"}
    assert bad == set()


@pytest.mark.usefixtures("store_file")
def test_json_keeps_hostile_text_exactly_and_still_has_no_control_characters(run: Run) -> None:
    for arguments in (["show", "a-3", "--json"], ["list", "--json"], ["events", "a-3", "--json"]):
        output = run(*arguments).stdout
        assert output.replace("\n", "").isprintable()
    assert json.loads(run("show", "a-3", "--json").stdout)["title"] == HOSTILE
    assert json.loads(run("events", "a-3", "--json").stdout)["results"] == [HOSTILE]


@pytest.mark.usefixtures("store_file")
def test_the_filter_narrows_in_any_spelling(run: Run) -> None:
    for arguments in (
        ["list", "is:open", "severity>=critical"],
        ["list", "is:open severity>=critical"],
        ["list", "--query", "is:open severity>=critical"],
        ["--query", "is:open severity>=critical", "list"],
        ["list", "severity>=critical", "--query", "is:open"],
        ["list", "--json", "--", "-severity:high", "is:open"],
    ):
        more = [] if "--json" in arguments else ["--json"]
        results = json.loads(run(*arguments, *more).stdout)["results"]
        assert [each["id"] for each in results] == ["a-3"]


@pytest.mark.usefixtures("store_file")
def test_a_view_of_the_configuration_narrows_too(run: Run, home: Path) -> None:
    config = home / "config" / "alerttui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[views]\nnoisy = "quality:noise"\n')
    assert json.loads(run("list", "--view", "noisy", "--jsonl").stdout)["id"] == "a-2"
    missing = run("list", "--view", "noisi")
    assert (missing.exit_code, missing.stderr) == (
        2,
        "alerttui: no view 'noisi'; did you mean noisy\n",
    )


def test_what_a_product_computed_and_who_overrode_it_are_told(run: Run, store_file: Path) -> None:
    (new,) = many(1)
    uuid = "856d868c-9eaf-57f3-ad64-003ebcd50040"
    alert = replace(
        new.alert,
        risk=Risk(level="Benign", override="Benign", override_by="analyst"),
        enrichment_status="Enriched",
        detection=Detection(id=uuid, name="Brute force", documentation="Look at the source."),
    )
    store, _ = open_local(store_file)
    store.add([replace(new, alert=alert)])
    store.close()
    shown = " ".join(run("show", alert.id).stdout.split())
    for told in ("risk Benign (overridden by analyst)", "enrichment Enriched", "Look at the source."):
        assert told in shown
    listed = run("list", f"id:{alert.id}").stdout
    assert ("Brute force" in listed, uuid in listed) == (True, False)


def test_pages_follow_each_other_to_the_end(run: Run, store_file: Path) -> None:
    store, _ = open_local(store_file)
    store.add(many(7))
    store.close()
    seen: list[str] = []
    cursor: list[str] = []
    while True:
        page = json.loads(run("list", "rule:many", "--json", "--limit", "3", *cursor).stdout)
        seen += [each["id"] for each in page["results"]]
        if "next" not in page:
            break
        cursor = ["--cursor", page["next"]]
    assert seen == [f"n-{number}" for number in range(7)]


def test_more_than_a_page_of_the_store_can_be_asked_for(run: Run, store_file: Path) -> None:
    store, _ = open_local(store_file)
    store.add(many(1_200))
    store.close()
    page = json.loads(run("list", "rule:many", "--json", "--limit", "1100").stdout)
    assert (len(page["results"]), page["results"][-1]["id"]) == (1_100, "n-1099")
    assert len(run("list", "rule:many", "--jsonl", "--limit", "5000").stdout.splitlines()) == 1_200


def test_a_page_that_is_not_the_last_says_how_to_go_on(run: Run, store_file: Path) -> None:
    assert run("list", "--limit", "2").stderr.startswith("There are more: repeat with --cursor ")
    assert run("events", "a-1", "--limit", "1").stderr.splitlines()[0] == "1 of 2 events."


@pytest.mark.usefixtures("store_file")
def test_an_empty_answer_says_so_on_stderr_and_succeeds(run: Run) -> None:
    for arguments, words in (
        (["list", "id:nothing"], "No alert matches.\n"),
        (["events", "a-2"], "No events.\n"),
        (["comments", "a-1"], "No comments.\n"),
        (["history", "a-1"], "No change has been recorded.\n"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", words)


@pytest.mark.usefixtures("store_file")
@pytest.mark.parametrize("command", ["show", "events", "comments", "history"])
def test_an_unknown_id_ends_with_four(run: Run, command: str) -> None:
    result = run(command, "nope\x1b")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == "alerttui: No such alert: nope␛\n"


@pytest.mark.usefixtures("store_file")
def test_a_filter_that_does_not_parse_names_the_place(run: Run) -> None:
    result = run("list", "is:open foo:bar")
    assert result.exit_code == 2
    assert result.stderr.startswith("alerttui: the filter does not parse at character 9 ('foo'): ")
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("store_file")
def test_a_cursor_that_is_none_is_refused(run: Run) -> None:
    assert run("list", "--cursor", "x").exit_code == 2
    assert run("events", "a-1", "--cursor", "x").exit_code == 2


@pytest.mark.usefixtures("store_file")
def test_on_a_terminal_the_table_fits_its_width(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.cli.commands.list_alerts.output_width", lambda: 80)
    lines = run("list").stdout.splitlines()
    assert (len(lines), lines[0].split()[-2:]) == (4, ["RULE", "TITLE"])
    assert max(map(output.cells, lines)) == 80
    assert lines[1].endswith(output.ELLIPSIS)


@pytest.mark.usefixtures("store_file")
def test_on_a_narrow_terminal_the_title_takes_the_room_of_the_rule(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerttui.cli.commands.list_alerts.output_width", lambda: 50)
    lines = run("list").stdout.splitlines()
    assert lines[0].split() == ["ID", "SEVERITY", "STATUS", "AGE", "TITLE"]
    assert lines[2] == "a-1  HIGH      OPEN       2h  Many failed logins"


def test_cells_count_wide_and_combining_characters() -> None:
    assert (output.cells("ab"), output.cells("日本"), output.cells("é")) == (2, 4, 1)
    assert output.clipped("日本語", 5) == "日本…"
    assert output.clipped("日本語", 4) == "日…"
    assert output.clipped("abc", 3) == "abc"


def test_a_layout_of_json_changes_nothing_but_white_space() -> None:
    text = '{"a":1.10,"a":[],"b":[1,{"c" : "x: {,}\\""}],"d":{}}'
    laid = laid_out(text)
    assert laid.splitlines()[:3] == ["{", '  "a": 1.10,', '  "a": [],']
    assert json.loads(laid) == json.loads(text)
    assert laid_out("{not json") == "{not json"


@pytest.mark.usefixtures("store_file")
def test_reading_a_read_only_store_works(run: Run) -> None:
    assert run("--read-only", "show", "a-1").exit_code == 0
    assert run("show", "a-1", "--read-only").exit_code == 0


def test_the_usual_store_is_made_at_first_use(run: Run, home: Path) -> None:
    result = run("list", "--json")
    assert (result.exit_code, result.stdout) == (0, '{"results":[]}\n')
    file = home / "data" / "alerttui" / "alerts.db"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_named_store_that_is_not_there_is_an_error_and_is_not_made(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "typo.db"
    result = run("list", "--db", str(file))
    assert (result.exit_code, file.exists()) == (2, False)
    assert result.stderr.startswith(f"alerttui: There is no store at {file}; ")


def test_a_file_that_is_no_store_is_left_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("my notes")
    assert run("list", "--db", str(file)).exit_code == 2
    assert file.read_text() == "my notes"


@pytest.mark.usefixtures("store_file")
def test_one_alert_has_the_same_json_everywhere(run: Run) -> None:
    listed = json.loads(run("list", "id:a-2", "--json").stdout)["results"][0]
    assert listed == json.loads(run("show", "a-2", "--json").stdout)
