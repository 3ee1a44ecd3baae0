"""The bytes of one file, bounded, and never a wait for a pipe, a device or an endless file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 1024 * 1024
"""So large may a file be."""

# Not every system has all of these.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_REASONS: Final = {
    errno.EACCES: ("no right to read it", "give the reader of policies the right, `chmod a+r`"),
    errno.EPERM: ("no right to read it", "give the reader of policies the right, `chmod a+r`"),
    errno.ENOENT: ("it is gone, or its link leads nowhere", "put the file back, or remove the link"),
    errno.ELOOP: ("its links lead in a circle", "remove the link"),
}


class UnreadableError(Exception):
    """A file whose bytes cannot be had; carries the message and the mend of the finding."""

    def __init__(self, message: str, mend: str) -> None:
        """Keep the words of the finding."""
        super().__init__(message)
        self.message = message
        self.mend = mend


def read_bytes(real: str) -> bytes:
    """Return the bytes of a file, at most one more than allowed, or raise `UnreadableError`.

    *real* is a path without links: a link that was put in its place meanwhile is not followed.
    """
    try:
        # A look before the opening: to open some devices is to do something.
        _expect_regular(Path(real).stat())
        descriptor = os.open(real, _FLAGS)
        try:
            return _read(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(error) from error


def unreadable(error: OSError) -> UnreadableError:
    """Return what the system's refusal means to a reader."""
    reason = os.strerror(error.errno).lower() if error.errno else "the system refused"
    message, mend = _REASONS.get(error.errno or 0, (reason, "check the file and the disk, and run again"))
    return UnreadableError(f"cannot be read: {message}", mend)


def _read(descriptor: int) -> bytes:
    before = os.fstat(descriptor)
    _expect_regular(before)
    parts: list[bytes] = []
    left = MOST_BYTES + 1
    while left and (part := os.read(descriptor, left)):
        parts.append(part)
        left -= len(part)
    after = os.fstat(descriptor)
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise UnreadableError("cannot be read: it changed meanwhile", "run again when nobody writes to it")
    return b"".join(parts)


def _expect_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(
            f"cannot be read: it is {_kind(status.st_mode)}, not a file", "put a regular file in its place"
        )


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
