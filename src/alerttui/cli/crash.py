"""What happens on an error that nobody foresaw: a traceback in the log, one line on stderr, exit code 1."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from alerttui.cli.output import say
from alerttui.config.paths import find_places, private_folder


def report_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log an unforeseen error without the values of variables, and say where; an `sys.excepthook`."""
    if issubclass(kind, KeyboardInterrupt):
        return
    import traceback
    from datetime import UTC, datetime

    from alerttui.domain.showable import shown

    places = find_places({})  # the log does not lie where ALERTTUI_CONFIG says, which may be what is wrong
    report = "".join(traceback.format_exception(kind, error, trace))
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{shown(report, multiline=True)}\n"
    try:
        private_folder(places.state_folder)
        log = os.open(places.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(log, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(entry)
        where = f"the traceback is in {places.log_file}"
    except OSError as refusal:
        where = f"the log {places.log_file} cannot be written ({refusal.strerror})"
    say(f"alerttui: an error in alerttui itself ({kind.__name__}: {error}); {where}; please report it.")


def install() -> None:
    """From now on, an unforeseen error ends in the log."""
    sys.excepthook = report_crash
