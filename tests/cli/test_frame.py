"""The command line itself: global options, help, errors, exit codes, and what a start imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from alerttui import __version__
from alerttui.cli import crash
from alerttui.cli.main import COMMANDS, cli
from tests.cli.conftest import Run, Spawn

BUILT_LATER = ("console", "demo")
"""Commands whose module is not part of the headless ones."""


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout == f"alerttui {__version__}\n"


def test_help_lists_every_command_without_importing_one() -> None:
    program = (
        "import sys\nfrom alerttui.cli.main import cli\n"
        "try: cli.main(['--help'], 'alerttui')\n"
        "except SystemExit: pass\n"
        "print([each for each in sys.modules if each.startswith('alerttui.cli.commands.')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("name", [each for each in COMMANDS if each not in BUILT_LATER])
def test_each_command_explains_itself(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: alerttui {name} ")
    assert "--profile P" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["import alerttui.cli"],
        ["import alerttui.cli.main"],
        ["from alerttui.cli.main import cli", "cli.main(['list', '--json'])"],
        ["from alerttui.cli.main import cli", "cli.main(['show', 'nope'])"],
        ["from alerttui.cli.main import cli", "cli.main(['set', 'nope', '--status', 'open'])"],
        ["from alerttui.cli.main import cli", "cli.main(['import', '-'])"],
        ["from alerttui.cli.main import cli", "cli.main(['profile', 'list'])"],
        ["from alerttui.cli.main import cli", "cli.main(['export', '-o', '-', '--format', 'md'])"],
    ],
)
@pytest.mark.usefixtures("home")
def test_no_command_loads_what_only_the_console_or_the_server_needs(arguments: list[str]) -> None:
    lines = [
        "import sys",
        *(f"try: {each}\nexcept SystemExit: pass" for each in arguments),
        "heavy = {'textual', 'rich', 'httpx', 'pydantic', 'markdown_it', 'tomli_w'} & set(sys.modules)",
        "sys.exit(f'loaded: {heavy}' if heavy else 0)",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, input="", check=False
    )
    assert (done.returncode, "loaded:" in done.stderr) == (0, False)


@pytest.mark.usefixtures("store_file")
def test_global_options_stand_before_or_after_the_command_and_the_later_one_wins(
    run: Run, tmp_path: Path
) -> None:
    nowhere, other = str(tmp_path / "no.db"), str(tmp_path / "data/alerttui/alerts.db")
    assert run("--db", other, "show", "a-1").exit_code == 0
    assert run("show", "a-1", "--db", other).exit_code == 0
    assert run("--db", nowhere, "show", "a-1", "--db", other).exit_code == 0
    assert run("--db", nowhere, "show", "a-1").exit_code == 2
    assert run("--profile", "nobody", "show", "a-1").exit_code == 2
    assert run("show", "--profile", "nobody", "a-1").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lst"], "alerttui: No such command 'lst'; did you mean list. See alerttui --help."),
        (["show", "--bogus"], "alerttui show: No such option '--bogus'. See alerttui show --help."),
        (
            ["list", "-tag:x"],
            "alerttui list: No such option '-t'. A filter that begins with - goes after --.",
        ),
        (["show"], "alerttui show: Missing argument 'ID'. See alerttui show --help."),
        (["--query", "x", "show", "a"], "alerttui show: --view and --query mean nothing to show."),
        (["--view", "a", "--query", "b", "list"], "alerttui list: --view and --query exclude each other."),
        (["list", "--limit", "0"], "alerttui list: Invalid value for '--limit'"),
        (["export"], "alerttui export: Missing option '-o' / '--output'."),
        (["export", "-o", "-", "--format", "pdf"], "alerttui export: Invalid value for '--format'"),
    ],
)
def test_wrong_use_is_one_line_on_stderr_and_two(run: Run, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(words)


def test_a_wrong_configuration_is_one_line_on_stderr_and_two(run: Run, home: Path) -> None:
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("them = 'dark'\n")
    result = run("list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"alerttui: {file}, line 1: them: no such key; did you mean theme\n"


def test_a_remote_profile_without_its_token_is_refused_in_words(run: Run, home: Path) -> None:
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(
        '[profiles.prod]\nbackend = "panther"\nurl = "https://api.acme.example"\ntoken_env = "T"\n'
    )
    result = run("--profile", "prod", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "token" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["console"], ["--query", "is:open"]])
def test_without_a_terminal_the_console_points_at_the_headless_commands(
    run: Run, arguments: list[str]
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "alerttui: the console needs a terminal; without one, use `alerttui list` and its companions.\n"
    )


@pytest.mark.usefixtures("store_file")
def test_a_real_process_reads_and_changes(spawn: Spawn) -> None:
    done = spawn("set", "a-1", "--status", "closed")
    assert (done.returncode, done.stdout) == (0, b"a-1: status OPEN -> CLOSED\n")
    assert spawn("show", "nope").returncode == 4
    assert spawn("undo").stdout == b"a-1: status CLOSED -> OPEN\n"


@pytest.mark.usefixtures("store_file")
def test_a_reader_that_goes_away_is_nothing_to_talk_about() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "alerttui", "list"], stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.usefixtures("store_file")
@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["--help"], ["--version"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_under_stdout_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], unbuffered: str
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "alerttui", *arguments], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (
        1,
        b"alerttui: stdout cannot be written: No space left on device; what was printed is incomplete.\n",
    )


@pytest.mark.usefixtures("store_file")
@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        ("list >&-", 2, "alerttui: stdout is closed; point it at a file, or at /dev/null.\n"),
        ("list 2>&-", 0, ""),
        ("console <&-", 2, "alerttui: the console needs a terminal;"),
    ],
)
def test_a_closed_stream_is_no_error_in_alerttui(arguments: str, exit_code: int, words: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m alerttui {arguments}', sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n") <= 1) == (exit_code, True)
    assert done.stderr.startswith(words)


@pytest.mark.usefixtures("home")
def test_an_os_error_that_is_not_about_stdout_is_still_reported() -> None:
    program = (
        "import alerttui.cli.workplace as workplace\n"
        "workplace.read_settings = lambda options: open('/no/such/file')\n"
        "from alerttui.cli.main import run\n"
        "import sys; sys.argv = ['alerttui', 'list']; run()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, "an error in alerttui itself (FileNotFoundError" in done.stderr) == (1, True)


@pytest.mark.parametrize("variable", ["ALERTTUI_CONFIG", "ALERTTUI_DB"])
def test_a_home_that_nobody_has_is_refused_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "~no-such-user/x")
    result = run("list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"alerttui: environment variable {variable}=~no-such-user/x: "
        "the home folder ~no-such-user is not known; write the whole path\n"
    )


def test_an_error_is_logged_even_where_the_configuration_cannot_be_found(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALERTTUI_CONFIG", "~no-such-user/x")
    crash.report_crash(RuntimeError, RuntimeError("odd"), None)
    assert str(home / "state" / "alerttui" / "alerttui.log") in capfd.readouterr().err


@pytest.mark.usefixtures("home")
def test_ctrl_c_ends_quietly_with_130() -> None:
    program = (
        "import os, signal, time\n"
        "import alerttui.cli.workplace as workplace\n"
        "workplace.read_settings = lambda options: os.kill(os.getpid(), signal.SIGINT) or time.sleep(60)\n"
        "from alerttui.cli.main import run\n"
        "import sys; sys.argv = ['alerttui', 'list']; run()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, b"", b"")


def test_ctrl_c_inside_a_command_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("alerttui.cli.workplace.read_settings", interrupted)
    result = run("list")
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", "")


def test_an_unforeseen_error_is_logged_without_values_and_said_in_one_line(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(token: str) -> None:
        raise RuntimeError("odd\x1b[31m")

    try:
        fail("secret-token")
    except RuntimeError as error:
        crash.report_crash(type(error), error, error.__traceback__)
    log = home / "state" / "alerttui" / "alerttui.log"
    said = capfd.readouterr().err
    assert said.startswith("alerttui: an error in alerttui itself (RuntimeError: odd␛[31m); ")
    assert (said.count("\n"), str(log) in said) == (1, True)
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "\x1b" not in text
    assert 'fail("secret-token")' in text  # the line of the source, but no value of a variable
    assert "token =" not in text
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("home")
def test_a_crashing_process_ends_with_one_and_no_traceback() -> None:
    program = (
        "import alerttui.cli.workplace as workplace\n"
        "workplace.read_settings = lambda options: 1 / 0\n"
        "from alerttui.cli.main import run\n"
        "import sys; sys.argv = ['alerttui', 'list']; run()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (1, 1, False)


def test_a_log_that_cannot_be_written_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (home / "state").write_text("a file where a folder should be")
    error = RuntimeError("odd")
    crash.report_crash(RuntimeError, error, None)
    assert "cannot be written" in capfd.readouterr().err


def test_the_group_is_an_ordinary_click_group() -> None:
    assert isinstance(cli, click.Group)
    assert cli.list_commands(click.Context(cli))[0] == "console"
