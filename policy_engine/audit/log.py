"""The log of decisions: append a record, and have it in the log before the answer is given."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Self
from weakref import WeakSet

from policy_engine.audit.chain import FORMAT
from policy_engine.audit.claim import claim_stream
from policy_engine.audit.opening import Recovery, open_stream
from policy_engine.audit.payload import RECOVERY, START, body_of, own_body
from policy_engine.exceptions import AuditCorruptError, AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from policy_engine.audit.claim import Claim
    from policy_engine.audit.writer import StreamWriter

Durability = Literal["batch", "sync"]

SEGMENT_BYTES: Final = 128 * 2**20


class Receipt(NamedTuple):
    """The acknowledgement of records `first_seq` to `last_seq`. `head` is the last one's link.

    Of no records at all, `last_seq` is one less than `first_seq`.
    """

    stream: str
    first_seq: int
    last_seq: int
    head: str


def utc_now() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


class AuditLog:
    """One stream of an audit log, open for appending by this process only.

    With `durability` "batch" an acknowledged record survives the end of the process, kill -9 too; with
    "sync" a power loss as well, on a disk that keeps its word. Threads may share a log; processes may not.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, AuditLog(folder, stream="shop") as log:
    ...     log.append({"decision_id": "d-1", "outcome": "review"}).last_seq
    2
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        durability: Durability = "batch",
        stream: str | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Claim a stream of the log in *folder*, mend its end, and stand ready to append.

        Without *stream*: the first of this host's that no other process writes. *clock* dates the records
        that the log writes by itself. Raises `AuditError` where the log cannot be opened, and
        `AuditCorruptError` where it was changed.
        """
        if durability not in ("batch", "sync"):
            raise AuditError(f"durability `{durability}` is not known; say `batch` or `sync`")
        sync = durability == "sync"
        self._process = os.getpid()
        self._turn = Lock()
        self._release: ExitStack | None = None
        with ExitStack() as undo:
            claim = claim_stream(Path(folder).absolute(), stream, sync=sync)
            undo.callback(claim.lock.close)
            self.stream = claim.stream
            self._writer, self.recovery = _open(claim, sync=sync, segment_bytes=segment_bytes)
            undo.callback(self._writer.close)
            self._begin(clock)
            self._release = undo.pop_all()
        _OPEN.add(self)

    def append(self, payload: Mapping[str, Any]) -> Receipt:
        """Record *payload* and return once it is in the log.

        Raises `AuditError` where it is not; the log is then as it was before, or takes nothing any more.
        """
        return self._append((body_of(payload),))

    def append_many(self, payloads: Sequence[Mapping[str, Any]]) -> Receipt:
        """Record *payloads* in one write and return once they are in the log: all of them, or none."""
        bodies = []
        for number, payload in enumerate(payloads, start=1):
            try:
                bodies.append(body_of(payload))
            except AuditError as error:
                raise AuditError(f"record {number} of {len(payloads)}: {error}") from error
        return self._append(bodies)

    def close(self) -> None:
        """Give the stream up. Doing it again does nothing; a forked child's copy is closed already."""
        if os.getpid() != self._process:
            return
        with self._turn:
            release, self._release = self._release, None
            if release is None:
                return
            try:
                release.close()
            except OSError as error:
                raise AuditError(f"stream `{self.stream}` could not be closed: {error.strerror}") from error

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the log."""
        self.close()

    def _append(self, bodies: Sequence[bytes]) -> Receipt:
        # Before the lock: in a forked child it may be held by a thread that is not there.
        if os.getpid() != self._process:
            raise AuditError(
                f"stream `{self.stream}` belongs to the process that opened it; open a log of its own in each"
            )
        with self._turn:
            if self._release is None:
                raise AuditError(f"stream `{self.stream}` is closed; open the log again to record more")
            before = self._writer.head.seq
            head = self._writer.append(bodies) if bodies else self._writer.head
        return Receipt(self.stream, before + 1, head.seq, head.link.hex())

    def _begin(self, clock: Callable[[], datetime]) -> None:
        """Write the log's own first words: `start` in a new stream, `recovery` after a cut."""
        # Who only verifies opens no log, and need not wait for the model.
        from policy_engine.model import format_instant  # noqa: PLC0415 - see above

        at = format_instant(clock())
        if self._writer.head.seq == 0:
            start = {"format": FORMAT, "stream": self.stream, "at": at}
            self._writer.append((own_body(START, start),))
        if self.recovery is not None:
            cut = self.recovery._asdict()
            self._writer.append((own_body(RECOVERY, {"at": at, **cut}),))
            _tell_of_cut(self.stream, cut)

    def _leave_to_parent(self) -> None:
        """Close what a fork has copied, so that the stream is free once the parent ends."""
        if self._release is not None:
            with suppress(OSError):
                self._release.close()
            self._release = None


_OPEN: WeakSet[AuditLog] = WeakSet()


def _open(claim: Claim, *, sync: bool, segment_bytes: int) -> tuple[StreamWriter, Recovery | None]:
    try:
        return open_stream(claim, sync=sync, segment_bytes=segment_bytes)
    except AuditCorruptError as error:
        _tell_of_corruption(claim.stream, str(error))
        raise


# structlog takes longer to import than a log to open, and most openings have nothing to tell.


def _tell_of_cut(stream: str, cut: Mapping[str, Any]) -> None:
    from policy_engine.audit import _events  # noqa: PLC0415 - see above

    _events.tail_cut(stream, cut)


def _tell_of_corruption(stream: str, problem: str) -> None:
    from policy_engine.audit import _events  # noqa: PLC0415 - see above

    _events.stream_corrupt(stream, problem)


def _in_forked_child() -> None:
    for log in _OPEN:
        log._leave_to_parent()  # noqa: SLF001 - the hook is the log's own, but a fork knows no objects


os.register_at_fork(after_in_child=_in_forked_child)
