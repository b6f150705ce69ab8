"""Whatever comes from outside, reading it raises nothing but what is meant."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.asking import Request
from alerttui.backends.remote.transport import Endpoint, error_text, proxy_for
from alerttui.backends.remote.transport.addressing import address_of, redirect_target
from alerttui.backends.remote.transport.retrying import LONGEST_PAUSE_MS, retry_after_ms
from alerttui.domain.errors import ConfigError
from alerttui.domain.showable import shown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=7)
        | st.dictionaries(
            st.sampled_from(["message", "error", "errors", "detail", "details", "loc", "msg", "request_id"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)
ADDRESSES = st.text(st.sampled_from("https:/@[]?#%.\\ü。a1-\t0::"), max_size=25) | st.text(max_size=15)
BOUNDED = settings(max_examples=60, deadline=None, database=None)


@BOUNDED
@given(JSON | st.binary(max_size=60), st.text(max_size=20))
def test_any_body_of_an_error_gives_one_short_line_that_can_be_shown(body: object, kind: str) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    text = error_text(500, {"content-type": kind, "x-request-id": kind}, raw)
    assert text == shown(text)
    assert text
    assert "\n" not in text


@BOUNDED
@given(ADDRESSES)
def test_an_address_is_canonical_or_refused(written: str) -> None:
    with suppress(ConfigError):
        endpoint = Endpoint.parse("https://" + written)
        assert Endpoint.parse(endpoint.url) == endpoint
        assert endpoint.url.isascii()
        assert "@" not in endpoint.host


@BOUNDED
@given(ADDRESSES)
def test_a_redirect_leads_below_the_origin_that_it_names(location: str) -> None:
    target = redirect_target("https://api.acme.example/alerts", location)
    assert target.address.startswith(target.origin)
    assert target.origin.isascii()


@BOUNDED
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_retry_after_is_a_bounded_wait_or_none(value: str, date: str) -> None:
    wait = retry_after_ms(value, 1_790_000_000_000, date)
    assert wait is None or 0 <= wait <= LONGEST_PAUSE_MS


@BOUNDED
@given(ADDRESSES, st.text(max_size=40))
def test_any_environment_gives_a_fact(value: str, exempt: str) -> None:
    endpoint = Endpoint.parse("https://10.1.2.3")
    fact = proxy_for(endpoint, {"HTTPS_PROXY": value, "NO_PROXY": exempt})
    assert "@" not in fact.address


@BOUNDED
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4))
def test_parts_never_become_more_or_fewer_segments(parts: list[str]) -> None:
    address = address_of("https://a.example/v1", Request(method="GET", path=tuple(parts)))
    segments = address.removeprefix("https://a.example/v1/").split("/")
    assert len(segments) == len(parts)
    assert not {".", "..", ""} & set(segments)
    assert "?" not in address
