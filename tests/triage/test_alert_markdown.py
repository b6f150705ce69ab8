"""The hand-over in Markdown: what matters, and nothing in it that an attacker wrote becomes markup."""

from __future__ import annotations

from alerttui.domain.alert import Actor, Comment, Indicator
from alerttui.triage.alert_markdown import TOLD_INDICATORS, alert_markdown
from tests.alerts import ANA, BOB, NOW_MS, an_alert, with_alert

HOSTILE = (
    "[x](http://evil.example) <img src=x> | `a``b` **b** www.evil.example a@evil.example &lt;\n# h\n|-|-|"
)


def made(alert: object, comments: tuple[Comment, ...] = ()) -> str:
    return alert_markdown(
        alert,  # type: ignore[arg-type]  # an alert with values by field name
        comments,
        status_label=str.title,
        person_label=lambda person: f"<{person}>",
    )


def test_the_hand_over_tells_what_a_colleague_needs() -> None:
    alert = with_alert(
        an_alert(
            "a-1", "Root login", status="CLOSED", verdict="true_positive", tags=("vip", "mfa"), assignee=ANA
        ),
        closed_ms=NOW_MS,
        indicators=(Indicator(kind="url", value="http://evil.example/x", malice="malicious"),),
    ).alert
    comments = (
        Comment(id="1", author=BOB, body="saw it\n", created_ms=NOW_MS),
        Comment(id="2", author=Actor("u-7"), body="two\nlines", created_ms=NOW_MS),
    )
    assert made(alert, comments) == "\n".join(
        [
            "## Root login",
            "",
            "- Severity: `MEDIUM`",
            "- Status: `Closed`",
            "- Verdict: `true_positive`",
            "- Assignee: `Ana`",
            "- Rule: `Test.Rule`",
            "- Tags: `vip mfa`",
            "- Created: 2026-11-20T09:51:02Z",
            "- Closed: 2026-11-20T10:51:02Z",
            "- Events: 0",
            "- Id: `a-1`",
            "- Indicators:",
            "  - `url` `hxxp://evil[.]example/x` malicious",
            "- Comments:",
            "  - 2026-11-20T10:51:02Z `Bob`: `saw it`",
            "  - 2026-11-20T10:51:02Z `<u-7>`:",
            "    ```text",
            "    two",
            "    lines",
            "    ```",
        ]
    )


def test_nothing_of_an_attacker_becomes_markup() -> None:
    from markdown_it import MarkdownIt

    alert = with_alert(
        an_alert(HOSTILE, HOSTILE, verdict=HOSTILE, rule=HOSTILE),
        severity_word=HOSTILE,
        indicators=(Indicator(kind=HOSTILE, value=HOSTILE, malice=HOSTILE),),
    ).alert
    comments = (
        Comment(id="1", author=Actor("x", name=HOSTILE), body="~~~\n```\n" + HOSTILE),
        Comment(id="2", author=None, body=HOSTILE.replace("\n", " ")),
    )
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    kinds = {
        inner.type
        for token in reader.parse(made(alert, comments))
        for inner in (token, *(token.children or ()))
    }
    assert kinds <= {
        "heading_open", "heading_close", "inline", "text", "code_inline", "fence", "text_special",
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open",
        "paragraph_close", "softbreak",
    }  # fmt: skip


def test_controls_and_bidi_are_revealed() -> None:
    text = made(an_alert(title="a\x1b[31m\u202eb").alert)
    assert text.startswith("## a␛\\[31m\\<U+202E\\>b\n")


def test_only_so_many_indicators_are_told() -> None:
    indicators = tuple(
        Indicator(kind="ip", value=f"10.0.0.{number}") for number in range(TOLD_INDICATORS + 5)
    )
    text = made(with_alert(an_alert(), indicators=indicators).alert)
    assert text.endswith("  - and 5 more")
