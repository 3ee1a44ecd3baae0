"""A file that takes its name when it is complete on the disk: whoever reads it finds all of it, or what was there."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def put_whole(target: Path, content: bytes, mode: int, last_look: Callable[[], None] = lambda: None) -> None:
    """Put a file with *content* and the rights *mode* at *target*, in the place of what is there.

    Just before, *last_look* may refuse by raising; then, and on any `OSError`, nothing is left behind.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        Path(temporary).chmod(mode)
        last_look()
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
