"""What was decided and not recorded: counted, and written down as a gap once there is something to write to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from policy_engine.audit.batch_record import decisions_in, said_by

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Gap:
    """Decisions that are missing from a stream. `first` and `last` are their ids, as far as those had any."""

    count: int
    first: str | None
    last: str | None
    first_at: str
    last_at: str
    reason: str

    def joined(self, later: Gap) -> Gap:
        """Return one gap for this and a later one."""
        last, last_at = later.last, later.last_at
        return replace(self, count=self.count + later.count, last=last, last_at=last_at)


class Lost:
    """The gap that is not written down yet, and how many decisions are missing in all. Threads may share it."""

    def __init__(self) -> None:
        """Begin with nothing lost."""
        self.total = 0
        self._gap: Gap | None = None
        # A gap that is being written, and after which record: once the stream has more, it is written
        self._begun: tuple[int, Gap] | None = None
        self._is_over = False
        self._lock = Lock()

    def add(self, bodies: Sequence[bytes], *, at: str, reason: str) -> bool:
        """Count records that were not written; say no where that comes too late for any gap to be written."""
        count = sum(map(decisions_in, bodies))
        gap = Gap(count, said_by(bodies[0]).first, said_by(bodies[-1]).last, at, at, reason)
        with self._lock:
            if self._is_over:
                return False
            self.total += gap.count
            self._gap = gap if self._gap is None else self._gap.joined(gap)
        return True

    def gap_after(self, seq: int) -> Gap | None:
        """Return the gap that is to be written next, in a stream that ends with record *seq*; None for none.

        One that was begun before, and not written, is part of it. Whoever calls has the turn to write.
        """
        if self._gap is None and self._begun is None:
            return None
        with self._lock:
            if self._begun is not None and self._begun[0] == seq:
                before = self._begun[1]
                self._gap = before if self._gap is None else before.joined(self._gap)
            gap = self._gap
            self._begun, self._gap = (None if gap is None else (seq, gap)), None
        return gap

    def end(self, seq: int) -> Gap | None:
        """Return the last gap, after which nothing is counted any more."""
        with self._lock:
            self._is_over = True
        return self.gap_after(seq)
