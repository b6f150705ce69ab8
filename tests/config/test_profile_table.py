"""What a profile may say, what has to fit together, and that no refusal repeats a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerttui.config.load import load_settings
from alerttui.config.schema import Profile
from alerttui.config.tokens import token_source
from alerttui.domain.errors import ConfigError

REMOTE = '[profiles.prod]\nbackend = "panther"\nurl = "https://api.acme.example"\n'
SECRET = "s3cr3tAbCdEfGhIjKlMnOpQr"


def read(folder: Path, text: str) -> Profile:
    """The profile `prod` of a file with this text."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, {}).profiles["prod"]


def refusal(folder: Path, text: str) -> str:
    """How a file with this text is refused, after its path."""
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return str(caught.value).removeprefix(f"{folder}/config.toml, ")


def test_everything_that_a_remote_profile_can_say(tmp_path: Path) -> None:
    profile = read(
        tmp_path,
        REMOTE
        + 'token_file = "secret/token"\nca_file = "/etc/ca.pem"\nallow_http = false\nme = "ana"\n'
        + 'window = "7d"\ncache = "memory"\nrequests_per_minute = 60\nread_only = true\n'
        + 'banner = "PROD"\nbanner_colour = "red"\n[profiles.prod.options]\ntenant = "blue"\n',
    )
    assert profile == Profile(
        name="prod",
        backend="panther",
        url="https://api.acme.example",
        token_file=tmp_path / "secret" / "token",
        ca_file=Path("/etc/ca.pem"),
        me="ana",
        window="7d",
        cache="memory",
        requests_per_minute=60,
        read_only=True,
        banner="PROD",
        banner_colour="red",
        options={"tenant": "blue"},
    )


@pytest.mark.parametrize("lines", ["sign_in = true\n", "keyring = true\nsign_in = true\n"])
def test_signing_in_stands_alone_or_with_the_keyring(tmp_path: Path, lines: str) -> None:
    profile = read(tmp_path, REMOTE + lines)
    assert (profile.sign_in, profile.keyring) == (True, "keyring" in lines)


def test_a_local_profile_has_nobody_to_sign_in_to(tmp_path: Path) -> None:
    said = refusal(tmp_path, "[profiles.prod]\nsign_in = true\n")
    assert said == "line 2: profiles.prod.sign_in: it is for a remote backend, and this one is sqlite"


@pytest.mark.parametrize("lines", ["", "keyring = false\n", "sign_in = false\n"])
def test_whether_a_token_is_needed_is_the_products_to_say(tmp_path: Path, lines: str) -> None:
    assert token_source(read(tmp_path, REMOTE + lines)) is None


def test_an_address_is_kept_in_its_one_form(tmp_path: Path) -> None:
    text = '[profiles.prod]\nbackend = "panther"\nurl = "HTTPS://API.Acme.example:443/v1/"\ntoken_env = "T"\n'
    assert read(tmp_path, text).url == "https://api.acme.example/v1"


def test_plain_http_is_for_this_machine_unless_it_is_allowed(tmp_path: Path) -> None:
    text = '[profiles.prod]\nbackend = "panther"\nurl = "http://{}"\ntoken_env = "T"\n'
    assert read(tmp_path, text.format("127.0.0.1:8642")).url == "http://127.0.0.1:8642"
    assert refusal(tmp_path, text.format("soc.example")).startswith("line 3: profiles.prod.url: http://")
    assert read(tmp_path, text.format("soc.example") + "allow_http = true\n").allow_http


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('token_env = "T"\nkeyring = true\n', "line 5: profiles.prod.keyring: token_env says already"),
        (
            'sign_in = "yes"\n',
            "line 4: profiles.prod.sign_in: true or false is expected; e-mail and password",
        ),
        ('token_env = "T"\nsign_in = true\n', "line 5: profiles.prod.sign_in: token_env says already"),
        ('sign_in = true\ntoken_file = "t"\n', "line 4: profiles.prod.sign_in: token_file says already"),
        (
            'token_env = "T"\nkeyring = true\nsign_in = true\n',
            "line 5: profiles.prod.keyring: token_env says already",
        ),
        ('token_env = "T"\npath = "x.db"\n', "line 5: profiles.prod.path: it is for the backend sqlite"),
        ('token_evn = "T"\n', "line 4: profiles.prod.token_evn: no such key; did you mean token_env"),
        ('token_env = "A-B"\n', "line 4: profiles.prod.token_env: the name of a variable is expected"),
        (
            'token_env = "T"\nrequests_per_minute = 0\n',
            "line 5: profiles.prod.requests_per_minute: a whole number from 1 to 6000 is expected, not 0",
        ),
        ('token_env = "T"\nbanner_colour = "mauve"\n', 'line 5: profiles.prod.banner_colour: "red" or'),
        ('token_env = "T"\noptions = 3\n', "line 5: profiles.prod.options: a table is expected, not 3"),
        ('token_env = "T"\n[profiles.prod.options]\na = 3\n', "line 5: profiles.prod.options: a: a text"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(tmp_path: Path, lines: str, expected: str) -> None:
    assert refusal(tmp_path, REMOTE + lines).startswith(expected)


def test_a_remote_profile_needs_an_address(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[profiles.prod]\nbackend = "panther"\ntoken_env = "T"\n')
    assert said == 'line 1: profiles.prod: it names no server: url = "https://..."'


def test_a_local_profile_has_nothing_of_a_remote_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[profiles.prod]\nurl = "https://api.acme.example"\n')
    assert said == "line 2: profiles.prod.url: it is for a remote backend, and this one is sqlite"


@pytest.mark.parametrize(
    "lines",
    [
        f'token = "{SECRET}"\n',
        f'api_key = "{SECRET}"\n',
        f'password = "{SECRET}"\n',
        f'token_env = "{SECRET}"\n',
        f'token_env = "Bearer {SECRET}"\n',
        f'token_file = "{SECRET}"\n',
        f'token_file = ["{SECRET}"]\n',
        f'keyring = "{SECRET}"\n',
        f'token_env = "T"\noptions = {{ token = "{SECRET}" }}\n',
        f'token_env = "T"\noptions = {{ any = ["{SECRET}"] }}\n',
    ],
)
def test_a_token_in_the_file_is_refused_and_not_repeated(tmp_path: Path, lines: str) -> None:
    said = refusal(tmp_path, REMOTE + lines)
    assert SECRET not in said
    assert said.startswith("line ")


def test_the_refusal_of_a_token_says_where_it_goes(tmp_path: Path) -> None:
    said = refusal(tmp_path, REMOTE + f'token = "{SECRET}"\n')
    assert all(word in said for word in ("line 4: profiles.prod.token", "token_env", "token_file", "keyring"))


@pytest.mark.parametrize(
    "address",
    [
        f"https://ana:{SECRET}@api.example",
        f"https://api.example/?key={SECRET}",
        f"https://api.example/#{SECRET}",
        f"https://api example/{SECRET}",
        f"ftp://{SECRET}.example",
        f"https://[{SECRET}",
        f"https://-{SECRET}-",
        f"https://api.example:{SECRET}",
        f"https://api.example/../{SECRET}",
        "",
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    text = f'[profiles.prod]\nbackend = "panther"\ntoken_env = "T"\nurl = "{address}"\n'
    assert SECRET.lower() not in refusal(tmp_path, text).lower()
