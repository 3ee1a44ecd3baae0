"""Where text goes: data to the standard output or a file, messages to the standard error."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager, suppress
from errno import EAGAIN, EBADF
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, TextIO, cast

from policy_engine.reporting.as_text.paint import Paint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NARROWEST, _USUAL, _WIDEST = 40, 80, 120


def paint_for(color: str, output: str | None) -> Paint:
    """Return colours, or none: as *color* says, on `auto` only for a terminal that NO_COLOR leaves its colours."""
    if color != "auto":
        return Paint(color == "always")
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Paint(wanted and goes_to_terminal(output))


def goes_to_terminal(output: str | None) -> bool:
    """Say whether the data is read on a terminal."""
    return output in (None, "-") and is_terminal(sys.stdout)


def is_terminal(stream: IO[str] | None) -> bool:
    """Say whether *stream* is a terminal; one that is closed is none."""
    return stream is not None and not stream.closed and stream.isatty()


def standard_input() -> BinaryIO:
    """Return the standard input, for bytes."""
    return _binary(sys.stdin, "input")


def _binary(stream: TextIO | None, name: str) -> BinaryIO:
    # A stream that was closed before the program began is None, whatever its type says
    if stream is None:
        raise OSError(EBADF, "it is closed", f"the standard {name}")
    return stream.buffer


def width_for(output: str | None) -> int:
    """Return how wide text may be: as wide as the terminal, within reason, and 80 columns anywhere else."""
    if not goes_to_terminal(output):
        return _USUAL
    return min(max(shutil.get_terminal_size((_USUAL, 24)).columns, _NARROWEST), _WIDEST)


def write(data: bytes | str, output: str | None) -> None:
    """Write all of a command's data."""
    with opened(output) as sink:
        sink.write(encoded(data, output) if isinstance(data, str) else data)


def encoded(text: str, output: str | None) -> bytes:
    """Return *text* as bytes for where it goes: what a terminal's encoding cannot say is an escape, not refused."""
    encoding = (sys.stdout.encoding if output in (None, "-") else None) or "utf-8"
    return text.encode(encoding, "backslashreplace")


class Sink:
    """Where data goes, piece by piece: each is out when `write` returns, and an error says where it was going."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        """Write to *file*, which people know by *name*."""
        self._file = file
        self._name = name

    def write(self, data: bytes) -> None:
        """Write all of *data* and flush it."""
        rest = memoryview(data)
        try:
            while rest:
                # An unbuffered file may take less than it is given
                written = self._file.write(rest)
                if not written:
                    raise BlockingIOError(EAGAIN, "it takes nothing more")
                rest = rest[written:]
            self._file.flush()
        except OSError as error:
            error.filename = self._name
            raise


def writes_to(output: str | None, path: Path) -> bool:
    """Say whether *output* is this file, which need not be there yet."""
    return output not in (None, "-") and Path(str(output)).resolve() == path.resolve()


def overwrites(output: str | None, files: Iterable[str | Path]) -> bool:
    """Say whether to write *output* would replace one of *files*, by whatever name."""
    if output in (None, "-"):
        return False
    try:
        there = Path(output).stat()
    except (OSError, ValueError):
        return False
    for file in files:
        with suppress(OSError):
            if os.path.samestat(there, os.stat(file)):  # noqa: PTH116 - a path object for each of many files
                return True
    return False


@contextmanager
def opened(output: str | None) -> Iterator[Sink]:
    """Open the file *output* to write bytes to, or the standard output where it is None or `-`."""
    if output in (None, "-"):
        yield Sink(_binary(sys.stdout, "output"), "the standard output")
        return
    # Whatever is kept back in a buffer would be written once more after an error, and fail without a name
    with Path(output).open("wb", buffering=0) as file:
        yield Sink(cast("BinaryIO", file), output)
