"""Statistics as lines: how many alerts, their shares, how long they waited, and a product's own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Final

from textual.content import Content

from alerttui.domain.listing import Spread, Statistics
from alerttui.domain.query import NONE
from alerttui.domain.vocabulary import Severity, StatusWord
from alerttui.tui.render.alert_row import SEVERITY_GLYPHS
from alerttui.tui.render.document import DocLine, blank, heading, text_lines
from alerttui.tui.render.style_names import DIM, ERROR, STRONG
from alerttui.tui.render.styles import PHASE_STYLES, SEVERITY_STYLES
from alerttui.tui.render.text import content, crop, wrap

SHOWN_RULES: Final = 10

MOST_SHARES: Final = 20
"""Lines of a block; the rest is counted."""

MOST_TOLD: Final = 40
MOST_TOLD_LINES: Final = 6
"""Figures of a product's own that are shown, and lines of each."""

TWO_COLUMNS_FROM: Final = 77
"""In so many cells two blocks stand side by side."""

GAP_CELLS: Final = 4
"""Between the two columns."""

LABEL_CELLS: Final = 18
"""A longer label of a block is cut."""

BAR_CELLS: Final = 20
"""A bar of the whole is at most so long; where fewer than `LEAST_BAR_CELLS` are left, there is none."""

LEAST_BAR_CELLS: Final = 5

PERCENT_CELLS: Final = 4

TIME_CELLS: Final = 13
"""The longest duration in words is "23 h 59 min"."""

TIME_LABEL_CELLS: Final = len("acknowledge  ")

WITHIN: Final = "90% within"

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """What a product tells of its own; neither figures nor a problem while it is being asked."""

    product: str
    """Its name, as it begins a heading."""
    figures: Statistics | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """So many alerts have this in common."""

    label: Content
    alerts: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading and the shares under it."""

    title: str
    shares: Sequence[Share]
    note: str = ""

    @property
    def label_cells(self) -> int:
        """The room that its labels need."""
        return max((each.label.cell_length for each in self.shares), default=0)

    @property
    def count_cells(self) -> int:
        """The room that its numbers need."""
        return max((len(f"{each.alerts:,}") for each in self.shares), default=0)


def statistics_lines(
    statistics: Statistics, statuses: Sequence[StatusWord], width: int, *, lacks: str = ""
) -> list[DocLine]:
    """Total, shares by status, severity and quality, times, and the rules with most alerts.

    `lacks` says what is not here of what was asked for, and so was not counted.
    """
    total = statistics.total
    lines = [DocLine(content(_alerts(total), STRONG))]
    if lacks:
        lines += text_lines(f"Not everything is here: {lacks}.", width, DIM)
    if not total:
        return lines
    blocks = _blocks(statistics, statuses)
    parts = _block_parts(blocks, total, width)
    parts.append(_time_lines(statistics))
    return lines + _side_by_side(parts, width) + _rule_lines(statistics, total, width)


def own_lines(own: OwnFigures, statuses: Sequence[StatusWord], width: int) -> list[DocLine]:
    """What the product tells of its own, that it is being asked, or why it does not tell."""
    lines = [blank(), _rule_with(heading(f"{own.product}'s own figures", "whatever the filter is"), width)]
    if own.problem:
        return lines + text_lines(own.problem, width, ERROR)
    if own.figures is None:
        return [*lines, DocLine(content("reading…", DIM))]
    figures = own.figures
    total = figures.total or max(sum(figures.by_status.values()), sum(figures.by_severity.values()))
    blocks = _blocks(figures, statuses)
    if total:
        lines.append(DocLine(content(_alerts(total), STRONG)))
    elif not blocks and not figures.told:
        lines.append(DocLine(content("It told none.", DIM)))
    lines += _side_by_side(_block_parts(blocks, total, width), width)
    lines += _rule_lines(figures, total, width)
    told = _told_lines(figures.told, width)
    return [*lines, blank(), *told] if told and len(lines) > 2 else lines + told


def duration_words(seconds: float) -> str:
    """A duration in its two greatest units: 45 s, 12 min, 2 h 15 min, 3 d 4 h."""
    left = round(seconds)
    if left < 60:
        return f"{left} s"
    words: list[str] = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if words and not count:
            break
        if count:
            words.append(f"{count:,} {unit}")
    return " ".join(words[:2])


def percent(alerts: int, total: int) -> str:
    """A share in whole percent; what is there is never 0%, and what lacks some is never 100%."""
    if not alerts or not total:
        return "0%"
    if alerts >= total:
        return "100%"
    rounded = round(alerts * 100 / total)
    return "<1%" if not rounded else f"{min(rounded, 99)}%"


def _alerts(total: int) -> str:
    return f"{total:,} alert{'' if total == 1 else 's'}" if total else "No alerts"


# -- blocks of shares


def _blocks(statistics: Statistics, statuses: Sequence[StatusWord]) -> list[Block]:
    blocks = [
        Block("Status", _status_shares(statistics.by_status, statuses)),
        Block("Severity", _severity_shares(statistics.by_severity)),
    ]
    if any(word != NONE for word in statistics.by_quality):
        blocks.append(Block("Quality", _quality_shares(statistics.by_quality)))
    return [_bounded(each) for each in blocks if each.shares]


def _bounded(block: Block) -> Block:
    """A product may tell very many words."""
    beyond = len(block.shares) - MOST_SHARES
    if beyond <= 0:
        return block
    return Block(block.title, block.shares[:MOST_SHARES], f"and {beyond:,} more")


def _status_shares(counts: Mapping[str, int], statuses: Sequence[StatusWord]) -> list[Share]:
    """In the order of the product's statuses; words that it does not list last, most alerts first."""
    known = [
        Share(content(each.label, PHASE_STYLES[each.phase]), counts[each.word])
        for each in statuses
        if each.word in counts
    ]
    words = {each.word for each in statuses}
    return known + [Share(content(word), alerts) for word, alerts in _most_first(counts) if word not in words]


