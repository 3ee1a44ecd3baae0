"""One pass over the lines of a segment, in constant memory: whether each follows from the one before."""

from __future__ import annotations

from binascii import hexlify
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, NamedTuple

from policy_engine.audit.chain import DOMAIN, LONGEST_LINE, TRAILER, read_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

FaultKind = Literal["chain", "sequence", "form"]

_PIECE = LONGEST_LINE + 1


class Fault(NamedTuple):
    """A line that does not verify. `line` counts from 1, `offset` is where it begins, in bytes."""

    kind: FaultKind
    line: int
    offset: int
    what: str


class Tail(NamedTuple):
    """The bytes after the last LF of a segment: the beginning of a record that was never finished."""

    size: int
    sha256: str


class SegmentScan:
    """Walks a segment. Afterwards it holds where the walk ended.

    `link` is None where it is not known: the next line is then believed, and the walk goes on from there.
    After a line that does not follow, the walk goes on from what that line says of itself, so that one
    fault is not told as many.
    """

    def __init__(
        self, file: BinaryIO, *, seq: int, link: bytes | None, found: Callable[[Fault], None]
    ) -> None:
        """Begin after record *seq* with *link*; every line that does not verify is handed to *found*."""
        self.seq = seq
        self.link = link
        self.lines = 0
        self.offset = 0
        self.tail: Tail | None = None
        self._file = file
        self._found = found

    def __iter__(self) -> Iterator[bytes]:
        """Yield the payload of every line that is of the right form."""
        link, seq = self.link or b"", self.seq
        for line in iter(partial(self._file.readline, _PIECE), b""):
            payload = line[:-TRAILER]
            seq += 1
            after = sha256(DOMAIN + link + payload).digest()
            if line.endswith(b"\t" + hexlify(after) + b"\n") and payload.startswith(b'{"seq":%d,' % seq):
                link = after
                self.lines += 1
                self.offset += len(line)
                yield payload
                continue
            self.seq, self.link = seq - 1, link or None
            yield from self._odd(line)
            link, seq = self.link or b"", self.seq
        self.seq, self.link = seq, link or None

    def _odd(self, line: bytes) -> Iterator[bytes]:
        """Take a *line* that does not follow: say what is wrong with it, and go on from what it claims."""
        if not line.endswith(b"\n"):
            self._unended(line)
            return
        claim = read_line(line)
        if claim is None:
            self._tell("form", "not a record: expected `payload TAB link LF`")
            self._pass(len(line), self.seq + 1, None)
            return
        if claim.seq != self.seq + 1:
            self._tell("sequence", f"record {claim.seq} stands where record {self.seq + 1} belongs")
        elif self.link is not None:
            self._tell("chain", f"record {claim.seq} does not follow from the one before it, or was changed")
        self._pass(len(line), claim.seq, claim.link)
        yield claim.payload

    def _unended(self, piece: bytes) -> None:
        """Take a line with no LF, or one that is longer than any record, piece by piece."""
        size, seen = 0, sha256()
        while piece:
            size += len(piece)
            seen.update(piece)
            if piece.endswith(b"\n"):
                self._tell("form", f"not a record: a line of {size} bytes is longer than any record")
                self._pass(size, self.seq + 1, None)
                return
            piece = self._file.readline(_PIECE) if len(piece) == _PIECE else b""
        self.tail = Tail(size, seen.hexdigest())

    def _tell(self, kind: FaultKind, what: str) -> None:
        self._found(Fault(kind, self.lines + 1, self.offset, what))

    def _pass(self, size: int, seq: int, link: bytes | None) -> None:
        self.lines += 1
        self.offset += size
        self.seq = seq
        self.link = link
