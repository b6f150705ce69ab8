"""What people call the value of a field: the product's label for a status, the name behind a user id."""

from __future__ import annotations

from alerttui.domain.showable import shown
from alerttui.tui.screens.desk import Desk


def in_words(desk: Desk, name: str, value: str) -> str:
    """A value of a patch field, in the product's words, as it is called on screen; "none" for none."""
    capabilities = desk.session.capabilities
    if not value:
        return "none"
    if name == "status":
        return shown(capabilities.status(value).label)
    if name == "verdict":
        return shown(capabilities.verdict(value).label)
    return shown(desk.person_label(value)) if name == "assignee" else shown(value)
