"""`alerttui export`: alerts that match a filter, into a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import counted, put_bytes, put_text, say
from alerttui.cli.workplace import filter_text, open_workplace, parse_filter
from alerttui.triage.export import ExportFormat, preamble, records, write_file
from alerttui.triage.notes import notes_of


@click.command(name="export")
@click.argument("terms", nargs=-1, metavar="[QUERY]")
@click.option(
    "-o",
    "--output",
    "target",
    required=True,
    metavar="FILE|-",
    help="Where to; - is stdout.",
    shell_complete=offering("file_names"),
)
@click.option(
    "--format",
    "kind",
    type=click.Choice([each.value for each in ExportFormat]),
    default=ExportFormat.ALERTTUI.value,
    show_default=True,
    help="alerttui is lossless, jsonl Panther-shaped, csv and md to read, raw the bytes that came in.",
)
@global_options()
def command(terms: Sequence[str], target: str, kind: str) -> None:
    """Write the alerts that match QUERY, every alert without one, newest first."""
    options = current_options()
    wanted = parse_filter(filter_text(options, " ".join(terms)) or "")
    with open_workplace(options) as place:
        place.freshen(wanted)
        shape = ExportFormat(kind)
        count = _Count()
        session = place.session()
        found = records(place.store, wanted, place.context(), shape, notes_of(session.notes))
        chunks = count.of(preamble(shape), found)
        if target == "-":
            _put(chunks)
        else:
            write_file(Path(target), chunks)
        if session.notes and session.notes.trouble:
            say(f"alerttui: local notes are not in it: {session.notes.trouble}")
    say(count.summary("stdout" if target == "-" else target))


class _Count:
    """How many alerts went out, and how many had nothing to give in this format."""

    def __init__(self) -> None:
        self.written = 0
        self.empty = 0

    def of(self, first: bytes, following: Iterator[bytes]) -> Iterator[bytes]:
        yield first
        for record in following:
            self.written += bool(record)
            self.empty += not record
            yield record

    def summary(self, target: str) -> str:
        note = f"; {self.empty:,} came from no record and are not in it" if self.empty else ""
        return f"{counted(self.written, 'alert')} written to {target}{note}."


def _put(chunks: Iterator[bytes]) -> None:
    """To stdout exactly; on a terminal, which would act on what it reads, made showable."""
    for chunk in chunks:
        if sys.stdout.isatty():
            put_text(chunk.decode("utf-8", "backslashreplace").removesuffix("\n"))
        else:
            put_bytes(chunk)
