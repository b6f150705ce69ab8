"""Signing in from commands: who is asked, what is said on a refusal, and where the token goes."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.remote import config_file
from tests.cli.signed_in import asking, product, soc
from tests.config.fake_keyring import Entries, install_keyring
from tests.doorkeeper import CODE, EMAIL, PASSWORD, TOKEN, Product, a_jwt

__all__ = ["asking", "product"]

ADVICE = "Sign in: alerttui profile login soc"
LIST = ("list", "--profile", "soc")
KEPT = "sign_in = true\nkeyring = true"


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> Entries:
    """A keyring with nothing in it."""
    kept: Entries = {}
    install_keyring(monkeypatch, kept)
    return kept


# -- profile login


def test_logging_in_puts_the_token_into_the_keyring(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    soc(home, KEPT)
    asking.append(PASSWORD)
    done = run("profile", "login", "soc", input="\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert entries == {("alerttui", "soc"): TOKEN}
    assert product.door.tried == [(EMAIL, PASSWORD)]
    assert "signed in to soc, until 2030-01-01T00:00:00Z; the token is in the keyring." in done.stderr
    assert product.door.closed == 1
    assert run(*LIST).exit_code == 0


def test_login_alone_does_the_same(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    soc(home, "keyring = true")
    asking.append(PASSWORD)
    assert run("login", "soc", input="\n").exit_code == 0
    assert entries == {("alerttui", "soc"): TOKEN}


def test_another_e_mail_can_be_typed(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    soc(home, KEPT)
    asking += ["wrong", PASSWORD]
    done = run("profile", "login", "soc", input=f"bob@acme.example\n{EMAIL}\n")
    assert done.exit_code == 0
    assert [each for each, _ in product.door.tried] == ["bob@acme.example", EMAIL]
    assert "alerttui: The fake does not know these: wrong e-mail or password. Try again (2 of 3 left)." in (
        done.stderr
    )


def test_after_three_wrong_passwords_it_ends_with_the_server_s_words(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    soc(home, KEPT)
    asking += ["one", "two", "three", PASSWORD]
    done = run("profile", "login", "soc", input="\n\n\n\n")
    assert (done.exit_code, entries, len(product.door.tried)) == (3, {}, 3)
    assert done.stderr.endswith("alerttui: The fake does not know these: wrong e-mail or password.\n")


def test_a_code_is_asked_for_and_may_be_wrong_twice(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    soc(home, KEPT)
    product.door.wants_code = True
    asking.append(PASSWORD)
    done = run("profile", "login", "soc", input=f"\n000000\n111111\n{CODE}\n")
    assert (done.exit_code, product.door.codes) == (0, ["000000", "111111", CODE])
    assert entries == {("alerttui", "soc"): TOKEN}
    asking.append(PASSWORD)
    refused = run("profile", "login", "soc", input="\n1\n2\n3\n4\n")
    assert (refused.exit_code, product.door.codes[3:]) == (3, ["1", "2", "3"])
    assert refused.stderr.endswith("alerttui: The fake says: wrong code.\n")


def test_a_lockout_is_told_in_the_server_s_words_made_harmless(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    soc(home, KEPT)
    product.door.locked = "Locked for 15 minutes\x1b[2J."
    asking += ["a", "b", "c"]
    done = run("profile", "login", "soc", input="\n\n\n")
    assert done.exit_code == 3
    assert "Locked for 15 minutes" in done.stderr.splitlines()[-1]
    assert "\x1b" not in done.output


def test_typing_nothing_leaves(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    soc(home, KEPT)
    asking.append("")
    assert run("profile", "login", "soc", input="\n").exit_code == 130
    assert (product.door.tried, entries) == ([], {})


def test_without_a_terminal_nobody_logs_in(run: Run, home: Path, product: Product, entries: Entries) -> None:
    soc(home, KEPT)
    done = run("profile", "login", "soc", input=f"{EMAIL}\n{PASSWORD}\n")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "there is no terminal" in done.stderr
    assert product.door.tried == []


def test_a_token_file_is_written_for_its_owner_alone(
    run: Run, home: Path, product: Product, asking: list[str]
) -> None:
    file = home / "secret" / "token"
    soc(home, f'token_file = "{file}"')
    asking.append(PASSWORD)
    assert run("profile", "login", "soc", input="\n").exit_code == 0
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (f"{TOKEN}\n", 0o600)
    assert [each.name for each in file.parent.iterdir()] == ["token"]
    file.chmod(0o644)
    product.door.gives = a_jwt({"exp": 1})
    asking.append(PASSWORD)
    assert run("profile", "login", "soc", input="\n").exit_code == 0
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (f"{product.door.gives}\n", 0o600)


def test_a_token_is_not_written_where_the_file_is_no_file_of_ours(
    run: Run, home: Path, product: Product, asking: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = home / "token", home / "other"
    soc(home, f'token_file = "{file}"')
    other.write_text("mine")
    file.symlink_to(other)
    refused = run("profile", "login", "soc", input="\n")
    assert (refused.exit_code, other.read_text(), product.door.tried) == (2, "mine", [])
    assert "no ordinary file" in refused.stderr
    file.unlink()
    file.write_text("theirs")
    monkeypatch.setattr("os.getuid", lambda: 12_345)
    refused = run("profile", "login", "soc", input="\n")
    assert (refused.exit_code, file.read_text(), product.door.tried) == (2, "theirs", [])
    assert "somebody else's" in refused.stderr


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('token_env = "SOC_TOKEN"', "only your shell can set"),
        ("sign_in = true", "keeps its token in memory only"),
    ],
)
def test_where_a_token_cannot_be_kept_it_is_said_what_can_be_done(
    run: Run, home: Path, product: Product, asking: list[str], lines: str, words: str
) -> None:
    soc(home, lines)
    done = run("profile", "login", "soc", input="\n")
    assert (done.exit_code, done.stderr.count("\n"), product.door.tried) == (2, 1, [])
    assert words in done.stderr


def test_one_logs_in_only_where_one_signs_in(
    run: Run, home: Path, product: Product, asking: list[str]
) -> None:
    config_file(home).parent.mkdir(parents=True)
    config_file(home).write_text(
        '[profiles.p]\nbackend = "panther"\nurl = "https://a.example"\ntoken_env = "T"\n'
    )
    assert "Nobody signs in to panther" in run("profile", "login", "p").stderr
    assert "there is nothing to sign in to" in run("profile", "login", "local").stderr
    assert "no profile 'q'" in run("profile", "login", "q").stderr


@pytest.mark.parametrize("given", ["", "two words", "line\nline", "é", "x" * 9_000])
def test_an_answer_that_can_be_no_token_is_refused(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries, given: str
) -> None:
    soc(home, KEPT)
    product.door.gives = given
    asking.append(PASSWORD)
    done = run("profile", "login", "soc", input="\n")
    assert (done.exit_code, entries) == (2, {})
    assert not given or given not in done.output


# -- commands whose token is missing or has ended


def test_a_token_that_ended_is_code_3_and_says_how_to_sign_in(
    run: Run, home: Path, product: Product, entries: Entries
) -> None:
    soc(home, KEPT)
    entries["alerttui", "soc"] = TOKEN
    product.door.valid.add(TOKEN)
    assert run("sync", "--profile", "soc").exit_code == 0
    product.door.valid.clear()
    for command in (
        LIST,
        ("show", "r-0", "--profile", "soc"),
        ("sync", "--profile", "soc"),
        ("set", "r-0", "--status", "RESOLVED", "--profile", "soc"),
    ):
        done = run(*command)
        assert done.exit_code == 3, command
        said = [line for line in done.stderr.splitlines() if "the token ended" in line]
        assert said and all(line.endswith(f"(401): the token ended. {ADVICE}") for line in said), done.stderr
    assert run("pending", "send", "--profile", "soc").stderr.endswith(f"{ADVICE}\n")
    assert run(*LIST, "--cached").exit_code == 0


def test_without_a_token_nor_a_terminal_it_is_code_3_and_scripts_are_told(
    run: Run, home: Path, product: Product, entries: Entries
) -> None:
    soc(home)
    done = run(*LIST)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == (
        f"alerttui: Nobody is signed in to soc. Scripts use token_env or token_file. {ADVICE}\n"
    )
    soc(home, KEPT)
    kept = run(*LIST)
    assert (kept.exit_code, kept.stderr.endswith(f"{ADVICE}\n")) == (3, True)


def test_a_change_without_a_token_waits(run: Run, home: Path, product: Product, asking: list[str]) -> None:
    soc(home)
    asking.append(PASSWORD)
    assert run("sync", "--profile", "soc", input="\n").exit_code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("alerttui.cli.mirrored.can_ask", lambda: False)
        done = run("set", "r-0", "--status", "RESOLVED", "--profile", "soc")
    assert (done.exit_code, "queued, not sent: Nobody is signed in" in done.stderr) == (3, True)
    asking.append(PASSWORD)
    assert run("pending", "send", "--profile", "soc", input="\n").stderr.endswith("1 change sent.\n")
    assert product.alerts.alerts["r-0"].status == "RESOLVED"  # type: ignore[index]  # an id is a text


@pytest.mark.parametrize(
    "command",
    [
        LIST,
        ("show", "r-0", "--profile", "soc"),
        ("set", "r-0", "--status", "RESOLVED", "--profile", "soc"),
        ("comment", "r-0", "seen", "--profile", "soc"),
        ("sync", "--profile", "soc"),
        ("profile", "test", "soc"),
    ],
)
def test_a_command_in_a_terminal_asks_once(
    run: Run, home: Path, product: Product, asking: list[str], command: tuple[str, ...]
) -> None:
    soc(home)
    asking.append(PASSWORD)
    done = run(*command, input="\n")
    assert (done.exit_code, asking) == (0, []), done.output
    assert len(product.door.tried) == 1


def test_a_command_that_asks_the_server_nothing_asks_nobody(
    run: Run, home: Path, product: Product, asking: list[str]
) -> None:
    soc(home)
    asking.append(PASSWORD)
    assert run("sync", "--profile", "soc", input="\n").exit_code == 0
    assert run(*LIST, "--cached").exit_code == 0
    assert run("set", "r-0", "--status", "RESOLVED", "--queue", "--profile", "soc").exit_code == 0
    assert run("pending", "list", "--profile", "soc").exit_code == 0


def test_who_is_refused_in_a_command_is_told_how_to_sign_in(
    run: Run, home: Path, product: Product, asking: list[str]
) -> None:
    soc(home)
    asking += ["a", "b", "c"]
    done = run(*LIST, input="\n\n\n")
    assert (done.exit_code, done.stderr.endswith(f"{ADVICE}\n")) == (3, True)


# -- adding


ADD = ("profile", "add", "soc", "--backend", "doored", "--url", "https://soc.example")


def test_adding_a_profile_signs_in_and_tries(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    asking.append(PASSWORD)
    done = run(*ADD, "--sign-in", "--me", EMAIL, "--window", "30d", "--cache", "disk", input="\n")
    assert (done.exit_code, entries) == (0, {}), done.output
    assert "sign_in = true" in config_file(home).read_text()
    assert "its token is in memory only, by signing in" in done.stderr
    asking.append(PASSWORD)
    kept = ("profile", "add", "kept", *ADD[3:], "--sign-in", "--keyring", "--me", EMAIL, "--window", "30d")
    assert run(*kept, "--cache", "disk", input="\n").exit_code == 0
    assert entries == {("alerttui", "kept"): TOKEN}


def test_adding_offers_to_sign_in_where_one_does(
    run: Run, home: Path, product: Product, asking: list[str], entries: Entries
) -> None:
    asking.append(PASSWORD)
    answers = ["doored", "https://soc.example", "", "y", EMAIL, "", "disk", ""]
    done = run("profile", "add", "soc", input="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "a variable or a file is for scripts" in done.stderr
    assert {"sign_in = true", "keyring = true"} <= set(config_file(home).read_text().splitlines())
    assert entries == {("alerttui", "soc"): TOKEN}


def test_without_a_terminal_a_profile_is_added_untried_or_not_at_all(
    run: Run, home: Path, product: Product
) -> None:
    missing = run(*ADD)
    assert (missing.exit_code, "--keyring, --sign-in is needed" in missing.stderr) == (2, True)
    refused = run(*ADD, "--sign-in")
    assert (refused.exit_code, config_file(home).exists()) == (3, False)
    assert run(*ADD, "--sign-in", "--no-test").exit_code == 0


def test_a_product_without_signing_in_is_refused(run: Run, home: Path, product: Product) -> None:
    done = run("profile", "add", "p", "--backend", "panther", "--url", "https://a.example", "--sign-in")
    assert (done.exit_code, config_file(home).exists()) == (2, False)
    assert "nobody signs in to panther" in done.stderr
    soc(home).write_text(
        '[profiles.p]\nbackend = "panther"\nurl = "https://a.example"\nsign_in = true\n', encoding="utf-8"
    )
    assert run("list", "--profile", "p").exit_code == 2
    both = run(*ADD, "--sign-in", "--token-env", "T")
    assert "--sign-in: token_env says already where the token is" in both.stderr


# -- the doctor


def facts(run: Run) -> Mapping[str, Mapping[str, str]]:
    """The facts that the doctor tells of the way to the server."""
    found: Mapping[str, Mapping[str, str]] = json.loads(run("doctor", "--profile", "soc", "--json").stdout)[
        "sections"
    ]["Way to the server"]
    return found


def test_the_doctor_tells_where_the_token_is_and_when_it_ends(
    run: Run, home: Path, product: Product, entries: Entries
) -> None:
    soc(home, KEPT)
    entries["alerttui", "soc"] = TOKEN
    product.door.valid.add(TOKEN)
    told = facts(run)
    assert told["signs in"]["value"] == "yes"
    assert told["token"]["value"] == "in the keyring"
    assert told["token ends"]["value"] == "2030-01-01T00:00:00Z"
    product.door.valid.clear()
    assert ADVICE in run("doctor", "--profile", "soc").stdout


def test_the_doctor_finds_nothing_wrong_where_nobody_is_signed_in_yet(
    run: Run, home: Path, product: Product
) -> None:
    soc(home)
    told = facts(run)
    assert (told["token"]["value"], told["token"]["note"]) == (
        "in memory only, by signing in",
        "nobody is signed in",
    )
    said = run("doctor", "--profile", "soc").stdout
    assert "- token: Nobody is signed in to soc" in said
    assert "! connection" not in said


# -- secrets


def test_password_and_token_show_nowhere(
    run: Run,
    home: Path,
    product: Product,
    asking: list[str],
    entries: Entries,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for lines in (KEPT, "sign_in = true"):
        soc(home, lines)
        for command in (
            ("profile", "login", "soc"),
            LIST,
            ("profile", "test", "soc"),
            ("doctor",),
            ("profile", "list"),
        ):
            asking[:] = [PASSWORD]
            said.append(run(*command, input="\n").output)
    said += [record.getMessage() for record in caplog.records]
    said += [each.read_bytes().decode("latin-1") for each in home.rglob("*") if each.is_file()]
    assert not [text for text in said if PASSWORD in text or TOKEN in text]