def _severity_shares(counts: Mapping[str, int]) -> list[Share]:
    """The gravest first."""
    ranked = sorted(_most_first(counts), key=lambda each: -Severity.from_word(each[0]))
    return [
        Share(content(f"{SEVERITY_GLYPHS[rank]} {word}", SEVERITY_STYLES[rank]), alerts)
        for word, alerts in ranked
        for rank in [Severity.from_word(word)]
    ]


def _quality_shares(counts: Mapping[str, int]) -> list[Share]:
    """What was rated, then what was not."""
    rated = [each for each in _most_first(counts) if each[0] != NONE]
    shares = [Share(content(word.lower()), alerts) for word, alerts in rated]
    return [*shares, Share(content("not rated", DIM), counts[NONE])] if NONE in counts else shares


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _block_parts(blocks: Sequence[Block], total: int, width: int) -> list[list[Content]]:
    """The blocks for a column each; their labels, numbers and bars stand under each other."""
    label_cells = min(max((each.label_cells for each in blocks), default=0), LABEL_CELLS)
    count_cells = max((each.count_cells for each in blocks), default=0)
    return [_block_lines(each, total, _column(width), label_cells, count_cells) for each in blocks]


def _block_lines(block: Block, total: int, width: int, label_cells: int, count_cells: int) -> list[Content]:
    """A heading, then label, number, share and bar, each in its column."""
    lines = [heading(block.title, block.note).content]
    bar_cells = min(BAR_CELLS, width - label_cells - count_cells - PERCENT_CELLS - 6)
    for each in block.shares:
        line = _fitted(each.label, label_cells) + content(f"  {each.alerts:>{count_cells},}  ")
        line += content(percent(each.alerts, total).rjust(PERCENT_CELLS), DIM)
        if bar_cells >= LEAST_BAR_CELLS:
            line += content(f"  {_bar(each.alerts, total, bar_cells)}", DIM)
        lines.append(line)
    return lines


