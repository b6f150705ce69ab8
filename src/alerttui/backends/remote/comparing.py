"""Whether an alert has the values that a change asked for."""

from __future__ import annotations

from dataclasses import replace

from alerttui.domain.alert import Alert
from alerttui.domain.patch import KEEP, AlertPatch, Set, difference, narrowed, value_text, values_of


def has(alert: Alert, values: AlertPatch) -> bool:
    """Whether an alert has these values."""
    return not missing(alert, values)


def missing(alert: Alert, values: AlertPatch) -> AlertPatch:
    """Those of the values that the alert does not have.

    Neither the order of tags counts nor the case of an e-mail address.
    """
    left = difference(narrowed(values_of(alert), values), values)
    if isinstance(left.tags, Set) and set(left.tags.value) == set(alert.tags):
        left = replace(left, tags=KEEP)
    if isinstance(left.assignee, Set) and _is_address_of(left.assignee.value, alert):
        left = replace(left, assignee=KEEP)
    return left


def tellable(alert: Alert, patch: AlertPatch) -> AlertPatch:
    """Of a patch what this alert can tell: an assignee or a verdict that no answer tells proves nothing."""
    if not alert.assignee_known:
        patch = replace(patch, assignee=KEEP)
    return patch if alert.verdict_known else replace(patch, verdict=KEEP)


def _is_address_of(address: str, alert: Alert) -> bool:
    """True if an assignee is the alert's, named by an e-mail address that is written in whatever case."""
    if alert.assignee is None or "@" not in address:
        return False
    return address.casefold() == alert.assignee.id.casefold()


def now_reason(alert: Alert, unexpected: AlertPatch) -> str:
    """What an alert has in the place of these values, and by whom."""
    now = ", ".join(
        f"{name} is now {value_text(getattr(values_of(alert), name)) or 'empty'}"
        for name, _ in unexpected.changed()
    )
    return f"{now}, changed by {alert.updated_by.label}" if alert.updated_by else now
