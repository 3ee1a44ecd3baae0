"""The end of a process, and its forks: what open logs have to do then.

At exit every open log is closed, which writes what waits. SIGTERM is no exit of Python's; where nobody else handles it,
the logs are closed first, and then the process ends by it as it would have. A forked child has no log of its parent's.
"""

from __future__ import annotations

import atexit
import os
import signal
from contextlib import suppress
from threading import Thread, current_thread, main_thread
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    from types import FrameType


class Ending(Protocol):
    """An open log."""

    def close(self) -> None:
        """Write what waits, and give the stream up."""

    def leave_to_parent(self) -> None:
        """Close what a fork has copied, so that the stream is free once the parent ends."""


_OPEN: WeakSet[Ending] = WeakSet()
_KEPT: set[Ending] = set()
"""Those that nobody may forget before they are closed."""


def close_at_end(log: Ending, *, is_kept: bool) -> None:
    """Have *log* closed when the process ends, also by SIGTERM. With *is_kept* it lives until then."""
    _OPEN.add(log)
    if is_kept:
        _KEPT.add(log)
    if current_thread() is main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _on_sigterm)


def keep_until_closed(log: Ending) -> None:
    """Let nobody forget *log* before it is closed: it has something to write then."""
    _KEPT.add(log)


def has_ended(log: Ending) -> None:
    """Note that *log* is closed."""
    _OPEN.discard(log)
    _KEPT.discard(log)


def _close_all() -> None:
    for log in list(_OPEN):
        with suppress(Exception):  # the log tells of it by itself; the others are to be closed, too
            log.close()


def _on_sigterm(_number: int, _frame: FrameType | None) -> None:
    # A second signal ends the process at once
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # What was interrupted here may hold the very lock that closing waits for, so another thread closes
    closing = Thread(target=_close_and_end, name="policy-engine-audit-end")
    try:
        closing.start()
    except RuntimeError:
        _close_and_end()


def _close_and_end() -> None:
    try:
        _close_all()
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def _in_forked_child() -> None:
    for log in list(_OPEN):
        log.leave_to_parent()
    _OPEN.clear()
    _KEPT.clear()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_in_forked_child)
