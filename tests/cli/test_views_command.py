"""`alerttui views`, and --view with every kind of view."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.remote import configure


@pytest.fixture
def config(home: Path) -> Path:
    """The folder of the configuration, with one configured view."""
    folder = home / "config" / "alerttui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[views]\nnoisy = "quality:noise"\nbroken = "severity:purple"\n')
    return folder


@pytest.mark.usefixtures("store_file", "config")
def test_views_are_listed_with_filter_origin_and_count(run: Run) -> None:
    done = run("views")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["NAME", "ALERTS", "FROM", "FILTER"]
    assert lines[1].split() == ["Open", "2", "built", "in", "is:open"]
    assert lines[6].split() == ["noisy", "1", "configuration", "quality:noise"]
    assert lines[7].split() == ["broken", "-", "configuration", "severity:purple"]
    assert "alerttui: broken: filter: 'purple' is refused" in done.stderr
    assert done.exit_code == 0


@pytest.mark.usefixtures("store_file", "config")
def test_json_has_the_same(run: Run) -> None:
    results = json.loads(run("views", "--json").stdout)["results"]
    assert results[0] == {"name": "Open", "filter": "is:open", "origin": "built-in", "alerts": 2}
    assert results[-1]["alerts"] is None
    assert "purple" in results[-1]["error"]


@pytest.mark.usefixtures("store_file")
def test_a_view_is_added_used_renamed_and_removed(run: Run, home: Path) -> None:
    assert run("views", "add", "Scans", "--", "-severity:high", "tag:scanner").exit_code == 0
    file = home / "config" / "alerttui" / "views.toml"
    assert file.read_text() == '[views]\nScans = "-severity:high tag:scanner"\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(run("list", "--view", "scans", "--jsonl").stdout)["id"] == "a-2"
    assert run("views", "rename", "scans", "Port scans").stderr == (
        "The view Scans is now called Port scans.\n"
    )
    assert run("views", "remove", "port scans").stderr == (
        "The view Port scans is removed; it was: -severity:high tag:scanner\n"
    )
    assert run("list", "--view", "scans").exit_code == 2


@pytest.mark.usefixtures("store_file")
def test_built_in_views_can_be_listed_and_replaced(run: Run) -> None:
    listed = json.loads(run("list", "--view", "closed 24H", "--json").stdout)["results"]
    assert [each["id"] for each in listed] == ["a-2"]
    added = run("views", "add", "open", "phase:open")
    assert added.stderr == ("The view open lists: phase:open, in place of the built-in one (is:open).\n")
    assert run("views").stdout.splitlines()[1].split()[-2:] == ["own", "phase:open"]
    run("views", "remove", "Open")
    assert run("views").stdout.splitlines()[1].split()[-1] == "is:open"


CALSETA = """
default_profile = "soar"

[profiles.soar]
backend = "calseta"
url = "https://calseta.example"
token_env = "SOAR_TOKEN"
"""


def test_views_of_assignees_are_not_offered_where_the_product_has_none(run: Run, home: Path) -> None:
    configure(home, CALSETA)
    listed = json.loads(run("views", "--json").stdout)["results"]
    assert [each["name"] for each in listed] == ["Open", "Critical", "Closed 24h"]
    done = run("list", "--view", "mine")
    assert done.exit_code == 2
    assert "the view mine is not offered in this profile" in done.stderr
    assert "Calseta has no assignee." in done.stderr
    configure(home, CALSETA + '[views]\nMine = "tag:mine"\n')
    listed = json.loads(run("views", "--json").stdout)["results"]
    assert [each["name"] for each in listed] == ["Open", "Mine", "Critical", "Closed 24h"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("add", "Mine", "severity:purple"), "the filter does not parse at character 10"),
        (("add", " ", "is:open"), "A view needs a name."),
        (("add", "noisy", "is:open"), "noisy is in the configuration; choose another name."),
        (("remove", "Mine"), "it is built in"),
        (("remove", "noisy"), "it is in the configuration"),
        (("rename", "Mime", "x"), "no view 'Mime'; did you mean Mine"),
        (("add", "x"), "Missing argument 'FILTER"),
        (("add", "x", "-tag:y"), "A filter that begins with - goes after --"),
    ],
)
@pytest.mark.usefixtures("store_file", "config")
def test_what_cannot_be_done_says_why(run: Run, arguments: tuple[str, ...], complaint: str) -> None:
    done = run("views", *arguments)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert done.stdout == ""


@pytest.mark.usefixtures("store_file")
def test_a_broken_file_of_views_is_told_with_its_line(run: Run, config: Path) -> None:
    (config / "views.toml").write_text("[views]\nA = 3\n")
    for arguments in (("views",), ("views", "add", "B", "is:open"), ("list", "--view", "Open")):
        done = run(*arguments)
        assert done.exit_code == 2
        assert "views.toml, line 2: views.A: a filter in quotes is expected, not 3" in done.stderr
    assert (config / "views.toml").read_text() == "[views]\nA = 3\n"


def test_without_a_store_the_views_are_listed_without_counts(run: Run, home: Path) -> None:
    done = run("views", "--db", str(home / "none.db"))
    assert done.exit_code == 0
    assert "no counts: There is no store at" in done.stderr
    assert done.stdout.splitlines()[1].split()[:2] == ["Open", "-"]
