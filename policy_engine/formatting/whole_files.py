"""A file that takes its name when it is complete on the disk: whoever reads it finds all of it, or what was there."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def put_whole(target: Path, content: bytes, mode: int, last_look: Callable[[], None] = lambda: None) -> None:
    """Put a file with *content* and the rights *mode* at *target*, in the place of what is there.

    Just before, *last_look* may refuse by raising; then, and on any `OSError`, which names the target, nothing is left
    behind.
    """
    with _naming(target):
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
        _put(descriptor, Path(temporary), target, content, mode, last_look)


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Let an error tell of the file that there should be, not of the one beside it that nobody knows."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


def _put(
    descriptor: int, temporary: Path, target: Path, content: bytes, mode: int, last_look: Callable[[], None]
) -> None:
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        temporary.chmod(mode)
        last_look()
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
