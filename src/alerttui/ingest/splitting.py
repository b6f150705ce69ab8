"""Cuts a stream of bytes into JSON records without parsing it: memory follows the record, not the file.

Reads an array, an object that holds a list of results, one record a line, and objects one after another in
any layout, also mixed. Every record comes with its exact bytes and its line; what is broken comes as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from alerttui.ingest.byte_window import ByteSource, ByteWindow
from alerttui.ingest.structure import STRING, Ending, nested_value, scan_value

MAX_RECORD_BYTES: Final = 64 * 1024 * 1024
"""An object that does not end within this is taken for broken, and the next one to start a line is tried."""

MAX_FAILED_SCANS: Final = 20
"""After so many long scans for ends that never came nothing is looked for beyond the next start."""

CUT_OFF: Final = "the file ends inside this record"
CUT_OFF_LIST: Final = "the file ends inside its list; it may have been cut off"

_HEAD_BYTES = 65_536
_LONG_SCAN_BYTES = 262_144
_RESTART_BYTES = 4_096
"""What marks the start of a record fits into this, indentation included."""

_SPACE = re.compile(rb"[ \t\r\n,\x1e]*+")
_SCALAR = re.compile(STRING + rb'|[^",\]\s\[{}]++|\}', re.DOTALL)
_LIST_NAME = rb'"(?:results|alerts|Findings|findings|Records|records|hits|items|value|data|detections)"'
_MEMBER = (
    rb"(?!" + _LIST_NAME + rb"\s*+:\s*+[\[{])" + STRING + rb"\s*+:\s*+" + nested_value(3) + rb"\s*+,\s*+"
)
_LIST = _LIST_NAME + rb"\s*+:\s*+\[\s*+(?=[{\]])"
_WRAPPED_LIST = re.compile(
    rb"\{\s*+(?P<before>(?:" + _MEMBER + rb")*+)(?:" + _LIST
    + rb'|"hits"\s*+:\s*+(?P<inner>\{)\s*+(?:' + _MEMBER + rb")*+" + _LIST + rb")",
    re.DOTALL,
)  # fmt: skip
_RECORD_MEMBER = re.compile(rb'"(?:_?id|Id|title|@?timestamp|createdAt)"\s*:', re.DOTALL)
_NEXT_LINE_START = re.compile(rb"\n(?=\{)")
_NEXT_IN_LIST = rb"(?<=\}),[ \t]*(?=\{)"
_PRETTY_LINE_ENDS = (b"{", b"[", b",")


class RawRecord(NamedTuple):
    """One record as it lies in the file."""

    line: int
    """Of its first byte, from 1."""
    raw: bytes
    """Its exact bytes; empty where only the file as a whole is at fault."""
    depth: int = 0
    """How deep its brackets nest; 0 for one that `is_record` has vouched for."""
    problem: str = ""
    """What is known to be wrong with it already."""


def split_records(
    source: ByteSource, is_record: Callable[[bytes], bool] = lambda line: False
) -> Iterator[RawRecord]:
    """The records of a stream, in order; nothing but white space and separators is passed over.

    `is_record` is asked about whole lines: True says that one is a single object that can be parsed safely,
    which saves looking for its end.
    """
    return _Splitter(ByteWindow(source), is_record).records()


class _Splitter:
    def __init__(self, window: ByteWindow, is_record: Callable[[bytes], bool]) -> None:
        self._window = window
        self._is_record = is_record
        self._one_a_line = False
        """A record has filled its line: from now on a line that does not close is a broken record."""
        self._may_wrap = True
        self._failed_scans = 0
        self._filled_line = False
        """The last record began and ended on one line, so far with nothing behind it."""
        self._indent: bytes | None = None
        """What stands between the line's start and `position`; None where it is not only space."""

    def records(self) -> Iterator[RawRecord]:
        window = self._window
        while (first := self._next_byte()) is not None:
            if first == b"[":
                window.advance_to(window.position + 1)
                yield from self._elements()
            elif first == b"{":
                yield from self._object()
            else:
                yield self._line_record()

    def _next_byte(self) -> bytes | None:
        """The first byte that is no space or separator, which `position` is put on; None at the end."""
        window = self._window
        self._indent = b"" if window.line == 1 and not window.position else None
        while True:
            space = _SPACE.match(window.data, window.position)
            assert space is not None
            self._pass_over(space.group())
            window.advance_to(space.end())
            if window.waiting:
                self._filled_line = False
                return window.data[window.position : window.position + 1]
            if not window.more():
                return None

    def _pass_over(self, gap: bytes) -> None:
        if b"\n" in gap:
            self._indent = gap.rsplit(b"\n", 1)[1]
            self._one_a_line = self._one_a_line or self._filled_line
        elif self._indent is not None:
            self._indent += gap

    # -- objects at the top

    def _object(self) -> Iterator[RawRecord]:
        if self._may_wrap:
            closers = self._enter_wrapper()
            if closers:
                yield from self._elements()
                if not self._skip_rest(closers):
                    yield RawRecord(self._window.line, b"", problem=CUT_OFF_LIST)
                return
            self._may_wrap = False
        yield self._line_record() if self._keeps_to_its_line() else self._value_record(_NEXT_LINE_START)

    def _enter_wrapper(self) -> bytearray:
        """Step into the list of an object such as {"results": [...]}; the closers awaited behind it."""
        window = self._window
        while window.waiting < _HEAD_BYTES and window.more():
            pass
        head = _WRAPPED_LIST.match(window.data, window.position)
        if head is None or _RECORD_MEMBER.search(head["before"]):
            return bytearray()
        window.advance_to(head.end())
        return bytearray(b"}}" if head["inner"] else b"}")

    def _skip_rest(self, closers: bytearray) -> bool:
        window = self._window
        while True:
            scan = scan_value(window.data, window.position, closers)
            window.advance_to(scan.end)
            if scan.ending is not Ending.SHORT:
                return True
            if not window.more():
                window.advance_to(len(window.data))
                return False

    def _keeps_to_its_line(self) -> bool:
        """True if what starts here is to be read as one line, whether it closes there or not."""
        if self._is_given_up:
            return True
        if not self._one_a_line:
            return False
        window = self._window
        line = window.data[window.position : self._line_end()]
        return not line.rstrip().endswith(_PRETTY_LINE_ENDS)

    def _line_end(self) -> int:
        """Where the current line ends, its line break not included; reads on as far as needed."""
        window = self._window
        searched = 0
        while True:
            end = window.data.find(b"\n", window.position + searched)
            if end >= 0:
                return end
            searched = window.waiting
            if not window.more():
                return len(window.data)

    def _line_record(self) -> RawRecord:
        window = self._window
        end = self._line_end()
        start = window.position
        depth = 0
        problem = ""
        line = window.line
        whole = window.data[start:end].rstrip(b" \t\r")
        if whole.startswith(b"{"):
            if self._is_record(whole):
                window.advance_to(start + len(whole))
                return RawRecord(line, whole)
            scan = scan_value(window.data[start:end], 0, bytearray())
            depth = scan.depth
            if scan.ending is Ending.CLOSED:
                end = start + scan.end
            elif end == len(window.data):
                problem = CUT_OFF
        raw = window.take_to(end)
        return RawRecord(line, raw.rstrip(b" \t\r"), depth, problem)

    # -- values wherever they are

    def _value_record(self, restart: re.Pattern[bytes]) -> RawRecord:
        """The object or array that starts here, however many lines it takes."""
        window = self._window
        closers = bytearray()
        offset = depth = 0
        if self._is_given_up:
            return self._broken_record(restart, 0, "not looked for, after too many records without an end")
        while True:
            scan = scan_value(window.data, window.position + offset, closers, depth)
            offset, depth = scan.end - window.position, scan.depth
            if scan.ending is Ending.CLOSED:
                return self._closed_record(scan.end, depth)
            if scan.ending is Ending.MISMATCH:
                problem = "a bracket closes what it did not open"
            elif window.waiting > MAX_RECORD_BYTES:
                problem = "it does not end"
            elif not window.more():
                problem = CUT_OFF
            else:
                continue
            self._failed_scans += scan.ending is Ending.SHORT or offset > _LONG_SCAN_BYTES
            return self._broken_record(restart, depth, problem)

    def _closed_record(self, end: int, depth: int) -> RawRecord:
        window = self._window
        line = window.line
        raw = window.take_to(end)
        self._filled_line = window.line == line
        return RawRecord(line, raw, depth)

    def _broken_record(self, restart: re.Pattern[bytes], depth: int, problem: str) -> RawRecord:
        """Everything up to where the next record seems to start, as one that cannot be read."""
        window = self._window
        line = window.line
        searched = 1
        while True:
            next_start = restart.search(window.data, window.position + searched)
            if next_start is not None:
                break
            searched = max(window.waiting - _RESTART_BYTES, 1)
            if window.waiting > MAX_RECORD_BYTES or not window.more():
                break
        raw = window.take_to(next_start.start() if next_start else len(window.data))
        return RawRecord(line, raw.rstrip(b" \t\r\n,"), depth, problem)

    @property
    def _is_given_up(self) -> bool:
        return self._failed_scans >= MAX_FAILED_SCANS

    # -- lists

    def _elements(self) -> Iterator[RawRecord]:
        """The elements of a list whose opening bracket is behind us, up to and with its closing one."""
        window = self._window
        while True:
            first = self._next_byte()
            if first is None:
                yield RawRecord(window.line, b"", problem=CUT_OFF_LIST)
                return
            if first == b"]":
                window.advance_to(window.position + 1)
                return
            if first not in (b"{", b"["):
                yield self._scalar()
                continue
            restart = self._restart_in_list()
            record = self._value_record(restart)
            yield record
            if record.problem and not window.waiting and window.at_end:
                return

    def _restart_in_list(self) -> re.Pattern[bytes]:
        """What the start of the next element should look like, from how this one starts."""
        if self._indent is None:
            return re.compile(_NEXT_IN_LIST)
        return re.compile(rb"\n" + re.escape(self._indent) + rb"(?=\{)|" + _NEXT_IN_LIST)

    def _scalar(self) -> RawRecord:
        window = self._window
        while True:
            found = _SCALAR.match(window.data, window.position)
            if found is not None and (found.end() < len(window.data) or window.at_end):
                break
            if not window.more():
                return RawRecord(window.line, window.take_to(len(window.data)), problem=CUT_OFF)
        line = window.line
        return RawRecord(line, window.take_to(found.end()))
