"""The writer of one stream: appends records to its end, and leaves it whole when the disk does not."""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.audit.chain import chain
from policy_engine.audit.layout import segment_path
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from policy_engine.audit.chain import Chained


class Head(NamedTuple):
    """Where a stream ends: its last record, and the bytes of the last segment up to there.

    INVARIANT: it is replaced in one assignment, after its record is safe, so that an interrupt at any
    point finds either the old end or the new one.
    """

    seq: int
    link: bytes
    size: int


class StreamWriter:
    """Appends to a stream. It is not safe for threads; whoever holds it is."""

    def __init__(self, folder: Path, head: Head, segment: Segment, *, sync: bool, segment_bytes: int) -> None:
        """Go on after *head*, which is the end of *segment* in the stream's *folder*."""
        self.head = head
        self._folder = folder
        self._segment = segment
        self._sync = sync
        self._segment_bytes = segment_bytes
        self._unsettled = False
        self._refusal: str | None = None

    def append(self, bodies: Iterable[bytes]) -> Head:
        """Write *bodies* as records, all or none, and return the new end.

        Raises `AuditError`; what was partly written is then cut off again. When even that fails, or the
        disk did not take a flush, nothing is ever appended again: what is on the disk is then not known.
        """
        self._settle()
        chained = chain(bodies, seq=self.head.seq, link=self.head.link)
        if self.head.size and self.head.size + len(chained.lines) > self._segment_bytes:
            self._rotate()
        self._unsettled = True
        self._write(chained)
        self.head = Head(chained.seq, chained.link, self.head.size + len(chained.lines))
        self._unsettled = False
        return self.head

    def close(self) -> None:
        """Close the segment."""
        self._segment.close()

    def _settle(self) -> None:
        """Cut off what an interrupted write left behind."""
        if self._unsettled:
            self._cut_back()
        if self._refusal is not None:
            raise AuditError(self._refusal)

    def _write(self, chained: Chained) -> None:
        try:
            self._segment.write(chained.lines)
        except OSError as error:
            self._cut_back()
            raise self._failure("written", error) from error
        if self._sync:
            self._flush(self._segment.flush)

    def _flush(self, flush: Callable[[], None]) -> None:
        # After a failed flush the kernel may have dropped the pages and call them clean: a second try that
        # succeeds proves nothing.
        try:
            flush()
        except OSError as error:
            self._cut_back()
            self._refuse(f"its disk did not take a flush ({error.strerror})")
            raise self._failure("brought to the disk", error) from error

    def _cut_back(self) -> None:
        try:
            self._segment.cut(self.head.size)
        except OSError as error:
            self._refuse(f"what was partly written could not be cut off ({error.strerror})")
        else:
            self._unsettled = False

    def _refuse(self, why: str) -> None:
        self._refusal = f"{self._segment.path} takes no more records: {why}; close the log and open it again"

    def _failure(self, what: str, error: OSError) -> AuditError:
        return AuditError(f"nothing was recorded: {self._segment.path} could not be {what}: {error.strerror}")

    def _rotate(self) -> None:
        """Begin the next segment. The one before is flushed, so that only the last can be torn."""
        self._flush(self._segment.flush)
        path = segment_path(self._folder, self.head.seq + 1).path
        try:
            following = _new_segment(path)
        except OSError as error:
            raise AuditError(
                f"nothing was recorded: a new segment could not be made: {path}: {error.strerror}"
            ) from error
        before, beginning = self._segment, self.head._replace(size=0)
        self._segment, self.head = following, beginning
        with suppress(OSError):  # all of it is on the disk already
            before.close()
        if self._sync:
            self._flush(following.flush_name)


def _new_segment(path: Path) -> Segment:
    """Return an empty segment. One that an earlier try has left empty will do."""
    segment = Segment(path)
    if segment.size:
        segment.close()
        raise OSError(errno.EEXIST, "it is there already, and this log did not write it")
    return segment
