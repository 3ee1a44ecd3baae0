"""A way through a stream, from its first segment to its last, on which every problem is told and none stops it.

Nothing is written and no lock is taken, so that a log can be read while it grows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from policy_engine.audit.chain import first_link
from policy_engine.audit.scan import Fault, SegmentScan
from policy_engine.audit.strays import segments_and_strays, shown
from policy_engine.audit.verification import Problem
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from policy_engine.audit.layout import SegmentPath
    from policy_engine.audit.scan import Tail
    from policy_engine.audit.verification import ProblemKind

T = TypeVar("T")


def unreadable(log: Path, error: OSError) -> AuditError:
    """Return what to raise where a disk does not give what is in the *log*. A read that fails names no file."""
    place = f"{error.filename}: " if error.filename else ""
    return AuditError(f"the audit log in {log} cannot be read: {place}{error.strerror or error}")


class StreamWalk(Generic[T]):
    """Gives the scan of each segment in turn, and holds where the walk is between two of them: `seq` and `link`.

    Whoever walks iterates over each scan to its end before taking the next. `tail` is what stands after the last
    whole record of the stream: in the middle of one it is a problem.
    """

    def __init__(self, log: Path, stream: Path, *, read: Callable[[bytes], T], tell: Callable[[Problem], None]) -> None:
        """Begin before the first record of *stream* in *log*. *read* makes of a payload what its scan yields."""
        self.seq = 0
        self.link: bytes | None = first_link(stream.name)
        self.segments = 0
        self.tail: Tail | None = None
        self._log = log
        self._stream = stream
        self._read = read
        self._tell = tell

    def __iter__(self) -> Iterator[SegmentScan[T]]:
        """Yield a scan of every segment, and tell of whatever lies beside them."""
        segments, strays = segments_and_strays(self._log, self._stream)
        for stray in strays:
            self._tell(stray)
        for segment in segments:
            self.segments += 1
            place = shown(segment.path.relative_to(self._log))
            self._join(segment, place)
            with segment.path.open("rb") as file:
                found = partial(self._tell_of, place)
                scan = SegmentScan(file, seq=self.seq, link=self.link, read=self._read, found=found)
                yield scan
            self.seq, self.link = scan.seq, scan.link
            if scan.tail is not None:
                self._end(scan, scan.tail, place, is_last=segment is segments[-1])

    def _join(self, segment: SegmentPath, place: str) -> None:
        """See whether *segment* begins where the one before it ended; if not, go on from its own name."""
        due = self.seq + 1
        if segment.first_seq == due:
            return
        if segment.first_seq > due:
            kind: ProblemKind = "missing"
            what = f"records {due} to {segment.first_seq - 1} are missing: no segment before this one holds them"
        else:
            kind = "name"
            what = f"named for record {segment.first_seq}, but the segments before it reach record {self.seq}"
        self._tell(Problem(self._stream.name, place, kind, what))
        self.seq, self.link = segment.first_seq - 1, None

    def _end(self, scan: SegmentScan[Any], tail: Tail, place: str, *, is_last: bool) -> None:
        """Take the bytes after the last LF: at the end of a stream a torn tail, anywhere else a problem."""
        if is_last:
            self.tail = tail
            return
        what = f"{tail.size} bytes without an end, though a segment follows"
        self._tell_of(place, Fault("form", scan.lines + 1, scan.size, what))

    def _tell_of(self, place: str, fault: Fault) -> None:
        self._tell(Problem(self._stream.name, place, fault.kind, fault.what, line=fault.line, offset=fault.offset))
