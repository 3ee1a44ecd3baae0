"""What waits to be written, and how much of it there may be."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition, Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.exceptions import AuditError, AuditFullError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_WAITING: Final = 65_536
MOST_WAITING_BYTES: Final = 64 * 2**20


class Bound(NamedTuple):
    """How many records, of how many bytes, may wait, and for how many seconds somebody waits to be let in.

    What is larger than all of it is let in where nothing else waits.
    """

    records: int = MOST_WAITING
    bytes: int = MOST_WAITING_BYTES
    patience: float = 0.0


class Waiting:
    """The number and the bytes of the records that wait. Every method is called with `lock` held."""

    def __init__(self, bound: Bound) -> None:
        """Begin with nothing that waits."""
        self.lock = Lock()
        self.records = 0
        self._bytes = 0
        self._bound = bound
        self._left = Condition(self.lock)

    def enter(self, records: int, size: int) -> None:
        """Let records in once there is room for them. Raises `AuditFullError` where there is none in time."""

        def fits() -> bool:
            most, most_bytes, _ = self._bound
            return not self.records or (self.records + records <= most and self._bytes + size <= most_bytes)

        if not fits() and not self._left.wait_for(fits, self._bound.patience):
            raise AuditFullError(
                f"nothing was recorded: {self.records} records of {self._bytes} bytes wait to be written, "
                "and there is no room for more"
            )
        self.records += records
        self._bytes += size

    def leave(self, records: int, size: int) -> None:
        """Take records out that are written, or never will be."""
        self.records -= records
        self._bytes -= size
        self._left.notify_all()

    @contextmanager
    def held_within(self, seconds: float) -> Iterator[None]:
        """Hold `lock`. Raises `AuditError` where it is not to be had: whoever holds it may be who asks, interrupted."""
        if not self.lock.acquire(timeout=seconds):
            raise AuditError("the log could not be closed: a thread that records was interrupted; close it again later")
        try:
            yield
        finally:
            self.lock.release()

    def is_empty_within(self, seconds: float) -> bool:
        """Wait until nothing waits any more, and say whether that came about in time."""
        return self._left.wait_for(lambda: not self.records, seconds)
