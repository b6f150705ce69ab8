"""`alerttui import`: alerts from files, or from stdin, into the local store."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from alerttui.cli.group import EXIT_FAILED, error_text
from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import counted, put_json, say
from alerttui.cli.progress import ProgressLine
from alerttui.cli.workplace import now_ms, open_workplace
from alerttui.domain.errors import AlertTuiError, ReadOnly

if TYPE_CHECKING:
    from alerttui.backends.store import AlertStore
    from alerttui.ingest.importer import ImportReport

NAMED_PROBLEMS: Final = 10
"""Bad records that are named on stderr; JSON names more."""


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...", shell_complete=offering("file_names"))
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help="The format; told from the records without it.",
    shell_complete=offering("import_formats"),
)
@click.option(
    "--map",
    "map_file",
    metavar="M.toml",
    type=click.Path(path_type=Path),
    help="How to read a format of one's own.",
)
@click.option("--dry-run", is_flag=True, help="Read and judge every record, and write nothing.")
@click.option(
    "--rejects",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where the bad records go, as they came.",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@global_options(filters=False, remote=False)
def command(
    files: Sequence[str],
    format_name: str | None,
    map_file: Path | None,
    dry_run: bool,
    rejects: Path | None,
    as_json: bool,
) -> int:
    """Take the alerts in FILEs into the store; - is stdin. Known alerts keep every decision.

    The format is told from the records. Bad records are named and left out; the good ones are kept.
    """
    if files.count("-") > 1:
        raise click.UsageError("Stdin can be read once only.", click.get_current_context())
    run = _Run(format_name, map_file, dry_run, rejects)
    options = current_options(filters=False)
    if dry_run:
        run.all(files, None)
    else:
        with open_workplace(options, create=True, local_only="Importing") as place:
            if place.active.read_only:
                raise ReadOnly(f"The profile {place.active.profile.name} is read-only; nothing was imported.")
            run.all(files, place.store)
    if as_json:
        put_json({"results": run.results})
    return run.exit_code


class _Run:
    """One run over all files: a file that fails as a whole does not keep the others from being read."""

    def __init__(
        self, format_name: str | None, map_file: Path | None, dry_run: bool, rejects: Path | None
    ) -> None:
        self._format_name = format_name
        self._map_file = map_file
        self._dry_run = dry_run
        self._rejects = rejects
        self.results: list[dict[str, object]] = []
        self.exit_code = 0

    def all(self, files: Sequence[str], store: AlertStore | None) -> None:
        """Import each file, and say what became of it."""
        for file in files:
            try:
                report = self._one(file, store)
            except AlertTuiError as error:
                if len(files) == 1:
                    raise
                say(f"alerttui: {error_text(error)}")
                self.results.append({"file": file, "error": error_text(error)})
                self.exit_code = EXIT_FAILED
                continue
            self.results.append(report_json(file, report))
            _say_report(file, report, self._rejects)
            if report.rejected:
                self.exit_code = EXIT_FAILED

    def _one(self, file: str, store: AlertStore | None) -> ImportReport:
        from alerttui.ingest.importer import import_file

        with ProgressLine(sys.stderr) as line:
            return import_file(
                file,
                store,
                format_name=self._format_name,
                map_file=self._map_file,
                dry_run=self._dry_run,
                rejects=self._rejects,
                now_ms=now_ms(),
                progress=line.show if line.is_visible else None,
            )


def report_json(file: str, report: ImportReport) -> dict[str, object]:
    """What an import did, as JSON."""
    return {
        "file": file,
        "format": report.format,
        "read": report.read,
        "alerts": report.alerts,
        "added": report.added,
        "known": report.known,
        "skipped": report.skipped,
        "rejected": report.rejected,
        "eventsAdded": report.events_added,
        "oversized": report.oversized,
        "mended": report.mended,
        "problems": [{"line": each.line, "reason": each.reason} for each in report.problems],
        "notes": list(report.notes),
        "dryRun": report.dry_run,
    }


def _say_report(file: str, report: ImportReport, rejects: Path | None) -> None:
    for problem in report.problems[:NAMED_PROBLEMS]:
        place = f"{file}, line {problem.line}" if problem.line else file
        say(f"{place}: {problem.reason}; not imported.")
    if report.rejected > NAMED_PROBLEMS:
        say(f"{file}: and {report.rejected - NAMED_PROBLEMS:,} more; --rejects FILE keeps them all.")
    for note in report.notes:
        say(f"{file}: {note}")
    say(f"{file}: {_summary(report, rejects)}")


def _summary(report: ImportReport, rejects: Path | None) -> str:
    if report.dry_run:
        parts = [f"dry run, {counted(report.alerts, 'alert')} would be read", "nothing was written"]
    else:
        parts = [f"{report.added:,} added", f"{report.known:,} known already"]
    if report.events_added:
        parts.append(f"{counted(report.events_added, 'event')} added to known alerts")
    if report.skipped:
        parts.append(f"{report.skipped:,} no alerts")
    if report.rejected:
        where = f" (kept in {rejects})" if rejects and not report.dry_run else ""
        parts.append(f"{report.rejected:,} rejected{where}")
    return f"{', '.join(parts)}{f' [{report.format}]' if report.format else ''}."
