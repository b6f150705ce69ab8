"""The environment's proxy: which one, by which variable, and never its password."""

from __future__ import annotations

import pytest

from alerttui.backends.remote.transport import Endpoint, ProxyFact, proxy_for
from alerttui.backends.remote.transport.wire import open_wire
from alerttui.domain.errors import ConfigError

ACME = Endpoint.parse("https://api.acme.example")


@pytest.mark.parametrize(
    ("environ", "fact"),
    [
        ({}, ProxyFact()),
        ({"HTTPS_PROXY": "http://proxy:3128"}, ProxyFact("http://proxy:3128", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "proxy:3128"}, ProxyFact("http://proxy:3128", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "http://a", "https_proxy": "http://b"}, ProxyFact("http://b", "https_proxy")),
        ({"HTTP_PROXY": "http://a"}, ProxyFact()),
        ({"ALL_PROXY": "http://a"}, ProxyFact("http://a", "ALL_PROXY")),
        ({"HTTPS_PROXY": "", "ALL_PROXY": "http://a"}, ProxyFact("http://a", "ALL_PROXY")),
        ({"HTTPS_PROXY": "http://ana:hunter2@proxy:1"}, ProxyFact("http://proxy:1", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "https://[2001:db8::1]:8"}, ProxyFact("https://[2001:db8::1]:8", "HTTPS_PROXY")),
    ],
)
def test_the_variable_for_the_scheme_decides(environ: dict[str, str], fact: ProxyFact) -> None:
    assert proxy_for(ACME, environ) == fact


def test_plain_http_has_its_own_variable() -> None:
    plain = Endpoint.parse("http://api.acme.example", allow_http=True)
    assert proxy_for(plain, {"HTTP_PROXY": "http://a"}) == ProxyFact("http://a", "HTTP_PROXY")


@pytest.mark.parametrize(
    ("entry", "is_exempt"),
    [
        ("*", True),
        ("api.acme.example", True),
        ("acme.example", True),
        (".acme.example", True),
        ("*.acme.example", True),
        ("ACME.example.", True),
        ("other, acme.example", True),
        ("other acme.example", True),
        ("acme.example:443", True),
        ("acme.example:8443", False),
        ("cme.example", False),
        ("10.0.0.0/8", False),
        ("", False),
    ],
)
def test_no_proxy_names_what_is_reached_directly(entry: str, is_exempt: bool) -> None:
    fact = proxy_for(ACME, {"HTTPS_PROXY": "http://a", "NO_PROXY": entry})
    assert fact == (ProxyFact(variable="NO_PROXY") if is_exempt else ProxyFact("http://a", "HTTPS_PROXY"))


@pytest.mark.parametrize("entry", ["10.0.0.0/8", "10.1.2.3", "10.1.2.3:443", "10.1.0.0/16"])
def test_no_proxy_reads_addresses_and_networks(entry: str) -> None:
    endpoint = Endpoint.parse("https://10.1.2.3")
    assert not proxy_for(endpoint, {"HTTPS_PROXY": "http://a", "NO_PROXY": entry}).address


@pytest.mark.parametrize("entry", ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443", "2001:db8::/32"])
def test_no_proxy_reads_long_addresses(entry: str) -> None:
    endpoint = Endpoint.parse("https://[2001:db8::1]")
    assert not proxy_for(endpoint, {"HTTPS_PROXY": "http://a", "NO_PROXY": entry}).address


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])
def test_this_machine_is_never_reached_through_a_proxy(url: str) -> None:
    assert proxy_for(Endpoint.parse(url), {"HTTP_PROXY": "http://a", "ALL_PROXY": "http://a"}) == ProxyFact()


@pytest.mark.parametrize("value", ["socks5://ana:hunter2@proxy:1", "http://ana:hunter2@:x", "http://"])
def test_a_proxy_that_cannot_be_used_is_named_by_its_variable(value: str) -> None:
    environ = {"HTTPS_PROXY": value}
    fact = proxy_for(ACME, environ)
    assert "HTTPS_PROXY" in fact.problem
    with pytest.raises(ConfigError) as caught:
        open_wire(ACME, environ)
    assert "hunter2" not in f"{fact}{caught.value}"
