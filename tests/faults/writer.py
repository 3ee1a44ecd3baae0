"""Decides, records, and prints the id of each decision once it is acknowledged. It is made to be killed.

    python tests/faults/writer.py DIR ROUND N             N decisions; 0 means until killed
    python tests/faults/writer.py DIR ROUND N --processes 4 --threads 2 --durability sync

What it has printed must be in the log: each id is one line, written to the standard output in one go, so that a kill
leaves whole lines only, also where several processes share a pipe. ROUND is the subject of every case.
`--acknowledge-first` is broken on purpose: it prints ids before it records them, and whatever holds a writer to its
word has to notice.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from math import nan
from pathlib import Path
from threading import Thread, settrace
from typing import TYPE_CHECKING, Any, Final

from policy_engine.audit import AuditLog
from policy_engine.engine import Engine
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.engine import Decision

POLICIES: Final = Path(__file__).resolve().parents[2] / "policies"
AT_ONCE: Final = 40
"""How many decisions are recorded in one write, now and then: more than a page of memory, so that it can be torn."""
PROMISED: Final = 100
"""How many ids the broken writer prints until it records as many of those before."""

_CASES: Final = tuple(
    {"use_case": "card-fraud", "score": score, "model_version": "4.3", "jurisdiction": where, "tier": tier}
    for score, where, tier in ((0.1, "DE", "gold"), (0.6, "FR", "standard"), (0.97, "US", "gold"), (nan, "DE", None))
)


@dataclass(frozen=True)
class Task:
    """What a round writes, where, and by how many processes and threads."""

    folder: str
    round: str
    many: int = 0
    """Decisions of each thread; 0 means until killed."""
    durability: str = "batch"
    processes: int = 1
    threads: int = 1
    segment_bytes: int = 100_000
    acknowledge_first: bool = False


def sample_engine() -> Engine:
    """Return an engine for a sample policy, which records nothing yet."""
    return Engine.load([POLICIES / "catalog.yaml", POLICIES / "card-fraud.yaml"])


def write(engine: Engine, task: Task) -> None:
    """Write in this process, in a stream of its own, until all is written or nobody reads any more."""
    durability: Any = task.durability
    log = AuditLog(task.folder, durability=durability, segment_bytes=task.segment_bytes)
    threads = [Thread(target=_write, args=(engine, log, task)) for _ in range(task.threads - 1)]
    with log:
        for thread in threads:
            thread.start()
        _write(engine, log, task)
        for thread in threads:
            thread.join()


def _write(engine: Engine, log: AuditLog, task: Task) -> None:
    turns = _acknowledged_first(engine, log, task) if task.acknowledge_first else _recorded_first(engine, log, task)
    try:
        for ids in islice(turns, task.many or None):
            os.write(1, ids)
    except BrokenPipeError:
        pass  # nobody reads any more
    except AuditError as error:
        # SIGTERM closes the log first: what comes between that and the end of the process is refused
        if "is closed" not in str(error):
            raise


def _recorded_first(engine: Engine, log: AuditLog, task: Task) -> Iterator[bytes]:
    """Yield what may be acknowledged: one id, and every now and then several that were recorded at once."""
    recording = engine.with_audit(log)
    for number, case in enumerate(_cases(task)):
        yield _line(recording.decide_request(case).decision_id)
        if not task.many and number % 20 == 19:
            together = recording.decide_requests([case] * AT_ONCE)
            yield b"".join(_line(one.decision_id) for one in together if not isinstance(one, Exception))


def _acknowledged_first(engine: Engine, log: AuditLog, task: Task) -> Iterator[bytes]:
    """Yield ids that are recorded only once as many more were yielded.

    So some are missing from the log whenever it is killed after the first one.
    """
    cases = _cases(task)
    overdue: list[Decision] = []
    while True:
        promised = [engine.decide_request(case) for case in islice(cases, PROMISED)]
        for decision in promised:
            yield _line(decision.decision_id)
        for decision in overdue:
            log.append(decision.to_record())
        overdue = promised


def _cases(task: Task) -> Iterator[dict[str, Any]]:
    return cycle([{**case, "subject": task.round} for case in _CASES])


def _line(decision_id: str) -> bytes:
    return decision_id.encode() + b"\n"


def forked(engine: Engine, task: Task) -> list[int]:
    """Start the writers of *task*, each in a process of its own, all in one process group; return their ids.

    The first one's id is that of the group.
    """
    writers: list[int] = []
    for _ in range(task.processes):
        process = os.fork()
        if process == 0:
            _live(engine, task, group=writers[0] if writers else 0)
        writers.append(process)
        # Here and in the child: whichever comes first, nobody is signalled before being in the group
        with suppress(OSError):
            os.setpgid(process, writers[0])
    return writers


def _live(engine: Engine, task: Task, group: int) -> None:
    """Write in a forked process, and end it here, whatever happens: what started it goes on elsewhere."""
    code = 1
    # Under coverage, Python 3.11 may hang for ever here: where a signal waits for a main thread that waits for a lock,
    # a traced thread that holds the lock does not get beyond the beginning of its next function
    settrace(None)
    sys.settrace(None)
    try:
        with suppress(OSError):
            os.setpgid(0, group)
        write(engine, task)
        code = 0
    except Exception:  # noqa: BLE001 - told like any other, but the process ends here
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _task_of(arguments: Sequence[str]) -> Task:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("round", metavar="ROUND")
    parser.add_argument("many", metavar="N", type=int)
    parser.add_argument("--durability", default="batch", choices=["none", "batch", "sync"])
    parser.add_argument("--processes", type=int, default=1, metavar="P")
    parser.add_argument("--threads", type=int, default=1, metavar="T", help="of each process")
    parser.add_argument("--segment-bytes", type=int, default=Task.segment_bytes, metavar="B")
    parser.add_argument("--acknowledge-first", action="store_true", help="be the broken writer")
    return Task(**vars(parser.parse_args(arguments)))


def main(arguments: Sequence[str]) -> int:
    """Write as the command line says, and return the exit code."""
    task = _task_of(arguments)
    engine = sample_engine()
    if task.processes == 1:
        write(engine, task)
        return 0
    ended = [os.waitpid(process, 0)[1] for process in forked(engine, task)]
    return int(any(ended))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
