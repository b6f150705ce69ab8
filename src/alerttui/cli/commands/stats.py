"""`alerttui stats`: counts and times over alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from alerttui.cli.options import GlobalOptions, current_options, global_options, json_options
from alerttui.cli.output import counted, output_width, put_json, put_line, put_table
from alerttui.cli.workplace import filter_text, open_workplace, parse_filter
from alerttui.domain.errors import NotSupported
from alerttui.domain.listing import Spread, Statistics
from alerttui.domain.moments import format_age
from alerttui.domain.query import NONE

SHOWN_RULES = 20
"""Rows of the table of rules; JSON has what the store tells."""


@click.command(name="stats")
@click.argument("terms", nargs=-1, metavar="[QUERY]")
@click.option("--from-product", "from_product", is_flag=True, help="The remote system's own figures instead.")
@json_options
@global_options()
def command(terms: Sequence[str], from_product: bool, as_json: bool, as_jsonl: bool) -> None:
    """Count the alerts that match QUERY, and measure how long they waited; in JSON, in seconds."""
    options = current_options()
    if from_product:
        _refuse_filter(options, terms)
        _put_own_figures(options, as_json=as_json or as_jsonl)
        return
    wanted = parse_filter(filter_text(options, " ".join(terms)) or "")
    with open_workplace(options) as place:
        place.freshen(wanted)
        statistics = place.store.statistics(wanted, place.context())
    if as_json or as_jsonl:
        put_json(statistics_json(statistics))
    else:
        _put_counts_of(statistics)
        _put_times(statistics)


def _refuse_filter(options: GlobalOptions, terms: Sequence[str]) -> None:
    if terms or options.view or options.query is not None:
        raise click.UsageError("With --from-product there is no filter: the product counts as it does.")
    if options.cached:
        raise click.UsageError("--from-product asks the product, and --cached asks nothing.")


def _put_own_figures(options: GlobalOptions, *, as_json: bool) -> None:
    with open_workplace(options) as place:
        if place.freshening is None:
            name = place.active.profile.name
            raise NotSupported(f"{name} is a local store, with no figures but those that are counted here.")
        mirror = place.freshening.mirror
        figures = place.run(mirror.figures())
    if as_json:
        put_json(own_figures_json(mirror.name, figures))
        return
    from alerttui.domain.showable import shown

    put_line(f"{shown(mirror.product)}'s own figures")
    put_line()
    _put_counts_of(figures)
    if figures.told:
        put_line()
        put_table(("FIGURE", "VALUE"), figures.told.items(), width=output_width())


def own_figures_json(product: str, figures: Statistics) -> dict[str, object]:
    """A product's own figures as one object: counts by its own words, and `told` in its words."""
    return {
        "product": product,
        "total": figures.total,
        "byStatus": figures.by_status,
        "bySeverity": figures.by_severity,
        "byRule": figures.by_rule,
        "told": figures.told,
    }


def statistics_json(statistics: Statistics) -> dict[str, object]:
    """The statistics as one object; durations are seconds, or null where nothing was measured."""
    return {
        "total": statistics.total,
        "byStatus": statistics.by_status,
        "bySeverity": statistics.by_severity,
        "byQuality": statistics.by_quality,
        "byRule": statistics.by_rule,
        "timeToAcknowledge": _spread_json(statistics.time_to_acknowledge),
        "timeToClose": _spread_json(statistics.time_to_close),
    }


def _spread_json(spread: Spread) -> dict[str, float | None]:
    return {"median": spread.median, "p90": spread.p90}


def _put_counts_of(statistics: Statistics) -> None:
    put_line(counted(statistics.total, "alert"))
    is_rated = any(word != NONE for word in statistics.by_quality)
    for heading, counts in (
        ("STATUS", statistics.by_status),
        ("SEVERITY", statistics.by_severity),
        ("QUALITY", statistics.by_quality if is_rated else {}),
        ("RULE", statistics.by_rule),
    ):
        if counts:
            put_line()
            _put_counts(heading, counts)


def _put_times(statistics: Statistics) -> None:
    put_line()
    put_table(
        ("TIME TO", "MEDIAN", "P90"),
        [
            ("acknowledge", *_spread_words(statistics.time_to_acknowledge)),
            ("close", *_spread_words(statistics.time_to_close)),
        ],
    )


def _put_counts(heading: str, counts: Mapping[str, int]) -> None:
    most_first = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    rows = [(f"{count:,}", value or "none") for value, count in most_first[:SHOWN_RULES]]
    put_table(("ALERTS", heading), rows, width=output_width(), right_aligned=("ALERTS",))


def _spread_words(spread: Spread) -> tuple[str, str]:
    return _duration(spread.median), _duration(spread.p90)


def _duration(seconds: float | None) -> str:
    return "-" if seconds is None else format_age(int(seconds * 1000))
