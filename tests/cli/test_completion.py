"""What the shells offer: commands, options, names, ids; harmless to type, quick, and silent when it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from alerttui import ingest
from alerttui.backends.registry import open_local
from alerttui.cli.commands.completion import SCRIPTS
from alerttui.cli.main import COMMANDS, cli
from alerttui.ingest.formats_known import known_formats
from tests.alerts import an_alert
from tests.cli.conftest import Run

CONFIGURATION = """
[profiles.lab]
[profiles.prod]
backend = "panther"
url = "https://api.acme.example"
token_env = "PANTHER_API_TOKEN"
[views]
Mine = "assignee:me"
"High open" = "severity:high"
"odd\\u001b[31m" = "is:open"
"""


def offered(*words: str) -> list[str]:
    """The values for the last of the words."""
    completion = BashComplete(cli, {}, "alerttui", "_ALERTTUI_COMPLETE")
    return [item.value for item in completion.get_completions(list(words[:-1]), words[-1])]


@pytest.fixture
def shift(home: Path) -> Path:
    """A store with odd ids, and a configuration."""
    folder = home / "data" / "alerttui"
    folder.mkdir(parents=True)
    store, _ = open_local(folder / "alerts.db")
    ids = ("a-1", "a-2", "A-3", "wazuh:77", "x;touch $(pwned)", "e\x1bsc", "-rf", "~ana", "two words")
    store.add([an_alert(each, f"Alert\n{each}, or so", tags=("scanner",)) for each in ids])
    store.close()
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(CONFIGURATION, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("home")
def test_commands_and_options_are_offered() -> None:
    assert offered("") == list(COMMANDS)
    assert offered("com") == [name for name in COMMANDS if name.startswith("com")]
    assert offered("--pro") == offered("list", "--pro") == ["--profile"]
    assert offered("completion", "") == ["bash", "zsh", "fish"]


@pytest.mark.usefixtures("shift")
def test_names_of_the_configuration_are_offered() -> None:
    assert offered("--profile", "") == offered("list", "--profile", "") == ["local", "lab", "prod"]
    assert offered("--profile=l") == ["local", "lab"]
    assert offered("profile", "test", "") == ["local", "lab", "prod"]
    assert offered("profile", "remove", "") == ["lab", "prod"]
    assert "panther" in offered("profile", "add", "new", "--backend", "")
    assert {"Open", "Mine", "High open"} <= set(offered("--view", ""))
    assert offered("--view", "odd") == []


@pytest.mark.usefixtures("shift")
@pytest.mark.parametrize("command", ["show", "events", "comments", "history", "comment", "set"])
def test_ids_are_offered_by_their_beginning_in_any_case(command: str) -> None:
    assert sorted(offered(command, "a-")) == ["A-3", "a-1", "a-2"]
    assert offered(command, "wazuh:") == ["wazuh:77"]
    assert offered(command, "a-*") == offered(command, "zzz") == []


@pytest.mark.usefixtures("shift")
def test_ids_that_cannot_be_typed_are_not_offered() -> None:
    assert set(offered("show", "")) == {"a-1", "a-2", "A-3", "wazuh:77", "x;touch $(pwned)", "two words"}


@pytest.mark.usefixtures("shift")
def test_an_id_is_not_offered_twice() -> None:
    assert sorted(offered("set", "a-1", "a-")) == ["A-3", "a-2"]


@pytest.mark.usefixtures("shift")
def test_words_of_the_backend_are_offered() -> None:
    assert offered("set", "--status", "") == ["OPEN", "TRIAGED", "RESOLVED", "CLOSED"]
    assert offered("set", "--verdict", "ben") == ["benign"]
    assert offered("set", "--quality", "") == ["useful", "noise", "none"]
    assert offered("set", "--add-tag", "sc") == ["scanner"]
    assert offered("set", "--assignee", "m") == ["me"]


@pytest.mark.usefixtures("home")
def test_formats_and_themes_are_offered() -> None:
    assert set(offered("import", "--format", "")) == {"auto", *(each.name for each in known_formats())}
    assert ingest.__path__
    assert {"dark", "light"} <= set(offered("demo", "--theme", ""))
    assert offered("export", "--format", "c") == ["csv"]


@pytest.mark.usefixtures("home")
def test_titles_beside_ids_are_harmless_and_on_one_line(shift: Path) -> None:
    completion = BashComplete(cli, {}, "alerttui", "_ALERTTUI_COMPLETE")
    (item,) = completion.get_completions(["show"], "wazuh")
    assert item.help == "Alert wazuh:77, or so"


@pytest.mark.parametrize("broken", ["no store", "foreign store", "configuration", "remote"])
def test_whatever_is_broken_offers_nothing_and_says_nothing(
    home: Path, broken: str, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["show", ""]
    if broken == "foreign store":
        (home / "data" / "alerttui").mkdir(parents=True)
        (home / "data" / "alerttui" / "alerts.db").write_text("no database")
    elif broken in ("configuration", "remote"):
        file = home / "config" / "alerttui" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text("them = 1" if broken == "configuration" else CONFIGURATION)
        words = ["--profile", "prod", *words]
    assert offered(*words) == []
    assert capfd.readouterr() == ("", "")
    assert not (home / "data" / "alerttui" / "alerts.db").exists() or broken == "foreign store"


ASKING = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from alerttui.cli.main import run
run()
"""


