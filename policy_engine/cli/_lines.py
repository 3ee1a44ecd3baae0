"""The lines of a file or a pipe, as they arrive, in constant memory."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST: Final = 2**20
"""A line of more bytes comes cut off behind one byte more than this, so that its reader can tell."""

_BLOCK: Final = 2**18
_BOM: Final = b"\xef\xbb\xbf"


class Readable(Protocol):
    """A binary stream that hands over what there is."""

    def read1(self, size: int, /) -> bytes:
        """Return at most *size* bytes with at most one read."""
        ...


class Lines:
    """Hands out lines without their LF, the first without a byte order mark."""

    def __init__(self, file: Readable) -> None:
        """Begin with the first line of *file*."""
        self._file = file
        self._ready: deque[bytes] = deque()
        self._rest = b""
        self._ended = False
        self.number = 0
        """The number of the line that was handed out last, from 1."""

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
            self._read()
        self.number += 1
        line = self._ready.popleft()
        return line.removeprefix(_BOM) if self.number == 1 else line

    def take_back(self, lines: Sequence[bytes]) -> None:
        """Hand out *lines*, the last ones that were handed out, once more."""
        self._ready.extendleft(reversed(lines))
        self.number -= len(lines)

    def _read(self) -> None:
        block = self._file.read1(_BLOCK)
        if not block:
            self._ended = True
            if self._rest:
                self._ready.append(self._rest)
            return
        *whole, rest = (self._rest + block).split(b"\n")
        self._ready.extend(whole)
        self._rest = rest[: LONGEST + 1]
