"""What the bars tell, worked out from the state of the console."""

from __future__ import annotations

from alerttui.triage.actions import ACTIONS, Group, Pane
from alerttui.triage.listing import Waiting
from alerttui.tui.render.bars import StatusLine, Tab
from alerttui.tui.render.top_line import TopLine
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading

PANE_LABELS = {
    Pane.DETAIL: "Detail",
    Pane.EVENTS: "Events",
    Pane.COMMENTS: "Comments",
    Pane.HISTORY: "History",
    Pane.INDICATORS: "Indicators",
    Pane.RELATED: "Related",
}


FILTER_HINTS = (
    ("enter", "apply", True),
    ("tab", "complete", True),
    ("↑↓", "earlier", True),
    ("esc", "leave", True),
)


def top(desk: Desk, queue: Queue) -> TopLine:
    """Profile, count, what waits, how fresh."""
    listing = queue.listing
    return TopLine(
        profile=desk.session.profile,
        banner=desk.settings.banner_word,
        view="alerts" if listing.query.terms else "all alerts",
        shown_count=len(listing),
        total=len(listing) if listing.complete else None,
        waiting=queue.waiting.count,
        waiting_grave=_grave(queue.waiting),
        gone=len(listing.gone),
        as_of_ms=queue.as_of_ms,
        read_only=desk.session.read_only,
    )


def _grave(waiting: Waiting) -> str:
    """How many grave alerts wait, as far as was looked."""
    if not waiting.grave:
        return ""
    return f"{waiting.grave:,} high+" if waiting.is_grave_exact else f"{waiting.grave:,} or more high+"


def tabs(desk: Desk, arrangement: Arrangement, reading: Reading) -> tuple[Tab, ...]:
    """The panes under the tabs with their counts."""
    opened = reading.open
    counts: dict[Pane, int | None] = {}
    if opened:
        total = opened.events.total
        counts = {
            Pane.EVENTS: len(opened.events.results) if total is None else total,
            Pane.COMMENTS: opened.comments.total or len(opened.comments.results),
            Pane.HISTORY: len(opened.history),
        }
    visible = arrangement.visible()
    return tuple(
        Tab(desk.keymap.label(f"pane.{pane.value}"), PANE_LABELS[pane], counts.get(pane), pane in visible)
        for pane in arrangement.tabbed
    )


def status(desk: Desk, queue: Queue) -> StatusLine:
    """Marks, place, the latest thing that was said."""
    marks, listing = queue.marks, queue.listing
    note, style = desk.note
    return StatusLine(
        marked=len(marks),
        marked_hidden=queue.hidden_marks(),
        range_open=marks.anchor is not None,
        position=queue.view.cursor + 1 if len(listing) else 0,
        total=len(listing),
        note=note,
        note_style=style,
        undo=desk.can_undo,
    )


def hints(desk: Desk, focused: Pane, *, is_editing: bool) -> tuple[tuple[str, str, bool], ...]:
    """The keys that matter now, marks last; one that the connection cannot do is dim."""
    if is_editing:
        return FILTER_HINTS
    refusal = desk.session.refusal()
    capabilities = desk.session.capabilities
    shown = [
        (
            desk.keymap.label(action.id),
            action.label,
            not ((refusal if action.changes else "") or action.refusal(capabilities)),
        )
        for action in sorted(ACTIONS, key=lambda action: action.group is Group.MARK)
        if action.hint and focused in action.panes and desk.keymap.keys(action.id)
        if action.id != "console.help"
    ]
    return (*shown, (desk.keymap.label("console.help"), "keys", True))
