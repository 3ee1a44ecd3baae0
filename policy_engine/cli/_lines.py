"""The lines of a file or a pipe, as they arrive, in constant memory."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST: Final = 2**20
"""A line of more bytes comes cut off behind one byte more than this, so that its reader can tell."""

_BLOCK: Final = 2**18
BOM: Final = b"\xef\xbb\xbf"
"""The byte order mark, with which a file may begin."""


class Readable(Protocol):
    """A binary stream that hands over what there is."""

    def read1(self, size: int, /) -> bytes:
        """Return at most *size* bytes with at most one read."""
        ...


class Lines:
    """Hands out lines without their LF, the first without a byte order mark."""

    def __init__(self, file: Readable, *, before: int = 0, at_once: int = _BLOCK) -> None:
        """Begin with the first line of *file*, of which *before* came before it. *at_once*: so many bytes are read."""
        self._file = file
        self._at_once = at_once
        self._ready: deque[bytes] = deque()
        self._rest = b""
        self._ended = False
        self.number = before
        """The number of the line that was handed out last, from 1."""
        self.bytes_read = 0

    @property
    def would_wait(self) -> bool:
        """Whether the next line has to be read first, for which a pipe may keep us waiting."""
        return not self._ready

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next line."""
        while not self._ready:
            if self._ended:
                raise StopIteration
            self._ready.extend(self._read().split(b"\n")[:-1])
        self.number += 1
        line = self._ready.popleft()
        return line.removeprefix(BOM) if self.number == 1 else line

    def block(self) -> bytes:
        """Return all the lines that are ready, or that the next read completes, each with its LF; nothing at the end.

        A byte order mark is still there.
        """
        block = b"\n".join((*self._ready, b"")) if self._ready else b""
        self._ready.clear()
        while not block and not self._ended:
            block = self._read()
        self.number += block.count(b"\n")
        return block

    def give_back(self, block: bytes) -> None:
        """Hand out the lines of *block*, the last one that was handed out, one by one."""
        self.take_back(block.split(b"\n")[:-1])

    def take_back(self, lines: Sequence[bytes]) -> None:
        """Hand out *lines*, the last ones that were handed out, once more."""
        self._ready.extendleft(reversed(lines))
        self.number -= len(lines)

    def _read(self) -> bytes:
        """Return the lines that the next read completes, each with its LF."""
        block = self._file.read1(self._at_once)
        self.bytes_read += len(block)
        if not block:
            self._ended = True
            last, self._rest = self._rest, b""
            return last + b"\n" if last else b""
        end = block.rfind(b"\n") + 1
        whole = self._rest + block[:end] if end else b""
        rest = block[end:] if end else self._rest + block
        self._rest = rest[: LONGEST + 1]
        return whole
