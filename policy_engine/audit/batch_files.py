"""Files of whole batches: each is named for what is in it, and a record of the chain vouches for it.

A file is there, whole and under its name, before its record is written. So a file without a record is what a crash has
left, or an error; and a record without its file was robbed of it, or a power cut took it from a log that does not wait
for the disk.
"""

from __future__ import annotations

import io
import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from policy_engine.audit.layout import BATCHES, UNFINISHED, batch_path, is_unfinished, make_folder, sync_folder
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import BinaryIO

BATCH_ROWS: Final = 1024
"""From so many decisions on a batch is a file: below, a file costs more than records of their own."""

_BUFFER: Final = 2**16


class Batch(Protocol):
    """Decisions that are recorded together: what their record says of them, and what writes their file."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """What the record says, beside the `sha256` and the `bytes` of the file.

        `rows` is how many decisions there are, and `first` and `last` are the ids of the first and the last, if any.
        """
        ...

    def write_to(self, file: BinaryIO) -> None:
        """Write the rows."""
        ...


class Stored(NamedTuple):
    """A file that is in its place: its digest, in hexadecimal, and how long it is. `is_new` unless it was there."""

    path: Path
    sha256: str
    bytes: int
    is_new: bool


@cache
def can_be_files() -> bool:
    """Say whether batches can be files here, for which pyarrow has to be there with all that Parquet needs."""
    return find_spec("pyarrow") is not None and find_spec("pyarrow._parquet") is not None


class BatchFiles:
    """The folder of batches of one stream, to which this process writes. Threads may share it."""

    def __init__(self, stream: Path, *, sync: bool) -> None:
        """Write batches of *stream*; with *sync*, each survives a power loss."""
        self._stream = stream
        self._folder = stream / BATCHES
        self._sync = sync

    def remove_unfinished(self) -> None:
        """Remove what an earlier process had begun to write and never finished."""
        if self._folder.is_symlink() or not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if is_unfinished(path.name):
                with suppress(OSError):
                    path.unlink()

    def store(self, write: Callable[[BinaryIO], None]) -> Stored:
        """Have *write* write a file, and put it in its place. Raises `AuditError`; nothing is left then."""
        unfinished = self._folder / f"{os.urandom(8).hex()}{UNFINISHED}"
        placed: Stored | None = None
        if self._folder.is_symlink():
            raise AuditError(f"nothing was recorded: {self._folder} is a link, which a log does not follow")
        try:
            make_folder(self._folder, sync=self._sync)
            digest, size = self._written(unfinished, write)
            path = batch_path(self._stream, digest)
            placed = Stored(path, digest, size, is_new=not path.exists())
            unfinished.replace(path)
            if self._sync:
                sync_folder(self._folder)
        except Exception as error:
            if placed is not None:
                self.drop(placed)
            why = (
                error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
            )
            raise AuditError(f"nothing was recorded: {self._folder}: a batch could not be written: {why}") from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
        return placed

    def drop(self, stored: Stored) -> None:
        """Remove a file for which no record vouches. Where that fails it stays, and `verify` tells of it."""
        if stored.is_new:
            with suppress(OSError):
                stored.path.unlink()

    def _written(self, path: Path, write: Callable[[BinaryIO], None]) -> tuple[str, int]:
        file = Segment(path)
        try:
            hashed = _Hashed(file)
            # What writes Parquet does it in many small pieces
            with io.BufferedWriter(hashed, _BUFFER) as whole:
                write(cast("BinaryIO", whole))
            if self._sync:
                file.flush()
        except BaseException:
            with suppress(OSError):
                file.close()
            raise
        file.close()
        return hashed.digest, hashed.size


class _Hashed(io.RawIOBase):
    """A file that is only written to, and the digest of all that was."""

    def __init__(self, file: Segment) -> None:
        self._file = file
        self._digest = sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - whatever has bytes
        piece = bytes(data)
        self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)
        return len(piece)
