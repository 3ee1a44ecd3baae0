"""Work that is given up when its time is over, and the threads that do it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from policy_engine.engine.deadlines import Overrun, Workers

if TYPE_CHECKING:
    import pytest

LONG = 30.0
"""Seconds that no work of these tests needs, however busy the machine is."""


def loop() -> None:
    while True:
        pass


def ended(thread: threading.Thread) -> bool:
    thread.join(LONG)
    return not thread.is_alive()


def test_work_that_ends_in_time_is_done_by_one_thread_after_the_other_piece() -> None:
    workers = Workers()
    threads: list[threading.Thread] = []
    for _ in range(3):
        assert workers.run(lambda: threads.append(threading.current_thread()), LONG) is None
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert threads[0] is not threading.current_thread()
    assert threads[0].daemon


def test_pieces_of_work_at_the_same_time_have_threads_of_their_own() -> None:
    workers = Workers()
    together = threading.Barrier(4)
    callers = [
        threading.Thread(daemon=True, target=workers.run, args=(lambda: together.wait(LONG), LONG)) for _ in range(3)
    ]
    for caller in callers:
        caller.start()
    together.wait(LONG)
    assert all(ended(caller) for caller in callers)


def test_work_that_is_only_late_comes_to_its_end_and_is_not_stopped() -> None:
    came: list[threading.Thread] = []
    may_end = threading.Event()

    def work() -> None:
        may_end.wait(LONG)
        came.append(threading.current_thread())

    workers = Workers(grace=LONG)
    assert isinstance(workers.run(work, 0.01), Overrun)
    may_end.set()
    assert workers.run(lambda: None, LONG) is None
    deadline = time.monotonic() + LONG
    while not came and time.monotonic() < deadline:
        time.sleep(0.001)
    assert ended(came[0])


def test_where_no_thread_can_be_made_to_stop_it_work_that_is_given_up_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end = threading.Event()
    workers = Workers(grace=0)

    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    def work() -> None:
        monkeypatch.setattr(threading.Thread, "start", no_thread)
        may_end.wait(LONG)

    assert isinstance(workers.run(work, 0.2), Overrun)
    may_end.set()


def test_work_that_loops_is_stopped_and_its_thread_never_used_again() -> None:
    workers = Workers(grace=0)
    threads: list[threading.Thread] = []

    def work() -> None:
        threads.append(threading.current_thread())
        loop()

    assert isinstance(workers.run(work, 0.2), Overrun)
    assert not threads or ended(threads[0])
    assert workers.run(lambda: threads.append(threading.current_thread()), LONG) is None
    assert threads[-1].is_alive()


def test_how_long_work_that_was_given_up_had_a_processor_is_told() -> None:
    busy = Workers(grace=0).run(loop, 0.5)
    waiting = Workers().run(lambda: time.sleep(1), 0.2)
    assert busy is not None
    assert waiting is not None
    assert busy.busy is None or 0 <= busy.busy <= 5
    assert waiting.busy is None or waiting.busy < 0.2


def test_where_the_system_has_no_clock_of_a_thread_it_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "pthread_getcpuclockid", raising=False)
    assert Workers(grace=0).run(loop, 0.5) == Overrun(None)


def test_work_that_did_not_come_to_its_turn_was_not_busy_and_is_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    late: list[threading.Thread] = []
    begun: list[bool] = []

    def not_yet(thread: threading.Thread) -> None:
        late.append(thread)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", not_yet)
        assert Workers().run(lambda: begun.append(True), 0.01) == Overrun(0.0)
    late[0].start()
    assert ended(late[0])
    assert begun == []


def test_work_that_ends_as_it_is_given_up_counts_as_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_engine.engine import deadlines

    class Deaf:
        """A lock that says it was too late, though the work was done by then."""

        def __init__(self) -> None:
            self._lock = threading.Lock()

        def acquire(self, *, timeout: float | None = None) -> bool:
            taken = self._lock.acquire(timeout=LONG if timeout is not None else -1)
            return taken and timeout is None

        def release(self) -> None:
            self._lock.release()

    workers = Workers()
    assert workers.run(lambda: None, LONG) is None
    monkeypatch.setattr(deadlines, "Lock", Deaf)
    assert workers.run(lambda: None, LONG) is None
