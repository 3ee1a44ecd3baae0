"""The same work on a stream of things in several processes: the answers come in the order of the things."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, TypeVar

from policy_engine.exceptions import PolicyEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_AHEAD: Final = 3
"""So many things per worker may be ahead of the one whose answer is due, so that none waits and none piles up."""


class WorkerLostError(PolicyEngineError):
    """A worker ended before its work was done."""


class _Worker(NamedTuple):
    """A process, and what is said to it and heard from it."""

    pid: int
    line: Connection


class _Failed(NamedTuple):
    """What an answer is where the work raised."""

    error: Exception


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def can_fork() -> bool:
    """Say whether workers can be had. With other threads, a copy of this process may hang."""
    return hasattr(os, "fork") and threading.active_count() == 1


def in_order(
    work: Callable[[Task], Iterable[Answer]], tasks: Iterable[Task], jobs: int, *, at_once: bool = False
) -> Iterator[tuple[Task, Answer]]:
    """Yield every thing with each of its answers, in order.

    With several *jobs*, things and answers go through pipes, so that both have to be such that they can be pickled;
    what *work* itself refers to need not. *at_once*: an answer is never kept back until there is more to do.

    Raises what *work* raised, after the answers to all that came before, and `WorkerLostError` where a process ended.
    """
    workers: list[_Worker] = []
    try:
        if jobs > 1:
            # Where the system has no room for one more, there are fewer
            with suppress(OSError):
                for _ in range(jobs):
                    workers.append(_started(work, workers))
        if not workers:
            yield from ((task, answer) for task in tasks for answer in work(task))
            return
        for task, answers in _dispatched(workers, tasks, at_once=at_once):
            if isinstance(answers, _Failed):
                raise answers.error
            yield from ((task, answer) for answer in answers)
    finally:
        _end(workers)


def _dispatched(
    workers: Sequence[_Worker], tasks: Iterable[Task], *, at_once: bool
) -> Iterator[tuple[Task, list[Any] | _Failed]]:
    """Give each thing to the next worker that has nothing to do.

    INVARIANT: a worker gets a thing only when its last answer is taken, so that never do both sides wait to write.
    """
    by_line = {one.line: one for one in workers}
    idle = deque(workers)
    busy: dict[Connection, int] = {}
    given: dict[int, Task] = {}
    taken: dict[int, list[Any] | _Failed] = {}
    due = 0

    def take() -> None:
        for line in wait(list(busy)):
            worker = by_line[line]  # type: ignore[index]  # all of them are connections
            taken[busy.pop(worker.line)] = _heard(worker)
            idle.append(worker)

    for number, task in enumerate(tasks):
        while not idle or number - due >= _AHEAD * len(workers):
            take()
            while due in taken:
                yield given.pop(due), taken.pop(due)
                due += 1
        given[number] = task
        worker = idle.popleft()
        _say(worker, task)
        busy[worker.line] = number
        while at_once and busy:
            take()
        while due in taken:
            yield given.pop(due), taken.pop(due)
            due += 1
    while given:
        while due not in taken:
            take()
        yield given.pop(due), taken.pop(due)
        due += 1


def _say(worker: _Worker, task: object) -> None:
    try:
        worker.line.send(task)
    except OSError:
        raise _lost(worker) from None


def _heard(worker: _Worker) -> Any:  # noqa: ANN401 - whatever the work answers
    try:
        return worker.line.recv()
    except (EOFError, OSError):
        raise _lost(worker) from None


def _lost(worker: _Worker) -> WorkerLostError:
    how = ""
    with suppress(ChildProcessError):
        _, status = os.waitpid(worker.pid, 0)
        how = f" by {signal.Signals(os.WTERMSIG(status)).name}" if os.WIFSIGNALED(status) else ""
    return WorkerLostError(f"a worker process was ended{how} before its work was done")


def _started(work: Callable[[Any], Iterable[Any]], others: Sequence[_Worker]) -> _Worker:
    ours, theirs = Pipe()
    # An interrupt that came in between would have the worker go on as if it were the first process
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
        if pid == 0:
            _serve_and_end(work, theirs, [ours, *(one.line for one in others)])
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    return _Worker(pid, ours)


def _serve_and_end(work: Callable[[Any], Iterable[Any]], line: Connection, not_ours: Sequence[Connection]) -> NoReturn:
    """Work until nobody asks any more, and end this process: with nothing else written, whatever happens."""
    try:
        # Kept open here, they would let nobody know that the first process has gone
        for one in not_ours:
            one.close()
        # Whoever interrupts the program means the first process, which ends the others
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        serve(work, line)
    finally:
        os._exit(0)


def serve(work: Callable[[Any], Iterable[Any]], line: Connection) -> None:
    """Answer what comes over *line* until its other end is closed."""
    with suppress(EOFError, OSError):
        while True:
            task = line.recv()
            line.send(_answered(work, task))


def _answered(work: Callable[[Task], Iterable[Answer]], task: Task) -> list[Answer] | _Failed:
    try:
        return list(work(task))
    except Exception as error:  # noqa: BLE001 - the first process tells of it
        error.add_note(traceback.format_exc())
        return _Failed(error if _can_travel(error) else RuntimeError(f"{type(error).__name__}: {error}"))


def _can_travel(error: Exception) -> bool:
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)  # noqa: S301 - what was just written
    except Exception:  # noqa: BLE001 - an error of any library, made as it likes
        return False


def _end(workers: Iterable[_Worker]) -> None:
    for one in workers:
        one.line.close()
        with suppress(ProcessLookupError):
            os.kill(one.pid, signal.SIGKILL)
        # Where the caller has this process ignore that its own ones end, nobody is there to wait for
        with suppress(ChildProcessError):
            os.waitpid(one.pid, 0)
