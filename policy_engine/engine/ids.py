"""Decision ids: UUIDs of version 7 (RFC 9562), which sort by the time they were made."""

from __future__ import annotations

import os
from itertools import count
from struct import Struct
from time import time_ns
from typing import TYPE_CHECKING

from policy_engine.engine.forks import renew_in_children

if TYPE_CHECKING:
    from collections.abc import Callable

NOISE_BITS = 30
_PART_BITS, _NUMBER_BITS = 12, 32
_pack = Struct(">QQ").pack


class DecisionIds:
    """Makes ids that rise with the clock, and in one instant of it with each that is made by itself."""

    def __init__(self, now_ns: Callable[[], int] = time_ns) -> None:
        """Take the time, in nanoseconds since 1970, from *now_ns*."""
        self._now_ns = now_ns
        self.begin_anew()
        renew_in_children(self)

    def begin_anew(self) -> None:
        """Count anew, with noise that no other process has, as a forked child has to."""
        self.next_count = count().__next__
        self.noise = _new_noise()

    def __call__(self) -> str:
        """Return a new id."""
        return id_of(self._now_ns(), self.next_count(), self.noise)

    def many(self) -> tuple[int, int]:
        """Return the instant and the noise of as many new ids as their numbers from 0 on can tell apart.

        The noise is of their own, so that nobody has to count them: two batches of one instant are as unlikely to share
        it as two processes.
        """
        return self._now_ns(), _new_noise()


def _new_noise() -> int:
    return int.from_bytes(os.urandom(8), "big") >> 8 * 8 - NOISE_BITS


def id_of(now_ns: int, number: int, noise: int) -> str:
    """Return the id that is the *number*-th of its process, at a time in nanoseconds since 1970.

    From the left: the time to the millisecond; in 12 bits, which part of it; the number; the noise of the process.
    """
    milliseconds, rest = divmod(now_ns, 1_000_000)
    part = (rest << _PART_BITS) // 1_000_000
    last = number % (1 << _NUMBER_BITS) << NOISE_BITS | noise
    text = _pack(milliseconds << 16 | 0x7 << 12 | part, 0b10 << 62 | last).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
