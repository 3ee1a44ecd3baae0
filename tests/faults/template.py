"""A process that has loaded everything that a writer needs, and forks writers off when it is asked to.

To start Python and load the engine takes a hundred times as long as to write the first record; so the kill driver
does it once. The process reads commands from its standard input, one a line:

    {"folder": ..., "round": ..., ...}     start the writers of a task, as tests/faults/writer.py has it
    9                                      send them this signal, and wait until all have ended

The ids that writers acknowledge come out of its standard output, and between them its own lines, which begin with
`#`. It says `# ended -9 -9` only after the last writer is gone, so that whatever was acknowledged came before.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

from tests.faults.writer import Task, forked, sample_engine

LONGEST_END_S: Final = 30.0
"""How long writers may take to end after a signal, until they are killed."""


def main(commands: Iterable[str]) -> None:
    """Do what *commands* say, to their end."""
    engine = sample_engine()
    writers: list[int] = []
    for command in commands:
        if command.startswith("{"):
            writers = forked(engine, Task(**json.loads(command)))
            _say("# started")
        else:
            # Nobody was waited for yet, so the number of the group is still theirs
            os.killpg(writers[0], int(command))
            _say(f"# ended {' '.join(str(_ended(process)) for process in writers)}")


def _ended(process: int) -> int:
    """Return how a writer ended: its exit code, or the signal that ended it as a negative number."""
    until = time.monotonic() + LONGEST_END_S
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.0005)


def _say(line: str) -> None:
    os.write(1, line.encode() + b"\n")


if __name__ == "__main__":
    main(sys.stdin)
