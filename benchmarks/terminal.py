"""A program under a pseudo-terminal, measured from outside: when it writes, how much, and at what cost."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

QUIET_S: Final = 0.05
"""Silence after which a key's answer is over: three frames of 60 a second."""

FRAME_S: Final = 0.008
"""Silence after which the first frame of an answer is over: half a frame of 60 a second."""

REST_QUIET_S: Final = 0.2
"""Silence after which nothing more comes: panes follow after 0.08 s of rest."""

ANSWER_LIMIT_S: Final = 5.0
"""A key is given up on after this."""

_SEQUENCE: Final = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|[=>78])"
)
_REPLIES: Final = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[c": b"\x1b[?62;22c", b"\x1b[6n": b"\x1b[1;1R"}
"""Questions that a terminal answers: synchronised output, what it is, where the cursor is."""

_TICKS_S: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Press:
    """What one key brought about."""

    first_ms: float
    """From the key to the last byte of the first frame."""
    settled_ms: float
    """From the key to the last byte of its answer."""
    first: int
    """Bytes of the first frame."""
    written: int
    """Bytes of the answer."""
    later: int
    """Bytes that came after a silence: the panes that follow."""
    later_ms: float
    """From the key to the last byte of all."""


class Terminal:
    """One program under a pty; use it as a context."""

    def __init__(
        self, command: Sequence[str], size: tuple[int, int] = (120, 40), env: Mapping[str, str] | None = None
    ) -> None:
        self._started = time.perf_counter()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            _become(command, size, env or {})
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._output = bytearray()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, timeout_s: float) -> int:
        """Wait for output at most so long; how many bytes came."""
        ready, _, _ = select.select([self._file], [], [], max(0.0, timeout_s))
        if not ready:
            return 0
        try:
            chunk = os.read(self._file, 65_536)
        except OSError:
            return 0
        for question, answer in _REPLIES.items():
            if question in chunk:
                os.write(self._file, answer)
        self._output += chunk
        return len(chunk)

    def ready(self, text: str, timeout_s: float = 60.0) -> float:
        """Milliseconds from the start until this text had been written; raises `TimeoutError`."""
        wanted = text.encode()
        deadline = self._started + timeout_s
        while time.perf_counter() < deadline:
            if self._read(0.5) and wanted in _SEQUENCE.sub(b"", self._output):
                return (time.perf_counter() - self._started) * 1000
        seen = _SEQUENCE.sub(b"", self._output)[-500:].decode(errors="replace")
        raise TimeoutError(f"{text!r} was not shown within {timeout_s} s; the last output was {seen!r}")

    def drain(self, quiet_s: float = REST_QUIET_S, limit_s: float = ANSWER_LIMIT_S) -> tuple[int, float]:
        """Read until a silence; how many bytes came, and when the last of them did (0 for none)."""
        total, last, deadline = 0, 0.0, time.perf_counter() + limit_s
        while time.perf_counter() < deadline:
            count = self._read(quiet_s)
            if not count:
                break
            total, last = total + count, time.perf_counter()
        self._output.clear()
        return total, last

    def press(self, key: str, wait_s: float = 0.5) -> Press:
        """Press a key, and wait until its answer and whatever follows it is over."""
        before = time.perf_counter()
        os.write(self._file, key.encode())
        first = self._read(wait_s)
        answered = time.perf_counter()
        frame, frame_last = self.drain(FRAME_S)
        more, last = self.drain(QUIET_S)
        settled = last or frame_last or answered
        later, later_last = self.drain(REST_QUIET_S)
        return Press(
            first_ms=((frame_last or answered) - before) * 1000,
            settled_ms=(settled - before) * 1000,
            first=first + frame,
            written=first + frame + more,
            later=later,
            later_ms=((later_last or settled) - before) * 1000,
        )

    def send(self, keys: str) -> None:
        """Type without measuring."""
        os.write(self._file, keys.encode())

    def hold(self, key: str, presses: int, rate: float = 30.0) -> tuple[int, float]:
        """Press a key at a rate: bytes in all, and ms from the last press to the end of its answer."""
        total, pressed = 0, time.perf_counter()
        for count in range(presses):
            due = pressed if count == 0 else pressed + 1 / rate
            while (left := due - time.perf_counter()) > 0:
                total += self._read(left)
            pressed = time.perf_counter()
            os.write(self._file, key.encode())
        more, last = self.drain(QUIET_S)
        return total + more, ((last or pressed) - pressed) * 1000

    def idle(self, seconds: float) -> tuple[float, float]:
        """Bytes a second and percent of one CPU while nothing is pressed."""
        cpu, before, total = self.cpu_s(), time.perf_counter(), 0
        while (left := before + seconds - time.perf_counter()) > 0:
            total += self._read(left)
        took = time.perf_counter() - before
        return total / took, (self.cpu_s() - cpu) / took * 100

    def cpu_s(self) -> float:
        """Seconds of CPU that the program has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_S

    def peak_mb(self) -> float:
        """The most memory that the program has had, in megabytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found.group(1)) / 1024 if found else float("nan")

    def close(self) -> None:
        """End the program: ask, then insist."""
        for signal_number, patience_s in ((signal.SIGTERM, 1.0), (signal.SIGKILL, 5.0)):
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal_number)
            deadline = time.perf_counter() + patience_s
            while time.perf_counter() < deadline:
                self._read(0.01)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self._file)
                    return


def _become(command: Sequence[str], size: tuple[int, int], env: Mapping[str, str]) -> None:
    """In the child: be the program; never returns."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        base = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **env}
        os.execvpe(command[0], list(command), {"PATH": os.environ.get("PATH", ""), **base})
    finally:
        os._exit(127)