@pytest.mark.usefixtures("shift")
@pytest.mark.parametrize(
    ("words", "answer", "spared"),
    [
        ("alerttui\ndo", "plain,doctor\n", {"textual", "sqlite3", "alerttui.cli.commands.doctor"}),
        (
            "alerttui\nshow\nwaz",
            "plain,wazuh:77\n",
            {"textual", "httpx", "pydantic", "alerttui.triage.session"},
        ),
        ("alerttui\nnosuch\n--x", "", {"textual"}),
    ],
)
def test_the_protocol_answers_in_a_process_of_its_own_and_loads_little(
    words: str, answer: str, spared: set[str]
) -> None:
    environment = {
        **os.environ,
        "_ALERTTUI_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count("\n")),
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKING], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.replace("\n\n", "\n").lstrip("\n")) == (0, answer)
    assert not spared & set(json.loads(done.stderr))


# -- the shells themselves


def in_shell(shell: str, script: str, folder: Path) -> str:
    """What a shell prints that has the script of its completion, and an `alerttui` on its path."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    command = folder / "bin" / "alerttui"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m alerttui "$@"\n')
    command.chmod(0o700)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run(
        [program, *options, "-c", script],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout


BASH_TRIES = """
eval "$(alerttui completion bash)"
try() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _alerttui_complete alerttui
    echo "${COMPREPLY[*]}"
}
try alerttui doc
try alerttui show wazuh : 7
try alerttui show wazuh :
try alerttui show x
try alerttui show two
try alerttui --profile = l
"""


def test_bash_completes_ids_with_colons_and_quotes_what_it_inserts(shift: Path) -> None:
    assert in_shell("bash", BASH_TRIES, shift).splitlines() == [
        "doctor",
        "77",
        "77",
        r"x\;touch\ \$\(pwned\)",
        r"two\ words",
        "local lab",
    ]


def test_fish_completes_ids_and_values_of_options(shift: Path) -> None:
    tries = 'alerttui completion fish | source; for each in "alerttui show wa" "alerttui --profile=l"; '
    told = in_shell("fish", tries + "complete --do-complete $each; end", shift)
    assert told.splitlines() == [
        "wazuh:77\tAlert wazuh:77, or so",
        "--profile=local\tsqlite",
        "--profile=lab\tsqlite",
    ]


@pytest.mark.usefixtures("home")
def test_zsh_takes_its_script(tmp_path: Path) -> None:
    script = 'compdef() { echo "$@" }; eval "$(alerttui completion zsh)"; whence -w _alerttui_complete'
    told = in_shell("zsh", script, tmp_path)
    assert told.splitlines() == ["_alerttui_complete alerttui", "_alerttui_complete: function"]


@pytest.mark.usefixtures("home")
def test_an_unknown_shell_is_refused_with_the_known_ones(run: Run) -> None:
    result = run("completion", "tcsh")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'bash', 'zsh', 'fish'" in result.stderr
    assert run("completion", "fish").stdout == SCRIPTS["fish"]
