"""Where a stream ended when its last writer did: the last segment is read again before anything is added.

A last line without LF that begins as the next record does, or is nothing but NULs, was being written when the
process or the machine died. It was never acknowledged, so it is cut off and a `recovery` record will say so.
Anything else that does not verify was changed since it was written: nothing is appended after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from policy_engine.audit.chain import LONGEST_LINE, first_link, read_line
from policy_engine.audit.digests import digest_of
from policy_engine.audit.layout import SEGMENTS, segment_path, segments_of
from policy_engine.audit.scan import Fault, SegmentScan
from policy_engine.audit.segment import Segment
from policy_engine.audit.unsettled import Unsettled, forget, keep, kept
from policy_engine.audit.writer import Head, StreamWriter
from policy_engine.exceptions import AuditCorruptError, AuditError

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.audit.claim import Claim
    from policy_engine.audit.layout import SegmentPath
    from policy_engine.audit.writer import Writing


class Recovery(NamedTuple):
    """What was cut off the end of a stream at start-up: it had begun after record `after_seq`."""

    cut_bytes: int
    cut_sha256: str
    after_seq: int


def open_stream(claim: Claim, writing: Writing) -> tuple[StreamWriter, Recovery | None]:
    """Return a writer at the end of the claimed stream, with what had to be cut off there."""
    segments = segments_of(claim.folder)
    last = segments[-1] if segments else segment_path(claim.folder, 1)
    try:
        end = _end_of(claim, segments) if segments else _End(Head(0, first_link(claim.stream), 0))
        if end.recovery is not None:
            # Whoever is killed after the cut, and before a record tells of it, leaves that to the next one
            cut = end.recovery
            keep(claim.folder, Unsettled(last.path.name, cut.after_seq, end.head.size, end.suspect, *cut[:2]))
        segment = _mended(last.path, end.head, sync=writing.sync)
    except OSError as error:
        raise AuditError(f"the audit log cannot be opened: {last.path}: {error.strerror}") from error
    return StreamWriter(claim.folder, end.head, segment, writing, suspect=end.suspect), end.recovery


class _End(NamedTuple):
    """Where a stream ends, what is cut off there, and why its last segment is suspect, if it is."""

    head: Head
    recovery: Recovery | None = None
    suspect: str | None = None


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


def _end_of(claim: Claim, segments: list[SegmentPath]) -> _End:
    last = segments[-1]
    seq, link = _end_before(claim, segments)
    if seq + 1 != last.first_seq:
        _refuse(claim, last.path, f"the segment before it ends with record {seq}")

    def stop(fault: Fault) -> NoReturn:
        _refuse(claim, last.path, fault.what, line=fault.line)

    unsettled = kept(claim.folder)
    if unsettled is not None and unsettled.segment != last.path.name:
        unsettled = None
    with last.path.open("rb") as file:
        scan = SegmentScan(file, seq=seq, link=link, read=_is_recovery, found=stop)
        head = Head(seq, link, 0)
        settled: Head | None = head if unsettled is not None and _is_at(unsettled, head) else None
        for is_recovery in scan:
            head = Head(scan.seq, scan.link or link, scan.size)
            if settled is not None and scan.seq == settled.seq + 1 and is_recovery:
                settled, unsettled = None, None  # it was settled, and could not be forgotten
            if unsettled is not None and _is_at(unsettled, head):
                settled = head
    if unsettled is None or settled is None:
        settled = None
        end = _End(head, Recovery(scan.tail.size, scan.tail.sha256, head.seq) if scan.tail else None)
    else:
        end = _End(settled, _recovery_after(last.path, settled, unsettled), unsettled.suspect)
    if settled is None or (end.recovery is None and end.suspect is None):
        # It speaks of nothing here, and must not be taken to speak of what is written from now on
        forget(claim.folder)
    return end


def _is_recovery(payload: bytes) -> bool:
    return b',"type":"recovery",' in payload[:64]


def _is_at(unsettled: Unsettled, head: Head) -> bool:
    return (unsettled.after_seq, unsettled.size) == (head.seq, head.size)


def _recovery_after(path: Path, head: Head, unsettled: Unsettled) -> Recovery | None:
    """Return what is to be said of the bytes after *head*, or of those that were cut off there already."""
    digest, size = digest_of(path, begin=head.size)
    if size:
        return Recovery(size, digest, head.seq)
    if unsettled.cut_bytes and unsettled.cut_sha256 is not None:
        return Recovery(unsettled.cut_bytes, unsettled.cut_sha256, head.seq)
    return None


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
