"""How the console and the demo start and end: what is refused first, where the log goes, what is said."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from alerttui.cli.commands import demo, start
from alerttui.cli.commands.console import run_app
from alerttui.cli.console_log import ShownFormatter, open_log
from alerttui.config.schema import Settings
from alerttui.tui.app import ConsoleApp
from alerttui.tui.screens.desk import ConsoleSettings
from tests.cli.conftest import Run

LOG = logging.getLogger("alerttui")

KNOWN_THEMES = "known are ansi, auto, dark, high-contrast, high-contrast-light, light, mono"

CRASH = "alerttui: an error in alerttui itself ended the console; "


class FakeApp:
    """An application that logs one odd line and ends."""

    def __init__(self, return_code: int | None) -> None:
        self.return_code = return_code
        self.handlers: list[logging.Handler] = []
        self.propagated = True

    def run(self, *, mouse: bool = True) -> None:
        """Log, as the console does when something fails in it."""
        self.handlers, self.propagated = list(LOG.handlers), LOG.propagate
        LOG.warning("odd\x1b[31m")


def configure(home: Path, text: str) -> Path:
    """Write the configuration file."""
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[ConsoleSettings]:
    """A terminal is there, and the application ends at once with 1; what settings it was given."""
    given: list[ConsoleSettings] = []

    def end(app: ConsoleApp, **_: object) -> None:
        given.append(app._settings)
        LOG.warning("odd\x1b[31m")
        app._return_code = 1

    monkeypatch.setattr(ConsoleApp, "run", end)
    monkeypatch.setattr(demo, "is_terminal", lambda: True)
    monkeypatch.setattr(start, "is_terminal", lambda: True)
    return given


def test_a_photograph_that_cannot_be_written_is_said_in_one_line(run: Run, home: Path) -> None:
    target = home / "no" / "x.svg"
    result = run("demo", "--alerts", "0", "--size", "80x24", "--screenshot", str(target))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"alerttui: {target} was not written: No such file or directory\n"


def test_an_unknown_theme_of_the_demo_is_refused_with_the_known_ones(run: Run) -> None:
    result = run("demo", "--alerts", "0", "--theme", "nope", "--screenshot", "x.svg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"alerttui: --theme: no theme 'nope'; {KNOWN_THEMES}\n"


@pytest.mark.usefixtures("store_file", "ends")
def test_an_unknown_theme_in_the_configuration_is_refused_with_file_and_line(run: Run, home: Path) -> None:
    file = configure(home, "me = 'ana'\ntheme = 'drak'\n")
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"alerttui: {file}, line 2: theme: no theme 'drak'; did you mean dark\n"
    assert run("list").exit_code == 0


@pytest.mark.usefixtures("store_file", "ends")
def test_an_unknown_theme_in_the_environment_is_refused_by_the_variable(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERTTUI_THEME", "nord")
    said = f"alerttui: environment variable ALERTTUI_THEME: no theme 'nord'; {KNOWN_THEMES}\n"
    assert run().stderr == said


@pytest.mark.usefixtures("store_file", "ends")
@pytest.mark.parametrize("theme", ["dark", "light", "alerttui-light"])
def test_a_theme_is_known_by_its_word_and_by_its_name(run: Run, home: Path, theme: str) -> None:
    configure(home, f"theme = '{theme}'\n")
    assert run().stderr.startswith(CRASH)


@pytest.mark.usefixtures("store_file", "ends")
def test_keys_of_an_unknown_action_are_refused_with_file_and_line(run: Run, home: Path) -> None:
    file = configure(home, "[keys]\n'alert.take' = 'a'\n'alert.clos' = 'x'\n")
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"alerttui: {file}, line 3: keys.alert.clos: no such action; did you mean alert.close\n"
    )


@pytest.mark.usefixtures("store_file")
def test_the_banner_gives_the_console_its_word(run: Run, home: Path, ends: list[ConsoleSettings]) -> None:
    configure(home, f"[profiles.lab]\nbanner = 'PROD'\npath = '{home}/data/alerttui/alerts.db'\n")
    run("--profile", "lab")
    run("--profile", "local")
    assert [each.banner_word for each in ends] == ["PROD", ""]


@pytest.mark.usefixtures("store_file", "ends")
def test_a_console_that_ends_by_an_error_names_the_log_that_has_it(run: Run, home: Path) -> None:
    log = home / "state" / "alerttui" / "alerttui.log"
    result = run()
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{CRASH}the log is {log}.\n")
    assert log.read_text(encoding="utf-8").endswith("WARNING odd␛[31m\n")
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("store_file")
def test_where_no_log_can_be_written_nothing_else_reaches_the_screen(
    run: Run, home: Path, ends: list[ConsoleSettings]
) -> None:
    (home / "state").write_text("a file where a folder should be")
    result = run()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{CRASH}no log was written.\n"
    assert "no log, and drafts end with the console" in ends[0].product_note


@pytest.mark.usefixtures("home", "ends")
def test_a_demo_that_ends_by_an_error_says_so(run: Run) -> None:
    result = run("demo", "--alerts", "0")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{CRASH}no log was written.\n")


@pytest.mark.parametrize("return_code", [None, 0, 1])
def test_an_application_never_logs_to_the_screen_and_leaves_no_handler(
    return_code: int | None, capfd: pytest.CaptureFixture[str]
) -> None:
    before, app = (list(LOG.handlers), LOG.propagate), FakeApp(return_code)
    assert run_app(app, Settings(), None) == (return_code or 0)
    assert ([type(each) for each in app.handlers], app.propagated) == ([logging.NullHandler], False)
    assert (list(LOG.handlers), LOG.propagate) == before
    assert capfd.readouterr().err == (f"{CRASH}no log was written.\n" if return_code else "")


def test_a_log_on_a_full_disk_does_not_write_onto_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    (tmp_path / "alerttui.log").symlink_to("/dev/full")
    log, trouble = open_log(tmp_path)
    assert log is not None
    assert (trouble, isinstance(log.formatter, ShownFormatter)) == ("", True)
    assert run_app(FakeApp(0), Settings(), log) == 0
    assert capfd.readouterr().err == ""