def _bar(alerts: int, total: int, cells: int) -> str:
    """In halves of cells; what is there is never without one."""
    halves = round(alerts * cells * 2 / total) if total else 0
    halves = min(cells * 2, max(halves, 1 if alerts else 0))
    return "━" * (halves // 2) + "╸" * (halves % 2)


def _rule_lines(statistics: Statistics, total: int, width: int) -> list[DocLine]:
    if not statistics.by_rule:
        return []
    most_first = _most_first(statistics.by_rule)
    shares = [
        Share(content(statistics.rule_label(rule)) if rule != NONE else content("no rule", DIM), alerts)
        for rule, alerts in most_first[:SHOWN_RULES]
    ]
    beyond = len(most_first) - SHOWN_RULES
    note = f"and {beyond:,} more rule{'' if beyond == 1 else 's'}" if beyond > 0 else ""
    block = Block("Rules with most alerts" if len(most_first) > 1 else "Rule", shares, note)
    room = width - block.count_cells - PERCENT_CELLS - BAR_CELLS - 6
    label_cells = min(block.label_cells, max(LABEL_CELLS, room))
    lines = _block_lines(block, total, width, label_cells, block.count_cells)
    return [blank(), *map(DocLine, lines)]


# -- times, and what a product says in its own words


def _time_lines(statistics: Statistics) -> list[Content]:
    cells = TIME_LABEL_CELLS
    head = _fitted(heading("Time to").content, cells) + content(f"{'median'.ljust(TIME_CELLS)}{WITHIN}", DIM)
    rows = (("acknowledge", statistics.time_to_acknowledge), ("close", statistics.time_to_close))
    return [head, *(content(label.ljust(cells)) + _spread(spread) for label, spread in rows)]


def _spread(spread: Spread) -> Content:
    if spread.median is None or spread.p90 is None:
        return content("none yet", DIM)
    return content(duration_words(spread.median).ljust(TIME_CELLS) + duration_words(spread.p90))


def _told_lines(told: Mapping[str, str], width: int) -> list[DocLine]:
    """The product's own words: what it measures in the left column, the figure beside it."""
    shown = [(content(label), content(figure)) for label, figure in islice(told.items(), MOST_TOLD)]
    cells = min(max((label.cell_length for label, _ in shown), default=0), width // 2)
    lines: list[DocLine] = []
    for label, figure in shown:
        head = _fitted(label, cells) + Content("  ")
        for part in wrap(figure, max(8, width - cells - 2), max_lines=MOST_TOLD_LINES):
            lines.append(DocLine(head + part))
            head = Content(" " * (cells + 2))
    if len(told) > MOST_TOLD:
        lines.append(DocLine(content(f"and {len(told) - MOST_TOLD:,} more", DIM)))
    return lines


# -- places


def _rule_with(head: DocLine, width: int) -> DocLine:
    """A heading that divides: what follows is not about the same alerts."""
    rest = width - head.content.cell_length - 2
    return DocLine(head.content + content(f"  {'─' * rest}", DIM)) if rest > 0 else head


def _column(width: int) -> int:
    return (width - GAP_CELLS) // 2 if width >= TWO_COLUMNS_FROM else width


def _side_by_side(parts: Sequence[Sequence[Content]], width: int) -> list[DocLine]:
    """Two blocks beside each other where there is room, with a blank line above."""
    lines: list[DocLine] = []
    column = _column(width)
    step = 2 if column < width else 1
    for at in range(0, len(parts), step):
        lines.append(blank())
        for pair in zip_longest(*parts[at : at + step], fillvalue=Content("")):
            left = [_fitted(each, column) + Content(" " * GAP_CELLS) for each in pair[:-1]]
            lines.append(DocLine(Content("").join([*left, pair[-1]])))
    return lines


def _fitted(text: Content, cells: int) -> Content:
    """The text in exactly so many cells."""
    cut = crop(text, cells)
    return cut + Content(" " * (cells - cut.cell_length))
