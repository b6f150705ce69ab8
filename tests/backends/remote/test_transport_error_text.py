"""The server's words are found in every shape that the products use, and are fit to be shown."""

from __future__ import annotations

import time

import pytest

from alerttui.backends.remote.transport import error_text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "bad status"}', "bad status"),
        (b'{"error": "forbidden"}', "forbidden"),
        (b'{"error": true, "message": "no"}', "no"),
        (b'{"error": {"code": "X", "message": "Alert not found.", "details": {}}}', "Alert not found."),
        (b'{"error": {"code": "X", "message": "gone", "request_id": "r-1"}}', "gone [request r-1]"),
        (b'{"detail": "too big", "error_code": "X", "request_id": "7"}', "too big [request 7]"),
        (b'{"detail": {"message": "OpenSearch down", "cached": false}}', "OpenSearch down"),
        (
            b'{"detail": [{"loc": ["body", "status"], "msg": "Should be x"}, {"loc": ["body"], "msg": "y"}]}',
            "status: Should be x; body: y",
        ),
        (
            b'{"error": {"message": "No.", "details": {"errors": [{"loc": ["body", "a", 0], "msg": "b"}]}}}',
            "No: a.0: b",
        ),
        (
            b'{"error": {"message": "No scope.", "details": {"required_scopes": ["alerts:write", "admin"]}}}',
            "No scope: required scopes alerts:write; admin",
        ),
        (
            b'{"error": {"details": [{"field": "a", "message": "required"}]}, "meta": {"request_id": "q"}}',
            "a: required [request q]",
        ),
        (b'{"errors": ["a", "b"]}', "a; b"),
        (b'{"errors": [{"message": "a"}, {"message": "b"}]}', "a; b"),
        (b'{"errors": ["a", "b", "c", "d", "e", "f", "g"]}', "a; b; c; d; e; and 2 more"),
        (b'"only a text"', "only a text"),
        (b'["a", 5, null]', "a"),
        (b'{"unknown": 1.50}', '{"unknown":1.50}'),
        (b"plain words", "plain words"),
        (b"", "Bad Request"),
        (b"null", "Bad Request"),
        (b"{}", "Bad Request"),
        (b'{"message": ""}', '{"message":""}'),
        (b'{"message": "two\\n  lines"}', "two lines"),
        (b'{"message": "\\u001b[2J\\u202egnp"}', "␛[2J<U+202E>gnp"),
        (b"\xff\xfe", "��"),
        (b"<title>only a title</title>", "only a title"),
        (
            b"<html><head><style>p{}</style></head><p>one&nbsp;&lt;b&gt;</p><!-- x --><script>y</script>",
            "one <b>",
        ),
        (b"<html><p>open <script>alert(1)", "open"),
    ],
)
def test_words_are_found_in_every_shape(body: bytes, words: str) -> None:
    assert error_text(400, {}, body) == words


def test_long_words_are_cut() -> None:
    assert error_text(400, {}, b'{"message": "' + b"x" * 1000 + b'"}') == "x" * 300 + "…"
    assert len(error_text(502, {}, b"y" * 1_000_000)) == 301


def test_the_request_number_of_a_header_is_shown() -> None:
    assert error_text(500, {"x-request-id": "abc\x1b"}, b"") == "Internal Server Error [request abc␛]"


def test_western_text_is_read_as_such() -> None:
    headers = {"content-type": "text/plain; charset=ISO-8859-1"}
    assert error_text(500, headers, b"gesch\xe4ftlich") == "geschäftlich"


def test_an_unknown_status_without_words_has_a_reason_all_the_same() -> None:
    assert error_text(599, {}, b"") == "no reason given"


def test_secrets_that_a_server_repeats_are_left_out_also_where_the_text_is_cut() -> None:
    secret = "s3cr3t/+token"
    for body in (
        b'{"message": "key s3cr3t/+token is bad"}',
        b'{"message": "key s3cr3t%2F%2Btoken is bad"}',
        b'{"message": "' + b"x" * 295 + b's3cr3t/+token"}',
        b'{"message": "\\u0073\\u0033cr3t/+token"}',
        b"<p>s3cr3t/+token</p>",
    ):
        assert "s3c" not in error_text(401, {}, body, secrets=[secret])


@pytest.mark.parametrize(
    "body",
    [b"[" * 64_000, b'{"a":' * 12_000, b"<script>" * 8_000, b"<!--" * 16_000, b"<" * 64_000, b"&" * 64_000],
)
def test_no_body_takes_long(body: bytes) -> None:
    began = time.perf_counter()
    error_text(500, {}, body)
    assert time.perf_counter() - began < 2.0
