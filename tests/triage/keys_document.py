"""Writes docs/keys.md from the registry of actions."""

from __future__ import annotations

from alerttui.triage.actions import ACTIONS, ALL_PANES, Action, Group
from alerttui.triage.keymap import DEFAULT_KEYMAP

HEAD = """# Keys

Every verb of the console, from the one registry of actions that also makes the hints and the help (`?`).
This page is generated; a test keeps it true, and `pytest tests/triage/test_keys_document.py --update-files`
writes it anew.

A change acts on the marked alerts, or on the alert under the cursor where none is marked; in a pane, on the
alert that the pane shows.
"""


def keys_document() -> str:
    """The whole page."""
    return "\n".join([HEAD, *("\n".join(_group(group)) for group in Group)])


def _group(group: Group) -> list[str]:
    lines = [f"## {group.value}", "", "| keys | does | id |", "|---|---|---|"]
    lines += [_line(action) for action in ACTIONS if action.group is group]
    return [*lines, ""]


def _line(action: Action) -> str:
    keys = " ".join(f"`{label}`" for label in DEFAULT_KEYMAP.labels(action.id))
    where = "" if action.panes == ALL_PANES else f" (in the {', '.join(each.value for each in action.panes)})"
    return f"| {keys} | {action.help}{where} | `{action.id}` |"
