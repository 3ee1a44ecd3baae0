"""Verify a log: read every byte of it, follow every chain, and say what is not as a writer leaves it.

Nothing is written and no lock is taken, so that a log can be verified while it grows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from policy_engine.audit.batch_check import file_of_batch, rows_of
from policy_engine.audit.layout import streams_of
from policy_engine.audit.payload import BATCH, DECISION, GAP, RECOVERY, SUSPECT
from policy_engine.audit.strays import batches_and_strays, shown, strays_beside
from policy_engine.audit.verification import MOST_PROBLEMS, Problem, StreamVerification, Verification
from policy_engine.audit.walk import StreamWalk, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policy_engine.audit.scan import SegmentScan

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
        raise unreadable(log, error) from error
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
    """One pass over a stream, which counts what it meets."""

    def __init__(self, log: Path, stream: Path, problems: _Problems, progress: Callable[[int], None]) -> None:
        self._walk = StreamWalk(log, stream, read=orjson.loads, tell=problems.add)
        self._log = log
        self._stream = stream
        self._problems = problems
        self._progress = progress
        self._before = problems.count
        self._records = self._recoveries = self._truncated = 0
        self._missing = self._suspects = 0
        self._claimed: set[str] = set()
        self._batches = self._batch_rows = 0
        self._first_at: str | None = None
        self._last_at: str | None = None

    def run(self) -> StreamVerification:
        """Read the whole stream and return what was found."""
        walk = self._walk
        # Before the records are read: a batch that comes meanwhile then has a record without being looked for
        files, strays = batches_and_strays(self._log, self._stream)
        self._problems.extend(strays)
        for scan in walk:
            self._take(scan)
            self._records += scan.lines
        return StreamVerification(
            stream=self._stream.name,
            segments=walk.segments,
            records=self._records,
            recoveries=self._recoveries,
            truncated=self._truncated,
            missing=self._missing,
            suspects=self._suspects,
            batches=self._batches,
            batch_rows=self._batch_rows,
            unclaimed=len(files - self._claimed),
            torn_bytes=walk.tail.size if walk.tail else 0,
            torn_nuls=walk.tail.nuls if walk.tail else 0,
            head=walk.link.hex() if walk.link else None,
            last_seq=walk.seq,
            first_at=self._first_at,
            last_at=self._last_at,
            problem_count=self._problems.count - self._before,
        )

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
        kind, count = record.get("type"), record.get("count")
        self._recoveries += kind == RECOVERY
        self._suspects += kind == SUSPECT
        # Whoever rewrote a log may have written anything
        self._missing += count if kind == GAP and type(count) is int else 0
        self._truncated += record.get("truncated") is True
        if kind == BATCH:
            self._take_batch(record)

    def _take_batch(self, record: dict[str, Any]) -> None:
        self._batches += 1
        found = file_of_batch(self._log, self._stream, record)
        if isinstance(found, Problem):
            self._problems.add(found)
        else:
            self._batch_rows += rows_of(record)
            self._progress(record["bytes"])
        if isinstance(digest := record.get("sha256"), str):
            self._claimed.add(digest)
