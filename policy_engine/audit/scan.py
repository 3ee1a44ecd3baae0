"""One pass over the lines of a segment, in constant memory: whether each follows from the one before."""

from __future__ import annotations

import os
from binascii import hexlify
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from policy_engine.audit.chain import DOMAIN, LONGEST_LINE, TRAILER, read_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

FaultKind = Literal["chain", "sequence", "form"]

T = TypeVar("T")

_PIECE = LONGEST_LINE + 1


class Fault(NamedTuple):
    """A line that does not verify. `line` counts from 1, `offset` is where it begins, in bytes."""

    kind: FaultKind
    line: int
    offset: int
    what: str


class Tail(NamedTuple):
    """The bytes after the last LF of a segment: the beginning of a record that was never finished.

    The last `nuls` of them are zero, which a power cut leaves where a file had grown but was not written.
    """

    size: int
    sha256: str
    nuls: int


class SegmentScan(Generic[T]):
    """Walks a segment, and holds where the walk is: `seq`, `link`, `lines`, `size`, and at its end `tail`.

    `link` is None where it is not known: the next line is then believed, and the walk goes on from there.
    After a line that does not follow, the walk goes on from what that line says of itself, so that one
    fault is not told as many. What is appended after the walk began is left for the next one.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        seq: int,
        link: bytes | None,
        read: Callable[[bytes], T],
        found: Callable[[Fault], None],
    ) -> None:
        """Begin after record *seq* with *link*, and hand every line that does not verify to *found*.

        *read* makes of a payload what is yielded; it raises `ValueError` where the payload is no record.
        """
        self.seq = seq
        self.link = link
        self.lines = 0
        self.size = 0
        self.tail: Tail | None = None
        self._file = file
        self._end = os.fstat(file.fileno()).st_size
        self._read = read
        self._found = found

    def __iter__(self) -> Iterator[T]:
        """Yield what was read of every line that can be read, in its place or not."""
        read, readline, end = self._read, self._file.readline, self._end
        while self.size < end and self.tail is None:
            line = readline(_PIECE)
            payload = line[:-TRAILER]
            seq = self.seq + 1
            after = sha256(DOMAIN + (self.link or b"") + payload).digest()
            if not (line.endswith(b"\t%b\n" % hexlify(after)) and payload.startswith(b'{"seq":%d,' % seq)):
                yield from self._odd(line)
                continue
            try:
                record = read(payload)
            except ValueError:
                self._tell("form", "the record is not JSON")
                self._step(len(line), seq, after)
                continue
            self.seq = seq
            self.link = after
            self.lines += 1
            self.size += len(line)
            yield record

    def _odd(self, line: bytes) -> Iterator[T]:
        """Take a *line* that does not follow: say what is wrong with it, and go on from what it says."""
        if not line.endswith(b"\n"):
            self._take_unended(line)
            return
        said = read_line(line)
        if said is None:
            self._tell("form", "not a record: expected `payload TAB link LF`")
            self._step(len(line), self.seq + 1, None)
            return
        if said.seq != self.seq + 1:
            self._tell("sequence", f"record {said.seq} stands where record {self.seq + 1} belongs")
        elif self.link is not None:
            self._tell("chain", f"record {said.seq} was changed, or does not follow from the one before it")
        self._step(len(line), said.seq, said.link)
        with suppress(ValueError):
            yield self._read(said.payload)

    def _take_unended(self, piece: bytes) -> None:
        """Take a line that has no LF, or is longer than any record, piece by piece."""
        begin, size, seen, text = piece, len(piece), sha256(piece), len(piece.rstrip(b"\0"))
        while len(piece) == _PIECE and not piece.endswith(b"\n"):
            piece = self._file.readline(_PIECE)
            if written := len(piece.rstrip(b"\0")):
                text = size + written
            size += len(piece)
            seen.update(piece)
        if piece.endswith(b"\n"):
            self._tell("form", f"not a record: a line of {size} bytes is longer than any record")
            self._step(size, self.seq + 1, None)
        elif text <= LONGEST_LINE and self._begins_record(begin[:text]):
            self.tail = Tail(size, seen.hexdigest(), size - text)
        else:
            what = f"{size} bytes that no writer leaves: neither the beginning of record {self.seq + 1} nor NULs alone"
            self._tell("form", what)
            self.size += size

    def _begins_record(self, text: bytes) -> bool:
        """Whether *text* may be the beginning of the next record; the empty text may."""
        start = b'{"seq":%d,' % (self.seq + 1)
        return text.startswith(start) or start.startswith(text)

    def _tell(self, kind: FaultKind, what: str) -> None:
        self._found(Fault(kind, self.lines + 1, self.size, what))

    def _step(self, size: int, seq: int, link: bytes | None) -> None:
        """Go past a line."""
        self.seq = seq
        self.link = link
        self.lines += 1
        self.size += size
