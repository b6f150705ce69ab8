"""The one registry of actions: bindings, hints, help and the keys document all come from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from alerttui.domain.capabilities import Capabilities


class Group(Enum):
    """Under which heading the help shows an action."""

    MOVE = "Move"
    PANES = "Panes"
    DECIDE = "Decide"
    MARK = "Mark"
    FILTER = "Filter"
    CONSOLE = "Console"


class Pane(Enum):
    """Where the focus can be."""

    LIST = "list"
    DETAIL = "detail"
    EVENTS = "events"
    COMMENTS = "comments"
    HISTORY = "history"


ALL_PANES: Final = tuple(Pane)

Refusal = Callable[[Capabilities], str]
"""Why an action cannot be done over a connection; empty if it can."""


def _needs(field: str) -> Refusal:
    return lambda capabilities: capabilities.refusal(field)


def _always(_: Capabilities) -> str:
    return ""


def _needs_comments(capabilities: Capabilities) -> str:
    return capabilities.read_only_reason or capabilities.comments.write_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One verb of the console."""

    id: str
    label: str
    """One or two words, for hints."""
    help: str
    """One sentence, for the help screen and the keys document."""
    keys: tuple[str, ...]
    """Key names as Textual writes them; the first is the one that is shown."""
    group: Group
    panes: tuple[Pane, ...] = ALL_PANES
    changes: bool = False
    """True if it changes alerts, and so is refused where only reading is allowed."""
    acts_at_press: bool = False
    """True if it asks nothing first: a held-down key must not repeat it."""
    hint: bool = False
    """True if it belongs into the line of keys that matter now."""
    refusal: Refusal = _always

    @property
    def key(self) -> str:
        """The key as people write it."""
        return key_label(self.keys[0])


_LABELS: Final = {
    "question_mark": "?", "slash": "/", "full_stop": ".", "less_than_sign": "<", "greater_than_sign": ">",
    "asterisk": "*", "left_square_bracket": "[", "right_square_bracket": "]", "minus": "-", "colon": ":",
    "escape": "esc", "pageup": "PgUp", "pagedown": "PgDn", "space": "space",
}  # fmt: skip


def key_label(key: str) -> str:
    """A key's name as people write it."""
    return _LABELS.get(key, key)


