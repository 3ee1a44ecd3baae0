"""A file of a log, open for writing: bytes in, or an error. It knows nothing of records."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from policy_engine.audit.layout import FILE_MODE, sync_folder

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

    from policy_engine.audit.held_writes import HeldWrites


class Segment:
    """A segment, or the file of a batch, open for writing at its end. Every method raises the system's `OSError`.

    `held` writes in the place of `os.write` where it is set.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, made if it is not there."""
        self.path = path
        self.held: HeldWrites | None = None
        self._file = _open_at_end(path)
        self._descriptor = self._file.fileno()

    @property
    def size(self) -> int:
        """How many bytes the file holds now."""
        return os.fstat(self._descriptor).st_size

    def write(self, data: bytes) -> None:
        """Write all of *data*, in as many turns as the system needs."""
        written = self._write_some(data)
        if written == len(data):
            return
        rest = memoryview(data)
        while written < len(rest):
            rest = rest[written:]
            written = self._write_some(rest)

    def flush(self) -> None:
        """Bring what was written to the disk."""
        os.fdatasync(self._descriptor)

    def flush_name(self) -> None:
        """Bring the segment's name to the disk."""
        sync_folder(self.path.parent)

    def cut(self, size: int) -> None:
        """Cut the file back to its first *size* bytes."""
        os.ftruncate(self._descriptor, size)

    def close(self) -> None:
        """Close the file. Nothing is held back, so nothing is written here."""
        self._file.close()

    def _write_some(self, data: bytes | memoryview) -> int:
        try:
            held = self.held
            written = os.write(self._descriptor, data) if held is None else held.write(self._descriptor, data)
        except InterruptedError:
            return 0
        if not written and data:
            raise OSError(errno.EIO, "the system took none of it")
        return written


def _open_at_end(path: Path) -> FileIO:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    return open(path, "ab", buffering=0, opener=lambda name, _: os.open(name, flags, FILE_MODE))
