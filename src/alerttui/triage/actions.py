"""The one registry of actions: bindings, hints, help and the keys document all come from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
    TAKE_OUT = "Take out"
    CONSOLE = "Console"


class Pane(Enum):
    """Where the focus can be."""

    LIST = "list"
    DETAIL = "detail"
    EVENTS = "events"
    COMMENTS = "comments"
    HISTORY = "history"
    INDICATORS = "indicators"
    RELATED = "related"


ALL_PANES: Final = tuple(Pane)

_NOTE_HELP: Final = "Write a local note; it stays on this machine."

Refusal = Callable[[Capabilities], str]
"""Why an action cannot be done over a connection; empty if it can."""


def _needs(field: str) -> Refusal:
    return lambda capabilities: capabilities.refusal(field)


def _needs_status(capabilities: Capabilities) -> str:
    return capabilities.refusal("status") or _no_words(capabilities, "status", capabilities.statuses)


def _needs_closing(capabilities: Capabilities) -> str:
    if why := capabilities.refusal("status"):
        return why
    if capabilities.closing_targets:
        return ""
    return f"{capabilities.label} has no status that closes an alert; set a status or a tag instead."


def _needs_severity(capabilities: Capabilities) -> str:
    return capabilities.refusal("severity") or _no_words(capabilities, "severity", capabilities.severities)


def _no_words(capabilities: Capabilities, field: str, words: Sequence[object]) -> str:
    return "" if words else f"{capabilities.label} names no {field} to choose from."


def _always(_: Capabilities) -> str:
    return ""


def _needs_comments(capabilities: Capabilities) -> str:
    if capabilities.comments.notes:  # a note needs nobody's leave
        return ""
    return capabilities.read_only_reason or capabilities.comments.write_refusal


def _needs_mirror(capabilities: Capabilities) -> str:
    return "" if capabilities.is_queued else "In a local store every change is made at once: nothing waits."


def _needs_sign_in(capabilities: Capabilities) -> str:
    if capabilities.signs_in:
        return ""
    if not capabilities.is_queued:
        return "Nobody signs in to a local store."
    if not capabilities.needs_token:
        return f"Nobody signs in to {capabilities.label}: it asks for no token."
    return f"Nobody signs in over this connection to {capabilities.label}: the profile names its token."


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One verb of the console."""

    id: str
    label: str
    """One or two words, for hints."""
    help: str
    """One sentence, for the help screen and the keys document."""
    keys: tuple[str, ...]
    """Names of its keys before the user's keymap; the first is the one that is shown."""
    group: Group
    panes: tuple[Pane, ...] = ALL_PANES
    changes: bool = False
    """True if it changes alerts, and so is refused where only reading is allowed."""
    acts_at_press: bool = False
    """True if it asks nothing first: a held-down key must not repeat it."""
    hint: bool = False
    """True if it belongs into the line of keys that matter now."""
    refusal: Refusal = _always

    def why_not(self, capabilities: Capabilities, own_refusal: str) -> str:
        """Why it cannot be done; empty if it can. `own_refusal` is why this session may change nothing.

        A local note reaches no product: where comments are such notes, only our own word forbids them.
        """
        why = ""
        if self.changes:
            stays_here = self.id == "alert.comment" and capabilities.comments.notes
            why = own_refusal or ("" if stays_here else capabilities.read_only_reason)
        return why or self.refusal(capabilities)

    def is_lacking(self, capabilities: Capabilities) -> bool:
        """True if the product has no such thing, rather than that nothing may be changed here."""
        why = self.refusal(replace(capabilities, read_only_reason=""))
        return bool(why) and why != capabilities.read_only_reason

    def named_for(self, capabilities: Capabilities) -> Action:
        """The action as it is called over a connection: a comment may be a local note there."""
        if self.id == "alert.comment" and capabilities.comments.notes:
            return replace(self, label="local note", help=_NOTE_HELP)
        return self


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
    Action(id="pane.indicators", label="indicators", help="Addresses, hashes, names found in the alert.",
           keys=("i", "6"), group=Group.PANES),
    Action(id="pane.related", label="related", help="Other alerts of its rule, and what became of them.",
           keys=("r", "7"), group=Group.PANES),
    Action(id="pane.open", label="open", help="Open the alert, the event or the fold under the cursor.",
           keys=("enter",), group=Group.PANES),
    Action(id="pane.full", label="full screen", help="Show the pane alone, or all panes again.",
           keys=("f",), group=Group.PANES),
    Action(id="list.larger", label="larger list", help="Give the list more room.",
           keys=("plus",), group=Group.PANES),
    Action(id="list.smaller", label="smaller list", help="Give the list less room.",
           keys=("underscore",), group=Group.PANES),
    Action(id="fold.all", label="fold all", help="Fold every part of the pane's JSON, or unfold it.",
           keys=("equals_sign",), group=Group.PANES),
    Action(id="find.open", label="find", help="Find a text in the pane.",
           keys=("ctrl+f",), group=Group.PANES),
    Action(id="find.next", label="next match", help="Go to the next match in the pane.",
           keys=("semicolon", "f3"), group=Group.PANES),
    Action(id="find.previous", label="previous match", help="Go to the previous match in the pane.",
           keys=("comma", "shift+f3"), group=Group.PANES),
    Action(id="back", label="back", help="Back one step: menu, full screen, marks, pane, filter.",
           keys=("escape",), group=Group.PANES),
    Action(id="alert.take", label="take", help="Assign to me and make active, as one change.",
           keys=("a",), group=Group.DECIDE, changes=True, acts_at_press=True, hint=True,
           refusal=_needs("assignee")),
    Action(id="alert.assign", label="assign", help="Assign to somebody, or to nobody.",
           keys=("A",), group=Group.DECIDE, changes=True, refusal=_needs("assignee")),
    Action(id="alert.status", label="status", help="Set the status, in the product's own words.",
           keys=("s",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs_status),
    Action(id="alert.close", label="close", help="Close: status, verdict and a comment in one act.",
           keys=("c",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs_closing),
    Action(id="alert.quality", label="quality", help="Rate the detection useful or noise, or clear it.",
           keys=("u",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs("quality")),
    Action(id="alert.tags", label="tags", help="Edit the tags.",
           keys=("t",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs("tags")),
    Action(id="alert.comment", label="comment", help="Write a comment; what you wrote survives esc.",
           keys=("n",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs_comments),
    Action(id="alert.repeat", label="repeat", help="Make the last change again, here.",
           keys=("full_stop",), group=Group.DECIDE, changes=True, acts_at_press=True),
    Action(id="alert.macro", label="macro", help="Do one of your own sets of changes.",
           keys=("m",), group=Group.DECIDE, changes=True),
    Action(id="alert.severity", label="severity", help="Set the severity, where the product lets you.",
           keys=("S",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs_severity),
    Action(id="alert.malice", label="malice", help="Override malice or risk, where the product lets you.",
           keys=("W",), group=Group.DECIDE, changes=True, hint=True, refusal=_needs("malice")),
    Action(id="change.undo", label="undo", help="Take back my last change, on all its alerts.",
           keys=("z",), group=Group.DECIDE, changes=True, acts_at_press=True),
    Action(id="change.redo", label="redo", help="Make again what undo took back.",
           keys=("Z",), group=Group.DECIDE, changes=True, acts_at_press=True),
    Action(id="change.outcomes", label="outcomes", help="What my last change did to each alert; retry.",
           keys=("exclamation_mark",), group=Group.DECIDE),
    Action(id="change.pending", label="waiting", help="What is not sent yet, or waits for your decision.",
           keys=("w",), group=Group.DECIDE, refusal=_needs_mirror),
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
    Action(id="view.next", label="next view", help="Go to the next view.",
           keys=("greater_than_sign",), group=Group.FILTER),
    Action(id="view.previous", label="previous view", help="Go to the previous view.",
           keys=("less_than_sign",), group=Group.FILTER),
    Action(id="view.last", label="last view", help="Go back to the view or filter before.",
           keys=("minus",), group=Group.FILTER),
    Action(id="view.menu", label="views", help="Go to a view; keep the filter as one; rename, delete.",
           keys=("V",), group=Group.FILTER),
    Action(id="view.statistics", label="statistics", help="Counts, shares and times of all that is listed.",
           keys=("percent_sign",), group=Group.FILTER),
    Action(id="value.pivot", label="pivot", help="Only this value, not this, around this time.",
           keys=("p",), group=Group.FILTER),
    Action(id="list.refresh", label="refresh", help="Let the waiting alerts in and the gone ones go.",
           keys=("R",), group=Group.FILTER),
    Action(id="value.copy", label="copy", help="Copy the value, the id, JSON, Markdown; raw or defanged.",
           keys=("y",), group=Group.TAKE_OUT),
    Action(id="alert.links", label="links", help="The alert's links, shown whole before anything opens.",
           keys=("o",), group=Group.TAKE_OUT),
    Action(id="alert.outside", label="pager", help="Open the record or a pane in $PAGER or $EDITOR.",
           keys=("e",), group=Group.TAKE_OUT),
    Action(id="alert.export", label="export", help="Write this alert, the marked or the listed to a file.",
           keys=("x",), group=Group.TAKE_OUT),
    Action(id="console.palette", label="commands", help="Find any command by its name.",
           keys=("colon", "ctrl+p"), group=Group.CONSOLE),
    Action(id="console.profile", label="profile", help="Go to another profile.",
           keys=("P",), group=Group.CONSOLE),
    Action(id="sign_in", label="sign in", help="Sign in to the profile's system by e-mail and password.",
           keys=("L",), group=Group.CONSOLE, refusal=_needs_sign_in),
    Action(id="console.theme", label="theme", help="Choose another look; it shows while you choose.",
           keys=("ctrl+t",), group=Group.CONSOLE),
    Action(id="console.mouse", label="mouse", help="Mouse on or off; on, shift and drag still selects text.",
           keys=("M",), group=Group.CONSOLE),
    Action(id="console.redraw", label="redraw", help="Write the screen anew, where something wrote over it.",
           keys=("ctrl+l",), group=Group.CONSOLE),
    Action(id="console.suspend", label="suspend", help="Back to the shell; fg returns.",
           keys=("ctrl+z",), group=Group.CONSOLE),
    Action(id="console.help", label="keys", help="The keys of the focused pane.",
           keys=("question_mark",), group=Group.CONSOLE, hint=True),
    Action(id="console.quit", label="quit", help="Leave; asks only if something would be lost.",
           keys=("q", "ctrl+q"), group=Group.CONSOLE),
)  # fmt: skip
"""Every action, in the order of the help screen."""

BY_ID: Final = {action.id: action for action in ACTIONS}
"""The actions by id."""
