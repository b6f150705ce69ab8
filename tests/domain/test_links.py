"""Links: found wherever they stand, and told by the host that they really lead to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.alert import Comment, Detection, Event, Indicator
from alerttui.domain.links import (
    MAX_LINKS,
    MAX_URL,
    LinkRefused,
    checked_link,
    found_links,
    may_have_links,
    urls_in,
)
from tests.alerts import BOB, an_alert, with_alert


def test_a_plain_url_leads_to_its_host_without_a_warning() -> None:
    link = checked_link("https://wiki.acme.example:443/runbooks/mfa?x=1#top")
    assert (link.host, link.host_ascii, link.warnings) == ("wiki.acme.example", "wiki.acme.example", ())
    assert link.opened_url == "https://wiki.acme.example:443/runbooks/mfa?x=1#top"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("javascript:alert(1)", "Only whole http and https"),
        ("file:///etc/passwd", "Only whole http and https"),
        ("//evil.example/x", "Only whole http and https"),
        ("evil.example", "Only whole http and https"),
        ("-http://evil.example", "Only whole http and https"),
        (" http://evil.example", "Only whole http and https"),
        ("", "Only whole http and https"),
        ("http://evil.example/a b", "a space, a control or an invisible"),
        ("http://evil.example/\x1b]52;c;AA\x07", "a space, a control or an invisible"),
        ("http://evil.example/\n--help", "a space, a control or an invisible"),
        ("http://evil.example/\u202egpj.exe", "a space, a control or an invisible"),
        ("http://ev\u200bil.example/", "a space, a control or an invisible"),
        ("http://evil.example\\@good.example/", "a backslash"),
        ("http:///path", "names no host"),
        ("http://?q", "names no host"),
        ("http://user@/x", "names no host"),
        ("http://ex%61mple.com/", "no valid name"),
        ("http://a..b/", "no valid name"),
        ("http://-x.example/", "no valid name"),
        ("http://[::1/", "no IPv6 address"),
        ("http://[fe80::zz]/", "no IPv6 address"),
        ("http://a.example:99999/", "port is no number"),
        ("http://a.example:８０/", "port is no number"),
        ("http://a.example:0/", "port is no number"),
        ("http://a.example/" + "x" * MAX_URL, "more than 4,096 are not opened"),
    ],
)
def test_what_is_no_link_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(LinkRefused, match=reason):
        checked_link(url)


@pytest.mark.parametrize(
    ("url", "host", "warning"),
    [
        ("https://login.acme.example@evil.example/", "evil.example", "'login.acme.example' before the @"),
        ("https://@evil.example/", "evil.example", "before the @"),
        ("https://xn--pple-43d.example/", "xn--pple-43d.example", "it reads as аpple.example"),
        ("https://аpple.example/", "xn--pple-43d.example", "not plain ASCII: really xn--pple-43d.example"),
        ("https://аpple.example/", "xn--pple-43d.example", "mixes the letters of Cyrillic and Latin"),
        ("https://10.0.0.1/", "10.0.0.1", "a bare IP address"),
        ("https://[2001:db8::1]/", "[2001:db8::1]", "a bare IP address"),
        ("http://3232235777/", "3232235777", "the address 192.168.1.1 written as a number"),
        ("http://0x7f.1/", "0x7f.1", "the address 127.0.0.1 written as a number"),
        ("http://010.0.0.1/", "010.0.0.1", "the address 8.0.0.1 written as a number"),
        ("https://a.example:8443/", "a.example", "the unusual port 8443"),
        ("http://a.example:443/", "a.example", "the unusual port 443"),
        ("https://straße.example/", "strasse.example", "do not agree"),
    ],
)
def test_a_disguised_host_is_named_as_what_it_is(url: str, host: str, warning: str) -> None:
    link = checked_link(url)
    assert link.host_ascii == host
    assert any(warning in each for each in link.warnings), link.warnings


def test_the_browser_is_given_the_host_that_was_shown_and_nothing_but_ascii() -> None:
    link = checked_link("https://ana:p@münchen.example:8443/straße?q=ü&x=%41")
    assert link.opened_url == "https://ana:p@xn--mnchen-3ya.example:8443/stra%C3%9Fe?q=%C3%BC&x=%41"


def test_japanese_names_do_not_count_as_mixed() -> None:
    assert all("mixes" not in each for each in checked_link("https://東京タワーabc.example/").warnings)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        (
            "see https://a.example/x, then (http://b.example/y).",
            ["https://a.example/x", "http://b.example/y"],
        ),
        ("[the wiki](https://a.example/x_(y))", ["https://a.example/x_(y)"]),
        ("<https://a.example/>", ["https://a.example/"]),
        ('"HTTPS://A.example/"', ["HTTPS://A.example/"]),
        ("hxxp://a.example ftp://b.example a.example", []),
        ("http://", []),
        ("https://a.example/**", ["https://a.example/"]),
    ],
)
def test_urls_are_found_without_the_punctuation_around_them(text: str, urls: list[str]) -> None:
    assert list(urls_in(text)) == urls


def test_links_of_the_product_and_of_colleagues_come_before_those_of_the_data() -> None:
    alert = with_alert(
        an_alert(context='{"page": "https:\\/\\/ctx.example\\/a", "other": ["http://list.example"]}'),
        description="https://twice.example/ and https://text.example/",
        runbook="https://twice.example/",
        reference="https://ref.example/",
        detection=Detection(id="r", references=("https://rule.example/",)),
        indicators=(Indicator(kind="url", value="http://bad.example/x"),),
    ).alert
    events = [
        Event(sequence=0, body='{"url": "http://event.example/"}'),
        Event(sequence=1, body="http://raw.example"),
    ]
    comments = [Comment(id="1", author=BOB, body="https://ticket.example/7")]
    found = found_links(alert, events, comments)
    assert [(each.url, each.where, each.is_from_data) for each in found] == [
        ("https://twice.example/", "runbook", False),
        ("https://ref.example/", "reference", False),
        ("https://rule.example/", "rule reference", False),
        ("https://ticket.example/7", "comment by Bob", False),
        ("https://text.example/", "description", True),
        ("https://ctx.example/a", "context", True),
        ("http://list.example", "context", True),
        ("http://bad.example/x", "indicator", True),
        ("http://event.example/", "event 1", True),
        ("http://raw.example", "event 2", True),
    ]
    assert may_have_links(alert, events, comments)


def test_escaped_slashes_in_json_are_seen_before_it_is_parsed() -> None:
    alert = an_alert(context='{"page": "https:\\/\\/ctx.example"}').alert
    assert may_have_links(alert, (), ())
    assert not may_have_links(an_alert().alert, (), ())


def test_no_more_links_are_listed_than_anybody_reads() -> None:
    body = " ".join(f"http://a{number}.example" for number in range(MAX_LINKS + 50))
    assert len(found_links(an_alert().alert, [Event(sequence=0, body=body)])) == MAX_LINKS


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text_behind_a_scheme_is_a_link_with_an_ascii_host_or_refused(rest: str) -> None:
    try:
        link = checked_link(f"https://{rest}")
    except LinkRefused:
        return
    assert link.host_ascii.isascii() and link.host_ascii
    assert link.opened_url.isascii() and link.opened_url.isprintable() and " " not in link.opened_url
    assert link.host_ascii in link.opened_url.lower()