ACTIONS: Final[tuple[Action, ...]] = (
    Action(id="move.down", label="down", help="Move down one line.", keys=("j", "down"), group=Group.MOVE),
    Action(id="move.up", label="up", help="Move up one line.", keys=("k", "up"), group=Group.MOVE),
    Action(id="move.top", label="top", help="Go to the first line.", keys=("g", "home"), group=Group.MOVE),
    Action(id="move.bottom", label="bottom", help="Go to the last line.", keys=("G", "end"),
           group=Group.MOVE),
    Action(id="move.half-down", label="half page down", help="Move down half a page.",
           keys=("ctrl+d",), group=Group.MOVE),
    Action(id="move.half-up", label="half page up", help="Move up half a page.",
           keys=("ctrl+u",), group=Group.MOVE),
    Action(id="move.page-down", label="page down", help="Move down a page.",
           keys=("pagedown",), group=Group.MOVE),
    Action(id="move.page-up", label="page up", help="Move up a page.", keys=("pageup",), group=Group.MOVE),
    Action(id="alert.next", label="next alert", help="Go to the next alert, from any pane.",
           keys=("J", "right_square_bracket"), group=Group.MOVE),
    Action(id="alert.previous", label="previous alert", help="Go to the previous alert, from any pane.",
           keys=("K", "left_square_bracket"), group=Group.MOVE),
    Action(id="pane.next", label="next pane", help="Go to the next pane.", keys=("tab",), group=Group.PANES),
    Action(id="pane.previous", label="previous pane", help="Go to the previous pane.",
           keys=("shift+tab",), group=Group.PANES),
    Action(id="pane.list", label="list", help="Go to the list.", keys=("1",), group=Group.PANES),
    Action(id="pane.detail", label="detail", help="Go to the alert's facts.", keys=("2",), group=Group.PANES),
    Action(id="pane.events", label="events", help="Go to its events.", keys=("3",), group=Group.PANES),
    Action(id="pane.comments", label="comments", help="Go to its comments.", keys=("4",), group=Group.PANES),
    Action(id="pane.history", label="history", help="Who changed what, when and why.",
           keys=("h", "5"), group=Group.PANES),
    Action(id="pane.open", label="open", help="Open the alert, the event or the fold under the cursor.",
           keys=("enter",), group=Group.PANES),
    Action(id="pane.full", label="full screen", help="Show the pane alone, or all panes again.",
           keys=("f",), group=Group.PANES),
    Action(id="back", label="back", help="Back one step: menu, full screen, marks, pane, filter.",
           keys=("escape",), group=Group.PANES),
    Action(id="alert.take", label="take", help="Assign to me and make active, as one change.",
           keys=("a",), group=Group.DECIDE, changes=True, acts_at_press=True, hint=True,
           refusal=_needs("assignee")),
    Action(id="alert.assign", label="assign", help="Assign to somebody, or to nobody.",
           keys=("A",), group=Group.DECIDE, changes=True, refusal=_needs("assignee")),
    Action(id="alert.status", label="status", help="Set the status, in the product's own words.",
           keys=("s",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs("status")),
    Action(id="alert.close", label="close", help="Close: status, verdict and a comment in one act.",
           keys=("c",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs("status")),
    Action(id="alert.quality", label="quality", help="Rate the detection useful or noise, or clear it.",
           keys=("u",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs("quality")),
    Action(id="alert.tags", label="tags", help="Edit the tags.",
           keys=("t",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs("tags")),
    Action(id="alert.comment", label="comment", help="Write a comment; what you wrote survives esc.",
           keys=("n",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs_comments),
    Action(id="alert.repeat", label="repeat", help="Make the last change again, here.",
           keys=("full_stop",), group=Group.DECIDE, changes=True, acts_at_press=True),
    Action(id="change.undo", label="undo", help="Take back my last change, on all its alerts.",
           keys=("z",), group=Group.DECIDE, changes=True, acts_at_press=True),
    Action(id="change.redo", label="redo", help="Make again what undo took back.",
           keys=("Z",), group=Group.DECIDE, changes=True, acts_at_press=True),
    Action(id="mark.toggle", label="mark", help="Mark the alert, or unmark it, and go on to the next.",
           keys=("space",), group=Group.MARK, panes=(Pane.LIST,), hint=True),
    Action(id="mark.range", label="mark range", help="Begin a range here; again to mark up to the cursor.",
           keys=("v",), group=Group.MARK, panes=(Pane.LIST,)),
    Action(id="mark.invert", label="invert marks", help="Mark what is not marked, unmark what is.",
           keys=("asterisk",), group=Group.MARK, panes=(Pane.LIST,)),
    Action(id="mark.all", label="mark all", help="Mark all alerts that match the filter now.",
           keys=("T",), group=Group.MARK, panes=(Pane.LIST,)),
    Action(id="filter.edit", label="filter", help="Edit the filter.",
           keys=("slash",), group=Group.FILTER, hint=True),
    Action(id="filter.clear", label="clear filter", help="Show every alert.", keys=("0",),
           group=Group.FILTER),
    Action(id="list.refresh", label="refresh", help="Let the waiting alerts in and the gone ones go.",
           keys=("R",), group=Group.FILTER),
    Action(id="console.help", label="keys", help="The keys of the focused pane.",
           keys=("question_mark",), group=Group.CONSOLE, hint=True),
    Action(id="console.quit", label="quit", help="Leave; asks only if something would be lost.",
           keys=("q", "ctrl+q"), group=Group.CONSOLE),
)  # fmt: skip
"""Every action, in the order of the help screen."""

BY_ID: Final = {action.id: action for action in ACTIONS}
"""The actions by id."""
