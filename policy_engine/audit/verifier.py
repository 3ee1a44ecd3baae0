"""Verify a log: read every byte of it, follow every chain, and say what is not as a writer leaves it.

Nothing is written and no lock is taken, so that a log can be verified while it grows.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from policy_engine.audit.chain import first_link
from policy_engine.audit.layout import streams_of
from policy_engine.audit.payload import DECISION, RECOVERY
from policy_engine.audit.scan import Fault, SegmentScan
from policy_engine.audit.strays import segments_and_strays, shown, strays_beside
from policy_engine.audit.verification import MOST_PROBLEMS, Problem, StreamVerification, Verification
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policy_engine.audit.layout import SegmentPath
    from policy_engine.audit.scan import Tail
    from policy_engine.audit.verification import ProblemKind

_REPORT_EVERY: Final = 2**20  # bytes


def verify(folder: str | Path, *, progress: Callable[[int], None] | None = None) -> Verification:
    """Return what was found of the log in *folder*. It is read in constant memory and never changed.

    *progress* is told, now and then, how many bytes were read since it was last told. Raises `AuditError`
    where there is no log or it cannot be read: a log that was changed is a finding, not an error.
    """
    log = Path(folder)
    problems = _Problems()
    try:
        streams = streams_of(log)
        problems.extend(strays_beside(log, streams))
        found = [_StreamPass(log, path, problems, progress or _nobody).run() for path in streams]
    except OSError as error:
        raise AuditError(f"the audit log in {log} cannot be read: {error.filename}: {error.strerror}") from error
    return Verification(shown(log), tuple(found), tuple(problems.first), problems.count)


def _nobody(_: int) -> None:
    """Is told of progress where nobody asked."""


class _Problems:
    """The first problems with their places, and the count of all."""

    def __init__(self) -> None:
        self.first: list[Problem] = []
        self.count = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.first) < MOST_PROBLEMS:
            self.first.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.add(problem)


class _StreamPass:
    """One pass over a stream, from its first segment to its last."""

    def __init__(self, log: Path, stream: Path, problems: _Problems, progress: Callable[[int], None]) -> None:
        self._log = log
        self._stream = stream
        self._problems = problems
        self._progress = progress
        self._before = problems.count
        self._seq = 0
        self._link: bytes | None = first_link(stream.name)
        self._records = self._recoveries = self._truncated = self._torn = self._torn_nuls = 0
        self._first_at: str | None = None
        self._last_at: str | None = None

    def run(self) -> StreamVerification:
        """Read the whole stream and return what was found."""
        segments, strays = segments_and_strays(self._log, self._stream)
        self._problems.extend(strays)
        for segment in segments:
            self._read(segment, is_last=segment is segments[-1])
        return StreamVerification(
            stream=self._stream.name,
            segments=len(segments),
            records=self._records,
            recoveries=self._recoveries,
            truncated=self._truncated,
            torn_bytes=self._torn,
            torn_nuls=self._torn_nuls,
            head=self._link.hex() if self._link else None,
            last_seq=self._seq,
            first_at=self._first_at,
            last_at=self._last_at,
            problem_count=self._problems.count - self._before,
        )

    def _read(self, segment: SegmentPath, *, is_last: bool) -> None:
        place = shown(segment.path.relative_to(self._log))
        self._join(segment, place)
        with segment.path.open("rb") as file:
            tell = partial(self._tell, place)
            scan = SegmentScan(file, seq=self._seq, link=self._link, read=orjson.loads, found=tell)
            self._take(scan)
        self._seq, self._link = scan.seq, scan.link
        self._records += scan.lines
        if scan.tail is not None:
            self._end(scan, scan.tail, place, is_last=is_last)

    def _join(self, segment: SegmentPath, place: str) -> None:
        """See whether *segment* begins where the one before it ended; if not, go on from its own name."""
        due = self._seq + 1
        if segment.first_seq == due:
            return
        if segment.first_seq > due:
            kind: ProblemKind = "missing"
            what = f"records {due} to {segment.first_seq - 1} are missing: no segment before this one holds them"
        else:
            kind = "name"
            what = f"named for record {segment.first_seq}, but the segments before it reach record {self._seq}"
        self._problems.add(Problem(self._stream.name, place, kind, what))
        self._seq, self._link = segment.first_seq - 1, None

    def _take(self, scan: SegmentScan[dict[str, Any]]) -> None:
        told = 0
        for record in scan:
            if type(record.get("at")) is str:
                self._last_at = record["at"]
                self._first_at = self._first_at or self._last_at
            if record.get("type") != DECISION or "truncated" in record:
                self._notice(record)
            if scan.size - told > _REPORT_EVERY:
                self._progress(scan.size - told)
                told = scan.size
        self._progress(scan.size - told + (scan.tail.size if scan.tail else 0))

    def _notice(self, record: dict[str, Any]) -> None:
        """Count what is not an ordinary decision."""
        self._recoveries += record.get("type") == RECOVERY
        self._truncated += record.get("truncated") is True

    def _end(self, scan: SegmentScan[Any], tail: Tail, place: str, *, is_last: bool) -> None:
        """Take the bytes after the last LF: at the end of a stream a torn tail, anywhere else a problem."""
        if is_last:
            self._torn, self._torn_nuls = tail.size, tail.nuls
            return
        what = f"{tail.size} bytes without an end, though a segment follows"
        self._tell(place, Fault("form", scan.lines + 1, scan.size, what))

    def _tell(self, place: str, fault: Fault) -> None:
        self._problems.add(
            Problem(self._stream.name, place, fault.kind, fault.what, line=fault.line, offset=fault.offset)
        )
