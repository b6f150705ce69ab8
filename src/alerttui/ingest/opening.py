"""Opens a file of alerts: plain or gzip, UTF-8 or UTF-16, from disk or from standard input."""

from __future__ import annotations

import codecs
import gzip
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from alerttui.ingest.byte_window import ByteSource
from alerttui.ingest.errors import FileTrouble, FormatError

_GZIP: Final = b"\x1f\x8b"
_FOREIGN: Final = {
    b"PK\x03\x04": "a zip archive",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"SQLite format 3\x00": "a SQLite database",
    b"ElfFile\x00": "a Windows event log",
    b"PAR1": "a Parquet file",
}
_UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class OpenedFile:
    """The bytes of a file as UTF-8, and how far we are in it."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        self.notes: list[str] = []
        """What should be said of the file beside its records."""
        self._counted = _Counted(stream, name)
        self.total_bytes = _size_of(stream)
        self._source = self._decoded(self._unpacked(self._counted))

    @property
    def bytes_read(self) -> int:
        """How much of the file, as it lies on disk, has been read."""
        return self._counted.count

    @property
    def damage(self) -> str:
        """Why the file could not be read to its end; empty if it could."""
        return self._unpacker.damage if self._unpacker else ""

    def read(self, size: int, /) -> bytes:
        """The next bytes, as UTF-8 without a mark."""
        return self._source.read(size)

    def _unpacked(self, source: ByteSource) -> ByteSource:
        head = _read_fully(source, 16)
        self._unpacker: _Unpacker | None = None
        whole = _WithHead(head, source)
        if head.startswith(_GZIP):
            self._unpacker = _Unpacker(whole)
            return self._unpacker
        for magic, what in _FOREIGN.items():
            if head.startswith(magic):
                raise FormatError(f"{self.name}: this is {what}; JSON is expected, plain or packed with gzip")
        return whole

    def _decoded(self, source: ByteSource) -> ByteSource:
        head = _read_fully(source, 3)
        if head.startswith(codecs.BOM_UTF8):
            return source
        encoding = _UTF16.get(head[:2])
        if encoding is None:
            return _WithHead(head, source)
        self.notes.append("The file is UTF-16; its records are kept as UTF-8.")
        return _Transcoded(_WithHead(head[2:], source), encoding)


@contextmanager
def opened(path_or_stream: Path | str | BinaryIO) -> Iterator[OpenedFile]:
    """The file behind a path, `-` (standard input) or a stream; only what was opened here is closed."""
    if path_or_stream == "-":
        yield OpenedFile(sys.stdin.buffer, "standard input")
    elif isinstance(path_or_stream, (str, Path)):
        try:
            stream = Path(path_or_stream).open("rb")  # noqa: SIM115  # closed below; only its opening is guarded here
        except OSError as error:
            raise FileTrouble(f"{path_or_stream} cannot be opened: {error.strerror or error}") from None
        with stream:
            yield OpenedFile(stream, str(path_or_stream))
    else:
        yield OpenedFile(path_or_stream, getattr(path_or_stream, "name", None) or "the stream")


def _size_of(stream: BinaryIO) -> int | None:
    try:
        return os.fstat(stream.fileno()).st_size or None
    except (OSError, ValueError, AttributeError):
        return None


def _read_fully(source: ByteSource, size: int) -> bytes:
    """Exactly so many bytes, or fewer at the end."""
    parts = b""
    while len(parts) < size and (part := source.read(size - len(parts))):
        parts += part
    return parts


class _Counted:
    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        try:
            part = self._stream.read(size)
        except OSError as error:
            raise FileTrouble(f"{self._name} cannot be read: {error.strerror or error}") from None
        self.count += len(part)
        return part


class _WithHead:
    def __init__(self, head: bytes, source: ByteSource) -> None:
        self._head = head
        self._source = source

    def read(self, size: int = -1, /) -> bytes:
        if self._head:
            part, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return part
        return self._source.read(size)


class _Unpacker:
    """Gzip, possibly cut off or damaged: what can be unpacked is given, and the damage remembered."""

    def __init__(self, source: _WithHead) -> None:
        self._gzip = gzip.GzipFile(fileobj=source)  # type: ignore[call-overload]  # it only ever calls read
        self.damage = ""

    def read(self, size: int, /) -> bytes:
        if self.damage:
            return b""
        try:
            part: bytes = self._gzip.read1(size)
        except (OSError, EOFError, zlib.error) as error:
            self.damage = f"the gzip stream is damaged or cut off: {error}"
            return b""
        return part


class _Transcoded:
    def __init__(self, source: ByteSource, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(self, size: int, /) -> bytes:
        while True:
            part = self._source.read(size)
            text = self._decoder.decode(part, final=not part)
            if text or not part:
                return text.encode("utf-8")
