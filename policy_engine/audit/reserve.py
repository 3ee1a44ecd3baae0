"""Room on the disk that is kept for the log's last words: a full disk then still takes what was lost."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from policy_engine.audit.layout import FILE_MODE, RESERVE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

RESERVE_BYTES: Final = 16 * 1024
"""More than the log's own records need, and a whole number of blocks on common disks."""

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says where a disk is full, or nobody may have more of it."""


def fill_reserve(stream: Path) -> None:
    """Keep room for the last words of *stream*. A disk that has none, or cannot promise any, gives none."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    with suppress(OSError):
        descriptor = os.open(stream / RESERVE, flags, FILE_MODE)
        try:
            os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
        finally:
            os.close(descriptor)


def with_reserve(stream: Path, write: Callable[[], T]) -> T:
    """Return what *write* does; where the disk is full, after giving up the room that was kept for it.

    *write* raises an error whose cause is the system's.
    """
    try:
        return write()
    except Exception as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno not in NO_ROOM:
            raise
        try:
            (stream / RESERVE).unlink()
        except OSError:
            raise error from cause
    return write()
