"""Which look the console starts with: what is configured, what is forbidden, what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerttui.cli.commands import demo, start
from alerttui.tui.app import ConsoleApp
from alerttui.tui.theme import PREFIX, SHIPPED
from tests.cli.conftest import Run


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[ConsoleApp]:
    """A terminal of many colours is there, and the console ends at once; what was started."""
    apps: list[ConsoleApp] = []
    monkeypatch.setattr(ConsoleApp, "run", lambda app, **_: apps.append(app))
    monkeypatch.setattr(demo, "is_terminal", lambda: True)
    monkeypatch.setattr(start, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    return apps


def write(home: Path, name: str, text: str) -> Path:
    """Write a file into the configuration folder."""
    file = home / "config" / "alerttui" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def theme_of(app: ConsoleApp) -> str:
    """The theme that a console wears, as people write it."""
    return app.current_theme.name.removeprefix(PREFIX)


@pytest.mark.parametrize("theme", SHIPPED)
def test_the_demo_takes_every_theme(run: Run, home: Path, started: list[ConsoleApp], theme: str) -> None:
    assert run("demo", "--alerts", "0", "--theme", theme).exit_code == 0
    assert theme_of(started[0]) == theme


@pytest.mark.usefixtures("store_file")
@pytest.mark.parametrize(
    ("variables", "theme"),
    [
        ({}, "dark"),
        ({"TERM": "screen"}, "ansi"),
        ({"NO_COLOR": "1"}, "mono"),
        ({"NO_COLOR": ""}, "dark"),
        ({"ALERTTUI_THEME": "light"}, "light"),
        ({"ALERTTUI_THEME": "light", "NO_COLOR": "1"}, "mono"),
    ],
)
def test_the_console_starts_with_the_look_that_fits(
    run: Run,
    started: list[ConsoleApp],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    theme: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run().exit_code == 0
    assert theme_of(started[0]) == theme
    assert started[0]._settings.has_colours is (not variables.get("NO_COLOR"))


@pytest.mark.usefixtures("store_file")
def test_an_own_theme_is_worn_and_said_if_it_is_hard_to_read(
    run: Run, home: Path, started: list[ConsoleApp]
) -> None:
    write(home, "config.toml", 'theme = "solar"\n')
    write(home, "themes/solar.toml", 'inherits = "light"\naccent = "#a0c8e0"\n')
    assert run().exit_code == 0
    assert theme_of(started[0]) == "solar"
    note = started[0]._settings.product_note
    assert note.startswith("Theme solar: Hard to read: accent on cursor-background has a contrast of ")


@pytest.mark.usefixtures("store_file", "started")
def test_an_own_theme_that_is_wrong_ends_the_start_with_file_line_and_key(run: Run, home: Path) -> None:
    write(home, "config.toml", 'theme = "solar"\n')
    file = write(home, "themes/solar.toml", 'inherits = "light"\nacent = "#00598a"\n')
    result = run()
    assert result.exit_code == 2
    assert result.stderr == f"alerttui: {file}, line 2: acent: no such key; did you mean accent\n"
