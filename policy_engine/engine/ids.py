"""Decision ids: UUIDs of version 7 (RFC 9562), which sort by the time they were made."""

from __future__ import annotations

import os
from threading import Lock
from time import time_ns
from typing import TYPE_CHECKING

from policy_engine.engine.forks import renew_in_children

if TYPE_CHECKING:
    from collections.abc import Callable

_COUNTER_BITS = 12
_RANDOM_BITS = 62


class DecisionIds:
    """Makes ids that rise within the process, also when several are made in one millisecond."""

    def __init__(self, now_ns: Callable[[], int] = time_ns) -> None:
        """Take the time, in nanoseconds since 1970, from *now_ns*."""
        self._now_ns = now_ns
        self._last = 0
        self.begin_anew()
        renew_in_children(self)

    def begin_anew(self) -> None:
        """Take a new lock, as a forked child has to."""
        self._turn = Lock()

    def __call__(self) -> str:
        """Return a new id."""
        # The millisecond and, behind it, the 12 bits that count within one: a single number that only rises
        ticks = (self._now_ns() << _COUNTER_BITS) // 1_000_000
        with self._turn:
            self._last = ticks = max(ticks, self._last + 1)
        milliseconds, counter = divmod(ticks, 1 << _COUNTER_BITS)
        # Fresh from the system each time, so that a forked process never repeats its parent's
        noise = int.from_bytes(os.urandom(8), "big") >> 2
        number = milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << _RANDOM_BITS | noise
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
