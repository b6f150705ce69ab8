"""What the commands print: data to stdout, talk to stderr, and a table that fits where it is read."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence

ELLIPSIS = "…"

# `shown` is imported where it is used: a listing in JSON does not pay for loading its tables.


def put_bytes(data: bytes) -> None:
    """Write data to stdout exactly."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def put_json(value: object) -> None:
    """Write one line of JSON to stdout, in UTF-8 wherever it goes."""
    from alerttui.triage.panther_json import json_line

    put_bytes(json_line(value).encode("utf-8") + b"\n")


def put_line(text: str = "") -> None:
    """Write one line for people to stdout; whoever calls has made foreign text showable."""
    encoding = sys.stdout.encoding or "utf-8"
    put_bytes(text.encode(encoding, "backslashreplace") + b"\n")


def put_text(text: str, indent: str = "") -> None:
    """Write text from an alert to stdout, showable, with its lines kept and indented."""
    from alerttui.domain.showable import shown

    for line in shown(text, multiline=True).split("\n"):
        put_line(f"{indent}{line}".rstrip(" ") if indent else line)


def say(text: str) -> None:
    """Write one line of talk to stderr, showable whatever is in it; nowhere if that is closed."""
    if not sys.stderr:
        return
    from alerttui.domain.showable import shown

    encoding = sys.stderr.encoding or "utf-8"
    line = shown(text).encode(encoding, "backslashreplace").decode(encoding)
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 alert, 1,200 alerts."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def output_width() -> int | None:
    """Columns of the terminal that stdout is; None where it is no terminal and nothing needs to fit."""
    if not sys.stdout.isatty():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def put_table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    width: int | None = None,
    right_aligned: Sequence[str] = (),
) -> None:
    """Write rows under a header in aligned columns; the last column is cut to fit the width.

    Every cell is made showable here, so that no command can forget it.
    """
    from alerttui.domain.showable import shown

    lines = [tuple(header), *(tuple(shown(cell) for cell in row) for row in rows)]
    widths = [max(cells(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        padded = [
            _padded(cell, widths[column], right=header[column] in right_aligned)
            for column, cell in enumerate(line[:-1])
        ]
        text = "  ".join([*padded, line[-1]]).rstrip(" ")
        put_line(text if width is None else clipped(text, width))


def cells(text: str) -> int:
    """How many terminal cells a showable text takes."""
    if text.isascii():
        return len(text)
    return sum(_character_cells(character) for character in text)


def clipped(text: str, width: int) -> str:
    """The text in at most so many cells, with an ellipsis where something was cut."""
    if cells(text) <= width:
        return text
    taken = 0
    for index, character in enumerate(text):
        taken += _character_cells(character)
        if taken > width - 1:
            return text[:index] + ELLIPSIS
    return text


def _character_cells(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def _padded(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - cells(text))
    return gap + text if right else text + gap
