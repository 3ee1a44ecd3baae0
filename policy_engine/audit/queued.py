"""Records that are written behind the caller's back, by a thread of their own: `durability: none`."""

from __future__ import annotations

from collections import deque
from threading import Condition, Event, Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Final

from policy_engine.audit.group_commit import MOST_BYTES_TOGETHER, MOST_TOGETHER
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policy_engine.audit.waiting import Waiting

RETRY_SECONDS: Final = 0.05
"""How soon the writer tries again what could not be written; each time twice as late."""

LONGEST_RETRY: Final = 1.0


class Queue:
    """Takes records at once, and writes one batch after the other. What cannot be written waits, and stays first."""

    def __init__(
        self, write: Callable[[Sequence[bytes]], object], waiting: Waiting, *, told: Callable[[str], None]
    ) -> None:
        """Write with *write*, one call at a time; *waiting* bounds the queue. *told* hears of each failure."""
        self.turn = Lock()
        self._write = write
        self._waiting = waiting
        self._told = told
        self._bodies: deque[bytes] = deque()
        self._work = Condition(waiting.lock)
        self._ending = Event()
        self._thread: Thread | None = None

    def put(self, bodies: Sequence[bytes]) -> bool:
        """Take records; say no where the end has come. Raises `AuditFullError` where there is no room for them."""
        size = sum(map(len, bodies))
        with self._waiting.lock:
            self._waiting.enter(len(bodies), size)
            # Nobody would write them any more, though whoever puts them saw the log open, or waited here meanwhile
            if self._ending.is_set():
                self._waiting.leave(len(bodies), size)
                return False
            try:
                self._begin()
            except RuntimeError as error:
                self._waiting.leave(len(bodies), size)
                raise AuditError(f"nothing was recorded: {error}") from error
            self._bodies.extend(bodies)
            self._work.notify()
        return True

    def end(self, seconds: float) -> list[bytes]:
        """Write for so many seconds at most, end the thread, and return what is not written.

        Raises `AuditError` where a write does not come back for as long again.
        """
        with self._waiting.held_within(seconds):
            self._waiting.is_empty_within(seconds)
            self._ending.set()
            self._work.notify()
        if not self.turn.acquire(timeout=seconds):
            raise AuditError(f"{self._waiting.records} records are not written: the disk does not answer")
        try:
            with self._waiting.lock:
                left = list(self._bodies)
                self._bodies.clear()
                self._waiting.leave(len(left), sum(map(len, left)))
        finally:
            self.turn.release()
        return left

    def _begin(self) -> None:
        if self._thread is None:
            thread = Thread(target=self._run, name="policy-engine-audit", daemon=True)
            thread.start()
            self._thread = thread

    def _run(self) -> None:
        retry = RETRY_SECONDS
        while True:
            with self._waiting.lock:
                while not self._bodies and not self._ending.is_set():
                    self._work.wait()
                if not self._bodies:
                    return
            if self._write_next():
                retry = RETRY_SECONDS
            else:
                # Once the end has come there is nothing to be woken by, and still no hurry
                sleep(retry) if self._ending.is_set() else self._ending.wait(retry)
                retry = min(2 * retry, LONGEST_RETRY)

    def _write_next(self) -> bool:
        """Write what comes next, and say whether that went well."""
        with self.turn:
            with self._waiting.lock:
                bodies = self._first()
            if not bodies:
                return True
            try:
                self._write(bodies)
            except Exception as error:  # noqa: BLE001 - whatever it is, the records stay, and the thread goes on
                self._told(str(error))
                return False
            with self._waiting.lock:
                for _ in bodies:
                    self._bodies.popleft()
                self._waiting.leave(len(bodies), sum(map(len, bodies)))
        return True

    def _first(self) -> list[bytes]:
        """Return those that are written next. They stay in the queue until they are."""
        bodies: list[bytes] = []
        size = 0
        for body in self._bodies:
            size += len(body)
            if bodies and (len(bodies) == MOST_TOGETHER or size > MOST_BYTES_TOGETHER):
                break
            bodies.append(body)
        return bodies
