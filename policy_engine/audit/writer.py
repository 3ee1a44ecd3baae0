"""The writer of one stream: appends records to its end, and leaves it whole when the disk does not."""

from __future__ import annotations

import errno
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.audit.chain import chain
from policy_engine.audit.held_writes import HeldWrites
from policy_engine.audit.layout import segment_path
from policy_engine.audit.payload import SUSPECT
from policy_engine.audit.reserve import NO_ROOM
from policy_engine.audit.segment import Segment
from policy_engine.audit.unsettled import Unsettled, forget, keep
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from policy_engine.audit.chain import Chained

SEGMENT_BYTES: Final = 128 * 2**20
SEGMENT_SECONDS: Final = 3600.0
_NO_FILE: Final = NO_ROOM | {errno.EMFILE, errno.ENFILE}
RETRY_SECONDS: Final = 10.0
"""For so long a segment that is full goes on where no other can be made, until it is tried again."""


class Head(NamedTuple):
    """Where a stream ends: its last record, and the bytes of the last segment up to there.

    `among` is what the last record was written with, by this process.

    INVARIANT: it is replaced in one assignment, after its record is safe, so that an interrupt at any
    point finds either the old end or the new one.
    """

    seq: int
    link: bytes
    size: int
    among: Chained | None = None


class Writing(NamedTuple):
    """How a stream is written: whether each write is brought to the disk, and when a segment is full.

    `held` allows that no other thread runs during a write, see `HeldWrites`.

    `own` makes a record that the log writes by itself, of a type and with its fields. `elapsed` counts seconds.
    """

    own: Callable[[str, Mapping[str, Any]], bytes]
    sync: bool = False
    held: bool = True
    segment_bytes: int = SEGMENT_BYTES
    segment_seconds: float = SEGMENT_SECONDS
    elapsed: Callable[[], float] = monotonic


