"""Work that must not hold up its caller: done in a thread beside it, and given up when its time is over.

To be given up is not to be stopped. Work that was only late comes to its end by itself soon after; what still runs
then loops, and only that is stopped: an exception raised from outside may come while a lock is held, of a profiler or
a tracer for one, which would then be held forever.
"""

from __future__ import annotations

import ctypes
import time
from contextlib import suppress
from threading import Lock, Thread, Timer, get_ident
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.engine.forks import renew_in_children

if TYPE_CHECKING:
    from collections.abc import Callable


GRACE: Final = 1.0
"""For how many seconds work that was given up may still come to its end by itself."""


class GivenUp(SystemExit):
    """Is raised in the midst of work that never ends. Whatever catches everything has to let it pass."""


class Overrun(NamedTuple):
    """Work did not come to its end in time.

    `busy` is for how many seconds it had a processor, None where that cannot be told. Work that hardly had one was
    not slow: the machine was.
    """

    busy: float | None


class Workers:
    """Threads that do one piece of work at a time. They are made when they are needed, and used again."""

    def __init__(self, grace: float = GRACE) -> None:
        """Begin without any. Work that is given up has *grace* more seconds before it is stopped."""
        self._grace = grace
        self.begin_anew()
        renew_in_children(self)

    def begin_anew(self) -> None:
        """Forget all threads, as a forked child has to: it has none of its parent's."""
        self._idle: list[_Worker] = []

    def run(self, work: Callable[[], None], seconds: float) -> Overrun | None:
        """Do *work*, which itself raises nothing but `GivenUp`, and return None if it came to its end within *seconds*.

        If not, what it does from then on is its own affair. Raises `RuntimeError` where no thread can be made.
        """
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = _Worker(self._idle, self._grace)
        return worker.run(work, seconds)


class _Job:
    """A piece of work on its way. `began` is what the clock of its thread said then, None before."""

    __slots__ = ("began", "finished", "is_done", "is_given_up", "work")

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.began: float | None = None
        self.is_done = False
        self.is_given_up = False
        self.finished = Lock()
        self.finished.acquire()


class _Worker:
    """A thread and what it is to do next. One whose work was given up ends, and is never used again."""

    def __init__(self, idle: list[_Worker], grace: float) -> None:
        self._idle, self._grace = idle, grace
        self._job: _Job | None = None
        self._ident = 0
        self._woken = Lock()
        self._woken.acquire()
        # INVARIANT: whoever holds it while the job is not done knows that the thread is alive
        self._turn = Lock()
        Thread(target=self._live, name="policy-engine-candidates", daemon=True).start()

    def run(self, work: Callable[[], None], seconds: float) -> Overrun | None:
        self._job = job = _Job(work)
        self._woken.release()
        if job.finished.acquire(timeout=seconds):
            return None
        with self._turn:
            if job.is_done:
                return None
            job.is_given_up = True
            busy = _processor_time(self._ident, job.began)
        patience = Timer(self._grace, self._stop, (job,))
        patience.daemon = True
        # Where no thread can be made, the work loops on: that costs time, and nobody waits for it
        with suppress(RuntimeError):
            patience.start()
        return Overrun(busy)

    def _stop(self, job: _Job) -> None:
        with self._turn:
            if not job.is_done and job.began is not None:
                _raise_in(self._ident)

    def _live(self) -> None:
        # It may be stopped also in the moment before its work begins, or after it came to its end
        with suppress(GivenUp):
            self._serve()

    def _serve(self) -> None:
        self._ident = get_ident()
        while True:
            self._woken.acquire()
            job, self._job = self._job, None
            if job is None or not self._is_served(job):
                return

    def _is_served(self, job: _Job) -> bool:
        """Do the job and say whether it was not given up meanwhile."""
        job.began = time.thread_time()
        if not job.is_given_up:
            try:
                job.work()
            except GivenUp:
                return False
        with self._turn:
            job.is_done = True
            if job.is_given_up:
                return False
        # Back before the caller goes on, so that its next piece of work finds it
        self._idle.append(self)
        job.finished.release()
        return True


def _processor_time(thread: int, began: float | None) -> float | None:
    """Return for how many seconds a thread that is alive was busy since its clock said *began*."""
    if began is None:
        return 0.0
    clock_of = getattr(time, "pthread_getcpuclockid", None)  # not on every system
    return None if clock_of is None else time.clock_gettime(clock_of(thread)) - began


def _raise_in(thread: int) -> None:
    # Takes effect at its next step in Python: a thread that waits elsewhere waits on, and harms nobody
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(GivenUp))


WORKERS: Final = Workers()
"""Those of this process."""
