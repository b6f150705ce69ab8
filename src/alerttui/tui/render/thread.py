"""The comments of an alert and its history, as lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from alerttui.domain.alert import COMMENT_STATES, Actor, Comment
from alerttui.domain.change import HistoryEntry
from alerttui.domain.moments import format_moment
from alerttui.domain.patch import PATCH_FIELDS
from alerttui.tui.render.document import DocLine, blank, joined, text_lines
from alerttui.tui.render.html_text import html_to_text
from alerttui.tui.render.markdown_lines import markdown_lines
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, wrap

PersonLabel = Callable[[str], str]


def comment_lines(
    comments: Sequence[Comment], person: PersonLabel, width: int, *, more: int = 0
) -> list[DocLine]:
    """The thread, oldest first: who and when, then the words in the format in which they were stored."""
    lines: list[DocLine] = []
    for comment in comments:
        if lines:
            lines.append(blank())
        lines.append(DocLine(_comment_head(comment, person), value=comment.body))
        lines += _comment_body(comment, width)
    if more > 0:
        lines += [blank(), DocLine(Content.styled(f"and {more:,} more comments", DIM))]
    return lines


def draft_lines(draft: str, key: str, width: int, state: str = "not sent") -> list[DocLine]:
    """What was written and not sent, or not kept, above the thread; nothing where nothing was."""
    if not draft.strip():
        return []
    head = content(state, "$warning") + content(f"  {key} goes on writing", DIM)
    return [DocLine(head, value=draft), *text_lines(draft, width), blank()]


def _comment_head(comment: Comment, person: PersonLabel) -> Content:
    when = format_moment(comment.created_ms) if comment.created_ms is not None else "time not told"
    updated_ms = comment.updated_ms if comment.updated_ms != comment.created_ms else None
    edited = f"edited {format_moment(updated_ms)}" if updated_ms is not None else ""
    return joined(
        [
            content(_actor_name(comment.author, person), "bold $accent"),
            content(when, DIM),
            content(edited, DIM),
            Content.styled("local note", "$warning") if comment.local else "",
            content(COMMENT_STATES.get(comment.state, ""), "$warning"),
        ],
        "  ",
    )


def _comment_body(comment: Comment, width: int) -> list[DocLine]:
    if comment.format == "MARKDOWN":
        return [DocLine(each, value=comment.body) for each in markdown_lines(comment.body, width)]
    body = html_to_text(comment.body) if comment.format == "HTML" else comment.body
    return text_lines(body, width)


def history_lines(
    history: Sequence[HistoryEntry], person: PersonLabel, width: int, *, own: str = ""
) -> list[DocLine]:
    """Every change, newest first: when, who, what, from, to, why, and through which backend but our `own`."""
    lines: list[DocLine] = []
    for entry in reversed(history):
        when = format_moment(entry.at_ms)
        what = _change_text(entry, person)
        head = joined(
            [content(when, DIM), content(_actor_name(entry.by, person), "bold $accent"), what], "  "
        )
        told = f"{entry.field}: {entry.before} -> {entry.after}"
        lines += [DocLine(each, value=told) for each in wrap(head, width)]
        road = f"(through {entry.through})" if entry.through not in ("", own) else ""
        why = " ".join(part for part in (entry.why, road) if part)
        if why:
            lines += text_lines(why, width, DIM, indent=2)
    return lines


def _change_text(entry: HistoryEntry, person: PersonLabel) -> Content:
    if entry.field == "comment":
        return content("commented")
    before, after = entry.before, entry.after
    if not before and entry.field not in PATCH_FIELDS:  # something that a product says was done
        return content(f"{entry.field}: {after}" if after else entry.field)
    if entry.field == "assignee":
        before, after = person(before), person(after)
    arrow = Content.styled(" → ", DIM)
    return content(f"{entry.field} ") + content(before or "none") + arrow + content(after or "none")


def _actor_name(actor: Actor | None, person: PersonLabel) -> str:
    if actor is None:
        return "somebody"
    return actor.name or person(actor.id) or actor.id
