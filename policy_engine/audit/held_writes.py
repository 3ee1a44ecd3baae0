"""Writing while no other thread runs: what a log does for as long as several threads decide and the disk is quick.

`os.write` lets another thread run until the system is done. For a few hundred bytes, which the kernel only copies, the
two changes of threads take many times as long as the copying, and each decision pays for them. So Python's global lock
is kept meanwhile. A disk that makes writers wait then makes all threads wait: so after a write that was slow, the next
hundred let other threads run; after another one soon after it, twice as many.
"""

from __future__ import annotations

import os
from functools import cache
from threading import get_ident
from time import perf_counter_ns
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_HELD: Final = 64 * 1024
"""What is longer takes long enough for others to run."""

_ALONE: Final = 10_000
"""So many writes of one thread in a row, and it is taken to be the only one."""

_SLOW_NS: Final = 5_000_000
"""A write that takes longer is slow."""

_RELEASED: Final = 100
"""After a slow write, so many let other threads run; after another, before as many were quick, twice as many."""

_MOST_RELEASED: Final = 100_000


class HeldWrites:
    """Writes to the segments of one stream. One thread at a time calls it."""

    def __init__(self) -> None:
        """Begin as if the thread that is here were the only one."""
        self._thread = get_ident()
        self._in_a_row = _ALONE
        self._released = 0
        self._next_released = _RELEASED
        self._quick = 0

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        """Write as `os.write` does: some of *data*, or raise `OSError`."""
        thread = get_ident()
        if thread != self._thread:
            self._thread, self._in_a_row = thread, 0
        if self._in_a_row == _ALONE:
            return os.write(descriptor, data)
        self._in_a_row += 1
        if self._released or type(data) is not bytes or len(data) > LONGEST_HELD:
            self._released = max(0, self._released - 1)
            return os.write(descriptor, data)
        begun = perf_counter_ns()
        written = write_held(descriptor, data)
        if perf_counter_ns() - begun > _SLOW_NS:
            self._released, self._quick = self._next_released, 0
            self._next_released = min(2 * self._next_released, _MOST_RELEASED)
        elif self._quick == self._next_released:
            self._next_released, self._quick = _RELEASED, 0
        else:
            self._quick += 1
        return written


def write_held(descriptor: int, data: bytes) -> int:
    """Write as `os.write` does, while no other thread runs, where this Python can."""
    write = _system_write()
    return os.write(descriptor, data) if write is None else write(descriptor, data)


@cache
def _system_write() -> Callable[[int, bytes], int] | None:
    """Return the system's own call, which keeps Python's global lock, or None where it is not to be had."""
    try:
        import ctypes  # noqa: PLC0415 - only where several threads write

        call = ctypes.PyDLL(None, use_errno=True).write
    except (ImportError, OSError, AttributeError, TypeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t)
    call.restype = ctypes.c_ssize_t
    errno = ctypes.get_errno

    def write(descriptor: int, data: bytes) -> int:
        written: int = call(descriptor, data, len(data))
        if written < 0:
            number = errno()
            raise OSError(number, os.strerror(number))
        return written

    return write
