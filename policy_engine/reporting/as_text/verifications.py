"""What a verification found, for people: three verdicts that are never mixed, then the problems, then the streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.wrapped import wrapped_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policy_engine.audit import StreamVerification, Verification

_MARGIN = 14


def verification_as_text(found: Verification, *, paint: Paint = PLAIN, columns: int = 80) -> str:
    """Return the verdicts on a log."""
    lines = [line for verdict in _verdicts(found, paint) for line in verdict.lines(columns)]
    for stream in found.streams:
        lines += ["", *wrapped_lines(_stream(stream), columns)]
    return "\n".join([*lines, ""])


class _Verdict(NamedTuple):
    """One verdict: what it is about, what it says, and more that belongs to it."""

    about: str
    says: str
    more: Sequence[str] = ()
    colour: Callable[[str], str] = str

    def lines(self, columns: int) -> Iterator[str]:
        first, *rest = wrapped_lines([f"{self.about:<{_MARGIN}}{self.says}"], columns, hanging=_MARGIN)
        yield first[:_MARGIN] + self.colour(first[_MARGIN:])
        yield from rest
        yield from wrapped_lines((" " * _MARGIN + one for one in self.more), columns)


def _verdicts(found: Verification, paint: Paint) -> Iterator[_Verdict]:
    records = f"{counted(found.records, 'record')} in {counted(len(found.streams), 'stream')}"
    if found.batch_rows:
        records += f" and {counted(found.batch_rows, 'decision')} in batches"
    if found.integrity == "intact":
        yield _Verdict("integrity", f"intact: {records}, each follows from the one before it", colour=paint.good)
    elif found.integrity != "broken":
        empty = counted(sum(not one.records for one in found.streams), "stream")
        follow = ", each follows from the one before it" if found.records else ""
        yield _Verdict("integrity", f"{found.integrity}: {records}{follow}; {empty} without a record")
    else:
        problems = [str(problem) for problem in found.problems]
        more = found.problem_count - len(problems)
        problems += [f"and {counted(more, 'more problem')}"] if more else []
        says = f"broken: {counted(found.problem_count, 'problem')} in {records}"
        yield _Verdict("integrity", says, problems, paint.error)
    first, *rest = found.completeness
    yield _Verdict("completeness", f"not shown: {first}", rest)
    yield _Verdict("anchor", found.anchor)


def _stream(stream: StreamVerification) -> Iterator[str]:
    records = f"{counted(stream.records, 'record')} in {counted(stream.segments, 'segment')}"
    yield f"stream {stream.stream}: {records}"
    if stream.batches:
        files = counted(stream.batches, "batch", "batches")
        yield f"  {counted(stream.batch_rows, 'decision')} in the files of {files}"
    if stream.first_at is not None:
        yield f"  from {stream.first_at} to {stream.last_at}"
    if stream.head is not None:
        yield f"  head {stream.last_seq} {stream.head}"
    if stream.recoveries:
        yield f"  {counted(stream.recoveries, 'torn end')} cut off by a later writer, as the log says"
    if stream.suspects:
        yield f"  {counted(stream.suspects, 'segment')} of which the disk did not take a flush, as the log says"
    if stream.truncated:
        yield f"  {counted(stream.truncated, 'record')} too long for the log: of them it holds a digest"
