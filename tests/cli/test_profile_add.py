"""`alerttui profile add`: tried before it is written, asked for what is missing, and never half done."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.remote import MARKER, Served, config_file, configure, panther
from tests.config.fake_keyring import install_keyring
from tests.standins import sentinelnerd
from tests.standins.running import serving

__all__ = ["panther"]

UNREACHED = ("--backend", "panther", "--url", "https://api.acme.example", "--no-test")
BY_VARIABLE = ("--token-env", "PROD_TOKEN")


def test_a_profile_is_tried_and_written(run: Run, home: Path, panther: Served) -> None:
    done = run("profile", "add", "prod", "--backend", "panther", "--url", f"{panther.url}/", *BY_VARIABLE)
    assert (done.exit_code, done.stdout) == (0, "")
    file = config_file(home)
    assert file.read_text() == (
        '[profiles.prod]\nbackend = "panther"\n'
        f'url = "{panther.url}"\ntoken_env = "PROD_TOKEN"\ncache = "disk"\n'
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "the token may: AlertModify, AlertRead, UserRead." in done.stderr
    assert "its token is in the variable PROD_TOKEN; `alerttui --profile prod` opens it." in done.stderr
    assert "--cache memory would keep it in memory only" in done.stderr
    assert {each.method for each in panther.standin.requests} == {"GET"}


def test_where_nobody_tells_who_one_is_it_says_what_to_say(run: Run, home: Path) -> None:
    nerd = sentinelnerd.SentinelNerdStandIn()
    kind = ("--backend", "sentinelnerd", "--token-env", "NERD_KEY")
    with serving(nerd) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NERD_KEY", sentinelnerd.KEY)
        added = run("profile", "add", "nerd", *kind, "--url", url)
        assert "Alerts cannot be taken before it says who you are: me = " in added.stderr
        again = run("profile", "add", "two", *kind, "--url", url, "--me", "ana@acme.example")
        assert "before it says who you are" not in again.stderr


def test_everything_that_was_said_is_written(run: Run, home: Path, tmp_path: Path) -> None:
    said = ("--token-file", "tok", "--me", "ana", "--window", "7d", "--cache", "disk", "--banner", "PROD")
    more = (
        "--banner-colour",
        "red",
        "--ca-file",
        "/etc/ca.pem",
        "--requests-per-minute",
        "60",
        "--read-only",
    )
    assert run("profile", "add", "prod", *UNREACHED, *said, *more, "--default").exit_code == 0
    text = config_file(home).read_text()
    assert text.splitlines()[:3] == ['default_profile = "prod"', "", "[profiles.prod]"]
    assert f'token_file = "{Path("tok").absolute()}"' in text
    for line in ("requests_per_minute = 60", "read_only = true", 'banner_colour = "red"', 'window = "7d"'):
        assert line in text.splitlines()


def test_the_rest_of_the_file_stays_as_it_is(run: Run, home: Path) -> None:
    before = "# my own words\nme = 'ana'  # me\n\n[views]   # odd\nA = 'is:open'\n"
    file = configure(home, before)
    assert run("profile", "add", "prod", *UNREACHED, *BY_VARIABLE).exit_code == 0
    assert file.read_text().startswith(before + "\n[profiles.prod]\n")


def test_a_file_to_which_no_lines_can_be_added_is_left_alone(run: Run, home: Path) -> None:
    before = 'profiles = { lab = { path = "lab.db" } }\n'
    file = configure(home, before)
    done = run("profile", "add", "prod", *UNREACHED, *BY_VARIABLE)
    assert done.exit_code == 1
    assert file.read_text() == before
    assert "it was left alone" in done.stderr
    assert done.stdout.splitlines()[0] == "[profiles.prod]"


def test_where_it_cannot_be_reached_nothing_is_written(
    run: Run, home: Path, panther: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ("profile", "add", "prod", "--backend", "panther", "--url", panther.url, *BY_VARIABLE)
    monkeypatch.setenv("PROD_TOKEN", "another")
    refused = run(*said)
    assert (refused.exit_code, config_file(home).exists()) == (3, False)
    assert "--no-test adds the profile all the same" in refused.stderr
    monkeypatch.delenv("PROD_TOKEN")
    absent = run(*said)
    assert (absent.exit_code, config_file(home).exists()) == (2, False)
    assert "the variable PROD_TOKEN" in absent.stderr


def test_a_token_that_may_not_read_alerts_is_refused(run: Run, home: Path, panther: Served) -> None:
    panther.standin.permit("UserRead", key=MARKER)
    done = run("profile", "add", "prod", "--backend", "panther", "--url", panther.url, *BY_VARIABLE)
    assert (done.exit_code, config_file(home).exists()) == (3, False)
    assert "Read Alerts" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((*UNREACHED[:4],), "one of --token-env, --token-file, --keyring is needed"),
        (("--url", "https://a.example", *BY_VARIABLE), "There is no terminal to ask in; --backend is needed"),
        ((*UNREACHED, *BY_VARIABLE, "--token-file", "x"), "--token-file: token_env says already where"),
        ((*UNREACHED, "--token-env", MARKER), "--token-env: the name of a variable is expected"),
        ((*UNREACHED, *BY_VARIABLE, "--url", "http://a.example"), "--url: http:// would show the token"),
        ((*UNREACHED, *BY_VARIABLE, "--url", f"https://u:{MARKER}@a.example"), "--url: it holds a user"),
        ((*UNREACHED, *BY_VARIABLE, "--backend", "panter"), "no backend 'panter'; did you mean panther"),
        ((*UNREACHED, *BY_VARIABLE, "--window", "often"), "--window: a duration"),
        ((*UNREACHED, *BY_VARIABLE, "--requests-per-minute", "0"), "--requests-per-minute: a whole number"),
        ((*UNREACHED, "--keyring"), "pip install 'alerttui[keyring]'"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_option(
    run: Run, home: Path, arguments: tuple[str, ...], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    done = run("profile", "add", "prod", *arguments)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert MARKER not in done.output
    assert not config_file(home).exists()


@pytest.mark.parametrize("name", ["local", "lab"])
def test_a_name_that_is_taken_is_refused(run: Run, home: Path, name: str) -> None:
    configure(home, "[profiles.lab]\n")
    done = run("profile", "add", name, *UNREACHED, *BY_VARIABLE)
    assert done.exit_code == 2
    assert f"there is a profile {name} already; nothing was changed" in done.stderr


def test_memory_is_refused_where_there_is_none(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.config.mirror_place.read_mounts", lambda: ())
    done = run("profile", "add", "prod", *UNREACHED, *BY_VARIABLE, "--cache", "memory")
    assert (done.exit_code, config_file(home).exists()) == (2, False)
    assert 'cache = "memory" cannot be kept here' in done.stderr


# -- the keyring


def test_a_token_is_put_into_the_keyring_from_stdin(
    run: Run, home: Path, panther: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries: dict[tuple[str, str], str] = {}
    install_keyring(monkeypatch, entries)
    said = ("profile", "add", "prod", "--backend", "panther", "--url", panther.url, "--token-stdin")
    done = run(*said, input=f"{MARKER}\n")
    assert done.exit_code == 0
    assert entries == {("alerttui", "prod"): MARKER}
    assert "keyring = true" in config_file(home).read_text()
    assert MARKER not in done.output + config_file(home).read_text()


def test_a_token_that_is_refused_is_not_kept(
    run: Run, home: Path, panther: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries: dict[tuple[str, str], str] = {}
    install_keyring(monkeypatch, entries)
    said = ("profile", "add", "prod", "--backend", "panther", "--url", panther.url, "--token-stdin")
    for given, exit_code in (("wrong\n", 3), ("two\nlines\n", 2), ("", 2)):
        assert run(*said, input=given).exit_code == exit_code
    assert (entries, config_file(home).exists()) == ({}, False)


# -- in a terminal


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who can be asked."""
    for module in ("asking", "commands.profile_add", "commands.profile_questions"):
        monkeypatch.setattr(f"alerttui.cli.{module}.can_ask", lambda: True)


