"""The turn: one process per mirror syncs and sends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alerttui.triage.mirror.turn import Turn

HOLD = """
import sys
from pathlib import Path
from alerttui.triage.mirror.turn import Turn
turn = Turn(Path(sys.argv[1]))
print(turn.take(), flush=True)
sys.stdin.readline()
"""


def test_a_turn_is_taken_once_and_can_be_given_up(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "m.db"), Turn(tmp_path / "m.db")
    assert first.take()
    assert first.take()
    assert not second.take()
    assert (first.is_mine, second.is_mine) == (True, False)
    first.give_up()
    assert second.take()
    assert (tmp_path / "m.db.lock").stat().st_mode & 0o777 == 0o600
    second.give_up()


def test_a_process_that_is_killed_loses_its_turn(tmp_path: Path) -> None:
    mirror = tmp_path / "m.db"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(mirror)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    turn = Turn(mirror)
    assert not turn.take()
    other.kill()
    other.wait()
    assert turn.take()
    turn.give_up()
    for pipe in (other.stdin, other.stdout):
        assert pipe is not None
        pipe.close()
