"""Kill writers at any moment, and see that the log keeps its promise: what was acknowledged is there, once.

    python tests/faults/kill.py                               200 rounds of each combination, in a few minutes
    python tests/faults/kill.py --rounds 5 --durability sync --processes 4 --threads 1,3 --seed 7
    python tests/faults/kill.py --signal TERM --durability none,batch
    python tests/faults/kill.py --rounds 5 --writer-option --acknowledge-first        has to fail

A round starts writers on a log that others were killed on before, waits for a random time, sends the signal to all of
them at once, and then holds the log to this: it verifies as it is left; every stream opens again, which is timed, and
the log verifies again, without a torn end; every id that any round acknowledged is in it exactly once. A kill that
comes before the first acknowledgement tries how logs are opened, and says little else: at least nine in ten come after.
After SIGTERM, writers have to end by themselves; what was taken under the durability `none` is then in the log as well.

It prints a table and exits with 1 where anything was not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from policy_engine.audit import AuditLog, Verification, read_records, verify
from policy_engine.exceptions import AuditError
from policy_engine.reporting.as_text.table import table
from tests.faults.template import LONGEST_END_S
from tests.faults.writer import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROUNDS_A_LOG: Final = 10
"""After so many rounds a new log is begun: each round reads all of it."""
EARLY_EVERY: Final = 20
"""One round in so many does not wait for the first acknowledgement."""
EARLIEST_S: Final = 0.02
"""It waits so long at most, in which logs are opened and not much more."""
LONGEST_WAIT_S: Final = 0.06
"""How long writers write at most, from the first acknowledgement on."""
LEAST_AFTER_FIRST: Final = 0.9
SLOWEST_RESTART_S: Final = 1.0


@dataclass
class Tally:
    """What the rounds of one combination came to."""

    rounds: int = 0
    after_first: int = 0
    acknowledged: int = 0
    missing: int = 0
    duplicates: int = 0
    torn: int = 0
    """Rounds that left a torn end behind: they say that kills strike while something is being written."""
    unverified: int = 0
    not_ended: int = 0
    slowest_restart_s: float = 0.0
    told: list[str] = field(default_factory=list)
    """What was not as it should be, in words."""

    @property
    def kept(self) -> bool:
        """Whether the log kept its promise in every round."""
        return not (self.missing or self.duplicates or self.unverified or self.not_ended or self.told)


class Template:
    """The process that forks writers off, and what they say."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._rest = b""
        self.ids: list[str] = []
        self.said: list[str] = []

    def ask(self, command: str) -> None:
        """Hand the process a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()

    def listen(self, seconds: float, *, until: str = "") -> bool:
        """Take in what is said for so long, or until the process says *until*, or an id comes where it is `id`."""
        end = time.monotonic() + seconds
        while not (self.ids if until == "id" else until and any(line.startswith(until) for line in self.said)):
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._take(left)
        return True

    def _take(self, seconds: float) -> None:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return
        block = os.read(self._process.stdout.fileno(), 2**16)
        if not block:
            raise RuntimeError("the process that starts writers has ended")
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            (self.said if line.startswith(b"#") else self.ids).append(line.decode())


@contextmanager
def template() -> Iterator[Template]:
    """Start the process that forks writers off, and end it afterwards."""
    command = [sys.executable, "-m", "tests.faults.template"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root) as process:
        yield Template(process)
        assert process.stdin is not None
        process.stdin.close()


class Round:
    """One round: writers start, get a signal, and are gone."""

    def __init__(
        self, writers: Template, task: Task, *, number: signal.Signals, chance: Random, is_early: bool
    ) -> None:
        """Run it. It ends at a random time after the first acknowledgement, or *is_early* after the start."""
        writers.ids, writers.said = [], []
        writers.ask(json.dumps(asdict(task)))
        if is_early:
            writers.listen(chance.uniform(0, EARLIEST_S))
        else:
            writers.listen(LONGEST_END_S, until="id")
            writers.listen(chance.uniform(0, LONGEST_WAIT_S))
        self.is_after_first = bool(writers.ids)
        writers.ask(str(int(number)))
        if not writers.listen(LONGEST_END_S * (task.processes + 1), until="# ended"):
            raise RuntimeError("writers do not even end when they are killed")
        self.ids = writers.ids
        self.codes = [int(code) for code in writers.said[-1].split()[2:]]


def run(
    writers: Template, log: Path, task: Task, *, rounds: int, chance: Random, number: signal.Signals = signal.SIGKILL
) -> Tally:
    """Run so many rounds of *task* on logs in the folder *log*; each round has its own name, whatever *task* says."""
    tally = Tally()
    acknowledged: list[str] = []
    for one in range(rounds):
        if one % ROUNDS_A_LOG == 0:
            acknowledged.clear()
        folder = log / str(one // ROUNDS_A_LOG)
        # Every other round has one thread: who writes alone takes another way than who finds somebody writing
        threads = task.threads if one % 2 else 1
        asked = Task(**{**asdict(task), "folder": str(folder), "round": f"r{one}", "threads": threads})
        is_early = one % EARLY_EVERY == EARLY_EVERY // 2
        made = Round(writers, asked, number=number, chance=chance, is_early=is_early)
        acknowledged += made.ids
        tally.rounds += 1
        tally.after_first += made.is_after_first
        tally.acknowledged += len(made.ids)
        _note_ending(tally, made, number)
        _hold(tally, folder, acknowledged, durability=task.durability, name=f"{folder} round {one}")
        if tally.not_ended:
            break  # writers that do not even start are no better in the next round
    return tally


def _note_ending(tally: Tally, made: Round, number: signal.Signals) -> None:
    """Count writers that did not end as *number* makes them: by -9 at once, after any other signal by themselves."""
    expected = {-int(number)} if number == signal.SIGKILL else {0, -int(number), 128 + int(number)}
    wrong = [code for code in made.codes if code not in expected]
    tally.not_ended += len(wrong)
    if wrong:
        tally.told.append(f"writers ended with {wrong}")


def _hold(tally: Tally, folder: Path, acknowledged: list[str], *, durability: str, name: str) -> None:
    """Hold the log in *folder* to its promise, and count what it does not keep.

    An id that is missing is counted and then taken out of *acknowledged*: the next round would count it again.
    """
    left = _verified(folder)
    if left is None:
        # Killed before the first file was made: then nothing may have been acknowledged either
        tally.missing += len(acknowledged)
        acknowledged.clear()
        return
    tally.torn += left.torn_bytes > 0
    _note_problems(tally, left, f"{name}, as it was left")
    for stream in left.streams:
        tally.slowest_restart_s = max(tally.slowest_restart_s, _restarted(folder, stream.stream, durability))
    again = verify(folder)
    _note_problems(tally, again, f"{name}, opened again")
    if again.torn_bytes:
        tally.unverified += 1
        tally.told.append(f"{name}: a torn end is there after a restart")
    if not again.intact:
        return
    recorded = Counter(one.payload["decision_id"] for one in read_records(folder) if one.payload["type"] == "decision")
    missing = [one for one in acknowledged if not recorded[one]]
    twice = [one for one, times in recorded.items() if times > 1]
    tally.missing += len(missing)
    tally.duplicates += len(twice) + len(acknowledged) - len(set(acknowledged))
    if missing or twice:
        tally.told.append(f"{name}: missing {missing[:3]}, twice {twice[:3]}")
    acknowledged[:] = [one for one in acknowledged if recorded[one]]


def _verified(folder: Path) -> Verification | None:
    try:
        return verify(folder)
    except AuditError:
        return None


def _note_problems(tally: Tally, found: Verification, name: str) -> None:
    if not found.intact:
        tally.unverified += 1
        tally.told.append(f"{name}: {found.problems[0]}")


def _restarted(folder: Path, stream: str, durability: str) -> float:
    """Open a stream as a service that comes back does, and return how long that takes, in seconds."""
    how: Any = durability
    begun = time.perf_counter()
    log = AuditLog(folder, stream=stream, durability=how)
    took = time.perf_counter() - begun
    log.close()
    return took


_HEADER: Final = (
    *("durability", "processes", "rounds", "after first", "torn", "acknowledged"),
    *("missing", "twice", "unverified", "not ended", "slowest restart"),
)


def _row(durability: str, processes: int, tally: Tally) -> tuple[str, ...]:
    share = tally.after_first / tally.rounds if tally.rounds else 0
    counts = (tally.torn, tally.acknowledged, tally.missing, tally.duplicates, tally.unverified, tally.not_ended)
    return (
        *(durability, str(processes), str(tally.rounds), f"{share:.0%}"),
        *(f"{count:,}" for count in counts),
        f"{tally.slowest_restart_s * 1_000:.0f} ms",
    )


def main(arguments: Sequence[str]) -> int:
    """Run the rounds that the command line asks for, print what they came to, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200, help="of each combination")
    parser.add_argument("--durability", default="batch,sync", help="one or several of none, batch, sync")
    parser.add_argument("--processes", default="1,4", help="how many writers, each with a stream")
    parser.add_argument("--threads", type=int, default=3, help="of each writer, in every other round; else one")
    parser.add_argument("--segment-bytes", type=int, default=Task.segment_bytes)
    parser.add_argument("--signal", default="KILL", choices=["KILL", "TERM"])
    parser.add_argument("--seed", type=int, default=20270201)
    parser.add_argument("--writer-option", choices=["--acknowledge-first"], help="have another writer")
    parser.add_argument("--folder", type=Path, help="where logs are written and kept; left out, nowhere in particular")
    asked = parser.parse_args(_joined(arguments))
    durabilities = asked.durability.split(",")
    if asked.signal == "KILL" and "none" in durabilities:
        parser.error("the durability `none` promises nothing to a process that is killed: try it with --signal TERM")
    chance = Random(asked.seed)  # noqa: S311 - when to kill is no secret
    rows: list[Sequence[str]] = [_HEADER]
    tallies = []
    with TemporaryDirectory() as scratch, template() as writers:
        for durability, processes in product(durabilities, map(int, asked.processes.split(","))):
            task = Task(
                folder="",
                round="",
                durability=durability,
                processes=processes,
                threads=asked.threads,
                segment_bytes=asked.segment_bytes,
                acknowledge_first=asked.writer_option is not None,
            )
            log = (asked.folder or Path(scratch)) / f"{durability}-{processes}"
            number = signal.Signals[f"SIG{asked.signal}"]
            tally = run(writers, log, task, rounds=asked.rounds, chance=chance, number=number)
            tallies.append(tally)
            rows.append(_row(durability, processes, tally))
            _say(f"{durability}, {processes}: done", *tally.told[:5], to=sys.stderr)
    _say(*table(rows, right=range(1, len(_HEADER))))
    return int(not all(_is_well(tally) for tally in tallies))


def _joined(arguments: Sequence[str]) -> list[str]:
    """Return *arguments* so that `--writer-option --acknowledge-first` is an option with its value, not two options."""
    rest = list(arguments)
    if "--writer-option" in rest[:-1]:
        place = rest.index("--writer-option")
        rest[place : place + 2] = ["=".join(rest[place : place + 2])]
    return rest


def _is_well(tally: Tally) -> bool:
    often = tally.after_first >= LEAST_AFTER_FIRST * tally.rounds
    return tally.kept and often and tally.slowest_restart_s < SLOWEST_RESTART_S


def _say(*lines: str, to: Any = None) -> None:  # noqa: ANN401 - any text stream
    print(*lines, sep="\n", file=to, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