@pytest.mark.usefixtures("asking")
def test_what_is_missing_is_asked_for(run: Run, home: Path, panther: Served) -> None:
    answers = ["panther", panther.url, "variable", "PROD_TOKEN", "ada@example.com", "", "memory"]
    done = run("profile", "add", "prod", input="\n".join(answers) + "\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert config_file(home).read_text() == (
        f'[profiles.prod]\nbackend = "panther"\nurl = "{panther.url}"\ntoken_env = "PROD_TOKEN"\n'
        'me = "ada@example.com"\nwindow = "30d"\ncache = "memory"\n'
    )
    assert "you are Ada Lovelace." in done.stderr


@pytest.mark.usefixtures("asking")
def test_a_token_for_the_keyring_is_asked_for_without_showing_it(
    run: Run, home: Path, panther: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries: dict[tuple[str, str], str] = {}
    install_keyring(monkeypatch, entries)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: MARKER)
    answers = ["panther", panther.url, "keyring", "", "", "disk"]
    done = run("profile", "add", "prod", input="\n".join(answers) + "\n")
    assert (done.exit_code, entries) == (0, {("alerttui", "prod"): MARKER})
    assert MARKER not in done.output


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize(("answer", "exit_code"), [("y", 0), ("n", 3)])
def test_a_connection_that_fails_is_asked_about(
    run: Run, home: Path, panther: Served, monkeypatch: pytest.MonkeyPatch, answer: str, exit_code: int
) -> None:
    monkeypatch.setenv("PROD_TOKEN", "another")
    answers = ["panther", panther.url, "variable", "PROD_TOKEN", "", "", "disk", answer]
    done = run("profile", "add", "prod", input="\n".join(answers) + "\n")
    assert (done.exit_code, config_file(home).exists()) == (exit_code, exit_code == 0)
