"""Where a stream ended when its last writer did: the last segment is read again before anything is added.

A last line without LF that begins as the next record does, or is nothing but NULs, was being written when the
process or the machine died. It was never acknowledged, so it is cut off and a `recovery` record will say so.
Anything else that does not verify was changed since it was written: nothing is appended after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from policy_engine.audit.chain import LONGEST_LINE, first_link, read_line
from policy_engine.audit.layout import SEGMENTS, segment_path, segments_of
from policy_engine.audit.scan import Fault, SegmentScan
from policy_engine.audit.segment import Segment
from policy_engine.audit.writer import Head, StreamWriter
from policy_engine.exceptions import AuditCorruptError, AuditError

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.audit.claim import Claim
    from policy_engine.audit.layout import SegmentPath


class Recovery(NamedTuple):
    """What was cut off the end of a stream at start-up: it had begun after record `after_seq`."""

    cut_bytes: int
    cut_sha256: str
    after_seq: int


def open_stream(claim: Claim, *, sync: bool, segment_bytes: int) -> tuple[StreamWriter, Recovery | None]:
    """Return a writer at the end of the claimed stream, with what had to be cut off there."""
    segments = segments_of(claim.folder)
    last = segments[-1] if segments else segment_path(claim.folder, 1)
    try:
        head, recovery = _end_of(claim, segments) if segments else (Head(0, first_link(claim.stream), 0), None)
        segment = _mended(last.path, head, sync=sync)
    except OSError as error:
        raise AuditError(f"the audit log cannot be opened: {last.path}: {error.strerror}") from error
    writer = StreamWriter(claim.folder, head, segment, sync=sync, segment_bytes=segment_bytes)
    return writer, recovery


def _mended(path: Path, head: Head, *, sync: bool) -> Segment:
    """Open the last segment, made if there is none, and cut it back to its *head*."""
    segment = Segment(path)
    try:
        if segment.size > head.size:
            segment.cut(head.size)
        if sync:
            segment.flush()
            segment.flush_name()
    except OSError:
        segment.close()
        raise
    return segment


def _end_of(claim: Claim, segments: list[SegmentPath]) -> tuple[Head, Recovery | None]:
    last = segments[-1]
    seq, link = _end_before(claim, segments)
    if seq + 1 != last.first_seq:
        _refuse(claim, last.path, f"the segment before it ends with record {seq}")

    def stop(fault: Fault) -> NoReturn:
        _refuse(claim, last.path, fault.what, line=fault.line)

    with last.path.open("rb") as file:
        scan = SegmentScan(file, seq=seq, link=link, read=len, found=stop)
        for _ in scan:
            pass
    head = Head(scan.seq, scan.link or link, scan.size)
    return head, Recovery(scan.tail.size, scan.tail.sha256, head.seq) if scan.tail else None


def _end_before(claim: Claim, segments: list[SegmentPath]) -> tuple[int, bytes]:
    """Return the number and the link on which the last segment builds."""
    if len(segments) == 1:
        return 0, first_link(claim.stream)
    path = segments[-2].path
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_LINE - 1))
        lines = file.readlines()
    end = read_line(lines[-1]) if lines else None
    if end is None:
        _refuse(claim, path, "its last line is not a record")
    return end.seq, end.link


def _refuse(claim: Claim, path: Path, what: str, *, line: int | None = None) -> NoReturn:
    log = claim.folder.parent
    where = f"{claim.stream}/{SEGMENTS}/{path.name}" + (f":{line}" if line else "")
    raise AuditCorruptError(
        f"{where}: {what}; nothing is appended to a log that was changed: "
        f"see `policy-engine audit verify {log}`, then move {claim.folder} aside"
    )
