"""What a verification found, for people: three verdicts that are never mixed, then the problems, then the streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.reporting.as_text.decisions import wrapped
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.paint import PLAIN, Paint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.audit import StreamVerification, Verification


def verification_as_text(found: Verification, *, paint: Paint = PLAIN, columns: int = 80) -> str:
    """Return the verdicts on a log."""
    lines = [line for block in _blocks(found) for line in wrapped(block, columns)]
    painted = [_painted(line, found.intact, paint) for line in lines]
    return "\n".join([*painted, ""])


def _painted(line: str, intact: bool, paint: Paint) -> str:  # noqa: FBT001 - the verdict itself
    head, rest = line[:14], line[14:]
    if not line.startswith("integrity"):
        return line
    return head + (paint.good if intact else paint.error)(rest)


def _blocks(found: Verification) -> Iterator[list[str]]:
    records = f"{counted(found.records, 'record')} in {counted(len(found.streams), 'stream')}"
    if found.intact:
        yield [f"integrity     intact: {records}, each follows from the one before it"]
    else:
        yield [f"integrity     broken: {counted(found.problem_count, 'problem')} in {records}"]
        yield [f"  {problem}" for problem in found.problems]
        more = found.problem_count - len(found.problems)
        yield [f"  and {more:,} more"] if more else []
    notes = list(found.completeness)
    yield [f"completeness  not shown: {notes[0]}", *(f"              {note}" for note in notes[1:])]
    yield [f"anchor        {found.anchor}"]
    for stream in found.streams:
        yield ["", *_stream(stream)]


def _stream(stream: StreamVerification) -> Iterator[str]:
    records = f"{counted(stream.records, 'record')} in {counted(stream.segments, 'segment')}"
    yield f"stream {stream.stream}: {records}"
    if stream.first_at is not None:
        yield f"  from {stream.first_at} to {stream.last_at}"
    if stream.head is not None:
        yield f"  head {stream.last_seq} {stream.head}"
    if stream.recoveries:
        yield f"  {counted(stream.recoveries, 'torn end')} cut off by a later writer, as the log says"
    if stream.truncated:
        yield f"  {counted(stream.truncated, 'record')} too long for the log: of them it holds a digest"
