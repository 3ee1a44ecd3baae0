"""Many threads and one writer: who finds nobody writing writes its own records, and others write together.

A thread that is alone pays for no other. Of threads that come while somebody writes, the first gathers the records of
those behind it and writes all of them at once when its turn comes; nobody lingers for more to arrive.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policy_engine.audit.chain import Chained
    from policy_engine.audit.waiting import Waiting

MOST_TOGETHER: Final = 1024
MOST_BYTES_TOGETHER: Final = 2**20


Committed = tuple[int, "Chained"]  # no class: one is made for every decision
"""Records that were written, perhaps among others: the number of the last of them, and what they stand in."""


class GroupCommit:
    """Writes the records of many threads, each of which goes on once its own are written."""

    def __init__(
        self,
        write: Callable[[Sequence[bytes]], Chained],
        waiting: Waiting,
        *,
        newest: Callable[[], Chained | None],
    ) -> None:
        """Write with *write*, one call at a time; *waiting* bounds what waits for its turn.

        *newest* returns what was written last, the same object until something else was.
        """
        self.turn = Lock()
        self._write = write
        self._newest = newest
        self._waiting = waiting
        self._open: _Group | None = None

    def commit(self, bodies: Sequence[bytes]) -> Committed:
        """Return once *bodies* are written, all of them. Raises `AuditError` where none is."""
        # Where a group waits for its turn, nobody overtakes it. Only `with` lets no interrupt in before it can release
        if self._open is None and not self.turn.locked():
            with self.turn:
                chained = self._write(bodies)
            return chained.seq, chained
        return self._join(bodies)

    def _join(self, bodies: Sequence[bytes]) -> Committed:
        records, size = len(bodies), sum(map(len, bodies))
        mine, is_in = None, False
        try:
            with self._waiting.lock:
                self._waiting.enter(records, size)
                is_in = True
                group = self._open
                if group is None or not group.has_room(records, size):
                    group = mine = _Group()
                    self._open = mine
                end = group.add(bodies, size)
            if mine is not None:
                self._lead(mine)
            return group.committed(end)
        finally:
            with self._waiting.lock:
                if is_in:
                    self._waiting.leave(records, size)
                # An interrupt may have struck anywhere above: nobody waits for a group that nobody writes
                if mine is not None and not mine.is_over:
                    self._close(mine)
                    mine.end()

    def _lead(self, group: _Group) -> None:
        with self.turn:
            with self._waiting.lock:
                self._close(group)
            before = self._newest()
            try:
                group.done = self._write(group.bodies)
            except AuditError as error:
                group.failure = str(error)
            finally:
                # If an interrupt comes after the write and before its word, the records are in the log all the same
                newest = self._newest()
                if group.done is None and newest is not before:
                    group.done = newest
                group.end()

    def _close(self, group: _Group) -> None:
        """Let nobody into a group any more."""
        if self._open is group:
            self._open = None


class _Group:
    """Records that are written together, and what became of them."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.done: Chained | None = None
        self.failure = "not acknowledged: the thread that was to write was interrupted"
        self.is_over = False
        self._bytes = 0
        # Held until all is over; those who wait go through it one after the other
        self._gate = Lock()
        self._gate.acquire()

    def has_room(self, records: int, size: int) -> bool:
        return len(self.bodies) + records <= MOST_TOGETHER and self._bytes + size <= MOST_BYTES_TOGETHER

    def add(self, bodies: Sequence[bytes], size: int) -> int:
        """Take records, and return how many there are up to the last of them."""
        self.bodies.extend(bodies)
        self._bytes += size
        return len(self.bodies)

    def end(self) -> None:
        self.is_over = True
        self._gate.release()

    def committed(self, end: int) -> Committed:
        """Wait for the end, and return what became of the records up to the *end*-th."""
        with self._gate:
            pass
        if self.done is None:
            raise AuditError(self.failure)
        return self.done.seq - len(self.bodies) + end, self.done
