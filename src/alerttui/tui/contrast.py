"""Whether texts can be read: the contrast of every colour of text on every ground that it is put on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from textual.color import Color
from textual.theme import Theme

ENOUGH: Final = 4.5
"""The least contrast for text of ordinary size in WCAG 2 (level AA)."""

GROUNDS: Final = ("background", "panel", "cursor-background", "cursor-blurred")
"""What texts are put on."""

TEXTS: Final = (
    "foreground", "foreground-muted", "primary", "secondary", "accent", "warning", "error", "success", "tag",
    "text-primary", "text-secondary", "text-accent", "text-warning", "text-error", "text-success",
    "severity-critical", "severity-high", "severity-medium", "severity-low", "severity-info",
    "severity-unknown",
)  # fmt: skip
"""The colours of text; each of them may be on each of the grounds."""

OTHER_PAIRS: Final = (
    ("background", "banner-background"), ("background", "banner-red"), ("background", "banner-orange"),
    ("background", "banner-yellow"), ("background", "banner-green"), ("background", "banner-blue"),
    ("background", "banner-purple"), ("foreground", "input-selection-background"),
)  # fmt: skip
"""Further pairs of text and ground."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour of text on a ground, and how far apart they are."""

    text: str
    ground: str
    ratio: float

    def __str__(self) -> str:
        return f"{self.text} on {self.ground} has a contrast of {self.ratio:.1f}"


def pairs(theme: Theme) -> Iterator[Pair]:
    """Every colour of text of a theme on every ground that it is put on."""
    colours = colours_of(theme)
    asked = [(text, ground) for ground in GROUNDS for text in TEXTS]
    for text, ground in (*asked, *OTHER_PAIRS):
        yield Pair(text, ground, ratio(colours[text], colours[ground]))


def weakest(theme: Theme) -> Pair | None:
    """The pair that is hardest to read, if it is too hard; of the terminal's own colours nothing is known."""
    if theme.ansi:
        return None
    worst = min(pairs(theme), key=lambda pair: pair.ratio)
    return worst if worst.ratio < ENOUGH else None


def reading_warning(theme: Theme) -> str:
    """What is to be said of a theme that is hard to read; empty for one that is not."""
    worst = weakest(theme)
    return f"Hard to read: {worst}, less than {ENOUGH}." if worst is not None else ""


def colours_of(theme: Theme) -> Mapping[str, Color]:
    """The colours of a theme by name, those included that Textual derives."""
    values = {**theme.to_color_system().generate(), **theme.variables}
    return {name: Color.parse(values[name]) for pair in _names() for name in pair}


def _names() -> tuple[tuple[str, ...], ...]:
    return (TEXTS, GROUNDS, *OTHER_PAIRS)


def ratio(one: Color, other: Color) -> float:
    """The contrast of two colours as WCAG 2 defines it: 1 for the same, 21 for black and white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: Color) -> float:
    """The relative luminance of a colour: 0 for black, 1 for white."""
    red, green, blue = (_linear(part) for part in colour.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
