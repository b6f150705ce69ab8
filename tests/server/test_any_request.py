"""Whatever is asked, the answer is a documented one: never a 500, and always JSON of the right shape."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette")

from alerttui.server.alert_filter import KNOWN
from tests.alerts import an_alert
from tests.server.serving import serving

_FEW = settings(max_examples=60, deadline=None, derandomize=True)

_odd = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "*", "none", "me", "OPEN", "ALERT", "HIGH", "-1", "9" * 25, "2026-11", "1e9", "\x00", "%",
         "a*b*c",
         "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\U0010ffff", "e30", "W10", "scanner"]
    ),
)  # fmt: skip
_parameters = st.lists(st.tuples(st.sampled_from(KNOWN), _odd), max_size=4)
_queries = st.one_of(
    _parameters.map(
        lambda pairs: "&".join(f"{name}={quote(value.encode('utf-8', 'replace'))}" for name, value in pairs)
    ),
    st.binary(max_size=12).map(lambda data: quote(data)),
)
_paths = st.one_of(
    st.sampled_from(["/alerts", "/alert-comments", "/users", "/alert-context-tags"]),
    st.tuples(
        st.sampled_from(["/alerts/{}", "/alerts/{}/events", "/alert-comments/{}", "/users/{}"]),
        st.one_of(st.binary(min_size=1, max_size=6), st.just(b"a-1")),
    ).map(lambda pair: pair[0].format(quote(pair[1], safe=""))),
)
_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), _odd),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
_names = st.sampled_from(
    ["ids", "status", "quality", "assignee", "contextTags", "alertId", "body", "format", "severity", ""]
)
_bodies = st.one_of(
    st.dictionaries(_names, _values, max_size=4).map(lambda body: json.dumps(body).encode()),
    _values.map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=20),
)
_documented = {200, 204, 400, 403, 404, 405}


@_FEW
@given(st.lists(st.tuples(_paths, _queries), min_size=1, max_size=8))
def test_no_question_breaks_the_server(asked: list[tuple[str, str]]) -> None:
    async def ask() -> None:
        async with serving([an_alert(comments=["x"], events=["{"])]) as api:
            for path, query in asked:
                answer = await api.get(f"{path}?{query}")
                assert answer.status_code in _documented, (path, query, answer.text)
                body = json.loads(answer.content)
                assert ("message" in body) is (answer.status_code != 200)

    asyncio.run(ask())


@_FEW
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [("PATCH", "/alerts"), ("PATCH", "/alerts/a-1"), ("POST", "/alert-comments"),
                 ("POST", "/alert-comments/a-1-c0")]
            ),
            _bodies,
        ),
        min_size=1,
        max_size=8,
    )
)  # fmt: skip
def test_no_body_breaks_the_server(sent: list[tuple[tuple[str, str], bytes]]) -> None:
    async def send() -> None:
        async with serving([an_alert(comments=["x"])]) as api:
            for (method, path), body in sent:
                answer = await api.send(method, path, body)
                assert answer.status_code in _documented, (path, body, answer.text)
                if answer.content:
                    json.loads(answer.content)
            assert (await api.get("/alerts")).status_code == 200

    asyncio.run(send())
