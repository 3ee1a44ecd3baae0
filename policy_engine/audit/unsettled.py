"""What a writer could not settle, kept in a file until it is: so the next one knows, though this one is killed.

The file names the last record that was acknowledged, and where it ends. Of what stands after it in its segment nobody
was told that it is there: it was refused and could not be cut off, or is torn. The next writer cuts it off, and what is
to be said of that, or of a segment of which the disk did not take a flush, it says in its first record.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from policy_engine.audit.layout import FILE_MODE, UNSETTLED, first_seq_of

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Unsettled:
    """After record `after_seq`, the first `size` bytes of `segment`, nothing was acknowledged.

    `suspect` is why the disk is not believed to have the segment, None where it is. `cut_bytes` with their SHA-256 were
    about to be cut off.
    """

    segment: str
    after_seq: int
    size: int
    suspect: str | None = None
    cut_bytes: int = 0
    cut_sha256: str | None = None


def keep(stream: Path, unsettled: Unsettled) -> None:
    """Keep what a writer of *stream* could not settle. A disk that does not take it leaves it to this process alone."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    with suppress(OSError):
        descriptor = os.open(stream / UNSETTLED, flags, FILE_MODE)
        try:
            os.write(descriptor, orjson.dumps(asdict(unsettled)))
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)


def forget(stream: Path) -> None:
    """Remove what was kept. Raises `OSError` where it stays, and would be taken for what is still to be settled."""
    (stream / UNSETTLED).unlink(missing_ok=True)


def kept(stream: Path) -> Unsettled | None:
    """Return what the last writer of *stream* could not settle, None where there is nothing of the kind."""
    try:
        descriptor = os.open(stream / UNSETTLED, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file, suppress(OSError, ValueError, TypeError):
        return _checked(orjson.loads(file.read(_LONGEST)))
    return None


def _checked(said: dict[str, Any]) -> Unsettled | None:
    """Return what a file says, None where no writer says such a thing."""
    found = Unsettled(**said)
    numbers = (found.after_seq, found.size, found.cut_bytes)
    are_whole = all(type(one) is int and one >= 0 for one in numbers)
    are_texts = all(one is None or type(one) is str for one in (found.suspect, found.cut_sha256))
    is_named = type(found.segment) is str and first_seq_of(found.segment) is not None
    return found if are_whole and are_texts and is_named else None
