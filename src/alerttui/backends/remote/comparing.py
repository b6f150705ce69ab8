"""Whether an alert has the values that a change asked for."""

from __future__ import annotations

from alerttui.domain.alert import Alert
from alerttui.domain.patch import AlertPatch, Set, difference, narrowed, value_text, values_of


def has(alert: Alert, values: AlertPatch) -> bool:
    """Whether an alert has these values."""
    return not missing(alert, values)


def missing(alert: Alert, values: AlertPatch) -> AlertPatch:
    """Those of the values that the alert does not have; the order of tags does not count."""
    left = difference(narrowed(values_of(alert), values), values)
    is_same = isinstance(left.tags, Set) and set(left.tags.value) == set(alert.tags)
    names = [name for name, _ in left.changed() if not (name == "tags" and is_same)]
    return AlertPatch(**{name: getattr(left, name) for name in names})


def now_reason(alert: Alert, unexpected: AlertPatch) -> str:
    """What an alert has in the place of these values, and by whom."""
    now = ", ".join(
        f"{name} is now {value_text(getattr(values_of(alert), name)) or 'empty'}"
        for name, _ in unexpected.changed()
    )
    return f"{now}, changed by {alert.updated_by.label}" if alert.updated_by else now