class StreamWriter:
    """Appends to a stream. It is not safe for threads; whoever holds it is."""

    def __init__(
        self, folder: Path, head: Head, segment: Segment, writing: Writing, *, suspect: str | None = None
    ) -> None:
        """Go on after *head*, which is the end of *segment* in the stream's *folder*, *suspect* for a reason or not."""
        self.head = head
        self._folder = folder
        self._segment = segment
        # A write that is brought to the disk waits for it in any case, while others run
        segment.held = HeldWrites() if writing.held and not writing.sync else None
        self._writing = writing
        self._full_at = writing.elapsed() + writing.segment_seconds
        self._unsettled = False
        self._suspect = suspect
        self._is_kept = False
        self._retry_at = 0.0
        self._notices: list[bytes] = []

    @property
    def is_settled(self) -> bool:
        """Whether nothing stands after the head that could not be cut off."""
        return not self._unsettled

    def append(self, bodies: Sequence[bytes]) -> Chained:
        """Write *bodies* as records, all or none.

        Raises `AuditError`; what was partly written is then cut off again, now or before the next write. A segment
        of which the disk did not take a flush is left as it is, and the next record begins another.
        """
        if self._unsettled or self._suspect is not None:
            self._settle()
        if self.head.size and self._writing.elapsed() >= self._full_at:
            self._rotate_if_it_can()
        if self._notices:
            bodies = (*self._notices, *bodies)
        chained = chain(bodies, seq=self.head.seq, link=self.head.link)
        if self.head.size and self.head.size + len(chained.lines) > self._writing.segment_bytes:
            self._rotate_if_it_can()
        try:
            self._write(chained)
        except OSError as error:
            # The system may not let this file grow, and still let there be another
            if error.errno != errno.EFBIG or not self.head.size or self._unsettled:
                raise self._failure("written", error) from error
            self._rotate()
            self._try(chained)
        if self._writing.sync:
            self._flush(self._segment.flush)
        self.head = Head(chained.seq, chained.link, self.head.size + len(chained.lines), chained)
        self._unsettled = False
        if self._notices:
            self._notices = []
            with suppress(OSError):  # it tells of a segment that is not the last any more
                forget(self._folder)
        return chained

    def write_notices(self) -> None:
        """Write down that a segment is suspect, if one is and it was not said, where that can be."""
        if self._suspect is not None or self._notices:
            with suppress(AuditError):
                self.append(())

    def close(self) -> None:
        """Close the segment, and write nothing: it may be another process's to write to."""
        self._segment.close()

    def _settle(self) -> None:
        """Cut off what an interrupted write left behind, and leave a segment that the disk did not take."""
        if self._unsettled:
            self._cut_back()
        if self._unsettled:
            path = self._segment.path
            raise AuditError(f"nothing was recorded: what was partly written to {path} cannot be cut off")
        if self._suspect is not None:
            self._leave_suspect(self._suspect)
        elif self._is_kept:
            self._forget()

    def _try(self, chained: Chained) -> None:
        try:
            self._write(chained)
        except OSError as error:
            raise self._failure("written", error) from error

    def _write(self, chained: Chained) -> None:
        self._unsettled = True
        try:
            self._segment.write(chained.lines)
        except OSError:
            self._cut_back()
            raise

    def _flush(self, flush: Callable[[], None]) -> None:
        # After a failed flush the kernel may have dropped the pages and call them clean: a second try that
        # succeeds proves nothing. So nobody tries, and this segment is not written to any more.
        try:
            flush()
        except OSError as error:
            self._suspect = f"its disk did not take a flush: {error.strerror}"
            self._cut_back()
            self._keep()
            raise self._failure("brought to the disk", error) from error

    def _cut_back(self) -> None:
        """Cut off what was written after the head. Where that fails, it stays `_unsettled`."""
        try:
            self._segment.cut(self.head.size)
            self._unsettled = False
        except OSError:
            self._keep()

    def _keep(self) -> None:
        self._is_kept = True
        keep(self._folder, Unsettled(self._segment.path.name, self.head.seq, self.head.size, self._suspect))

    def _forget(self) -> None:
        """Remove what was kept, before anything is written that it would be taken to speak of."""
        try:
            forget(self._folder)
        except OSError as error:
            self._unsettled = True
            raise self._failure("settled", error) from error
        self._is_kept = False

    def _failure(self, what: str, error: OSError) -> AuditError:
        return AuditError(f"nothing was recorded: {self._segment.path} could not be {what}: {error.strerror}")

    def _leave_suspect(self, why: str) -> None:
        """Begin another segment. Its first record will say what became of the one before."""
        suspect, notices = self._segment.path, self._notices
        if self.head.size:
            told = {"segment": suspect.name, "after_seq": self.head.seq, "reason": why}
            notices = [*notices, self._writing.own(SUSPECT, told)]
        else:
            # There is no record in it, so the next one has the same name, which is made anew
            self._forget()
            try:
                suspect.unlink(missing_ok=True)
            except OSError as error:
                raise self._failure("made anew", error) from error
        self._swap()
        self._notices, self._suspect = notices, None
        self._flush_name()

    def _rotate_if_it_can(self) -> None:
        """Begin the next segment; where there is no room for a file, go on in this one, and try again in a while."""
        if self._writing.elapsed() < self._retry_at:
            return
        try:
            self._rotate()
        except AuditError as error:
            cause = error.__cause__
            if self._suspect is not None or not isinstance(cause, OSError) or cause.errno not in _NO_FILE:
                raise
            self._retry_at = self._writing.elapsed() + RETRY_SECONDS

    def _rotate(self) -> None:
        """Begin the next segment. The one before is flushed, so that only the last can be torn."""
        self._flush(self._segment.flush)
        self._swap()
        self._flush_name()

    def _swap(self) -> None:
        path = segment_path(self._folder, self.head.seq + 1).path
        try:
            following = _new_segment(path)
        except OSError as error:
            raise AuditError(
                f"nothing was recorded: a new segment could not be made: {path}: {error.strerror}"
            ) from error
        before, beginning = self._segment, self.head._replace(size=0)
        following.held = before.held
        self._segment, self.head = following, beginning
        self._full_at = self._writing.elapsed() + self._writing.segment_seconds
        with suppress(OSError):  # all of it is on the disk already, or never will be
            before.close()

    def _flush_name(self) -> None:
        if self._writing.sync:
            self._flush(self._segment.flush_name)


def _new_segment(path: Path) -> Segment:
    """Return an empty segment. One that an earlier try has left empty will do."""
    segment = Segment(path)
    if segment.size:
        segment.close()
        raise OSError(errno.EEXIST, "it is there already, and this log did not write it")
    return segment
