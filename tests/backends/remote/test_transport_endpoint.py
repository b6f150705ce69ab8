"""An address is read into one canonical form, or refused without repeating it."""

from __future__ import annotations

import pytest

from alerttui.backends.remote.transport import Endpoint
from alerttui.domain.errors import ConfigError


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://api.acme.example", "https://api.acme.example"),
        (" https://API.Acme.Example:443/ ", "https://api.acme.example"),
        ("HTTPS://api.acme.example:8443/v1/", "https://api.acme.example:8443/v1"),
        ("https://api.acme.example./v1", "https://api.acme.example/v1"),
        ("https://api.acme.example/public/graphql", "https://api.acme.example"),
        ("https://api.acme.example/v1/public/graphql/", "https://api.acme.example/v1"),
        ("https://acme.example/chad/api", "https://acme.example/chad/api"),
        ("https://acme.example/a b".replace(" ", "%20"), "https://acme.example/a%20b"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://[2001:DB8:0::1]:443/x", "https://[2001:db8::1]/x"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://localhost:80/", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_has_one_form(written: str, canonical: str) -> None:
    endpoint = Endpoint.parse(written)
    assert endpoint.url == canonical
    assert Endpoint.parse(endpoint.url).url == canonical


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "empty"),
        ("api.acme.example", "https://"),
        ("ftp://api.acme.example", "https://"),
        ("file:///etc/passwd", "https://"),
        ("javascript:alert(1)", "https://"),
        ("https://", "no host"),
        ("https:///v1", "no host"),
        ("https://ana:hunter2secret@api.acme.example", "password"),
        ("https://hunter2secret@api.acme.example", "password"),
        ("https://api.acme.example?key=hunter2secret", "query"),
        ("https://api.acme.example/?", "query"),
        ("https://api.acme.example/#x", "fragment"),
        ("https://api.acme.example:0", "port"),
        ("https://api.acme.example:", "port"),
        ("https://api.acme.example:99999", "port"),
        ("https://api.acme.example:8o", "port"),
        ("https://api.acme.example/a/../b", "segment"),
        ("https://api.acme.example\\@evil.example", "backslash"),
        ("https://api.acme\t.example", "control"),
        ("https://api acme.example", "space"),
        ("https://api..example", "no host"),
        ("https://-api.example", "no host"),
        ("https://[::1%25eth0]", "no host"),
        ("https://[nonsense]", ""),
        ("http://api.acme.example", "allow_http"),
        ("http://127.1", "allow_http"),
        ("http://localhost.evil.example", "allow_http"),
        ("http://10.0.0.1", "allow_http"),
    ],
)
def test_an_unsafe_address_is_refused_without_repeating_what_may_be_secret(written: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Endpoint.parse(written)
    assert reason in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_plain_http_elsewhere_needs_a_word_and_stays_visible() -> None:
    endpoint = Endpoint.parse("http://api.acme.example", allow_http=True)
    assert endpoint.is_plain_http
    assert not endpoint.is_loopback
    assert not Endpoint.parse("https://api.acme.example").is_plain_http


def test_the_parts_of_an_address() -> None:
    endpoint = Endpoint.parse("https://api.acme.example:8443/v1")
    assert endpoint.origin == "https://api.acme.example:8443"
    assert endpoint.host == "api.acme.example:8443"
    assert Endpoint.parse("http://[::1]:8000").is_loopback
