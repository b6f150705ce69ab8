"""What can go wrong with a file as a whole; a bad record is not an error but a line of the report."""

from __future__ import annotations

from alerttui.domain.errors import AlertTuiError


class FormatError(AlertTuiError):
    """The file holds no alerts that we know; the text says what was expected and what was nearest."""


class FileTrouble(AlertTuiError):
    """A file cannot be opened, read or written."""
