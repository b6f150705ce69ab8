"""The file of records that could not be imported: their exact bytes, one after another, to be mended."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from alerttui.domain.errors import Invalid
from alerttui.ingest.errors import FileTrouble


class RejectsFile:
    """Appended to, made with the first bad record, readable by its owner only."""

    def __init__(self, path: Path, imported: object) -> None:
        """`imported` is the file that is being read, which must not be this one."""
        self._path = path
        self._file: BinaryIO | None = None
        if isinstance(imported, (str, Path)) and _are_one_file(path, Path(imported)):
            raise Invalid("rejects", str(path), "another file than the one that is imported is expected")
        if not os.access(path.parent, os.W_OK) or path.is_dir():
            raise FileTrouble(f"{path} cannot be written; name another file with --rejects")

    def __enter__(self) -> RejectsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, raw: bytes) -> None:
        """Append a record as it came, and a line break."""
        try:
            if self._file is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
                self._file = os.fdopen(os.open(self._path, flags, 0o600), "ab")
            self._file.write(raw + b"\n")
        except OSError as error:
            raise FileTrouble(f"{self._path} cannot be written: {error.strerror or error}") from None


def _are_one_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
