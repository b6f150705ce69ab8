"""What the bars tell, worked out from the state of the console."""

from __future__ import annotations

from alerttui.triage.actions import ACTIONS, Group, Pane
from alerttui.triage.listing import Waiting
from alerttui.tui.render.bars import Hint, KeyLine, StatusLine, Tab
from alerttui.tui.render.top_line import TopLine
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.mirroring import Mirroring
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.screens.viewing import Viewing

PANE_LABELS = {
    Pane.DETAIL: "Detail",
    Pane.EVENTS: "Events",
    Pane.COMMENTS: "Comments",
    Pane.HISTORY: "History",
    Pane.INDICATORS: "Indicators",
    Pane.RELATED: "Related",
}


FILTER_HINTS = (
    Hint("enter", "apply"),
    Hint("tab", "complete"),
    Hint("↑↓", "choose, earlier"),
    Hint("esc", "leave"),
)


def top(desk: Desk, queue: Queue, viewing: Viewing, mirroring: Mirroring) -> TopLine:
    """Profile, views with their counts, what waits, how fresh."""
    listing, told = queue.listing, mirroring.top()
    return TopLine(
        profile=desk.session.profile,
        banner=desk.settings.banner_word,
        banner_colour=desk.settings.banner_colour,
        is_in_clear=desk.settings.is_in_clear,
        views=viewing.tabs(),
        is_slow=queue.is_slow,
        waiting=queue.waiting.count,
        waiting_grave=_grave(queue.waiting),
        gone=len(listing.gone),
        as_of_ms=queue.as_of_ms if mirroring.mirror is None else told.as_of_ms,
        connection=told.text,
        is_connection_trouble=told.is_warning,
        connection_action=told.action_id,
        stale_since_ms=queue.staleness.since_ms,
        read_only=desk.session.read_only,
        refresh_key=desk.keymap.label("list.refresh"),
    )


def _grave(waiting: Waiting) -> str:
    """How many grave alerts wait, as far as was looked."""
    if not waiting.grave:
        return ""
    return f"{waiting.grave:,} high+" if waiting.is_grave_exact else f"{waiting.grave:,} or more high+"


def tabs(desk: Desk, arrangement: Arrangement, reading: Reading) -> tuple[Tab, ...]:
    """The panes under the tabs with their counts."""
    counts = reading.counts
    visible = arrangement.visible()
    return tuple(
        Tab(
            desk.keymap.label(f"pane.{pane.value}"),
            PANE_LABELS[pane],
            counts.get(pane),
            pane in visible,
            f"pane.{pane.value}",
        )
        for pane in arrangement.tabbed
    )


def status(desk: Desk, queue: Queue, mirroring: Mirroring) -> StatusLine:
    """Marks, place, the latest thing that was said."""
    marks, listing = queue.marks, queue.listing
    note, style = desk.note
    is_of_change = desk.note is desk.change_note
    return StatusLine(
        marked=len(marks),
        marked_hidden=queue.hidden_marks(),
        range_open=marks.anchor is not None,
        position=queue.view.cursor + 1 if len(listing) else 0,
        total=len(listing),
        note=note,
        note_style=style,
        undo=desk.can_undo,
        undo_key=desk.keymap.label("change.undo"),
        redo=desk.can_redo,
        redo_key=desk.keymap.label("change.redo"),
        keeps_undo=is_of_change,
        goes_on=desk.is_note_new and not is_of_change,
        unsent=mirroring.unsent,
        held=mirroring.held,
        pending_key=desk.keymap.label("change.pending"),
        range_key=desk.keymap.label("mark.range"),
    )


def keys(desk: Desk, focused: Pane, status: StatusLine, *, is_editing: bool) -> KeyLine:
    """The keys that matter now; a new sentence that is too long goes on there."""
    is_long = status.goes_on and bool(status.note)
    return KeyLine(hints(desk, focused, is_editing=is_editing), status if is_long else None)


def hints(desk: Desk, focused: Pane, *, is_editing: bool) -> tuple[Hint, ...]:
    """The keys that matter now, marks last; none that the product lacks, dim what may not be done here."""
    if is_editing:
        return FILTER_HINTS
    capabilities = desk.session.capabilities
    shown = [
        Hint(
            desk.keymap.label(action.id),
            action.named_for(capabilities).label,
            not desk.session.refusal_of(action),
            action.id,
        )
        for action in sorted(ACTIONS, key=lambda action: action.group is Group.MARK)
        if action.hint and focused in action.panes and desk.keymap.keys(action.id)
        if action.id != "console.help" and not action.is_lacking(capabilities)
    ]
    return (*shown, Hint(desk.keymap.label("console.help"), "keys", True, "console.help"))
