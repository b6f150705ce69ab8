"""Going to another profile: the console ends, and is opened again on that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerttui.cli.commands import start
from alerttui.tui.app import ConsoleApp
from alerttui.tui.screens.switching import SwitchTo
from tests.cli.conftest import Run


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """Profile, file and whether it may only be read, of each console; the first leaves for `lab`."""
    found: list[tuple[str, str, bool]] = []

    def visit(app: ConsoleApp, **_: object) -> None:
        session = app._session
        found.append((session.profile, session.store.path.name, bool(session.refusal())))
        app._return_value = SwitchTo("lab") if len(found) == 1 else None

    monkeypatch.setattr(ConsoleApp, "run", visit)
    monkeypatch.setattr(start, "is_terminal", lambda: True)
    return found


@pytest.mark.usefixtures("store_file")
@pytest.mark.parametrize("db", [[], ["--db", "other.db"]])
def test_the_console_opens_again_on_the_profile_that_was_picked(
    run: Run, home: Path, visits: list[tuple[str, str, bool]], db: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    if db:
        (home / "other.db").touch(0o600)
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[profiles.lab]\n")
    result = run(*db)
    assert (result.exit_code, result.stderr) == (0, "")
    assert visits == [("local", db[1] if db else "alerts.db", False), ("lab", "lab.db", False)]


@pytest.mark.usefixtures("store_file")
def test_read_only_holds_in_the_next_profile_too(
    run: Run, home: Path, visits: list[tuple[str, str, bool]]
) -> None:
    file = home / "config" / "alerttui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[profiles.lab]\n")
    run("import", "--profile", "lab", "-", input=b"")
    assert run("--read-only").exit_code == 0
    assert [each[2] for each in visits] == [True, True]
