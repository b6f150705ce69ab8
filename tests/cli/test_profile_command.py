"""`alerttui profile list`, `test` and `remove`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerttui.config.mirror_holding import holding
from alerttui.config.mirror_place import companions
from tests.cli.conftest import Run
from tests.cli.remote import MARKER, Served, config_file, configure, make_mirror, panther, prod
from tests.config.fake_keyring import install_keyring

__all__ = ["panther"]

# -- list


def test_profiles_are_listed_with_where_their_tokens_are(run: Run, home: Path) -> None:
    text = 'default_profile = "prod"\n[profiles.lab]\npath = "lab.db"\n' + prod()
    configure(
        home, text + '[profiles.second]\nbackend = "chad"\nurl = "https://chad.example"\nkeyring = true\n'
    )
    done = run("profile", "list")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split() == ["NAME", "BACKEND", "MIRROR", "TOKEN", "WHERE"]
    rows = {line.split()[0]: " ".join(line.split()) for line in done.stdout.splitlines()}
    assert rows["prod"] == "prod * panther not yet the variable PROD_TOKEN https://api.acme.example"
    assert rows["second"] == "second chad not yet the keyring https://chad.example"
    assert rows["lab"].endswith("lab.db")
    assert rows["local"] == "local sqlite"


def test_what_waits_in_a_mirror_is_listed(run: Run, home: Path) -> None:
    configure(home, prod())
    mirror = make_mirror(home, unsent=2)
    line = next(line for line in run("profile", "list").stdout.splitlines() if line.startswith("prod"))
    assert "kB, 2 unsent" in line
    listed = json.loads(run("profile", "list", "--json").stdout)["results"]
    assert listed[1] == {
        "name": "prod",
        "backend": "panther",
        "default": False,
        "url": "https://api.acme.example",
        "token": {"kind": "environment", "name": "PROD_TOKEN"},
        "mirror": {
            "file": str(mirror),
            "cache": "disk",
            "bytes": mirror.stat().st_size,
            "unsent": 2,
            "held": 0,
        },
    }


def test_a_mirror_that_cannot_be_read_is_said_beside_the_list(run: Run, home: Path) -> None:
    configure(home, prod())
    make_mirror(home).write_bytes(b"no database at all" * 100)
    done = run("profile", "list")
    assert done.exit_code == 0
    assert ", ?" in done.stdout
    assert done.stderr.startswith("alerttui: prod: ")


def test_memory_that_is_not_there_hides_no_other_profile(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerttui.config.mirror_place.read_mounts", lambda: ())
    configure(home, prod(more='cache = "memory"\n') + "[profiles.lab]\n")
    done = run("profile", "list")
    assert done.exit_code == 0
    assert "lab" in done.stdout
    assert 'alerttui: prod: cache = "memory" cannot be kept here' in done.stderr


# -- test


def test_a_profile_that_works_is_told_with_what_it_can(run: Run, home: Path, panther: Served) -> None:
    configure(home, prod(panther.url, 'me = "ada@example.com"\n'))
    done = run("profile", "test", "prod")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "Everything is fine."
    assert "reached yes (alerts can be read)" in lines
    assert "permissions AlertModify, AlertRead, UserRead" in lines
    assert "token in the variable PROD_TOKEN (readable; it is shown nowhere)" in lines
    assert "clock as here, within 2 seconds" in lines
    assert any(line.startswith("me Ada Lovelace") for line in lines)
    assert any(line.startswith("set severity no (") for line in lines)
    assert MARKER not in done.output
    assert {each.method for each in panther.standin.requests} == {"GET"}


def test_what_a_token_lacks_is_told_as_a_reason(run: Run, home: Path, panther: Served) -> None:
    panther.standin.permit("AlertRead", key=MARKER)
    configure(home, prod(panther.url))
    done = run("profile", "test", "prod", "--json")
    can = json.loads(done.stdout)["sections"]["What it can do"]
    assert done.exit_code == 0
    assert can["set status"]["value"] == "no"
    assert "Manage Alerts" in can["changes"]["note"]


@pytest.mark.parametrize(
    ("make", "exit_code", "said"),
    [
        ("wrong token", 3, "connection: "),
        ("no read", 3, "Read Alerts"),
        ("no token", 2, "! token: the variable PROD_TOKEN"),
    ],
)
def test_what_keeps_us_out_is_told(
    run: Run,
    home: Path,
    panther: Served,
    monkeypatch: pytest.MonkeyPatch,
    make: str,
    exit_code: int,
    said: str,
) -> None:
    configure(home, prod(panther.url))
    if make == "wrong token":
        monkeypatch.setenv("PROD_TOKEN", "another")
    elif make == "no token":
        monkeypatch.delenv("PROD_TOKEN")
    else:
        panther.standin.permit("UserRead", key=MARKER)
    done = run("profile", "test", "prod")
    assert done.exit_code == exit_code
    assert said in done.stdout
    assert done.stdout.startswith("1 wrong.")


def test_a_server_that_is_not_there_is_told(run: Run, home: Path, panther: Served) -> None:
    configure(home, prod("http://127.0.0.1:1"))
    done = run("profile", "test", "prod")
    assert done.exit_code == 3
    assert "refused the connection" in done.stdout


def test_a_local_profile_needs_no_test(run: Run) -> None:
    assert run("profile", "test", "local").exit_code == 0


# -- remove


def test_a_profile_goes_with_its_mirror(run: Run, home: Path) -> None:
    file = configure(home, f'default_profile = "prod"\n{prod()}\n# mine\n[views]\nA = "is:open"\n')
    mirror = make_mirror(home)
    done = run("profile", "remove", "prod", "--yes")
    assert (done.exit_code, done.stdout) == (0, "")
    assert file.read_text() == '# mine\n[views]\nA = "is:open"\n'
    assert not any(each.exists() for each in companions(mirror))
    assert "nothing is unsent in its mirror" in done.stderr
    assert "it was the default profile; that is local now" in done.stderr


def test_what_is_unsent_is_told_first_and_without_a_yes_nothing_goes(run: Run, home: Path) -> None:
    file = configure(home, prod())
    mirror = make_mirror(home, unsent=2)
    done = run("profile", "remove", "prod")
    assert done.exit_code == 2
    assert "its mirror has changes that would be lost: 2 unsent." in done.stderr
    assert "--yes says yes beforehand" in done.stderr
    assert (file.read_text(), mirror.exists()) == (prod(), True)


@pytest.mark.parametrize(("answer", "is_removed"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_in_a_terminal_it_is_asked(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_removed: bool
) -> None:
    monkeypatch.setattr("alerttui.cli.asking.can_ask", lambda: True)
    file = configure(home, prod())
    mirror = make_mirror(home, unsent=1)
    done = run("profile", "remove", "prod", input=answer)
    assert done.exit_code == (0 if is_removed else 1)
    assert (file.read_text() == "", mirror.exists()) == (is_removed, not is_removed)


def test_a_mirror_of_two_profiles_stays_with_the_other(run: Run, home: Path) -> None:
    configure(home, prod() + prod().replace("profiles.prod", "profiles.night"))
    mirror = make_mirror(home, unsent=1)
    done = run("profile", "remove", "night", "--yes")
    assert done.exit_code == 0
    assert "another profile has the same mirror" in done.stderr
    assert mirror.exists()


def test_a_mirror_that_is_open_is_not_removed(run: Run, home: Path) -> None:
    file = configure(home, prod())
    mirror = make_mirror(home)
    with holding(mirror, is_kept=True):
        done = run("profile", "remove", "prod", "--yes")
    assert done.exit_code == 2
    assert "is open in another alerttui; nothing was removed" in done.stderr
    assert (file.read_text(), mirror.exists()) == (prod(), True)


def test_a_damaged_mirror_can_be_removed_too(run: Run, home: Path) -> None:
    configure(home, prod())
    mirror = make_mirror(home)
    mirror.write_bytes(b"no database at all" * 100)
    done = run("profile", "remove", "prod", "--yes")
    assert done.exit_code == 0
    assert "what is unsent in its mirror cannot be told" in done.stderr
    assert not mirror.exists()


def test_the_token_in_the_keyring_goes_too(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {("alerttui", "prod"): MARKER}
    install_keyring(monkeypatch, entries)
    configure(home, prod().replace('token_env = "PROD_TOKEN"', "keyring = true"))
    done = run("profile", "remove", "prod", "--yes")
    assert (done.exit_code, entries) == (0, {})
    assert MARKER not in done.output


def test_the_store_of_a_local_profile_stays(run: Run, home: Path) -> None:
    configure(home, '[profiles.lab]\npath = "lab.db"\n')
    store = config_file(home).with_name("lab.db")
    store.touch(0o600)
    done = run("profile", "remove", "lab", "--yes")
    assert (done.exit_code, store.exists()) == (0, True)
    assert "its store stays where it is" in done.stderr


def test_a_file_from_which_no_lines_can_be_taken_is_left_alone(run: Run, home: Path) -> None:
    before = (
        'profiles = { prod = { backend = "panther", url = "https://a.example", token_env = "PROD_TOKEN" } }\n'
    )
    file = configure(home, before)
    mirror = make_mirror(home)
    done = run("profile", "remove", "prod", "--yes")
    assert (done.exit_code, done.stdout) == (1, "profiles.prod\n")
    assert (file.read_text(), mirror.exists()) == (before, True)


@pytest.mark.parametrize(
    ("name", "complaint"), [("local", "is always there"), ("prd", "no profile 'prd'; did you mean prod")]
)
def test_what_cannot_be_removed_is_told(run: Run, home: Path, name: str, complaint: str) -> None:
    configure(home, prod())
    done = run("profile", "remove", name, "--yes")
    assert done.exit_code == 2
    assert complaint in done.stderr
